//! Regular expressions as nginx has them: PCRE over bytes, without UTF-8, caseless for ASCII only,
//! `$` at the end or before one final newline, anywhere in the subject.
//!
//! A pattern is read here into sets of bytes, so that its meaning does not depend on another
//! dialect. What PCRE has beyond regular languages, what depends on its version, and what is
//! seldom meant, is refused.

mod byte_set;
mod literal;
mod node;
mod parse;
mod sequence;
mod write;

use regex_lite::{Regex, RegexBuilder};

pub(crate) use self::parse::PatternFault;

use self::literal::Literal;
use self::sequence::Sequence;

/// Lower case and upper case: nginx's `~*` and `~`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Case {
    Insensitive,
    Sensitive,
}

/// A compiled pattern.
#[derive(Clone, Debug)]
pub(crate) enum Pattern {
    /// `^/prefix/` and `\.(?:js|css)$`: compared without the heap.
    Literal(Literal),
    General(Regex),
    /// `MSIE [1-6]\.`: compared without the heap.
    Sequence(Sequence),
}

impl Pattern {
    pub(crate) fn new(text: &str, case: Case) -> Result<Self, PatternFault> {
        let node = parse::parse(text.as_bytes(), case).map_err(|fault| fault.of_chars(text))?;
        if let Some(literal) = Literal::of(&node, case) {
            return Ok(Self::Literal(literal));
        }
        if let Some(sequence) = Sequence::of(&node) {
            return Ok(Self::Sequence(sequence));
        }
        let written = write::write(&node).map_err(|what| PatternFault::whole(text, what))?;
        RegexBuilder::new(&written)
            .size_limit(SIZE_MAX)
            .build()
            .map(Self::General)
            .map_err(|_| PatternFault::whole(text, "it is too large"))
    }

    /// Allocates for a general pattern only.
    pub(crate) fn is_match(&self, subject: &[u8]) -> bool {
        match self {
            Self::Literal(literal) => literal.is_match(subject),
            Self::Sequence(sequence) => sequence.is_match(subject),
            Self::General(regex) => match std::str::from_utf8(subject) {
                Ok(text) if subject.is_ascii() => regex.is_match(text),
                // One code point for each byte: what the pattern was written for.
                _ => regex
                    .is_match(&subject.iter().map(|byte| char::from(*byte)).collect::<String>()),
            },
        }
    }
}

/// Bytes of a compiled pattern.
const SIZE_MAX: usize = 1 << 18;

#[cfg(test)]
mod tests;
