"""Why is the address what it is, and what is the next server told?"""

from tuleap_front import ClientIpResolver, ForwardedHop, Origin, OriginPolicy, TuleapFrontError

resolver = ClientIpResolver("10.0.0.0/8")
headers = [
    ("Host", "tuleap.example.com"),
    ("X-Forwarded-For", "6.6.6.6, unknown, 10.0.0.2"),
    ("X-Forwarded-Proto", "https"),
]

explanation = resolver.explain("10.0.0.1", headers)
print(explanation)
assert explanation.client.kind == "unnamed", "a trusted proxy did not say who is before it"
assert explanation.client.addr is None, "so no access rule may use the address"
assert str(explanation.client.addr_for_log) == "10.0.0.2", "but a log may"

local = Origin("http", "tuleap.example.com", 80)
origin = OriginPolicy().origin(resolver, "10.0.0.1", headers, local)
assert str(origin) == "https://tuleap.example.com"

hop = ForwardedHop.recommended().for_resolver(resolver)
sent = hop.headers(resolver, OriginPolicy(), "10.0.0.1", headers, local)
assert sent == {
    "X-Real-IP": None,
    "X-Forwarded-For": "unknown",
    "X-Forwarded-Proto": "https",
    "Host": "tuleap.example.com",
}

try:
    ClientIpResolver("127.0.0.1,\n10.0.0.1/8")
except TuleapFrontError as error:
    print(f"line {error.line}, column {error.column}: {error.hint}")
    assert error.code == "trusted-proxies/host-bits-set"
