"""Answers rows about what becomes of a backend's answers; see rows.py."""

from __future__ import annotations

from typing import Any

from tuleap_front import GzipFacts, GzipPolicy, TuleapFrontError

Row = dict[str, Any]


def gzip(row: Row) -> Row:
    """A row of gzip.json, or one of nginx-gzip.json in its form."""
    try:
        policy = gzip_policy(row)
    except TuleapFrontError as error:
        return config_error(error)
    facts = GzipFacts(
        row["scheme"],
        lines(row["request"]),
        row["status"],
        lines(row["response"]),
        now=row["now"],
        method=row["method"].encode("latin-1"),
        version=row["version"],
        length=row.get("length"),
    )
    verdict, explanation = policy.decide(facts), policy.explain(facts)
    assert explanation.verdict == verdict and str(explanation)
    assert explanation.to_dict()["reason"] == verdict.reason
    return {
        "compresses": verdict.compresses,
        "reason": verdict.reason,
        "varies": verdict.varies,
        "etag": verdict.etag,
        "removes": list(verdict.removes),
        "checks": [step.check for step in explanation.steps],
        "lines": [list(line) for line in policy.response_lines(facts)],
        "directives": str(policy),
    }


def gzip_policy(row: Row) -> GzipPolicy:
    options: Any = {"expires": row.get("expires"), "rules": row["rules"]}
    if row.get("directives") is not None:
        return GzipPolicy.parse(row["directives"], **options)
    if row["policy"] == "documented":
        return GzipPolicy.documented("reverse-proxy", **options)
    if row["policy"] == "tuleap":
        return GzipPolicy.tuleap(**options)
    return GzipPolicy(secrets=row["secrets"], **options)


def lines(pairs: list[list[str]]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in pairs]


def config_error(error: TuleapFrontError) -> Row:
    fields = ["entry", "offset", "length", "line", "column", "hint"]
    found = {field: getattr(error, field) for field in fields}
    return {"config_error": {"code": error.code.rsplit("/", 1)[-1], **found}}
