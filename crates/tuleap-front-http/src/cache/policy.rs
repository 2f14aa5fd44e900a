use std::fmt;

use super::config::{Config, Style};
use super::error::CachePolicyError;
use super::facts::{CacheFacts, View};
use super::key::{CacheKey, CacheMd5, Md5Stream};
use super::levels::CacheLevels;
use super::lookup::CacheLookup;
use super::reason::CacheReason;
use super::text;
use crate::config_text::quoted_word;
use crate::expires::Expires;
use crate::forwarded_hop::Guide;
use crate::gzip::GzipPolicy;
use crate::headers::RequestHeaders;
use crate::locations::Locations;
use crate::nginx::NginxRules;

/// What a location of nginx keeps in its cache, for how long, and what the client gets.
///
/// Read from nginx's directives, it decides as nginx does, in one of two versions:
/// [`with_rules`](Self::with_rules). [`recommended`](Self::recommended) is stricter, on purpose.
///
/// - [`look_up`](Self::look_up): is the cache asked for a request?
/// - [`store`](Self::store): is an answer stored, for how long, and why?
/// - [`response_lines`](Self::response_lines): what the client gets of it.
/// - [`explain`](Self::explain): all of it, in words.
/// - [`CacheZone`](crate::CacheZone): the same over many requests, with the status that
///   `$upstream_cache_status` shows.
///
/// Deciding does not fail, takes no lock, and time that is linear in the header lines. It does not
/// touch the heap, but for a path that must be normalized or that a general expression is asked
/// about.
///
/// ```
/// use tuleap_front_http::{
///     CacheAnswer, CacheBody, CacheFacts, CachePolicy, CacheReason, Guide, RequestVersion, Scheme,
/// };
///
/// let cookie = [("Cookie", "session=1")];
/// let facts = CacheFacts {
///     scheme: Scheme::Https,
///     method: b"GET",
///     host: b"tuleap.example.com",
///     target: b"/account/x.css",
///     version: RequestVersion::Http1 { minor: 1 },
///     headers: cookie.as_slice(),
/// };
/// let page = [("Content-Type", "text/html"), ("Set-Cookie", "session=2")];
/// let answer = CacheAnswer { status: 200, headers: page.as_slice(), body: CacheBody::Whole };
///
/// let guide = CachePolicy::documented(Guide::ReverseProxy);
/// let store = guide.store(&facts, &answer, 0);
/// assert_eq!((store.is_stored(), store.lifetime()), (true, Some(3600)));
///
/// let policy = CachePolicy::recommended();
/// let store = policy.store(&facts, &answer, 0);
/// assert_eq!((store.is_stored(), store.reason()), (false, CacheReason::SetCookie));
/// ```
#[derive(Clone, Debug)]
pub struct CachePolicy {
    pub(super) config: Config,
    pub(super) rules: NginxRules,
    /// As they were read, for writing them again.
    pub(super) directives: Vec<Vec<String>>,
}

impl CachePolicy {
    /// What the guide's nginx lines say: the media location, keys of `$scheme$request_method$host
    /// $request_uri`, answers with 200 and 302 for an hour.
    ///
    /// It stores what belongs to a user, and redirects to the login page. Use it to see what a
    /// server with these lines does.
    ///
    /// ```
    /// use tuleap_front_http::{CachePolicy, Expires, Guide};
    ///
    /// let policy = CachePolicy::documented(Guide::ReverseProxy);
    /// assert_eq!(policy.levels().to_string(), "1:2");
    /// assert_eq!(policy.inactive(), 1800);
    /// assert_eq!(policy.expires(), Expires::Access { seconds: 3600 });
    /// assert_eq!(CachePolicy::documented(Guide::Distributed).expires(), Expires::Off);
    /// ```
    #[must_use]
    pub fn documented(guide: Guide) -> Self {
        let expires = match guide {
            Guide::ReverseProxy => "expires 1h;",
            Guide::Distributed => "",
        };
        Self::known(&format!("{}{expires}", text::DOCUMENTED))
    }

