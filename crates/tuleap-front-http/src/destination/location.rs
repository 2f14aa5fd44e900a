use std::fmt;

use http::HeaderMap;
use http::header::{CONTENT_LOCATION, LOCATION};

use super::origin::DestinationOrigin;
use super::reference::{self, Cut};
use super::rewrite::Rewrite;
use super::{DestinationFacts, DestinationRule, Strict, Style, authority, map_lines};
use crate::blanks::trim;
use crate::scan::has;
use crate::shown::{shown, without_userinfo};

impl DestinationRule {
    /// Maps a `Location` or a `Content-Location` of an answer back (RFC 9110 §10.2.2, §8.7).
    ///
    /// A URI on the [backend's origin](super::BackendOrigin) gets the public origin by which the
    /// client came: the listed one that its `Host` names, else the first one; for
    /// [`PublicOrigins::auto`](super::PublicOrigins::auto), the scheme and the `Host` of the facts.
    /// Every byte after the authority stays, and there may be none: `http://backend` is a URI.
    ///
    /// Everything else is left as it is, and nothing is refused: relative references, other
    /// origins, values with user info or control bytes, and what is no URI. So is a value that is
    /// on the public origin already. The documented rule changes nothing.
    ///
    /// ```
    /// use tuleap_front_http::{DestinationFacts, DestinationRule, Rewrite};
    ///
    /// let rule = DestinationRule::new(
    ///     "https://tuleap.example.com:8443, https://svn.example.com".parse()?,
    ///     "http://127.0.0.1:8080".parse()?,
    /// );
    /// let facts = DestinationFacts { host: b"SVN.example.com", ..DestinationFacts::default() };
    /// let rewrite = rule.rewrite_location(&facts, b"http://127.0.0.1:8080/svn/a%20b?q#f");
    /// assert_eq!(rewrite, Rewrite::Parts([b"https://", b"svn.example.com", b"/svn/a%20b?q#f"]));
    ///
    /// let facts = DestinationFacts::default();
    /// let rewrite = rule.rewrite_location(&facts, b"http://127.0.0.1:8080");
    /// assert_eq!(rewrite, Rewrite::Parts([b"https://", b"tuleap.example.com:8443", b""]));
    /// assert_eq!(rule.rewrite_location(&facts, b"http://127.0.0.1/a"), Rewrite::Unchanged);
    /// # Ok::<(), tuleap_front_http::DestinationOriginError>(())
    /// ```
    pub fn rewrite_location<'a>(
        &'a self,
        facts: &DestinationFacts<'a>,
        value: &'a [u8],
    ) -> Rewrite<'a> {
        self.decide_location(facts, value).rewrite
    }

    /// The same with what led to it.
    pub fn explain_location<'a>(
        &'a self,
        facts: &DestinationFacts<'a>,
        value: &'a [u8],
    ) -> LocationExplanation<'a> {
        let decision = self.decide_location(facts, value);
        let public = match &self.style {
            Style::Documented(..) => &[],
            Style::Strict(strict) => strict.public.listed(),
        };
        LocationExplanation { decision, sent: value, public }
    }

    /// Maps the headers of an answer: `Location` and `Content-Location`.
    ///
    /// ```
    /// use http::HeaderMap;
    /// use tuleap_front_http::{DestinationFacts, DestinationRule};
    ///
    /// let host = b"tuleap.example.com";
    /// let facts = DestinationFacts { host, forwarded_host: host, ..DestinationFacts::default() };
    /// let mut headers = HeaderMap::new();
    /// headers.insert("location", "http://tuleap.example.com/svn/a/".parse().unwrap());
    /// DestinationRule::recommended().apply_response(&facts, &mut headers);
    /// assert_eq!(headers["location"], "https://tuleap.example.com/svn/a/");
    /// ```
    pub fn apply_response(&self, facts: &DestinationFacts<'_>, headers: &mut HeaderMap) {
        for name in [&LOCATION, &CONTENT_LOCATION] {
            map_lines(headers, name, |line| self.rewrite_location(facts, line).value(&[line]));
        }
    }

    fn decide_location<'a>(
        &'a self,
        facts: &DestinationFacts<'a>,
        value: &'a [u8],
    ) -> Decision<'a> {
        let decision = match &self.style {
            Style::Documented(..) => Err(LocationCause::DocumentedKept),
            Style::Strict(strict) => strict.read_location(facts, value),
        };
        decision.unwrap_or_else(Decision::kept)
    }
}

#[derive(Clone, Copy, Debug)]
struct Decision<'a> {
    rewrite: Rewrite<'a>,
    cause: LocationCause,
    entry: Option<usize>,
}

impl Decision<'_> {
    const fn kept(cause: LocationCause) -> Self {
        Self { rewrite: Rewrite::Unchanged, cause, entry: None }
    }
}

impl Strict {
    /// The mapped value; why there is none.
    fn read_location<'a>(
        &'a self,
        facts: &DestinationFacts<'a>,
        value: &'a [u8],
    ) -> Result<Decision<'a>, LocationCause> {
        let text = trim(value);
        if has(text, |byte| byte.is_ascii_control()) {
            return Err(LocationCause::ControlByte);
        }
        let Cut { scheme, authority, rest } =
            reference::cut(text).map_err(|_| LocationCause::Relative)?;
        let scheme = scheme.ok_or(LocationCause::ForeignOrigin)?;
        if authority.contains(&b'@') {
            return Err(LocationCause::Userinfo);
        }
        let authority = authority::parse_host(authority).map_err(|_| LocationCause::Malformed)?;
        let backend = self.backend.of_request(facts.forwarded_host);
        let backend = backend.ok_or(LocationCause::NoBackendOrigin)?;
        if !backend.is(scheme, &authority) {
            return Err(LocationCause::ForeignOrigin);
        }
        let public = self.public.of_client(facts.scheme, facts.host);
        let (public, entry) = public.ok_or(LocationCause::NoPublicOrigin)?;
        if public.is(scheme, &authority) {
            return Err(LocationCause::PublicOrigin);
        }
        let rewrite = Rewrite::Parts([public.prefix(), public.authority, rest]);
        Ok(Decision { rewrite, cause: LocationCause::BackendOrigin, entry })
    }
}

