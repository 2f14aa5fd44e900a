"""What does nginx make of a request, and what is the next server sent?"""

from tuleap_front import NginxServers, RequestRefusal

servers = NginxServers("""
    server {
        server_name tuleap.example.com;
        location / {
            proxy_set_header Host $host;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header X-Forwarded-Proto $scheme;
            proxy_pass http://127.0.0.1:8080;
        }
    }
""")
head = "GET /plugins%2Fgit HTTP/1.1\r\nHost: TULEAP.example.com:443\r\nForwarded: for=6.6.6.6\r\n\r\n"
answer = servers.answer(head, "203.0.113.9", "https")
assert not isinstance(answer, RequestRefusal), answer.text
assert answer.host == "tuleap.example.com" and answer.upstream is not None
# The target goes on as it was sent, and so does a header that nobody thought of.
assert answer.upstream.target == "/plugins%2Fgit"
assert ("Forwarded", "for=6.6.6.6") in answer.upstream.lines
print(answer, end="")

refused = servers.answer("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", "203.0.113.9", "https")
assert isinstance(refused, RequestRefusal) and refused.code == "host/byte"
