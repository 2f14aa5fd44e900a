use std::fmt;

use super::origin::DestinationOrigin;
use super::reason::DestinationReason;
use super::rewrite::Rewrite;
use crate::shown::{shown, without_userinfo};

/// A decision and the rule that led to it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Decision<'a> {
    pub(super) rewrite: Rewrite<'a>,
    pub(super) cause: DestinationCause,
    /// Which of the listed public origins is named.
    pub(super) entry: Option<usize>,
    /// The first line.
    pub(super) sent: Option<&'a [u8]>,
    pub(super) lines: usize,
}

impl<'a> Decision<'a> {
    pub(super) const fn new(rewrite: Rewrite<'a>, cause: DestinationCause) -> Self {
        Self { rewrite, cause, entry: None, sent: None, lines: 0 }
    }

    pub(super) const fn absent() -> Self {
        Self::new(Rewrite::Unchanged, DestinationCause::Absent)
    }

    /// As it was sent, although a `Destination` would be refused.
    pub(super) const fn left(reason: DestinationReason) -> Self {
        Self::new(Rewrite::Unchanged, DestinationCause::Refused(reason))
    }

    pub(super) const fn refused(reason: DestinationReason) -> Self {
        Self::new(Rewrite::reject(reason), DestinationCause::Refused(reason))
    }

    /// The value that is sent on, as it may be shown.
    pub(super) fn shown_next(&self) -> Option<String> {
        let (Rewrite::Parts(parts) | Rewrite::Joined(parts)) = &self.rewrite else {
            return None;
        };
        Some(match self.cause {
            DestinationCause::PathPromoted | DestinationCause::PublicOrigin => shown(parts),
            // Here the rule kept what the client wrote.
            _ => shown(&parts.iter().flat_map(|part| without_userinfo(part)).collect::<Vec<_>>()),
        })
    }
}

/// What was decided about a `Destination`, by which rule, and which public origin it named.
///
/// `Display` writes it for people, and with the feature `serde` it is one JSON object; in both user
/// info is left out, and texts are cut at 256 bytes.
///
/// ```
/// use tuleap_front_http::{DestinationCause, DestinationFacts, DestinationRule, Rewrite};
///
/// let rule = DestinationRule::new(
///     "https://tuleap.example.com, https://svn.example.com".parse()?,
///     "http://127.0.0.1:8080".parse()?,
/// );
/// let headers = [("Destination", "https://me:secret@svn.example.com/svn/a b")];
/// let facts = DestinationFacts { method: b"COPY", ..DestinationFacts::default() };
/// let explanation = rule.explain(&facts, headers.as_slice());
///
/// let parts = Rewrite::Parts([b"http://", b"127.0.0.1:8080", b"/svn/a b"]);
/// assert_eq!(*explanation.rewrite(), parts);
/// assert_eq!(explanation.cause(), DestinationCause::PublicOrigin);
/// assert_eq!(explanation.cause().code(), "destination/public-origin");
/// assert_eq!(explanation.entry(), Some(1));
/// assert_eq!(explanation.origin().unwrap().to_string(), "https://svn.example.com");
/// assert_eq!((explanation.reason(), explanation.lines()), (None, 1));
/// assert_eq!(explanation.sent(), Some(headers[0].1.as_bytes()));
/// assert_eq!(
///     explanation.to_string(),
///     "destination rewrite (public-origin)\n  \
///        sent  https://***@svn.example.com/svn/a b\n  \
///        next  http://127.0.0.1:8080/svn/a b\n  \
///        because it is on the public origin 1, https://svn.example.com\n"
/// );
/// # Ok::<(), tuleap_front_http::DestinationOriginError>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct DestinationExplanation<'a> {
    decision: Decision<'a>,
    public: &'a [DestinationOrigin],
}

impl<'a> DestinationExplanation<'a> {
    pub(super) const fn new(decision: Decision<'a>, public: &'a [DestinationOrigin]) -> Self {
        Self { decision, public }
    }

    /// The answer that is explained.
    pub const fn rewrite(&self) -> &Rewrite<'a> {
        &self.decision.rewrite
    }

    /// The rule that decided.
    pub const fn cause(&self) -> DestinationCause {
        self.decision.cause
    }

    /// Why it is refused, or would be if the method had a `Destination`.
    #[must_use]
    pub const fn reason(&self) -> Option<DestinationReason> {
        match self.decision.cause {
            DestinationCause::OtherMethod(reason) | DestinationCause::Refused(reason) => {
                Some(reason)
            }
            _ => None,
        }
    }

    /// Which of the listed public origins it named, from 0.
    #[must_use]
    pub const fn entry(&self) -> Option<usize> {
        self.decision.entry
    }

    /// The listed public origin that it named.
    #[must_use]
    pub fn origin(&self) -> Option<&'a DestinationOrigin> {
        self.public.get(self.decision.entry?)
    }

    /// The first line, as it was sent.
    #[must_use]
    pub const fn sent(&self) -> Option<&'a [u8]> {
        self.decision.sent
    }

    /// How many lines there were.
    #[must_use]
    pub const fn lines(&self) -> usize {
        self.decision.lines
    }
}

