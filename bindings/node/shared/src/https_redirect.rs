use serde::Serialize;
use tuleap_front::{HttpsRedirect, RedirectDecision, RedirectFacts, RedirectStatus, Scheme};

use crate::problem::Problem;
use crate::wire::{Bytes, bytes, text, texts};
use crate::words::{guide, nginx_rules};

/// Makes the redirect to a host. `status`: the name of a status, an empty text for the redirect's
/// own. `rules`: `current` or `1.22`.
///
/// # Errors
///
/// An origin that is none, or another word.
pub fn https_redirect(origin: &str, status: &str, rules: &str) -> Result<HttpsRedirect, Problem> {
    with_options(HttpsRedirect::recommended(origin.parse()?), status, rules)
}

/// Makes the redirect of a guide.
///
/// # Errors
///
/// A `server_name` that nginx does not start with, or another word.
pub fn https_redirect_documented(
    of: &str,
    server_name: &str,
    status: &str,
    rules: &str,
) -> Result<HttpsRedirect, Problem> {
    with_options(HttpsRedirect::documented(guide(of)?, server_name)?, status, rules)
}

fn with_options(
    redirect: HttpsRedirect,
    status: &str,
    rules: &str,
) -> Result<HttpsRedirect, Problem> {
    let redirect = redirect.with_nginx_rules(nginx_rules(rules)?);
    let status = match status {
        "" => return Ok(redirect),
        "by-safety" => RedirectStatus::BySafety,
        "found" => RedirectStatus::Found,
        "moved-permanently" => RedirectStatus::MovedPermanently,
        "permanent-redirect" => RedirectStatus::PermanentRedirect,
        "see-other" => RedirectStatus::SeeOther,
        "temporary-redirect" => RedirectStatus::TemporaryRedirect,
        _ => return Err(Problem::argument("no such status: write by-safety or its name")),
    };
    Ok(redirect.with_status(status))
}

/// What is known about a request: a list of scheme, method and target.
struct Facts<'a> {
    scheme: Scheme,
    method: Bytes<'a>,
    target: Bytes<'a>,
}

impl<'a> Facts<'a> {
    fn read(list: &'a str) -> Result<Self, Problem> {
        let mut parts = texts(list).map(bytes);
        let mut part = || parts.next().unwrap_or_default();
        let scheme = Scheme::parse(&part());
        let scheme =
            scheme.ok_or_else(|| Problem::argument("the scheme is neither http nor https"))?;
        Ok(Self { scheme, method: part(), target: part() })
    }

    fn borrow(&self) -> RedirectFacts<'_> {
        RedirectFacts { scheme: self.scheme, method: &self.method, target: &self.target }
    }
}

/// A decision, as JavaScript reads it.
#[derive(Serialize)]
struct Answer {
    action: &'static str,
    status: Option<u16>,
    location: Option<String>,
    reason: &'static str,
    code: &'static str,
    text: &'static str,
}

/// What is answered: JSON of [`Answer`].
///
/// # Errors
///
/// A scheme that is none.
pub fn redirect_decide(redirect: &HttpsRedirect, facts: &str) -> Result<String, Problem> {
    let facts = Facts::read(facts)?;
    let facts = facts.borrow();
    let explanation = redirect.explain(&facts);
    let (decision, reason) = (explanation.decision(), explanation.reason());
    Ok(crate::json(&Answer {
        action: decision.action(),
        status: decision.status().map(|status| status.as_u16()),
        location: RedirectDecision::location(decision).map(|location| text(&location)),
        reason: reason.as_str(),
        code: reason.code(),
        text: reason.text(),
    }))
}

/// The explanation: JSON of its parts and its text.
///
/// # Errors
///
/// A scheme that is none.
pub fn redirect_explain(redirect: &HttpsRedirect, facts: &str) -> Result<String, Problem> {
    let facts = Facts::read(facts)?;
    Ok(crate::explained(redirect.explain(&facts.borrow())))
}
