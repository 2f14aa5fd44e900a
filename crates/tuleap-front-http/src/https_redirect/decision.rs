use http::StatusCode;

use crate::request_line::RequestLineReason;

/// What becomes of a request.
///
/// Nothing is copied: the parts of a `Location` are slices of the rule and of the target, and the
/// value is the parts one after another.
///
/// ```
/// use tuleap_front_http::{HttpsRedirect, RedirectFacts, Scheme};
///
/// let redirect = HttpsRedirect::recommended("tuleap.example.com".parse()?);
/// let facts = RedirectFacts { scheme: Scheme::Http, method: b"GET", target: b"/a" };
/// let decision = redirect.decide(&facts);
/// assert_eq!((decision.action(), decision.length()), ("redirect", Some(28)));
/// assert_eq!(decision.location().unwrap().len(), 28);
/// let decision = redirect.decide(&RedirectFacts { target: b"*", ..facts });
/// assert_eq!((decision.action(), decision.length()), ("refuse", None));
/// assert_eq!(decision.status().unwrap().as_u16(), 400);
/// # Ok::<(), tuleap_front_http::HttpsOriginError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[must_use]
#[non_exhaustive]
pub enum RedirectDecision<'a> {
    /// The client uses https: the request goes on.
    Stay,
    /// It is answered with this status and this `Location`, and nothing else is done.
    Redirect {
        /// 301, 302, 303, 307 or 308.
        status: StatusCode,
        /// The origin, a slash where the target has none, and the target.
        location: [&'a [u8]; 3],
    },
    /// It is answered with this status, and nothing else is done.
    Refuse {
        /// 400 or 405.
        status: StatusCode,
        /// What is wrong with the request line.
        reason: RequestLineReason,
    },
}

impl RedirectDecision<'_> {
    /// `stay`, `redirect` or `refuse`.
    #[must_use]
    pub const fn action(&self) -> &'static str {
        match self {
            Self::Stay => "stay",
            Self::Redirect { .. } => "redirect",
            Self::Refuse { .. } => "refuse",
        }
    }

    /// What the request is answered with, unless it goes on.
    #[must_use]
    pub const fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Stay => None,
            Self::Redirect { status, .. } | Self::Refuse { status, .. } => Some(*status),
        }
    }

    /// The length of the `Location`, where there is one.
    #[must_use]
    pub fn length(&self) -> Option<usize> {
        match self {
            Self::Redirect { location, .. } => Some(location.iter().map(|part| part.len()).sum()),
            _ => None,
        }
    }

    /// The `Location`, where there is one. It is the one copy.
    #[must_use]
    pub fn location(&self) -> Option<Vec<u8>> {
        match self {
            Self::Redirect { location, .. } => Some(location.concat()),
            _ => None,
        }
    }
}
