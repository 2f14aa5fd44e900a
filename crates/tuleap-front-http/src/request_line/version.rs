use super::reason::RequestLineReason;

/// The version of a request line.
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
}

impl RequestVersion {
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
