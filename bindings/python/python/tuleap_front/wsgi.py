"""WSGI middleware: the client's address and scheme, from trusted proxies only.

>>> from tuleap_front.wsgi import ClientIpMiddleware
>>> app = ClientIpMiddleware(app, trusted="127.0.0.1")  # doctest: +SKIP

It stands in the place of werkzeug's ProxyFix, and must be the only one of its kind. An
environment cannot tell `X-Forwarded-For` from `X_Forwarded_For`: use a server or a proxy that
drops names with an underscore, as nginx, gunicorn and waitress do.

A WebDAV application compares a Destination with the scheme and the host that it is told, and under
this middleware it is told https: it needs no DestinationRule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Optional, cast

from ._settings import REFUSALS, Names, Trusted, build, refused
from ._tuleap_front import ClientIp

__all__ = ["ClientIpMiddleware", "client_ip"]

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
App = Callable[[Any, Any], Iterable[bytes]]


class ClientIpMiddleware:
    """Puts the client where applications look for it.

    trusted: the proxies whose headers count, as TrustedProxies, text or an iterable of entries;
    required. headers, hops, max_hops: as in ClientIpResolver. forwarded_scheme, proto_hops,
    allowed_hosts, forwarded_host, forwarded_port: as in OriginPolicy.

    The words of ProxyFix: x_for=n is hops=n, the n-th address from the right of a trusted peer's
    header; x_proto=n is proto_hops=n, and 0 is forwarded_scheme=False; x_host=1 is
    forwarded_host=True and needs allowed_hosts; x_port=1 is forwarded_port=True. x_prefix is
    refused.

    - `REMOTE_ADDR` is replaced for the kind "forwarded" only; for any other it stays what the
      server said. `REMOTE_PORT` goes with it, and `REMOTE_HOST`, a name of the peer, is removed.
    - `tuleap_front.client_ip` is the ClientIp, and `tuleap_front.peer` what REMOTE_ADDR was. Look
      at its kind before giving rights.
    - `wsgi.url_scheme` is what a trusted proxy says; nobody else is asked.
    - With forwarded_host or forwarded_port, `HTTP_HOST`, `SERVER_NAME` and `SERVER_PORT` are
      rewritten for trusted proxies.
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
        x_for: Optional[int] = None,
        x_proto: Optional[int] = None,
        x_host: int = 0,
        x_port: int = 0,
        x_prefix: int = 0,
    ) -> None:
        if x_for is not None:
            hops = _hops(x_for, hops)
        if x_proto is not None:
            forwarded_scheme = x_proto != 0
            proto_hops = x_proto or proto_hops
        if x_prefix:
            raise refused("x_prefix is not read: let the server set SCRIPT_NAME")
        self.app = app
        self.resolver, self.policy, middleware = build(
            trusted,
            headers=headers,
            hops=hops,
            max_hops=max_hops,
            forwarded_scheme=forwarded_scheme,
            proto_hops=proto_hops,
            allowed_hosts=allowed_hosts,
            forwarded_host=_is_read("x_host", x_host) or forwarded_host,
            forwarded_port=_is_read("x_port", x_port) or forwarded_port,
            unix_socket=unix_socket,
            refuse_uncertain=refuse_uncertain,
        )
        self._rewrite = middleware.wsgi

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        status = self._rewrite(environ)
        if status is not None:
            return _refuse(start_response, status)
        return self.app(environ, start_response)

    def __repr__(self) -> str:
        return f"<tuleap_front.wsgi.ClientIpMiddleware with {self.resolver!r}>"


def client_ip(environ: Environ) -> ClientIp:
    """The answer that the middleware left in an environment. Raises KeyError where it did not
    run."""
    return cast(ClientIp, environ["tuleap_front.client_ip"])


def _hops(x_for: int, hops: Optional[int]) -> int:
    if hops is not None:
        raise TypeError("x_for and hops are the same: give one")
    if x_for == 0:
        raise refused("x_for=0 reads no address: leave x_for out, or the middleware")
    return x_for


def _is_read(word: str, count: int) -> bool:
    if count not in (0, 1):
        raise refused(
            f"{word} must be 0 or 1: the value of the nearest proxy is the one that counts"
        )
    return count == 1


def _refuse(start_response: StartResponse, status: int) -> list[bytes]:
    line, body = REFUSALS[status]
    headers = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(body))),
    ]
    start_response(line, headers)
    return [body]
