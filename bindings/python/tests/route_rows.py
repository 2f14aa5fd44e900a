"""Answers rows about request lines, locations and routes; see rows.py."""

from __future__ import annotations

import os
from typing import Any, Union

from tuleap_front import (
    Locations,
    NginxServers,
    RequestHead,
    RequestLine,
    RequestRefusal,
    RequestTarget,
    ResponseHead,
    Route,
    RouteExplanation,
    Routes,
    TuleapFrontError,
)

Row = dict[str, Any]


def nginx_location(question: Row) -> Row:
    """A row of nginx-location.json."""
    line = RequestLine.parse(
        question["line"],
        merge_slashes=question["input"]["merge_slashes"],
        nginx=question["rules"],
    )
    if isinstance(line, RequestRefusal):
        return {"status": line.status}
    target = line.target
    found = Locations(question["locations"]).find(target.uri)
    return {
        "status": 200,
        "uri": target.uri,
        "args": target.args,
        "request_uri": target.request_uri,
        "location": None if found is None else found.name,
    }


def request_line(row: Row) -> Row:
    rules: Any = row.get("rules") or "current"
    line = RequestLine.parse(row["line"], merge_slashes=row["merge_slashes"], nginx=rules)
    if isinstance(line, RequestRefusal):
        return refused(line)
    version = line.version.removeprefix("HTTP/")
    return {"method": line.method, **target_fields(line.target), "version": version}


def request_target(row: Row) -> Row:
    target = RequestTarget.parse(row["target"], merge_slashes=row["merge_slashes"])
    return refused(target) if isinstance(target, RequestRefusal) else target_fields(target)


def target_fields(target: RequestTarget) -> Row:
    return {
        "uri": target.uri,
        "args": target.args,
        "request_uri": target.request_uri,
        "host": target.host,
    }


def refused(refusal: RequestRefusal) -> Row:
    return {"status": refusal.status, "reason": refusal.reason}


def request_head(row: Row) -> Row:
    """A row of request-head.json: the head of a request or of a response."""
    if row.get("response") is not None:
        response = ResponseHead.parse(row["response"].encode("latin-1"))
        if isinstance(response, RequestRefusal):
            return refused_head(response)
        return {
            "status": response.status,
            "lines": pairs(response.lines),
            "rest": response.rest.decode("latin-1"),
        }
    options: Any = {name: row[name] for name in ("merge_slashes", "names", "rules")}
    head = RequestHead.parse(row["request"].encode("latin-1"), **options)
    if isinstance(head, RequestRefusal):
        return refused_head(head)
    return {
        "method": head.method,
        "uri": head.target.uri,
        "version": head.version.removeprefix("HTTP/"),
        "host": head.host,
        "http_host": head.http_host,
        "lines": pairs(head.lines),
        "rest": head.rest.decode("latin-1"),
    }


def servers(row: Row) -> Row:
    """A row of servers.json, or one of nginx-forwarded.json in its form."""
    try:
        known = NginxServers(row["servers"], rules=row["rules"])
    except TuleapFrontError as error:
        return config_error(error)
    assert str(NginxServers(str(known))) == str(known)
    answer = known.answer(row["request"].encode("latin-1"), row["remote_addr"], row["scheme"])
    if isinstance(answer, RequestRefusal):
        return refused_head(answer)
    assert str(answer) and answer.to_dict()["reason"] == answer.reason
    upstream, target = answer.upstream, answer.head.target
    return {
        "server": answer.server,
        "server_name": answer.server_name,
        "reason": answer.reason,
        "host": answer.host,
        "request_uri": target.request_uri,
        "uri": target.uri,
        "args": target.args,
        "location": None if answer.location is None else answer.location.pattern,
        "backend": None if upstream is None else upstream.backend,
        "target": None if upstream is None else upstream.target,
        "lines": None if upstream is None else pairs(upstream.lines),
        "redirect": answer.redirect,
    }


def refused_head(refusal: RequestRefusal) -> Row:
    return {"status": refusal.status, "code": refusal.code}


def pairs(lines: list[tuple[str, str]]) -> list[list[str]]:
    return [list(line) for line in lines]


def locations(row: Row) -> Row:
    try:
        known = Locations(row["locations"])
    except TuleapFrontError as error:
        return config_error(error)
    found, explanation = known.find(row["uri"]), known.explain(row["uri"])
    assert explanation.found == found and str(explanation)
    assert explanation.to_dict()["index"] == (None if found is None else found.index)
    assert [it.name for it in Locations(known.rules).rules] == [it.name for it in known.rules]
    assert str(Locations(str(known))) == str(known)
    return {
        "location": None if found is None else found.name,
        "index": None if found is None else found.index,
        "reason": explanation.reason,
    }


KNOWN = {
    "distributed": Routes.documented("distributed"),
    "distributed-try-files": Routes.documented("distributed", "try-files"),
    "recommended": Routes.recommended(),
    "reverse-proxy": Routes.documented("reverse-proxy"),
}


def routes(row: Row) -> Row:
    """A row of routes.json."""
    try:
        known = KNOWN[row["known"]] if row.get("known") else Routes(row["routes"])
    except TuleapFrontError as error:
        return config_error(error)
    asked: list[str] = []

    def files(path: str) -> Any:
        asked.append(os.fsencode(path).decode("latin-1"))
        return row["files"].get(asked[-1], "missing")

    options = {"merge_slashes": row["merge_slashes"], "method": row["method"]}
    route: Union[Route, RequestRefusal] = known.route(row["target"], files, **options)
    paths = list(asked)
    explanation: Any = known.explain(row["target"], files, **options)
    assert asked == paths * 2
    if isinstance(route, RequestRefusal):
        assert explanation == route
        return refused(route)
    assert isinstance(explanation, RouteExplanation) and str(explanation)
    assert explanation.to_dict()["outcome"] == route.outcome == explanation.route.outcome
    return {
        "outcome": route.outcome,
        "backend": route.backend,
        "uri": route.uri,
        "args": route.args,
        "file": None if route.file is None else os.fsencode(route.file).decode("latin-1"),
        "status": route.status,
        "location": route.location,
        "reason": route.reason,
        "rule": None if route.rule is None else route.rule.index,
        "internal_redirects": route.internal_redirects,
        "allowed": route.is_allowed,
        "asked": paths,
    }


def config_error(error: TuleapFrontError) -> Row:
    fields = ["entry", "offset", "length", "line", "column", "hint"]
    found = {field: getattr(error, field) for field in fields}
    return {"config_error": {"code": error.code.rsplit("/", 1)[-1], **found}}
