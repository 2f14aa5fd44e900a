//! Looks for bytes, a block at a time: written so that the compiler makes vector code of it.

const BLOCK: usize = 16;

/// Where the first such byte is.
#[inline]
pub(super) fn find(text: &[u8], is_it: impl Fn(u8) -> bool) -> Option<usize> {
    let (blocks, _) = text.as_chunks::<BLOCK>();
    let has_it = |block: &[u8; BLOCK]| block.iter().fold(false, |any, byte| any | is_it(*byte));
    let start = blocks.iter().take_while(|block| !has_it(block)).count() * BLOCK;
    let rest = text.get(start..).unwrap_or_default();
    rest.iter().position(|byte| is_it(*byte)).map(|at| start + at)
}

/// Is there such a byte, or such a pair of neighbours?
#[inline]
pub(super) fn has_pair(text: &[u8], is_it: impl Fn(u8, u8) -> bool) -> bool {
    let after = text.get(1..).unwrap_or_default();
    let (blocks, rest) = text.get(..after.len()).unwrap_or_default().as_chunks::<BLOCK>();
    let (after_blocks, after_rest) = after.as_chunks::<BLOCK>();
    let in_pairs = |one: &[u8], other: &[u8]| {
        one.iter().zip(other).fold(false, |any, (one, other)| any | is_it(*one, *other))
    };
    blocks.iter().zip(after_blocks).any(|(one, other)| in_pairs(one, other))
        || in_pairs(rest, after_rest)
}

/// Bytes of a kind, looked up at once.
pub(super) struct Kind([bool; 256]);

impl Kind {
    /// Letters, digits and these.
    pub(super) const fn alphanumeric_and(others: &[u8]) -> Self {
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

    /// What is left of a text after the bytes of this kind at its start.
    #[inline]
    pub(super) fn skip<'t>(&self, text: &'t [u8]) -> &'t [u8] {
        let is_it = |byte: &u8| self.0.get(usize::from(*byte)).is_some_and(|is_it| *is_it);
        let end = text.iter().position(|byte| !is_it(byte)).unwrap_or(text.len());
        text.get(end..).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_is_found_at_every_place() {
        for length in 0..70 {
            let mut text = vec![b'a'; length];
            assert_eq!(find(&text, |byte| byte == b'/'), None);
            assert!(!has_pair(&text, |one, other| (one, other) == (b'/', b'.')));
            for at in 0..length {
                text[at] = b'/';
                assert_eq!(find(&text, |byte| byte == b'/'), Some(at));
                let pair = at + 1 < length;
                assert_eq!(has_pair(&text, |one, other| (one, other) == (b'/', b'a')), pair);
                text[at] = b'a';
            }
        }
    }
}
