"""Heads of requests and responses, hosts, and the servers of an address."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import tuleap_front
from tuleap_front import (
    LocationRule,
    NginxHost,
    NginxServers,
    RequestHead,
    RequestRefusal,
    RequestTarget,
    ResponseHead,
    ServerAnswer,
    TuleapFrontError,
)

UNTYPED: Any = tuleap_front
HEAD = "GET //a?b HTTP/1.1\r\nHost: Tuleap.example.com:80\r\nX_A: 1\r\nVia:  \xff \r\n\r\nbody\xff"
TEXT = """server {
    server_name tuleap.example.com;
    location / {
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_pass http://127.0.0.1:8080;
    }
    location /svn/ { proxy_pass http://svn:80/; }
}
server { server_name *.example.org; underscores_in_headers on; }
"""
SERVERS = NginxServers(TEXT)


@pytest.mark.parametrize("head", [HEAD, HEAD.encode("latin-1")])
def test_request_head(head: Any) -> None:
    read = RequestHead.parse(head)
    assert isinstance(read, RequestHead)
    assert (read.method, read.version) == ("GET", "HTTP/1.1")
    assert read.target == RequestTarget.parse("//a?b")
    assert (read.host, read.http_host) == ("tuleap.example.com", "Tuleap.example.com:80")
    assert read.lines == [("Host", "Tuleap.example.com:80"), ("Via", "\xff")]
    assert read.rest == b"body\xff"
    assert repr(read) == '<RequestHead "GET" "/a" HTTP/1.1>'
    assert read == RequestHead.parse(head) and len({read, RequestHead.parse(head)}) == 1


def test_options_of_a_head() -> None:
    with_underscores = RequestHead.parse(HEAD, names="underscores", merge_slashes=False)
    assert isinstance(with_underscores, RequestHead)
    assert ("X_A", "1") in with_underscores.lines and with_underscores.target.uri == "//a"
    user = b"GET / HTTP/1.1\r\nHost: user@a\r\n\r\n"
    old = RequestHead.parse(user, rules="1.22")
    assert isinstance(old, RequestHead) and old.host == "user@a"
    refused = RequestHead.parse(user)
    assert isinstance(refused, RequestRefusal)
    assert (refused.status, refused.code) == (400, "host/byte")


@pytest.mark.parametrize(
    ("head", "status", "code"),
    [
        ("GET / HTTP/1.1\r\n\r\n", 400, "head/no-host"),
        ("GET /.. HTTP/1.1\r\n\r\n", 400, "request-target/above-root"),
        ("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: br\r\n\r\n", 501, "head/transfer-encoding"),
        (b"", 400, "request-line/empty"),
    ],
)
def test_refused_heads(head: Any, status: int, code: str) -> None:
    refused = RequestHead.parse(head)
    assert isinstance(refused, RequestRefusal) and refused.text
    assert (refused.status, refused.code) == (status, code)
    assert refused == RequestHead.parse(head)


def test_response_head() -> None:
    read = ResponseHead.parse(b"HTTP/1.1 304 Not Modified\r\nETag: \xff\r\n\r\nrest")
    assert isinstance(read, ResponseHead)
    assert (read.status, read.lines, read.rest) == (304, [("ETag", "\xff")], b"rest")
    assert repr(read) == "<ResponseHead 304>" and len({read}) == 1
    refused = ResponseHead.parse("<html>")
    assert isinstance(refused, RequestRefusal)
    assert (refused.status, refused.code) == (502, "head/status-line")


def test_host() -> None:
    host = NginxHost.parse("Tuleap.example.com.:8443")
    assert isinstance(host, NginxHost)
    assert (str(host), bytes(host)) == ("tuleap.example.com", b"tuleap.example.com")
    assert host == NginxHost.parse(b"tuleap.example.com") and len({host}) == 1
    assert repr(host) == '<NginxHost "tuleap.example.com">'
    assert str(NginxHost.parse(b"\xff", rules="1.22")) == "\xff"
    refused = NginxHost.parse("a..b")
    assert isinstance(refused, RequestRefusal)
    assert (refused.status, refused.code) == (400, "host/dots")


def answered(head: Any, servers: NginxServers = SERVERS) -> ServerAnswer:
    answer = servers.answer(head, "192.0.2.7", "https")
    assert isinstance(answer, ServerAnswer)
    return answer


def test_servers() -> None:
    answer = answered(HEAD)
    assert (answer.host, answer.server, answer.server_name) == (
        "tuleap.example.com",
        0,
        "tuleap.example.com",
    )
    assert (answer.reason, answer.code) == ("exact", "servers/exact") and answer.text
    assert answer.location == LocationRule("", "/", "http://127.0.0.1:8080")
    assert answer.head == RequestHead.parse(HEAD) and answer.redirect is None
    sent = answer.upstream
    assert sent is not None
    assert (sent.backend, sent.target) == ("http://127.0.0.1:8080", "//a?b")
    assert sent.lines[:2] == [("Host", "tuleap.example.com"), ("X-Forwarded-For", "192.0.2.7")]
    assert ("Via", "\xff") in sent.lines and sent == answered(HEAD).upstream
    assert len({sent, answered(HEAD).upstream}) == 1
    assert repr(sent) == '<PassedRequest http://127.0.0.1:8080 "//a?b">'
    assert str(answer).startswith('server 0 "tuleap.example.com" (exact)\n')
    assert answer.to_dict()["target"] == "//a?b"
    assert repr(answer) == '<ServerAnswer "tuleap.example.com" (exact)>'


def test_other_servers() -> None:
    other = answered("GET / HTTP/1.1\r\nHost: a.example.org\r\nX_A: 1\r\n\r\n")
    assert (other.server, other.reason, other.upstream) == (1, "longest-wildcard", None)
    assert ("X_A", "1") in other.head.lines and other.location is None
    nobody = answered(b"GET /svn?a HTTP/1.0\r\n\r\n")
    assert (nobody.host, nobody.reason) == ("tuleap.example.com", "default")
    assert nobody.redirect == "/svn/?a"
    user = b"GET / HTTP/1.1\r\nHost: user@a\r\n\r\n"
    refused = SERVERS.answer(user, "unix:", "http")
    assert isinstance(refused, RequestRefusal) and refused.code == "host/byte"
    assert answered(user, NginxServers(TEXT, rules="1.22")).host == "user@a"


def test_text_of_servers() -> None:
    assert str(NginxServers(str(SERVERS))) == str(SERVERS)
    assert repr(SERVERS) == "<NginxServers>"
    assert copy.copy(SERVERS) is SERVERS and copy.deepcopy([SERVERS])[0] is SERVERS
    with pytest.raises(TuleapFrontError) as refused:
        NginxServers("server {\n  listen 80;\n}")
    error = refused.value
    assert (error.code, error.entry, error.line, error.column) == ("servers/directive", 1, 2, 3)
    assert error.hint


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: NginxServers(""), "servers/empty"),
        (lambda: UNTYPED.NginxServers(TEXT, rules="1.23"), "abi/argument"),
        (lambda: SERVERS.answer(HEAD, "nobody", "http"), "peer/not-an-address"),
        (lambda: UNTYPED.NginxServers(TEXT).answer(HEAD, "::1", "ftp"), "abi/argument"),
        (lambda: UNTYPED.RequestHead.parse(HEAD, names="all"), "abi/argument"),
        (lambda: UNTYPED.RequestHead.parse(HEAD, rules="1"), "abi/argument"),
        (lambda: UNTYPED.NginxHost.parse("a", rules="1"), "abi/argument"),
    ],
)
def test_refusals(call: Any, code: str) -> None:
    with pytest.raises(TuleapFrontError) as refused:
        call()
    assert refused.value.code == code


@pytest.mark.parametrize(
    "call",
    [
        lambda: UNTYPED.RequestHead.parse(None),
        lambda: UNTYPED.RequestHead(HEAD),
        lambda: UNTYPED.ResponseHead.parse(5),
        lambda: UNTYPED.NginxHost.parse(5),
        lambda: UNTYPED.NginxServers(TEXT.encode()),
        lambda: UNTYPED.NginxServers(TEXT).answer(5, "::1", "http"),
        lambda: UNTYPED.NginxServers(TEXT).answer(HEAD, 5, "http"),
    ],
)
def test_wrong_types(call: Any) -> None:
    with pytest.raises(TypeError):
        call()
