mod error;
mod explanation;
mod prefixes;
mod rule;
#[cfg(feature = "serde")]
mod serialize;
mod text;

use std::fmt;
use std::str::FromStr;

pub use self::error::{LocationsError, LocationsFault};
pub use self::explanation::{LocationsExplanation, LocationsReason};
pub use self::rule::{LocationModifier, LocationRule};

pub(crate) use self::error::Fault;
pub(crate) use self::text::location_words;

use self::explanation::Trace;
use self::prefixes::Prefixes;
use crate::pattern::Pattern;

/// Which `location` of an nginx server takes a path.
///
/// 1. A location with `=` whose pattern is the path.
/// 2. Otherwise the longest pattern without `~` that the path starts with. Where it has `^~`, it
///    is taken;
/// 3. otherwise the first regular expression, in the order of the configuration, that matches;
/// 4. otherwise that longest prefix, where there is one.
///
/// The path is nginx's `$uri`: [`RequestTarget::uri`](crate::RequestTarget::uri).
///
/// The text has one location per line, in nginx's words: modifier, pattern, and a name for it;
/// `#` starts a comment. Two locations of one pattern are an error, as in nginx. A regular
/// expression is PCRE over bytes, caseless (`~*`) for ASCII letters only, with `$` before a final
/// newline, too; look-around, back-references, possessive repetitions and whatever else cannot be
/// honoured is an error.
///
/// A path is looked up by halving, and then asked of each regular expression. `^text`, `text$` and
/// `text(?:one|other)$` are compared by hand, without the heap; others run in time that is linear
/// in the path, and may allocate.
///
/// ```
/// use tuleap_front_http::{Locations, LocationsReason};
///
/// let locations: Locations = r"
///     /                                     web
///     ^~ /svnplugin                         svn
///     ~* \.(?:js|css|png|gif|eot|woff)$     media
/// ".parse()?;
/// let find = |uri: &str| locations.find(uri.as_bytes()).map(|found| found.rule().name());
/// assert_eq!(find("/a.CSS"), Some("media"));
/// assert_eq!(find("/svnplugin/a/logo.png"), Some("svn"));
/// assert_eq!(find("/index.php"), Some("web"));
///
/// let found = locations.find(b"/svnplugin/a/logo.png").unwrap();
/// assert_eq!((found.index(), found.reason()), (1, LocationsReason::StoppingPrefix));
/// # Ok::<(), tuleap_front_http::LocationsError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Locations {
    rules: Vec<LocationRule>,
    prefixes: Prefixes,
    /// In the order of the configuration.
    regexes: Vec<(usize, Pattern)>,
}

/// The location that takes a path.
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct LocationMatch<'l> {
    rule: &'l LocationRule,
    index: usize,
    reason: LocationsReason,
}

impl Locations {
    /// Compiles a list of locations.
    ///
    /// ```
    /// use tuleap_front_http::{LocationModifier, LocationRule, Locations, LocationsFault};
    ///
    /// let svn = LocationRule::new(LocationModifier::StoppingPrefix, "/svnplugin", "svn");
    /// let error = Locations::new([svn.clone(), svn]).unwrap_err();
    /// assert_eq!((error.entry(), error.fault()), (1, LocationsFault::Duplicate));
    /// ```
    ///
    /// # Errors
    ///
    /// No location; a pattern that stands twice, does not start with `/`, or cannot be honoured.
    pub fn new(rules: impl IntoIterator<Item = LocationRule>) -> Result<Self, LocationsError> {
        let rules: Vec<LocationRule> = rules.into_iter().collect();
        Self::compile(rules).map_err(|(entry, pattern, fault)| {
            LocationsError::new(&pattern, entry, 0, &pattern, fault)
        })
    }

    /// The location that takes this path.
    pub fn find(&self, uri: &[u8]) -> Option<LocationMatch<'_>> {
        self.decide(uri, &mut ())
    }

    /// The same, with what was compared.
    pub fn explain<'a>(&'a self, uri: &'a [u8]) -> LocationsExplanation<'a> {
        LocationsExplanation::new(self, uri)
    }

    /// The locations, in order.
    #[must_use]
    pub fn rules(&self) -> &[LocationRule] {
        &self.rules
    }

    /// The faulty entry, its pattern, and what is wrong.
    pub(crate) fn compile(rules: Vec<LocationRule>) -> Result<Self, (usize, String, Fault)> {
        if rules.is_empty() {
            return Err((0, String::new(), Fault::whole(LocationsFault::Empty, 0)));
        }
        let mut regexes = Vec::new();
        for (index, rule) in rules.iter().enumerate() {
            let fault = |fault| (index, rule.pattern().to_owned(), fault);
            regexes.extend(rule.compile().map_err(fault)?.map(|pattern| (index, pattern)));
        }
        let prefixes = Prefixes::new(&rules).map_err(|(first, index)| {
            let pattern = rules.get(index).map_or("", LocationRule::pattern);
            (index, pattern.to_owned(), Fault::duplicate(pattern, first))
        })?;
        Ok(Self { rules, prefixes, regexes })
    }

    fn decide(&self, uri: &[u8], trace: &mut impl Trace) -> Option<LocationMatch<'_>> {
        let found =
            |index, reason| self.rules.get(index).map(|rule| LocationMatch { rule, index, reason });
        let prefix = match self.prefixes.find(uri) {
            prefixes::Found::Exact(index) => return found(index, LocationsReason::Exact),
            prefixes::Found::Prefix(index) => Some(index),
            prefixes::Found::Nothing => None,
        };
        let prefix = prefix.and_then(|index| found(index, LocationsReason::LongestPrefix));
        if let Some(prefix) = prefix {
            trace.prefix(prefix.index);
            if prefix.rule.modifier() == LocationModifier::StoppingPrefix {
                return found(prefix.index, LocationsReason::StoppingPrefix);
            }
        }
        for (index, pattern) in &self.regexes {
            trace.regex(*index);
            if pattern.is_match(uri) {
                return found(*index, LocationsReason::FirstRegex);
            }
        }
        prefix
    }

    /// Has a location that is no expression this pattern?
    pub(crate) fn has(&self, pattern: &[u8]) -> bool {
        self.prefixes.has(pattern)
    }
}

impl<'l> LocationMatch<'l> {
    /// The location.
    #[must_use]
    pub const fn rule(&self) -> &'l LocationRule {
        self.rule
    }

    /// Which one, from 0.
    #[must_use]
    pub const fn index(&self) -> usize {
        self.index
    }

    /// Why this one.
    #[must_use]
    pub const fn reason(&self) -> LocationsReason {
        self.reason
    }
}

impl FromStr for Locations {
    type Err = LocationsError;

    fn from_str(text: &str) -> Result<Self, LocationsError> {
        text::parse(text)
    }
}

/// As it is read, one location per line.
impl fmt::Display for Locations {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rules.iter().try_for_each(|rule| writeln!(out, "{rule}"))
    }
}
