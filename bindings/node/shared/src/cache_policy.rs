use serde::Serialize;
use tuleap_front::{
    CacheAnswer, CacheBody, CacheFacts, CachePolicy, CacheReason, CacheStore, GzipPolicy,
    Locations, RequestVersion, Scheme,
};

use crate::problem::Problem;
use crate::wire::{Bytes, Line, bytes, kept_lines, text, texts};
use crate::words::{guide, nginx_rules, number, rules_word, scheme, version};

/// Reads a policy from nginx's directives. `rules`: `current` or `1.22`.
///
/// # Errors
///
/// A directive that cannot be read, or other rules.
pub fn cache_policy(directives: &str, rules: &str) -> Result<CachePolicy, Problem> {
    Ok(directives.parse::<CachePolicy>()?.with_rules(nginx_rules(rules)?))
}

/// Ours.
///
/// # Errors
///
/// Other rules.
pub fn cache_recommended(rules: &str) -> Result<CachePolicy, Problem> {
    Ok(CachePolicy::recommended().with_rules(nginx_rules(rules)?))
}

/// The lines of a guide.
///
/// # Errors
///
/// Another word.
pub fn cache_documented(of: &str, rules: &str) -> Result<CachePolicy, Problem> {
    Ok(CachePolicy::documented(guide(of)?).with_rules(nginx_rules(rules)?))
}

/// What a policy says, as JavaScript reads it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Fields<'a> {
    is_recommended: bool,
    directives: Vec<&'a [String]>,
    levels: String,
    inactive: i64,
    key_text: Option<&'a str>,
    expires: String,
    nginx: &'static str,
}

/// What a policy says: JSON of [`Fields`].
#[must_use]
pub fn cache_fields(policy: &CachePolicy) -> String {
    crate::json(&Fields {
        is_recommended: policy.is_recommended(),
        directives: policy.directives().collect(),
        levels: policy.levels().to_string(),
        inactive: policy.inactive(),
        key_text: policy.key_text(),
        expires: policy.expires().to_string(),
        nginx: rules_word(policy.rules()),
    })
}

/// What its `gzip` directives say.
#[must_use]
pub fn cache_gzip(policy: &CachePolicy) -> Option<GzipPolicy> {
    policy.gzip().cloned()
}

/// The paths that it is about.
#[must_use]
pub fn cache_locations(policy: &CachePolicy) -> Option<Locations> {
    policy.locations().cloned()
}

/// What is known of a request: a list of scheme, method, host, target and version.
pub(crate) struct Facts<'a> {
    scheme: Scheme,
    method: Bytes<'a>,
    host: Bytes<'a>,
    target: Bytes<'a>,
    version: RequestVersion,
    headers: Vec<Line>,
}

impl<'a> Facts<'a> {
    pub(crate) fn read(facts: &'a str, headers: &'a str) -> Result<Self, Problem> {
        let mut parts = texts(facts);
        let mut part = || parts.next().unwrap_or_default();
        Ok(Self {
            scheme: scheme(part())?,
            method: bytes(part()),
            host: bytes(part()),
            target: bytes(part()),
            version: version(part())?,
            headers: kept_lines(headers),
        })
    }

    pub(crate) fn borrow(&self) -> CacheFacts<'_, [Line]> {
        CacheFacts {
            scheme: self.scheme,
            method: &self.method,
            host: &self.host,
            target: &self.target,
            version: self.version,
            headers: self.headers.as_slice(),
        }
    }
}

/// What the backend answered, and when: a list of Unix seconds, status, and how much of the body
/// came, `cut` or `whole`.
pub(crate) struct Answer {
    pub(crate) now: i64,
    status: u16,
    body: CacheBody,
    headers: Vec<Line>,
}

impl Answer {
    pub(crate) fn read(answer: &str, headers: &str) -> Result<Self, Problem> {
        let mut parts = texts(answer);
        let mut part = || parts.next().unwrap_or_default();
        Ok(Self {
            now: number(part())?,
            status: number(part())?,
            body: match part() {
                "cut" => CacheBody::Cut,
                "whole" => CacheBody::Whole,
                _ => return Err(Problem::argument("no such body: write whole or cut")),
            },
            headers: kept_lines(headers),
        })
    }

    pub(crate) fn borrow(&self) -> CacheAnswer<'_, [Line]> {
        CacheAnswer { status: self.status, headers: self.headers.as_slice(), body: self.body }
    }
}

/// A rule, as JavaScript reads it.
#[derive(Serialize)]
pub(crate) struct Reason {
    reason: &'static str,
    code: &'static str,
    text: &'static str,
}

