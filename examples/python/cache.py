"""Is an answer kept for everybody, for how long, and which file is it?"""

from tuleap_front import CacheAnswer, CacheFacts, CachePolicy, CacheZone, UpstreamRequest

NOW = 1_790_000_000
HOST = "tuleap.example.com"
alice = CacheFacts("https", "GET", HOST, "/avatar.png", {"Authorization": "Basic YWxpY2U6"})
anonymous = CacheFacts("https", "GET", HOST, "/avatar.png", {})


def backend(request: UpstreamRequest) -> CacheAnswer:
    """What the web server answers."""
    return CacheAnswer(200, {"Content-Type": "image/png"})


# The guide's lines give the next client what Alice may see.
guide, ours = CachePolicy.documented("reverse-proxy"), CachePolicy()
for policy, status in [(guide, "HIT"), (ours, "MISS")]:
    zone = CacheZone(policy)
    zone.request(alice, backend, now=NOW)
    assert zone.request(anonymous, backend, now=NOW + 1).cache_status == status

page = CacheAnswer(200, {"Content-Type": "text/html", "Set-Cookie": "session=2"})
assert not ours.store(anonymous, page, now=NOW).is_stored
print(guide.explain(anonymous, page, now=NOW), end="")

key = ours.key(anonymous)
assert key is not None
print("to purge it, remove", key.path("1:2"))
