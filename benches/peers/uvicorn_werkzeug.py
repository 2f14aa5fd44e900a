"""What uvicorn and Werkzeug (Flask) spend on the client's address."""

import platform
import statistics
import sys
import time
from importlib.metadata import version

from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

network, peer, value, client = sys.argv[1:]


def uvicorn():
    async def application(scope, receive, send):
        seen.append(scope["client"][0])

    middleware = ProxyHeadersMiddleware(application, trusted_hosts=network)
    headers = [(b"x-forwarded-for", value.encode())]

    def call():
        scope = {"type": "http", "client": (peer, 4711), "headers": headers}
        try:
            middleware(scope, None, None).send(None)
        except StopIteration:
            pass

    return call


def werkzeug():
    # It counts hops and does not know the network: the trusted one and the client's.
    fix = ProxyFix(lambda environ, start: seen.append(environ["REMOTE_ADDR"]),
                   x_for=2, x_proto=0, x_host=0)

    def call():
        fix({"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": value}, None)

    return call


def batch(call, count):
    seen.clear()
    start = time.perf_counter_ns()
    for _ in range(count):
        call()
    return (time.perf_counter_ns() - start) / count


def report(name, call):
    count = 1000
    while batch(call, count) * count < 10e6:
        count *= 2
    if set(seen) != {client}:
        raise SystemExit(f"{name} answers {set(seen)}")
    nanoseconds = statistics.median(batch(call, count) for _ in range(15))
    print(f"{name}\t{version(name)}, Python {platform.python_version()}\t{nanoseconds:.1f}")


seen = []
report("uvicorn", uvicorn())
report("werkzeug", werkzeug())
