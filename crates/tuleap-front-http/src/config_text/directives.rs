//! A text of nginx's directives: a name, words, and a semicolon, over as many lines as it takes.

use std::borrow::Cow;

use super::{Word, WordFault, unescaped};

/// A directive, and where it stands.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Directive<'t> {
    /// Which one of the text, from 0.
    pub(crate) entry: usize,
    /// Where it starts, in bytes from the start of the text.
    pub(crate) start: usize,
    /// All of it, with the semicolon.
    pub(crate) text: &'t str,
    /// Where words start is in bytes from the start of the directive.
    pub(crate) name: Word<'t>,
    /// The words between name and semicolon.
    pub(crate) arguments: Vec<Word<'t>>,
}

/// What is wrong with a text before its directives are looked at.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct DirectiveFault<'t> {
    /// As [`Directive::place`].
    pub(crate) place: (usize, usize, &'t str),
    /// Where in the directive, and what to write instead.
    pub(crate) fault: WordFault,
}

impl<'t> Directive<'t> {
    /// What [`Place::new`](super::Place::new) takes: which one, where it starts, its text.
    pub(crate) const fn place(&self) -> (usize, usize, &'t str) {
        (self.entry, self.start, self.text)
    }

    /// The brace at its end is one too many.
    pub(crate) fn brace(&self) -> DirectiveFault<'t> {
        let offset = self.text.len().saturating_sub(1);
        DirectiveFault { place: self.place(), fault: WordFault { offset, length: 1, hint: BRACE } }
    }
}

/// What ends a directive.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum DirectiveEnd {
    /// A brace that closes the block; there are no words.
    Close,
    /// A brace that opens a block.
    Open,
    /// A semicolon.
    Semicolon,
}

/// The directives of a text, as nginx reads them: words as those of a line, but over line ends,
/// and a semicolon ends them. Blocks are refused.
pub(crate) fn directives(text: &str) -> Result<Vec<Directive<'_>>, DirectiveFault<'_>> {
    let mut directives = Vec::new();
    for directive in read(text) {
        let (directive, end) = directive?;
        if end != DirectiveEnd::Semicolon {
            return Err(directive.brace());
        }
        directives.push(directive);
    }
    Ok(directives)
}

