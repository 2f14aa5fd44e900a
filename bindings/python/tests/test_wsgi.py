"""The WSGI middleware: plain calls, wsgiref's checker and server, and werkzeug's client."""

from __future__ import annotations

import json
import threading
import urllib.request
from typing import Any, Optional
from wsgiref.simple_server import WSGIRequestHandler, make_server
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import pytest
from tuleap_front import TuleapFrontError
from tuleap_front.wsgi import ClientIpMiddleware, client_ip
from werkzeug.test import Client
from werkzeug.wrappers import Request, Response

FORWARDED = {
    "HTTP_X_FORWARDED_FOR": "6.6.6.6, 203.0.113.9",
    "HTTP_X_FORWARDED_PROTO": "https",
}

Environ = dict[str, Any]


def environ_of(remote_addr: Optional[str] = "127.0.0.1", **more: Any) -> Environ:
    environ: Environ = {**FORWARDED, "REMOTE_PORT": "40000", "REMOTE_HOST": "proxy.internal"}
    if remote_addr is not None:
        environ["REMOTE_ADDR"] = remote_addr
    environ.update(more)
    setup_testing_defaults(environ)
    return {name: value for name, value in environ.items() if value is not None}


def call(environ: Environ, **options: Any) -> tuple[Optional[Environ], list[str], bytes]:
    """The environment that the application saw, or None; the status line, the body."""
    seen: list[Environ] = []
    statuses: list[str] = []

    def app(environ: Any, start_response: Any) -> list[bytes]:
        seen.append(environ)
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"hello"]

    def start_response(status: str, headers: Any, exc_info: Any = None) -> None:
        statuses.append(status)

    middleware = ClientIpMiddleware(app, **{"trusted": "127.0.0.1", **options})
    body = b"".join(middleware(environ, start_response))
    return (seen[0] if seen else None), statuses, body


def seen_by(environ: Environ, **options: Any) -> Environ:
    seen, statuses, body = call(environ, **options)
    assert (statuses, body) == (["200 OK"], b"hello") and seen is not None
    return seen


def test_forwarded() -> None:
    environ = seen_by(environ_of())
    assert environ["REMOTE_ADDR"] == "203.0.113.9"
    assert "REMOTE_PORT" not in environ and "REMOTE_HOST" not in environ
    assert environ["wsgi.url_scheme"] == "https"
    assert client_ip(environ).kind == "forwarded"
    assert environ["tuleap_front.peer"] == "127.0.0.1"
    assert environ["HTTP_HOST"] == "127.0.0.1"
    with_port = seen_by(environ_of(HTTP_X_FORWARDED_FOR="[2001:db8::9]:4711"))
    assert (with_port["REMOTE_ADDR"], with_port["REMOTE_PORT"]) == ("2001:db8::9", "4711")


@pytest.mark.parametrize(
    ("remote_addr", "header", "kind", "scheme"),
    [
        ("198.51.100.1", "203.0.113.9", "direct", "http"),
        ("127.0.0.1", "unknown", "unnamed", "https"),
        ("127.0.0.1", "\udcff", "unnamed", "https"),
        ("127.0.0.1", "", "edge", "https"),
        ("127.0.0.1", None, "edge", "https"),
        ("", "203.0.113.9", "none", "http"),
        (None, "203.0.113.9", "none", "http"),
        ("localhost", "203.0.113.9", "none", "http"),
    ],
)
def test_only_a_named_client_replaces_the_peer(
    remote_addr: Optional[str], header: Optional[str], kind: str, scheme: str
) -> None:
    environ = seen_by(environ_of(remote_addr, HTTP_X_FORWARDED_FOR=header))
    assert environ.get("REMOTE_ADDR") == environ["tuleap_front.peer"] == remote_addr
    assert (environ["REMOTE_PORT"], environ["REMOTE_HOST"]) == ("40000", "proxy.internal")
    assert client_ip(environ).kind == kind
    assert environ["wsgi.url_scheme"] == scheme


def test_local_socket() -> None:
    options = {"trusted": "unix:", "unix_socket": True}
    for nobody in ("", None):
        assert seen_by(environ_of(nobody), **options)["REMOTE_ADDR"] == "203.0.113.9"
        assert client_ip(seen_by(environ_of(nobody), trusted="unix:")).kind == "none"


def test_words_of_proxy_fix() -> None:
    two = {"HTTP_X_FORWARDED_FOR": "6.6.6.6, 203.0.113.9, 10.0.0.2"}
    environ = seen_by(environ_of(**two), x_for=2, x_proto=1)
    assert (environ["REMOTE_ADDR"], environ["wsgi.url_scheme"]) == ("203.0.113.9", "https")
    assert seen_by(environ_of(**two), x_for=1)["REMOTE_ADDR"] == "10.0.0.2"
    # The count alone is not enough: the peer must be trusted.
    assert seen_by(environ_of("198.51.100.1", **two), x_for=2)["REMOTE_ADDR"] == "198.51.100.1"
    assert seen_by(environ_of(), x_proto=0)["wsgi.url_scheme"] == "http"
    more = {"HTTP_X_FORWARDED_PROTO": "https, http"}
    assert seen_by(environ_of(**more), x_proto=2)["wsgi.url_scheme"] == "https"


