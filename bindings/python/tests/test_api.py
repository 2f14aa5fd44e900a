"""What the package says about itself and its answers."""

from __future__ import annotations

import copy
import email.message
import importlib.metadata
import pickle
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
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

RESOLVER = ClientIpResolver("127.0.0.1, 192.168.0.0/24, ::1")
VALUE = "6.6.6.6, 203.0.113.9"


def test_list() -> None:
    proxies = TrustedProxies("127.0.0.1, 192.168.0.0/25 192.168.0.128/25, unix:")
    assert str(proxies) == proxies.text == "127.0.0.1, 192.168.0.0/24, unix:"
    assert proxies.networks == ["127.0.0.1/32", "192.168.0.0/24"]
    assert proxies.trusts_unix_socket and not proxies.is_empty
    assert TrustedProxies("").is_empty
    assert repr(proxies) == "TrustedProxies('127.0.0.1, 192.168.0.0/24, unix:')"
    assert repr(TrustedProxies(" ".join(f"10.0.{n}.1" for n in range(9)))) == (
        "<TrustedProxies of 9 networks>"
    )
    assert proxies == TrustedProxies(proxies.text) != TrustedProxies("127.0.0.1")
    assert hash(proxies) == hash(TrustedProxies(proxies.text))


@pytest.mark.parametrize(
    "address",
    [
        "192.168.0.7",
        b"192.168.0.7",
        "::ffff:192.168.0.7",
        IPv4Address("192.168.0.7"),
        IPv6Address("::ffff:192.168.0.7"),
        "unix:",
    ],
)
def test_contains(address: Any) -> None:
    proxies = TrustedProxies("192.168.0.0/24 unix:")
    assert proxies.contains(address)
    assert address in proxies
    assert proxies.matching_entry(address) is not None
    assert not TrustedProxies("").contains(address)
    assert TrustedProxies("").matching_entry(address) is None


def test_networks_of_ipaddress() -> None:
    halves = [ip_network("10.0.0.0/9"), ip_network("10.128.0.0/9")]
    assert TrustedProxies.from_networks(halves).networks == ["10.0.0.0/8"]
    with pytest.raises(TuleapFrontError) as refused:
        TrustedProxies.from_networks([ip_network("0.0.0.0/0")])
    assert refused.value.code == "trusted-proxies/trust-all"
    words: Any = ["10.0.0.0/8"]
    with pytest.raises(TypeError, match="IPv4Network or IPv6Network, not str"):
        TrustedProxies.from_networks(words)


def test_warnings() -> None:
    empty, wide = TrustedProxies("127.0.0.1,,10.0.0.0/7").warnings
    assert (empty.code, empty.entry) == ("trusted-proxies/empty-entry", 1)
    assert (wide.code, wide.entry, wide.offset, wide.length) == (
        "trusted-proxies/very-wide",
        2,
        11,
        10,
    )
    assert str(wide) == wide.message and wide.message in repr(wide)
    assert [it.code for it in ClientIpResolver("", headers=["a", "b"]).warnings] == [
        "client-ip/several-sources"
    ]
    any_peer = ClientIpResolver("", hops=1, danger_any_peer=True)
    assert [it.code for it in any_peer.warnings] == ["client-ip/hops-with-peer-any"]
    assert any_peer.resolve_values("198.51.100.1", VALUE).addr_text == "203.0.113.9"


def test_answer() -> None:
    client = RESOLVER.resolve_values("127.0.0.1", "6.6.6.6, 203.0.113.9:4711")
    assert client.addr == client.addr_for_log == IPv4Address("203.0.113.9")
    assert client.addr_text == str(client) == "203.0.113.9"
    assert (client.port, client.hops, client.is_certain) == (4711, 1, True)
    assert (client.kind, client.reason) == ("forwarded", "first-untrusted")
    assert client.code == "client-ip/first-untrusted"
    assert repr(client) == "<ClientIp 203.0.113.9 (forwarded: first-untrusted)>"
    again = RESOLVER.resolve_values("127.0.0.1", "203.0.113.9:4711")
    assert client == again and hash(client) == hash(again)
    assert client != RESOLVER.resolve_values("127.0.0.1", "203.0.113.9")


