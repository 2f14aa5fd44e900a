mod decision;
mod error;
mod explanation;
mod origin;
mod server_name;
mod status;

pub use self::decision::RedirectDecision;
pub use self::error::HttpsOriginError;
pub use self::explanation::{RedirectExplanation, RedirectReason};
pub use self::origin::HttpsOrigin;
pub use self::status::RedirectStatus;

use http::StatusCode;

use crate::forwarded_hop::Guide;
use crate::nginx::NginxRules;
use crate::request_line::request_uri;
use crate::request_target::MergeSlashes;
use crate::scheme::Scheme;

/// Redirects from http to https, to a host of the configuration.
///
/// The request chooses what follows the host and nothing else: its `Host`, and the host of an
/// absolute target, are not read. In this order:
///
/// 1. A client that uses https stays.
/// 2. A request line that nginx refuses is refused alike (400, 405): no redirect is made of it.
/// 3. The `Location` is the origin and the target, byte for byte: nothing is decoded or encoded,
///    `//other.example/` follows the host, a fragment is passed on. Of an absolute target
///    (`http://other.example/a`) scheme and host are dropped.
///
/// So a `Location` starts with the configured origin and a slash, and holds no control byte.
///
/// Not looked at: who the client is, and whether the target is there. A redirect protects nothing
/// that was sent before it: [`ProxyChain`](crate::ProxyChain) says whether it comes to an end.
///
/// One pass over method and target; no allocation, no lock; any bytes of any length get an answer.
///
/// ```
/// use tuleap_front_http::{HttpsRedirect, RedirectDecision, RedirectFacts, Scheme};
///
/// let redirect = HttpsRedirect::recommended("tuleap.example.com".parse()?);
/// let facts = RedirectFacts { scheme: Scheme::Http, method: b"GET", target: b"/a%20b?c" };
/// let RedirectDecision::Redirect { status, location } = redirect.decide(&facts) else { panic!() };
/// assert_eq!((status.as_u16(), location.concat()), (301, b"https://tuleap.example.com/a%20b?c".to_vec()));
///
/// let post = RedirectFacts { method: b"POST", ..facts };
/// assert_eq!(redirect.decide(&post).status().unwrap().as_u16(), 308);
/// let other = RedirectFacts { target: b"http://other.example?c", ..facts };
/// assert_eq!(redirect.decide(&other).location().unwrap(), b"https://tuleap.example.com/?c");
/// let broken = RedirectFacts { target: b"/a\r\nSet-Cookie:b", ..facts };
/// assert_eq!(redirect.decide(&broken).action(), "refuse");
/// let https = RedirectFacts { scheme: Scheme::Https, ..facts };
/// assert_eq!(redirect.decide(&https), RedirectDecision::Stay);
/// # Ok::<(), tuleap_front_http::HttpsOriginError>(())
/// ```
#[derive(Clone, Debug)]
pub struct HttpsRedirect {
    /// `https://host`, perhaps with a port.
    origin: String,
    style: Style,
    status: RedirectStatus,
    rules: NginxRules,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Style {
    Documented,
    Recommended,
}

/// What is known about a request.
#[expect(clippy::exhaustive_structs, reason = "an input: a new fact must be given by every caller")]
#[derive(Clone, Copy, Debug)]
pub struct RedirectFacts<'a> {
    /// How the client reached the site, trusted proxies believed: that of
    /// [`Origin`](crate::Origin).
    pub scheme: Scheme,
    /// The method, as it was sent.
    pub method: &'a [u8],
    /// The request target, as it was sent.
    pub target: &'a [u8],
}

impl HttpsRedirect {
    /// To this origin, 443 never written; the status [`by method`](RedirectStatus::BySafety).
    #[must_use]
    pub fn recommended(origin: HttpsOrigin) -> Self {
        let status = RedirectStatus::BySafety;
        let origin = origin.to_string();
        Self { origin, style: Style::Recommended, status, rules: NginxRules::Current }
    }

