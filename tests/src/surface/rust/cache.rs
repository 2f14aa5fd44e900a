//! What is cached.

use serde_json::{Value, json};
use tuleap_front::{
    CacheAnswer, CacheBody, CacheExplanation, CacheFacts, CachePolicy, CacheStep, CacheZone, Guide,
    NginxRules, RequestVersion, Scheme, UpstreamFailure,
};

use super::bare;
use crate::row::{CachePolicyName, CacheReply, CacheRequest, CacheRow, latin1};

/// The answer to a row of `cache.json`.
pub(super) fn cache(row: &CacheRow) -> Result<Value, String> {
    let policy = match (row.policy, &row.directives) {
        (Some(CachePolicyName::Distributed), None) => CachePolicy::documented(Guide::Distributed),
        (Some(CachePolicyName::ReverseProxy), None) => CachePolicy::documented(Guide::ReverseProxy),
        (Some(CachePolicyName::Recommended), None) => CachePolicy::recommended(),
        (None, Some(directives)) => match directives.parse::<CachePolicy>() {
            Ok(policy) => policy,
            Err(error) => {
                return Ok(json!({ "config_error": {
                    "code": bare(error.code()), "entry": error.entry(), "line": error.line(),
                    "column": error.column(), "offset": error.offset(),
                    "length": error.length(), "hint": error.hint(),
                } }));
            }
        },
        _ => return Err(format!("{}: policy or directives", row.id)),
    };
    let policy = policy.with_rules(match row.rules.as_str() {
        "1.22" => NginxRules::V1_22,
        "current" => NginxRules::Current,
        rules => return Err(format!("{rules}: rules are 1.22 or current")),
    });
    let directives = policy.to_string();
    let steps = Steps::new(row, policy)?.run()?;
    Ok(json!({ "directives": directives, "steps": steps }))
}

struct Steps<'r> {
    row: &'r CacheRow,
    scheme: Scheme,
    zone: CacheZone,
    /// How often the backend was asked.
    asked: usize,
}

impl<'r> Steps<'r> {
    fn new(row: &'r CacheRow, policy: CachePolicy) -> Result<Self, String> {
        let scheme = Scheme::parse(row.scheme.as_bytes()).ok_or("a scheme")?;
        Ok(Self { row, scheme, zone: CacheZone::new(policy), asked: 0 })
    }

    fn run(mut self) -> Result<Vec<Value>, String> {
        let mut steps = Vec::new();
        // Of each open ticket the request, and behind which one it is answered.
        let mut open: Vec<(usize, u64, usize)> = Vec::new();
        for (at, request) in self.row.requests.iter().enumerate() {
            let (step, explanation) = with_facts(self.scheme, request, |facts| {
                (self.zone.ask(facts, request.now), self.zone.policy().explain_look_up(facts))
            })?;
            let ticket = step.ticket().map(|ticket| (at, ticket, request.answered_after));
            open.extend(ticket.map(|(at, ticket, after)| (at, ticket, after.unwrap_or(at))));
            steps.push((step, explanation));
            let (due, later): (Vec<_>, Vec<_>) = open.into_iter().partition(|open| open.2 <= at);
            open = later;
            for (of, ticket, _) in due {
                let asked = self.row.requests.get(of).ok_or("a request")?;
                let (end, explanation) = self.answer(asked, ticket, request.now)?;
                let step = steps.get_mut(of).ok_or("a step")?;
                // What is refreshed behind a client's back is not the client's answer.
                if step.0.status().is_none() {
                    step.0 = end;
                }
                step.1 = explanation.unwrap_or_else(|| step.1.clone());
            }
        }
        steps.iter().map(|(step, explanation)| answer(step, explanation)).collect()
    }

    fn answer(
        &mut self,
        request: &CacheRequest,
        ticket: u64,
        now: i64,
    ) -> Result<(CacheStep, Option<CacheExplanation>), String> {
        let answers = &self.row.answers;
        let reply = answers.get(self.asked).or(answers.last()).ok_or("an answer")?;
        self.asked += 1;
        let CacheReply { status, headers, cut, failure } = reply;
        let headers = lines(headers);
        let body = if *cut { CacheBody::Cut } else { CacheBody::Whole };
        let answer = CacheAnswer { status: *status, headers: headers.as_slice(), body };
        let failure = match failure.as_deref() {
            None => {
                let policy = self.zone.policy();
                let explanation =
                    with_facts(self.scheme, request, |facts| policy.explain(facts, &answer, now))?;
                let step = self.zone.answer(ticket, &answer, now).ok_or("a ticket")?;
                return Ok((step, Some(explanation)));
            }
            Some("error") => UpstreamFailure::Error,
            Some("invalid-header") => UpstreamFailure::InvalidHeader,
            Some("timeout") => UpstreamFailure::Timeout,
            Some(failure) => return Err(format!("{failure}: no failure")),
        };
        Ok((self.zone.fail(ticket, failure, now).ok_or("a ticket")?, None))
    }
}

fn with_facts<T>(
    scheme: Scheme,
    request: &CacheRequest,
    ask: impl FnOnce(&CacheFacts<'_, [(Vec<u8>, Vec<u8>)]>) -> T,
) -> Result<T, String> {
    let version = RequestVersion::of_protocol(request.version.as_bytes());
    Ok(ask(&CacheFacts {
        scheme,
        method: &latin1(&request.method),
        host: &latin1(&request.host),
        target: &latin1(&request.target),
        version: version.ok_or("a version")?,
        headers: lines(&request.headers).as_slice(),
    }))
}

fn answer(step: &CacheStep, explanation: &CacheExplanation) -> Result<Value, String> {
    let mut value = serde_json::to_value(step).map_err(|error| error.to_string())?;
    let fields = value.as_object_mut().ok_or("an object")?;
    let explained = serde_json::to_value(explanation).map_err(|error| error.to_string())?;
    fields.insert("explanation".to_owned(), explained);
    Ok(value)
}

fn lines(lines: &[(String, String)]) -> Vec<(Vec<u8>, Vec<u8>)> {
    lines.iter().map(|(name, value)| (latin1(name), latin1(value))).collect()
}
