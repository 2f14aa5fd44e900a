use serde::Serialize;
use tuleap_front::{NginxAddr, NginxServers, ServerAnswer, ServerFacts};

use crate::head::Head;
use crate::problem::Problem;
use crate::request_target::Read;
use crate::wire::{bytes, pairs, text, texts};
use crate::words::{nginx_rules, scheme};

/// Reads nginx's servers. `rules`: `current` or `1.22`.
///
/// # Errors
///
/// A text that cannot be read, or other rules.
pub fn nginx_servers(text: &str, rules: &str) -> Result<NginxServers, Problem> {
    Ok(text.parse::<NginxServers>()?.with_rules(nginx_rules(rules)?))
}

/// What becomes of a request, as JavaScript reads it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    head: Head,
    host: String,
    server: usize,
    server_name: &'a str,
    reason: &'static str,
    code: &'static str,
    text: &'static str,
    location: Option<Location<'a>>,
    upstream: Option<Upstream<'a>>,
    redirect: Option<String>,
    explained: crate::Explained<&'a ServerAnswer<'a>>,
}

#[derive(Serialize)]
struct Location<'a> {
    modifier: &'static str,
    pattern: &'a str,
    name: &'a str,
}

#[derive(Serialize)]
struct Upstream<'a> {
    backend: &'a str,
    target: String,
    lines: Vec<(String, String)>,
}

impl<'a> From<&'a ServerAnswer<'a>> for Answer<'a> {
    fn from(answer: &'a ServerAnswer<'a>) -> Self {
        Self {
            head: answer.head().into(),
            host: text(answer.host()),
            server: answer.server(),
            server_name: answer.server_name(),
            reason: answer.reason().as_str(),
            code: answer.reason().code(),
            text: answer.reason().text(),
            location: answer.location().map(|rule| Location {
                modifier: rule.modifier().as_str(),
                pattern: rule.pattern(),
                name: rule.name(),
            }),
            upstream: answer.upstream().map(|upstream| Upstream {
                backend: upstream.backend(),
                target: text(upstream.target()),
                lines: pairs(upstream.lines()),
            }),
            redirect: answer.redirect().map(text),
            explained: crate::Explained { text: answer.to_string(), form: answer },
        }
    }
}

/// What becomes of a request: JSON of it, or of the refusal. `facts`: a list of the other end's
/// address and the scheme.
///
/// # Errors
///
/// An address or a scheme that is none.
pub fn servers_answer(servers: &NginxServers, head: &str, facts: &str) -> Result<String, Problem> {
    let mut parts = texts(facts);
    let mut part = || parts.next().unwrap_or_default();
    let remote_addr = NginxAddr::parse(&bytes(part())).ok_or_else(Problem::peer)?;
    let facts = ServerFacts { remote_addr, scheme: scheme(part())? };
    let head = bytes(head);
    Ok(match servers.answer(&head, &facts) {
        Ok(answer) => crate::json(&Read::Value(Answer::from(&answer))),
        Err(reason) => crate::json(&Read::<()>::Refusal(reason.into())),
    })
}
