"""Answers rows about what becomes of a backend's answers; see rows.py."""

from __future__ import annotations

from typing import Any, Optional

from tuleap_front import (
    CacheAnswer,
    CacheExplanation,
    CacheFacts,
    CachePolicy,
    CacheStep,
    CacheZone,
    GzipFacts,
    GzipPolicy,
    TuleapFrontError,
)

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


def cache(row: Row) -> Row:
    """A row of cache.json, or one of nginx-cache.json in its form."""
    try:
        policy = cache_policy(row)
    except TuleapFrontError as error:
        return config_error(error)
    steps = Steps(row, policy).run()
    return {
        "directives": str(policy),
        "steps": [{**step.to_dict(), "explanation": it.to_dict()} for step, it in steps],
    }


def cache_policy(row: Row) -> CachePolicy:
    rules = row["rules"]
    if row.get("directives") is not None:
        return CachePolicy.parse(row["directives"], rules=rules)
    if row["policy"] == "recommended":
        return CachePolicy(rules=rules)
    return CachePolicy.documented(row["policy"], rules=rules)


class Steps:
    """The requests of a row, and what the backend answers to those that reach it."""

    def __init__(self, row: Row, policy: CachePolicy) -> None:
        self.row = row
        self.zone = CacheZone(policy)
        self.asked = 0

    def run(self) -> list[tuple[CacheStep, CacheExplanation]]:
        steps: list[tuple[CacheStep, CacheExplanation]] = []
        # Of each open ticket the request, and behind which one it is answered.
        unanswered: list[tuple[int, int, int]] = []
        requests = self.row["requests"]
        for at, request in enumerate(requests):
            facts = self.facts(request)
            step = self.zone.ask(facts, now=request["now"])
            steps.append((step, self.zone.policy.explain_look_up(facts)))
            if step.ticket is not None:
                after = request.get("answered_after")
                unanswered.append((at, step.ticket, at if after is None else after))
            due = [it for it in unanswered if it[2] <= at]
            unanswered = [it for it in unanswered if it[2] > at]
            for of, ticket, _ in due:
                end, explanation = self.answer(requests[of], ticket, request["now"])
                step, known = steps[of]
                # What is refreshed behind a client's back is not the client's answer.
                steps[of] = (end if step.status is None else step, explanation or known)
        return steps

    def answer(
        self, request: Row, ticket: int, now: int
    ) -> tuple[CacheStep, Optional[CacheExplanation]]:
        answers = self.row["answers"]
        reply = answers[min(self.asked, len(answers) - 1)]
        self.asked += 1
        if reply.get("failure") is not None:
            step, explanation = self.zone.fail(ticket, reply["failure"], now=now), None
        else:
            body: Any = "cut" if reply["cut"] else "whole"
            answer = CacheAnswer(reply["status"], lines(reply["headers"]), body=body)
            explanation = self.explain(request, answer, now)
            step = self.zone.answer(ticket, answer, now=now)
        assert step is not None
        return step, explanation

    def explain(self, request: Row, answer: CacheAnswer, now: int) -> CacheExplanation:
        facts, policy = self.facts(request), self.zone.policy
        explanation = policy.explain(facts, answer, now=now)
        assert explanation.store == policy.store(facts, answer, now=now) and str(explanation)
        assert explanation.look_up == policy.look_up(facts)
        return explanation

    def facts(self, request: Row) -> CacheFacts:
        method, host, target = (
            request[name].encode("latin-1") for name in ("method", "host", "target")
        )
        return CacheFacts(
            self.row["scheme"],
            method,
            host,
            target,
            lines(request["headers"]),
            version=request["version"],
        )


def lines(pairs: list[list[str]]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in pairs]


def config_error(error: TuleapFrontError) -> Row:
    fields = ["entry", "offset", "length", "line", "column", "hint"]
    found = {field: getattr(error, field) for field in fields}
    return {"config_error": {"code": error.code.rsplit("/", 1)[-1], **found}}
