//! The shape of an `If` header (RFC 4918 §10.4), as far as one must know it to find the tags.

use super::if_explanation::IfCause;
use crate::blanks::trim_start;

/// Goes over a header from left to right, from tag to tag, and reads each byte once.
///
/// Lists are not judged: what matters is where they end. So `<…>`, `[…]` and quoted strings are
/// known in them, and nothing else.
#[derive(Clone, Copy, Debug)]
pub(super) struct IfScan<'a> {
    rest: &'a [u8],
    length: usize,
    last: Last,
}

/// A tag without `<` and `>`, and where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct TagText<'a> {
    pub(super) text: &'a [u8],
    pub(super) start: usize,
}

/// What was read last; it says what may follow.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Last {
    Nothing,
    /// A list must follow.
    Tag,
    TaggedList,
    UntaggedList,
}

impl<'a> IfScan<'a> {
    pub(super) const fn new(value: &'a [u8]) -> Self {
        Self { rest: value, length: value.len(), last: Last::Nothing }
    }

    /// The next tag; `None` where a header that is not malformed ends.
    pub(super) fn next_tag(&mut self) -> Result<Option<TagText<'a>>, IfCause> {
        loop {
            self.rest = trim_start(self.rest);
            match (self.rest, self.last) {
                ([], Last::Nothing) => return Err(IfCause::Empty),
                ([], Last::Tag) | ([b'<', ..], Last::Tag) => return Err(IfCause::NoList),
                ([], _) => return Ok(None),
                ([b'<', ..], Last::UntaggedList) => return Err(IfCause::Mixed),
                ([b'<', rest @ ..], _) => return self.tag(rest).map(Some),
                ([b'(', rest @ ..], last) => {
                    self.rest = after_list(rest)?;
                    self.last = match last {
                        Last::Nothing | Last::UntaggedList => Last::UntaggedList,
                        Last::Tag | Last::TaggedList => Last::TaggedList,
                    };
                }
                _ => return Err(IfCause::UnexpectedByte),
            }
        }
    }

    /// How many bytes were read; after a fault, where the item with the fault starts.
    pub(super) const fn offset(&self) -> usize {
        self.length - self.rest.len()
    }

    fn tag(&mut self, after: &'a [u8]) -> Result<TagText<'a>, IfCause> {
        // A `<` in it: the `>` of a tag is missing, and it is not known where.
        let end = after.iter().position(|byte| matches!(byte, b'<' | b'>'));
        let Some((text, [b'>', rest @ ..])) = end.and_then(|end| after.split_at_checked(end))
        else {
            return Err(IfCause::UnclosedTag);
        };
        let start = self.length - after.len();
        (self.rest, self.last) = (rest, Last::Tag);
        Ok(TagText { text, start })
    }
}

/// What follows the `)` of a list.
fn after_list(mut list: &[u8]) -> Result<&[u8], IfCause> {
    loop {
        list = match list {
            [] => return Err(IfCause::UnclosedList),
            [b')', rest @ ..] => return Ok(rest),
            [b'<', rest @ ..] => after_byte(rest, b'>').ok_or(IfCause::UnclosedToken)?,
            [b'[', rest @ ..] => after_entity_tag(rest)?,
            [b'"', rest @ ..] => after_quotes(rest)?,
            [_, rest @ ..] => rest,
        }
    }
}

/// What follows the `]` of an entity tag.
fn after_entity_tag(mut tag: &[u8]) -> Result<&[u8], IfCause> {
    loop {
        tag = match tag {
            [] => return Err(IfCause::UnclosedEntityTag),
            [b']', rest @ ..] => return Ok(rest),
            [b'"', rest @ ..] => after_quotes(rest)?,
            [_, rest @ ..] => rest,
        }
    }
}

/// What follows the second quote. A backslash takes the next byte with it, as RFC 2616 has it.
fn after_quotes(mut text: &[u8]) -> Result<&[u8], IfCause> {
    loop {
        text = match text {
            [] => return Err(IfCause::UnclosedEntityTag),
            [b'"', rest @ ..] => return Ok(rest),
            [b'\\', _, rest @ ..] | [_, rest @ ..] => rest,
        }
    }
}

fn after_byte(text: &[u8], byte: u8) -> Option<&[u8]> {
    let at = text.iter().position(|other| *other == byte)?;
    text.get(at + 1..)
}
