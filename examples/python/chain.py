"""Does a redirect to https come to an end, and who is to blame if it does not?"""

from tuleap_front import ProxyChain

chain = ProxyChain("""
    lb:     http and https, writes proto
    nginx:  http, writes proto              # over what lb wrote
    tuleap: http, trusts nginx, redirects
""")
assert chain.verdict("https") == "loop"
print(chain.explain())
assert chain.corrected().verdict("https") == "served"
assert chain.corrected().verdict("http") == "redirected-once"
