use super::rule::{LocationModifier, LocationRule};
use crate::sorted::sorted;

/// The patterns that are compared byte by byte, in order, each once.
#[derive(Clone, Debug, Default)]
pub(super) struct Prefixes(Vec<Entry>);

#[derive(Clone, Debug)]
struct Entry {
    pattern: Box<[u8]>,
    exact: Option<usize>,
    prefix: Option<usize>,
    /// The longest other entry that this one starts with.
    parent: Option<usize>,
}

/// What was found for a path.
pub(super) enum Found {
    Exact(usize),
    Nothing,
    /// The longest one.
    Prefix(usize),
}

impl Prefixes {
    /// Two locations of one pattern are given back, the earlier first.
    pub(super) fn new(rules: &[LocationRule]) -> Result<Self, (usize, usize)> {
        let compared = rules.iter().enumerate().filter(|(_, rule)| !rule.modifier().is_regex());
        let is_exact = |rule: &LocationRule| rule.modifier() == LocationModifier::Exact;
        let patterns = compared.map(|(index, rule)| (rule.pattern(), index, is_exact(rule)));
        let mut entries: Vec<Entry> = Vec::new();
        for (pattern, index, is_exact) in sorted(patterns.collect()) {
            let pattern = pattern.as_bytes();
            if entries.last().is_none_or(|last| *last.pattern != *pattern) {
                let parent = parent(&entries, pattern);
                entries.push(Entry { pattern: pattern.into(), exact: None, prefix: None, parent });
            }
            let Some(entry) = entries.last_mut() else { continue };
            let place = if is_exact { &mut entry.exact } else { &mut entry.prefix };
            if let Some(first) = place.replace(index) {
                return Err((first, index));
            }
        }
        Ok(Self(entries))
    }

    pub(super) fn find(&self, uri: &[u8]) -> Found {
        let mut at = self.0.partition_point(|entry| *entry.pattern <= *uri).checked_sub(1);
        if let Some(Entry { pattern, exact: Some(exact), .. }) = self.entry(at)
            && **pattern == *uri
        {
            return Found::Exact(*exact);
        }
        // Whatever the path starts with is this entry, or one that this entry starts with.
        while let Some(entry) = self.entry(at) {
            match entry.prefix {
                Some(prefix) if uri.starts_with(&entry.pattern) => return Found::Prefix(prefix),
                _ => at = entry.parent,
            }
        }
        Found::Nothing
    }

    /// Has a location this path for its pattern?
    pub(super) fn has(&self, pattern: &[u8]) -> bool {
        self.0.binary_search_by(|entry| (*entry.pattern).cmp(pattern)).is_ok()
    }

    fn entry(&self, at: Option<usize>) -> Option<&Entry> {
        self.0.get(at?)
    }
}

/// The longest entry that a pattern behind all of them starts with.
fn parent(entries: &[Entry], pattern: &[u8]) -> Option<usize> {
    let mut at = entries.len().checked_sub(1);
    while let Some(entry) = at.and_then(|at| entries.get(at)) {
        if pattern.starts_with(&entry.pattern) {
            return at;
        }
        at = entry.parent;
    }
    None
}
