mod accept_encoding;
mod disable;
mod documented;
mod error;
mod explanation;
mod facts;
mod lines;
mod proxied;
mod reason;
mod recommended;
mod text;
mod types;
mod verdict;

use std::str::FromStr;

pub use self::error::{GzipPolicyError, GzipPolicyFault};
pub use self::explanation::{GzipExplanation, GzipStep};
pub use self::facts::{GzipFacts, GzipLength};
pub use self::proxied::GzipProxied;
pub use self::reason::{GzipCheck, GzipReason};
pub use self::verdict::{EtagEffect, GzipVerdict};

use self::disable::Disable;
use self::explanation::Trace;
use self::proxied::ProxiedSet;
use self::types::Types;
use crate::expires::{Expires, ExpiresEffect};
use crate::forwarded_hop::Guide;
use crate::headers::{RequestHeaders, lookup};
use crate::nginx::{NginxRules, parse_http_date};
use crate::request_line::RequestVersion;
use crate::response_line::ResponseLine;

/// Which answers are compressed, and what becomes of their header.
///
/// [`documented`](Self::documented), [`tuleap`](Self::tuleap) and whatever is read from directives
/// are nginx, byte for byte. In its order:
///
/// 1. gzip is on; the status is 200, 403 or 404; there is no `Content-Encoding`; the length, where
///    it is known, is not below `gzip_min_length`; the `Content-Type` is listed. nginx knows a type
///    with no parameter, or with `charset` right behind it. Such an answer gets
///    `Vary: Accept-Encoding`, compressed or not.
/// 2. The first `Accept-Encoding` names `gzip`; the request's version is new enough.
/// 3. Without `Via` it is compressed. With it, [`GzipProxied`] lists what is in the way.
/// 4. No pattern of `gzip_disable` matches the `User-Agent`.
///
/// [`recommended`](Self::recommended) is ours:
///
/// 1. The status is one of those; there is no `Content-Encoding`; neither side says `no-transform`;
///    256 bytes or more; the type is one of text, whatever its parameters: `text/*` but for event
///    streams, scripts, JSON, XML and what ends in `+json` or `+xml`, SVG, wasm, and fonts and
///    images that are not compressed by themselves.
/// 2. A request for a range is answered with a part of the answer as it is.
/// 3. Over https, what may be made for one user stays as it is: of a request with `Cookie` or
///    `Authorization`, or with `Set-Cookie` in the answer, every type but scripts, styles, fonts
///    and images. Who can make a browser ask, and sees how long the answers are, reads what is in
///    them otherwise (BREACH). [`with_secrets`](Self::with_secrets) takes that back.
/// 4. `Accept-Encoding` is read as RFC 9110 §12.5.3 says, over all lines, with `*` and weights.
///
/// A `Via` and `User-Agent` do not matter to it, its `Vary` is one line, and a 304 has the `Vary`
/// of the answer that it stands for.
///
/// Not looked at: the method. nginx compresses the answer to HEAD, which says so in its header.
///
/// Linear in what was sent; any bytes get an answer. Deciding does not allocate, but for patterns
/// of `gzip_disable` that are more than a sequence of characters and sets.
///
/// ```
/// use tuleap_front_http::{GzipFacts, GzipPolicy, GzipReason, Guide, Scheme};
///
/// let request = [("Accept-Encoding", "br, gzip"), ("Cookie", "session=1")];
/// let response = [("Content-Type", "application/json; charset=utf-8")];
/// let facts = GzipFacts::new(Scheme::Https, request.as_slice(), 200, response.as_slice());
///
/// let documented = GzipPolicy::documented(Guide::ReverseProxy);
/// assert_eq!(documented.decide(&facts).reason(), GzipReason::Type);
/// assert!(GzipPolicy::tuleap().decide(&facts).compresses());
/// let recommended = GzipPolicy::recommended();
/// assert_eq!(recommended.decide(&facts).reason(), GzipReason::Secret);
/// let facts = GzipFacts { request: &request[..1], ..facts };
/// assert!(recommended.decide(&facts).compresses());
///
/// let read: GzipPolicy = "gzip on; gzip_types text/css image/svg+xml;".parse()?;
/// assert_eq!(read.types().collect::<Vec<_>>(), ["text/css", "image/svg+xml"]);
/// # Ok::<(), tuleap_front_http::GzipPolicyError>(())
/// ```
#[derive(Clone, Debug)]
pub struct GzipPolicy {
    style: Style,
    is_on: bool,
    has_vary: bool,
    proxied: ProxiedSet,
    types: Types,
    disable: Vec<Disable>,
    min_length: u64,
    http_version: RequestVersion,
    expires: Expires,
    /// `proxy_pass_header Date`
    passes_date: bool,
    rules: NginxRules,
    secrets: Secrets,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Style {
    Nginx,
    Recommended,
}

/// Whether answers that are made for one user may be compressed over https.
#[expect(clippy::exhaustive_enums, reason = "they may, or may not")]
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum Secrets {
    /// They may: pages mask their tokens, or pad their length.
    Compress,
    /// They stay as they are.
    #[default]
    Identity,
}

impl Default for GzipPolicy {
    fn default() -> Self {
        Self::recommended()
    }
}

impl GzipPolicy {
    /// Ours.
    #[must_use]
    pub fn recommended() -> Self {
        Self {
            style: Style::Recommended,
            is_on: true,
            has_vary: true,
            proxied: ProxiedSet::default().with(GzipProxied::Any),
            min_length: 256,
            ..Self::nginx_default()
        }
    }

