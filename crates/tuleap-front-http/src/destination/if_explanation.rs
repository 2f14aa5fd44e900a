use std::fmt;

use super::explanation::{Decision, DestinationCause};
use super::if_rewrite::{IfRewrite, Tags};
use super::rewrite::Rewrite;
use crate::shown::{shown, without_userinfo};

/// What was decided about an `If` line, by which rule, and what about each of its tags.
///
/// `Display` writes it for people: tags as a `Destination` is shown, and nothing of the lists,
/// for they hold lock tokens.
///
/// ```
/// use tuleap_front_http::{DestinationCause, DestinationFacts, DestinationRule, IfCause};
///
/// let rule = DestinationRule::new(
///     "https://tuleap.example.com".parse()?,
///     "http://127.0.0.1:8080".parse()?,
/// );
/// let facts = DestinationFacts::default();
/// let sent = b"<https://me:pw@tuleap.example.com/a> (<urn:1>) </b> (<urn:2>)";
/// let explanation = rule.explain_if(&facts, sent);
/// assert_eq!(explanation.cause(), IfCause::Rewritten);
/// assert_eq!(explanation.cause().code(), "if/rewritten");
/// assert_eq!(explanation.rewrite().length(), Some(50));
/// assert_eq!((explanation.sent(), explanation.offset()), (&sent[..], None));
///
/// let tags: Vec<_> = explanation.tags().collect();
/// assert_eq!(tags[0].cause(), DestinationCause::PublicOrigin);
/// assert_eq!((tags[0].entry(), tags[0].rewrite().action()), (Some(0), "rewrite"));
/// assert_eq!((tags[1].sent(), tags[1].cause().as_str()), (&b"/b"[..], "path-absolute"));
/// assert_eq!(
///     explanation.to_string(),
///     "if rewrite (rewritten)\n  \
///        tag 0  https://***@tuleap.example.com/a -> http://127.0.0.1:8080/a (public-origin)\n  \
///        tag 1  /b (path-absolute)\n  \
///        because a tag is on a public origin\n"
/// );
///
/// let malformed = rule.explain_if(&facts, b"<https://tuleap.example.com/a> (<urn:1>) b");
/// assert_eq!((malformed.cause().code(), malformed.offset()), ("if/unexpected-byte", Some(41)));
/// assert_eq!(malformed.tags().count(), 0);
/// # Ok::<(), tuleap_front_http::DestinationOriginError>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct IfExplanation<'a> {
    sent: &'a [u8],
    rewrite: IfRewrite<'a>,
    cause: IfCause,
    offset: Option<usize>,
}

impl<'a> IfExplanation<'a> {
    pub(super) const fn new(
        sent: &'a [u8],
        tags: Tags<'a>,
        cause: IfCause,
        length: Option<usize>,
    ) -> Self {
        Self { sent, rewrite: IfRewrite::new(sent, Some(tags), length), cause, offset: None }
    }

    /// Left whole, for what stands at this place.
    pub(super) const fn whole(sent: &'a [u8], cause: IfCause, offset: Option<usize>) -> Self {
        Self { sent, rewrite: IfRewrite::new(sent, None, None), cause, offset }
    }

    /// The answer that is explained.
    pub const fn rewrite(&self) -> &IfRewrite<'a> {
        &self.rewrite
    }

    /// The rule that decided.
    pub const fn cause(&self) -> IfCause {
        self.cause
    }

    /// The line, as it was sent.
    #[must_use]
    pub const fn sent(&self) -> &'a [u8] {
        self.sent
    }

    /// Where the item starts for which the header is malformed, in bytes.
    #[must_use]
    pub const fn offset(&self) -> Option<usize> {
        self.offset
    }

    /// Its tags, from left to right; none where the header is left whole.
    pub fn tags(&self) -> impl Iterator<Item = TagDecision<'a>> {
        let mut tags = self.rewrite.tags();
        std::iter::from_fn(move || {
            let tag = tags.as_mut()?.next().ok()??;
            Some(TagDecision { sent: tag.text, decision: tag.decision })
        })
    }
}

/// A tag of an `If` line and what was decided about it.
#[derive(Clone, Copy, Debug)]
pub struct TagDecision<'a> {
    sent: &'a [u8],
    decision: Decision<'a>,
}

