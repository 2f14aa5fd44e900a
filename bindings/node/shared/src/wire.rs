//! Texts from JavaScript.
//!
//! What comes from a header is bytes, which Node and `fetch` write as one code unit up to U+00FF
//! each. A code unit above that is no byte: it becomes `?`, which no address and no name holds.

use std::borrow::Cow;

use tuleap_front::ResponseLine;

/// Ends each text of a list that crosses as one text. No byte of a header is written so, and
/// JavaScript replaces it where it stands in a text.
pub(crate) const END: char = '\u{100}';

/// Bytes, borrowed where the text is ASCII.
pub(crate) type Bytes<'t> = Cow<'t, [u8]>;

/// The bytes that a text stands for.
pub(crate) fn bytes(text: &str) -> Bytes<'_> {
    if text.is_ascii() {
        return Cow::Borrowed(text.as_bytes());
    }
    text.chars().map(|char| u8::try_from(u32::from(char)).unwrap_or(b'?')).collect()
}

/// The text that stands for these bytes.
pub(crate) fn text(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

/// The texts of a list. A list of one needs no end.
pub(crate) fn texts(list: &str) -> impl Iterator<Item = &str> {
    list.split_terminator(END)
}

/// Header lines: name, value, name, value, …
pub(crate) fn lines(list: &str) -> Vec<(Bytes<'_>, Bytes<'_>)> {
    let mut texts = texts(list).map(bytes);
    std::iter::from_fn(|| texts.next().zip(texts.next())).collect()
}

/// A header line that is kept, which is how a cache has them: rules about answers, which are many,
/// are in the module for this one form alone.
pub(crate) type Line = (Vec<u8>, Vec<u8>);

/// The same lines, to keep.
pub(crate) fn kept_lines(list: &str) -> Vec<Line> {
    let kept = |(name, value): (Bytes<'_>, Bytes<'_>)| (name.into_owned(), value.into_owned());
    lines(list).into_iter().map(kept).collect()
}

/// Header lines of an answer, as JavaScript reads them.
pub(crate) fn pairs(lines: &[ResponseLine<'_>]) -> Vec<(String, String)> {
    lines.iter().map(|(name, value)| (text(name), text(value))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_keep_their_texts_apart() {
        let read = |list| texts(list).collect::<Vec<_>>();
        assert_eq!(read(""), [""; 0]);
        assert_eq!(read("\u{100}"), [""]);
        assert_eq!(read("one"), ["one"]);
        assert_eq!(read("one\u{100}\u{100}two\u{100}"), ["one", "", "two"]);
    }

    #[test]
    fn a_code_unit_is_a_byte() {
        assert_eq!(bytes("a\u{e9}"), b"a\xe9".as_slice());
        // Cut to eight bits, this letter would be the digit 1.
        assert_eq!(bytes("\u{131}"), b"?".as_slice());
        assert_eq!(text(b"a\xe9"), "a\u{e9}");
    }
}
