use super::reason::HeadReason;
use crate::blanks::trim_spaces;

/// A header line: its name as it was sent, and its value without the spaces around it.
pub(super) type Line<'a> = (&'a [u8], &'a [u8]);

/// The header lines that stand here, up to an empty line or the end of the input.
pub(super) struct Lines<'a> {
    rest: &'a [u8],
    /// Is a second status line passed over?
    of_response: bool,
    /// Was the empty line there, or the end?
    is_over: bool,
}

impl<'a> Lines<'a> {
    pub(super) const fn of_request(text: &'a [u8]) -> Self {
        Self { rest: text, of_response: false, is_over: false }
    }

    pub(super) const fn of_response(text: &'a [u8]) -> Self {
        Self { rest: text, of_response: true, is_over: false }
    }

    /// What follows the empty line.
    pub(super) const fn rest(&self) -> &'a [u8] {
        self.rest
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = Result<Line<'a>, HeadReason>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over || self.rest.is_empty() {
            return None;
        }
        let (mut line, mut rest) = cut_line(self.rest);
        while self.of_response && line.starts_with(b"HTTP/") {
            (line, rest) = cut_line(rest);
        }
        self.rest = rest;
        if matches!(line, [] | b"\r") {
            self.is_over = true;
            return None;
        }
        let read = read(line);
        self.is_over = read.is_err();
        Some(read)
    }
}

/// The first line without its LF, and what follows it.
pub(super) fn cut_line(text: &[u8]) -> (&[u8], &[u8]) {
    match text.iter().position(|byte| *byte == b'\n') {
        Some(end) => {
            let (line, rest) = text.split_at_checked(end).unwrap_or((text, b""));
            (line, rest.get(1..).unwrap_or_default())
        }
        None => (text, b""),
    }
}

/// Only SP counts as a blank around a value; a tab is a part of it. A line without colon is a
/// name.
fn read(line: &[u8]) -> Result<Line<'_>, HeadReason> {
    let mut text = line;
    while let [rest @ .., b'\r'] = text {
        text = rest;
    }
    let colon = text.iter().position(|byte| *byte == b':').unwrap_or(text.len());
    let (name, value) = text.split_at_checked(colon).unwrap_or((text, b""));
    if name.is_empty() || name.iter().any(|byte| *byte <= b' ' || *byte == 0x7f) {
        return Err(HeadReason::HeaderName);
    }
    let value = value.strip_prefix(b":").unwrap_or(value);
    if value.iter().any(|byte| matches!(byte, 0 | b'\r')) {
        return Err(HeadReason::HeaderValue);
    }
    Ok((name, trim_spaces(value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: Result<&[(&str, &str)], HeadReason>, rest: &str) {
        let mut lines = Lines::of_request(text.as_bytes());
        let read: Result<Vec<_>, _> = lines.by_ref().collect();
        let text = |part| std::str::from_utf8(part).unwrap();
        let read = read.map(|lines| {
            lines.into_iter().map(|(name, value)| (text(name), text(value))).collect::<Vec<_>>()
        });
        assert_eq!(read, expect.map(<[_]>::to_vec), "{:?}", lines.rest());
        assert_eq!(text(lines.rest()), rest);
    }

    #[test]
    fn lines_end_at_a_line_feed_and_the_head_at_an_empty_line() {
        check("", Ok(&[]), "");
        check("\r\nx", Ok(&[]), "x");
        check("A: b\n\nx: y", Ok(&[("A", "b")]), "x: y");
        check("A:b\r\r\nC:  d e \r\n\r\n", Ok(&[("A", "b"), ("C", "d e")]), "");
        check("A:\tb\t\r\nC\r\nD: ", Ok(&[("A", "\tb\t"), ("C", ""), ("D", "")]), "");
    }

    #[test]
    fn what_is_no_line_ends_it() {
        for text in ["A : b\r\n", " A: b\r\n", "A: b\n c\n", ":b\n", "\r\r\n", "A\tb: c\n"] {
            let mut lines = Lines::of_request(text.as_bytes());
            let last = lines.by_ref().last().unwrap();
            assert_eq!(last, Err(HeadReason::HeaderName), "{text:?}");
        }
        for text in ["A: b\rc\n", "A: \0\n", "A: b\r c\n"] {
            check(text, Err(HeadReason::HeaderValue), "");
        }
    }
}
