use std::fmt;

use super::facts::{CacheAnswer, CacheFacts};
use super::freshness::Trace;
use super::key::CacheKey;
use super::lookup::CacheLookup;
use super::policy::CachePolicy;
use super::reason::CacheReason;
use super::store::CacheStore;
use crate::headers::RequestHeaders;
use crate::nginx::write_http_date;
use crate::shown::{shown, without_userinfo};

/// What became of a request and of its answer, and why.
///
/// `Display` writes it for people, and with the feature `serde` it is one JSON object; texts are
/// cut at 256 bytes and escaped.
///
/// ```
/// use tuleap_front_http::{
///     CacheAnswer, CacheBody, CacheFacts, CachePolicy, CacheReason, Guide, RequestVersion, Scheme,
/// };
///
/// let facts = CacheFacts {
///     scheme: Scheme::Http,
///     method: b"GET",
///     host: b"tuleap.example.com",
///     target: b"/c002/a.css",
///     version: RequestVersion::Http1 { minor: 1 },
///     headers: [("Cookie", "session=1")].as_slice(),
/// };
/// let lines = [
///     ("Expires", "Thu, 19 Nov 1981 08:52:00 GMT"),
///     ("Cache-Control", "no-store"),
///     ("Set-Cookie", "session=2"),
/// ];
/// let answer = CacheAnswer { status: 200, headers: lines.as_slice(), body: CacheBody::Whole };
/// let policy = CachePolicy::documented(Guide::ReverseProxy);
/// let explanation = policy.explain(&facts, &answer, 784_111_777);
/// assert_eq!(explanation.store(), Some(policy.store(&facts, &answer, 784_111_777)));
/// assert_eq!(explanation.reason(), CacheReason::NoStore);
/// assert_eq!(
///     explanation.to_string(),
///     "cache not stored (no-store)\n  \
///        asked    GET http://tuleap.example.com/c002/a.css\n  \
///        look-up  yes: the method is one that is cached\n  \
///        key      httpGETtuleap.example.com/c002/a.css\n  \
///        file     9/d1/c1b46a28356afba7bfb22f8d73acdd19\n  \
///        answer   200\n  \
///        line     Expires: Thu, 19 Nov 1981 08:52:00 GMT (expires-past)\n  \
///        line     Cache-Control: no-store (no-store)\n  \
///        client   Expires: Sun, 06 Nov 1994 09:49:37 GMT\n  \
///        client   Cache-Control: max-age=3600\n  \
///        hidden   Set-Cookie\n  \
///        because Cache-Control has no-store\n"
/// );
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct CacheExplanation {
    pub(super) asked: String,
    pub(super) lookup: CacheLookup,
    pub(super) key: Option<CacheKey>,
    pub(super) file: Option<String>,
    pub(super) answer: Option<ExplainedAnswer>,
}

/// What is told about an answer.
#[derive(Clone, Debug)]
pub(super) struct ExplainedAnswer {
    pub(super) status: u16,
    pub(super) store: CacheStore,
    pub(super) lines: Vec<(String, String, CacheReason)>,
    /// The lines that say for how long the client keeps it.
    pub(super) client: Vec<(String, String)>,
    pub(super) hidden: Vec<String>,
}

#[derive(Default)]
struct Lines(Vec<(String, String, CacheReason)>);

impl Trace for Lines {
    fn line(&mut self, name: &[u8], value: &[u8], reason: CacheReason) {
        if !name.is_empty() {
            self.0.push((shown(&[name]), shown(&[value]), reason));
        }
    }
}

impl CacheExplanation {
    /// Was the cache asked?
    pub const fn look_up(&self) -> CacheLookup {
        self.lookup
    }

    /// Was the answer stored? `None` where none was asked about.
    #[must_use]
    pub fn store(&self) -> Option<CacheStore> {
        self.answer.as_ref().map(|answer| answer.store)
    }

    /// The rule that decided.
    #[must_use]
    pub fn reason(&self) -> CacheReason {
        self.answer.as_ref().map_or(self.lookup.reason(), |answer| answer.store.reason())
    }

    /// The key, where the cache has a part in it.
    #[must_use]
    pub const fn key(&self) -> Option<&CacheKey> {
        self.key.as_ref()
    }

    /// The file, from the folder of the cache on.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        self.file.as_deref()
    }

    /// `bypassed`, `looked up`, `skipped`, `stored` or `not stored`.
    pub(super) fn verdict(&self) -> &'static str {
        match (&self.answer, self.lookup) {
            (Some(answer), _) if answer.store.is_stored() => "stored",
            (Some(_), _) => "not stored",
            (None, CacheLookup::Bypass(_)) => "bypassed",
            (None, CacheLookup::LookUp) => "looked up",
            (None, CacheLookup::Skip(_)) => "skipped",
        }
    }
}