def test_uncertain_answers_have_no_address() -> None:
    edge = RESOLVER.resolve_values("127.0.0.1", None)
    assert (edge.kind, edge.addr, edge.addr_text) == ("edge", None, None)
    assert edge.addr_for_log == IPv4Address("127.0.0.1")
    unnamed = RESOLVER.resolve_values("::1", "unknown")
    assert (unnamed.kind, unnamed.addr, str(unnamed)) == ("unnamed", None, "::1")
    nobody = RESOLVER.resolve_values(None, VALUE)
    assert (nobody.kind, nobody.addr_for_log, str(nobody)) == ("none", None, "-")
    assert not any(it.is_certain for it in (edge, unnamed, nobody))


@pytest.mark.parametrize("peer", ["127.0.0.1", b"127.0.0.1", ip_address("127.0.0.1")])
@pytest.mark.parametrize(
    "headers",
    [
        [("X-Forwarded-For", VALUE)],
        [[b"x-forwarded-for", VALUE.encode()]],
        (("accept", "*/*"), ("x-forwarded-for", VALUE)),
        {"x-forwarded-for": VALUE},
        {"X-FORWARDED-FOR": ["6.6.6.6", b"203.0.113.9"]},
        {b"x-forwarded-for": ("6.6.6.6", "203.0.113.9")}.items(),
        [("x-forwarded-for", "6.6.6.6"), ("x-forwarded-for", "203.0.113.9")],
    ],
)
def test_forms_of_headers(peer: Any, headers: Any) -> None:
    assert RESOLVER.resolve(peer, headers).addr_text == "203.0.113.9"
    assert RESOLVER.explain(peer, headers).client.addr_text == "203.0.113.9"


def test_headers_of_an_iterator() -> None:
    lines = iter([("x", "y"), ("x-forwarded-for", "203.0.113.9")])
    assert RESOLVER.resolve("127.0.0.1", lines).addr_text == "203.0.113.9"
    assert RESOLVER.resolve("127.0.0.1", iter(())).kind == "edge"
    assert RESOLVER.resolve("127.0.0.1", {}).kind == "edge"
    assert RESOLVER.resolve("127.0.0.1", {"x-forwarded-for": []}).kind == "edge"


def test_headers_of_the_standard_library() -> None:
    message = email.message.Message()
    message["X-Forwarded-For"] = "6.6.6.6"
    message["x-forwarded-for"] = "203.0.113.9"
    assert RESOLVER.resolve("127.0.0.1", message).addr_text == "203.0.113.9"


@pytest.mark.parametrize("values", [VALUE, VALUE.encode(), ["6.6.6.6", b"203.0.113.9"], (VALUE,)])
def test_forms_of_values(values: Any) -> None:
    assert RESOLVER.resolve_values("127.0.0.1", values).addr_text == "203.0.113.9"


def test_trusts() -> None:
    assert RESOLVER.trusts("192.168.0.9") and not RESOLVER.trusts("unix:")
    assert RESOLVER.trusted == TrustedProxies("127.0.0.1 192.168.0.0/24 ::1")
    assert ClientIpResolver(RESOLVER.trusted).trusts(IPv6Address("::1"))
    assert ClientIpResolver("", headers="X-Real-IP").sources == ("x-real-ip",)
    assert RESOLVER.sources == ("x-forwarded-for",)
    assert "127.0.0.1" in repr(RESOLVER) and "x-forwarded-for" in repr(RESOLVER)