/// The directives of a text that may hold blocks: each, and what ends it. Whether braces belong
/// together is for the caller to see.
pub(crate) fn blocks(text: &str) -> Result<Vec<(Directive<'_>, DirectiveEnd)>, DirectiveFault<'_>> {
    read(text).collect()
}

fn read(
    text: &str,
) -> impl Iterator<Item = Result<(Directive<'_>, DirectiveEnd), DirectiveFault<'_>>> {
    let (mut at, mut entry) = (skip(text, 0), 0);
    std::iter::from_fn(move || {
        if at >= text.len() {
            return None;
        }
        let start = at;
        let (words, end, what) = match one(text, start) {
            Ok(read) => read,
            Err(fault) => {
                at = text.len();
                // The line that it starts in, or as much as was read.
                let rest = text.get(start..).unwrap_or_default();
                let line = rest.find('\n').unwrap_or(rest.len());
                let read = rest.get(..line.max(fault.offset)).unwrap_or(rest);
                return Some(Err(DirectiveFault { place: (entry, start, read), fault }));
            }
        };
        at = skip(text, end);
        let mut words = words.into_iter();
        let brace = Word { text: Cow::Borrowed(""), offset: 0, length: 1 };
        let name = words.next().unwrap_or(brace);
        let text = text.get(start..end).unwrap_or_default();
        let directive = Directive { entry, start, text, name, arguments: words.collect() };
        entry += 1;
        Some(Ok((directive, what)))
    })
}

const BRACE: &str = "write the directives of a block alone; put a word that has a brace in quotes";

/// The words of the directive that starts there, where it ends, behind what ends it, and what.
fn one(text: &str, start: usize) -> Result<(Vec<Word<'_>>, usize, DirectiveEnd), WordFault> {
    const END: &str = "end the directive with ;";
    const NAME: &str = "write a directive before the ;";
    let fault = |at: usize, length, hint| WordFault { offset: at - start, length, hint };
    let (mut words, mut at, mut end) = (Vec::new(), start, start);
    loop {
        let word = text.get(at..).unwrap_or_default();
        let length = match word.chars().next() {
            None => return Err(fault(end, 0, END)),
            Some(';') if words.is_empty() => return Err(fault(at, 1, NAME)),
            Some(';') => return Ok((words, at + 1, DirectiveEnd::Semicolon)),
            Some('{') if !words.is_empty() => return Ok((words, at + 1, DirectiveEnd::Open)),
            Some('}') if words.is_empty() => return Ok((words, at + 1, DirectiveEnd::Close)),
            Some('{' | '}') => return Err(fault(at, 1, BRACE)),
            Some(quote @ ('"' | '\'')) => {
                quoted(word, quote).map_err(|(length, hint)| fault(at, length, hint))?
            }
            Some(_) => bare(word),
        };
        end = at + length;
        let raw = word.get(..length).unwrap_or(word);
        let inner = match raw.chars().next() {
            Some('"' | '\'') => raw.get(1..raw.len().saturating_sub(1)).unwrap_or_default(),
            _ => raw,
        };
        words.push(Word { text: unescaped(inner), offset: at - start, length });
        at = skip(text, end);
    }
}

/// Where the next word starts: blanks, line ends and comments are between words.
fn skip(text: &str, mut at: usize) -> usize {
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let word = rest.trim_start_matches([' ', '\t', '\r', '\n']);
        at += rest.len() - word.len();
        match word.strip_prefix('#') {
            Some(comment) => at += 1 + comment.find('\n').unwrap_or(comment.len()),
            None => return at,
        }
    }
}

/// The length of a word in quotes, or how much of it is faulty and why.
fn quoted(word: &str, quote: char) -> Result<usize, (usize, &'static str)> {
    let mut chars = word.char_indices().skip(1);
    while let Some((at, char)) = chars.next() {
        match char {
            '\\' => {
                chars.next();
            }
            char if char == quote => {
                let length = at + 1;
                return match word.get(length..).unwrap_or_default().chars().next() {
                    None | Some(' ' | '\t' | '\r' | '\n' | ';' | '{') => Ok(length),
                    Some(_) => Err((length, "write a blank behind the closing quote")),
                };
            }
            _ => {}
        }
    }
    Err((word.len(), "close the quote"))
}

/// The length of a word without quotes. As in nginx a brace in it that closes is a part of it, and
/// so is one that opens behind `$`.
fn bare(word: &str) -> usize {
    let mut chars = word.char_indices();
    while let Some((at, char)) = chars.next() {
        match char {
            '\\' => {
                chars.next();
            }
            '$' if chars.as_str().starts_with('{') => {
                chars.next();
            }
            ' ' | '\t' | '\r' | '\n' | ';' | '{' => return at,
            _ => {}
        }
    }
    word.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<Vec<String>> {
        let words = |directive: Directive<'_>| {
            let words = std::iter::once(directive.name).chain(directive.arguments);
            words.map(|word| word.text.into_owned()).collect()
        };
        directives(text).unwrap().into_iter().map(words).collect()
    }

    #[test]
    fn directives_are_read_as_nginx_reads_them() {
        assert_eq!(texts(""), Vec::<Vec<String>>::new());
        assert_eq!(texts("# a;\n  "), Vec::<Vec<String>>::new());
        assert_eq!(texts("gzip on;gzip_vary\ton ;"), [["gzip", "on"], ["gzip_vary", "on"]]);
        let text =
            "gzip_types text/css # not this;\n  text/xml\n;\ngzip_disable \"MSIE [1-6]\\.\";";
        assert_eq!(
            texts(text),
            [vec!["gzip_types", "text/css", "text/xml"], vec!["gzip_disable", r"MSIE [1-6]\."]]
        );
        assert_eq!(
            texts("a 'b\nc' \"d;{\" e}f ${g}h i\\;j 'k';"),
            [["a", "b\nc", "d;{", "e}f", "${g}h", "i\\;j", "k"]]
        );
        assert_eq!(texts("a#b c'd;"), [["a#b", "c'd"]]);
    }

    #[test]
    fn what_is_read_has_a_place() {
        let text = " gzip on;\n\n  gzip_types\n a 'b c';";
        let all = directives(text).unwrap();
        let second = all.last().unwrap();
        assert_eq!(second.place(), (1, 13, "gzip_types\n a 'b c';"));
        let words: Vec<_> =
            second.arguments.iter().map(|word| (word.offset, word.length)).collect();
        assert_eq!(words, [(12, 1), (14, 5)]);
        for (text, entry, start, offset, length) in [
            ("gzip on", 0, 0, 7, 0),
            ("gzip on; gzip_vary on # c\n", 1, 9, 12, 0),
            ("a; ;", 1, 3, 0, 1),
            (";", 0, 0, 0, 1),
            ("a { b; }", 0, 0, 2, 1),
            ("a b{", 0, 0, 3, 1),
            ("}", 0, 0, 0, 1),
            ("a 'b", 0, 0, 2, 2),
            ("a 'b'c;", 0, 0, 2, 3),
        ] {
            let DirectiveFault { place, fault } = directives(text).unwrap_err();
            assert_eq!((place.0, place.1), (entry, start), "{text}");
            assert_eq!((fault.offset, fault.length), (offset, length), "{text}");
        }
    }
}
