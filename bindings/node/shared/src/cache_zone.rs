use serde::Serialize;
use tuleap_front::{CachePolicy, CacheStep, CacheZone, UpstreamFailure, UpstreamRequest};

use crate::cache_policy::{Answer, Facts, Reason};
use crate::problem::Problem;
use crate::wire::{text, texts};
use crate::words::number;

/// An empty cache.
#[must_use]
pub fn cache_zone(policy: &CachePolicy) -> CacheZone {
    CacheZone::new(policy.clone())
}

/// What the backend is asked, as JavaScript reads it.
#[derive(Serialize)]
struct Upstream {
    method: String,
    target: String,
    lines: Vec<(String, String)>,
}

impl From<&UpstreamRequest> for Upstream {
    fn from(upstream: &UpstreamRequest) -> Self {
        Self {
            method: text(upstream.method()),
            target: text(upstream.target()),
            lines: pairs(upstream.lines()),
        }
    }
}

fn pairs<'a>(lines: impl Iterator<Item = (&'a [u8], &'a [u8])>) -> Vec<(String, String)> {
    lines.map(|(name, value)| (text(name), text(value))).collect()
}

/// A step, as JavaScript reads it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Step<'a> {
    ticket: Option<u64>,
    upstream: Option<Upstream>,
    is_in_location: bool,
    status: Option<u16>,
    cache_status: Option<&'static str>,
    shown_status: Option<&'static str>,
    lines: Vec<(String, String)>,
    #[serde(flatten)]
    reason: Reason,
    key: Option<String>,
    file: Option<String>,
    path: Option<&'a str>,
    stores: bool,
    has_entry: bool,
    lifetime: Option<i64>,
    valid_until: Option<i64>,
    stale_while_revalidate: Option<i64>,
    stale_if_error: Option<i64>,
    vary: Option<String>,
    variant: Option<String>,
}

impl<'a> From<&'a CacheStep> for Step<'a> {
    fn from(step: &'a CacheStep) -> Self {
        Self {
            ticket: step.ticket(),
            upstream: step.upstream().map(Upstream::from),
            is_in_location: step.is_in_location(),
            status: step.status(),
            cache_status: step.cache_status().map(|status| status.as_str()),
            shown_status: step.shown_status().map(|status| status.as_str()),
            lines: pairs(step.lines()),
            reason: step.reason().into(),
            key: step.key().map(|key| text(key.as_bytes())),
            file: step.file().map(|file| file.to_string()),
            path: step.path(),
            stores: step.stores(),
            has_entry: step.has_entry(),
            lifetime: step.lifetime(),
            valid_until: step.valid_until(),
            stale_while_revalidate: step.stale_while_revalidate(),
            stale_if_error: step.stale_if_error(),
            vary: step.vary().map(text),
            variant: step.variant().map(|variant| variant.to_string()),
        }
    }
}

/// A request at a time, in Unix seconds: JSON of [`Step`].
///
/// # Errors
///
/// A fact that is none.
pub fn zone_ask(
    zone: &mut CacheZone,
    facts: &str,
    headers: &str,
    now: &str,
) -> Result<String, Problem> {
    let (facts, now) = (Facts::read(facts, headers)?, number(now)?);
    Ok(crate::json(&Step::from(&zone.ask(&facts.borrow(), now))))
}

/// What the backend answered: JSON of [`Step`], or of null for a ticket that is not known.
///
/// # Errors
///
/// A fact that is none.
pub fn zone_answer(
    zone: &mut CacheZone,
    ticket: &str,
    answer: &str,
    headers: &str,
) -> Result<String, Problem> {
    let (ticket, answer) = (number(ticket)?, Answer::read(answer, headers)?);
    let step = zone.answer(ticket, &answer.borrow(), answer.now);
    Ok(crate::json(&step.as_ref().map(Step::from)))
}

/// How the backend failed: of a list of ticket, failure and Unix seconds, as [`zone_answer`].
///
/// # Errors
///
/// A failure that is none.
pub fn zone_fail(zone: &mut CacheZone, failed: &str) -> Result<String, Problem> {
    let mut parts = texts(failed);
    let mut part = || parts.next().unwrap_or_default();
    let ticket = number(part())?;
    let failure = match part() {
        "error" => UpstreamFailure::Error,
        "invalid-header" => UpstreamFailure::InvalidHeader,
        "timeout" => UpstreamFailure::Timeout,
        _ => {
            return Err(Problem::argument(
                "no such failure: write error, invalid-header or timeout",
            ));
        }
    };
    let step = zone.fail(ticket, failure, number(part())?);
    Ok(crate::json(&step.as_ref().map(Step::from)))
}
