"""ASGI middleware: the client's address and scheme, from trusted proxies only.

>>> from tuleap_front.asgi import ClientIpMiddleware
>>> app = ClientIpMiddleware(app, trusted="127.0.0.1")  # doctest: +SKIP

It stands in the place of uvicorn's ProxyHeadersMiddleware, and must be the only one of its kind:
start uvicorn with `--no-proxy-headers`, so that `scope["client"]` is the socket's peer.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Optional, Union, cast

from ._settings import REFUSALS, Names, Trusted, build
from ._tuleap_front import ClientIp

__all__ = ["ClientIpMiddleware", "client_ip"]

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
App = Callable[[Any, Any, Any], Awaitable[None]]


class ClientIpMiddleware:
    """Puts the client where applications look for it.

    trusted: the proxies whose headers count, as TrustedProxies, text or an iterable of entries;
    required. `trusted_hosts` is the same, for those who come from ProxyHeadersMiddleware; "*" and
    names of hosts are refused. headers, hops, max_hops: as in ClientIpResolver. forwarded_scheme,
    proto_hops, allowed_hosts, forwarded_host, forwarded_port: as in OriginPolicy.

    - `scope["client"]` is replaced for the kind "forwarded" only; for any other it stays what the
      server said. The port is 0 where the proxy wrote none.
    - `scope["state"]["client_ip"]` is the ClientIp (Starlette: `request.state.client_ip`), and
      `scope["state"]["client_peer"]` what `scope["client"]` was. Look at its kind before giving
      rights.
    - `scope["scheme"]` is what a trusted proxy says; nobody else is asked.
    - With forwarded_host or forwarded_port the `host` header is rewritten for trusted proxies.
    - With allowed_hosts, any other host is answered with 421.
    - With refuse_uncertain, a request without a certain client is answered with 403.

    unix_socket: the server listens on a local socket, so a request without an address came from
    `unix:`, which the list may trust.

    Raises TuleapFrontError or TypeError for arguments that are not right.
    """

    def __init__(
        self,
        app: App,
        trusted: Optional[Trusted] = None,
        *,
        trusted_hosts: Optional[Trusted] = None,
        headers: Names = "x-forwarded-for",
        hops: Optional[int] = None,
        max_hops: int = 32,
        forwarded_scheme: bool = True,
        proto_hops: int = 1,
        allowed_hosts: Optional[Names] = None,
        forwarded_host: bool = False,
        forwarded_port: bool = False,
        unix_socket: bool = False,
        refuse_uncertain: bool = False,
    ) -> None:
        if trusted is not None and trusted_hosts is not None:
            raise TypeError("trusted and trusted_hosts are the same: give one")
        self.app = app
        self.resolver, self.policy, middleware = build(
            trusted if trusted_hosts is None else trusted_hosts,
            headers=headers,
            hops=hops,
            max_hops=max_hops,
            forwarded_scheme=forwarded_scheme,
            proto_hops=proto_hops,
            allowed_hosts=allowed_hosts,
            forwarded_host=forwarded_host,
            forwarded_port=forwarded_port,
            unix_socket=unix_socket,
            refuse_uncertain=refuse_uncertain,
        )
        self._rewrite = middleware.asgi

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind = scope["type"]
        if kind == "http" or kind == "websocket":
            status = self._rewrite(scope)
            if status is not None:
                return await _refuse(kind, send, status)
        await self.app(scope, receive, send)

    def __repr__(self) -> str:
        return f"<tuleap_front.asgi.ClientIpMiddleware with {self.resolver!r}>"


def client_ip(scope: Union[Scope, Any]) -> ClientIp:
    """The answer that the middleware left in a scope. Raises KeyError where it did not run."""
    return cast(ClientIp, scope["state"]["client_ip"])


async def _refuse(kind: str, send: Send, status: int) -> None:
    if kind == "websocket":
        # Before the handshake is accepted, servers answer this with 403.
        await send({"type": "websocket.close", "code": 1008, "reason": ""})
        return
    _, body = REFUSALS[status]
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode("ascii")),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
