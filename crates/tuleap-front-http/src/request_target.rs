mod normalize;
mod reason;
mod split;

use std::borrow::Cow;

pub use self::reason::RequestTargetReason;

use self::normalize::{check, is_normal, normalize};
pub(crate) use self::split::{Authority, Split};

/// A request target (RFC 9112 §3.2) as nginx reads it: what goes on to the next server, and what
/// a `location` sees.
///
/// - [`request_uri`](Self::request_uri) is what was sent from the path on, byte for byte;
/// - [`uri`](Self::uri) is the path that locations are chosen by: decoded once, slashes merged,
///   dot segments resolved. What `%2F` and `%2E` decode to counts as `/` and `.`; what `%25`,
///   `%23` and `%3F` decode to is ordinary;
/// - [`args`](Self::args) is what follows `?`, as it was sent, up to `#`.
///
/// Refused: a bad escape, `%00`, `..` above the root, a control byte, a blank, and whatever is
/// neither a path nor an absolute URI.
///
/// One pass over the target. `uri` is borrowed where it equals what was sent; otherwise it is one
/// allocation, never longer than the target.
///
/// # Untrusted input
///
/// `uri` may hold any byte but NUL, CR and LF too: never put it into a header. It starts with `/`
/// and holds no segment `..`, so it stays below whatever folder it is appended to.
///
/// ```
/// use tuleap_front_http::{MergeSlashes, RequestTarget, RequestTargetReason};
///
/// let target = RequestTarget::parse(b"/plugins%2Fsvn//a/../%61.css?x=%2e#top", MergeSlashes::On)?;
/// assert_eq!(target.uri(), b"/plugins/svn/a.css");
/// assert_eq!(target.args(), b"x=%2e");
/// assert_eq!(target.request_uri(), b"/plugins%2Fsvn//a/../%61.css?x=%2e#top");
/// assert_eq!(target.host(), None);
///
/// let refused = RequestTarget::parse(b"/svn/%2e%2e/..", MergeSlashes::On).unwrap_err();
/// assert_eq!(refused, RequestTargetReason::AboveRoot);
/// # Ok::<(), RequestTargetReason>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use]
pub struct RequestTarget<'a> {
    request_uri: &'a [u8],
    uri: Cow<'a, [u8]>,
    args: &'a [u8],
    host: Option<&'a [u8]>,
}

/// nginx's `merge_slashes`.
#[expect(clippy::exhaustive_enums, reason = "a directive that is on or off")]
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum MergeSlashes {
    /// `//` is two slashes around an empty segment.
    Off,
    /// `//` is `/`: nginx's default.
    #[default]
    On,
}

impl<'a> RequestTarget<'a> {
    /// Reads the target of a request line.
    ///
    /// # Errors
    ///
    /// Where nginx answers 400.
    pub fn parse(target: &'a [u8], merge: MergeSlashes) -> Result<Self, RequestTargetReason> {
        Self::from_split(Split::new(target)?, merge)
    }

    /// Would [`parse`](Self::parse) read it? Never allocates.
    ///
    /// ```
    /// use tuleap_front_http::{MergeSlashes, RequestTarget, RequestTargetReason};
    ///
    /// assert_eq!(RequestTarget::check(b"http://tuleap.example.com/a", MergeSlashes::On), Ok(()));
    /// let reason = RequestTarget::check(b"/a%0", MergeSlashes::On).unwrap_err();
    /// assert_eq!(reason, RequestTargetReason::Escape);
    /// ```
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse).
    pub fn check(target: &[u8], merge: MergeSlashes) -> Result<(), RequestTargetReason> {
        Self::check_split(&Split::new(target)?, merge)
    }

    /// `$request_uri`: the target from the path on, as it was sent, with query and fragment. It
    /// is `/` for `http://host`, and starts with `?` for `http://host?query`.
    ///
    /// ```
    /// use tuleap_front_http::{MergeSlashes, RequestTarget};
    ///
    /// let target = RequestTarget::parse(b"http://a.example?x=1", MergeSlashes::On)?;
    /// assert_eq!((target.request_uri(), target.uri()), (&b"?x=1"[..], &b"/"[..]));
    /// # Ok::<(), tuleap_front_http::RequestTargetReason>(())
    /// ```
    #[must_use]
    pub const fn request_uri(&self) -> &'a [u8] {
        self.request_uri
    }

    /// `$uri`: the decoded, normalized path.
    #[must_use]
    pub fn uri(&self) -> &[u8] {
        &self.uri
    }

    /// Is [`uri`](Self::uri) the path as it was sent?
    #[must_use]
    pub const fn is_borrowed(&self) -> bool {
        matches!(self.uri, Cow::Borrowed(_))
    }

    /// [`uri`](Self::uri), kept beyond this value.
    #[must_use]
    pub fn into_uri(self) -> Cow<'a, [u8]> {
        self.uri
    }

    /// `$args`: the query, neither decoded nor checked, without `?` and without a fragment.
    #[must_use]
    pub const fn args(&self) -> &'a [u8] {
        self.args
    }

    /// The host of the absolute form, as it was sent: without port and without one final dot, an
    /// IP literal in brackets. nginx takes it instead of the `Host` header.
    ///
    /// ```
    /// use tuleap_front_http::{MergeSlashes, RequestTarget};
    ///
    /// let target = RequestTarget::parse(b"HTTP://A.example.:80/b", MergeSlashes::On)?;
    /// assert_eq!(target.host(), Some(&b"A.example"[..]));
    /// # Ok::<(), tuleap_front_http::RequestTargetReason>(())
    /// ```
    #[must_use]
    pub const fn host(&self) -> Option<&'a [u8]> {
        self.host
    }

    pub(crate) fn from_split(
        split: Split<'a>,
        merge: MergeSlashes,
    ) -> Result<Self, RequestTargetReason> {
        let Split { request_uri, path, args, authority } = split;
        let uri = if path.is_empty() {
            Cow::Borrowed(&b"/"[..])
        } else if is_normal(path, merge) {
            Cow::Borrowed(path)
        } else {
            let mut uri = Vec::with_capacity(path.len());
            normalize(path, merge, &mut uri)?;
            Cow::Owned(uri)
        };
        let host = authority.map(Authority::host).transpose()?;
        Ok(Self { request_uri, uri, args, host })
    }

    pub(crate) fn check_split(
        split: &Split<'_>,
        merge: MergeSlashes,
    ) -> Result<(), RequestTargetReason> {
        check(split.path, merge)?;
        split.authority.map(Authority::host).transpose().map(|_| ())
    }
}
