use std::borrow::Cow;

use thiserror::Error;

use crate::config_text::{Directive, DirectiveFault, Place, Word, place_getters};
use crate::expires::ExpiresError;

/// Directives that were refused: which one, what is wrong, what to write instead.
///
/// ```
/// use tuleap_front_http::{GzipPolicy, GzipPolicyFault};
///
/// let error = "gzip on;\ngzip_vary yes;".parse::<GzipPolicy>().unwrap_err();
/// assert_eq!((error.fault(), error.code()), (GzipPolicyFault::Switch, "gzip/switch"));
/// assert_eq!((error.entry(), error.line(), error.column()), (1, 2, 11));
/// assert_eq!((error.offset(), error.offset_in_entry(), error.length()), (19, 10, 3));
/// assert_eq!(
///     error.to_string(),
///     "entry 1 \"gzip_vary yes;\" (line 2, column 11): neither on nor off: write on or off"
/// );
/// assert_eq!(error.hint(), "write on or off");
/// ```
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("{place}: {fault}: {}", place.hint())]
pub struct GzipPolicyError {
    fault: GzipPolicyFault,
    place: Place,
}

impl GzipPolicyError {
    /// The whole text is wrong.
    pub(super) fn whole(text: &str, fault: GzipPolicyFault) -> Self {
        let hint = Cow::Borrowed(fault.hint());
        Self { fault, place: Place::new(text, (0, 0, ""), (0, 0), hint) }
    }

    /// What cannot be read as directives.
    pub(super) fn syntax(text: &str, DirectiveFault { place, fault }: DirectiveFault<'_>) -> Self {
        let hint = Cow::Borrowed(fault.hint);
        let place = Place::new(text, place, (fault.offset, fault.length), hint);
        Self { fault: GzipPolicyFault::Syntax, place }
    }

    /// A word of a directive is wrong.
    pub(super) fn word(
        text: &str,
        directive: &Directive<'_>,
        word: &Word<'_>,
        fault: GzipPolicyFault,
    ) -> Self {
        Self::part(text, directive, (word.offset, word.length), fault, fault.hint())
    }

    /// So many bytes of a directive are wrong.
    pub(super) fn part(
        text: &str,
        directive: &Directive<'_>,
        part: (usize, usize),
        fault: GzipPolicyFault,
        hint: &'static str,
    ) -> Self {
        let place = Place::new(text, directive.place(), part, Cow::Borrowed(hint));
        Self { fault, place }
    }

    /// What is wrong.
    #[must_use]
    pub const fn fault(&self) -> GzipPolicyFault {
        self.fault
    }

    /// The stable name of what is wrong, `gzip/…`, or `expires/…` of its parameters.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.fault.code()
    }

    place_getters!("directive");
}

macro_rules! faults {
    ($($(#[$doc:meta])* $variant:ident = $name:literal: $text:literal, $hint:literal;)*) => {
        /// What is wrong with a text of directives about gzip.
        #[derive(Clone, Copy, Debug, Eq, Error, Hash, PartialEq)]
        #[non_exhaustive]
        pub enum GzipPolicyFault {
            $($(#[$doc])* #[error($text)] $variant,)*
            /// The parameters of `expires`.
            #[error("{}", .0.text())]
            Expires(ExpiresError),
        }

        impl GzipPolicyFault {
            /// Every fault that is not one of `expires`, in the order of declaration.
            pub const OWN: &[Self] = &[$(Self::$variant,)*];

            /// The stable name, `gzip/…` or `expires/…`.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => concat!("gzip/", $name),)*
                    Self::Expires(error) => error.code(),
                }
            }

            pub(super) const fn hint(self) -> &'static str {
                match self {
                    $(Self::$variant => $hint,)*
                    Self::Expires(error) => error.hint(),
                }
            }
        }
    };
}

faults! {
    /// Nothing behind the name.
    Argument = "argument": "the directive has no parameter", "write one behind its name, such as: gzip on;";
    /// A directive that says nothing about gzip.
    Directive = "directive": "not a directive about gzip",
        "write gzip, gzip_vary, gzip_proxied, gzip_types, gzip_disable, gzip_min_length, gzip_http_version or expires";
    /// A directive of one value stands twice.
    Duplicate = "duplicate": "the directive stands twice", "leave one of them out";
    /// No directive at all.
    Empty = "empty": "there is no directive", "write at least: gzip on;";
    /// Neither `1.0` nor `1.1`.
    HttpVersion = "http-version": "not a version of HTTP that can be asked for", "write 1.0 or 1.1";
    /// A number or a size that nginx does not read.
    Number = "number": "not a number that the directive takes", "write digits alone, such as 20, or 1k";
    /// A parameter of `gzip_proxied` that is none.
    Proxied = "proxied": "not a parameter of gzip_proxied",
        "write off, expired, no-cache, no-store, private, no_last_modified, no_etag, auth or any";
    /// Neither `on` nor `off`.
    Switch = "switch": "neither on nor off", "write on or off";
    /// What cannot be read as directives.
    Syntax = "syntax": "not a list of directives", "write a directive, its parameters and ;";
    /// What is not understood, or understood in another way than PCRE does.
    UnsupportedPattern = "unsupported-pattern": "the pattern cannot be honoured",
        "write the regular expression in another way";
    /// Something behind the last parameter.
    Word = "word": "a word too many", "write one parameter; put one that has blanks in quotes";
}