impl From<CacheReason> for Reason {
    fn from(reason: CacheReason) -> Self {
        Self { reason: reason.as_str(), code: reason.code(), text: reason.text() }
    }
}

/// Whether the cache is asked, as JavaScript reads it.
#[derive(Serialize)]
struct LookUp {
    action: &'static str,
    #[serde(flatten)]
    reason: Reason,
}

/// Is the cache asked: JSON of [`LookUp`].
///
/// # Errors
///
/// A fact that is none.
pub fn cache_look_up(policy: &CachePolicy, facts: &str, headers: &str) -> Result<String, Problem> {
    let lookup = policy.look_up(&Facts::read(facts, headers)?.borrow());
    Ok(crate::json(&LookUp { action: lookup.action(), reason: lookup.reason().into() }))
}

/// The key of a request.
///
/// # Errors
///
/// A fact that is none.
pub fn cache_key(
    policy: &CachePolicy,
    facts: &str,
    headers: &str,
) -> Result<Option<String>, Problem> {
    let key = policy.key(&Facts::read(facts, headers)?.borrow());
    Ok(key.map(|key| text(key.as_bytes())))
}

/// Whether an answer is stored, as JavaScript reads it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Store {
    is_stored: bool,
    #[serde(flatten)]
    reason: Reason,
    lifetime: Option<i64>,
    valid_until: Option<i64>,
    kept_for: Option<i64>,
    stale_while_revalidate: i64,
    stale_if_error: i64,
    variant: Option<String>,
}

impl From<CacheStore> for Store {
    fn from(store: CacheStore) -> Self {
        Self {
            is_stored: store.is_stored(),
            reason: store.reason().into(),
            lifetime: store.lifetime(),
            valid_until: store.valid_until(),
            kept_for: store.kept_for(),
            stale_while_revalidate: store.stale_while_revalidate(),
            stale_if_error: store.stale_if_error(),
            variant: store.variant().map(|variant| variant.to_string()),
        }
    }
}

/// A request and its answer, as they cross the border.
#[expect(clippy::exhaustive_structs, reason = "an input: the two bindings fill in every field")]
#[derive(Clone, Copy, Debug)]
pub struct CacheExchange<'a> {
    /// A list of scheme, method, host, target and version.
    pub facts: &'a str,
    /// The header lines of the request.
    pub headers: &'a str,
    /// A list of Unix seconds, status and body.
    pub answer: &'a str,
    /// The header lines of the answer.
    pub answer_headers: &'a str,
}

impl<'a> CacheExchange<'a> {
    fn read(self) -> Result<(Facts<'a>, Answer), Problem> {
        let Self { facts, headers, answer, answer_headers } = self;
        Ok((Facts::read(facts, headers)?, Answer::read(answer, answer_headers)?))
    }
}

/// Is an answer stored: JSON of [`Store`].
///
/// # Errors
///
/// A fact that is none.
pub fn cache_store(policy: &CachePolicy, exchange: CacheExchange<'_>) -> Result<String, Problem> {
    let (facts, answer) = exchange.read()?;
    let store = policy.store(&facts.borrow(), &answer.borrow(), answer.now);
    Ok(crate::json(&Store::from(store)))
}

/// The lines that a client gets: JSON of pairs.
///
/// # Errors
///
/// A fact that is none.
pub fn cache_response_lines(
    policy: &CachePolicy,
    exchange: CacheExchange<'_>,
) -> Result<String, Problem> {
    let (facts, answer) = exchange.read()?;
    let answer_of = answer.borrow();
    let told = policy.response_lines(&facts.borrow(), &answer_of, answer.now);
    Ok(crate::json(&crate::wire::pairs(&told)))
}

/// The explanation: JSON of its parts and its text.
///
/// # Errors
///
/// A fact that is none.
pub fn cache_explain(policy: &CachePolicy, exchange: CacheExchange<'_>) -> Result<String, Problem> {
    let (facts, answer) = exchange.read()?;
    Ok(crate::explained(policy.explain(&facts.borrow(), &answer.borrow(), answer.now)))
}

/// The explanation before there is an answer: JSON of its parts and its text.
///
/// # Errors
///
/// A fact that is none.
pub fn cache_explain_look_up(
    policy: &CachePolicy,
    facts: &str,
    headers: &str,
) -> Result<String, Problem> {
    Ok(crate::explained(policy.explain_look_up(&Facts::read(facts, headers)?.borrow())))
}
