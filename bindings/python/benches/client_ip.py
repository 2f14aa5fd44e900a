"""What one answer costs, beside what Python programs use today; all in one run, interleaved.

The realistic case: a trusted peer, a trusted /24, two entries in X-Forwarded-For. Prints one JSON
object per contender: `{"group", "name", "ns", "ratio"}`, where ns is the median of the rounds less
the cost of the same loop around nothing, and ratio is how many times our own answer fits in.
"""

from __future__ import annotations

import ipaddress
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any

from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

import tuleap_front.asgi
import tuleap_front.wsgi
from tuleap_front import ClientIpResolver

ROUNDS = 31
CALLS = 2_000
TRUSTED = ["127.0.0.1", "192.168.0.0/24"]
# More than any cache of addresses holds, and one that always hits it.
CLIENTS = [f"203.0.{n >> 8}.{n & 255}" for n in range(20_000)]
ONE_CLIENT = CLIENTS[:1]

Ask = Callable[[str], Any]


def ours_to_text() -> Ask:
    resolve_values = ClientIpResolver(", ".join(TRUSTED)).resolve_values
    return lambda client: resolve_values("127.0.0.1", f"6.6.6.6, {client}").addr_text


def ours_to_object() -> Ask:
    resolve_values = ClientIpResolver(", ".join(TRUSTED)).resolve_values
    return lambda client: resolve_values("127.0.0.1", f"6.6.6.6, {client}").addr


def walk_with_ipaddress() -> Ask:
    networks = [ipaddress.ip_network(entry) for entry in TRUSTED]

    def walk(peer: str, header: str) -> str:
        address = ipaddress.ip_address(peer)
        for entry in reversed(header.split(",")):
            if not any(address in network for network in networks):
                break
            address = ipaddress.ip_address(entry.strip())
        return str(address)

    return lambda client: walk("127.0.0.1", f"6.6.6.6, {client}")


def what_uvicorn_asks() -> Ask:
    """The same two questions without a request around them; it remembers 4096 addresses."""
    app: Any = None
    trusted: Any = ProxyHeadersMiddleware(app, TRUSTED).trusted_hosts
    # The older name is that of the release for Python 3.9.
    names = ("get_trusted_client_address", "get_trusted_client_host")
    find = next(getattr(trusted, name) for name in names if hasattr(trusted, name))
    return lambda client: "127.0.0.1" in trusted and find(f"6.6.6.6, {client}")


OTHER_HEADERS = [
    (b"host", b"tuleap.example.com"),
    (b"user-agent", b"Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0"),
    (b"accept", b"text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"),
    (b"accept-language", b"en-US,en;q=0.5"),
    (b"accept-encoding", b"gzip, deflate, br"),
    (b"cookie", b"__Host-TULEAP_session_hash=0123456789abcdef"),
]


def asgi(wrap: Callable[[Any], Any]) -> Ask:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        pass

    wrapped = wrap(app)

    def ask(client: str) -> None:
        forwarded = [
            (b"x-forwarded-for", b"6.6.6.6, " + client.encode()),
            (b"x-forwarded-proto", b"https"),
        ]
        scope = {
            "type": "http",
            "scheme": "http",
            "client": ("127.0.0.1", 40000),
            "server": ("127.0.0.1", 8000),
            "headers": OTHER_HEADERS + forwarded,
            "state": {},
        }
        try:
            wrapped(scope, None, None).send(None)
        except StopIteration:
            pass

    return ask


def wsgi(wrap: Callable[[Any], Any]) -> Ask:
    def app(environ: Any, start_response: Any) -> Iterable[bytes]:
        return ()

    wrapped = wrap(app)

    def ask(client: str) -> None:
        environ = {
            "REMOTE_ADDR": "127.0.0.1",
            "REMOTE_PORT": "40000",
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "8000",
            "wsgi.url_scheme": "http",
            "HTTP_HOST": "tuleap.example.com",
            "HTTP_X_FORWARDED_FOR": f"6.6.6.6, {client}",
            "HTTP_X_FORWARDED_PROTO": "https",
        }
        wrapped(environ, None)

    return ask


def unwrapped(app: Any) -> Any:
    return app


def groups() -> dict[str, list[tuple[str, Ask]]]:
    """The first contender of a group is ours; the last is the loop around nothing."""
    return {
        "client IP": [
            ("resolve_values, addr_text", ours_to_text()),
            ("resolve_values, addr", ours_to_object()),
            ("walk with ipaddress", walk_with_ipaddress()),
            ("uvicorn's trusted hosts", what_uvicorn_asks()),
            ("nothing", lambda client: f"6.6.6.6, {client}"),
        ],
        "ASGI": [
            (
                "ClientIpMiddleware",
                asgi(lambda app: tuleap_front.asgi.ClientIpMiddleware(app, TRUSTED)),
            ),
            ("ProxyHeadersMiddleware", asgi(lambda app: ProxyHeadersMiddleware(app, TRUSTED))),
            ("nothing", asgi(unwrapped)),
        ],
        "WSGI": [
            (
                "ClientIpMiddleware",
                wsgi(lambda app: tuleap_front.wsgi.ClientIpMiddleware(app, TRUSTED)),
            ),
            ("ProxyFix", wsgi(lambda app: ProxyFix(app))),
            ("nothing", wsgi(unwrapped)),
        ],
    }


def time_one(ask: Ask, clients: list[str]) -> float:
    start = time.perf_counter_ns()
    for client in clients:
        ask(client)
    return (time.perf_counter_ns() - start) / len(clients)


def measure(contenders: list[tuple[str, Ask]], clients: list[str]) -> list[float]:
    """The median cost of each contender in ns; each round asks every one of them."""
    times: list[list[float]] = [[] for _ in contenders]
    for round_number in range(ROUNDS):
        start = round_number * CALLS % len(clients)
        some = (clients * (1 + 2 * CALLS // len(clients)))[start : start + CALLS]
        for (_, ask), its_times in zip(contenders, times):
            its_times.append(time_one(ask, some))
    return [statistics.median(its_times) for its_times in times]


def main() -> None:
    wanted = sys.argv[1:]
    for clients, whose in ((CLIENTS, "many clients"), (ONE_CLIENT, "one client")):
        for group, contenders in groups().items():
            if wanted and group not in wanted:
                continue
            *costs, nothing = measure(contenders, clients)
            ours = costs[0] - nothing
            for (name, _), cost in zip(contenders, costs):
                answer = {
                    "group": f"{group}, {whose}",
                    "name": name,
                    "ns": round(cost - nothing),
                    "ratio": round((cost - nothing) / ours, 1),
                }
                print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
