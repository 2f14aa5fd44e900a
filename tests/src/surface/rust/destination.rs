//! `Destination` and the other headers that name a place, in every way to ask.

use http::{HeaderMap, HeaderValue};
use serde_json::{Value, json};
use tuleap_front::{
    DestinationFacts, DestinationOriginError, DestinationRule, ForeignDestination, Guide,
    NginxDestination, NginxRules, PathAbsolute, PublicOrigins, Rewrite,
};

use crate::row::{
    DestinationMode, DestinationRow, NginxDestinationInput, NginxDestinationRule, from_latin1, hex,
};
use crate::surface::Rules;

mod place;

/// The answer to a row.
pub(super) fn answer(row: &DestinationRow) -> Result<Value, String> {
    let rule = match row.mode {
        DestinationMode::Compat => DestinationRule::documented(Guide::ReverseProxy),
        _ => strict(row).map_err(|error| format!("{}: {error}", row.name))?,
    };
    let facts = row.facts();
    if row.header != "Destination" {
        return place::answer(row, &rule, &facts);
    }
    let (value, lines) = (row.value(), row.lines());
    let pairs: Vec<(&str, &[u8])> =
        lines.iter().map(|line| ("DESTINATION", line.as_slice())).collect();
    let explanation = rule.explain(&facts, pairs.as_slice());
    let rewrite = match &value {
        Some(value) => rule.rewrite_value(&facts, value),
        None => rule.rewrite_values(&facts, &lines),
    };
    same_answer_in_every_way(&rule, &facts, &lines, rewrite)?;
    // The text of an explanation is for people; it must come out for any bytes.
    if explanation.to_string().is_empty() {
        return Err("an explanation says something".to_owned());
    }
    let (status, reason) = match rewrite {
        Rewrite::Reject { status, reason } => (Some(status.as_u16()), Some(reason.as_str())),
        _ => (None, None),
    };
    Ok(json!({
        "action": rewrite.action(),
        "value_hex": rewrite.value(&lines).map(|value| hex(&value)),
        "status": status,
        "reason": reason,
        "cause": explanation.cause().as_str(),
    }))
}

fn strict(row: &DestinationRow) -> Result<DestinationRule, DestinationOriginError> {
    let origins = std::iter::once(&row.public_origin).chain(&row.aliases);
    let public: PublicOrigins =
        origins.map(String::as_str).collect::<Vec<_>>().join(", ").parse()?;
    let rule = DestinationRule::new(public, row.backend_origin.parse()?);
    Ok(rule
        .with_foreign(match row.foreign.as_deref() {
            Some("pass") => ForeignDestination::Pass,
            _ => ForeignDestination::Reject,
        })
        .with_path_absolute(match row.promote_path_absolute {
            true => PathAbsolute::Promote,
            false => PathAbsolute::Keep,
        }))
}

/// Values, lines, headers, an explanation and a header map give one answer.
fn same_answer_in_every_way(
    rule: &DestinationRule,
    facts: &DestinationFacts<'_>,
    lines: &[Vec<u8>],
    rewrite: Rewrite<'_>,
) -> Result<(), String> {
    let pairs: Vec<(&str, &[u8])> =
        lines.iter().map(|line| ("Destination", line.as_slice())).collect();
    let by_lines = rule.rewrite_values(facts, lines);
    let by_headers = rule.rewrite(facts, pairs.as_slice());
    let explained = rule.explain(facts, pairs.as_slice());
    // An empty value is one thing and an empty line another.
    let is_same = rewrite == by_lines || by_lines == Rewrite::Remove;
    if !is_same || by_headers != by_lines || *explained.rewrite() != by_lines {
        return Err(format!("{rewrite:?}, {by_lines:?}, {by_headers:?}, {explained:?}"));
    }
    let mut headers = HeaderMap::new();
    for line in lines {
        // A header map refuses what the wire cannot carry.
        let Ok(line) = HeaderValue::from_bytes(line) else { return Ok(()) };
        headers.append("destination", line);
    }
    let result = rule.apply(facts, &mut headers);
    let sent: Vec<&[u8]> =
        headers.get_all("destination").iter().map(HeaderValue::as_bytes).collect();
    let is_applied = match by_lines {
        Rewrite::Reject { reason, .. } => result == Err(reason) && sent == lines,
        Rewrite::Remove => sent.is_empty(),
        Rewrite::Unchanged => sent == lines,
        parts => parts.value(lines).is_some_and(|value| sent == [value]),
    };
    if is_applied { Ok(()) } else { Err(format!("{by_lines:?}, but {sent:?} is sent")) }
}

/// What nginx sends.
pub(super) fn nginx(row: &NginxDestinationInput, rules: Rules) -> Value {
    let rules = match rules {
        Rules::Current => NginxRules::Current,
        Rules::V1_22 => NginxRules::V1_22,
    };
    let guide = match row.rule {
        NginxDestinationRule::Location | NginxDestinationRule::Server => Guide::ReverseProxy,
        NginxDestinationRule::Pass => Guide::Distributed,
        NginxDestinationRule::None => {
            let lines: Vec<_> = row.lines().iter().map(|line| from_latin1(line)).collect();
            return json!({ "destination": lines });
        }
    };
    let nginx = NginxDestination::new(guide, rules);
    let lines = row.lines();
    let sent = nginx.sent(row.target.as_bytes(), &lines);
    json!({ "destination": sent.iter().map(|value| from_latin1(value)).collect::<Vec<_>>() })
}
