//! Looks for bytes, a block at a time: written so that the compiler makes vector code of it.

const BLOCK: usize = 16;

/// Where the first such byte is.
#[inline]
pub(crate) fn find(text: &[u8], is_it: impl Fn(u8) -> bool) -> Option<usize> {
    let (blocks, _) = text.as_chunks::<BLOCK>();
    let start = blocks.iter().take_while(|block| !is_in(block, &is_it)).count() * BLOCK;
    let rest = text.get(start..).unwrap_or_default();
    rest.iter().position(|byte| is_it(*byte)).map(|at| start + at)
}

/// Is there such a byte? Mostly there is none.
#[inline]
pub(crate) fn has(text: &[u8], is_it: impl Fn(u8) -> bool) -> bool {
    let (blocks, rest) = text.as_chunks::<BLOCK>();
    // The last block takes some bytes a second time, so that no rest is left.
    let in_rest = match text.last_chunk::<BLOCK>() {
        Some(last) => !rest.is_empty() && is_in(last, &is_it),
        None => rest.iter().any(|byte| is_it(*byte)),
    };
    in_rest || blocks.iter().any(|block| is_in(block, &is_it))
}

#[inline]
fn is_in(block: &[u8; BLOCK], is_it: impl Fn(u8) -> bool) -> bool {
    block.iter().fold(false, |any, byte| any | is_it(*byte))
}

/// Is there such a byte, or such a pair of neighbours?
#[inline]
pub(crate) fn has_pair(text: &[u8], is_it: impl Fn(u8, u8) -> bool) -> bool {
    let after = text.get(1..).unwrap_or_default();
    let text = text.get(..after.len()).unwrap_or_default();
    let (blocks, rest) = text.as_chunks::<BLOCK>();
    let (after_blocks, after_rest) = after.as_chunks::<BLOCK>();
    let in_pairs = |one: &[u8], other: &[u8]| {
        one.iter().zip(other).fold(false, |any, (one, other)| any | is_it(*one, *other))
    };
    let in_rest = match (text.last_chunk::<BLOCK>(), after.last_chunk::<BLOCK>()) {
        (Some(one), Some(other)) => !rest.is_empty() && in_pairs(one, other),
        _ => in_pairs(rest, after_rest),
    };
    in_rest || blocks.iter().zip(after_blocks).any(|(one, other)| in_pairs(one, other))
}

/// Where a word is, whatever its case and whatever stands around it. The word begins with a letter
/// and is in lower case.
#[inline]
pub(crate) fn find_word(text: &[u8], word: &'static [u8]) -> Option<usize> {
    let (first, rest) = word.split_first()?;
    let mut at = 0;
    loop {
        at += find(text.get(at..)?, |byte| byte | 0x20 == *first)?;
        if text.get(at + 1..)?.get(..rest.len())?.eq_ignore_ascii_case(rest) {
            return Some(at);
        }
        at += 1;
    }
}

/// The head of `text` that `tail`, its end, leaves.
#[inline]
pub(crate) fn before<'t>(text: &'t [u8], tail: &[u8]) -> &'t [u8] {
    text.get(..text.len().saturating_sub(tail.len())).unwrap_or(text)
}

/// Bytes of a kind, looked up at once.
pub(crate) struct Kind([bool; 256]);

impl Kind {
    /// Letters, digits and these.
    pub(crate) const fn alphanumeric_and(others: &[u8]) -> Self {
        let mut kind = [false; 256];
        let mut byte = 0;
        while byte < 256 {
            #[expect(clippy::cast_possible_truncation, reason = "up to 255")]
            #[expect(clippy::indexing_slicing, reason = "at compile time")]
            {
                kind[byte] = (byte as u8).is_ascii_alphanumeric();
            }
            byte += 1;
        }
        let mut at = 0;
        while at < others.len() {
            #[expect(clippy::indexing_slicing, reason = "at compile time")]
            {
                kind[others[at] as usize] = true;
            }
            at += 1;
        }
        Self(kind)
    }

    /// The bytes of this kind at the start of a text, and what is left.
    #[inline]
    pub(crate) fn split<'t>(&self, text: &'t [u8]) -> (&'t [u8], &'t [u8]) {
        let is_it = |byte: &u8| self.0.get(usize::from(*byte)).is_some_and(|is_it| *is_it);
        let end = text.iter().position(|byte| !is_it(byte)).unwrap_or(text.len());
        text.split_at_checked(end).unwrap_or((text, b""))
    }

    /// What is left of a text after the bytes of this kind at its start.
    #[inline]
    pub(crate) fn skip<'t>(&self, text: &'t [u8]) -> &'t [u8] {
        self.split(text).1
    }
}

/// What a scheme consists of (RFC 3986 §3.1).
pub(crate) static SCHEME: Kind = Kind::alphanumeric_and(b"+-.");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_is_found_at_every_place() {
        for length in 0..70 {
            let mut text = vec![b'a'; length];
            assert_eq!(find(&text, |byte| byte == b'/'), None);
            assert!(!has(&text, |byte| byte == b'/'));
            assert!(!has_pair(&text, |one, other| (one, other) == (b'/', b'.')));
            for at in 0..length {
                text[at] = b'/';
                assert_eq!(find(&text, |byte| byte == b'/'), Some(at));
                assert!(has(&text, |byte| byte == b'/'));
                let pair = at + 1 < length;
                assert_eq!(has_pair(&text, |one, other| (one, other) == (b'/', b'a')), pair);
                text[at] = b'a';
            }
        }
    }

    #[test]
    fn a_word_is_found_as_windows_find_it() {
        const WORD: &[u8] = b"nnx";
        let slow = |text: &[u8]| text.windows(3).position(|part| part.eq_ignore_ascii_case(WORD));
        // Every text of up to seven of these letters.
        for number in 0..4_usize.pow(7) {
            let text: Vec<u8> = (0..7).map(|at| b"nNxX"[number >> (2 * at) & 3]).collect();
            for length in 0..=text.len() {
                assert_eq!(find_word(&text[..length], WORD), slow(&text[..length]));
            }
        }
        for before in 0..40 {
            let text = [&vec![b'n'; before][..], b"NX, ", &[b'.'; 20]].concat();
            assert_eq!(find_word(&text, WORD), slow(&text));
        }
    }
}
