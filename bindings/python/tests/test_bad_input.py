"""What is not right: a typed exception for configuration and code, an answer for a request."""

from __future__ import annotations

import time
from typing import Any

import pytest
import tuleap_front
from tuleap_front import (
    ClientIpResolver,
    ForwardedHop,
    NginxRealip,
    Origin,
    OriginPolicy,
    TrustedProxies,
    TuleapCompat,
    TuleapFrontError,
)

RESOLVER = ClientIpResolver("127.0.0.1")
# So that the type checker lets wrong types through.
ANY: Any = RESOLVER
UNTYPED: Any = tuleap_front


@pytest.mark.parametrize("wrong", [5, 1.5, object(), ["127.0.0.1"], bytearray(b"127.0.0.1"), True])
def test_wrong_types_of_peers(wrong: Any) -> None:
    for ask in (ANY.resolve, ANY.explain, ANY.resolve_values):
        with pytest.raises(TypeError, match="an address must be str, bytes, an ipaddress"):
            ask(wrong, [])
    with pytest.raises(TypeError):
        TrustedProxies("127.0.0.1").contains(wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        5,
        "x-forwarded-for: 203.0.113.9",
        ["x-forwarded-for"],
        [("x-forwarded-for",)],
        [("x-forwarded-for", "a", "b")],
        [("x-forwarded-for", 5)],
        [("x-forwarded-for", None)],
        [(5, "203.0.113.9")],
        {"x-forwarded-for": [5]},
        {"accept": 5},
    ],
)
def test_wrong_types_of_headers(wrong: Any) -> None:
    for ask in (ANY.resolve, ANY.explain):
        with pytest.raises(TypeError, match="header"):
            ask("127.0.0.1", wrong)


@pytest.mark.parametrize("wrong", [5, [5], [None], object()])
def test_wrong_types_of_values(wrong: Any) -> None:
    with pytest.raises(TypeError, match="a header's value must be"):
        ANY.resolve_values("127.0.0.1", wrong)


@pytest.mark.parametrize(
    "call",
    [
        lambda: UNTYPED.TrustedProxies(None),
        lambda: UNTYPED.TrustedProxies(b"127.0.0.1"),
        lambda: UNTYPED.TrustedProxies(),
        lambda: UNTYPED.TrustedProxies("", True),
        lambda: UNTYPED.ClientIpResolver(None),
        lambda: UNTYPED.ClientIpResolver(["127.0.0.1"]),
        lambda: UNTYPED.ClientIpResolver("", headers=5),
        lambda: UNTYPED.ClientIpResolver("", headers=[b"x-real-ip"]),
        lambda: UNTYPED.ClientIpResolver("", hops="1"),
        lambda: UNTYPED.OriginPolicy(allowed_hosts=5),
        lambda: UNTYPED.OriginPolicy(allowed_hosts=[None]),
        lambda: UNTYPED.Origin(None),
        lambda: UNTYPED.Origin("http", 5),
        lambda: UNTYPED.NginxRealip(None),
        lambda: UNTYPED.TuleapCompat(None),
        lambda: UNTYPED.TuleapCompat("").resolve(5, None),
        lambda: UNTYPED.ForwardedHop.recommended().strips(5),
        lambda: UNTYPED.ForwardedHop(),
        lambda: UNTYPED.TrustedProxies.from_networks(5),
    ],
)
def test_wrong_types_of_configuration(call: Any) -> None:
    with pytest.raises(TypeError):
        call()


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: TrustedProxies("*"), "trusted-proxies/trust-all"),
        (lambda: TrustedProxies("127.0\0.0.1"), "trusted-proxies/bad-ipv4"),
        (lambda: TrustedProxies("127.0.0.1\udcff"), "trusted-proxies/not-an-address"),
        (lambda: TrustedProxies("proxy.example"), "trusted-proxies/not-an-address"),
        (lambda: TrustedProxies("a" * 10_000_000), "trusted-proxies/not-an-address"),
        (lambda: TrustedProxies("127.0.0.1").contains("localhost"), "peer/not-an-address"),
        (lambda: RESOLVER.trusts("127.0.0.1:80"), "peer/not-an-address"),
        (lambda: ClientIpResolver("", headers="X-Real-IP:"), "forwarding-header/name"),
        (lambda: ClientIpResolver("", headers=["a", "\udcff"]), "forwarding-header/name"),
        (lambda: ClientIpResolver("", hops=0), "abi/argument"),
        (lambda: ClientIpResolver("", hops=256), "abi/argument"),
        (lambda: ClientIpResolver("", max_hops=-1), "abi/argument"),
        (lambda: ClientIpResolver("", max_hops=1 << 99), "abi/argument"),
        (lambda: ClientIpResolver("", danger_any_peer=True), "abi/argument"),
        (lambda: OriginPolicy(proto_hops=0), "abi/argument"),
        (lambda: OriginPolicy(forwarded_host=True), "allowed-hosts/empty"),
        (lambda: OriginPolicy(allowed_hosts=[]), "allowed-hosts/empty"),
        (lambda: OriginPolicy(allowed_hosts=["a", "a/b"]), "allowed-hosts/host"),
        (lambda: Origin("ftp"), "abi/argument"),
        (lambda: Origin("http", "a", 65536), "abi/argument"),
        (lambda: UNTYPED.ForwardedHop.documented("other"), "abi/argument"),
        (lambda: ForwardedHop.recommended().with_field("Via", "keep"), "abi/argument"),
        (
            lambda: UNTYPED.ForwardedHop.recommended().with_field("Host", "drop"),
            "abi/argument",
        ),
        (lambda: NginxRealip("proxy.example"), "nginx-realip/entry"),
        (lambda: NginxRealip([], header="a b"), "nginx-realip/header"),
        (lambda: UNTYPED.NginxRealip([], rules="2.0"), "abi/argument"),
        (lambda: NginxRealip([]).resolve("proxy", {}), "peer/not-an-address"),
    ],
)
def test_refused(call: Any, code: str) -> None:
    with pytest.raises(TuleapFrontError) as refused:
        call()
    assert refused.value.code == code
    assert 10 < len(str(refused.value)) < 500


