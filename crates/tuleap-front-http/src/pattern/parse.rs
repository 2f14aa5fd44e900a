use super::Case;
use super::byte_set::ByteSet;
use super::node::Node;

/// Why a pattern is refused, and which part of it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct PatternFault {
    /// In bytes from the start of the pattern.
    pub(crate) offset: usize,
    pub(crate) length: usize,
    pub(crate) what: &'static str,
}

impl PatternFault {
    pub(super) const fn whole(text: &str, what: &'static str) -> Self {
        Self { offset: 0, length: text.len(), what }
    }

    /// Patterns are read byte by byte: as much more as makes whole characters.
    pub(super) fn of_chars(self, text: &str) -> Self {
        let is_boundary = |at: &usize| text.is_char_boundary(*at);
        let offset = (0..=self.offset).rev().find(is_boundary).unwrap_or(0);
        let end = self.offset.saturating_add(self.length).min(text.len());
        let end = (end..=text.len()).find(is_boundary).unwrap_or(text.len());
        Self { offset, length: end.saturating_sub(offset), what: self.what }
    }
}

pub(super) fn parse(text: &[u8], case: Case) -> Result<Node, PatternFault> {
    if text.is_empty() {
        return Err(PatternFault { offset: 0, length: 0, what: "it is empty" });
    }
    let mut parser = Parser { text, at: 0, case, depth: 0, names: Vec::new() };
    let node = parser.alternation()?;
    match parser.peek() {
        None => Ok(node),
        Some(_) => Err(parser.fault(1, "a parenthesis is closed that is not open")),
    }
}

/// Groups within groups.
const DEPTH_MAX: usize = 32;
/// What PCRE has at most in a repetition is 65535; what is compiled grows with it.
const REPEAT_MAX: u32 = 1000;

struct Parser<'t> {
    text: &'t [u8],
    at: usize,
    case: Case,
    depth: usize,
    names: Vec<&'t [u8]>,
}

