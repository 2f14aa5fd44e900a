"""Answers recorded rows through the public API: JSON lines in, JSON lines out.

`cargo run -p tuleap-front-tests --bin recorded -- --surfaces rust,python="COMMAND"` asks them; the
questions and the answers are described in tests/src/surface/external.rs.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any, Optional

import answer_rows
import place_rows
import route_rows
from tuleap_front import (
    ClientIpResolver,
    ForwardedHop,
    NginxRealip,
    Origin,
    OriginPolicy,
    TrustedProxies,
    TuleapCompat,
    TuleapFrontError,
)

Row = dict[str, Any]
Lines = list[tuple[bytes, bytes]]


def answer(row: Row) -> Row:
    """The answer to one question."""
    return KINDS[row["kind"]](row)


def client_ip(row: Row) -> Row:
    setting = row.get("trusted_string")
    if setting is None:
        return strict(row)
    lines = [value for name, value in row["headers"] if name.lower() == "x-forwarded-for"]
    header = ", ".join(lines).encode() if lines else None
    compat = TuleapCompat(setting.encode()).resolve(row["peer"], header)
    return {"compat": compat.encode("latin-1").decode(), "strict": strict(row)}


def strict(row: Row) -> Row:
    options = row.get("options") or {}
    try:
        trusted = trusted_proxies(row, options)
    except TuleapFrontError as error:
        in_whole = whole_text(row) is not None
        return {
            "config_error": {
                "entry": error.entry,
                "offset": error.offset if in_whole else error.offset_in_entry,
                "length": error.length,
                "code": bare(error.code),
                "hint": error.hint,
            }
        }
    try:
        policy = origin_policy(options)
    except TuleapFrontError as error:
        return {"config_error": {"code": bare(error.code), "hint": str(error)}}
    resolver = ClientIpResolver(
        trusted,
        headers=options.get("source"),
        hops=options.get("hops"),
        max_hops=options.get("max_hops"),
        danger_any_peer=options.get("peer_any", False),
    )
    lines = headers(row["headers"], options.get("text", "utf-8"))
    explanation = resolver.explain(row["peer"], lines)
    same_answer_without_explanation(resolver, row["peer"], lines)
    local = options.get("local") or {"scheme": "http", "host": "local.example", "port": 80}
    origin = policy.origin(
        resolver, row["peer"], lines, Origin(local["scheme"], local["host"], local["port"])
    )
    return {
        **explanation.to_dict(),
        "notes": [*explanation.notes, *origin.notes],
        "scheme": origin.scheme,
        "host": origin.host,
        "port": origin.port,
        "config_warnings": [
            {"entry": warning.entry, "code": bare(warning.code)} for warning in trusted.warnings
        ],
    }


def trusted_proxies(row: Row, options: Row) -> TrustedProxies:
    allow_trust_all = options.get("allow_trust_all", False)
    text = whole_text(row)
    if text is not None:
        return TrustedProxies(text, allow_trust_all=allow_trust_all)
    entries = ",".join(row.get("trusted") or [])
    return TrustedProxies(entries, allow_trust_all=allow_trust_all, commas_only=True)


def whole_text(row: Row) -> Optional[str]:
    """The list as one text, where the row has one instead of entries."""
    text = row.get("trusted_text")
    return row.get("trusted_string") if text is None else text


def origin_policy(options: Row) -> OriginPolicy:
    trusts = options.get("trust")
    if trusts is None:
        trusts = ["for", "proto"]
    return OriginPolicy(
        forwarded_scheme="proto" in trusts,
        proto_hops=options.get("proto_hops"),
        allowed_hosts=options.get("allowed_hosts") or None,
        forwarded_host="host" in trusts,
        forwarded_port="port" in trusts,
    )


def same_answer_without_explanation(
    resolver: ClientIpResolver, peer: Optional[str], lines: Lines
) -> None:
    """`resolve` and `resolve_values` answer what `explain` explains, for bytes and for str."""
    client = resolver.explain(peer, lines).client
    as_text = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in lines]
    assert resolver.resolve(peer, lines) == client
    assert resolver.resolve(peer, as_text) == client
    if len(resolver.sources) == 1:
        source = resolver.sources[0].encode()
        values = [value for name, value in lines if name.lower() == source]
        assert resolver.resolve_values(peer, values) == client


def nginx_realip(row: Row, rules: Any) -> Row:
    realip = NginxRealip(
        row["trusted"],
        header=row["real_ip_header"] or "X-Real-IP",
        recursive=row["recursive"],
        rules=rules,
    )
    lines = headers(row["headers"], "latin-1")
    client = realip.resolve(row["peer"], lines)
    return {
        "remote_addr": client.addr,
        "rewritten": client.is_rewritten,
        "realip_remote_addr": row["peer"],
        **hop(client.addr, "http", ["write"] * 3, lines),
    }


def nginx_forwarded(row: Row) -> Row:
    directives: list[Any] = ["write"] * 3
    if row["target"].startswith("/plain/"):
        directives = ["keep"] * 3
    elif row["target"].startswith("/empty/"):
        directives = ["remove", "remove", "keep"]
    return hop(row["peer"], row["scheme"], directives, headers(row["headers"], "latin-1"))


FIELDS = ["X-Real-IP", "X-Forwarded-For", "X-Forwarded-Proto"]


def hop(remote_addr: str, scheme: str, directives: list[Any], lines: Lines) -> Row:
    """The three X- fields that the next server gets, as Latin-1 text."""
    documented = ForwardedHop.documented("reverse-proxy")
    for field, directive in zip(FIELDS, directives):
        documented = documented.with_field(field, directive)
    sent = documented.headers(
        ClientIpResolver(""), OriginPolicy(), remote_addr, lines, Origin(scheme)
    )
    answer: Row = {}
    for field in FIELDS:
        if field not in sent:
            name = field.lower().encode()
            values = [value.decode("latin-1") for key, value in lines if key.lower() == name]
        else:
            value = sent[field]
            values = [] if value is None else [value]
        answer[field.lower().replace("-", "_")] = values
    return answer


def headers(lines: list[list[str]], encoding: str) -> Lines:
    return [(name.encode(encoding), value.encode(encoding)) for name, value in lines]


def bare(code: str) -> str:
    """A code without its noun, as rows have it."""
    return code.rsplit("/", 1)[-1]


KINDS: dict[str, Callable[[Row], Row]] = {
    "cache": answer_rows.cache,
    "client-ip": client_ip,
    "destination": place_rows.destination,
    "gzip": answer_rows.gzip,
    "https-redirect": place_rows.https_redirect,
    "locations": route_rows.locations,
    "nginx-destination": lambda row: place_rows.nginx_destination(row["input"], row["rules"]),
    "nginx-forwarded": lambda row: nginx_forwarded(row["input"]),
    "nginx-location": route_rows.nginx_location,
    "nginx-realip": lambda row: nginx_realip(row["input"], row["rules"]),
    "nginx-redirect": place_rows.nginx_redirect,
    "proxy-chain": place_rows.proxy_chain,
    "request-head": route_rows.request_head,
    "request-line": route_rows.request_line,
    "request-target": route_rows.request_target,
    "routes": route_rows.routes,
    "servers": route_rows.servers,
}


def main() -> None:
    # The runner writes UTF-8, whatever the locale.
    for line in sys.stdin.buffer:
        text = json.dumps(answer(json.loads(line)))
        sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
