"""Panics, threads, forks and the program."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from tuleap_front import (
    ClientIpResolver,
    PanicError,
    TrustedProxies,
    __version__,
    _tuleap_front,
)

RESOLVER = ClientIpResolver("127.0.0.1")


def test_a_panic_is_an_ordinary_exception() -> None:
    # Built with the feature panic-test; a release has no such function.
    panic: Any = getattr(_tuleap_front, "panic_on_purpose")
    for _ in range(3):
        with pytest.raises(PanicError) as caught:
            panic()
        assert isinstance(caught.value, RuntimeError)
        assert caught.value.code == "abi/panic"
    assert RESOLVER.resolve_values("127.0.0.1", "203.0.113.9").is_certain


def test_threads() -> None:
    def ask(number: int) -> bool:
        address = f"203.0.113.{number % 256}"
        proxies = TrustedProxies(f"10.0.0.{number % 256}")
        client = RESOLVER.resolve("127.0.0.1", {"X-Forwarded-For": address})
        text = str(RESOLVER.explain("127.0.0.1", {"X-Forwarded-For": address}))
        return client.addr_text == address and address in text and not proxies.is_empty

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            assert all(pool.map(ask, range(5_000)))
    finally:
        sys.setswitchinterval(interval)


FORK = """
import os, sys, threading
from tuleap_front import ClientIpResolver
resolver = ClientIpResolver("127.0.0.1")
stop = threading.Event()
def work():
    while not stop.is_set():
        resolver.resolve_values("127.0.0.1", "203.0.113.9").addr
threads = [threading.Thread(target=work) for _ in range(3)]
for thread in threads:
    thread.start()
children = []
for _ in range(20):
    child = os.fork()
    if child == 0:
        client = resolver.resolve("127.0.0.1", {"X-Forwarded-For": "203.0.113.9"})
        os._exit(0 if client.addr_text == "203.0.113.9" and ClientIpResolver("::1") else 1)
    children.append(child)
statuses = [os.waitpid(child, 0)[1] for child in children]
stop.set()
for thread in threads:
    thread.join()
sys.exit(any(statuses))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system cannot fork")
def test_forks_while_threads_ask() -> None:
    # Newer versions warn about fork beside threads: that is what is tried here.
    subprocess.run([sys.executable, "-W", "ignore", "-c", FORK], check=True, timeout=60)


def run(words: list[str], text: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, input=text, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize(
    "program",
    [[str(Path(sys.executable).parent / "tuleap-front")], [sys.executable, "-m", "tuleap_front"]],
    ids=["script", "module"],
)
def test_program(program: list[str]) -> None:
    head = "GET / HTTP/1.1\r\nX-Forwarded-For: 6.6.6.6, 203.0.113.9\r\n\r\n"
    asked = [*program, "explain", "--peer", "127.0.0.1", "--trusted", "127.0.0.1"]
    answered = run(asked, head)
    assert (answered.returncode, answered.stderr) == (0, "")
    assert answered.stdout.startswith("client 203.0.113.9 (forwarded: first-untrusted)\n")
    assert run([*program, "--version"]).stdout == f"tuleap-front {__version__}\n"
    refused = run([*program, "explain", "--peer", "127.0.0.1", "--trusted", "10.0.0.1/8"], head)
    assert refused.returncode == 2 and "host" in refused.stderr
    assert run([*program, "nonsense"]).returncode == 2
