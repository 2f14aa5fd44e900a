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
    found: list[Row] = cases["cases"] if isinstance(cases, dict) else cases
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
