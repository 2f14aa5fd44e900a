use super::Locations;
use super::error::{Fault, LocationsError, LocationsFault};
use super::rule::{LocationModifier, LocationRule};
use crate::config_text::{Word, words};

/// Reads one location per line.
pub(super) fn parse(text: &str) -> Result<Locations, LocationsError> {
    let mut rules = Vec::new();
    // Where the line and the pattern of each location start, and what the line is.
    let mut places: Vec<(usize, Option<usize>, &str)> = Vec::new();
    let mut start = 0;
    for line in text.split('\n') {
        let error = |fault| LocationsError::new(text, rules.len(), start, line, fault);
        let words = words(line).map_err(|fault| error(fault.into()))?;
        if !words.is_empty() {
            let (modifier, pattern, rest) = location_words(&words).map_err(error)?;
            let name = match rest {
                [name] => name.text.as_ref(),
                [] => return Err(error(Fault::at(LocationsFault::Name, line.trim_end().len(), 0))),
                [_, word, ..] => {
                    return Err(error(Fault::at(LocationsFault::Word, word.offset, word.length)));
                }
            };
            places.push((start, pattern.is_literal.then_some(pattern.offset), line));
            rules.push(LocationRule::new(modifier, pattern.text, name));
        }
        start += line.len() + 1;
    }
    Locations::compile(rules).map_err(|(entry, _, fault)| {
        let Some((start, pattern, line)) = places.get(entry) else {
            return LocationsError::new(text, 0, 0, "", fault);
        };
        let fault = fault.within(*pattern, line);
        LocationsError::new(text, entry, *start, line, fault)
    })
}

/// A pattern, and where it starts in its line.
pub(crate) struct PatternWord {
    pub(crate) text: String,
    pub(crate) offset: usize,
    /// Does it stand there byte for byte?
    pub(crate) is_literal: bool,
}

/// Modifier, pattern, and the words behind them.
pub(crate) fn location_words<'w, 't>(
    words: &'w [Word<'t>],
) -> Result<(LocationModifier, PatternWord, &'w [Word<'t>]), Fault> {
    let (first, rest) = words.split_first().ok_or(Fault::at(LocationsFault::Empty, 0, 0))?;
    let is_modifier = |modifier: &&LocationModifier| modifier.as_str() == first.text;
    if let Some(modifier) = LocationModifier::ALL.iter().find(is_modifier) {
        let (pattern, rest) = rest
            .split_first()
            .ok_or_else(|| Fault::at(LocationsFault::Pattern, first.offset + first.length, 0))?;
        return Ok((*modifier, PatternWord::new(pattern, 0), rest));
    }
    // nginx reads a modifier that stands before its pattern without a blank, too.
    let glued = [
        LocationModifier::Exact,
        LocationModifier::StoppingPrefix,
        LocationModifier::CaselessRegex,
        LocationModifier::Regex,
    ];
    let modifier = glued.into_iter().find(|modifier| first.text.starts_with(modifier.as_str()));
    let modifier = modifier.unwrap_or(LocationModifier::Prefix);
    Ok((modifier, PatternWord::new(first, modifier.as_str().len()), rest))
}

impl PatternWord {
    fn new(word: &Word<'_>, skipped: usize) -> Self {
        let text = word.text.get(skipped..).unwrap_or_default().to_owned();
        let is_literal = word.text.len() == word.length;
        Self { text, offset: word.offset + if is_literal { skipped } else { 0 }, is_literal }
    }
}