    /// Today's static files, and nothing that belongs to a user.
    ///
    /// Not looked up: paths that servers read in more than one way (encoded slashes, dots and
    /// controls, `;`, `\`, dot segments, `//`, `#`), methods but GET and HEAD, and requests with
    /// `Authorization`. Not stored: answers to these; statuses but 200, unless `proxy_cache_valid`
    /// lists others, and never 206, 302, 303, 304, 307, 401, 403 and 407; `Set-Cookie`; `no-store`,
    /// `no-cache` and `private`, whatever else the answer says; `Vary` with `*`, `Cookie` or
    /// `Authorization`; what has not the `Content-Type` of a static file; to requests with cookies
    /// what is not `public`. HEAD and GET share an entry. The order of lines does not count, `Age`
    /// does. The client's `Cache-Control` is the backend's; `expires` fills it in where the answer
    /// is stored and says nothing.
    ///
    /// ```
    /// use tuleap_front_http::{CacheFacts, CachePolicy, CacheReason, RequestVersion, Scheme};
    ///
    /// let policy = CachePolicy::recommended();
    /// let facts = CacheFacts {
    ///     scheme: Scheme::Https,
    ///     method: b"HEAD",
    ///     host: b"tuleap.example.com",
    ///     target: b"/assets/core/main.js",
    ///     version: RequestVersion::Http1 { minor: 1 },
    ///     headers: [("Host", "tuleap.example.com")].as_slice(),
    /// };
    /// assert_eq!(policy.look_up(&facts).action(), "look-up");
    /// assert_eq!(policy.key(&facts).unwrap().as_bytes(), b"https://tuleap.example.com/assets/core/main.js");
    /// let trick = CacheFacts { target: b"/account%2fx.js", ..facts };
    /// assert_eq!(policy.look_up(&trick).reason(), CacheReason::Path);
    /// ```
    #[must_use]
    pub fn recommended() -> Self {
        Self::known(text::RECOMMENDED)
    }

    /// Directives of ours: they are read in a test.
    fn known(text: &str) -> Self {
        text::parse(text).unwrap_or_else(|_| Self::of(Config::default(), Vec::new()))
    }

    pub(super) const fn of(config: Config, directives: Vec<Vec<String>>) -> Self {
        Self { config, rules: NginxRules::Current, directives }
    }

    /// Which nginx it decides as. What differs: whether the order of lines counts, which of
    /// several lines does, and what a number that is too large is.
    ///
    /// ```
    /// use tuleap_front_http::{
    ///     CacheAnswer, CacheBody, CacheFacts, CachePolicy, Guide, NginxRules, RequestVersion, Scheme,
    /// };
    ///
    /// let facts = CacheFacts {
    ///     scheme: Scheme::Http,
    ///     method: b"GET",
    ///     host: b"tuleap.example.com",
    ///     target: b"/a.css",
    ///     version: RequestVersion::Http1 { minor: 1 },
    ///     headers: [("", ""); 0].as_slice(),
    /// };
    /// let lines = [("Cache-Control", "no-cache"), ("X-Accel-Expires", "30")];
    /// let answer = CacheAnswer { status: 200, headers: lines.as_slice(), body: CacheBody::Whole };
    /// let lifetime = |rules| {
    ///     let policy = CachePolicy::documented(Guide::ReverseProxy).with_rules(rules);
    ///     policy.store(&facts, &answer, 0).lifetime()
    /// };
    /// assert_eq!(lifetime(NginxRules::V1_22), None);
    /// assert_eq!(lifetime(NginxRules::Current), Some(30));
    /// ```
    #[must_use]
    pub fn with_rules(mut self, rules: NginxRules) -> Self {
        self.rules = rules;
        self.config.gzip = self.config.gzip.map(|gzip| gzip.with_rules(rules));
        self
    }

    /// Which nginx it decides as.
    #[must_use]
    pub const fn rules(&self) -> NginxRules {
        self.rules
    }

    /// Every directive as data: its name and its parameters, in order.
    ///
    /// ```
    /// use tuleap_front_http::CachePolicy;
    ///
    /// let text = "proxy_cache zone;\nproxy_cache_key $host$uri;\nproxy_cache_valid 200 '1h 5m';\n";
    /// let policy: CachePolicy = text.parse()?;
    /// let directives: Vec<_> = policy.directives().collect();
    /// assert_eq!(directives[2], ["proxy_cache_valid", "200", "1h 5m"]);
    /// assert_eq!(policy.to_string(), text.replace('\'', "\""));
    /// # Ok::<(), tuleap_front_http::CachePolicyError>(())
    /// ```
    pub fn directives(&self) -> impl Iterator<Item = &[String]> {
        self.directives.iter().map(Vec::as_slice)
    }

    /// The paths that it is about; all of them where it has no `location`.
    #[must_use]
    pub const fn locations(&self) -> Option<&Locations> {
        self.config.locations.as_ref()
    }

    /// `levels=` of `proxy_cache_path`.
    #[must_use]
    pub const fn levels(&self) -> &CacheLevels {
        &self.config.levels
    }

    /// `inactive=` of `proxy_cache_path`, in seconds: after so long without a request an entry is
    /// removed, fresh or not.
    #[must_use]
    pub const fn inactive(&self) -> i64 {
        self.config.inactive
    }

    /// `proxy_cache_key`; `None` where the cache is off.
    ///
    /// ```
    /// use tuleap_front_http::{CachePolicy, Guide};
    ///
    /// let key = CachePolicy::documented(Guide::ReverseProxy).key_text().map(str::to_owned);
    /// assert_eq!(key.as_deref(), Some("$scheme$request_method$host$request_uri"));
    /// ```
    #[must_use]
    pub fn key_text(&self) -> Option<&str> {
        self.config.key.as_ref().map(|key| key.as_str())
    }

