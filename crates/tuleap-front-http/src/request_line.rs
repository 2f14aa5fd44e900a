mod reason;
mod version;

pub use self::reason::RequestLineReason;
pub use self::version::RequestVersion;

use crate::blanks::skip_spaces;
use crate::nginx::NginxRules;
use crate::request_target::{Authority, MergeSlashes, RequestTarget, RequestTargetReason, Split};

/// A request line (RFC 9112 §3) as nginx reads it.
///
/// The line ends at LF or CR LF, or with the input; what follows is not read. Line ends before it
/// do not count. Several spaces separate as one does; tabs do not. A line without version is
/// HTTP/0.9, and a GET.
///
/// TRACE and CONNECT, which nginx answers 405, are refused here. Not looked at: whether there is
/// a `Host`, which nginx asks for before it looks at the method.
///
/// ```
/// use tuleap_front_http::{MergeSlashes, NginxRules, RequestLine, RequestLineReason, RequestVersion};
///
/// let (rules, merge) = (NginxRules::Current, MergeSlashes::On);
/// let line = RequestLine::parse(b"COPY /svn/a%20b HTTP/1.1\r\n", rules, merge)?;
/// assert_eq!((line.method(), line.target().uri()), (&b"COPY"[..], &b"/svn/a b"[..]));
/// assert_eq!(line.version(), RequestVersion::Http1 { minor: 1 });
///
/// let refused = RequestLine::parse(b"GET / HTTP/2.0", rules, merge).unwrap_err();
/// assert_eq!((refused, refused.status().as_u16()), (RequestLineReason::VersionNotSupported, 505));
/// # Ok::<(), RequestLineReason>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use]
pub struct RequestLine<'a> {
    method: &'a [u8],
    target: RequestTarget<'a>,
    version: RequestVersion,
}

impl<'a> RequestLine<'a> {
    /// Reads the line that starts here.
    ///
    /// # Errors
    ///
    /// Where nginx answers 400, 405 or 505.
    pub fn parse(
        text: &'a [u8],
        rules: NginxRules,
        merge: MergeSlashes,
    ) -> Result<Self, RequestLineReason> {
        let Parts { method, split, version } = Parts::new(text, rules)?;
        let target = RequestTarget::from_split(split, merge)?;
        check_rest(method, &split, rules)?;
        Ok(Self { method, target, version })
    }

    /// Would [`parse`](Self::parse) read it? Never allocates.
    ///
    /// ```
    /// use tuleap_front_http::{MergeSlashes, NginxRules, RequestLine};
    ///
    /// let check = |rules| RequestLine::check(b"CONNECT /x HTTP/1.1", rules, MergeSlashes::On);
    /// let status = |rules| check(rules).unwrap_err().status().as_u16();
    /// assert_eq!((status(NginxRules::V1_22), status(NginxRules::Current)), (405, 400));
    /// ```
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse).
    pub fn check(
        text: &[u8],
        rules: NginxRules,
        merge: MergeSlashes,
    ) -> Result<(), RequestLineReason> {
        let Parts { method, split, .. } = Parts::new(text, rules)?;
        RequestTarget::check_split(&split, merge)?;
        check_rest(method, &split, rules)
    }

    /// The line that starts here, and what follows it.
    pub(crate) fn cut(text: &[u8]) -> (&[u8], &[u8]) {
        cut_first_line(text)
    }

    /// The method, as it was sent.
    #[must_use]
    pub const fn method(&self) -> &'a [u8] {
        self.method
    }

    /// The target.
    pub const fn target(&self) -> &RequestTarget<'a> {
        &self.target
    }

    /// The target, kept beyond this value.
    pub fn into_target(self) -> RequestTarget<'a> {
        self.target
    }

    /// The version.
    #[must_use]
    pub const fn version(&self) -> RequestVersion {
        self.version
    }
}

/// The target's [`request_uri`](RequestTarget::request_uri), for who has method and target apart
/// and no version: an HTTP/1 is taken for granted. Never allocates.
///
/// # Errors
///
/// As [`RequestLine::parse`].
pub(crate) fn request_uri<'a>(
    method: &[u8],
    target: &'a [u8],
    rules: NginxRules,
    merge: MergeSlashes,
) -> Result<&'a [u8], RequestLineReason> {
    if !is_method(method) {
        return Err(RequestLineReason::Method);
    }
    if method == b"CONNECT" && rules != NginxRules::V1_22 {
        return Err(refuse_connect(target));
    }
    let split = Split::new(target)?;
    RequestTarget::check_split(&split, merge)?;
    check_rest(method, &split, rules)?;
    Ok(split.request_uri)
}

