use std::borrow::Cow;

use thiserror::Error;

use super::levels::CacheLevelsError;
use crate::config_text::{Directive, DirectiveFault, Place, Word, place_getters};
use crate::expires::ExpiresError;
use crate::gzip::{GzipPolicyError, GzipPolicyFault};
use crate::locations::{self, LocationsFault};

/// Directives that were refused: which one, what is wrong, what to write instead.
///
/// ```
/// use tuleap_front_http::{CachePolicy, CachePolicyFault};
///
/// let error = "proxy_cache zone;\nproxy_cache_key $uid;".parse::<CachePolicy>().unwrap_err();
/// assert_eq!((error.fault(), error.code()), (CachePolicyFault::Variable, "cache-policy/variable"));
/// assert_eq!((error.entry(), error.line(), error.column()), (1, 2, 17));
/// assert_eq!((error.offset(), error.offset_in_entry(), error.length()), (34, 16, 4));
/// assert!(error.to_string().starts_with("entry 1 \"proxy_cache_key $uid;\" (line 2, column 17): "));
/// assert!(error.hint().contains("$request_uri"));
/// ```
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("{place}: {fault}: {}", place.hint())]
pub struct CachePolicyError {
    fault: CachePolicyFault,
    place: Place,
}

impl CachePolicyError {
    /// The whole text is wrong.
    pub(super) fn whole(text: &str, fault: CachePolicyFault) -> Self {
        let hint = Cow::Borrowed(fault.hint());
        Self { fault, place: Place::new(text, (0, 0, ""), (0, 0), hint) }
    }

    /// What cannot be read as directives.
    pub(super) fn syntax(text: &str, DirectiveFault { place, fault }: DirectiveFault<'_>) -> Self {
        let hint = Cow::Borrowed(fault.hint);
        let place = Place::new(text, place, (fault.offset, fault.length), hint);
        Self { fault: CachePolicyFault::Syntax, place }
    }

    /// A word of a directive is wrong.
    pub(super) fn word(
        text: &str,
        directive: &Directive<'_>,
        word: &Word<'_>,
        fault: CachePolicyFault,
    ) -> Self {
        Self::part(text, directive, (word.offset, word.length), fault, fault.hint().into())
    }

    /// So many bytes of a directive are wrong.
    pub(super) fn part(
        text: &str,
        directive: &Directive<'_>,
        part: (usize, usize),
        fault: CachePolicyFault,
        hint: Cow<'static, str>,
    ) -> Self {
        Self { fault, place: Place::new(text, directive.place(), part, hint) }
    }

    /// A `location` is wrong.
    pub(super) fn location(text: &str, directive: &Directive<'_>, fault: locations::Fault) -> Self {
        let locations::Fault { code, offset, length, hint } = fault;
        Self::part(text, directive, (offset, length), CachePolicyFault::Location(code), hint)
    }

    /// A directive about gzip is wrong.
    pub(super) fn gzip(text: &str, all: &[Directive<'_>], error: &GzipPolicyError) -> Self {
        let fault = CachePolicyFault::Gzip(error.fault());
        let is_behind = |directive: &&Directive<'_>| directive.start <= error.offset();
        match all.iter().rfind(is_behind) {
            Some(directive) => {
                let part = (error.offset().saturating_sub(directive.start), error.length());
                Self::part(text, directive, part, fault, error.hint().to_owned().into())
            }
            None => Self::whole(text, fault),
        }
    }

    /// What is wrong.
    #[must_use]
    pub const fn fault(&self) -> CachePolicyFault {
        self.fault
    }

    /// The stable name of what is wrong: `cache-policy/…`, or that of a part: `cache-levels/…`,
    /// `expires/…`, `gzip/…`, `locations/…`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.fault.code()
    }

    place_getters!("directive");
}