impl<'a> TagDecision<'a> {
    /// What becomes of it: [`Rewrite::Unchanged`] or [`Rewrite::Parts`].
    pub const fn rewrite(&self) -> &Rewrite<'a> {
        &self.decision.rewrite
    }

    /// The rule that decided; what a `Destination` would be refused for is left as it is.
    #[must_use]
    pub const fn cause(&self) -> DestinationCause {
        self.decision.cause
    }

    /// Which of the listed public origins it named, from 0.
    #[must_use]
    pub const fn entry(&self) -> Option<usize> {
        self.decision.entry
    }

    /// The tag without `<` and `>`, as it was sent.
    #[must_use]
    pub const fn sent(&self) -> &'a [u8] {
        self.sent
    }
}

macro_rules! causes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal: $text:literal,)*) => {
        /// The rule that decided about an `If` line.
        ///
        /// ```
        /// use tuleap_front_http::IfCause;
        ///
        /// assert_eq!(IfCause::NoList.as_str(), "no-list");
        /// assert_eq!(IfCause::NoList.code(), "if/no-list");
        /// assert!(IfCause::NoList.text().contains("no list"));
        /// assert!(IfCause::ALL.contains(&IfCause::Rewritten));
        /// ```
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        #[non_exhaustive]
        pub enum IfCause {
            $($(#[$doc])* $variant,)*
        }

        impl IfCause {
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
                    $(Self::$variant => concat!("if/", $name),)*
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
    /// The documented rule leaves `If` alone.
    DocumentedKept = "documented-kept": "the documented rule does not change it",
    /// Malformed: nothing, or blanks.
    Empty = "empty": "it is malformed: there is nothing in it",
    /// No tag is to be changed.
    Kept = "kept": "no tag is to be changed",
    /// Malformed: lists with a tag after lists without one.
    Mixed = "mixed": "it is malformed: a tag follows a list that has none",
    /// Malformed: a tag that no list follows.
    NoList = "no-list": "it is malformed: no list follows a tag",
    /// At least one tag is changed.
    Rewritten = "rewritten": "a tag is on a public origin",
    /// Malformed: `[` without `]`, or a quote without another.
    UnclosedEntityTag = "unclosed-entity-tag": "it is malformed: an entity tag does not end",
    /// Malformed: `(` without `)`.
    UnclosedList = "unclosed-list": "it is malformed: a list does not end",
    /// Malformed: `<` without `>` outside of a list.
    UnclosedTag = "unclosed-tag": "it is malformed: a tag does not end",
    /// Malformed: `<` without `>` in a list.
    UnclosedToken = "unclosed-token": "it is malformed: a state token does not end",
    /// Malformed: something that is no tag, no list and no blank.
    UnexpectedByte = "unexpected-byte": "it is malformed: neither a tag nor a list",
}

/// The stable name.
impl fmt::Display for IfCause {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

/// Tags that an explanation shows.
const SHOWN_TAGS: usize = 16;

impl<'a> IfExplanation<'a> {
    /// The first tags, and how many there are beside.
    pub(crate) fn shown_tags(&self) -> (Vec<TagDecision<'a>>, usize) {
        let mut tags = self.tags();
        let first = tags.by_ref().take(SHOWN_TAGS).collect();
        (first, tags.count())
    }
}

impl TagDecision<'_> {
    /// The tag, as it may be shown: cut, and without its user info.
    pub(crate) fn shown_sent(&self) -> String {
        shown(&without_userinfo(self.sent))
    }

    /// What the next server gets in its place, as it may be shown.
    pub(crate) fn shown_next(&self) -> Option<String> {
        self.decision.shown_next()
    }
}

impl fmt::Display for IfExplanation<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "if {} ({})", self.rewrite.action(), self.cause)?;
        let (tags, more) = self.shown_tags();
        for (index, tag) in tags.iter().enumerate() {
            write!(out, "  tag {index}  {}", tag.shown_sent().escape_debug())?;
            if let Some(next) = tag.shown_next() {
                write!(out, " -> {}", next.escape_debug())?;
            }
            writeln!(out, " ({})", tag.cause())?;
        }
        if more > 0 {
            writeln!(out, "  and {more} more tags")?;
        }
        write!(out, "  because {}", self.cause.text())?;
        match self.offset {
            Some(offset) => writeln!(out, ", at byte {offset}"),
            None => writeln!(out),
        }
    }
}