def test_hops() -> None:
    two = ClientIpResolver("10.0.0.1", hops=2)
    assert two.resolve_values("10.0.0.1", "a, 203.0.113.9, b").addr_text == "203.0.113.9"
    short = ClientIpResolver("10.0.0.0/8", max_hops=1)
    assert short.resolve_values("10.0.0.1", "10.0.0.2, 10.0.0.3").reason == "hop-limit"


def test_explanation() -> None:
    headers = {"X-Forwarded-For": VALUE, "X-Real-IP": "1.2.3.4"}
    explanation = RESOLVER.explain("127.0.0.1", headers)
    assert explanation.client == RESOLVER.resolve("127.0.0.1", headers)
    assert explanation.source == "x-forwarded-for"
    peer, client = explanation.steps
    assert (peer.place, peer.text, peer.verdict) == ("peer", "127.0.0.1", "trusted")
    assert peer.matched is not None
    assert (peer.matched.index, peer.matched.text) == (0, "127.0.0.1")
    assert str(peer.matched) == 'entry 0 "127.0.0.1"'
    assert (client.place, client.verdict, client.matched) == ("x-forwarded-for[-1]", "client", None)
    assert repr(client) == '<Step x-forwarded-for[-1] "203.0.113.9": client>'
    assert explanation.notes == ("other-source-ignored",)
    assert explanation.unread == len("6.6.6.6")
    assert explanation.to_dict()["steps"][0] == ["peer", "127.0.0.1", "trusted"]
    assert str(explanation).startswith("client 203.0.113.9 (forwarded: first-untrusted)\n")
    assert repr(explanation) == "<Explanation of 203.0.113.9 in 2 steps>"
    assert RESOLVER.explain("localhost", {}).steps[0].text == "localhost"


def test_origin() -> None:
    local = Origin("http", "tuleap.example.com", 8080)
    assert str(local) == "http://tuleap.example.com:8080"
    assert local.host_header == "tuleap.example.com:8080"
    assert repr(local) == "Origin('http', 'tuleap.example.com', 8080)"
    assert eval(repr(local)) == local
    assert hash(local) == hash(Origin("HTTP", "Tuleap.Example.com.", 8080))
    assert Origin("wss").port == 443 and Origin("https", "a/b").host is None

    headers = {"X-Forwarded-For": VALUE, "X-Forwarded-Proto": "https, junk"}
    origin = OriginPolicy(proto_hops=2).origin(RESOLVER, "127.0.0.1", headers, local)
    assert (origin.scheme, origin.scheme_source, origin.host_source, origin.port_source) == (
        "https",
        "forwarded",
        "listener",
        "scheme",
    )
    assert OriginPolicy().origin(RESOLVER, "127.0.0.1", headers, local).notes == ("proto-invalid",)
    assert OriginPolicy().origin(RESOLVER, "198.51.100.1", headers, local) == local
    kept = OriginPolicy(forwarded_scheme=False).origin(RESOLVER, "127.0.0.1", headers, local)
    assert kept.scheme == "http"

    hosts = OriginPolicy(allowed_hosts=["tuleap.example.com", ".example.org"], forwarded_host=True)
    sent = {"X-Forwarded-Host": "evil.example"}
    refused = hosts.origin(RESOLVER, "127.0.0.1", sent, local)
    assert refused.host is None and refused.notes == ("host-not-allowed",)
    port = OriginPolicy(allowed_hosts="tuleap.example.com", forwarded_port=True)
    assert port.origin(RESOLVER, "::1", {"X-Forwarded-Port": "8443"}, local).port == 8443


