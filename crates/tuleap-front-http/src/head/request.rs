use super::lines::{Line, Lines};
use super::options::{HeadOptions, HeaderNames};
use super::reason::HeadReason;
use crate::digits;
use crate::nginx::NginxHost;
use crate::request_line::{RequestLine, RequestLineReason, RequestVersion};
use crate::request_target::RequestTarget;

/// The head of a request, line by line as nginx reads it: what it keeps of it, what it drops
/// without a word, and what it answers 400.
///
/// - Only SP around a value is cut off; a line ends at LF, a CR before it does not count.
/// - A line whose name is not made of letters, digits and `-` is dropped, as
///   [`HeaderNames`] says.
/// - Refused: a blank or a control byte in a name, a folded line, NUL, no `Host` in HTTP/1.1, two
///   of them, one that is no host ([`NginxHost`]), and what is sent twice of what may be sent once.
/// - TRACE and CONNECT are refused after everything else.
///
/// The end of the input ends the head, too. How long lines may be is not looked at.
///
/// ```
/// use tuleap_front_http::{HeadOptions, HeadReason, RequestHead};
///
/// let text = b"GET /a HTTP/1.1\r\nHost: Tuleap.example.com:80\r\nX_A: 1\r\nVia:  x \r\n\r\nbody";
/// let head = RequestHead::parse(text, &HeadOptions::default())?;
/// assert_eq!((head.method(), head.target().uri()), (&b"GET"[..], &b"/a"[..]));
/// assert_eq!(head.host().unwrap().as_bytes(), b"tuleap.example.com");
/// assert_eq!(head.http_host(), Some(&b"Tuleap.example.com:80"[..]));
/// assert_eq!(head.lines().last(), Some(&(&b"Via"[..], &b"x"[..])));
/// assert_eq!((head.lines().len(), head.rest()), (2, &b"body"[..]));
///
/// let refused = RequestHead::parse(b"GET / HTTP/1.1\r\n\r\n", &HeadOptions::default());
/// assert_eq!(refused.unwrap_err(), HeadReason::NoHost);
/// # Ok::<(), HeadReason>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct RequestHead<'a> {
    line: RequestLine<'a>,
    host: Option<NginxHost<'a>>,
    http_host: Option<&'a [u8]>,
    lines: Vec<Line<'a>>,
    content_length: Option<u64>,
    rest: &'a [u8],
}

impl<'a> RequestHead<'a> {
    /// Reads the head that starts here.
    ///
    /// # Errors
    ///
    /// Where nginx answers 400, 405, 501 or 505.
    pub fn parse(text: &'a [u8], options: &HeadOptions) -> Result<Self, HeadReason> {
        Self::parse_for(text, options, |_| options.names)
    }

    /// The same where the names that are kept depend on the host, as soon as it is known.
    pub(crate) fn parse_for(
        text: &'a [u8],
        options: &HeadOptions,
        names_of: impl Fn(Option<&NginxHost<'a>>) -> HeaderNames,
    ) -> Result<Self, HeadReason> {
        let (first, rest) = RequestLine::cut(text);
        let parsed = RequestLine::parse(first, options.rules, options.merge_slashes);
        let (line, version) = match parsed {
            Ok(line) => {
                let version = line.version();
                (Ok(line), version)
            }
            // It is only looked at when all else is right.
            Err(reason @ RequestLineReason::MethodNotAllowed) => {
                (Err(reason), RequestVersion::at_end_of(first)?)
            }
            Err(reason) => return Err(reason.into()),
        };
        let named = line.as_ref().ok().and_then(|line| line.target().host());
        let mut known = Known {
            host: named.map(|host| NginxHost::parse(host, options.rules)).transpose()?,
            ..Known::default()
        };
        let mut lines =
            Lines::of_request(if version == RequestVersion::Http09 { b"" } else { rest });
        let (mut kept, mut names) = (Vec::new(), names_of(known.host.as_ref()));
        for line in lines.by_ref() {
            let (name, value) = line?;
            if !names.keeps(name) {
                continue;
            }
            if known.take(name, value, options)? {
                names = names_of(known.host.as_ref());
            }
            kept.push((name, value));
        }
        let content_length = known.check(version)?;
        Ok(Self {
            line: line?,
            host: known.host,
            http_host: known.http_host,
            lines: kept,
            content_length,
            rest: lines.rest(),
        })
    }

    /// The method, as it was sent.
    #[must_use]
    pub const fn method(&self) -> &'a [u8] {
        self.line.method()
    }

