//! Text of a configuration, in words as nginx reads them: line by line, or in its directives.

mod directives;
mod place;

use std::borrow::Cow;

pub(crate) use self::directives::{Directive, DirectiveEnd, DirectiveFault, blocks, directives};
pub(crate) use self::place::{Place, place_getters};

/// A word, and where it stands.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Word<'t> {
    /// What it means: without quotes, escapes resolved.
    pub(crate) text: Cow<'t, str>,
    /// Where it starts, in bytes from the start of the line.
    pub(crate) offset: usize,
    /// How many bytes it takes.
    pub(crate) length: usize,
}

impl Word<'_> {
    /// Where its text stands byte for byte, which is known of a word without escapes.
    pub(crate) fn literal_offset(&self) -> Option<usize> {
        match &self.text {
            Cow::Borrowed(text) => Some(self.offset + self.length.saturating_sub(text.len()) / 2),
            Cow::Owned(_) => None,
        }
    }
}

/// What is wrong with a line before its words are looked at.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct WordFault {
    pub(crate) offset: usize,
    pub(crate) length: usize,
    pub(crate) hint: &'static str,
}

/// The words of a line. A word may stand in quotes; `#` at the start of a word starts a comment.
/// A backslash takes the meaning of a quote and of a backslash away, and stays before all else.
pub(crate) fn words(line: &str) -> Result<Vec<Word<'_>>, WordFault> {
    let mut words = Vec::new();
    let mut at = 0;
    loop {
        let rest = line.get(at..).unwrap_or_default();
        let word = rest.trim_start_matches([' ', '\t', '\r']);
        at += rest.len() - word.len();
        if word.is_empty() || word.starts_with('#') {
            return Ok(words);
        }
        let length = match word.chars().next().filter(|first| matches!(first, '"' | '\'')) {
            Some(quote) => quoted(word, quote, at)?,
            None => bare(word, at)?,
        };
        let raw = word.get(..length).unwrap_or(word);
        let inner = match raw.chars().next() {
            Some('"' | '\'') => raw.get(1..raw.len().saturating_sub(1)).unwrap_or_default(),
            _ => raw,
        };
        words.push(Word { text: unescaped(inner), offset: at, length });
        at += length;
    }
}

/// The length of a word in quotes.
fn quoted(word: &str, quote: char, offset: usize) -> Result<usize, WordFault> {
    const CLOSE: &str = "close the quote on the same line";
    const APART: &str = "write a blank behind the closing quote";
    let fault = |hint| WordFault { offset, length: word.len(), hint };
    let mut chars = word.char_indices().skip(1);
    loop {
        match chars.next().ok_or_else(|| fault(CLOSE))? {
            (_, '\\') => {
                chars.next();
            }
            (at, char) if char == quote => {
                let length = at + 1;
                return match word.get(length..).unwrap_or_default().chars().next() {
                    None | Some(' ' | '\t' | '\r') => Ok(length),
                    Some(_) => Err(fault(APART)),
                };
            }
            _ => {}
        }
    }
}

/// The length of a word without quotes.
fn bare(word: &str, offset: usize) -> Result<usize, WordFault> {
    let mut chars = word.char_indices();
    while let Some((at, char)) = chars.next() {
        match char {
            '\\' => {
                chars.next();
            }
            ' ' | '\t' | '\r' => return Ok(at),
            ';' | '{' | '}' => {
                let hint = "put a word that has ; or a brace in quotes, or leave it out";
                return Err(WordFault { offset: offset + at, length: 1, hint });
            }
            _ => {}
        }
    }
    Ok(word.len())
}

fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        match (char, chars.clone().next()) {
            ('\\', Some(next @ ('\\' | '"' | '\''))) => {
                out.push(next);
                chars.next();
            }
            ('\\', Some('t')) => {
                out.push('\t');
                chars.next();
            }
            ('\\', Some('r')) => {
                out.push('\r');
                chars.next();
            }
            ('\\', Some('n')) => {
                out.push('\n');
                chars.next();
            }
            (char, _) => out.push(char),
        }
    }
    if out == text { Cow::Borrowed(text) } else { Cow::Owned(out) }
}

/// Writes a word so that it is read as this text.
pub(crate) fn quoted_word(text: &str) -> Cow<'_, str> {
    let is_bare = !text.is_empty()
        && !text.starts_with(['"', '\'', '#'])
        && !text.contains([' ', '\t', '\r', '\n', ';', '{', '}'])
        && unescaped(text) == text
        && !text.ends_with('\\');
    if is_bare {
        return Cow::Borrowed(text);
    }
    let mut out = String::from("\"");
    for char in text.chars() {
        match char {
            '"' | '\\' => out.extend(['\\', char]),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\n' => out.push_str("\\n"),
            char => out.push(char),
        }
    }
    out.push('"');
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(line: &str) -> Vec<String> {
        words(line).unwrap().into_iter().map(|word| word.text.into_owned()).collect()
    }

    #[test]
    fn words_are_read_as_nginx_reads_them() {
        assert_eq!(texts("  ^~ /svnplugin\tsvn # the rest"), ["^~", "/svnplugin", "svn"]);
        assert_eq!(texts(r#"~ "^/a{2} b\.css$" 'x y'"#), ["~", r"^/a{2} b\.css$", "x y"]);
        assert_eq!(
            texts(r#"\.css$ a\\b "\"q\"" a#b \ x"#),
            [r"\.css$", r"a\b", "\"q\"", "a#b", r"\ x"]
        );
        assert_eq!(texts("# nothing"), Vec::<String>::new());
        for line in ["\"open", "'a'b", "a;", "{", "a}b"] {
            assert!(words(line).is_err(), "{line}");
        }
    }

    #[test]
    fn a_written_word_is_read_again() {
        for text in
            ["/a", "", "a b", "\\", "\\.", "\\\\", "\"", "'", "#a", "a#", "a{2};", "a\tb\nc", "é\\"]
        {
            let written = quoted_word(text);
            assert_eq!(texts(&written), [text], "{written}");
            assert_eq!(texts(&format!("{written} x")), [text, "x"], "{written}");
        }
    }
}
