use std::fmt;

use super::RedirectFacts;
use super::decision::RedirectDecision;
use crate::request_line::RequestLineReason;
use crate::shown::{shown, without_userinfo};

/// What was decided about a request, and why.
///
/// `Display` writes it for people; texts are cut at 256 bytes and escaped.
///
/// ```
/// use tuleap_front_http::{HttpsRedirect, RedirectFacts, RedirectReason, Scheme};
///
/// let redirect = HttpsRedirect::recommended("tuleap.example.com".parse()?);
/// let facts = RedirectFacts { scheme: Scheme::Http, method: b"POST", target: b"http://a.example/b" };
/// let explanation = redirect.explain(&facts);
/// assert_eq!(*explanation.decision(), redirect.decide(&facts));
/// assert_eq!(explanation.reason(), RedirectReason::KeepsMethod);
/// assert_eq!(explanation.reason().code(), "https-redirect/keeps-method");
/// assert_eq!(explanation.facts().method, b"POST");
/// assert_eq!(
///     explanation.to_string(),
///     "https-redirect 308 (keeps-method)\n  \
///        asked     POST http://a.example/b\n  \
///        location  https://tuleap.example.com/b\n  \
///        because the client uses http, and 308 keeps method and body\n"
/// );
/// # Ok::<(), tuleap_front_http::HttpsOriginError>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct RedirectExplanation<'a> {
    facts: RedirectFacts<'a>,
    decision: RedirectDecision<'a>,
    reason: RedirectReason,
}

impl<'a> RedirectExplanation<'a> {
    pub(super) const fn new(
        facts: RedirectFacts<'a>,
        decision: RedirectDecision<'a>,
        reason: RedirectReason,
    ) -> Self {
        Self { facts, decision, reason }
    }

    /// The decision that is explained.
    pub const fn decision(&self) -> &RedirectDecision<'a> {
        &self.decision
    }

    /// The rule that decided.
    #[must_use]
    pub const fn reason(&self) -> RedirectReason {
        self.reason
    }

    /// What was asked about.
    #[must_use]
    pub const fn facts(&self) -> &RedirectFacts<'a> {
        &self.facts
    }
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident = $name:literal: $text:literal,)*) => {
        /// The rule that decided about a redirect.
        ///
        /// ```
        /// use tuleap_front_http::RedirectReason;
        ///
        /// let reason = RedirectReason::AlreadyHttps;
        /// assert_eq!(reason.as_str(), "already-https");
        /// assert_eq!(reason.code(), "https-redirect/already-https");
        /// assert_eq!(reason.text(), "the client uses https");
        /// assert!(RedirectReason::PASSING.contains(&reason));
        /// ```
        #[derive(Clone, Copy, Debug, Eq, PartialEq)]
        #[non_exhaustive]
        pub enum RedirectReason {
            $($(#[$doc])* $variant,)*
            /// The request line is refused, for this reason.
            Refused(RequestLineReason),
        }

        impl RedirectReason {
            /// The reasons that are no refusals, in the order of declaration.
            pub const PASSING: &[Self] = &[$(Self::$variant,)*];

            /// The stable name.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                    Self::Refused(reason) => reason.as_str(),
                }
            }

            /// The stable id, the same in every language; of a refusal that of the request line.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => concat!("https-redirect/", $name),)*
                    Self::Refused(reason) => reason.code(),
                }
            }

            /// The rule in words.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::Refused(reason) => reason.text(),
                }
            }
        }
    };
}

reasons! {
    /// Nothing is to be done.
    AlreadyHttps = "already-https": "the client uses https",
    /// The guide's line.
    Documented = "documented": "the client uses http, and the documented rule redirects every method alike",
    /// The status of the configuration.
    FixedStatus = "fixed-status": "the client uses http, and this status is configured for every method",
    /// Every method but GET, HEAD and OPTIONS.
    KeepsMethod = "keeps-method": "the client uses http, and 308 keeps method and body",
    /// GET, HEAD and OPTIONS.
    MayBecomeGet = "may-become-get": "the client uses http, and loses nothing where it makes a GET of this",
}

impl fmt::Display for RedirectReason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

impl fmt::Display for RedirectExplanation<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { decision, reason, .. } = self;
        match decision.status() {
            None => writeln!(out, "https-redirect none ({reason})")?,
            Some(status) => writeln!(out, "https-redirect {} ({reason})", status.as_u16())?,
        }
        writeln!(out, "  asked     {}", self.shown_request().escape_debug())?;
        if let Some(location) = self.shown_location() {
            writeln!(out, "  location  {}", location.escape_debug())?;
        }
        writeln!(out, "  because {}", reason.text())
    }
}

impl RedirectExplanation<'_> {
    /// Method and target, as they may be shown: user info, which may be a password, is not.
    pub(super) fn shown_request(&self) -> String {
        let [scheme, stars, rest] = without_userinfo(self.facts.target);
        shown(&[self.facts.method, b" ", scheme, stars, rest])
    }

    /// The `Location`, as it may be shown.
    pub(super) fn shown_location(&self) -> Option<String> {
        match &self.decision {
            RedirectDecision::Redirect { location, .. } => Some(shown(location)),
            _ => None,
        }
    }
}

#[cfg(feature = "serde")]
mod serialize {
    use serde::ser::{Serialize, SerializeStruct, Serializer};

    use super::RedirectExplanation;

    /// `action`, `status`, `reason`, `because` (the reason in words), `asked` and `location` (as
    /// they may be shown). What there is not is null.
    impl Serialize for RedirectExplanation<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut fields = serializer.serialize_struct("RedirectExplanation", 6)?;
            fields.serialize_field("action", self.decision.action())?;
            let status = self.decision.status().map(|status| status.as_u16());
            fields.serialize_field("status", &status)?;
            fields.serialize_field("reason", self.reason.as_str())?;
            fields.serialize_field("because", self.reason.text())?;
            fields.serialize_field("asked", &self.shown_request())?;
            fields.serialize_field("location", &self.shown_location())?;
            fields.end()
        }
    }
}