    /// What the guide's nginx line says: `return 301`, to `$server_name` with `:443` after it in
    /// [`Guide::ReverseProxy`], without in [`Guide::Distributed`].
    ///
    /// `server_name` is the parameters of that directive. As in nginx the first one counts, in
    /// lower case: also where it is a wildcard, or nothing; an expression stays as it is, and a
    /// dot at the start of a name is dropped. A target without a path, `http://host?a`, gets none.
    ///
    /// ```
    /// use tuleap_front_http::{Guide, HttpsRedirect, RedirectFacts, Scheme};
    ///
    /// let names = "Tuleap.example.com www.example.com";
    /// let redirect = HttpsRedirect::documented(Guide::ReverseProxy, names)?;
    /// let facts = RedirectFacts { scheme: Scheme::Http, method: b"POST", target: b"/a" };
    /// let decision = redirect.decide(&facts);
    /// assert_eq!(decision.status().unwrap().as_u16(), 301);
    /// assert_eq!(decision.location().unwrap(), b"https://tuleap.example.com:443/a");
    ///
    /// let redirect = HttpsRedirect::documented(Guide::Distributed, "*.example.com")?;
    /// assert_eq!(redirect.decide(&facts).location().unwrap(), b"https://*.example.com/a");
    /// # Ok::<(), tuleap_front_http::HttpsOriginError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A name with which nginx does not start, or with a control byte; and `$hostname`, which is
    /// another name on each machine.
    pub fn documented(guide: Guide, server_name: &str) -> Result<Self, HttpsOriginError> {
        let port = match guide {
            Guide::ReverseProxy => ":443",
            Guide::Distributed => "",
        };
        let origin = format!("https://{}{port}", server_name::variable(server_name)?);
        let status = RedirectStatus::MovedPermanently;
        Ok(Self { origin, style: Style::Documented, status, rules: NginxRules::Current })
    }

    /// Another status for every redirect.
    ///
    /// ```
    /// use tuleap_front_http::{HttpsRedirect, RedirectFacts, RedirectStatus, Scheme};
    ///
    /// let redirect = HttpsRedirect::recommended("tuleap.example.com".parse()?)
    ///     .with_status(RedirectStatus::TemporaryRedirect);
    /// let facts = RedirectFacts { scheme: Scheme::Http, method: b"GET", target: b"/" };
    /// assert_eq!(redirect.decide(&facts).status().unwrap().as_u16(), 307);
    /// # Ok::<(), tuleap_front_http::HttpsOriginError>(())
    /// ```
    #[must_use]
    pub const fn with_status(mut self, status: RedirectStatus) -> Self {
        self.status = status;
        self
    }

    /// Which nginx the refusals equal: of CONNECT, 1.22 answers another status.
    ///
    /// ```
    /// use tuleap_front_http::{HttpsRedirect, NginxRules, RedirectFacts, Scheme};
    ///
    /// let redirect = HttpsRedirect::recommended("tuleap.example.com".parse()?);
    /// let facts = RedirectFacts { scheme: Scheme::Http, method: b"CONNECT", target: b"/" };
    /// assert_eq!(redirect.decide(&facts).status().unwrap().as_u16(), 400);
    /// let old = redirect.with_nginx_rules(NginxRules::V1_22);
    /// assert_eq!(old.decide(&facts).status().unwrap().as_u16(), 405);
    /// # Ok::<(), tuleap_front_http::HttpsOriginError>(())
    /// ```
    #[must_use]
    pub const fn with_nginx_rules(mut self, rules: NginxRules) -> Self {
        self.rules = rules;
        self
    }

    /// What each `Location` starts with.
    ///
    /// ```
    /// use tuleap_front_http::HttpsRedirect;
    ///
    /// let redirect = HttpsRedirect::recommended("Tuleap.example.com:443".parse()?);
    /// assert_eq!(redirect.origin(), "https://tuleap.example.com");
    /// # Ok::<(), tuleap_front_http::HttpsOriginError>(())
    /// ```
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// What becomes of a request.
    pub fn decide<'a>(&'a self, facts: &RedirectFacts<'a>) -> RedirectDecision<'a> {
        if facts.scheme == Scheme::Https {
            return RedirectDecision::Stay;
        }
        match request_uri(facts.method, facts.target, self.rules, MergeSlashes::On) {
            Ok(uri) => {
                let slash: &[u8] = match uri {
                    [b'/', ..] => b"",
                    _ if self.style == Style::Documented => b"",
                    _ => b"/",
                };
                let location = [self.origin.as_bytes(), slash, uri];
                RedirectDecision::Redirect { status: self.status.of(facts.method), location }
            }
            Err(reason) => RedirectDecision::Refuse { status: reason.status(), reason },
        }
    }

    /// The decision with what led to it.
    pub fn explain<'a>(&'a self, facts: &RedirectFacts<'a>) -> RedirectExplanation<'a> {
        let decision = self.decide(facts);
        let reason = match decision {
            RedirectDecision::Stay => RedirectReason::AlreadyHttps,
            RedirectDecision::Refuse { reason, .. } => RedirectReason::Refused(reason),
            RedirectDecision::Redirect { .. } => match self.status {
                RedirectStatus::BySafety
                    if self.status.of(facts.method) == StatusCode::MOVED_PERMANENTLY =>
                {
                    RedirectReason::MayBecomeGet
                }
                RedirectStatus::BySafety => RedirectReason::KeepsMethod,
                _ if self.style == Style::Documented => RedirectReason::Documented,
                _ => RedirectReason::FixedStatus,
            },
        };
        RedirectExplanation::new(*facts, decision, reason)
    }
}