impl<'t> Parser<'t> {
    fn rest(&self) -> &'t [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.rest().first().copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    fn eat(&mut self, text: &[u8]) -> bool {
        let is_there = self.rest().starts_with(text);
        self.at += if is_there { text.len() } else { 0 };
        is_there
    }

    /// Faulty is what comes next.
    fn fault(&self, length: usize, what: &'static str) -> PatternFault {
        let length = length.min(self.rest().len());
        PatternFault { offset: self.at, length, what }
    }

    /// Faulty is what was read from there on.
    fn fault_from(&self, offset: usize, what: &'static str) -> PatternFault {
        PatternFault { offset, length: self.at.saturating_sub(offset), what }
    }

    fn alternation(&mut self) -> Result<Node, PatternFault> {
        let mut branches = vec![self.concat()?];
        while self.eat(b"|") {
            branches.push(self.concat()?);
        }
        match branches.len() {
            1 => branches.pop().ok_or_else(|| self.fault(0, "it is empty")),
            _ => Ok(Node::Alternation(branches)),
        }
    }

    fn concat(&mut self) -> Result<Node, PatternFault> {
        let mut nodes = Vec::new();
        while let Some(byte) = self.peek() {
            if matches!(byte, b'|' | b')') {
                break;
            }
            let start = self.at;
            let atom = self.atom()?;
            match self.quantified(atom, start)? {
                Node::Concat(more) => nodes.extend(more),
                node => nodes.push(node),
            }
        }
        match nodes.len() {
            1 => nodes.pop().ok_or_else(|| self.fault(0, "it is empty")),
            _ => Ok(Node::Concat(nodes)),
        }
    }

    fn atom(&mut self) -> Result<Node, PatternFault> {
        let start = self.at;
        match self.next() {
            Some(b'^') => Ok(Node::Start),
            Some(b'$') => Ok(Node::End),
            Some(b'.') => Ok(Node::Set(ByteSet::of(*b"\n").negated())),
            Some(b'(') => self.group(start),
            Some(b'[') => self.class(start).map(Node::Set),
            Some(b'\\') => self.escape(start),
            Some(b'*' | b'+' | b'?') => Err(self.fault_from(start, "there is nothing to repeat")),
            Some(b'{') => Err(self.fault_from(start, "write \\{ for a brace")),
            Some(byte) => Ok(Node::Set(self.cases(ByteSet::of([byte])))),
            None => Err(self.fault(0, "it is empty")),
        }
    }

    fn cases(&self, set: ByteSet) -> ByteSet {
        match self.case {
            Case::Insensitive => set.folded(),
            Case::Sensitive => set,
        }
    }

    fn group(&mut self, start: usize) -> Result<Node, PatternFault> {
        if self.rest().starts_with(b"*") {
            return Err(self.fault(1, "verbs are not supported"));
        }
        if self.rest().starts_with(b"?") {
            self.group_kind(start)?;
        }
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(self.fault_from(start, "there are too many groups within groups"));
        }
        let node = self.alternation()?;
        self.depth -= 1;
        if self.eat(b")") {
            Ok(node)
        } else {
            Err(self.fault_from(start, "a parenthesis is not closed"))
        }
    }

    /// `(?:`, `(?<name>`, `(?P<name>` and `(?'name'`.
    fn group_kind(&mut self, start: usize) -> Result<(), PatternFault> {
        if self.eat(b"?:") {
            return Ok(());
        }
        if [&b"?="[..], b"?!", b"?<=", b"?<!"].iter().any(|kind| self.eat(kind)) {
            return Err(self.fault_from(start, "look-around is not supported"));
        }
        if self.eat(b"?>") || self.eat(b"?|") {
            return Err(self.fault_from(start, "atomic and reset groups are not supported"));
        }
        let end = match () {
            () if self.eat(b"?<") || self.eat(b"?P<") => b'>',
            () if self.eat(b"?'") => b'\'',
            () => return Err(self.fault(2, "options and such groups are not supported")),
        };
        let length = self.rest().iter().position(|byte| *byte == end);
        let name = length.and_then(|length| self.rest().get(..length)).unwrap_or_default();
        let is_name = |name: &[u8]| {
            matches!(name, [first, ..] if !first.is_ascii_digit())
                && name.len() <= 32
                && name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        };
        if !is_name(name) {
            return Err(self.fault_from(start, "the name of a group is malformed"));
        }
        self.at += name.len() + 1;
        if self.names.contains(&name) {
            return Err(self.fault_from(start, "two groups have this name"));
        }
        self.names.push(name);
        Ok(())
    }

    fn quantified(&mut self, node: Node, start: usize) -> Result<Node, PatternFault> {
        let before = self.at;
        let (min, max) = match self.peek() {
            Some(b'*') => (0, None),
            Some(b'+') => (1, None),
            Some(b'?') => (0, Some(1)),
            Some(b'{') => self.count()?,
            _ => return Ok(node),
        };
        self.at += usize::from(self.at == before);
        if !node.is_repeatable() {
            return Err(self.fault_from(start, "an assertion is repeated"));
        }
        // Lazy repetitions match the same subjects.
        if self.eat(b"+") {
            return Err(self.fault_from(start, "possessive repetitions are not supported"));
        }
        let _ = self.eat(b"?");
        if matches!(self.peek(), Some(b'*' | b'+' | b'?' | b'{')) {
            return Err(self.fault_from(start, "a repetition is repeated"));
        }
        Ok(Node::Repeat { node: Box::new(node), min, max })
    }

    /// `{2}`, `{2,}`, `{2,3}`.
    fn count(&mut self) -> Result<(u32, Option<u32>), PatternFault> {
        const BRACE: &str = "write \\{ for a brace, or {2}, {2,} or {2,3} for a repetition";
        let start = self.at;
        self.at += 1;
        let min = self.number().ok_or_else(|| self.fault_from(start, BRACE))?;
        let max = match self.eat(b",") {
            true => self.number(),
            false => Some(min),
        };
        if !self.eat(b"}") {
            return Err(self.fault_from(start, BRACE));
        }
        if min > REPEAT_MAX || max.is_some_and(|max| max > REPEAT_MAX || max < min) {
            return Err(
                self.fault_from(start, "a repetition is up to 1000, the lower number first")
            );
        }
        Ok((min, max))
    }

    fn number(&mut self) -> Option<u32> {
        let digits = self.rest().iter().take_while(|byte| byte.is_ascii_digit()).count();
        let text = self.rest().get(..digits).filter(|text| (1..=9).contains(&text.len()))?;
        self.at += digits;
        std::str::from_utf8(text).ok()?.parse().ok()
    }

    fn escape(&mut self, start: usize) -> Result<Node, PatternFault> {
        match self.peek() {
            Some(b'A') => self.node(Node::Start),
            Some(b'Z') => self.node(Node::End),
            Some(b'z') => self.node(Node::VeryEnd),
            Some(b'b') => self.node(Node::WordBoundary { is_boundary: true }),
            Some(b'B') => self.node(Node::WordBoundary { is_boundary: false }),
            Some(b'0'..=b'9') => {
                self.at += 1;
                Err(self.fault_from(start, "back-references and octal numbers are not supported"))
            }
            _ => self.escaped_set(start).map(Node::Set),
        }
    }

    fn node(&mut self, node: Node) -> Result<Node, PatternFault> {
        self.at += 1;
        Ok(node)
    }

    /// What an escape means inside of brackets and outside of them.
    fn escaped_set(&mut self, start: usize) -> Result<ByteSet, PatternFault> {
        let digit = |byte: u8| byte.is_ascii_digit();
        let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        let space = |byte: u8| matches!(byte, b'\t'..=b'\r' | b' ');
        let set = match self.next() {
            None => return Err(self.fault_from(start, "it ends with a backslash")),
            Some(b'd') => ByteSet::where_true(digit),
            Some(b'D') => ByteSet::where_true(digit).negated(),
            Some(b'w') => ByteSet::where_true(word),
            Some(b'W') => ByteSet::where_true(word).negated(),
            Some(b's') => ByteSet::where_true(space),
            Some(b'S') => ByteSet::where_true(space).negated(),
            Some(b't') => ByteSet::of(*b"\t"),
            Some(b'n') => ByteSet::of(*b"\n"),
            Some(b'r') => ByteSet::of(*b"\r"),
            Some(b'f') => ByteSet::of([0x0c]),
            Some(b'a') => ByteSet::of([0x07]),
            Some(b'e') => ByteSet::of([0x1b]),
            Some(b'x') => {
                let byte = self.hexadecimal(start)?;
                self.cases(ByteSet::of([byte]))
            }
            Some(byte) if byte.is_ascii_punctuation() || byte == b' ' => ByteSet::of([byte]),
            Some(_) => return Err(self.fault_from(start, "such an escape is not supported")),
        };
        Ok(set)
    }

    /// `\x2f`
    fn hexadecimal(&mut self, start: usize) -> Result<u8, PatternFault> {
        let digits = self.rest().get(..2).filter(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        self.at += digits.map_or(0, <[u8]>::len);
        digits
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok())
            .ok_or_else(|| self.fault_from(start, "write two hexadecimal digits after \\x"))
    }

    /// What follows `[`.
    fn class(&mut self, start: usize) -> Result<ByteSet, PatternFault> {
        let is_negated = self.eat(b"^");
        let mut set = ByteSet::default();
        let mut is_first = true;
        loop {
            let item = self.at;
            match self.next() {
                None => return Err(self.fault_from(start, "a bracket is not closed")),
                Some(b']') if !is_first => break,
                Some(b'[') if matches!(self.peek(), Some(b':' | b'.' | b'=')) => {
                    return Err(self.fault_from(item, "classes with names are not supported"));
                }
                Some(byte) => set = set.union(self.class_item(item, byte)?),
            }
            is_first = false;
        }
        if matches!(self.text.get(start..self.at), Some([b'[', b':', .., b':', b']'])) {
            return Err(self.fault_from(start, "classes with names are not supported"));
        }
        let set = self.cases(set);
        Ok(if is_negated { set.negated() } else { set })
    }

    /// One byte, an escape, or a range.
    fn class_item(&mut self, item: usize, byte: u8) -> Result<ByteSet, PatternFault> {
        let first = self.class_atom(item, byte)?;
        let is_range = matches!(self.rest(), [b'-', last, ..] if *last != b']');
        if !is_range {
            return Ok(first);
        }
        self.at += 1;
        let at = self.at;
        let last = match self.next() {
            Some(b'[') => return Err(self.fault_from(item, "write \\[ in a range")),
            Some(byte) => self.class_atom(at, byte)?,
            None => return Err(self.fault_from(item, "a bracket is not closed")),
        };
        match (first.single(), last.single()) {
            (Some(first), Some(last)) if first <= last => {
                Ok(ByteSet::where_true(|byte| (first..=last).contains(&byte)))
            }
            _ => Err(self.fault_from(item, "not a range")),
        }
    }

    fn class_atom(&mut self, item: usize, byte: u8) -> Result<ByteSet, PatternFault> {
        match byte {
            b'\\' => self.class_escape(item),
            byte => Ok(ByteSet::of([byte])),
        }
    }

    fn class_escape(&mut self, item: usize) -> Result<ByteSet, PatternFault> {
        match self.peek() {
            Some(b'x') => {
                self.at += 1;
                self.hexadecimal(item).map(|byte| ByteSet::of([byte]))
            }
            _ => self.escaped_set(item),
        }
    }
}
