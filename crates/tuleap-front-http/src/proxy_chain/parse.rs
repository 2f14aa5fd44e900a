//! The text form of a chain.

use std::borrow::Cow;

use super::error::{Fault, ProxyChainError, ProxyChainFault};
use super::hop::{ChainHop, ChainListener, ChainProto, ChainRedirect, Trust};
use crate::scheme::Scheme;

/// More servers in a row are a mistake.
const MAX_HOPS: usize = 32;

/// Words that a hop cannot have for a name.
const RESERVED: [&str; 4] = ["and", "client", "everyone", "nobody"];

pub(super) fn parse(text: &str) -> Result<Vec<ChainHop>, ProxyChainError> {
    let mut hops = Vec::new();
    for piece in entries(text) {
        let at = hops.len();
        let error = |fault| ProxyChainError::new(text, at, piece.start, piece.text, fault);
        let hop = hop(piece, &hops).map_err(error)?;
        if at == MAX_HOPS {
            let fault =
                piece.fault(ProxyChainFault::TooManyHops, "describe those alone that matter");
            return Err(error(fault));
        }
        hops.push(hop);
    }
    if hops.is_empty() {
        let hint = "write one hop per line, from the client on, such as lb: https, writes proto";
        let piece = Piece { start: 0, text: "" };
        return Err(ProxyChainError::new(
            text,
            0,
            0,
            "",
            piece.fault(ProxyChainFault::Empty, hint),
        ));
    }
    Ok(hops)
}

/// A part of the text and where it starts.
#[derive(Clone, Copy)]
struct Piece<'t> {
    start: usize,
    text: &'t str,
}

impl<'t> Piece<'t> {
    fn trim(self) -> Self {
        let text = self.text.trim_start();
        Self { start: self.start + self.text.len() - text.len(), text: text.trim_end() }
    }

    fn split(self, separator: char) -> impl Iterator<Item = Self> {
        let mut start = self.start;
        self.text.split(separator).map(move |text| {
            let piece = Self { start, text };
            start += text.len() + separator.len_utf8();
            piece
        })
    }

    fn words(self) -> Vec<Self> {
        let mut words = Vec::new();
        let mut rest = self.trim();
        while !rest.text.is_empty() {
            let end = rest.text.find(char::is_whitespace).unwrap_or(rest.text.len());
            let (text, after) = rest.text.split_at_checked(end).unwrap_or((rest.text, ""));
            words.push(Self { start: rest.start, text });
            rest = Self { start: rest.start + end, text: after }.trim();
        }
        words
    }

    fn fault(self, code: ProxyChainFault, hint: impl Into<Cow<'static, str>>) -> Fault {
        Fault { code, offset: self.start, length: self.text.len(), hint: hint.into() }
    }
}

/// The hops: what stands between line ends and semicolons, `#` and what follows it left out.
fn entries<'t>(text: &'t str) -> impl Iterator<Item = Piece<'t>> {
    let lines = Piece { start: 0, text }.split('\n');
    let without_comment = |line: Piece<'t>| Piece {
        start: line.start,
        text: line.text.split('#').next().unwrap_or_default(),
    };
    lines
        .map(without_comment)
        .flat_map(|line| line.split(';'))
        .map(Piece::trim)
        .filter(|entry| !entry.text.is_empty())
}

/// What the clauses of a hop say; each thing once.
#[derive(Default)]
struct Said {
    listener: Option<ChainListener>,
    trust: Option<Trust>,
    proto: Option<ChainProto>,
    redirect: Option<ChainRedirect>,
}

fn hop(entry: Piece<'_>, before: &[ChainHop]) -> Result<ChainHop, Fault> {
    let colon = entry.text.find(':').ok_or_else(|| {
        entry.fault(ProxyChainFault::NoColon, "write NAME: https, or NAME: http, and what it does")
    })?;
    let (name, rest) = entry.text.split_at_checked(colon).unwrap_or((entry.text, ""));
    let name = name_of(Piece { start: entry.start, text: name }.trim(), before)?;
    let clauses = Piece { start: entry.start + colon + 1, text: rest.get(1..).unwrap_or_default() };
    let mut said = Said::default();
    if !clauses.text.trim().is_empty() {
        for clause in clauses.split(',').map(Piece::trim) {
            said.clause(clause, before)?;
        }
    }
    let listener = said.listener.ok_or_else(|| {
        let hint = "write http or https after the name, or http and https";
        entry.fault(ProxyChainFault::Listener, hint)
    })?;
    Ok(ChainHop {
        name: name.to_owned(),
        listener,
        trust: said.trust.unwrap_or(Trust::Hops(Vec::new())),
        proto: said.proto.unwrap_or_default(),
        redirect: said.redirect.unwrap_or_default(),
    })
}

