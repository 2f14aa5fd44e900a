use std::borrow::Cow;

use http::StatusCode;

use super::reason::RouteReason;
use crate::locations::LocationMatch;
use crate::request_target::RequestTarget;

/// Where a request goes.
#[derive(Clone, Debug)]
#[must_use]
pub struct Route<'a> {
    pub(super) outcome: RouteOutcome<'a>,
    pub(super) uri: Cow<'a, [u8]>,
    pub(super) args: &'a [u8],
    pub(super) location: Option<LocationMatch<'a>>,
    pub(super) internal_redirects: u8,
    pub(super) methods: Methods,
}

/// What is done with a request.
///
/// ```
/// use tuleap_front_http::{FileKind, MergeSlashes, RequestTarget, RouteOutcome, Routes};
///
/// let routes: Routes = "
///     root /srv
///     /     static
///     /app/ proxy app
/// ".parse()?;
/// let target = RequestTarget::parse(b"/app?x", MergeSlashes::On)?;
/// let route = routes.route(&target, |_: &[u8]| FileKind::Missing);
/// let RouteOutcome::Redirect { status, location } = route.outcome() else { panic!() };
/// assert_eq!((status.as_u16(), location.as_slice()), (301, &b"/app/?x"[..]));
/// assert_eq!(route.outcome().as_str(), "redirect");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum RouteOutcome<'a> {
    /// A FastCGI server runs a script.
    FastCgi {
        /// Its name in the text.
        backend: &'a str,
        /// `DOCUMENT_ROOT`: the root of the server, links not resolved.
        document_root: &'a str,
        /// `SCRIPT_NAME`: the path, with the index where it ends in a slash.
        script_name: Cow<'a, [u8]>,
    },
    /// A file is sent.
    File {
        /// Its path.
        path: Vec<u8>,
    },
    /// A server is asked.
    Proxy {
        /// Its name in the text.
        backend: &'a str,
    },
    /// The client is sent to the path with a slash.
    Redirect {
        /// 301
        status: StatusCode,
        /// Path and query, percent-encoded. Put the site's origin before it: with slashes that are
        /// not merged it may start with two.
        location: Vec<u8>,
    },
    /// The client is told so.
    Refuse {
        /// The status of the answer.
        status: StatusCode,
        /// Why.
        reason: RouteReason,
    },
}

impl RouteOutcome<'_> {
    /// The stable name: `fastcgi`, `file`, `proxy`, `redirect` or `refuse`.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::FastCgi { .. } => "fastcgi",
            Self::File { .. } => "file",
            Self::Proxy { .. } => "proxy",
            Self::Redirect { .. } => "redirect",
            Self::Refuse { .. } => "refuse",
        }
    }

    pub(super) const fn refuse(reason: RouteReason) -> Self {
        Self::Refuse { status: reason.status(), reason }
    }
}

/// The methods that what answers knows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Methods {
    Any,
    GetHead,
    /// Directories and their index files.
    GetHeadPost,
}

impl<'a> Route<'a> {
    /// What is done.
    #[must_use]
    pub const fn outcome(&self) -> &RouteOutcome<'a> {
        &self.outcome
    }

    /// The name of the server that answers, by HTTP or by FastCGI.
    #[must_use]
    pub const fn backend(&self) -> Option<&'a str> {
        match self.outcome {
            RouteOutcome::FastCgi { backend, .. } | RouteOutcome::Proxy { backend } => {
                Some(backend)
            }
            _ => None,
        }
    }

    /// The file that is sent, or the script that is run: `SCRIPT_FILENAME`.
    #[must_use]
    pub fn file(&self) -> Option<Cow<'_, [u8]>> {
        match &self.outcome {
            RouteOutcome::FastCgi { document_root, script_name, .. } => {
                Some(Cow::Owned([document_root.as_bytes(), script_name].concat()))
            }
            RouteOutcome::File { path } => Some(Cow::Borrowed(path)),
            _ => None,
        }
    }

    /// `$uri` at the end: that of the request, unless it was redirected internally.
    #[must_use]
    pub fn uri(&self) -> &[u8] {
        &self.uri
    }

    /// `$args` at the end.
    #[must_use]
    pub const fn args(&self) -> &'a [u8] {
        self.args
    }

    /// The location that answers; its name is what it does. `None` where it is the server itself.
    #[must_use]
    pub const fn location(&self) -> Option<LocationMatch<'a>> {
        self.location
    }

    /// How often it was redirected internally.
    #[must_use]
    pub const fn internal_redirects(&self) -> u8 {
        self.internal_redirects
    }

    /// What a server is asked for by HTTP, as `proxy_pass` without a path has it: the target as it
    /// was sent; after an internal redirect, and for `http://host?query`, `uri`, percent-encoded, and
    /// `args`.
    ///
    /// ```
    /// use tuleap_front_http::{FileKind, MergeSlashes, RequestTarget, Routes};
    ///
    /// let routes: Routes = "root /srv\nindex a.php\n/ static\n~ .php$ proxy php".parse()?;
    /// let file = |_: &[u8]| FileKind::File;
    /// let target = RequestTarget::parse(b"/%c3%a4//a.php?b", MergeSlashes::On)?;
    /// assert_eq!(&*routes.route(&target, file).backend_target(&target), b"/%c3%a4//a.php?b");
    /// let target = RequestTarget::parse(b"/%c3%a4//?b", MergeSlashes::On)?;
    /// assert_eq!(&*routes.route(&target, file).backend_target(&target), b"/%C3%A4/a.php?b");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn backend_target<'t>(&self, target: &RequestTarget<'t>) -> Cow<'t, [u8]> {
        match target.request_uri() {
            sent @ [b'/', ..] if self.internal_redirects == 0 => Cow::Borrowed(sent),
            _ => Cow::Owned(encoded(&self.uri, b"", self.args)),
        }
    }

    /// May the request have this method? Where not, answer 405 instead: files know GET and HEAD,
    /// directories POST, too.
    ///
    /// ```
    /// use tuleap_front_http::{FileKind, MergeSlashes, RequestTarget, Routes};
    ///
    /// let routes: Routes = "root /srv\n/ static".parse()?;
    /// let target = RequestTarget::parse(b"/a.txt", MergeSlashes::On)?;
    /// let route = routes.route(&target, |_: &[u8]| FileKind::File);
    /// assert!(route.allows(b"HEAD") && !route.allows(b"POST"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn allows(&self, method: &[u8]) -> bool {
        match self.methods {
            Methods::Any => true,
            Methods::GetHead => matches!(method, b"GET" | b"HEAD"),
            Methods::GetHeadPost => matches!(method, b"GET" | b"HEAD" | b"POST"),
        }
    }
}

/// A path, percent-encoded, with something behind it and the query.
pub(crate) fn encoded(uri: &[u8], behind: &[u8], args: &[u8]) -> Vec<u8> {
    let mut target = Vec::with_capacity(uri.len() + behind.len() + args.len() + 1);
    uri.iter().for_each(|byte| escape(*byte, &mut target));
    target.extend_from_slice(behind);
    if !args.is_empty() {
        target.push(b'?');
        target.extend_from_slice(args);
    }
    target
}

/// Percent-encodes what would end a path or has no place in a URI.
fn escape(byte: u8, out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let hex = |digit: u8| HEX.get(usize::from(digit)).copied().unwrap_or(b'0');
    if byte <= b' ' || byte >= 0x7f || b"\"#%<>?\\^`{|}".contains(&byte) {
        out.extend_from_slice(&[b'%', hex(byte >> 4), hex(byte & 0xf)]);
    } else {
        out.push(byte);
    }
}
