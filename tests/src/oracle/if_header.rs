//! A second reading of `If`, slow and plain: each character gets the name of what it is part of,
//! and the shape of the whole is looked at afterwards.

use crate::oracle::destination::Model;
use crate::row::{from_latin1, latin1};

/// What a character is part of.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Part {
    Blank,
    /// `<`, what is in it, and `>`.
    Tag,
    List,
    Other,
}

/// Where the reading is inside of brackets, the outermost first.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Inside {
    Brackets,
    Escape,
    List,
    Quotes,
    Tag,
    Token,
}

/// A tag with its brackets, or text between tags: one list, blanks, something else.
type Item = (Part, String);

impl Model<'_> {
    /// The line that is sent on.
    #[must_use]
    pub fn if_line(&self, line: &[u8]) -> Vec<u8> {
        let Some(items) = items(line) else { return line.to_vec() };
        let mut sent = String::new();
        for (part, text) in items {
            match tag_of(part, &text).and_then(|tag| self.tag(tag)) {
                Some(tag) => sent += &format!("<{tag}>"),
                None => sent += &text,
            }
        }
        latin1(&sent)
    }

    /// What a tag becomes; `None` where a `Destination` would be refused.
    fn tag(&self, tag: &str) -> Option<String> {
        let passing = Model { is_passed: true, facts: self.facts, ..*self };
        passing.steps(tag.trim_matches([' ', '\t'])).ok()
    }
}

/// The tags of a line that is not malformed, and what stands between them.
#[must_use]
pub fn tags_and_rest(line: &[u8]) -> Option<(Vec<Vec<u8>>, Vec<u8>)> {
    let items = items(line)?;
    let tags = items.iter().filter_map(|(part, text)| tag_of(*part, text)).map(latin1).collect();
    let rest = items.iter().filter(|(part, _)| *part != Part::Tag).map(|(_, text)| text.as_str());
    Some((tags, latin1(&rest.collect::<String>())))
}

fn tag_of(part: Part, text: &str) -> Option<&str> {
    let inner = text.strip_prefix('<')?.strip_suffix('>')?;
    (part == Part::Tag).then_some(inner)
}

/// Cuts a line; `None` where it is malformed.
fn items(line: &[u8]) -> Option<Vec<Item>> {
    let line = from_latin1(line);
    let mut inside: Vec<Inside> = Vec::new();
    let mut items: Vec<Item> = Vec::new();
    for char in line.chars() {
        let starts = inside.is_empty();
        let part = match (char, inside.last()) {
            (_, Some(Inside::Escape)) => {
                inside.pop();
                Part::List
            }
            ('\\', Some(Inside::Quotes)) => {
                inside.push(Inside::Escape);
                Part::List
            }
            ('"', Some(Inside::Quotes))
            | (']', Some(Inside::Brackets))
            | ('>', Some(Inside::Token))
            | (')', Some(Inside::List)) => {
                inside.pop();
                Part::List
            }
            ('>', Some(Inside::Tag)) => {
                inside.pop();
                Part::Tag
            }
            ('"', Some(Inside::List | Inside::Brackets)) => {
                inside.push(Inside::Quotes);
                Part::List
            }
            ('[', Some(Inside::List)) => {
                inside.push(Inside::Brackets);
                Part::List
            }
            ('<', Some(Inside::List)) => {
                inside.push(Inside::Token);
                Part::List
            }
            ('<', Some(Inside::Tag)) => return None,
            (_, Some(Inside::Tag)) => Part::Tag,
            (_, Some(_)) => Part::List,
            ('<', None) => {
                inside.push(Inside::Tag);
                Part::Tag
            }
            ('(', None) => {
                inside.push(Inside::List);
                Part::List
            }
            (' ' | '\t', None) => Part::Blank,
            _ => Part::Other,
        };
        match items.last_mut() {
            Some((_, text)) if !starts => text.push(char),
            _ => items.push((part, char.to_string())),
        }
    }
    (inside.is_empty() && has_shape(&items)).then_some(items)
}

/// Lists without tags, or tags each with a list at least.
fn has_shape(items: &[Item]) -> bool {
    let letter = |(part, _): &Item| match part {
        Part::Blank => "",
        Part::List => "l",
        Part::Other => "?",
        Part::Tag => "t",
    };
    let shape: String = items.iter().map(letter).collect();
    let is_untagged = !shape.is_empty() && shape.chars().all(|char| char == 'l');
    let is_tagged = shape.starts_with('t') && !shape.contains("tt") && shape.ends_with('l');
    !shape.contains('?') && (is_untagged || is_tagged)
}
