"""What nginx keeps in its cache, and what the client gets."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import tuleap_front
from tuleap_front import (
    CacheAnswer,
    CacheFacts,
    CacheKey,
    CacheLevels,
    CachePolicy,
    CacheZone,
    TuleapFrontError,
    UpstreamRequest,
)

UNTYPED: Any = tuleap_front
HOST = "tuleap.example.com"
CSS = CacheAnswer(200, {"Content-Type": "text/css"})
STALE = CachePolicy.parse(
    "proxy_cache zone; proxy_cache_key $host$uri; proxy_cache_valid 200 60;"
    "proxy_cache_use_stale error updating; proxy_cache_revalidate on;"
)


def get(target: Any = "/a.css", headers: Any = (), method: Any = "GET") -> CacheFacts:
    return CacheFacts("https", method, HOST, target, headers)


def test_key() -> None:
    key = CacheKey.documented("http", "GET", HOST, b"/c002/a.css")
    assert bytes(key) == b"httpGETtuleap.example.com/c002/a.css"
    assert key == CacheKey(str(key)) == CacheKey(bytes(key)) and key != CacheKey("")
    assert len({key, CacheKey(str(key))}) == 1
    assert repr(key) == 'CacheKey("httpGETtuleap.example.com/c002/a.css")'
    assert str(CacheKey(b"\xff")) == "\xff" and bytes(CacheKey("\xff")) == b"\xff"
    md5 = key.md5()
    assert str(md5) == "c1b46a28356afba7bfb22f8d73acdd19" == bytes(md5).hex()
    assert repr(md5) == f"<CacheMd5 {md5}>" and len({md5, key.md5()}) == 1
    levels = CacheLevels("1:2")
    assert key.path("1:2") == key.path(levels) == md5.path(levels) == f"9/d1/{md5}"
    assert md5.path("") == str(md5)


def test_levels() -> None:
    levels = CacheLevels("2:2:1")
    assert (levels.digits, str(levels)) == ((2, 2, 1), "2:2:1")
    assert repr(levels) == 'CacheLevels("2:2:1")' and eval(repr(levels)) == levels
    assert len({levels, CacheLevels("2:2:1"), CacheLevels("")}) == 2


def test_variants() -> None:
    key = CacheKey("httpGETtuleap.example.com/c199/a.css")
    variant = key.variant("Accept-Encoding", {"accept-encoding": "gzip"})
    assert str(variant) == "ce010beae4a158d61f47a59a1314babf"
    assert variant == key.variant(b"Accept-Encoding", [(b"Accept-Encoding", b" gzip,")])


def test_look_up() -> None:
    policy = CachePolicy()
    look_up = policy.look_up(get())
    assert (look_up.action, look_up.reason, look_up.code) == (
        "look-up",
        "looked-up",
        "cache/looked-up",
    )
    assert look_up.text and repr(look_up) == "<CacheLookup look-up: looked-up>"
    assert policy.look_up(get(headers={"Authorization": "Basic x"})).action == "bypass"
    assert policy.look_up(get("/a%2fx.css")).reason == "path"
    assert len({look_up, policy.look_up(get()), policy.look_up(get(method=b"PUT"))}) == 2
    assert str(policy.key(get())) == f"https://{HOST}/a.css"
    key = policy.key(get(method="HEAD"))
    assert key is not None and key.md5() == policy.key_md5(get())
    assert policy.key(get("")) is None and policy.key_md5(get("")) is None


def test_store() -> None:
    answer = CacheAnswer(
        200,
        [("Cache-Control", "max-age=90, stale-while-revalidate=5"), ("Vary", "Accept-Language")],
    )
    store = STALE.store(get(), answer, now=1000)
    assert store.is_stored and (store.reason, store.code) == ("max-age", "cache/max-age")
    assert (store.lifetime, store.valid_until, store.kept_for) == (90, 1090, 90)
    assert (store.stale_while_revalidate, store.stale_if_error) == (5, 5)
    key = STALE.key(get())
    assert key is not None and store.variant == key.variant("Accept-Language", {})
    assert store.text and repr(store) == "<CacheStore 90 s: max-age>"
    cookie = CacheAnswer(200, {"Content-Type": "text/css", "Set-Cookie": "a=b"})
    refused = CachePolicy().store(get(), cookie, now=0)
    assert (refused.is_stored, refused.reason, refused.lifetime) == (False, "set-cookie", None)
    assert repr(refused) == "<CacheStore no: set-cookie>"
    assert len({store, STALE.store(get(), answer, now=1000), refused}) == 2
    cut = CacheAnswer(200, {}, body="cut")
    assert STALE.store(get(), cut, now=0).reason == "not-whole"


def test_lines() -> None:
    answer = CacheAnswer(200, [("Cache-Control", "private"), ("Set-Cookie", "\xff")])
    lines = CachePolicy.documented("reverse-proxy").response_lines(get(), answer, now=784_111_777)
    assert lines == [
        ("Cache-Control", "max-age=3600"),
        ("Expires", "Sun, 06 Nov 1994 09:49:37 GMT"),
    ]
    lines = CachePolicy().response_lines(get(), answer, now=0)
    assert lines == [("Cache-Control", "private"), ("Set-Cookie", "\xff")]


def test_explanation() -> None:
    documented = CachePolicy.documented("reverse-proxy")
    explanation = documented.explain(get(), CSS, now=0)
    assert explanation.store == documented.store(get(), CSS, now=0)
    assert explanation.look_up == documented.look_up(get())
    assert explanation.key == documented.key(get())
    assert explanation.key is not None and explanation.path == explanation.key.path("1:2")
    assert (explanation.reason, explanation.code) == ("cache-valid", "cache/cache-valid")
    assert str(explanation).startswith("cache stored (cache-valid)\n")
    assert explanation.to_dict()["verdict"] == "stored"
    assert repr(explanation) == "<CacheExplanation of cache-valid>"
    asked = CachePolicy().explain_look_up(get("/a;x.css"))
    assert (asked.store, asked.key, asked.path) == (None, None, None)
    assert asked.to_dict()["look_up_reason"] == "path"


def test_policy() -> None:
    text = "proxy_cache zone;\nproxy_cache_key $host$uri;\nproxy_cache_valid 200 \"1h 5m\";\n"
    policy = CachePolicy.parse(text, rules="1.22")
    assert str(policy) == text and not policy.is_recommended
    assert policy.directives[2] == ("proxy_cache_valid", "200", "1h 5m")
    assert (policy.key_text, policy.inactive, policy.expires) == ("$host$uri", 600, "off")
    assert (policy.rules, policy.gzip, policy.locations) == ("1.22", None, None)
    assert policy.levels == CacheLevels("")
    assert repr(policy) == "<CachePolicy.parse(...)>"
    assert copy.copy(policy) is policy and copy.deepcopy([policy])[0] is policy
    documented = CachePolicy.documented("reverse-proxy")
    assert (documented.levels, documented.inactive) == (CacheLevels("1:2"), 1800)
    assert documented.expires == "1h" and documented.locations is not None
    assert documented.locations.find("/a.png") is not None
    assert repr(documented) == '<CachePolicy.documented("reverse-proxy")>'
    assert CachePolicy().is_recommended and CachePolicy().rules == "current"
    assert CachePolicy.parse("gzip on;").key_text is None
    gzip = CachePolicy.parse("gzip on; gzip_types text/css;", rules="1.22").gzip
    assert gzip is not None and (gzip.types, gzip.rules) == (("text/css",), "1.22")


def test_zone() -> None:
    asked: list[UpstreamRequest] = []

    def backend(request: UpstreamRequest) -> CacheAnswer:
        asked.append(request)
        return CSS

    policy = CachePolicy()
    zone = CacheZone(policy)
    assert zone.policy is policy and repr(zone) == "<CacheZone of CachePolicy()>"
    step = zone.request(get(method="HEAD", headers={"Range": "bytes=0-1"}), backend, now=0)
    assert (step.cache_status, step.shown_status, step.is_from_cache) == ("MISS", "MISS", False)
    assert (step.stores, step.has_entry, step.reason) == (True, True, "cache-valid")
    assert (step.code, step.lifetime, step.valid_until) == ("cache/cache-valid", 3600, 3600)
    assert (step.stale_while_revalidate, step.stale_if_error) == (0, 0)
    assert step.text and repr(step) == "<CacheStep MISS: cache-valid>"
    assert step.key == policy.key(get()) and step.file == policy.key_md5(get())
    assert step.file is not None and step.path == step.file.path(policy.levels)
    assert step.ticket is None and step.upstream == asked[0] and len({step.upstream, *asked}) == 1
    assert (asked[0].method, asked[0].target) == ("GET", "/a.css")
    assert asked[0].lines == [("Host", HOST)]
    assert repr(asked[0]) == '<UpstreamRequest "GET" "/a.css">'
    hit = zone.request(get(), backend, now=1)
    assert (hit.cache_status, hit.is_from_cache, hit.status) == ("HIT", True, 200)
    assert ("Content-Type", "text/css") in hit.lines and hit.is_in_location
    assert hit.to_dict()["cache_status"] == "HIT" and len(asked) == 1
    skipped = zone.request(get(method="PUT"), backend, now=2)
    assert (skipped.cache_status, skipped.shown_status, skipped.key) == (None, None, None)
    assert repr(skipped) == "<CacheStep -: method>"


def test_tickets() -> None:
    zone = CacheZone(STALE)
    first, other = zone.ask(get(), now=0), zone.ask(get(), now=0)
    assert first.ticket is not None and other.ticket is not None and first.status is None
    answer = CacheAnswer(200, [("ETag", '"a"'), ("Vary", "Cookie")])
    done = zone.answer(first.ticket, answer, now=1)
    assert done is not None and (done.stores, done.vary) == (True, "Cookie")
    assert done.variant is not None
    assert zone.answer(first.ticket, answer, now=1) is None
    failed = zone.fail(other.ticket, "timeout", now=1)
    assert failed is not None and failed.status == 504
    late = zone.ask(get(), now=62)
    assert late.ticket is not None and late.cache_status == "EXPIRED" and late.upstream is not None
    assert ("If-None-Match", '"a"') in late.upstream.lines
    assert zone.ask(get(), now=62).cache_status == "UPDATING"
    same = zone.answer(late.ticket, CacheAnswer(304, {}), now=63)
    assert same is not None and same.cache_status == "REVALIDATED"
    stale = zone.request(get(), lambda _: "error", now=200)
    assert (stale.cache_status, stale.reason) == ("STALE", "stale-on-failure")
    assert zone.fail(99, "error", now=0) is None


def test_backend_that_raises() -> None:
    zone: Any = CacheZone(STALE)

    def broken(_request: UpstreamRequest) -> Any:
        raise OSError("no route")

    with pytest.raises(OSError, match="no route"):
        zone.request(get(), broken, now=0)
    with pytest.raises(TypeError, match="the answer of backend must be CacheAnswer or str"):
        zone.request(get(), lambda _: None, now=0)
    with pytest.raises(TuleapFrontError, match="the answer of backend must be error"):
        zone.request(get(), lambda _: "down", now=0)
    with pytest.raises(RuntimeError):
        zone.request(get(), lambda _: zone.ask(get(), now=0), now=0)
    assert zone.request(get(), lambda _: CSS, now=0).cache_status == "MISS"


def test_refused_directives() -> None:
    with pytest.raises(TuleapFrontError) as refused:
        CachePolicy.parse("proxy_cache zone;\nproxy_cache_key $uid;")
    error = refused.value
    assert (error.code, error.entry, error.line) == ("cache-policy/variable", 1, 2)
    assert (error.offset, error.length) == (34, 4) and error.hint


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: CachePolicy.parse(""), "cache-policy/empty"),
        (lambda: CachePolicy.parse("expires @25h;"), "expires/daily"),
        (lambda: CacheLevels("1:3"), "cache-levels/digit"),
        (lambda: CacheKey("a").path("1:1:1:1"), "cache-levels/count"),
        (lambda: UNTYPED.CachePolicy(rules="1.23"), "abi/argument"),
        (lambda: UNTYPED.CachePolicy.documented("other"), "abi/argument"),
        (lambda: UNTYPED.CacheKey.documented("ftp", "GET", "a", "/"), "abi/argument"),
        (lambda: UNTYPED.CacheFacts("ftp", "GET", "a", "/", {}), "abi/argument"),
        (lambda: CacheFacts("http", "GET", "a", "/", {}, version="1.1"), "abi/argument"),
        (lambda: CacheAnswer(-1, {}), "abi/argument"),
        (lambda: UNTYPED.CacheAnswer(200, {}, body="half"), "abi/argument"),
        (lambda: STALE.store(get(), CSS, now=1 << 63), "abi/argument"),
        (lambda: UNTYPED.CacheZone(STALE).fail(0, "slow", now=0), "abi/argument"),
        (lambda: CacheZone(STALE).answer(-1, CSS, now=0), "abi/argument"),
    ],
)
def test_refusals(call: Any, code: str) -> None:
    with pytest.raises(TuleapFrontError) as refused:
        call()
    assert refused.value.code == code


@pytest.mark.parametrize(
    "call",
    [
        lambda: UNTYPED.CachePolicy("gzip on;"),
        lambda: UNTYPED.CachePolicy.parse(None),
        lambda: UNTYPED.CachePolicy().look_up({}),
        lambda: UNTYPED.CachePolicy().store(get(), CSS),
        lambda: UNTYPED.CachePolicy().store(get(), CSS, now=1.5),
        lambda: UNTYPED.CacheKey(5),
        lambda: UNTYPED.CacheKey("a").path(12),
        lambda: UNTYPED.CacheMd5(),
        lambda: UNTYPED.CacheFacts("http", None, "a", "/", {}),
        lambda: UNTYPED.CacheAnswer("200", {}),
        lambda: UNTYPED.CacheZone("gzip on;"),
        lambda: UNTYPED.CacheZone(STALE).request(get(), CSS, now=0),
        lambda: UNTYPED.CacheStep(),
    ],
)
def test_wrong_types(call: Any) -> None:
    with pytest.raises(TypeError):
        call()
