use super::reason::RequestLineReason;

/// The version of a request line, or of a connection.
///
/// ```
/// use tuleap_front_http::RequestVersion;
///
/// let version = RequestVersion::of_protocol(b"HTTP/1.1").unwrap();
/// assert_eq!((version, version.number()), (RequestVersion::Http1 { minor: 1 }, 1001));
/// assert_eq!(RequestVersion::of_protocol(b"HTTP/2.0"), Some(RequestVersion::Http2));
/// assert_eq!(RequestVersion::of_protocol(b"http/1.1"), None);
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum RequestVersion {
    /// There is none.
    Http09,
    /// `HTTP/1.minor`
    Http1 {
        /// 0 to 999; 1 and above mean HTTP/1.1.
        minor: u16,
    },
    /// HTTP/2 and later ones, which no request line has.
    Http2,
}

impl RequestVersion {
    /// Reads `HTTP/1.1`, as servers tell it: nginx's and CGI's `SERVER_PROTOCOL`. `HTTP/2`,
    /// `HTTP/2.0` and later ones are [`Http2`](Self::Http2).
    #[must_use]
    pub fn of_protocol(text: &[u8]) -> Option<Self> {
        let version = text.strip_prefix(b"HTTP/")?;
        match version {
            b"0.9" => Some(Self::Http09),
            [b'2'..=b'9'] | [b'2'..=b'9', b'.', b'0'..=b'9'] => Some(Self::Http2),
            _ => Self::parse(text).ok(),
        }
    }

    /// Major and minor as nginx counts them: 1001 for HTTP/1.1, 9 for HTTP/0.9.
    #[must_use]
    pub fn number(self) -> u32 {
        match self {
            Self::Http09 => 9,
            Self::Http1 { minor } => 1000 + u32::from(minor),
            Self::Http2 => 2000,
        }
    }

    /// The version of a line that is right but for its method.
    pub(crate) fn at_end_of(line: &[u8]) -> Result<Self, RequestLineReason> {
        let word = line.split(|byte| *byte == b' ').rfind(|word| !word.is_empty());
        Self::parse(word.unwrap_or_default())
    }

    /// Reads the end of a line; spaces after the version do not count.
    pub(super) fn parse(text: &[u8]) -> Result<Self, RequestLineReason> {
        if text.is_empty() {
            return Ok(Self::Http09);
        }
        let text = text.strip_prefix(b"HTTP/").ok_or(RequestLineReason::Version)?;
        let text = match text {
            [b'1', b'.', minor @ ..] => minor,
            [b'2'..=b'9', ..] | [b'1', b'0'..=b'9', ..] => {
                return Err(RequestLineReason::VersionNotSupported);
            }
            _ => return Err(RequestLineReason::Version),
        };
        let end = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
        let (digits, rest) = text.split_at(end);
        if digits.is_empty() || rest.iter().any(|byte| *byte != b' ') {
            return Err(RequestLineReason::Version);
        }
        let mut minor = 0_u16;
        for digit in digits {
            if minor > 99 {
                return Err(RequestLineReason::Version);
            }
            minor = minor * 10 + u16::from(digit.wrapping_sub(b'0'));
        }
        Ok(Self::Http1 { minor })
    }
}
