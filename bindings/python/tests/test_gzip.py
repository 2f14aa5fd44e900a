"""Which answers are compressed."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import tuleap_front
from tuleap_front import GzipFacts, GzipPolicy, TuleapFrontError

UNTYPED: Any = tuleap_front
ASKED = {"Accept-Encoding": "br, gzip"}
NOW = 1_790_000_000


def css(**changes: Any) -> GzipFacts:
    """The facts of a style, with these changes."""
    facts: Any = {
        "scheme": "https",
        "request": ASKED,
        "status": 200,
        "response": {"Content-Type": "text/css", "ETag": '"a"'},
        "now": NOW,
    }
    return UNTYPED.GzipFacts(**{**facts, **changes})  # type: ignore[no-any-return]


def test_verdict() -> None:
    verdict = GzipPolicy().decide(css())
    assert (verdict.compresses, verdict.varies, verdict.etag) == (True, True, "weaken")
    assert verdict.removes == ("content-length", "accept-ranges")
    assert (verdict.reason, verdict.code) == ("accepted", "gzip/accepted")
    assert verdict.text and repr(verdict) == "<GzipVerdict yes: accepted>"
    other = GzipPolicy().decide(css(request={}))
    assert (other.compresses, other.varies, other.removes) == (False, True, ())
    assert repr(other) == "<GzipVerdict no: no-accept-encoding>"
    assert len({verdict, GzipPolicy.tuleap().decide(css()), other}) == 2


@pytest.mark.parametrize("method", [None, "GET", b"GET"])
@pytest.mark.parametrize("version", ["HTTP/1.0", "HTTP/1.1", "HTTP/2", "HTTP/2.0", "HTTP/3"])
def test_facts(method: Any, version: str) -> None:
    headers: Any = [(b"accept-encoding", b"gzip")]
    facts = css(request=headers, method=method, version=version)
    assert repr(facts) == '<GzipFacts https "GET": 200>'
    for policy in (GzipPolicy(), GzipPolicy.documented("distributed")):
        reason = policy.decide(facts).reason
        assert reason == ("http-version" if version == "HTTP/1.0" else "accepted")


def test_facts_do_not_change() -> None:
    request = [("Accept-Encoding", "gzip")]
    facts = css(request=request)
    request.clear()
    assert GzipPolicy().decide(facts).compresses


def test_length() -> None:
    lines = {"Content-Type": "text/css", "Content-Length": "10"}
    decide = GzipPolicy().decide
    assert decide(css(response=lines)).reason == "too-short"
    assert decide(css(response=lines, length="unknown")).compresses
    assert decide(css(response=lines, length=1000)).compresses
    assert decide(css(length=10)).reason == "too-short"


def test_secrets() -> None:
    page = css(request={**ASKED, "Cookie": "a=b"}, response={"Content-Type": "text/html"})
    assert GzipPolicy().decide(page).reason == "secret"
    assert GzipPolicy(secrets="compress").decide(page).compresses
    explanation = GzipPolicy().explain(page)
    last = explanation.steps[-1]
    assert (last.check, last.seen, last.decides) == ("secret", "Cookie", True)
    assert repr(last) == '<GzipStep secret: "Cookie">'
    assert len({*explanation.steps, last}) == len(explanation.steps)
    assert explanation.verdict == GzipPolicy().decide(page)
    assert str(explanation).startswith("gzip no (secret)\n") and "a=b" not in str(explanation)
    assert explanation.to_dict()["steps"][-1] == {
        "check": "secret",
        "seen": "Cookie",
        "decides": True,
    }
    assert repr(explanation) == "<GzipExplanation of secret>"


def test_lines() -> None:
    response = [(b"Vary", b"Cookie"), (b"Content-Type", b"text/css"), (b"ETag", b'"\xff"')]
    lines = GzipPolicy().response_lines(css(response=response))
    assert lines == [
        ("Content-Type", "text/css"),
        ("Vary", "Cookie, Accept-Encoding"),
        ("ETag", 'W/"\xff"'),
        ("Content-Encoding", "gzip"),
    ]
    hour = GzipPolicy.tuleap(expires="1h").response_lines(css(request={}))
    assert ("Cache-Control", "max-age=3600") in hour
    assert ("Expires", "Mon, 21 Sep 2026 15:13:20 GMT") in hour


def test_directives() -> None:
    policy = GzipPolicy.parse(
        "gzip on;\ngzip_types text/css *; gzip_proxied no-cache auth; gzip_disable msie6;"
        "gzip_min_length 1k; gzip_http_version 1.0; expires modified 1d;"
        "proxy_pass_header Date;",
        rules="1.22",
    )
    assert policy.is_on and not policy.has_vary and not policy.is_recommended
    assert (policy.types, policy.has_all_types) == (("text/css",), True)
    assert (policy.proxied, policy.disable) == (("no-cache", "auth"), ("msie6",))
    assert (policy.min_length, policy.http_version) == (1024, "HTTP/1.0")
    assert (policy.expires, policy.passes_date) == ("modified 1d", True)
    assert (policy.rules, policy.secrets) == ("1.22", "identity")
    assert str(GzipPolicy.parse(str(policy))) == str(policy)
    assert GzipPolicy.parse("gzip on; expires 1h;", expires="off").expires == "off"
    assert repr(policy) == "<GzipPolicy.parse(...)>"
    assert copy.copy(policy) is policy and copy.deepcopy([policy])[0] is policy


def test_policies() -> None:
    ours = GzipPolicy(secrets="compress", expires="max")
    assert ours.is_recommended and ours.types == () and ours.proxied == ("any",)
    assert (ours.secrets, ours.expires, ours.rules) == ("compress", "max", "current")
    assert repr(ours) == "<GzipPolicy()>" and "gzip_vary on;\n" in str(ours)
    documented = GzipPolicy.documented("reverse-proxy")
    assert repr(documented) == '<GzipPolicy.documented("reverse-proxy")>'
    added = set(GzipPolicy.tuleap().types) - set(documented.types)
    assert added == {"application/json", "application/javascript"}
    twice = css(response=[("Content-Type", "image/png"), ("Content-Type", "text/css")])
    assert GzipPolicy.tuleap().decide(twice).reason == "type"
    assert GzipPolicy.tuleap(rules="1.22").decide(twice).compresses


def test_refused_directives() -> None:
    with pytest.raises(TuleapFrontError) as refused:
        GzipPolicy.parse("gzip on;\ngzip_vary yes;")
    error = refused.value
    assert (error.code, error.entry, error.line, error.column) == ("gzip/switch", 1, 2, 11)
    assert (error.offset, error.offset_in_entry, error.length) == (19, 10, 3)
    assert error.hint == "write on or off" and str(error).endswith(error.hint)


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: GzipPolicy.parse(""), "gzip/empty"),
        (lambda: GzipPolicy.parse("gzip on; expires @25h;"), "expires/daily"),
        (lambda: GzipPolicy(expires="soon"), "expires/time"),
        (lambda: UNTYPED.GzipPolicy(secrets="page"), "abi/argument"),
        (lambda: UNTYPED.GzipPolicy(rules="1.23"), "abi/argument"),
        (lambda: UNTYPED.GzipPolicy.documented("other"), "abi/argument"),
        (lambda: css(scheme="ftp"), "abi/argument"),
        (lambda: css(version="1.1"), "abi/argument"),
        (lambda: css(status=65536), "abi/argument"),
        (lambda: css(status=-1), "abi/argument"),
        (lambda: css(length=-1), "abi/argument"),
        (lambda: css(length="long"), "abi/argument"),
        (lambda: css(now=1 << 63), "abi/argument"),
    ],
)
def test_refusals(call: Any, code: str) -> None:
    with pytest.raises(TuleapFrontError) as refused:
        call()
    assert refused.value.code == code


@pytest.mark.parametrize(
    "call",
    [
        lambda: UNTYPED.GzipPolicy("gzip on;"),
        lambda: UNTYPED.GzipPolicy.parse(b"gzip on;"),
        lambda: UNTYPED.GzipPolicy().decide({}),
        lambda: UNTYPED.GzipFacts("https", {}, 200, {}),
        lambda: css(request=None),
        lambda: css(response=[("a",)]),
        lambda: css(status="200"),
        lambda: css(now=1.5),
        lambda: css(method=5),
        lambda: css(length=1.5),
        lambda: UNTYPED.GzipVerdict(),
    ],
)
def test_wrong_types(call: Any) -> None:
    with pytest.raises(TypeError):
        call()
