"""Redirects to https, chains of proxies, and what nginx reads of a request line."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import tuleap_front
from tuleap_front import (
    HttpsRedirect,
    ProxyChain,
    RequestLine,
    RequestRefusal,
    RequestTarget,
    TuleapFrontError,
)

REDIRECT = HttpsRedirect("tuleap.example.com")
LOOP = "lb: https; nginx: http, redirects"
UNTYPED: Any = tuleap_front


@pytest.mark.parametrize("target", ["/a%20b?c", b"/a%20b?c"])
def test_redirect(target: Any) -> None:
    decision = REDIRECT.decide("http", b"GET", target)
    assert (decision.action, decision.status) == ("redirect", 301)
    assert decision.location == "https://tuleap.example.com/a%20b?c"
    assert (decision.reason, decision.code) == ("may-become-get", "https-redirect/may-become-get")
    assert decision.text and repr(decision) == "<RedirectDecision redirect: 301 may-become-get>"
    assert decision == REDIRECT.decide("http", "GET", target) != REDIRECT.decide("http", "PUT", "/")
    assert hash(decision) == hash(REDIRECT.decide("http", "GET", target))
    stay = REDIRECT.decide("https", "GET", target)
    assert (stay.action, stay.status, stay.location) == ("stay", None, None)
    assert repr(stay) == "<RedirectDecision stay: already-https>"
    refused = REDIRECT.decide("http", "GET", "/a\r\nSet-Cookie: b")
    assert (refused.action, refused.status, refused.location) == ("refuse", 400, None)
    assert refused.code.startswith("request-")


def test_choices_of_a_redirect() -> None:
    assert REDIRECT.decide("http", "POST", "/").status == 308
    assert HttpsRedirect("a.example", status="found").decide("http", "POST", "/").status == 302
    assert HttpsRedirect("https://A.example:443").origin == "https://a.example"
    assert repr(HttpsRedirect("a.example:8443")) == "<HttpsRedirect to https://a.example:8443>"
    assert REDIRECT.decide("http", "CONNECT", "/").status == 400
    assert HttpsRedirect("a.example", nginx="1.22").decide("http", "CONNECT", "/").status == 405
    proxy = HttpsRedirect.documented("reverse-proxy", "Tuleap.example.com www.example.com")
    assert proxy.decide("http", "PUT", "/a").location == "https://tuleap.example.com:443/a"
    assert proxy.decide("http", "PUT", "/a").status == 301
    distributed = HttpsRedirect.documented("distributed", "a.example", status="permanent-redirect")
    assert distributed.decide("http", "PUT", "/a").location == "https://a.example/a"
    assert distributed.decide("http", "PUT", "/a").status == 308
    assert copy.copy(proxy) is proxy and copy.deepcopy([proxy])[0] is proxy


def test_explanation_of_a_redirect() -> None:
    explanation = REDIRECT.explain("http", "COPY", b"/\xff")
    assert explanation.decision == REDIRECT.decide("http", "COPY", b"/\xff")
    assert explanation.decision.location == "https://tuleap.example.com/\xff"
    known = explanation.to_dict()
    assert (known["action"], known["status"], known["reason"]) == ("redirect", 308, "keeps-method")
    assert str(explanation).startswith("https-redirect 308 (keeps-method)\n")
    assert repr(explanation) == "<RedirectExplanation of redirect (keeps-method)>"


def test_chain() -> None:
    chain = ProxyChain(LOOP)
    assert (chain.verdict("https"), chain.verdict("http")) == ("loop", "unreachable")
    assert chain.hops == ("lb: https", "nginx: http, redirects")
    assert str(chain) == LOOP and repr(chain) == "<ProxyChain of 2 hops>"
    assert chain == ProxyChain(f"# ours\n{LOOP}") != ProxyChain("nginx: http")
    assert hash(chain) == hash(ProxyChain(str(chain)))
    assert copy.copy(chain) is chain and copy.deepcopy([chain])[0] is chain
    corrected = chain.corrected()
    assert str(corrected) == "lb: https, writes proto; nginx: http, trusts lb, redirects"
    assert corrected.verdict("https") == "served" and corrected.corrected() == corrected


def test_explanation_of_a_chain() -> None:
    explanation = ProxyChain(LOOP).explain()
    assert not explanation.is_sound and explanation.corrected == ProxyChain(LOOP).corrected()
    https = explanation.https
    assert (https.verdict, https.code, https.tls_ends_at) == ("loop", "redirect-loop/loop", "lb")
    assert str(https) == https.text and https.text.startswith("TLS ends at lb; ")
    assert repr(https) == "<ChainRun: loop>"
    lb, nginx = https.steps
    assert (lb.hop, lb.reached_by, lb.proto, lb.sends) == ("lb", "https", None, None)
    assert (nginx.believes, nginx.redirects) == ("http", True)
    assert nginx.belief in repr(nginx) and lb != nginx
    reasons = [cause.reason for cause in https.causes]
    cause = https.causes[0]
    assert cause.code == f"redirect-loop/{reasons[0]}" and cause.advice
    assert str(cause) == cause.text and cause.hop in repr(cause)
    known = explanation.to_dict()
    assert [it["reason"] for it in known["https"]["causes"]] == reasons
    assert known["corrected"] == str(explanation.corrected)
    assert str(explanation).startswith("https: loop (redirect-loop/loop)\n")
    assert repr(explanation) == "<ChainExplanation: https loop, http unreachable>"
    sound = ProxyChain("nginx: http and https, redirects; tuleap: http").explain()
    assert sound.is_sound and sound.corrected is None and sound.notes == ()
    assert sound.http.verdict == "redirected-once"


def test_refused_chains() -> None:
    with pytest.raises(TuleapFrontError) as refused:
        ProxyChain("lb: https;\nnginx: http, trust lb")
    error = refused.value
    assert (error.code, error.entry, error.line, error.column) == ("proxy-chain/word", 1, 2, 14)
    assert (error.offset, error.offset_in_entry, error.length) == (24, 13, 8)
    assert error.hint is not None and error.hint.startswith("write trusts NAME")


def test_target() -> None:
    target = RequestTarget.parse("/plugins%2Fsvn//a/../%61.css?x=%2e#top")
    assert isinstance(target, RequestTarget)
    assert (target.uri, target.args, target.host) == ("/plugins/svn/a.css", "x=%2e", None)
    assert target.request_uri == "/plugins%2Fsvn//a/../%61.css?x=%2e#top"
    assert repr(target) == '<RequestTarget "/plugins/svn/a.css">'
    assert target == RequestTarget.parse(target.request_uri.encode())
    kept = RequestTarget.parse("//a", merge_slashes=False)
    assert isinstance(kept, RequestTarget) and kept.uri == "//a"
    absolute = RequestTarget.parse(b"http://a.example:80/%ff")
    assert isinstance(absolute, RequestTarget)
    assert (absolute.host, absolute.uri) == ("a.example", "/\xff")
    refused = RequestTarget.parse("/..")
    assert isinstance(refused, RequestRefusal)
    assert (refused.status, refused.reason) == (400, "above-root")
    assert refused.code == "request-target/above-root" and refused.text
    assert repr(refused) == "<RequestRefusal 400 above-root>"


def test_line() -> None:
    line = RequestLine.parse(b"COPY /svn/a%20b HTTP/1.1\r\nHost: a\r\n")
    assert isinstance(line, RequestLine)
    assert (line.method, line.version, line.target.uri) == ("COPY", "HTTP/1.1", "/svn/a b")
    assert repr(line) == '<RequestLine "COPY" "/svn/a b" HTTP/1.1>'
    old = RequestLine.parse("GET /")
    assert isinstance(old, RequestLine) and old.version == "HTTP/0.9" and old != line
    for text, nginx, status in [
        ("GET / HTTP/2.0", "current", 505),
        ("CONNECT /x HTTP/1.1", "current", 400),
        ("CONNECT /x HTTP/1.1", "1.22", 405),
        ("GET /%0 HTTP/1.1", "1.22", 400),
        ("", "current", 400),
    ]:
        refused = UNTYPED.RequestLine.parse(text, nginx=nginx)
        assert isinstance(refused, RequestRefusal) and refused.status == status, text


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: HttpsRedirect(""), "https-origin/empty"),
        (lambda: HttpsRedirect("http://a"), "https-origin/scheme"),
        (lambda: HttpsRedirect("a/b"), "https-origin/path"),
        (lambda: HttpsRedirect.documented("distributed", "$hostname"), "https-origin/server-name"),
        (lambda: UNTYPED.HttpsRedirect("a", status="301"), "abi/argument"),
        (lambda: UNTYPED.HttpsRedirect("a", nginx="1.23"), "abi/argument"),
        (lambda: UNTYPED.HttpsRedirect.documented("other", "a"), "abi/argument"),
        (lambda: UNTYPED.HttpsRedirect("a").decide("ftp", "GET", "/"), "abi/argument"),
        (lambda: ProxyChain(""), "proxy-chain/empty"),
        (lambda: UNTYPED.ProxyChain(LOOP).verdict("ws"), "abi/argument"),
        (lambda: UNTYPED.RequestLine.parse("GET /", nginx="1"), "abi/argument"),
    ],
)
def test_refusals(call: Any, code: str) -> None:
    with pytest.raises(TuleapFrontError) as refused:
        call()
    assert refused.value.code == code
    if code.startswith("https-origin/"):
        assert refused.value.hint is not None and str(refused.value).endswith(refused.value.hint)


@pytest.mark.parametrize(
    "call",
    [
        lambda: UNTYPED.HttpsRedirect(None),
        lambda: UNTYPED.HttpsRedirect("a", "found"),
        lambda: UNTYPED.HttpsRedirect("a").decide("http", "GET", None),
        lambda: UNTYPED.HttpsRedirect("a").decide("http", 5, "/"),
        lambda: UNTYPED.ProxyChain(b"nginx: http"),
        lambda: UNTYPED.RequestTarget.parse(None),
        lambda: UNTYPED.RequestTarget("/"),
        lambda: UNTYPED.RequestLine.parse(5),
        lambda: UNTYPED.RedirectDecision(),
    ],
)
def test_wrong_types(call: Any) -> None:
    with pytest.raises(TypeError):
        call()
