use std::fmt;

use super::error::{Fault, LocationsFault};
use crate::config_text::quoted_word;
use crate::pattern::{Case, Pattern};

/// One `location`: modifier, pattern, and a name for it.
///
/// ```
/// use tuleap_front_http::{LocationModifier, LocationRule};
///
/// let rule = LocationRule::new(LocationModifier::CaselessRegex, r"\.(?:js|css)$", "media");
/// assert_eq!(rule.to_string(), r"~* \.(?:js|css)$ media");
/// assert_eq!((rule.modifier().as_str(), rule.pattern(), rule.name()), ("~*", r"\.(?:js|css)$", "media"));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LocationRule {
    modifier: LocationModifier,
    pattern: String,
    name: String,
}

/// What stands before the pattern of a `location`.
#[expect(clippy::exhaustive_enums, reason = "nginx's modifiers")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum LocationModifier {
    /// `~*`: a regular expression, in which the case of ASCII letters does not count.
    CaselessRegex,
    /// `=`: the path itself.
    Exact,
    /// Nothing: what the path starts with.
    Prefix,
    /// `~`: a regular expression.
    Regex,
    /// `^~`: what the path starts with; regular expressions are not asked then.
    StoppingPrefix,
}

impl LocationModifier {
    /// Every modifier, in the order of declaration.
    pub const ALL: &[Self] =
        &[Self::CaselessRegex, Self::Exact, Self::Prefix, Self::Regex, Self::StoppingPrefix];

    /// As nginx writes it; empty for a plain prefix.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CaselessRegex => "~*",
            Self::Exact => "=",
            Self::Prefix => "",
            Self::Regex => "~",
            Self::StoppingPrefix => "^~",
        }
    }

    /// The modifier that is written so.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|modifier| modifier.as_str() == text)
    }

    pub(crate) const fn is_regex(self) -> bool {
        matches!(self, Self::CaselessRegex | Self::Regex)
    }

    const fn case(self) -> Case {
        match self {
            Self::CaselessRegex => Case::Insensitive,
            Self::Exact | Self::Prefix | Self::Regex | Self::StoppingPrefix => Case::Sensitive,
        }
    }
}

impl LocationRule {
    /// A location; whether its pattern is one is seen by [`Locations::new`](crate::Locations::new).
    #[must_use]
    pub fn new(
        modifier: LocationModifier,
        pattern: impl Into<String>,
        name: impl Into<String>,
    ) -> Self {
        Self { modifier, pattern: pattern.into(), name: name.into() }
    }

    /// What stands before the pattern.
    #[must_use]
    pub const fn modifier(&self) -> LocationModifier {
        self.modifier
    }

    /// The path, the prefix or the regular expression.
    #[must_use]
    pub fn pattern(&self) -> &str {
        &self.pattern
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The regular expression, where it is one.
    pub(super) fn compile(&self) -> Result<Option<Pattern>, Fault> {
        if self.modifier.is_regex() {
            return Pattern::new(&self.pattern, self.modifier.case())
                .map(Some)
                .map_err(|fault| Fault::pattern(&fault));
        }
        if self.pattern.starts_with('/') {
            Ok(None)
        } else {
            Err(Fault::whole(LocationsFault::Prefix, self.pattern.len()))
        }
    }

    /// Modifier and pattern.
    pub(crate) const fn head(&self) -> Head<'_> {
        Head(self)
    }
}

/// Modifier and pattern, as they are read.
#[derive(Debug)]
pub(crate) struct Head<'r>(&'r LocationRule);

impl fmt::Display for Head<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(LocationRule { modifier, pattern, .. }) = self;
        if *modifier != LocationModifier::Prefix {
            write!(out, "{} ", modifier.as_str())?;
        }
        out.write_str(&quoted_word(pattern))
    }
}

/// As it is read.
impl fmt::Display for LocationRule {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.head(), quoted_word(&self.name))
    }
}
