use serde::Serialize;
use tuleap_front::{
    DestinationFacts, DestinationReason, DestinationRule, ForeignDestination, IfTags,
    NginxDestination, PathAbsolute, Rewrite, Scheme,
};

use crate::problem::Problem;
use crate::wire::{Bytes, bytes, lines, text, texts};
use crate::words::{guide, nginx_rules};

/// Makes the strict rule. `foreign`: `reject` or `pass`; `path_absolute`: `keep` or `promote`;
/// `if_tags`: `keep` or `rewrite`, and an empty text for what goes with the backend.
///
/// # Errors
///
/// An origin that is none, or another word.
pub fn destination_rule(
    public: &str,
    backend: &str,
    foreign: &str,
    path_absolute: &str,
    if_tags: &str,
) -> Result<DestinationRule, Problem> {
    let foreign = match foreign {
        "pass" => ForeignDestination::Pass,
        "reject" => ForeignDestination::Reject,
        _ => return Err(Problem::argument("no such choice for foreign: write reject or pass")),
    };
    let path_absolute = match path_absolute {
        "keep" => PathAbsolute::Keep,
        "promote" => PathAbsolute::Promote,
        _ => return Err(Problem::argument("no such choice for paths: write keep or promote")),
    };
    let rule = DestinationRule::new(public.parse()?, backend.parse()?)
        .with_foreign(foreign)
        .with_path_absolute(path_absolute);
    match if_tags {
        "" => Ok(rule),
        "keep" => Ok(rule.with_if_tags(IfTags::Keep)),
        "rewrite" => Ok(rule.with_if_tags(IfTags::Rewrite)),
        _ => Err(Problem::argument("no such choice for tags: write keep or rewrite")),
    }
}

/// The strict rule for a server that ends TLS.
#[must_use]
pub fn destination_recommended() -> DestinationRule {
    DestinationRule::recommended()
}

/// What the lines of a guide say, in one nginx.
///
/// # Errors
///
/// Another word.
pub fn destination_documented(of: &str, rules: &str) -> Result<DestinationRule, Problem> {
    Ok(DestinationRule::documented(guide(of)?).with_nginx_rules(nginx_rules(rules)?))
}

/// What is known about a request: a list of its method, its `Host`, the `Host` that is sent on and
/// the scheme by which the client came.
struct Facts<'a> {
    method: Bytes<'a>,
    host: Bytes<'a>,
    forwarded_host: Bytes<'a>,
    scheme: Scheme,
}

impl<'a> Facts<'a> {
    fn read(list: &'a str) -> Result<Self, Problem> {
        let mut parts = texts(list).map(bytes);
        let mut part = || parts.next().unwrap_or_default();
        let (method, host, forwarded_host) = (part(), part(), part());
        let scheme = Scheme::parse(&part());
        let scheme =
            scheme.ok_or_else(|| Problem::argument("the scheme is neither http nor https"))?;
        Ok(Self { method, host, forwarded_host, scheme })
    }

    fn borrow(&self) -> DestinationFacts<'_> {
        let Self { method, host, forwarded_host, scheme } = self;
        DestinationFacts { method, host, forwarded_host, scheme: *scheme }
    }
}

/// A decision, as JavaScript reads it.
#[derive(Serialize)]
struct Answer {
    action: &'static str,
    value: Option<String>,
    status: Option<u16>,
    reason: Option<DestinationReason>,
    code: Option<&'static str>,
    text: Option<&'static str>,
}

impl Answer {
    fn json(rewrite: Rewrite<'_>, lines: &[impl AsRef<[u8]>]) -> String {
        let refused = match rewrite {
            Rewrite::Reject { status, reason } => Some((status, reason)),
            _ => None,
        };
        crate::json(&Self {
            action: rewrite.action(),
            value: rewrite.value(lines).map(|value| text(&value)),
            status: refused.map(|(status, _)| status.as_u16()),
            reason: refused.map(|(_, reason)| reason),
            code: refused.map(|(_, reason)| reason.code()),
            text: refused.map(|(_, reason)| reason.text()),
        })
    }
}

