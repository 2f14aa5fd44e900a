use super::lines::{Line, Lines, cut_line};
use super::reason::HeadReason;
use crate::blanks::skip_spaces;
use crate::digits;

/// The head of a response, as nginx reads it from the server that it asks.
///
/// Lines are read as in a [`RequestHead`](super::RequestHead), but none is dropped; a second
/// status line among them is. The end of the input ends the head, too.
///
/// ```
/// use tuleap_front_http::{HeadReason, ResponseHead};
///
/// let text = b"HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\nX_A: 1\r\n\r\nrest";
/// let head = ResponseHead::parse(text)?;
/// assert_eq!((head.status(), head.rest()), (304, &b"rest"[..]));
/// assert_eq!(head.lines(), [(&b"ETag"[..], &b"\"a\""[..]), (b"X_A", b"1")]);
/// assert_eq!(ResponseHead::parse(b"<html>").unwrap_err(), HeadReason::StatusLine);
/// # Ok::<(), HeadReason>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct ResponseHead<'a> {
    status: u16,
    lines: Vec<Line<'a>>,
    rest: &'a [u8],
}

impl<'a> ResponseHead<'a> {
    /// Reads the head that starts here.
    ///
    /// # Errors
    ///
    /// A first line that is no status line, and header lines as those of a request. nginx answers
    /// 502 instead.
    pub fn parse(text: &'a [u8]) -> Result<Self, HeadReason> {
        let (first, rest) = cut_line(text);
        let status = status(first.strip_suffix(b"\r").unwrap_or(first));
        let status = status.ok_or(HeadReason::StatusLine)?;
        let (mut lines, mut kept) = (Lines::of_response(rest), Vec::new());
        for line in lines.by_ref() {
            let (name, value) = line?;
            kept.push((name, value));
        }
        Ok(Self { status, lines: kept, rest: lines.rest() })
    }

    /// The status: three digits.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// The header lines: [`RequestHeaders`](crate::RequestHeaders).
    #[must_use]
    pub fn lines(&self) -> &[(&'a [u8], &'a [u8])] {
        &self.lines
    }

    /// What follows the head.
    #[must_use]
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }
}

/// Of `HTTP/1.1 200 OK`: a version, spaces, three digits; then nothing, a space or a point.
fn status(line: &[u8]) -> Option<u16> {
    let mut text = line.strip_prefix(b"HTTP/")?;
    let major = version_part(&mut text, 3)?;
    text = text.strip_prefix(b".")?;
    version_part(&mut text, 3)?;
    text = skip_spaces(text.strip_prefix(b" ")?);
    let (status, rest) = text.split_at_checked(3)?;
    let ends = matches!(rest, [] | [b' ' | b'.', ..]);
    let all = status.iter().try_fold(0, |number, digit| {
        digit.is_ascii_digit().then(|| number * 10 + u16::from(digit.wrapping_sub(b'0')))
    });
    all.filter(|_| ends && major != b'0')
}

/// One digit or up to this many; the first of them.
fn version_part(text: &mut &[u8], most: usize) -> Option<u8> {
    let (digits, rest) = digits::split(text);
    *text = rest;
    digits.first().copied().filter(|_| digits.len() <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_line_has_a_version_and_three_digits() {
        for (line, expect) in [
            ("HTTP/1.1 200 OK", Some(200)),
            ("HTTP/1.0 404", Some(404)),
            ("HTTP/10.12  302 Found", Some(302)),
            ("HTTP/1.1 403.1 x", Some(403)),
            ("HTTP/2 200", None),
            ("HTTP/0.9 200", None),
            ("HTTP/1.1 2000", None),
            ("HTTP/1.1 20", None),
            ("HTTP/1.1\t200", None),
            ("http/1.1 200", None),
            ("", None),
        ] {
            assert_eq!(status(line.as_bytes()), expect, "{line}");
        }
    }
}