    /// What the lines of Tuleap's deployment guide say, which are the same in both guides.
    #[must_use]
    pub fn documented(guide: Guide) -> Self {
        let (Guide::Distributed | Guide::ReverseProxy) = guide;
        let types = [
            "text/plain",
            "text/css",
            "text/xml",
            "text/javascript",
            "application/x-javascript",
            "application/xml",
        ];
        Self::of_guide(&types)
    }

    /// What the configuration that Tuleap comes with today says: JSON and scripts are listed, too.
    #[must_use]
    pub fn tuleap() -> Self {
        let types = [
            "text/plain",
            "text/css",
            "text/xml",
            "text/javascript",
            "application/json",
            "application/x-javascript",
            "application/javascript",
            "application/xml",
        ];
        Self::of_guide(&types)
    }

    fn of_guide(types: &[&str]) -> Self {
        let proxied = [
            GzipProxied::Expired,
            GzipProxied::NoCache,
            GzipProxied::NoStore,
            GzipProxied::Private,
            GzipProxied::Auth,
        ];
        Self {
            is_on: true,
            has_vary: true,
            proxied: proxied.into_iter().fold(ProxiedSet::default(), ProxiedSet::with),
            types: Types {
                listed: types.iter().map(|&media| media.to_owned()).collect(),
                all: false,
            },
            disable: Disable::new(r"MSIE [1-6]\.").into_iter().collect(),
            ..Self::nginx_default()
        }
    }

    /// nginx without a directive.
    fn nginx_default() -> Self {
        Self {
            style: Style::Nginx,
            is_on: false,
            has_vary: false,
            proxied: ProxiedSet::default(),
            types: Types::default(),
            disable: Vec::new(),
            min_length: 20,
            http_version: RequestVersion::Http1 { minor: 1 },
            expires: Expires::Off,
            passes_date: false,
            rules: NginxRules::Current,
            secrets: Secrets::Identity,
        }
    }

    /// With an `expires` in the same place: nginx asks what `gzip_proxied` is about of the header
    /// that it wrote. [`recommended`](Self::recommended) writes it only where the backend says
    /// nothing about caches.
    ///
    /// ```
    /// use tuleap_front_http::{Expires, GzipFacts, GzipPolicy, GzipReason, Guide, Scheme};
    ///
    /// let media = GzipPolicy::documented(Guide::ReverseProxy)
    ///     .with_expires(Expires::Access { seconds: 3600 });
    /// let request = [("Accept-Encoding", "gzip"), ("Via", "1.1 proxy")];
    /// let response = [("Content-Type", "text/css")];
    /// let facts = GzipFacts::new(Scheme::Https, request.as_slice(), 200, response.as_slice());
    /// assert_eq!(media.decide(&facts).reason(), GzipReason::ProxiedExpires);
    /// ```
    #[must_use]
    pub const fn with_expires(mut self, expires: Expires) -> Self {
        self.expires = expires;
        self
    }

