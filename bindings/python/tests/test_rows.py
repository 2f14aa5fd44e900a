"""The corpus: what real programs answered, and our own cases, through the public API."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Union

import pytest
import rows

TESTS = Path(__file__).parent.parent.parent.parent / "tests"

Row = dict[str, Any]


def load(name: str) -> list[Row]:
    cases = json.loads((TESTS / name).read_text("utf-8"))
    if isinstance(cases, dict):
        cases = cases.get("cases") or cases["vectors"]
    found: list[Row] = cases
    return found


def name(row: Row) -> str:
    return str(row.get("id") or row["name"])


def written_out(value: Union[str, list[Any]]) -> str:
    """A header value, which long ones give in pieces."""
    if isinstance(value, str):
        return value
    return "".join(it if isinstance(it, str) else it["repeat"] * it["times"] for it in value)


def check(expect: Row, answer: Row) -> None:
    """Everything that the row says; the words of a hint are ours."""
    for field, expected in expect.items():
        got = answer[field]
        if field == "strict":
            check(expected, got)
        elif field == "config_error":
            check({key: it for key, it in expected.items() if key != "hint"}, got)
            assert got["hint"]
        else:
            assert got == expected, field


@pytest.mark.parametrize("file", ["recorded/client-ip.json", "vectors/client-ip.json"])
def test_client_ip(file: str) -> None:
    cases = load(file)
    assert len(cases) > 250
    for row in cases:
        lines = [[key, written_out(value)] for key, value in row["headers"]]
        answer = rows.answer({**row, "kind": "client-ip", "headers": lines})
        try:
            check(row["expect"], answer)
        except (AssertionError, KeyError) as error:
            raise AssertionError(f"{name(row)}: {error}") from error


@pytest.mark.parametrize("rules", ["1.22", "current"])
@pytest.mark.parametrize("kind", ["nginx-realip", "nginx-forwarded"])
def test_nginx(kind: str, rules: str) -> None:
    cases = load(f"recorded/{kind}.json")
    assert len(cases) > 100
    for row in cases:
        expect = {
            **row["expect"],
            **((row.get("expect_1_31_5") or {}) if rules == "current" else {}),
        }
        if expect.get("forwarded") is False or "x_real_ip" not in expect:
            # nginx answered by itself: there is no next server.
            continue
        answer = rows.answer({"kind": kind, "rules": rules, "input": row["input"]})
        known = {field: it for field, it in expect.items() if field in answer}
        assert len(known) >= 3
        assert {field: answer[field] for field in known} == known, name(row)


def joined(part: Any) -> Any:
    """Long texts written out, at any depth."""
    if isinstance(part, dict):
        if "join" in part:
            return written_out(part["join"])
        return {key: joined(it) for key, it in part.items()}
    return [joined(it) for it in part] if isinstance(part, list) else part


@pytest.mark.parametrize("file", ["recorded/destination.json", "vectors/destination.json"])
def test_destination(file: str) -> None:
    cases = [joined(row) for row in load(file)]
    assert len(cases) > 170
    for row in cases:
        expect = row.pop("expect")
        answer = rows.answer({**row, "kind": "destination"})
        assert answer["action"] == expect["action"], name(row)
        assert answer["status"] == expect.get("status"), name(row)
        if "cause" in expect:
            assert answer["cause"] == expect["cause"], name(row)
        if expect["action"] == "rewrite":
            value = expect.get("value_hex") or expect["value"].encode().hex()
            assert answer["value_hex"] == value, name(row)
        else:
            assert answer["value_hex"] is None, name(row)


@pytest.mark.parametrize("rules", ["1.22", "current"])
def test_nginx_destination(rules: str) -> None:
    cases = load("recorded/nginx-destination.json")
    for row in cases:
        newer = (row.get("expect_1_31_5") or {}) if rules == "current" else {}
        expect = {**row["expect"], **newer}
        answer = rows.answer({"kind": "nginx-destination", "rules": rules, "input": row["input"]})
        if "destination" in expect:
            assert answer["destination"] == expect["destination"], name(row)


def test_https_redirect() -> None:
    for row in load("vectors/https-redirect.json"):
        check(row.pop("expect"), rows.answer({**row, "kind": "https-redirect"}))


def test_proxy_chain() -> None:
    for row in load("vectors/proxy-chain.json"):
        expect, answer = row["expect"], rows.answer({**row, "kind": "proxy-chain"})
        if "config_error" in expect:
            check(expect, answer)
            continue
        for scheme in ("https", "http"):
            assert answer[scheme]["verdict"] == expect[scheme]["verdict"], name(row)
            causes = [f"{it['reason']} {it['hop']}" for it in answer[scheme]["causes"]]
            assert causes == expect[scheme]["causes"], name(row)
        assert answer["corrected"] == expect["corrected"], name(row)


@pytest.mark.parametrize("kind", ["request-target", "request-line", "locations", "routes"])
def test_request(kind: str) -> None:
    defaults: Row = {"merge_slashes": True, "method": "GET", "files": {}}
    cases = load(f"vectors/{kind}.json")
    assert len(cases) > 60
    for row in cases:
        check(row["expect"], rows.answer({**defaults, **row, "kind": kind}))


@pytest.mark.parametrize("kind", ["request-head", "servers"])
def test_heads(kind: str) -> None:
    defaults: Row = {
        "merge_slashes": True,
        "names": "plain",
        "rules": "current",
        "remote_addr": "192.0.2.7",
        "scheme": "https",
    }
    cases = load(f"vectors/{kind}.json")
    assert len(cases) > 70
    for row in cases:
        check_named(row, row["expect"], rows.answer({"request": "", **defaults, **row, "kind": kind}))


ANSWER_DEFAULTS: Row = {"rules": "current", "scheme": "https"}


def check_named(row: Row, expect: Row, answer: Row) -> None:
    try:
        check(expect, answer)
    except (AssertionError, KeyError) as error:
        raise AssertionError(f"{name(row)}: {error}") from error


def test_gzip() -> None:
    defaults: Row = {
        **ANSWER_DEFAULTS,
        "secrets": "identity",
        "method": "GET",
        "version": "HTTP/1.1",
        "request": [],
        "status": 200,
        "response": [],
        "now": 1_790_000_000,
    }
    cases = load("vectors/gzip.json")
    assert len(cases) > 150
    for row in cases:
        check_named(row, row["expect"], rows.answer({**defaults, **row, "kind": "gzip"}))


def test_cache() -> None:
    request: Row = {
        "now": 1_790_000_000,
        "method": "GET",
        "version": "HTTP/1.1",
        "host": "tuleap.example.com",
        "headers": [],
    }
    reply: Row = {"status": 200, "headers": [], "cut": False}
    cases = load("vectors/cache.json")
    assert len(cases) > 150
    for row in cases:
        question = {
            **ANSWER_DEFAULTS,
            **row,
            "requests": [{**request, **it} for it in row.get("requests", [])],
            "answers": [{**reply, **it} for it in row.get("answers", [])],
        }
        answer = rows.answer({**question, "kind": "cache"})
        steps = row["expect"].pop("steps", [])
        check_named(row, row["expect"], answer)
        for step, got in zip(steps, answer.get("steps", [])):
            known = {field: it for field, it in step.items() if field in got}
            explained = known.pop("explanation", {})
            check_named(row, known, got)
            check_named(row, explained, got["explanation"])