/// What was decided about a `Location`, by which rule, and which public origin it got.
///
/// `Display` writes it for people; user info is left out, texts are cut at 256 bytes and escaped.
///
/// ```
/// use tuleap_front_http::{DestinationFacts, DestinationRule, LocationCause};
///
/// let rule = DestinationRule::new(
///     "https://tuleap.example.com".parse()?,
///     "http://127.0.0.1:8080".parse()?,
/// );
/// let facts = DestinationFacts::default();
/// let explanation = rule.explain_location(&facts, b"http://127.0.0.1:8080/svn/a");
/// assert_eq!(explanation.rewrite().action(), "rewrite");
/// assert_eq!(explanation.cause(), LocationCause::BackendOrigin);
/// assert_eq!(explanation.cause().code(), "location/backend-origin");
/// assert_eq!(explanation.entry(), Some(0));
/// assert_eq!(explanation.origin().unwrap().to_string(), "https://tuleap.example.com");
/// assert_eq!(explanation.sent(), b"http://127.0.0.1:8080/svn/a");
/// assert_eq!(
///     explanation.to_string(),
///     "location rewrite (backend-origin)\n  \
///        sent  http://127.0.0.1:8080/svn/a\n  \
///        next  https://tuleap.example.com/svn/a\n  \
///        because it is on the origin of the server that answered\n"
/// );
/// # Ok::<(), tuleap_front_http::DestinationOriginError>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct LocationExplanation<'a> {
    decision: Decision<'a>,
    sent: &'a [u8],
    public: &'a [DestinationOrigin],
}

impl<'a> LocationExplanation<'a> {
    /// The answer that is explained.
    pub const fn rewrite(&self) -> &Rewrite<'a> {
        &self.decision.rewrite
    }

    /// The rule that decided.
    #[must_use]
    pub const fn cause(&self) -> LocationCause {
        self.decision.cause
    }

    /// Which of the listed public origins it got, from 0.
    #[must_use]
    pub const fn entry(&self) -> Option<usize> {
        self.decision.entry
    }

    /// The listed public origin that it got.
    #[must_use]
    pub fn origin(&self) -> Option<&'a DestinationOrigin> {
        self.public.get(self.decision.entry?)
    }

    /// The value, as the next server sent it.
    #[must_use]
    pub const fn sent(&self) -> &'a [u8] {
        self.sent
    }
}

macro_rules! causes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal: $text:literal,)*) => {
        /// The rule that decided about a `Location`.
        ///
        /// ```
        /// use tuleap_front_http::LocationCause;
        ///
        /// assert_eq!(LocationCause::Userinfo.as_str(), "userinfo");
        /// assert_eq!(LocationCause::Userinfo.code(), "location/userinfo");
        /// assert!(LocationCause::Userinfo.text().contains("user info"));
        /// assert!(LocationCause::ALL.contains(&LocationCause::BackendOrigin));
        /// ```
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        #[non_exhaustive]
        pub enum LocationCause {
            $($(#[$doc])* $variant,)*
        }

        impl LocationCause {
            /// Every cause, in the order of declaration.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The stable name.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// The stable id, the same in every language.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => concat!("location/", $name),)*
                }
            }

            /// The rule in words.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }
        }
    };
}

causes! {
    /// On the backend's origin: it is mapped.
    BackendOrigin = "backend-origin": "it is on the origin of the server that answered",
    /// A byte below 0x20, or 0x7f.
    ControlByte = "control-byte": "it holds a control byte",
    /// The documented rule leaves answers alone.
    DocumentedKept = "documented-kept": "the documented rule does not change it",
    /// Another scheme, host or port than the backend's.
    ForeignOrigin = "foreign-origin": "it is on another server",
    /// A host or a port that RFC 3986 §3.2 does not have.
    Malformed = "malformed": "its host or its port is malformed",
    /// The `Host` that was forwarded is not one.
    NoBackendOrigin = "no-backend-origin": "no Host was forwarded",
    /// The client's `Host` is not one, and no origin is listed.
    NoPublicOrigin = "no-public-origin": "the client sent no Host, and no public origin is listed",
    /// On the public origin already.
    PublicOrigin = "public-origin": "it is on the public origin already",
    /// No `scheme://`.
    Relative = "relative": "it has no scheme and host",
    /// `user@` or `user:password@`.
    Userinfo = "userinfo": "it has user info",
}

/// The stable name.
impl fmt::Display for LocationCause {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

impl LocationExplanation<'_> {
    /// The value, as it may be shown: cut, and without its user info.
    pub(crate) fn shown_sent(&self) -> String {
        shown(&without_userinfo(self.sent))
    }

    /// What the client gets in its place, as it may be shown.
    pub(crate) fn shown_next(&self) -> Option<String> {
        match &self.decision.rewrite {
            Rewrite::Parts(parts) => Some(shown(parts)),
            _ => None,
        }
    }
}

impl fmt::Display for LocationExplanation<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Decision { rewrite, cause, .. } = &self.decision;
        writeln!(out, "location {} ({cause})", rewrite.action())?;
        writeln!(out, "  sent  {}", self.shown_sent().escape_debug())?;
        if let Some(next) = self.shown_next() {
            writeln!(out, "  next  {}", next.escape_debug())?;
        }
        writeln!(out, "  because {}", cause.text())
    }
}