macro_rules! causes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal: $text:literal,)*) => {
        /// The rule that decided about a `Destination`.
        ///
        /// ```
        /// use tuleap_front_http::{DestinationCause, DestinationReason};
        ///
        /// assert_eq!(DestinationCause::BackendOrigin.as_str(), "backend-origin");
        /// assert_eq!(DestinationCause::BackendOrigin.code(), "destination/backend-origin");
        /// let refused = DestinationCause::Refused(DestinationReason::NoPath);
        /// assert_eq!(refused.code(), "destination/no-path");
        /// assert!(refused.text().contains("no path"));
        /// ```
        #[derive(Clone, Copy, Debug, Eq, PartialEq)]
        #[non_exhaustive]
        pub enum DestinationCause {
            $($(#[$doc])* $variant,)*
            /// The method has no `Destination`; with one that has, this would be the reason.
            OtherMethod(DestinationReason),
            /// Answered at once, for this reason.
            Refused(DestinationReason),
        }

        impl DestinationCause {
            /// The causes that are no refusals, in the order of declaration.
            pub const PASSING: &[Self] = &[$(Self::$variant,)*];

            /// The stable name.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                    Self::OtherMethod(_) => "other-method",
                    Self::Refused(reason) => reason.as_str(),
                }
            }

            /// The stable id, the same in every language.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => concat!("destination/", $name),)*
                    Self::OtherMethod(_) => "destination/other-method",
                    Self::Refused(reason) => reason.code(),
                }
            }

            /// The rule in words.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::OtherMethod(_) => "the method has no Destination, so it is not refused",
                    Self::Refused(reason) => reason.text(),
                }
            }
        }
    };
}

causes! {
    /// There is no such header.
    Absent = "absent": "there is no Destination",
    /// It is on the backend's origin already.
    BackendOrigin = "backend-origin": "it is on the origin of the next server already",
    /// The documented expression matched.
    Documented = "documented": "it starts with https, and the documented rule looks no further",
    /// The documented rule has nothing to change.
    DocumentedKept = "documented-kept": "the documented rule does not change it",
    /// On another server, and passed.
    ForeignPassed = "foreign-passed": "it is on another server, and foreign is passed",
    /// A path alone.
    PathAbsolute = "path-absolute": "it is a path alone",
    /// A path alone, with the backend's origin put before it.
    PathPromoted = "path-promoted": "it is a path alone, and paths are promoted",
    /// On a public origin.
    PublicOrigin = "public-origin": "it is on a public origin",
}

impl fmt::Display for DestinationCause {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

impl fmt::Display for DestinationExplanation<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Decision { rewrite, cause, .. } = &self.decision;
        writeln!(out, "destination {} ({cause})", rewrite.action())?;
        if let Some(sent) = self.shown_sent() {
            writeln!(out, "  sent  {}", sent.escape_debug())?;
        }
        if let Some(next) = self.shown_next() {
            write!(out, "  next  {}", next.escape_debug())?;
            if let Rewrite::Joined(_) = rewrite {
                write!(out, " and {} more lines", self.decision.lines.saturating_sub(1))?;
            }
            writeln!(out)?;
        }
        if let Rewrite::Reject { status, .. } = rewrite {
            writeln!(out, "  answer  {}", status.as_u16())?;
        }
        match (self.entry(), self.origin()) {
            (Some(entry), Some(origin)) => {
                writeln!(out, "  because it is on the public origin {entry}, {origin}")
            }
            _ => writeln!(out, "  because {}", cause.text()),
        }
    }
}

impl DestinationExplanation<'_> {
    /// The first line, as it may be shown: cut, and without its user info.
    pub(crate) fn shown_sent(&self) -> Option<String> {
        self.decision.sent.map(|sent| shown(&without_userinfo(sent)))
    }

    /// What the next server gets in its place, as it may be shown. Of lines that are joined: the
    /// first.
    pub(crate) fn shown_next(&self) -> Option<String> {
        self.decision.shown_next()
    }
}

#[cfg(test)]
mod tests {
    use crate::{DestinationFacts, DestinationRule, ForeignDestination, Guide};

    #[test]
    fn no_explanation_shows_a_password() {
        let passing = DestinationRule::recommended().with_foreign(ForeignDestination::Pass);
        let documented = DestinationRule::documented(Guide::ReverseProxy);
        let values = [
            "https://me:secret@a.example/b",
            " https://me:secret@a.example/b",
            "https://me:secret@x@a.example/b",
            "https://me:secret@a.example",
            "HTTPS:me:secret@a.example/b",
            "//me:secret@a.example/b",
            "me:secret@a.example/b",
        ];
        for rule in [&DestinationRule::recommended(), &passing, &documented] {
            for value in values {
                let lines = [("destination", value), ("destination", "c")];
                for lines in [&lines[..1], &lines[..]] {
                    let shown = rule.explain(&DestinationFacts::default(), lines).to_string();
                    assert!(!shown.contains("secret") && shown.contains("***"), "{shown}");
                }
            }
        }
        let (strict, facts) = (DestinationRule::recommended(), DestinationFacts::default());
        for value in values {
            let line = format!("<{value}> (<urn:secret> [\"secret\"])");
            for shown in [
                strict.explain_location(&facts, value.as_bytes()).to_string(),
                strict.explain_if(&facts, line.as_bytes()).to_string(),
            ] {
                assert!(!shown.contains("secret") && shown.contains("***"), "{shown}");
            }
        }
        let path = [("destination", "/a//b@c")];
        let shown = documented.explain(&DestinationFacts::default(), path.as_slice()).to_string();
        assert!(shown.contains("/a//b@c"), "{shown}");
    }
}
