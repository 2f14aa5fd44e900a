//! `Forwarded` (RFC 7239 §4), cut from the right and then parsed strictly.
//!
//! The last hop appended `, for=…`: what stands right of the last comma outside quotes is its
//! word. A reader that starts at the left can be made to see that text inside a quote the client
//! left open; a reader that starts at the right cannot.

use crate::blanks::{trim, trim_start};
use crate::client_ip::Reason;
use crate::node::{self, MAX_NODE, Node};

/// Parameters of one element; an element with more is not read.
const MAX_PARAMETERS: usize = 32;

/// Cuts the last element off `line`: the element, and what stands left of its comma.
pub(crate) fn split_last(line: &[u8]) -> (&[u8], Option<&[u8]>) {
    let mut rest = line;
    let mut quoted = false;
    while let [before @ .., byte] = rest {
        match byte {
            b'"' => quoted = !quoted || ends_in_escape(before),
            b',' if !quoted => {
                let element = line.get(rest.len()..).unwrap_or_default();
                return (element, Some(before));
            }
            _ => {}
        }
        rest = before;
    }
    (line, None)
}

/// An odd number of backslashes at the end escapes what follows.
fn ends_in_escape(text: &[u8]) -> bool {
    text.iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1
}

/// The node that the element's `for` names.
pub(crate) fn parse_for(element: &[u8]) -> Result<Node, Reason> {
    let value = Element::parse(element)?.for_.ok_or(Reason::EntryNoFor)?;
    let mut buffer = [0; MAX_NODE];
    node::parse(value.unescape(&mut buffer).ok_or(Reason::EntryTooLong)?)
}

/// The parameters of one element that this crate reads.
#[derive(Default)]
pub(crate) struct Element<'h> {
    pub(crate) for_: Option<Value<'h>>,
    pub(crate) host: Option<Value<'h>>,
    pub(crate) proto: Option<Value<'h>>,
}

impl<'h> Element<'h> {
    /// Parses `name=value` pairs with `;` between them; empty pairs count for nothing.
    pub(crate) fn parse(text: &'h [u8]) -> Result<Self, Reason> {
        let mut rest = trim(text);
        if rest.is_empty() {
            return Err(Reason::EntryEmpty);
        }
        let mut element = Self::default();
        let mut names = Names::default();
        loop {
            if !matches!(rest, [] | [b';', ..]) {
                let (name, value, after) = pair(rest).ok_or(Reason::EntryMalformed)?;
                names.add(name)?;
                element.keep(name, value);
                rest = trim_start(after);
            }
            match rest {
                [] => return Ok(element),
                [b';', after @ ..] => rest = trim_start(after),
                _ => return Err(Reason::EntryMalformed),
            }
        }
    }

    fn keep(&mut self, name: &[u8], value: Value<'h>) {
        if name.eq_ignore_ascii_case(b"for") {
            self.for_ = Some(value);
        } else if name.eq_ignore_ascii_case(b"host") {
            self.host = Some(value);
        } else if name.eq_ignore_ascii_case(b"proto") {
            self.proto = Some(value);
        }
    }
}

/// The names seen in one element: each may stand once (RFC 7239 §4).
#[derive(Default)]
struct Names<'h> {
    seen: [&'h [u8]; MAX_PARAMETERS],
    count: usize,
}

impl<'h> Names<'h> {
    fn add(&mut self, name: &'h [u8]) -> Result<(), Reason> {
        if self.seen.iter().take(self.count).any(|seen| seen.eq_ignore_ascii_case(name)) {
            return Err(Reason::EntryDuplicateParam);
        }
        *self.seen.get_mut(self.count).ok_or(Reason::EntryMalformed)? = name;
        self.count += 1;
        Ok(())
    }
}

/// A parameter's value, between its quotes if it had some.
#[derive(Clone, Copy)]
pub(crate) enum Value<'h> {
    Quoted(&'h [u8]),
    Token(&'h [u8]),
}

impl<'h> Value<'h> {
    /// The value, if nothing in it is escaped.
    pub(crate) fn plain(self) -> Option<&'h [u8]> {
        match self {
            Self::Quoted(text) if text.contains(&b'\\') => None,
            Self::Quoted(text) | Self::Token(text) => Some(text),
        }
    }

    /// The value without its escapes and without the blanks around it; `None` if it does not fit
    /// the buffer.
    pub(crate) fn unescape<'b>(self, buffer: &'b mut [u8]) -> Option<&'b [u8]>
    where
        'h: 'b,
    {
        if let Some(text) = self.plain() {
            return Some(text);
        }
        let (Self::Quoted(text) | Self::Token(text)) = self;
        let mut bytes = text.iter();
        let (mut length, mut end) = (0_usize, 0);
        while let Some(byte) = bytes.next() {
            let byte = *if *byte == b'\\' { bytes.next()? } else { byte };
            let is_blank = matches!(byte, b' ' | b'\t');
            if is_blank && end == 0 {
                continue;
            }
            // Blanks take their room only once something stands right of them.
            if let Some(place) = buffer.get_mut(length) {
                *place = byte;
            } else if !is_blank {
                return None;
            }
            length += 1;
            end = if is_blank { end } else { length };
        }
        buffer.get(..end)
    }
}

/// `token "=" ( token / quoted-string )`, and what follows. `:`, `[` and `]` are taken in an
/// unquoted value: they should be quoted, but their meaning is certain.
fn pair(text: &[u8]) -> Option<(&[u8], Value<'_>, &[u8])> {
    let (name, rest) = span(text, is_tchar);
    let [b'=', rest @ ..] = rest else { return None };
    let (value, rest) = match rest {
        [b'"', rest @ ..] => quoted_string(rest)?,
        _ => {
            let (value, rest) = span(rest, |byte| is_tchar(byte) || b":[]".contains(&byte));
            (Value::Token(value), rest)
        }
    };
    let is_empty_token = matches!(value, Value::Token([]));
    (!name.is_empty() && !is_empty_token).then_some((name, value, rest))
}

/// What follows the opening quote (RFC 9110 §5.6.4).
fn quoted_string(text: &[u8]) -> Option<(Value<'_>, &[u8])> {
    let is_text = |byte: u8| byte == b'\t' || (byte >= b' ' && byte != 0x7f);
    let mut rest = text;
    loop {
        rest = match rest {
            [b'"', after @ ..] => {
                let length = text.len() - rest.len();
                return Some((Value::Quoted(text.get(..length)?), after));
            }
            [b'\\', byte, after @ ..] if is_text(*byte) => after,
            [b'\\', ..] => return None,
            [byte, after @ ..] if is_text(*byte) => after,
            _ => return None,
        };
    }
}

/// Splits after the longest run of bytes that `belongs` accepts.
fn span(text: &[u8], belongs: impl Fn(u8) -> bool) -> (&[u8], &[u8]) {
    let length = text.iter().position(|byte| !belongs(*byte)).unwrap_or(text.len());
    text.split_at_checked(length).unwrap_or((text, &[]))
}

/// `tchar` of RFC 9110 §5.6.2.
fn is_tchar(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}