def test_hop() -> None:
    local = Origin("http", "tuleap.example.com")
    asked = (RESOLVER, OriginPolicy(), "127.0.0.1", {"X-Forwarded-For": VALUE}, local)
    assert ForwardedHop.recommended().headers(*asked) == {
        "X-Real-IP": "203.0.113.9",
        "X-Forwarded-For": "203.0.113.9",
        "X-Forwarded-Proto": "http",
        "Host": "tuleap.example.com",
    }
    hop = ForwardedHop.documented("distributed").with_field("host", "keep")
    hop = hop.with_field("X-Real-IP", "remove")
    assert hop.headers(*asked) == {
        "X-Real-IP": None,
        "X-Forwarded-For": f"{VALUE}, 127.0.0.1",
        "X-Forwarded-Proto": "http",
    }
    assert ForwardedHop.recommended().strips("X_Forwarded_For")
    assert ForwardedHop.recommended().strip_reason(b"Forwarded") == "forwarded-hop/claim"
    assert ForwardedHop.recommended().strip_reason("Accept") is None
    own = ForwardedHop.recommended().for_resolver(ClientIpResolver("", headers="X-Cdn-Client"))
    assert own.strips("x-cdn-client") and own != ForwardedHop.recommended()
    assert ForwardedHop.documented() == ForwardedHop.documented("reverse-proxy")


def test_dialects() -> None:
    realip = NginxRealip(["10.0.0.0/8"], header="X-Forwarded-For", recursive=True)
    client = realip.resolve("10.0.0.1", {"X-Forwarded-For": "203.0.113.9, 10.0.0.2"})
    assert (client.addr, client.port, client.is_rewritten) == ("203.0.113.9", None, True)
    assert str(client) == "203.0.113.9"
    assert repr(client) == "<NginxClient 203.0.113.9 (rewritten)>"

    compat = TuleapCompat("10.0.0.1, proxy.example")
    assert [it.code for it in compat.warnings] == ["tuleap-compat/not-an-ipv4-network"]
    assert compat.resolve("10.0.0.1", VALUE) == VALUE
    assert compat.resolve(None, VALUE) == ""
    both = compat.compare(ClientIpResolver("10.0.0.1"), "10.0.0.1", VALUE)
    assert (both.compat, both.strict.addr_text, both.differs) == (VALUE, "203.0.113.9", True)


def test_errors() -> None:
    with pytest.raises(TuleapFrontError) as refused:
        TrustedProxies("127.0.0.1,\n10.0.0.0/33")
    error = refused.value
    assert isinstance(error, ValueError)
    assert error.code == "trusted-proxies/prefix-range"
    assert (error.entry, error.line, error.column) == (1, 2, 10)
    assert (error.offset, error.offset_in_entry, error.length) == (20, 9, 2)
    assert error.hint == "at most 32 here"
    assert str(error) == (
        'entry 1 "10.0.0.0/33" (line 2, column 10): the prefix is too long: at most 32 here'
    )
    # Executors send exceptions from one process to another.
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.__dict__) == (str(error), error.__dict__)


def test_values_are_copied_by_reference_and_not_pickled() -> None:
    client = RESOLVER.resolve_values("127.0.0.1", VALUE)
    for value in (client, RESOLVER, RESOLVER.trusted, OriginPolicy(), Origin("http")):
        assert copy.copy(value) is value
        assert copy.deepcopy({"it": value})["it"] is value
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            with pytest.raises(TypeError, match="pickle"):
                pickle.dumps(value, protocol)


def test_answers_cannot_be_made_or_changed() -> None:
    client: Any = RESOLVER.resolve_values("127.0.0.1", VALUE)
    with pytest.raises(TypeError):
        type(client)()
    with pytest.raises(AttributeError):
        client.kind = "direct"
    with pytest.raises(AttributeError):
        client.extra = 1
    with pytest.raises(TypeError):
        type("Mine", (type(client),), {})


def test_names() -> None:
    assert tuleap_front.__version__ == importlib.metadata.version("tuleap-front")
    assert set(tuleap_front.__all__) <= set(dir(tuleap_front))
    for name in tuleap_front.__all__:
        item = getattr(tuleap_front, name)
        if isinstance(item, type):
            assert item.__doc__, name
            assert item.__module__.startswith("tuleap_front"), name
