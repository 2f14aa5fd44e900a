from ipaddress import ip_address

from tuleap_front import ClientIpResolver

resolver = ClientIpResolver("127.0.0.1, 192.168.0.0/24")
client = resolver.resolve("127.0.0.1", {"X-Forwarded-For": "6.6.6.6, 203.0.113.9"})
assert client.addr == ip_address("203.0.113.9") and client.kind == "forwarded"
