//! `If`, `Location` and `Content-Location`.

use http::{HeaderMap, HeaderValue};
use serde_json::{Value, json};
use tuleap_front::{DestinationFacts, DestinationRule, IfTags};

use crate::row::{DestinationRow, hex};

/// The answer to a row about one of them.
pub(super) fn answer(
    row: &DestinationRow,
    rule: &DestinationRule,
    facts: &DestinationFacts<'_>,
) -> Result<Value, String> {
    let line = row.value().ok_or("each line of these headers is one question")?;
    let (value, cause) = match row.header.as_str() {
        "If" => if_line(rule, facts, &line)?,
        _ => location(rule, facts, &line)?,
    };
    let applied = applied(&row.header, rule, facts, &line);
    if applied.is_some_and(|applied| applied != *value.as_ref().unwrap_or(&line)) {
        return Err(format!("{}: a header map gets another value", row.name));
    }
    Ok(json!({
        "action": if value.is_some() { "rewrite" } else { "unchanged" },
        "value_hex": value.map(|value| hex(&value)),
        "status": null,
        "reason": null,
        "cause": cause,
    }))
}

type Answer = (Option<Vec<u8>>, &'static str);

/// A rewrite, its parts and its explanation give one answer.
fn if_line(
    rule: &DestinationRule,
    facts: &DestinationFacts<'_>,
    line: &[u8],
) -> Result<Answer, String> {
    let rewrite = rule.rewrite_if(facts, line);
    let explanation = rule.explain_if(facts, line);
    let value = rewrite.value();
    let parts = rewrite.parts().collect::<Vec<_>>().concat();
    let is_same = parts == value.as_deref().unwrap_or(line)
        && rewrite.length() == value.as_ref().map(Vec::len)
        && rewrite.is_unchanged() == value.is_none()
        && explanation.rewrite().value() == value
        && explanation.sent() == line
        && !explanation.to_string().is_empty()
        && is_told(&json!(explanation), rewrite.action(), explanation.cause().text());
    if is_same {
        Ok((value, explanation.cause().as_str()))
    } else {
        Err(format!("{rewrite:?}, {explanation:?}"))
    }
}

/// A rewrite and its explanation give one answer.
fn location(
    rule: &DestinationRule,
    facts: &DestinationFacts<'_>,
    line: &[u8],
) -> Result<Answer, String> {
    let rewrite = rule.rewrite_location(facts, line);
    let explanation = rule.explain_location(facts, line);
    let is_same = *explanation.rewrite() == rewrite
        && explanation.sent() == line
        && !explanation.to_string().is_empty()
        && is_told(&json!(explanation), rewrite.action(), explanation.cause().text());
    if is_same {
        Ok((rewrite.value(&[line]), explanation.cause().as_str()))
    } else {
        Err(format!("{rewrite:?}, {explanation:?}"))
    }
}

/// Does the JSON form of an explanation say so?
fn is_told(explanation: &Value, action: &str, because: &str) -> bool {
    explanation["action"] == action && explanation["because"] == because
}

/// What a header map holds after; `None` for a line that the wire cannot carry.
fn applied(
    name: &str,
    rule: &DestinationRule,
    facts: &DestinationFacts<'_>,
    line: &[u8],
) -> Option<Vec<u8>> {
    let name: http::HeaderName = name.parse().ok()?;
    let mut headers = HeaderMap::new();
    headers.append(&name, HeaderValue::from_bytes(line).ok()?);
    if name == "if" {
        let rule = rule.clone().with_if_tags(IfTags::Rewrite);
        rule.apply(facts, &mut headers).ok()?;
    } else {
        rule.apply_response(facts, &mut headers);
    }
    Some(headers.get(&name)?.as_bytes().to_vec())
}
