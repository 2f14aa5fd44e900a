//! Blanks around a text: SP and HTAB, as HTTP has them, or SP alone, as nginx has it.

/// Without SP and HTAB at both ends.
#[inline]
pub(crate) fn trim(text: &[u8]) -> &[u8] {
    trim_start(trim_end(text))
}

/// Nothing but SP and HTAB. Mostly the last byte tells; what the client wrote on the left is not
/// read.
#[inline]
pub(crate) fn is_blank(text: &[u8]) -> bool {
    text.last().is_none_or(|last| *last <= b' ') && trim_end(text).is_empty()
}

#[inline]
pub(crate) fn trim_end(mut text: &[u8]) -> &[u8] {
    while let [head @ .., b' ' | b'\t'] = text {
        text = head;
    }
    text
}

#[inline]
pub(crate) fn trim_start(mut text: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', tail @ ..] = text {
        text = tail;
    }
    text
}

/// nginx takes spaces off both ends of a header's value, and nothing else.
#[inline]
pub(crate) fn trim_spaces(text: &[u8]) -> &[u8] {
    let mut text = skip_spaces(text);
    while let [head @ .., b' '] = text {
        text = head;
    }
    text
}

/// Without SP at the start.
#[inline]
pub(crate) fn skip_spaces(mut text: &[u8]) -> &[u8] {
    while let [b' ', tail @ ..] = text {
        text = tail;
    }
    text
}