    /// Which nginx is equalled: they differ in answers with two lines of a name, and in what
    /// separates the words of `Cache-Control`.
    ///
    /// ```
    /// use tuleap_front_http::{GzipFacts, GzipPolicy, NginxRules, Scheme};
    ///
    /// let policy: GzipPolicy = "gzip on;".parse()?;
    /// let request = [("Accept-Encoding", "gzip")];
    /// let response = [("Content-Type", "image/png"), ("Content-Type", "text/html")];
    /// let facts = GzipFacts::new(Scheme::Https, request.as_slice(), 200, response.as_slice());
    /// assert!(!policy.decide(&facts).compresses());
    /// assert!(policy.with_rules(NginxRules::V1_22).decide(&facts).compresses());
    /// # Ok::<(), tuleap_front_http::GzipPolicyError>(())
    /// ```
    #[must_use]
    pub const fn with_rules(mut self, rules: NginxRules) -> Self {
        self.rules = rules;
        self
    }

    /// Whether answers that are made for one user may be compressed over https: a matter of
    /// [`recommended`](Self::recommended), which nginx does not know.
    ///
    /// ```
    /// use tuleap_front_http::{GzipFacts, GzipPolicy, GzipReason, Scheme, Secrets};
    ///
    /// let request = [("Accept-Encoding", "gzip"), ("Cookie", "session=1")];
    /// let response = [("Content-Type", "text/html")];
    /// let facts = GzipFacts::new(Scheme::Https, request.as_slice(), 200, response.as_slice());
    /// let policy = GzipPolicy::recommended();
    /// assert_eq!(policy.decide(&facts).reason(), GzipReason::Secret);
    /// assert!(policy.with_secrets(Secrets::Compress).decide(&facts).compresses());
    /// ```
    #[must_use]
    pub const fn with_secrets(mut self, secrets: Secrets) -> Self {
        self.secrets = secrets;
        self
    }

    /// `gzip`
    #[must_use]
    pub const fn is_on(&self) -> bool {
        self.is_on
    }

    /// `gzip_vary`
    #[must_use]
    pub const fn has_vary(&self) -> bool {
        self.has_vary
    }

    /// `gzip_proxied`, in nginx's order; `off` where nothing is set.
    pub fn proxied(&self) -> impl Iterator<Item = GzipProxied> {
        self.proxied.flags()
    }

    /// `gzip_types`, without `text/html` and `*`. None for the recommended policy, whose types are
    /// more than a list.
    pub fn types(&self) -> impl Iterator<Item = &str> {
        self.types.listed.iter().map(String::as_str)
    }

    /// `gzip_types *`: is every type listed?
    #[must_use]
    pub const fn has_all_types(&self) -> bool {
        self.types.all
    }

    /// `gzip_disable`: regular expressions, and `msie6`.
    pub fn disable(&self) -> impl Iterator<Item = &str> {
        self.disable.iter().map(Disable::as_str)
    }

    /// `gzip_min_length`
    #[must_use]
    pub const fn min_length(&self) -> u64 {
        self.min_length
    }

    /// `gzip_http_version`
    #[must_use]
    pub const fn http_version(&self) -> RequestVersion {
        self.http_version
    }

    /// `expires`
    #[must_use]
    pub const fn expires(&self) -> Expires {
        self.expires
    }

    /// `proxy_pass_header Date`: is `Expires` held against the backend's clock?
    #[must_use]
    pub const fn passes_date(&self) -> bool {
        self.passes_date
    }

    /// Which nginx is equalled.
    #[must_use]
    pub const fn rules(&self) -> NginxRules {
        self.rules
    }

    /// Whether answers that are made for one user may be compressed.
    #[must_use]
    pub const fn secrets(&self) -> Secrets {
        self.secrets
    }

    /// Is it our own, and not nginx?
    #[must_use]
    pub fn is_recommended(&self) -> bool {
        self.style == Style::Recommended
    }

