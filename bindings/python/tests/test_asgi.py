"""The ASGI middleware: plain calls, Starlette, and a real uvicorn."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
import urllib.request
from typing import Any, Optional

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from tuleap_front import TrustedProxies, TuleapFrontError
from tuleap_front.asgi import ClientIpMiddleware, client_ip

FORWARDED = [(b"x-forwarded-for", b"6.6.6.6, 203.0.113.9"), (b"x-forwarded-proto", b"https")]
PEER = ("127.0.0.1", 40000)

Scope = dict[str, Any]


def scope_of(client: Any = PEER, headers: Any = FORWARDED, **more: Any) -> Scope:
    scope = {
        "type": "http",
        "scheme": "http",
        "client": client,
        "server": ("127.0.0.1", 8000),
        "headers": [(b"host", b"backend.internal:8000"), *headers],
    }
    return {**scope, **more}


def call(scope: Scope, **options: Any) -> tuple[Optional[Scope], list[Scope]]:
    """The scope that the application saw, or None; and what was sent to the client."""
    seen: list[Scope] = []
    sent: list[Scope] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope)

    async def send(message: Any) -> None:
        sent.append(message)

    middleware: Any = ClientIpMiddleware(app, **{"trusted": "127.0.0.1", **options})
    asyncio.run(middleware(scope, None, send))
    return (seen[0] if seen else None), sent


def seen_by(scope: Scope, **options: Any) -> Scope:
    seen, sent = call(scope, **options)
    assert seen is not None and not sent
    return seen


def test_forwarded() -> None:
    scope = seen_by(scope_of())
    assert scope["client"] == ("203.0.113.9", 0)
    assert scope["scheme"] == "https"
    assert client_ip(scope).kind == "forwarded"
    assert scope["state"]["client_peer"] == PEER
    assert scope["headers"] == scope_of()["headers"]


def test_the_port_that_the_proxy_wrote() -> None:
    scope = seen_by(scope_of(headers=[(b"x-forwarded-for", b"203.0.113.9:4711")]))
    assert scope["client"] == ("203.0.113.9", 4711)
    assert scope["scheme"] == "http"


@pytest.mark.parametrize(
    ("client", "headers", "kind", "scheme"),
    [
        (("198.51.100.1", 1), FORWARDED, "direct", "http"),
        (
            PEER,
            [(b"x-forwarded-for", b"unknown"), (b"x-forwarded-proto", b"https")],
            "unnamed",
            "https",
        ),
        (PEER, [], "edge", "http"),
        (None, FORWARDED, "none", "http"),
        (("testclient", 50000), FORWARDED, "none", "http"),
    ],
)
def test_only_a_named_client_replaces_the_peer(
    client: Any, headers: Any, kind: str, scheme: str
) -> None:
    scope = seen_by(scope_of(client, headers))
    assert scope["client"] == client
    assert client_ip(scope).kind == kind
    assert scope["scheme"] == scheme


def test_websockets_and_the_rest() -> None:
    scope = seen_by(scope_of(type="websocket", scheme="ws"))
    assert (scope["client"], scope["scheme"]) == (("203.0.113.9", 0), "wss")
    plain = [(b"x-forwarded-proto", b"http")]
    assert seen_by(scope_of(headers=plain, type="websocket", scheme="wss"))["scheme"] == "ws"
    lifespan = {"type": "lifespan", "state": {}}
    assert seen_by(lifespan) == {"type": "lifespan", "state": {}}


def test_the_state_of_the_server_is_not_written_to() -> None:
    shared = {"pool": object()}
    scope = seen_by(scope_of(state=shared))
    assert list(shared) == ["pool"]
    assert scope["state"]["pool"] is shared["pool"]


def test_local_socket() -> None:
    options = {"trusted": "unix:", "unix_socket": True}
    assert seen_by(scope_of(None), **options)["client"] == ("203.0.113.9", 0)
    # Without the word, no address is nobody's.
    assert client_ip(seen_by(scope_of(None), trusted="unix:")).kind == "none"
    # And with it, an address stays one.
    assert client_ip(seen_by(scope_of(("198.51.100.1", 1)), **options)).kind == "direct"


def test_host() -> None:
    forwarded = [
        (b"x-forwarded-host", b"Tuleap.example.com"),
        (b"x-forwarded-proto", b"https"),
        (b"x-forwarded-port", b"8443"),
    ]
    options = {"allowed_hosts": ["tuleap.example.com"], "forwarded_host": True}
    headers = seen_by(scope_of(headers=forwarded), **options)["headers"]
    assert headers == [(b"host", b"tuleap.example.com"), *forwarded]
    headers = seen_by(scope_of(headers=forwarded), **options, forwarded_port=True)["headers"]
    assert headers[0] == (b"host", b"tuleap.example.com:8443")
    # Whoever is not trusted cannot choose it.
    direct = scope_of(("198.51.100.1", 1), forwarded)
    seen, sent = call(direct, **options)
    assert seen is None and sent[0]["status"] == 421
    direct["headers"][0] = (b"host", b"tuleap.example.com")
    assert seen_by(direct, **options)["headers"][0] == (b"host", b"tuleap.example.com")


def test_refusals() -> None:
    _, sent = call(scope_of(headers=[]), refuse_uncertain=True)
    assert [it["type"] for it in sent] == ["http.response.start", "http.response.body"]
    assert sent[0]["status"] == 403
    assert dict(sent[0]["headers"])[b"content-length"] == str(len(sent[1]["body"])).encode()
    seen, sent = call(scope_of(headers=[], type="websocket"), refuse_uncertain=True)
    assert seen is None and sent == [{"type": "websocket.close", "code": 1008, "reason": ""}]
    assert client_ip(seen_by(scope_of(), refuse_uncertain=True)).is_certain
    _, sent = call(scope_of(), allowed_hosts="tuleap.example.com")
    assert sent[0]["status"] == 421


@pytest.mark.parametrize(
    "options",
    [
        {"trusted": "127.0.0.1"},
        {"trusted": ["10.0.0.1", "127.0.0.1"]},
        {"trusted": TrustedProxies("127.0.0.1")},
        {"trusted": None, "trusted_hosts": "127.0.0.1"},
        {"trusted": None, "trusted_hosts": ["127.0.0.1", "10.0.0.0/8"]},
        {"headers": "X-Forwarded-For"},
        {"headers": ["X-Real-IP", "X-Forwarded-For"]},
        {"hops": 1},
        {"max_hops": 2},
        {"forwarded_scheme": True, "proto_hops": 1},
    ],
)
def test_forms_of_arguments(options: Any) -> None:
    scope = seen_by(scope_of(), **options)
    assert (scope["client"], scope["scheme"]) == (("203.0.113.9", 0), "https")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"trusted": None}, None),
        ({"trusted": "127.0.0.1", "trusted_hosts": "127.0.0.1"}, None),
        ({"trusted": 1}, None),
        ({"trusted": b"127.0.0.1"}, None),
        ({"trusted": [1]}, None),
        ({"unknown": 1}, None),
        ({"trusted": None, "trusted_hosts": "*"}, "trusted-proxies/trust-all"),
        ({"trusted": None, "trusted_hosts": ["*"]}, "trusted-proxies/trust-all"),
        ({"trusted": None, "trusted_hosts": "localhost"}, "trusted-proxies/not-an-address"),
        ({"trusted": ["10.0.0.1 127.0.0.1"]}, "trusted-proxies/not-an-address"),
        ({"headers": "a b"}, "forwarding-header/name"),
        ({"hops": 0}, "abi/argument"),
        ({"forwarded_host": True}, "allowed-hosts/empty"),
        ({"allowed_hosts": []}, "allowed-hosts/empty"),
    ],
)
def test_refused_arguments(options: Any, code: Optional[str]) -> None:
    if code is None:
        with pytest.raises(TypeError):
            call(scope_of(), **options)
        return
    with pytest.raises(TuleapFrontError) as refused:
        call(scope_of(), **options)
    assert refused.value.code == code


def test_repr() -> None:
    app: Any = None
    middleware = ClientIpMiddleware(app, trusted="127.0.0.1")
    assert repr(middleware).startswith("<tuleap_front.asgi.ClientIpMiddleware with <ClientIp")
    assert middleware.resolver.trusts("127.0.0.1")
    assert middleware.policy is not None


def application(**options: Any) -> Starlette:
    async def show(request: Request) -> JSONResponse:
        assert request.client is not None
        client = request.state.client_ip
        return JSONResponse([request.client.host, request.url.scheme, client.kind])

    async def talk(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text(f"{websocket.url.scheme} {websocket.state.client_ip}")
        await websocket.close()

    app = Starlette(routes=[Route("/", show), WebSocketRoute("/", talk)])
    app.add_middleware(ClientIpMiddleware, **options)
    return app


def exchange(app: Starlette, scope: Scope) -> list[Any]:
    """What the application sends in answer to a connection."""
    sent: list[Any] = []
    received = [{"type": "http.request"}, {"type": "websocket.connect"}]

    async def receive() -> Any:
        return received[scope["type"] == "websocket"]

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(app({**scope, "path": "/", "query_string": b"", "method": "GET"}, receive, send))
    return sent


def test_starlette() -> None:
    app = application(trusted="127.0.0.1", refuse_uncertain=True)
    answer = exchange(app, scope_of())
    assert json.loads(answer[1]["body"]) == ["203.0.113.9", "https", "forwarded"]
    answer = exchange(app, scope_of(("198.51.100.1", 1)))
    assert json.loads(answer[1]["body"]) == ["198.51.100.1", "http", "direct"]
    assert exchange(app, scope_of(headers=[]))[0]["status"] == 403
    websocket = {"type": "websocket", "scheme": "ws", "subprotocols": []}
    _, text, _ = exchange(app, scope_of(**websocket))
    assert text["text"] == "wss 203.0.113.9"
    (refused,) = exchange(app, scope_of(headers=[], **websocket))
    assert (refused["type"], refused["code"]) == ("websocket.close", 1008)


def test_uvicorn() -> None:
    """Over a socket, with the server's own reading of headers switched off."""
    config = uvicorn.Config(
        application(trusted="127.0.0.1"), proxy_headers=False, log_level="error", ws="none"
    )
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        deadline = time.monotonic() + 20
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.01)
        try:
            request = urllib.request.Request(
                f"http://127.0.0.1:{listener.getsockname()[1]}/",
                headers={"X-Forwarded-For": "6.6.6.6, 203.0.113.9", "X-Forwarded-Proto": "https"},
            )
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            with opener.open(request, timeout=20) as response:
                assert json.load(response) == ["203.0.113.9", "https", "forwarded"]
        finally:
            server.should_exit = True
            thread.join(20)
    assert not thread.is_alive()
