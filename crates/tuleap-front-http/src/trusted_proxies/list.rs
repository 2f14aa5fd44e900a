//! A list cut into entries, each read, with its place kept for errors and explanations.

use ipnet::IpNet;

use super::entry::{Entry, Fault};
use super::{
    EntryRef, Separators, TrustAll, TrustedProxiesError, TrustedProxiesFault,
    TrustedProxiesOptions, TrustedProxiesWarning, TrustedProxiesWarningKind,
};

/// Nobody reads more, and a text of ten million commas must not cost a gigabyte.
const MAX_WARNINGS: usize = 1_000;

/// What was read of a list, before it is compiled.
#[derive(Debug, Default)]
pub(super) struct List {
    text: String,
    spans: Vec<(usize, usize)>,
    /// Each network and the entry it stands in.
    pub(super) networks: Vec<(usize, IpNet)>,
    pub(super) unix: Option<usize>,
    pub(super) warnings: Vec<TrustedProxiesWarning>,
    trust_all: TrustAll,
}

impl List {
    pub(super) fn parse(
        text: &str,
        options: TrustedProxiesOptions,
    ) -> Result<Self, TrustedProxiesError> {
        let mut list =
            Self { text: text.to_owned(), trust_all: options.trust_all, ..Self::default() };
        let mut tokens = Tokens::new(text, options.separators);
        while let Some(span) = tokens.next_span() {
            list.spans.push(span);
            list.read_entry(span)?;
        }
        Ok(list)
    }

    fn read_entry(&mut self, span: (usize, usize)) -> Result<(), TrustedProxiesError> {
        let index = self.spans.len() - 1;
        let text = self.text.get(span.0..span.1).unwrap_or_default();
        if text.is_empty() {
            self.warn(TrustedProxiesWarningKind::EmptyEntry);
            return Ok(());
        }
        match Entry::parse(text, self.trust_all).map_err(|fault| self.error(index, fault))? {
            Entry::Network(network) => {
                let narrowest = if network.max_prefix_len() == 32 { 8 } else { 16 };
                if network.prefix_len() < narrowest {
                    self.warn(TrustedProxiesWarningKind::VeryWide);
                }
                self.networks.push((index, network));
            }
            Entry::Preset(preset) => {
                self.networks.extend(preset.networks().map(|network| (index, network)));
            }
            Entry::UnixSocket => self.unix = self.unix.or(Some(index)),
        }
        Ok(())
    }

    /// Refuses entries that together are a whole family, unless that was asked for: the one that
    /// completes it.
    pub(super) fn refuse_trust_all(
        &self,
        is_everything: impl Fn(&[(usize, IpNet)]) -> bool,
    ) -> Result<(), TrustedProxiesError> {
        if self.trust_all == TrustAll::Allow {
            return Ok(());
        }
        let counts: Vec<usize> = (1..=self.networks.len()).collect();
        let some = |count: &usize| self.networks.get(..*count).unwrap_or_default();
        let before = counts.partition_point(|count| !is_everything(some(count)));
        let index = self.networks.get(before).map_or(0, |(entry, _)| *entry);
        let text = self.entry(index).map_or("", |entry| entry.text());
        let hint = "the entries up to here trust every address together; \
                    set allow_trust_all if that is meant";
        Err(self.error(index, Fault::whole(TrustedProxiesFault::TrustAll, text, hint)))
    }

    pub(super) fn entry(&self, index: usize) -> Option<EntryRef<'_>> {
        let (start, end) = *self.spans.get(index)?;
        Some(EntryRef { index, text: self.text.get(start..end)? })
    }

    fn error(&self, index: usize, fault: Fault) -> TrustedProxiesError {
        let start = self.spans.get(index).map_or(0, |span| span.0);
        let shown = self.entry(index).map_or("", |entry| entry.text());
        TrustedProxiesError::new(&self.text, index, start, shown, fault)
    }

    /// A warning about the entry that was read last.
    fn warn(&mut self, kind: TrustedProxiesWarningKind) {
        if self.warnings.len() == MAX_WARNINGS {
            return;
        }
        let entry = self.spans.len() - 1;
        let (start, end) = self.spans.last().copied().unwrap_or_default();
        let text = self.text.get(start..end).unwrap_or_default();
        self.warnings.push(TrustedProxiesWarning::new(kind, entry, start, text));
    }
}

/// The places of the entries, empty ones between two commas included.
struct Tokens<'a> {
    text: &'a [u8],
    at: usize,
    separators: Separators,
    /// A comma was met, and no entry after it.
    open: Open,
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Open {
    AfterComma,
    AfterEntry,
    Start,
}

impl<'a> Tokens<'a> {
    fn new(text: &'a str, separators: Separators) -> Self {
        Self { text: text.as_bytes(), at: 0, separators, open: Open::Start }
    }

    fn next_span(&mut self) -> Option<(usize, usize)> {
        loop {
            self.skip_blanks();
            match self.text.get(self.at) {
                None => {
                    let is_empty = self.open == Open::AfterComma;
                    self.open = Open::Start;
                    return is_empty.then_some((self.at, self.at));
                }
                Some(b',') => {
                    let is_empty = self.open != Open::AfterEntry;
                    let at = self.at;
                    (self.open, self.at) = (Open::AfterComma, at + 1);
                    if is_empty {
                        return Some((at, at));
                    }
                }
                Some(_) => {
                    self.open = Open::AfterEntry;
                    return Some(self.take_entry());
                }
            }
        }
    }

    fn take_entry(&mut self) -> (usize, usize) {
        let start = self.at;
        let rest = self.text.get(start..).unwrap_or_default();
        let ends = |byte: &u8| match self.separators {
            Separators::Commas => *byte == b',',
            Separators::CommasAndBlanks => matches!(byte, b',' | b'#') || is_blank(*byte),
        };
        let length = rest.iter().position(ends).unwrap_or(rest.len());
        self.at = start + length;
        let blanks = rest.iter().take(length).rev().take_while(|byte| is_blank(**byte)).count();
        (start, self.at - blanks)
    }

    fn skip_blanks(&mut self) {
        while let Some(byte) = self.text.get(self.at) {
            let is_comment = *byte == b'#' && self.separators == Separators::CommasAndBlanks;
            if is_comment {
                let rest = self.text.get(self.at..).unwrap_or_default();
                self.at += rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
            } else if is_blank(*byte) {
                self.at += 1;
            } else {
                return;
            }
        }
    }
}

/// White space of the setting: what Tuleap's own reader trims, and form feed.
fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c | 0)
}