impl CachePolicy {
    /// What becomes of a request, before there is an answer.
    ///
    /// ```
    /// use tuleap_front_http::{CacheFacts, CachePolicy, RequestVersion, Scheme};
    ///
    /// let facts = CacheFacts {
    ///     scheme: Scheme::Https,
    ///     method: b"GET",
    ///     host: b"tuleap.example.com",
    ///     target: b"/account;x.css",
    ///     version: RequestVersion::Http1 { minor: 1 },
    ///     headers: [("", ""); 0].as_slice(),
    /// };
    /// assert_eq!(
    ///     CachePolicy::recommended().explain_look_up(&facts).to_string(),
    ///     "cache skipped (path)\n  \
    ///        asked    GET https://tuleap.example.com/account;x.css\n  \
    ///        look-up  no: the path has what servers read in more than one way\n  \
    ///        because the path has what servers read in more than one way\n"
    /// );
    /// ```
    pub fn explain_look_up<Q>(&self, facts: &CacheFacts<'_, Q>) -> CacheExplanation
    where
        Q: RequestHeaders + ?Sized,
    {
        let lookup = self.look_up(facts);
        let key = self.key(facts).filter(|_| !matches!(lookup, CacheLookup::Skip(_)));
        let file = key.as_ref().map(|key| key.path(self.levels()));
        let scheme = facts.scheme.as_str().as_bytes();
        let asked = match facts.target {
            [b'/', ..] => shown(&[facts.method, b" ", scheme, b"://", facts.host, facts.target]),
            target => {
                let [start, stars, rest] = without_userinfo(target);
                shown(&[facts.method, b" ", start, stars, rest])
            }
        };
        CacheExplanation { asked, lookup, key, file, answer: None }
    }

    /// What becomes of a request and of its answer.
    pub fn explain<Q, S>(
        &self,
        facts: &CacheFacts<'_, Q>,
        answer: &CacheAnswer<'_, S>,
        now: i64,
    ) -> CacheExplanation
    where
        Q: RequestHeaders + ?Sized,
        S: RequestHeaders + ?Sized,
    {
        let mut explanation = self.explain_look_up(facts);
        let mut lines = Lines::default();
        let store = self.store_traced(facts, answer, now, &mut lines);
        let told = self.response_lines(facts, answer, now);
        let is_told = |name: &[u8]| told.iter().any(|line| line.0.eq_ignore_ascii_case(name));
        let mut hidden: Vec<String> = Vec::new();
        for (name, _) in answer.headers.lines().filter(|(name, _)| self.config.hides(name)) {
            let name = shown(&[name]);
            if !is_told(name.as_bytes()) && !hidden.contains(&name) {
                hidden.push(name);
            }
        }
        let is_about_time = |name: &[u8]| {
            name.eq_ignore_ascii_case(b"cache-control") || name.eq_ignore_ascii_case(b"expires")
        };
        let client = told.iter().filter(|line| is_about_time(&line.0));
        let client = client.map(|(name, value)| (shown(&[name]), shown(&[value]))).collect();
        let status = answer.status;
        explanation.answer =
            Some(ExplainedAnswer { status, store, lines: lines.0, client, hidden });
        explanation
    }
}

impl fmt::Display for CacheExplanation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "cache {} ({})", self.verdict(), self.reason())?;
        writeln!(out, "  asked    {}", self.asked.escape_debug())?;
        let is_asked = match self.lookup {
            CacheLookup::LookUp => "yes",
            CacheLookup::Bypass(_) | CacheLookup::Skip(_) => "no",
        };
        writeln!(out, "  look-up  {is_asked}: {}", self.lookup.reason().text())?;
        if let Some(key) = &self.key {
            writeln!(out, "  key      {}", shown(&[key.as_bytes()]).escape_debug())?;
        }
        if let Some(file) = &self.file {
            writeln!(out, "  file     {file}")?;
        }
        if let Some(answer) = &self.answer {
            write!(out, "{answer}")?;
        }
        writeln!(out, "  because {}", self.reason().text())
    }
}

impl fmt::Display for ExplainedAnswer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "  answer   {}", self.status)?;
        for (name, value, reason) in &self.lines {
            writeln!(
                out,
                "  line     {}: {} ({reason})",
                name.escape_debug(),
                value.escape_debug()
            )?;
        }
        let store = &self.store;
        if let (Some(lifetime), Some(until)) = (store.lifetime(), store.valid_until()) {
            let until = write_http_date(until);
            writeln!(out, "  stored   for {lifetime} s, until {until}")?;
            writeln!(out, "  unused   removed after {} s", store.inactive)?;
            if store.updating > 0 || store.error > 0 {
                let (updating, error) = (store.updating, store.error);
                writeln!(
                    out,
                    "  stale    {updating} s while it is refreshed, {error} s where the backend fails"
                )?;
            }
        }
        if let Some(variant) = store.variant() {
            writeln!(out, "  variant  {variant}")?;
        }
        for (name, value) in &self.client {
            writeln!(out, "  client   {}: {}", name.escape_debug(), value.escape_debug())?;
        }
        for name in &self.hidden {
            writeln!(out, "  hidden   {}", name.escape_debug())?;
        }
        Ok(())
    }
}
