"""A WSGI application behind one proxy."""

from collections.abc import Iterable
from typing import Any

from tuleap_front.wsgi import ClientIpMiddleware, client_ip


def hello(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    client = client_ip(environ)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{environ['wsgi.url_scheme']} {environ['REMOTE_ADDR']} ({client.kind})".encode()]


app = ClientIpMiddleware(hello, trusted="127.0.0.1")


def ask(peer: str) -> str:
    """What the application answers to a request that comes from this peer."""
    environ = {
        "REMOTE_ADDR": peer,
        "HTTP_X_FORWARDED_FOR": "6.6.6.6, 203.0.113.9",
        "HTTP_X_FORWARDED_PROTO": "https",
        "wsgi.url_scheme": "http",
    }
    return b"".join(app(environ, lambda status, headers: None)).decode()


if __name__ == "__main__":
    assert ask("127.0.0.1") == "https 203.0.113.9 (forwarded)"
    assert ask("198.51.100.1") == "http 198.51.100.1 (direct)"
