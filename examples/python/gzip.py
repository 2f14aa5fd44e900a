"""Is an answer compressed, and what becomes of its header?"""

import time

from tuleap_front import GzipFacts, GzipPolicy

policy = GzipPolicy()
request = {"Accept-Encoding": "gzip, br", "Cookie": "session=1"}
now = int(time.time())

script = {"Content-Type": "text/javascript", "Content-Length": "4000", "ETag": '"a"'}
facts = GzipFacts("https", request, 200, script, now=now)
assert policy.decide(facts).compresses
for name, value in policy.response_lines(facts):
    print(f"{name}: {value}")

# The length of a page, compressed, tells what is in it: its tokens, say.
page = GzipFacts("https", request, 200, {"Content-Type": "text/html"}, now=now)
assert policy.decide(page).reason == "secret"
print(policy.explain(page), end="")

nginx = GzipPolicy.parse("gzip on; gzip_types text/css;")
assert nginx.decide(facts).reason == "type"
