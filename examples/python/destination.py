from tuleap_front import DestinationRule, HttpsRedirect

rule = DestinationRule("https://tuleap.example.com", "http://127.0.0.1:8080")
asked = rule.rewrite("COPY", {"Destination": "https://tuleap.example.com/svn/a%20b"})
assert asked.value == "http://127.0.0.1:8080/svn/a%20b"
foreign = rule.rewrite("COPY", {"Destination": "https://other.example/svn/a"})
assert (foreign.status, foreign.code) == (502, "destination/foreign-origin")
answered = rule.rewrite_location("http://127.0.0.1:8080/svn/a/")
assert answered == "https://tuleap.example.com/svn/a/"

decision = HttpsRedirect("tuleap.example.com").decide("http", "POST", "/a%20b?c")
assert (decision.status, decision.location) == (308, "https://tuleap.example.com/a%20b?c")