    /// What becomes of an answer.
    pub fn decide<Q, S>(&self, facts: &GzipFacts<'_, Q, S>) -> GzipVerdict
    where
        Q: RequestHeaders + ?Sized,
        S: RequestHeaders + ?Sized,
    {
        self.verdict(facts, &mut ())
    }

    /// The same, with what was looked at.
    pub fn explain<Q, S>(&self, facts: &GzipFacts<'_, Q, S>) -> GzipExplanation
    where
        Q: RequestHeaders + ?Sized,
        S: RequestHeaders + ?Sized,
    {
        let mut checks = Vec::new();
        let verdict = self.verdict(facts, &mut checks);
        GzipExplanation::new(self, facts, verdict, &checks)
    }

    /// The lines that the client gets of those that are changed: `Content-Type`, `Content-Length`,
    /// `Vary`, `ETag`, `Accept-Ranges`, `Cache-Control`, `Expires` and `Content-Encoding`, in the
    /// order in which nginx writes them.
    ///
    /// ```
    /// use tuleap_front_http::{GzipFacts, GzipPolicy, Scheme};
    ///
    /// let request = [("Accept-Encoding", "gzip")];
    /// let response =
    ///     [("Vary", "Cookie"), ("Content-Length", "300"), ("Content-Type", "text/css"), ("ETag", "\"a\"")];
    /// let facts = GzipFacts::new(Scheme::Http, request.as_slice(), 200, response.as_slice());
    /// let lines = GzipPolicy::recommended().response_lines(&facts);
    /// let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    /// let lines: Vec<_> = lines.iter().map(|(name, value)| text(name) + ": " + &text(value)).collect();
    /// assert_eq!(
    ///     lines,
    ///     [
    ///         "Content-Type: text/css",
    ///         "Vary: Cookie, Accept-Encoding",
    ///         "ETag: W/\"a\"",
    ///         "Content-Encoding: gzip",
    ///     ]
    /// );
    /// ```
    #[must_use]
    pub fn response_lines<'a, Q, S>(&self, facts: &GzipFacts<'a, Q, S>) -> Vec<ResponseLine<'a>>
    where
        Q: RequestHeaders + ?Sized,
        S: RequestHeaders + ?Sized,
    {
        self.lines(facts)
    }

    fn verdict<Q, S>(&self, facts: &GzipFacts<'_, Q, S>, trace: &mut impl Trace) -> GzipVerdict
    where
        Q: RequestHeaders + ?Sized,
        S: RequestHeaders + ?Sized,
    {
        let reason = match self.style {
            Style::Nginx => self.nginx_reason(facts, trace),
            Style::Recommended => self.recommended_reason(facts, trace),
        };
        let etag = match lookup::single(facts.response, b"etag", self.rules) {
            None => EtagEffect::None,
            Some(value) if reason.compresses() => EtagEffect::of_compressed(value),
            Some(_) => EtagEffect::Keep,
        };
        GzipVerdict { reason, varies: self.has_vary && reason.is_eligible(), etag }
    }

    /// What `expires` writes.
    fn expires_effect<Q, S>(&self, facts: &GzipFacts<'_, Q, S>) -> Option<ExpiresEffect>
    where
        Q: ?Sized,
        S: RequestHeaders + ?Sized,
    {
        let has = |name| lookup::has(facts.response, name);
        let is_said = || has(b"cache-control") || has(b"expires");
        if self.expires == Expires::Off || self.style == Style::Recommended && is_said() {
            return None;
        }
        let last_modified = lookup::single(facts.response, b"last-modified", self.rules);
        self.expires.effect(facts.status, last_modified.and_then(parse_http_date), facts.now)
    }
}

impl FromStr for GzipPolicy {
    type Err = GzipPolicyError;

    /// Reads nginx's directives: `gzip`, `gzip_vary`, `gzip_proxied`, `gzip_types`, `gzip_disable`,
    /// `gzip_min_length`, `gzip_http_version`, `expires`, and `proxy_pass_header`, of which `Date`
    /// matters. `gzip_comp_level`, `gzip_buffers` and `proxy_http_version` may stand there and
    /// decide nothing. What does not stand there is as nginx has it.
    fn from_str(text: &str) -> Result<Self, GzipPolicyError> {
        text::parse(text)
    }
}