macro_rules! faults {
    ($($(#[$doc:meta])* $variant:ident = $name:literal: $text:literal, $hint:literal;)*) => {
        /// What is wrong with a text of directives about a cache.
        #[derive(Clone, Copy, Debug, Eq, Error, Hash, PartialEq)]
        #[non_exhaustive]
        pub enum CachePolicyFault {
            $($(#[$doc])* #[error($text)] $variant,)*
            /// The parameters of `expires`.
            #[error("the time cannot be read")]
            Expires(ExpiresError),
            /// A directive about gzip.
            #[error(transparent)]
            Gzip(GzipPolicyFault),
            /// `levels=`
            #[error("the levels cannot be read")]
            Levels(CacheLevelsError),
            /// Modifier or pattern of a `location`.
            #[error(transparent)]
            Location(LocationsFault),
        }

        impl CachePolicyFault {
            /// The faults that are not those of a part, in the order of declaration.
            pub const OWN: &[Self] = &[$(Self::$variant,)*];

            /// The stable name.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => concat!("cache-policy/", $name),)*
                    Self::Expires(error) => error.code(),
                    Self::Gzip(fault) => fault.code(),
                    Self::Levels(error) => error.code(),
                    Self::Location(fault) => fault.code(),
                }
            }

            pub(super) const fn hint(self) -> &'static str {
                match self {
                    $(Self::$variant => $hint,)*
                    Self::Expires(error) => error.hint(),
                    Self::Levels(error) => error.hint(),
                    Self::Gzip(_) | Self::Location(_) => "write it in another way",
                }
            }
        }
    };
}

faults! {
    /// Too few parameters.
    Argument = "argument": "a parameter is missing", "write one behind the name, such as: proxy_cache zone;";
    /// What is not one of the directives.
    Directive = "directive": "not a directive about a cache",
        "leave it out: it decides nothing about the cache, or is not known here";
    /// A directive of one value stands twice.
    Duplicate = "duplicate": "the directive stands twice", "leave one of them out";
    /// No directive at all.
    Empty = "empty": "there is no directive", "write at least: tuleap_cache recommended;";
    /// A header that `proxy_ignore_headers` does not know.
    Header = "header": "not a header that can be ignored",
        "write Cache-Control, Expires, Set-Cookie, Vary, X-Accel-Buffering, X-Accel-Charset, X-Accel-Expires, X-Accel-Limit-Rate or X-Accel-Redirect";
    /// There is a cache and no key: nginx's own has the name of the backend in it.
    Key = "key": "there is no proxy_cache_key",
        "write proxy_cache_key \"$scheme$request_method$host$request_uri\";";
    /// A method that nginx does not cache.
    Method = "method": "not a method that can be cached", "write GET, HEAD or POST";
    /// A number or a size that nginx does not read.
    Number = "number": "not a number that the directive takes", "write digits alone, such as 2, or 8k";
    /// A parameter that is none.
    Parameter = "parameter": "not a parameter of the directive",
        "leave it out, or write one of nginx's documentation";
    /// A name of a header that is none.
    HeaderName = "header-name": "not the name of a header", "write one such as Set-Cookie";
    /// A word of `proxy_cache_use_stale` that is none.
    Stale = "stale": "not a case in which an old entry can stand in",
        "write error, timeout, invalid_header, updating, http_500, http_502, http_503, http_504, http_403, http_404, http_429 or off";
    /// Not a status.
    Status = "status": "not a status", "write one from 100 to 599, or any";
    /// Neither `on` nor `off`.
    Switch = "switch": "neither on nor off", "write on or off";
    /// What cannot be read as directives.
    Syntax = "syntax": "not a list of directives", "write a directive, its parameters and ;";
    /// What nginx does not read as a time.
    Time = "time": "not a time", "write one such as 1h, \"1h 30m\" or 90";
    /// The recommended policy cannot ignore a header that says whom an answer is for.
    Unsafe = "unsafe": "the recommended policy does not ignore this header",
        "leave it out: the header says whom an answer is for";
    /// A variable that a request alone does not decide.
    Variable = "variable": "the variable is not known here",
        "write $scheme, $request_method, $host, $request_uri, $uri, $args, $is_args, $http_NAME, $cookie_NAME or $arg_NAME";
    /// Something behind the last parameter.
    Word = "word": "a word too many", "write one parameter; put one that has blanks in quotes";
}
