"""An ASGI application behind one proxy. With a server:

uvicorn --no-proxy-headers asgi_app:app
"""

import asyncio
from typing import Any

from tuleap_front.asgi import ClientIpMiddleware, client_ip


async def hello(scope: Any, receive: Any, send: Any) -> None:
    client = client_ip(scope)
    body = f"{scope['scheme']} {scope['client'][0]} ({client.kind})".encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})


app = ClientIpMiddleware(hello, trusted="127.0.0.1")


async def ask(peer: str) -> str:
    """What the application answers to a request that comes from this peer."""
    sent: list[dict[str, Any]] = []
    headers = [(b"x-forwarded-for", b"6.6.6.6, 203.0.113.9"), (b"x-forwarded-proto", b"https")]
    scope = {"type": "http", "scheme": "http", "client": (peer, 40000), "headers": headers}

    async def receive() -> None:
        raise AssertionError("the application reads no body")

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return bytes(sent[1]["body"]).decode()


if __name__ == "__main__":
    assert asyncio.run(ask("127.0.0.1")) == "https 203.0.113.9 (forwarded)"
    assert asyncio.run(ask("198.51.100.1")) == "http 198.51.100.1 (direct)"