    /// The target.
    pub const fn target(&self) -> &RequestTarget<'a> {
        self.line.target()
    }

    /// The version.
    #[must_use]
    pub const fn version(&self) -> RequestVersion {
        self.line.version()
    }

    /// `$host`: that of an absolute target, or else of `Host`. `None` where the client names none;
    /// then it is the name of the server.
    #[must_use]
    pub const fn host(&self) -> Option<&NginxHost<'a>> {
        self.host.as_ref()
    }

    /// `$http_host`: the value of `Host`, as it was sent.
    #[must_use]
    pub const fn http_host(&self) -> Option<&'a [u8]> {
        self.http_host
    }

    /// The header lines that are kept: [`RequestHeaders`](crate::RequestHeaders).
    #[must_use]
    pub fn lines(&self) -> &[(&'a [u8], &'a [u8])] {
        &self.lines
    }

    /// What follows the head.
    #[must_use]
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// `Content-Length`
    pub(crate) const fn content_length(&self) -> Option<u64> {
        self.content_length
    }
}

/// What is known of the lines that nginx looks at.
#[derive(Debug, Default)]
struct Known<'a> {
    host: Option<NginxHost<'a>>,
    http_host: Option<&'a [u8]>,
    content_length: Option<&'a [u8]>,
    transfer_encoding: Option<&'a [u8]>,
    /// Which of [`ONCE`] were there, as bits.
    seen: u16,
}

/// What may be sent once.
const ONCE: [&[u8]; 10] = [
    b"authorization",
    b"content-length",
    b"content-range",
    b"expect",
    b"if-match",
    b"if-modified-since",
    b"if-none-match",
    b"if-range",
    b"if-unmodified-since",
    b"transfer-encoding",
];

impl<'a> Known<'a> {
    /// Looks at a line. Was it `Host`?
    fn take(
        &mut self,
        name: &'a [u8],
        value: &'a [u8],
        options: &HeadOptions,
    ) -> Result<bool, HeadReason> {
        if name.eq_ignore_ascii_case(b"host") {
            if self.http_host.replace(value).is_some() {
                return Err(HeadReason::HostTwice);
            }
            if self.host.is_some() {
                // Checked, although the target says it.
                NginxHost::check(value, options.rules)?;
                return Ok(false);
            }
            self.host = Some(NginxHost::parse(value, options.rules)?);
            return Ok(true);
        }
        let Some(index) = ONCE.iter().position(|once| name.eq_ignore_ascii_case(once)) else {
            return Ok(false);
        };
        let bit = 1 << index;
        if self.seen & bit != 0 {
            return Err(HeadReason::HeaderTwice);
        }
        self.seen |= bit;
        if name.eq_ignore_ascii_case(b"content-length") {
            self.content_length = Some(value);
        } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
            self.transfer_encoding = Some(value);
        }
        Ok(false)
    }

    /// What is looked at when all lines are known; the length of the body.
    fn check(&self, version: RequestVersion) -> Result<Option<u64>, HeadReason> {
        let is_http11 = version.number() > 1000;
        if self.http_host.is_none() && is_http11 {
            return Err(HeadReason::NoHost);
        }
        let number = |text| digits::length(text).ok_or(HeadReason::ContentLength);
        let length = self.content_length.map(number).transpose()?;
        match self.transfer_encoding {
            None => Ok(length),
            Some(_) if !is_http11 => Err(HeadReason::TransferEncodingVersion),
            Some(value) if !value.eq_ignore_ascii_case(b"chunked") => {
                Err(HeadReason::TransferEncoding)
            }
            Some(_) if length.is_some() => Err(HeadReason::BothLengths),
            Some(_) => Ok(None),
        }
    }
}
