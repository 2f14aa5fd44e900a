//! What is cached.

use serde_json::{Value, json};
use tuleap_front::{
    CacheAnswer, CacheBody, CacheFacts, CachePolicy, CacheStep, CacheZone, Guide, NginxRules,
    RequestVersion, Scheme, UpstreamFailure,
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

    fn run(mut self) -> Result<Vec<CacheStep>, String> {
        let mut steps = Vec::new();
        // Of each open ticket the request, and behind which one it is answered.
        let mut open: Vec<(usize, u64, usize)> = Vec::new();
        for (at, request) in self.row.requests.iter().enumerate() {
            let step = self.ask(request)?;
            let ticket = step.ticket().map(|ticket| (at, ticket, request.answered_after));
            open.extend(ticket.map(|(at, ticket, after)| (at, ticket, after.unwrap_or(at))));
            steps.push(step);
            let (due, later): (Vec<_>, Vec<_>) = open.into_iter().partition(|open| open.2 <= at);
            open = later;
            for (at, ticket, _) in due {
                let end = self.answer(ticket, request.now)?;
                // What is refreshed behind a client's back is not the client's answer.
                if let Some(step) = steps.get_mut(at).filter(|step| step.status().is_none()) {
                    *step = end;
                }
            }
        }
        Ok(steps)
    }

    fn ask(&mut self, request: &CacheRequest) -> Result<CacheStep, String> {
        let (method, target, host) =
            (latin1(&request.method), latin1(&request.target), latin1(&request.host));
        let headers = lines(&request.headers);
        let version = RequestVersion::of_protocol(request.version.as_bytes());
        let facts = CacheFacts {
            scheme: self.scheme,
            method: &method,
            host: &host,
            target: &target,
            version: version.ok_or("a version")?,
            headers: headers.as_slice(),
        };
        Ok(self.zone.ask(&facts, request.now))
    }

    fn answer(&mut self, ticket: u64, now: i64) -> Result<CacheStep, String> {
        let answers = &self.row.answers;
        let reply = answers.get(self.asked).or(answers.last()).ok_or("an answer")?;
        self.asked += 1;
        let CacheReply { status, headers, cut, failure } = reply;
        let headers = lines(headers);
        let body = if *cut { CacheBody::Cut } else { CacheBody::Whole };
        let answer = CacheAnswer { status: *status, headers: headers.as_slice(), body };
        let step = match failure.as_deref() {
            None => self.zone.answer(ticket, &answer, now),
            Some("error") => self.zone.fail(ticket, UpstreamFailure::Error, now),
            Some("invalid-header") => self.zone.fail(ticket, UpstreamFailure::InvalidHeader, now),
            Some("timeout") => self.zone.fail(ticket, UpstreamFailure::Timeout, now),
            Some(failure) => return Err(format!("{failure}: no failure")),
        };
        step.ok_or_else(|| "a ticket that is known".to_owned())
    }
}

fn lines(lines: &[(String, String)]) -> Vec<(Vec<u8>, Vec<u8>)> {
    lines.iter().map(|(name, value)| (latin1(name), latin1(value))).collect()
}