def test_entry_of_a_refused_list() -> None:
    with pytest.raises(TuleapFrontError) as refused:
        NginxRealip(["10.0.0.1", "proxy.example"])
    assert refused.value.entry == 1
    with pytest.raises(TuleapFrontError) as refused:
        OriginPolicy(allowed_hosts=["a", "a/b"])
    assert (refused.value.entry, refused.value.hint, refused.value.line) == (1, None, None)


@pytest.mark.parametrize(
    "value",
    [
        "\0",
        "203.0.113.9\0",
        "\udcff",
        "\ud800",
        "\u20ac",
        "\xe9",
        b"\xff\xfe",
        b"\0" * 100,
        "",
        ",",
        "," * 1000,
    ],
)
def test_requests_never_raise(value: Any) -> None:
    client = RESOLVER.resolve_values("127.0.0.1", value)
    assert not client.is_certain
    explanation = RESOLVER.explain("127.0.0.1", [("X-Forwarded-For", value)])
    assert explanation.client == client
    assert explanation.to_dict()["kind"] == client.kind
    assert RESOLVER.resolve(value, [("X-Forwarded-For", "203.0.113.9")]).kind == "none"
    assert RESOLVER.resolve("127.0.0.1", [(value, "203.0.113.9")]).kind == "edge"
    hop = ForwardedHop.documented()
    local = Origin("http", "a")
    asked = (RESOLVER, OriginPolicy(), "127.0.0.1", {"X-Forwarded-For": value}, local)
    forwarded = hop.headers(*asked)["X-Forwarded-For"]
    # What goes out is what came in.
    assert forwarded is not None and forwarded.encode("latin-1").endswith(b", 127.0.0.1")
    TuleapCompat("127.0.0.1").compare(RESOLVER, value, value)
    NginxRealip("127.0.0.1").resolve("127.0.0.1", {"X-Real-IP": value})


def test_bytes_go_through_unchanged() -> None:
    """A str is its Latin-1 bytes; surrogates of PEP 383 are the bytes they escape."""
    hop, local = ForwardedHop.documented(), Origin("http")
    for value, sent in [
        ("caf\xe9", "caf\xe9, 127.0.0.1"),
        (b"caf\xe9", "caf\xe9, 127.0.0.1"),
        ("caf\udce9", "caf\xe9, 127.0.0.1"),
        ("\u20ac", "\xe2\x82\xac, 127.0.0.1"),
    ]:
        headers: Any = [("X-Forwarded-For", value)]
        answer = hop.headers(RESOLVER, OriginPolicy(), "127.0.0.1", headers, local)
        assert answer["X-Forwarded-For"] == sent


@pytest.mark.parametrize("make", [str, lambda it: it.encode()], ids=["str", "bytes"])
def test_ten_megabytes(make: Any) -> None:
    long = make("6.6.6.6, " * 1_100_000)
    start = time.monotonic()
    client = RESOLVER.resolve_values("127.0.0.1", long + make("203.0.113.9"))
    assert client.addr_text == "203.0.113.9"
    assert RESOLVER.resolve_values("127.0.0.1", make("7" * 10_000_000)).reason == "entry-too-long"
    assert RESOLVER.resolve(long, {}).kind == "none"
    explanation = RESOLVER.explain("127.0.0.1", [(long, long), ("X-Forwarded-For", long)])
    assert len(str(explanation)) < 1000 and explanation.unread > 9_000_000
    # Generous: this is about not reading it again and again, not about speed.
    assert time.monotonic() - start < 20


def test_errors_inside_the_callers_objects_come_through() -> None:
    class Broken:
        def items(self) -> Any:
            raise KeyError("mine")

    def broken() -> Any:
        yield ("x-forwarded-for", "203.0.113.9")
        raise LookupError("mine")

    with pytest.raises(KeyError, match="mine"):
        RESOLVER.resolve("127.0.0.1", Broken())
    with pytest.raises(LookupError, match="mine"):
        RESOLVER.resolve("127.0.0.1", broken())