/// The decision about the lines of a request: JSON of [`Answer`].
///
/// # Errors
///
/// A scheme that is none.
pub fn destination_rewrite(
    rule: &DestinationRule,
    facts: &str,
    headers: &str,
) -> Result<String, Problem> {
    let (facts, lines) = (Facts::read(facts)?, lines(headers));
    let of_header = |(name, _): &&(Bytes<'_>, _)| name.eq_ignore_ascii_case(b"destination");
    let values: Vec<&[u8]> = lines.iter().filter(of_header).map(|(_, value)| &**value).collect();
    Ok(Answer::json(rule.rewrite(&facts.borrow(), lines.as_slice()), &values))
}

/// The same for the lines of the one header.
///
/// # Errors
///
/// A scheme that is none.
pub fn destination_rewrite_lines(
    rule: &DestinationRule,
    facts: &str,
    values: &str,
) -> Result<String, Problem> {
    let (facts, values) = (Facts::read(facts)?, texts(values).map(bytes).collect::<Vec<_>>());
    Ok(Answer::json(rule.rewrite_values(&facts.borrow(), &values), &values))
}

/// The same for one value.
///
/// # Errors
///
/// A scheme that is none.
pub fn destination_rewrite_value(
    rule: &DestinationRule,
    facts: &str,
    value: &str,
) -> Result<String, Problem> {
    let (facts, value) = (Facts::read(facts)?, bytes(value));
    Ok(Answer::json(rule.rewrite_value(&facts.borrow(), &value), &[&value]))
}

/// The explanation: JSON of its parts and its text.
///
/// # Errors
///
/// A scheme that is none.
pub fn destination_explain(
    rule: &DestinationRule,
    facts: &str,
    headers: &str,
) -> Result<String, Problem> {
    let (facts, lines) = (Facts::read(facts)?, lines(headers));
    let facts = facts.borrow();
    Ok(crate::explained(rule.explain(&facts, lines.as_slice())))
}

/// Are the tags of `If` to be mapped?
#[must_use]
pub fn destination_maps_if(rule: &DestinationRule) -> bool {
    rule.if_tags() == IfTags::Rewrite
}

/// The value that replaces one `If` line; `None` where it is left as it is.
///
/// # Errors
///
/// A scheme that is none.
pub fn destination_rewrite_if(
    rule: &DestinationRule,
    facts: &str,
    value: &str,
) -> Result<Option<String>, Problem> {
    let (facts, value) = (Facts::read(facts)?, bytes(value));
    Ok(rule.rewrite_if(&facts.borrow(), &value).value().map(|value| text(&value)))
}

/// The explanation of one `If` line: JSON of its parts and its text.
///
/// # Errors
///
/// A scheme that is none.
pub fn destination_explain_if(
    rule: &DestinationRule,
    facts: &str,
    value: &str,
) -> Result<String, Problem> {
    let (facts, value) = (Facts::read(facts)?, bytes(value));
    Ok(crate::explained(rule.explain_if(&facts.borrow(), &value)))
}

/// The value that replaces that of a `Location`; `None` where it is left as it is.
///
/// # Errors
///
/// A scheme that is none.
pub fn destination_rewrite_location(
    rule: &DestinationRule,
    facts: &str,
    value: &str,
) -> Result<Option<String>, Problem> {
    let (facts, value) = (Facts::read(facts)?, bytes(value));
    Ok(rule.rewrite_location(&facts.borrow(), &value).value(&[&value]).map(|value| text(&value)))
}

/// The explanation of the value of a `Location`: JSON of its parts and its text.
///
/// # Errors
///
/// A scheme that is none.
pub fn destination_explain_location(
    rule: &DestinationRule,
    facts: &str,
    value: &str,
) -> Result<String, Problem> {
    let (facts, value) = (Facts::read(facts)?, bytes(value));
    Ok(crate::explained(rule.explain_location(&facts.borrow(), &value)))
}

/// Makes what nginx sends with the lines of a guide.
///
/// # Errors
///
/// Another word.
pub fn nginx_destination(of: &str, rules: &str) -> Result<NginxDestination, Problem> {
    Ok(NginxDestination::new(guide(of)?, nginx_rules(rules)?))
}

/// The value that nginx sends; `None` where it sends no such header.
#[must_use]
pub fn nginx_destination_sent(
    nginx: &NginxDestination,
    target: &str,
    values: &str,
) -> Option<String> {
    let values: Vec<_> = texts(values).map(bytes).collect();
    nginx.sent(&bytes(target), &values).map(|value| text(&value))
}