fn name_of<'t>(name: Piece<'t>, before: &[ChainHop]) -> Result<&'t str, Fault> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let is_reserved = RESERVED.iter().any(|word| name.text.eq_ignore_ascii_case(word));
    let is_name = (1..=64).contains(&name.text.len()) && name.text.bytes().all(is_plain);
    if !is_name || is_reserved {
        let hint = "write letters, digits, -, _ and dots, such as lb or nginx";
        return Err(name.fault(ProxyChainFault::Name, hint));
    }
    if before.iter().any(|hop| hop.name == name.text) {
        return Err(name.fault(ProxyChainFault::NameTwice, "give each hop a name of its own"));
    }
    Ok(name.text)
}

impl Said {
    fn clause(&mut self, clause: Piece<'_>, before: &[ChainHop]) -> Result<(), Fault> {
        let words = clause.words();
        let lower: Vec<String> = words.iter().map(|word| word.text.to_ascii_lowercase()).collect();
        let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
        let is_new = match lower.as_slice() {
            ["http"] => self.listen(ChainListener::Http),
            ["https"] => self.listen(ChainListener::Https),
            ["http", "and", "https"] | ["https", "and", "http"] => {
                set(&mut self.listener, ChainListener::Both)
            }
            ["trusts", "everyone"] => set(&mut self.trust, Trust::Everyone),
            ["trusts", "nobody"] => set(&mut self.trust, Trust::Hops(Vec::new())),
            ["trusts", ..] => {
                let names = words.get(1..).unwrap_or_default();
                set(&mut self.trust, trusted(clause, names, before)?)
            }
            ["passes", "proto"] => set(&mut self.proto, ChainProto::Pass),
            ["removes", "proto"] => set(&mut self.proto, ChainProto::Remove),
            ["writes", "proto"] => set(&mut self.proto, ChainProto::Write),
            ["writes", "believed", "proto"] => set(&mut self.proto, ChainProto::WriteBelieved),
            ["writes", "http"] => set(&mut self.proto, ChainProto::Always(Scheme::Http)),
            ["writes", "https"] => set(&mut self.proto, ChainProto::Always(Scheme::Https)),
            ["redirects"] => set(&mut self.redirect, ChainRedirect::OnBelief),
            ["redirects", "on", "header"] => set(&mut self.redirect, ChainRedirect::OnHeader),
            ["redirects", "on", "scheme"] => set(&mut self.redirect, ChainRedirect::OnScheme),
            _ => return Err(clause.fault(ProxyChainFault::Word, hint_for(lower.first()))),
        };
        match is_new {
            true => Ok(()),
            false => Err(clause.fault(ProxyChainFault::Twice, "say each thing about a hop once")),
        }
    }

    /// `http, https` is both.
    fn listen(&mut self, listener: ChainListener) -> bool {
        match self.listener {
            None => self.listener = Some(listener),
            Some(ChainListener::Both) => return false,
            Some(known) if known == listener => return false,
            Some(_) => self.listener = Some(ChainListener::Both),
        }
        true
    }
}

/// False where it was said before.
fn set<T>(place: &mut Option<T>, value: T) -> bool {
    place.replace(value).is_none()
}

/// `NAME and NAME`, each the name of a hop before this one.
fn trusted(clause: Piece<'_>, words: &[Piece<'_>], before: &[ChainHop]) -> Result<Trust, Fault> {
    let malformed = || clause.fault(ProxyChainFault::Word, hint_for(Some(&"trusts")));
    let mut names: Vec<String> = Vec::new();
    for (index, word) in words.iter().enumerate() {
        let is_name = index % 2 == 0;
        match word.text {
            "and" if !is_name => continue,
            _ if !is_name => return Err(malformed()),
            text if before.iter().any(|hop| hop.name == text) => {
                if names.iter().any(|name| name == text) {
                    return Err(word.fault(ProxyChainFault::Twice, "name each hop once"));
                }
                names.push(text.to_owned());
            }
            _ => return Err(word.fault(ProxyChainFault::TrustsUnknown, hint_of_names(before))),
        }
    }
    if words.len().is_multiple_of(2) { Err(malformed()) } else { Ok(Trust::Hops(names)) }
}

fn hint_of_names(before: &[ChainHop]) -> Cow<'static, str> {
    match before {
        [] => "write trusts everyone, or leave it out: no hop is before the first one".into(),
        [.., last] => {
            format!("write trusts {}, which is the hop before this one", last.name).into()
        }
    }
}

/// What to write for a clause that starts with this word.
fn hint_for(word: Option<&&str>) -> &'static str {
    let starts_with = |start: &str| word.is_some_and(|word| word.starts_with(start));
    if starts_with("trust") {
        "write trusts NAME, with the name of a hop before this one"
    } else if starts_with("redirect") {
        "say one of redirects, redirects on scheme, redirects on header"
    } else if ["write", "set", "pass", "remove"].iter().any(|start| starts_with(start)) {
        "say one of writes proto, writes believed proto, writes https, passes proto, removes proto"
    } else {
        "say one of http, https, trusts NAME, writes proto, writes believed proto, passes proto, \
         removes proto, redirects, redirects on scheme"
    }
}
