use http::StatusCode;

use super::reason::DestinationReason;

/// What becomes of a header that names a place on this site.
///
/// Nothing is copied: the parts are slices of the rule, of the facts and of the header, and the
/// value is the parts one after another. A host program copies them once, into its own memory.
///
/// ```
/// use tuleap_front_http::Rewrite;
///
/// let rewrite = Rewrite::Parts([b"http://", b"tuleap.example.com", b"/svn/a%20b"]);
/// assert_eq!((rewrite.action(), rewrite.length()), ("rewrite", Some(35)));
/// assert_eq!(rewrite.value(&[""; 0]).unwrap(), b"http://tuleap.example.com/svn/a%20b");
/// assert_eq!(Rewrite::Unchanged.value(&["/svn/a"]), None);
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[must_use]
#[non_exhaustive]
pub enum Rewrite<'a> {
    /// The header is sent on as it is; that may be not at all.
    Unchanged,
    /// One line with these parts replaces every line.
    Parts([&'a [u8]; 3]),
    /// One line replaces every line: these parts, and every line after the first with `, ` before
    /// it. Only the documented rule does so, where nginx does.
    Joined([&'a [u8]; 3]),
    /// No such header is sent on. Only the documented rule does so, where nginx does.
    Remove,
    /// The request is answered at once and no other server sees it.
    Reject {
        /// 400 or 502.
        status: StatusCode,
        /// The rule that refuses.
        reason: DestinationReason,
    },
}

impl<'a> Rewrite<'a> {
    /// The parts, unless they are together what was sent.
    pub(crate) fn unless_same(parts: [&'a [u8]; 3], sent: &[u8]) -> Self {
        let [first, ..] = parts;
        // Mostly what is kept is not only equal, but the very bytes.
        if std::ptr::eq(first, sent) {
            return Self::Unchanged;
        }
        let rest = parts.iter().try_fold(sent, |sent, part| sent.strip_prefix(*part));
        if rest.is_some_and(<[u8]>::is_empty) { Self::Unchanged } else { Self::Parts(parts) }
    }

    pub(crate) const fn reject(reason: DestinationReason) -> Self {
        Self::Reject { status: reason.status(), reason }
    }

    /// `unchanged`, `rewrite`, `remove` or `reject`.
    #[must_use]
    pub const fn action(&self) -> &'static str {
        match self {
            Self::Unchanged => "unchanged",
            Self::Parts(_) | Self::Joined(_) => "rewrite",
            Self::Remove => "remove",
            Self::Reject { .. } => "reject",
        }
    }

    /// The length of the parts together, where there are parts.
    #[must_use]
    pub fn length(&self) -> Option<usize> {
        match self {
            Self::Parts(parts) | Self::Joined(parts) => {
                Some(parts.iter().map(|part| part.len()).sum())
            }
            _ => None,
        }
    }

    /// The value of the one line that replaces `lines`, those that were asked about; `None` where
    /// none does. It is the one copy.
    #[must_use]
    pub fn value(&self, lines: &[impl AsRef<[u8]>]) -> Option<Vec<u8>> {
        let (parts, further) = match self {
            Self::Parts(parts) => (parts, None),
            Self::Joined(parts) => (parts, lines.get(1..)),
            _ => return None,
        };
        let mut value = parts.concat();
        for line in further.into_iter().flatten() {
            value.extend_from_slice(b", ");
            value.extend_from_slice(line.as_ref());
        }
        Some(value)
    }
}
