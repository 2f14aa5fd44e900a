use std::borrow::Cow;

use thiserror::Error;

use crate::config_text::{Place, place_getters};

/// A chain that was refused: what is wrong, where, and what to write instead.
///
/// ```
/// use tuleap_front_http::{ProxyChain, ProxyChainFault};
///
/// let error = "lb: https;\nnginx: http, trust lb".parse::<ProxyChain>().unwrap_err();
/// assert_eq!((error.fault(), error.code()), (ProxyChainFault::Word, "proxy-chain/word"));
/// assert_eq!((error.entry(), error.line(), error.column()), (1, 2, 14));
/// assert_eq!((error.offset(), error.offset_in_entry(), error.length()), (24, 13, 8));
/// assert_eq!(
///     error.to_string(),
///     "entry 1 \"nginx: http, trust lb\" (line 2, column 14): not a word of a chain: \
///      write trusts NAME, with the name of a hop before this one"
/// );
/// assert!(error.hint().starts_with("write trusts NAME"));
/// ```
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("{place}: {fault}: {}", place.hint())]
pub struct ProxyChainError {
    fault: ProxyChainFault,
    place: Place,
}

/// What is wrong with a part of the text, before its place is known.
pub(super) struct Fault {
    pub(super) code: ProxyChainFault,
    /// Where the part starts, in bytes from the start of the text.
    pub(super) offset: usize,
    pub(super) length: usize,
    pub(super) hint: Cow<'static, str>,
}

impl ProxyChainError {
    pub(super) fn new(
        text: &str,
        entry: usize,
        start: usize,
        shown: &str,
        Fault { code, offset, length, hint }: Fault,
    ) -> Self {
        let within = (offset.saturating_sub(start), length);
        Self { fault: code, place: Place::new(text, (entry, start, shown), within, hint) }
    }

    /// What is wrong.
    #[must_use]
    pub const fn fault(&self) -> ProxyChainFault {
        self.fault
    }

    /// The stable name of what is wrong, `proxy-chain/…`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.fault.code()
    }

    place_getters!("hop");
}

macro_rules! faults {
    ($($(#[$doc:meta])* $variant:ident = $name:literal: $text:literal,)*) => {
        /// What is wrong with the description of a chain.
        #[derive(Clone, Copy, Debug, Eq, Error, Hash, PartialEq)]
        #[non_exhaustive]
        pub enum ProxyChainFault {
            $($(#[$doc])* #[error($text)] $variant,)*
        }

        impl ProxyChainFault {
            /// Every fault, in the order of declaration.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The stable name, `proxy-chain/…`.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => concat!("proxy-chain/", $name),)*
                }
            }
        }
    };
}

faults! {
    /// No hop at all.
    Empty = "empty": "there is no hop",
    /// Neither `http` nor `https`.
    Listener = "listener": "it is not said how the hop is reached",
    /// Nothing before the colon, a byte that no name has, or a word of the language.
    Name = "name": "not a name",
    /// Two hops of one name.
    NameTwice = "name-twice": "two hops have this name",
    /// No colon.
    NoColon = "no-colon": "there is no colon after the name",
    /// More than 32.
    TooManyHops = "too-many-hops": "more than 32 hops",
    /// A name that no hop before this one has.
    TrustsUnknown = "trusts-unknown": "no hop before this one has the name",
    /// Two clauses about one thing.
    Twice = "twice": "this was said before",
    /// A clause that is none.
    Word = "word": "not a word of a chain",
}
