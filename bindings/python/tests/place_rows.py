"""Answers rows about headers that name a place, and about redirects to https; see rows.py."""

from __future__ import annotations

from typing import Any

from tuleap_front import (
    DestinationRule,
    HttpsRedirect,
    NginxDestination,
    ProxyChain,
    Rewrite,
    TuleapFrontError,
)

Row = dict[str, Any]


def destination(row: Row) -> Row:
    """A row of destination.json: Destination, If, Location, Content-Location."""
    if row["mode"] == "compat":
        rule = DestinationRule.documented()
    else:
        rule = DestinationRule(
            [row["public_origin"], *(row.get("aliases") or [])],
            row["backend_origin"],
            foreign=row.get("foreign") or "reject",
            path_absolute="promote" if row.get("promote_path_absolute") else "keep",
        )
    hosts = {
        "host": row.get("client_host") or b"",
        "forwarded_host": row.get("forwarded_host") or b"",
    }
    if row["header"] != "Destination":
        return place(rule, row, hosts)
    method = row["method"]
    lines = [it.encode() for it in row["input"]] if is_list(row) else [value(row)]
    headers = [("Destination", line) for line in lines]
    by_lines = rule.rewrite_lines(method, lines, **hosts)
    rewrite = by_lines if is_list(row) else rule.rewrite_value(method, lines[0], **hosts)
    # An empty value is one thing and an empty line another.
    assert rewrite == by_lines or by_lines.action == "remove"
    assert rule.rewrite(method, headers, **hosts) == by_lines
    explanation = rule.explain(method, headers, **hosts)
    assert explanation.rewrite == by_lines
    assert explanation.to_dict()["action"] == by_lines.action
    assert explanation.lines == len(lines) and str(explanation)
    return {**rewritten(rewrite), "cause": explanation.cause}


def rewritten(rewrite: Rewrite) -> Row:
    return {
        "action": rewrite.action,
        "value_hex": None if rewrite.value is None else rewrite.value.encode("latin-1").hex(),
        "status": rewrite.status,
        "reason": rewrite.reason,
    }


def place(rule: DestinationRule, row: Row, hosts: Row) -> Row:
    """A header that is never refused."""
    sent = value(row)
    explanation: Any
    if row["header"] == "If":
        answer = rule.rewrite_if(sent, **hosts)
        explanation = rule.explain_if(sent, **hosts)
    else:
        scheme: Any = row.get("client_scheme") or "https"
        answer = rule.rewrite_location(sent, scheme=scheme, **hosts)
        explanation = rule.explain_location(sent, scheme=scheme, **hosts)
    action = "unchanged" if answer is None else "rewrite"
    assert explanation.value == answer and explanation.sent.encode("latin-1") == sent
    assert explanation.to_dict()["action"] == action and str(explanation)
    return {
        "action": action,
        "value_hex": None if answer is None else answer.encode("latin-1").hex(),
        "status": None,
        "reason": None,
        "cause": explanation.cause,
    }


def is_list(row: Row) -> bool:
    return isinstance(row["input"], list)


def value(row: Row) -> bytes:
    if row.get("input_hex") is not None:
        return bytes.fromhex(row["input_hex"])
    text: str = row["input"]
    return text.encode()


def nginx_destination(row: Row, rules: Any) -> Row:
    others = [it for name, it in row["other_headers"] if name.lower() == "destination"]
    lines = [*row["destination_headers"], *others]
    if row["rule"] == "none":
        return {"destination": lines}
    nginx = NginxDestination("distributed" if row["rule"] == "pass" else "reverse-proxy", rules)
    sent = nginx.sent(row["target"], lines)
    return {"destination": [] if sent is None else [sent]}


def https_redirect(row: Row) -> Row:
    """A row of https-redirect.json."""
    options: Any = {"status": row.get("redirect_status"), "nginx": row.get("rules") or "current"}
    try:
        documented = row.get("documented")
        if documented:
            guide, server_name = documented["guide"], documented["server_name"]
            redirect = HttpsRedirect.documented(guide, server_name, **options)
        else:
            redirect = HttpsRedirect(row["origin"], **options)
    except TuleapFrontError as error:
        return {"config_error": {"code": bare(error.code), "hint": error.hint}}
    request = row["scheme"], row["method"], row["target"]
    decision = redirect.decide(*request)
    explanation = redirect.explain(*request)
    assert explanation.decision == decision and str(explanation)
    assert explanation.to_dict()["reason"] == decision.reason
    return {
        "action": decision.action,
        "status": decision.status,
        "location": decision.location,
        "reason": decision.reason,
    }


def nginx_redirect(question: Row) -> Row:
    row, documented = question["input"], question["documented"]
    redirect = HttpsRedirect.documented(
        documented["guide"],
        documented["server_name"],
        status=question["redirect_status"],
        nginx=question["rules"],
    )
    decision = redirect.decide("http", row["method"], row["target"])
    return {"status": decision.status, "location": decision.location}


def proxy_chain(row: Row) -> Row:
    """A row of proxy-chain.json."""
    try:
        chain = ProxyChain(row["chain"])
    except TuleapFrontError as error:
        fields = ["entry", "line", "column", "offset", "length", "hint"]
        found = {field: getattr(error, field) for field in fields}
        return {"config_error": {"code": bare(error.code), **found}}
    explanation = chain.explain()
    assert chain.verdict("https") == explanation.https.verdict
    assert chain.verdict("http") == explanation.http.verdict
    assert chain.corrected() == (explanation.corrected or chain)
    assert ProxyChain(str(chain)) == chain
    return {**explanation.to_dict()}


def bare(code: str) -> str:
    return code.rsplit("/", 1)[-1]
