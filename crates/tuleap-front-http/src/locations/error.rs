use std::borrow::Cow;

use thiserror::Error;

use crate::config_text::{Place, WordFault, place_getters};
use crate::pattern::PatternFault;

/// Locations that were refused: which one, what is wrong, what to write instead.
///
/// ```
/// use tuleap_front_http::{Locations, LocationsFault};
///
/// let error = "/ web\n~ ^/(?!svn) other".parse::<Locations>().unwrap_err();
/// assert_eq!(error.fault(), LocationsFault::UnsupportedPattern);
/// assert_eq!(error.code(), "locations/unsupported-pattern");
/// assert_eq!((error.entry(), error.line(), error.column()), (1, 2, 5));
/// assert_eq!((error.offset(), error.offset_in_entry(), error.length()), (10, 4, 3));
/// assert_eq!(
///     error.to_string(),
///     "entry 1 \"~ ^/(?!svn) other\" (line 2, column 5): the pattern cannot be honoured: \
///      look-around is not supported"
/// );
/// assert_eq!(error.hint(), "look-around is not supported");
/// ```
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("{place}: {fault}: {}", place.hint())]
pub struct LocationsError {
    fault: LocationsFault,
    place: Place,
}

/// What is wrong with a location; where, in bytes from the start of its line or of its pattern.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    pub(crate) code: LocationsFault,
    pub(crate) offset: usize,
    pub(crate) length: usize,
    pub(crate) hint: Cow<'static, str>,
}

impl Fault {
    pub(crate) const fn at(code: LocationsFault, offset: usize, length: usize) -> Self {
        Self { code, offset, length, hint: Cow::Borrowed(code.hint()) }
    }

    /// The whole pattern is wrong.
    pub(crate) const fn whole(code: LocationsFault, length: usize) -> Self {
        Self::at(code, 0, length)
    }

    pub(super) fn duplicate(pattern: &str, first: usize) -> Self {
        let hint = format!("leave one out: entry {first} has it, too");
        Self { hint: Cow::Owned(hint), ..Self::whole(LocationsFault::Duplicate, pattern.len()) }
    }

    pub(super) const fn pattern(fault: &PatternFault) -> Self {
        let PatternFault { offset, length, what } = *fault;
        Self { code: LocationsFault::UnsupportedPattern, offset, length, hint: Cow::Borrowed(what) }
    }

    /// A fault of a pattern, as one of the line in which the pattern starts there; the whole line
    /// where it does not stand there byte for byte.
    pub(crate) fn within(self, pattern: Option<usize>, line: &str) -> Self {
        match pattern {
            Some(start) => Self { offset: start + self.offset, ..self },
            None => {
                let offset = line.len() - line.trim_start().len();
                Self { offset, length: line.trim().len(), ..self }
            }
        }
    }
}

impl From<WordFault> for Fault {
    fn from(WordFault { offset, length, hint }: WordFault) -> Self {
        Self { code: LocationsFault::Quote, offset, length, hint: Cow::Borrowed(hint) }
    }
}

impl LocationsError {
    /// `start` is where the line of the location starts in the text.
    pub(crate) fn new(text: &str, entry: usize, start: usize, line: &str, fault: Fault) -> Self {
        let Fault { code, offset, length, hint } = fault;
        let place = Place::new(text, (entry, start, line), (offset, length), hint);
        Self { fault: code, place }
    }

    /// What is wrong.
    #[must_use]
    pub const fn fault(&self) -> LocationsFault {
        self.fault
    }

    /// The stable name of what is wrong, `locations/…`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.fault.code()
    }

    place_getters!("location");
}

macro_rules! faults {
    ($($(#[$doc:meta])* $variant:ident = $name:literal: $text:literal, $hint:literal;)*) => {
        /// What is wrong with a list of locations.
        #[derive(Clone, Copy, Debug, Eq, Error, Hash, PartialEq)]
        #[non_exhaustive]
        pub enum LocationsFault {
            $($(#[$doc])* #[error($text)] $variant,)*
        }

        impl LocationsFault {
            /// Every fault, in the order of declaration.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The stable name, `locations/…`.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => concat!("locations/", $name),)*
                }
            }

            const fn hint(self) -> &'static str {
                match self {
                    $(Self::$variant => $hint,)*
                }
            }
        }
    };
}

faults! {
    /// Two locations of one pattern.
    Duplicate = "duplicate": "another location has this pattern", "leave one of them out";
    /// No location at all.
    Empty = "empty": "there is no location", "write one per line, such as: ^~ /svnplugin svn";
    /// No word behind the pattern.
    Name = "name": "the location has no name", "write one behind the pattern: ^~ /svnplugin svn";
    /// No word behind the modifier.
    Pattern = "pattern": "the location has no pattern",
        "write one behind the modifier: ^~ /svnplugin svn";
    /// A prefix or a path without a slash at its start, which no path equals.
    Prefix = "prefix": "the pattern does not start with a slash",
        "write /svnplugin, or a modifier before the pattern: =, ^~, ~ or ~*";
    /// A quote that is not closed, or what must stand in quotes.
    Quote = "quote": "the words of the line cannot be told apart", "put the pattern in quotes";
    /// What is not understood, or understood in another way than PCRE does.
    UnsupportedPattern = "unsupported-pattern": "the pattern cannot be honoured",
        "write the regular expression in another way";
    /// Something behind the name.
    Word = "word": "a word too many", "write modifier, pattern and name: ^~ /svnplugin svn";
}