    /// `expires`
    #[must_use]
    pub const fn expires(&self) -> Expires {
        self.config.expires
    }

    /// What the `gzip` directives among the others say.
    #[must_use]
    pub const fn gzip(&self) -> Option<&GzipPolicy> {
        self.config.gzip.as_ref()
    }

    /// Is it [`recommended`](Self::recommended), perhaps with other values?
    #[must_use]
    pub const fn is_recommended(&self) -> bool {
        matches!(self.config.style, Style::Recommended)
    }

    /// The key of a request; `None` where the cache is off or the target is refused. It is one
    /// allocation, or more where a variable must be normalized.
    pub fn key<Q: RequestHeaders + ?Sized>(&self, facts: &CacheFacts<'_, Q>) -> Option<CacheKey> {
        let view = View::new(facts, self.rules).ok()?;
        let mut bytes = Vec::new();
        self.config.key.as_ref()?.give(&view, &mut |piece| bytes.extend_from_slice(piece));
        Some(CacheKey::from_bytes(bytes))
    }

    /// The MD5 of the key, without making the key.
    ///
    /// ```
    /// use tuleap_front_http::{CacheFacts, CachePolicy, Guide, RequestVersion, Scheme};
    ///
    /// let facts = CacheFacts {
    ///     scheme: Scheme::Http,
    ///     method: b"GET",
    ///     host: b"tuleap.example.com",
    ///     target: b"/c002/a.css",
    ///     version: RequestVersion::Http1 { minor: 1 },
    ///     headers: [("", ""); 0].as_slice(),
    /// };
    /// let policy = CachePolicy::documented(Guide::ReverseProxy);
    /// let md5 = policy.key_md5(&facts).unwrap();
    /// assert_eq!(md5.path(policy.levels()), "9/d1/c1b46a28356afba7bfb22f8d73acdd19");
    /// assert_eq!(md5, policy.key(&facts).unwrap().md5());
    /// ```
    pub fn key_md5<Q>(&self, facts: &CacheFacts<'_, Q>) -> Option<CacheMd5>
    where
        Q: RequestHeaders + ?Sized,
    {
        let view = View::new(facts, self.rules).ok()?;
        let mut md5 = Md5Stream::default();
        self.config.key.as_ref()?.give(&view, &mut |piece| md5.add(piece));
        Some(md5.end())
    }

    /// Is the cache asked for a request?
    ///
    /// ```
    /// use tuleap_front_http::{CacheFacts, CacheLookup, CachePolicy, CacheReason, RequestVersion, Scheme};
    ///
    /// let policy: CachePolicy = r"
    ///     location ~* \.css$;
    ///     proxy_cache zone;
    ///     proxy_cache_key $host$uri;
    ///     proxy_cache_bypass $cookie_nocache $arg_nocache;
    /// ".parse()?;
    /// let facts = CacheFacts {
    ///     scheme: Scheme::Http,
    ///     method: b"GET",
    ///     host: b"tuleap.example.com",
    ///     target: b"/a.css",
    ///     version: RequestVersion::Http1 { minor: 1 },
    ///     headers: [("", ""); 0].as_slice(),
    /// };
    /// assert_eq!(policy.look_up(&facts), CacheLookup::LookUp);
    /// let facts = CacheFacts { target: b"/a.css?nocache=1", ..facts };
    /// assert_eq!(policy.look_up(&facts), CacheLookup::Bypass(CacheReason::Bypass));
    /// let facts = CacheFacts { target: b"/a.png", ..facts };
    /// assert_eq!(policy.look_up(&facts), CacheLookup::Skip(CacheReason::Location));
    /// # Ok::<(), tuleap_front_http::CachePolicyError>(())
    /// ```
    pub fn look_up<Q>(&self, facts: &CacheFacts<'_, Q>) -> CacheLookup
    where
        Q: RequestHeaders + ?Sized,
    {
        match View::new(facts, self.rules) {
            Ok(view) => self.look_up_view(&view),
            Err(_) => CacheLookup::Skip(CacheReason::Target),
        }
    }
}

impl Default for CachePolicy {
    /// [`CachePolicy::recommended`]
    fn default() -> Self {
        Self::recommended()
    }
}

impl std::str::FromStr for CachePolicy {
    type Err = CachePolicyError;

    /// Reads nginx's directives, and `location MODIFIER PATTERN;` for the paths that they are for.
    /// With `tuleap_cache recommended;` those that are not there are those of
    /// [`recommended`](CachePolicy::recommended), and so is what is stored.
    fn from_str(text: &str) -> Result<Self, CachePolicyError> {
        text::parse(text)
    }
}

/// The directives as they are read, one per line.
impl fmt::Display for CachePolicy {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for words in &self.directives {
            for (at, word) in words.iter().enumerate() {
                let blank = if at > 0 { " " } else { "" };
                write!(out, "{blank}{}", quoted_word(word))?;
            }
            writeln!(out, ";")?;
        }
        Ok(())
    }
}