def test_host() -> None:
    sent = {"HTTP_X_FORWARDED_HOST": "Tuleap.example.com", "HTTP_X_FORWARDED_PORT": "8443"}
    options = {"allowed_hosts": ["tuleap.example.com"], "x_host": 1}
    environ = seen_by(environ_of(**sent), **options)
    assert environ["HTTP_HOST"] == environ["SERVER_NAME"] == "tuleap.example.com"
    assert environ["SERVER_PORT"] == "443"
    environ = seen_by(environ_of(**sent), **options, x_port=1)
    assert environ["HTTP_HOST"] == "tuleap.example.com:8443"
    assert (environ["SERVER_NAME"], environ["SERVER_PORT"]) == ("tuleap.example.com", "8443")
    # Whoever is not trusted cannot choose it.
    _, statuses, _ = call(environ_of("198.51.100.1", **sent), **options)
    assert statuses == ["421 Misdirected Request"]
    # Without the list a port alone can be read, and the host stays.
    environ = seen_by(environ_of(HTTP_HOST="a.example", **sent), forwarded_port=True)
    assert (environ["HTTP_HOST"], environ["SERVER_PORT"]) == ("a.example:8443", "8443")


def test_refusals() -> None:
    _, statuses, body = call(environ_of(HTTP_X_FORWARDED_FOR=None), refuse_uncertain=True)
    assert statuses == ["403 Forbidden"] and b"certain" in body
    _, statuses, body = call(environ_of(), allowed_hosts="tuleap.example.com")
    assert statuses == ["421 Misdirected Request"] and b"host" in body


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"trusted": None}, None),
        ({"trusted": 1}, None),
        ({"x_for": 1, "hops": 1}, None),
        ({"x_for": "1"}, None),
        ({"trusted": "*"}, "trusted-proxies/trust-all"),
        ({"x_for": 0}, "abi/argument"),
        ({"x_for": -1}, "abi/argument"),
        ({"x_proto": -1}, "abi/argument"),
        ({"x_host": 1}, "allowed-hosts/empty"),
        ({"x_host": 2, "allowed_hosts": "a"}, "abi/argument"),
        ({"x_port": 2}, "abi/argument"),
        ({"x_prefix": 1}, "abi/argument"),
    ],
)
def test_refused_arguments(options: Any, code: Optional[str]) -> None:
    if code is None:
        with pytest.raises(TypeError):
            call(environ_of(), **options)
        return
    with pytest.raises(TuleapFrontError) as refused:
        call(environ_of(), **options)
    assert refused.value.code == code


def test_positional_words_of_proxy_fix_are_refused() -> None:
    untyped: Any = ClientIpMiddleware
    for words in ((1,), (1, 1)):
        with pytest.raises(TypeError):
            untyped(None, *words)


def test_conforms_to_pep_3333() -> None:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [client_ip(environ).kind.encode()]

    check: Any = validator
    for options in ({}, {"allowed_hosts": "other.example"}):
        untyped: Any = ClientIpMiddleware
        middleware = untyped(check(app), "127.0.0.1", **options)
        environ = environ_of(QUERY_STRING="")
        answer = check(middleware)(environ, lambda status, headers, exc_info=None: print)
        assert b"".join(answer)
        answer.close()


def show(environ: Any, start_response: Any) -> Any:
    request = Request(environ)
    answer = [request.remote_addr, request.scheme, request.url, client_ip(environ).kind]
    return Response(json.dumps(answer), mimetype="application/json")(environ, start_response)


def test_werkzeug() -> None:
    client = Client(ClientIpMiddleware(show, trusted="127.0.0.1"))
    headers = {"X-Forwarded-For": "6.6.6.6, 203.0.113.9", "X-Forwarded-Proto": "https"}
    base = {"REMOTE_ADDR": "127.0.0.1"}
    response = client.get("/a", headers=headers, environ_base=base)
    assert response.json == ["203.0.113.9", "https", "https://localhost/a", "forwarded"]
    stranger = {"REMOTE_ADDR": "198.51.100.1"}
    response = client.get("/a", headers=headers, environ_base=stranger)
    assert response.json == ["198.51.100.1", "http", "http://localhost/a", "direct"]


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


def test_wsgiref_server() -> None:
    """Over a socket."""
    app = ClientIpMiddleware(show, trusted="127.0.0.1")
    with make_server("127.0.0.1", 0, app, handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            url = f"http://127.0.0.1:{server.server_port}/"
            request = urllib.request.Request(url, headers={"X-Forwarded-For": "203.0.113.9"})
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            with opener.open(request, timeout=20) as response:
                assert json.load(response) == ["203.0.113.9", "http", url, "forwarded"]
        finally:
            server.shutdown()
            thread.join(20)
