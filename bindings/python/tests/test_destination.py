"""Destination, If and Location, asked as programs ask."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
import tuleap_front
from tuleap_front import DestinationRule, NginxDestination, TuleapFrontError

HOST = "tuleap.example.com"
SENT = "https://tuleap.example.com/svn/a%20b"
NEXT = "http://tuleap.example.com/svn/a%20b"
RULE = DestinationRule("https://tuleap.example.com, https://svn.example.com", "http")
FIXED = DestinationRule(["https://tuleap.example.com"], "http://127.0.0.1:8080")
UNTYPED: Any = tuleap_front


@pytest.mark.parametrize("method", ["COPY", b"MOVE"])
@pytest.mark.parametrize(
    "headers",
    [
        [("Destination", SENT)],
        [[b"destination", SENT.encode()]],
        {"DESTINATION": [SENT]},
        {"Host": "other.example", b"destination": SENT},
    ],
)
def test_forms_of_requests(method: Any, headers: Any) -> None:
    rewrite = RULE.rewrite(method, headers, forwarded_host=HOST)
    assert (rewrite.action, rewrite.value) == ("rewrite", NEXT)
    assert (rewrite.status, rewrite.reason, rewrite.code, rewrite.text) == (None,) * 4
    assert rewrite == RULE.rewrite(method, headers, host=HOST.encode())
    assert RULE.explain(method, headers, host=HOST).rewrite == rewrite
    assert RULE.rewrite_lines(method, [SENT], host=HOST) == rewrite
    assert RULE.rewrite_lines(method, SENT.encode(), host=HOST) == rewrite
    assert RULE.rewrite_value(method, SENT, host=HOST) == rewrite
    assert hash(rewrite) == hash(RULE.rewrite_value(method, SENT.encode(), host=HOST))


def test_what_is_left_alone() -> None:
    nothing: list[Any] = [None, [], NEXT, "/svn/a"]
    for lines in nothing:
        rewrite = RULE.rewrite_lines("COPY", lines, host=HOST)
        assert (rewrite.action, rewrite.value) == ("unchanged", None)
    assert RULE.rewrite("COPY", {}, host=HOST).action == "unchanged"
    assert repr(RULE.rewrite("COPY", {})) == "<Rewrite unchanged>"


def test_refusals() -> None:
    foreign = FIXED.rewrite_value("COPY", "https://other.example/a")
    assert (foreign.action, foreign.status, foreign.reason) == ("reject", 502, "foreign-origin")
    assert foreign.code == "destination/foreign-origin"
    assert foreign.text is not None and "another server" in foreign.text
    assert repr(foreign) == "<Rewrite reject: 502 foreign-origin>"
    two = FIXED.rewrite_lines("COPY", [SENT, SENT])
    assert (two.status, two.reason) == (400, "more-than-one-field-line")
    # No other method has the header.
    assert FIXED.rewrite_lines("GET", [SENT, SENT]).action == "unchanged"


def test_options() -> None:
    passing = DestinationRule("auto", "http", foreign="pass", path_absolute="promote")
    assert passing.rewrite_value("COPY", "https://other.example/a", host=HOST).action == "unchanged"
    promoted = passing.rewrite_value("COPY", "/svn/a", host="a.example", forwarded_host=HOST)
    assert promoted.value == "http://tuleap.example.com/svn/a"
    # An empty Host is none; without one, it is the client's.
    assert passing.rewrite_value("COPY", "/svn/a", host=HOST, forwarded_host="").value is None
    assert (FIXED.if_tags, RULE.if_tags) == ("rewrite", "keep")
    assert DestinationRule("auto", "http", if_tags="rewrite").if_tags == "rewrite"
    assert DestinationRule("auto", "http://127.0.0.1", if_tags="keep").if_tags == "keep"


def test_bytes_stay_as_they_are() -> None:
    path = bytes(range(0x20, 0x7F)) + bytes(range(0x80, 0x100))
    sent = b"https://tuleap.example.com/" + path
    value = FIXED.rewrite_value("COPY", sent).value
    assert value is not None
    assert value.encode("latin-1") == b"http://127.0.0.1:8080/" + path
    # A `str` stands for its Latin-1 bytes, and otherwise for UTF-8.
    assert FIXED.rewrite_value("COPY", sent.decode("latin-1")).value == value
    other = FIXED.rewrite_value("COPY", f"{SENT}\N{SNOWMAN}").value
    assert other is not None and other.encode("latin-1").endswith("\N{SNOWMAN}".encode())


def test_the_recommended_and_the_documented_rule() -> None:
    recommended = DestinationRule.recommended()
    assert recommended.rewrite_value("COPY", SENT, host=HOST).value == NEXT
    assert recommended.rewrite_value("COPY", SENT, host="a.example").status == 502
    documented = DestinationRule.documented()
    assert documented.rewrite_value("COPY", "HTTPS://a/b").value == "http://a/b"
    assert documented.rewrite_lines("COPY", ["https://a/1", "b"]).value == "http://a/1, b"
    old = DestinationRule.documented(nginx="1.22")
    assert old.rewrite_lines("COPY", ["https://a/1", "b"]).value == "http://a/1"
    assert documented.rewrite_lines("COPY", [""]).action == "remove"
    untouched = DestinationRule.documented("distributed")
    assert untouched.rewrite_value("COPY", "https://a/b").action == "unchanged"
    assert repr(old) == "<DestinationRule documented: reverse-proxy, nginx 1.22>"
    assert repr(recommended) == "<DestinationRule recommended>"
    assert repr(FIXED) == (
        "<DestinationRule from https://tuleap.example.com to http://127.0.0.1:8080>"
    )


def test_explanation() -> None:
    headers = {"Destination": "https://me:secret@svn.example.com/svn/a"}
    explanation = RULE.explain("COPY", headers, host=HOST)
    assert (explanation.cause, explanation.code) == ("public-origin", "destination/public-origin")
    assert (explanation.entry, explanation.origin) == (1, "https://svn.example.com")
    assert (explanation.reason, explanation.lines) == (None, 1)
    assert explanation.sent == headers["Destination"]
    assert explanation.to_dict() == {
        "action": "rewrite",
        "status": None,
        "reason": None,
        "cause": "public-origin",
        "because": "it is on a public origin",
        "lines": 1,
        "entry": 1,
        "origin": "https://svn.example.com",
        "sent": "https://***@svn.example.com/svn/a",
        "next": "http://tuleap.example.com/svn/a",
    }
    assert str(explanation).startswith("destination rewrite (public-origin)\n")
    assert repr(explanation) == "<DestinationExplanation of rewrite (public-origin)>"
    for text in (str(explanation), explanation.to_json(), repr(explanation)):
        assert "secret" not in text
    other = RULE.explain("GET", {"Destination": "a"})
    assert (other.cause, other.reason, other.rewrite.reason) == (
        "other-method",
        "relative-reference",
        None,
    )


def test_if() -> None:
    line = "<https://me:secret@tuleap.example.com/a> (<urn:1>) <https://other.example/b> (<urn:2>)"
    value = "<http://127.0.0.1:8080/a> (<urn:1>) <https://other.example/b> (<urn:2>)"
    assert FIXED.rewrite_if(line) == FIXED.rewrite_if(line.encode()) == value
    assert FIXED.rewrite_if(value) is None
    assert RULE.rewrite_if("<https://svn.example.com/a> (<urn:1>)", host=HOST) == (
        "<http://tuleap.example.com/a> (<urn:1>)"
    )
    explanation = FIXED.explain_if(line)
    assert (explanation.value, explanation.sent) == (value, line)
    assert (explanation.cause, explanation.code) == ("rewritten", "if/rewritten")
    assert explanation.offset is None
    first, second = explanation.tags
    assert (first.value, first.cause, first.entry) == (
        "http://127.0.0.1:8080/a",
        "public-origin",
        0,
    )
    assert (second.value, second.code) == (None, "destination/foreign-passed")
    assert second.sent == "https://other.example/b"
    assert repr(second) == "<TagDecision: foreign-passed>"
    assert first != second and len({first, second}) == 2
    assert [tag["cause"] for tag in explanation.to_dict()["tags"]] == [first.cause, second.cause]
    assert "secret" not in str(explanation) + explanation.to_json() + repr(explanation)
    malformed = FIXED.explain_if("<https://tuleap.example.com/a>")
    assert (malformed.value, malformed.tags) == (None, ())
    assert malformed.offset is not None


def test_location() -> None:
    assert FIXED.rewrite_location("http://127.0.0.1:8080/a b") == "https://tuleap.example.com/a b"
    assert FIXED.rewrite_location(b"/a") is None
    auto = DestinationRule.recommended()
    location = "http://tuleap.example.com/a"
    assert auto.rewrite_location(location, host=HOST) == "https://tuleap.example.com/a"
    assert auto.rewrite_location(location, host=HOST, scheme="http") is None
    explanation = FIXED.explain_location("http://127.0.0.1:8080/a")
    assert explanation.value == "https://tuleap.example.com/a"
    assert (explanation.cause, explanation.code) == ("backend-origin", "location/backend-origin")
    assert (explanation.entry, explanation.origin) == (0, "https://tuleap.example.com")
    assert explanation.sent == "http://127.0.0.1:8080/a"
    assert explanation.to_dict()["next"] == explanation.value
    assert str(explanation).startswith("location rewrite (backend-origin)\n")
    assert repr(explanation) == "<LocationExplanation: backend-origin>"


def test_nginx() -> None:
    nginx = NginxDestination()
    assert nginx.sent("/svn/a", SENT) == NEXT
    assert nginx.sent(b"/svn/a%20b", [SENT]) == "http://tuleap.example.com/svn/a%2520b"
    assert nginx.sent("/svn/a", []) is None
    assert nginx.sent("/svn/a", [SENT, "b"]) == f"{NEXT}, b"
    assert NginxDestination(nginx="1.22").sent("/svn/a", [SENT, "b"]) == NEXT
    assert NginxDestination("distributed").sent("/svn/a%20b", SENT) == SENT
    assert repr(nginx) == "<NginxDestination reverse-proxy, nginx current>"


@pytest.mark.parametrize(
    ("call", "code", "entry"),
    [
        (lambda: DestinationRule("", "http"), "destination-origin/empty", 0),
        (lambda: DestinationRule([], "http"), "destination-origin/empty", 0),
        (lambda: DestinationRule(["https://a", "b"], "http"), "destination-origin/scheme", 1),
        (lambda: DestinationRule("auto", "ftp"), "destination-origin/scheme", None),
        (lambda: DestinationRule("auto", "http://a/b"), "destination-origin/path", None),
        (lambda: DestinationRule("https://a\udcff", "http"), "destination-origin/host", 0),
    ],
)
def test_refused_origins(call: Any, code: str, entry: Any) -> None:
    with pytest.raises(TuleapFrontError) as refused:
        call()
    error = refused.value
    assert (error.code, error.entry) == (code, entry)
    assert error.hint is not None and error.hint.startswith("write")
    assert str(error).endswith(error.hint)
    assert str(error).startswith("backend:" if entry is None else "public, entry")


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: UNTYPED.DestinationRule("auto", "http", foreign="drop"), "reject or pass"),
        (lambda: UNTYPED.DestinationRule("auto", "http", path_absolute=""), "keep or promote"),
        (lambda: UNTYPED.DestinationRule("auto", "http", if_tags="no"), "rewrite or keep"),
        (lambda: UNTYPED.DestinationRule.documented("other"), "reverse-proxy or distributed"),
        (lambda: UNTYPED.DestinationRule.documented(nginx="1.23"), "current or 1.22"),
        (lambda: UNTYPED.NginxDestination("other"), "reverse-proxy or distributed"),
        (lambda: UNTYPED.NginxDestination(nginx="1.23"), "current or 1.22"),
        (lambda: RULE.rewrite_location("a", scheme=UNTYPED.__name__), "https or http"),
    ],
)
def test_words_without_a_meaning(call: Any, says: str) -> None:
    with pytest.raises(TuleapFrontError, match=says) as refused:
        call()
    assert refused.value.code == "abi/argument"


@pytest.mark.parametrize(
    "call",
    [
        lambda: UNTYPED.DestinationRule("auto"),
        lambda: UNTYPED.DestinationRule(None, "http"),
        lambda: UNTYPED.DestinationRule([None], "http"),
        lambda: UNTYPED.DestinationRule("auto", None),
        lambda: UNTYPED.DestinationRule("auto", "http", "pass"),
        lambda: UNTYPED.DestinationRule("auto", "http").rewrite(None, {}),
        lambda: UNTYPED.DestinationRule("auto", "http").rewrite("COPY", None),
        lambda: UNTYPED.DestinationRule("auto", "http").rewrite("COPY", {}, HOST),
        lambda: UNTYPED.DestinationRule("auto", "http").rewrite("COPY", {}, host=5),
        lambda: UNTYPED.DestinationRule("auto", "http").rewrite_lines("COPY", [None]),
        lambda: UNTYPED.DestinationRule("auto", "http").rewrite_value("COPY", None),
        lambda: UNTYPED.DestinationRule("auto", "http").rewrite_if(None),
        lambda: UNTYPED.DestinationRule("auto", "http").rewrite_location(5),
        lambda: UNTYPED.NginxDestination().sent(None, []),
        lambda: UNTYPED.Rewrite(),
    ],
)
def test_wrong_types(call: Any) -> None:
    with pytest.raises(TypeError):
        call()


def test_any_bytes_get_an_answer() -> None:
    for value in (b"", b"\0", b"https://\xff", b"a" * 1_000_000, b"<" * 100_000, b"\r\n" * 9):
        assert FIXED.rewrite_value("COPY", value).action in ("unchanged", "reject")
        assert FIXED.rewrite_lines("COPY", [value, value]).status == 400
        assert FIXED.rewrite_if(value) is None
        assert FIXED.rewrite_location(value) is None
        for explanation in (FIXED.explain_if(value), FIXED.explain_location(value)):
            assert len(explanation.to_json()) < 10_000 and str(explanation)


def test_rules_are_copied_by_reference_and_not_pickled() -> None:
    assert copy.copy(RULE) is RULE and copy.deepcopy([RULE])[0] is RULE
    with pytest.raises(TypeError, match="pickle"):
        pickle.dumps(RULE)