/// A line that nginx's parser gets through.
struct Parts<'a> {
    method: &'a [u8],
    split: Split<'a>,
    version: RequestVersion,
}

impl<'a> Parts<'a> {
    fn new(text: &'a [u8], rules: NginxRules) -> Result<Self, RequestLineReason> {
        let (line, _) = cut_first_line(text);
        let (method, rest) = split_method(line)?;
        let rest = skip_spaces(rest);
        if method == b"CONNECT" && rules != NginxRules::V1_22 {
            return Err(connect(rest));
        }
        let end = rest.iter().position(|byte| *byte == b' ');
        let (target, rest) = rest.split_at(end.unwrap_or(rest.len()));
        let split = Split::new(target)?;
        if end.is_none() && split.path.is_empty() && split.request_uri == b"/" {
            // The line may end behind a path or a query, but not right behind a host.
            return Err(RequestTargetReason::Form.into());
        }
        let version = RequestVersion::parse(skip_spaces(rest))?;
        if version == RequestVersion::Http09 && method != b"GET" {
            return Err(RequestLineReason::Http09Method);
        }
        Ok(Self { method, split, version })
    }
}

/// What nginx looks at after line and target.
fn check_rest(
    method: &[u8],
    split: &Split<'_>,
    rules: NginxRules,
) -> Result<(), RequestLineReason> {
    let is_port_checked = rules != NginxRules::V1_22;
    if is_port_checked && split.authority.is_some_and(|authority| !authority.has_port_in_range()) {
        return Err(RequestTargetReason::Port.into());
    }
    match method {
        b"CONNECT" | b"TRACE" => Err(RequestLineReason::MethodNotAllowed),
        _ => Ok(()),
    }
}

/// Why a CONNECT is refused, which since 1.29.3 has `host:port` for its target.
fn connect(rest: &[u8]) -> RequestLineReason {
    let end = rest.iter().position(|byte| *byte == b' ');
    let (target, version) = rest.split_at(end.unwrap_or(rest.len()));
    match Authority::split(target) {
        Ok((authority, [])) if end.is_some() && authority.has_port() => {
            match RequestVersion::parse(skip_spaces(version)) {
                Ok(RequestVersion::Http09) => RequestLineReason::Http09Method,
                Ok(RequestVersion::Http1 { .. } | RequestVersion::Http2) => refuse_connect(target),
                Err(reason) => reason,
            }
        }
        Ok(_) => RequestTargetReason::Form.into(),
        Err(reason) => reason.into(),
    }
}

/// Why the target of a CONNECT is refused, or the method itself.
fn refuse_connect(target: &[u8]) -> RequestLineReason {
    let reason = match Authority::split(target) {
        Ok((authority, [])) if authority.has_port() => {
            if authority.host().is_err() {
                RequestTargetReason::Host
            } else if !authority.has_port_in_range() {
                RequestTargetReason::Port
            } else {
                return RequestLineReason::MethodNotAllowed;
            }
        }
        Ok(_) => RequestTargetReason::Form,
        Err(reason) => reason,
    };
    reason.into()
}

/// The first line that is not empty, without its end, and what follows.
fn cut_first_line(text: &[u8]) -> (&[u8], &[u8]) {
    let start = text.iter().position(|byte| !matches!(byte, b'\r' | b'\n')).unwrap_or(text.len());
    let text = text.get(start..).unwrap_or_default();
    let end = text.iter().position(|byte| *byte == b'\n').unwrap_or(text.len());
    let (line, rest) = text.split_at_checked(end).unwrap_or((text, b""));
    (line.strip_suffix(b"\r").unwrap_or(line), rest.strip_prefix(b"\n").unwrap_or(rest))
}

fn split_method(line: &[u8]) -> Result<(&[u8], &[u8]), RequestLineReason> {
    if line.is_empty() {
        return Err(RequestLineReason::Empty);
    }
    let end = line.iter().position(|byte| !is_in_method(*byte)).unwrap_or(line.len());
    match line.split_at(end) {
        (method @ [_, ..], rest @ [b' ', ..]) => Ok((method, rest)),
        _ => Err(RequestLineReason::Method),
    }
}

fn is_method(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().copied().all(is_in_method)
}

const fn is_in_method(byte: u8) -> bool {
    byte.is_ascii_uppercase() || matches!(byte, b'_' | b'-')
}
