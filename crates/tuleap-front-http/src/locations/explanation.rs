use std::fmt;

use super::rule::LocationRule;
use super::{LocationMatch, Locations};

/// Which location takes a path, and what was compared before.
///
/// `Display` writes it for people, and with the feature `serde` it is one JSON object.
///
/// ```
/// use tuleap_front_http::{Locations, LocationsReason};
///
/// let locations: Locations = "/ web\n~ ^/svn/ svn\n~* [.]css$ media".parse()?;
/// let explanation = locations.explain(b"/a.css");
/// assert_eq!(explanation.found().unwrap().rule().name(), "media");
/// assert_eq!(explanation.reason(), LocationsReason::FirstRegex);
/// assert_eq!(explanation.reason().code(), "locations/first-regex");
/// assert_eq!(explanation.prefix().unwrap().name(), "web");
/// assert_eq!(explanation.regexes().len(), 2);
/// assert_eq!(
///     explanation.to_string(),
///     "location media (first-regex)\n  \
///        uri     /a.css\n  \
///        prefix  / web\n  \
///        regex   ~ ^/svn/ svn: no\n  \
///        regex   ~* [.]css$ media: yes\n  \
///        because it is the first regular expression that matches\n"
/// );
/// # Ok::<(), tuleap_front_http::LocationsError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct LocationsExplanation<'a> {
    locations: &'a Locations,
    uri: &'a [u8],
    found: Option<LocationMatch<'a>>,
    steps: Steps,
}

/// What a search tells.
pub(super) trait Trace {
    /// The longest prefix.
    fn prefix(&mut self, index: usize);
    /// A regular expression that was asked.
    fn regex(&mut self, index: usize);
}

impl Trace for () {
    fn prefix(&mut self, _index: usize) {}
    fn regex(&mut self, _index: usize) {}
}

#[derive(Clone, Debug, Default)]
struct Steps {
    prefix: Option<usize>,
    regexes: Vec<usize>,
}

impl Trace for Steps {
    fn prefix(&mut self, index: usize) {
        self.prefix = Some(index);
    }

    fn regex(&mut self, index: usize) {
        self.regexes.push(index);
    }
}

impl<'a> LocationsExplanation<'a> {
    pub(super) fn new(locations: &'a Locations, uri: &'a [u8]) -> Self {
        let mut steps = Steps::default();
        let found = locations.decide(uri, &mut steps);
        Self { locations, uri, found, steps }
    }

    /// The answer that is explained.
    #[must_use]
    pub const fn found(&self) -> Option<LocationMatch<'a>> {
        self.found
    }

    /// Why this location, or none.
    #[must_use]
    pub fn reason(&self) -> LocationsReason {
        self.found.map_or(LocationsReason::NoLocation, |found| found.reason)
    }

    /// The path.
    #[must_use]
    pub const fn uri(&self) -> &'a [u8] {
        self.uri
    }

    /// The longest prefix that the path starts with, unless a location is the path itself.
    #[must_use]
    pub fn prefix(&self) -> Option<&'a LocationRule> {
        self.locations.rules.get(self.steps.prefix?)
    }

    /// The regular expressions that were asked, in order; only the last one may have matched.
    #[must_use]
    pub fn regexes(&self) -> Vec<&'a LocationRule> {
        self.steps.regexes.iter().filter_map(|index| self.locations.rules.get(*index)).collect()
    }
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident = $name:literal: $text:literal,)*) => {
        /// Why a location takes a path. A closed set of stable names.
        ///
        /// ```
        /// use tuleap_front_http::LocationsReason;
        ///
        /// assert_eq!(LocationsReason::Exact.as_str(), "exact");
        /// assert!(LocationsReason::NoLocation.text().contains("no location"));
        /// assert_eq!(LocationsReason::ALL.len(), 5);
        /// ```
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        #[non_exhaustive]
        pub enum LocationsReason {
            $($(#[$doc])* $variant,)*
        }

        impl LocationsReason {
            /// Every reason, in the order of declaration.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The stable name.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// The stable id, the same in every language.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => concat!("locations/", $name),)*
                }
            }

            /// The reason in words.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }
        }
    };
}

reasons! {
    /// `=`
    Exact = "exact": "it is the path itself",
    /// `~` or `~*`
    FirstRegex = "first-regex": "it is the first regular expression that matches",
    /// A plain prefix.
    LongestPrefix = "longest-prefix":
        "it is the longest prefix, and no regular expression matches",
    /// None.
    NoLocation = "no-location": "no location takes the path",
    /// `^~`
    StoppingPrefix = "stopping-prefix":
        "it is the longest prefix, and its ^~ keeps regular expressions from being asked",
}

impl fmt::Display for LocationsReason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

impl fmt::Display for LocationsExplanation<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reason = self.reason();
        match self.found {
            Some(found) => writeln!(out, "location {} ({reason})", found.rule.name())?,
            None => writeln!(out, "no location ({reason})")?,
        }
        writeln!(out, "  uri     {}", self.uri.escape_ascii())?;
        if let Some(prefix) = self.prefix() {
            writeln!(out, "  prefix  {prefix}")?;
        }
        let matched = self.found.map(|found| found.rule);
        for rule in self.regexes() {
            let answer = if matched == Some(rule) { "yes" } else { "no" };
            writeln!(out, "  regex   {rule}: {answer}")?;
        }
        writeln!(out, "  because {}", reason.text())
    }
}
