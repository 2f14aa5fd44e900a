use super::reason::RequestTargetReason;
use crate::scan::{Kind, SCHEME, before, find, has, has_pair};

/// The parts of a target that a request line is cut into; nothing is decoded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Split<'a> {
    pub(crate) request_uri: &'a [u8],
    /// Empty for `http://host` and `http://host?query` alone.
    pub(crate) path: &'a [u8],
    pub(crate) args: &'a [u8],
    pub(crate) authority: Option<Authority<'a>>,
}

/// Host and port of the absolute form: the right bytes in the right order.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Authority<'a> {
    host: &'a [u8],
    /// Digits, perhaps none, where there is a colon.
    port: Option<&'a [u8]>,
}

impl<'a> Split<'a> {
    pub(crate) fn new(target: &'a [u8]) -> Result<Self, RequestTargetReason> {
        match target {
            [b'/', ..] => Self::from_path(target, None),
            [first, ..] if first.is_ascii_alphabetic() => Self::absolute(target),
            _ => Err(RequestTargetReason::Form),
        }
    }

    /// `scheme://host:port`, and perhaps a path.
    fn absolute(target: &'a [u8]) -> Result<Self, RequestTargetReason> {
        let after_scheme = SCHEME.skip(target);
        let rest = after_scheme.strip_prefix(b"://").ok_or(RequestTargetReason::Form)?;
        let (authority, rest) = Authority::split(rest)?;
        if rest.is_empty() {
            let (request_uri, path, args): (&[u8], _, _) = (b"/", b"".as_slice(), b"".as_slice());
            return Ok(Self { request_uri, path, args, authority: Some(authority) });
        }
        Self::from_path(rest, Some(authority))
    }

    /// From the path on; or from the query on, where the absolute form has no path.
    fn from_path(
        request_uri: &'a [u8],
        authority: Option<Authority<'a>>,
    ) -> Result<Self, RequestTargetReason> {
        let is_refused = |byte: u8| (byte == b' ') | byte.is_ascii_control();
        if has(request_uri, is_refused) {
            return Err(match request_uri.iter().find(|byte| is_refused(**byte)) {
                Some(b' ') => RequestTargetReason::Blank,
                _ => RequestTargetReason::ControlByte,
            });
        }
        let end = find(request_uri, |byte| (byte == b'?') | (byte == b'#'));
        let (path, rest) = request_uri.split_at(end.unwrap_or(request_uri.len()));
        let args = match rest {
            [b'?', query @ ..] => until(query, |byte| *byte == b'#'),
            _ => b"",
        };
        Ok(Self { request_uri, path, args, authority })
    }
}

impl<'a> Authority<'a> {
    /// Cuts it off; what is left starts with `/` or `?`, or is nothing.
    pub(crate) fn split(text: &'a [u8]) -> Result<(Self, &'a [u8]), RequestTargetReason> {
        let after_host = match text {
            [b'[', inside @ ..] => {
                LITERAL.skip(inside).strip_prefix(b"]").ok_or(RequestTargetReason::Host)?
            }
            _ => HOST.skip(text),
        };
        let host = before(text, after_host);
        let (port, rest) = match after_host {
            [b':', port @ ..] => {
                let rest = skip_while(port, u8::is_ascii_digit);
                (Some(before(port, rest)), rest)
            }
            _ => (None, after_host),
        };
        match rest {
            [] | [b'/' | b'?', ..] => Ok((Self { host, port }, rest)),
            _ if port.is_some() => Err(RequestTargetReason::Port),
            _ => Err(RequestTargetReason::Host),
        }
    }

    /// The host without one final dot; neither empty, nor with two dots in a row.
    pub(crate) fn host(self) -> Result<&'a [u8], RequestTargetReason> {
        let host = self.host.strip_suffix(b".").unwrap_or(self.host);
        if host.is_empty() || has_pair(self.host, |one, other| (one == b'.') & (other == b'.')) {
            return Err(RequestTargetReason::Host);
        }
        Ok(host)
    }

    pub(crate) const fn has_port(self) -> bool {
        self.port.is_some()
    }

    /// Is the port, where there is one, at most 65535?
    pub(crate) fn has_port_in_range(self) -> bool {
        let digits = self.port.unwrap_or_default();
        digits
            .iter()
            .try_fold(0_u16, |port, digit| {
                port.checked_mul(10)?.checked_add(u16::from(digit.wrapping_sub(b'0')))
            })
            .is_some()
    }
}

/// What a host of the absolute form consists of, outside of brackets.
static HOST: Kind = Kind::alphanumeric_and(b".-");

/// What an IP literal consists of: `:`, and RFC 3986's unreserved and sub-delims.
static LITERAL: Kind = Kind::alphanumeric_and(b":-._~!$&'()*+,;=");

fn skip_while(text: &[u8], is_part: impl Fn(&u8) -> bool) -> &[u8] {
    let end = text.iter().position(|byte| !is_part(byte)).unwrap_or(text.len());
    text.get(end..).unwrap_or_default()
}

fn until(text: &[u8], is_end: impl Fn(&u8) -> bool) -> &[u8] {
    let end = text.iter().position(is_end).unwrap_or(text.len());
    text.get(..end).unwrap_or(text)
}
