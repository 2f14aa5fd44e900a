use std::borrow::Cow;

use thiserror::Error;

use crate::config_text::{Place, WordFault, place_getters};
use crate::locations::{self, LocationsFault};

/// Routes that were refused: which line, what is wrong, what to write instead.
///
/// ```
/// use tuleap_front_http::{LocationsFault, Routes, RoutesFault};
///
/// let error = "/ proxy web\n/svnplugin proxy svn\n^~ /svnplugin proxy svn".parse::<Routes>();
/// let error = error.unwrap_err();
/// assert_eq!(error.fault(), RoutesFault::Location(LocationsFault::Duplicate));
/// assert_eq!((error.code(), error.entry()), ("locations/duplicate", 2));
///
/// let error = "/theme alias /usr/share/theme/".parse::<Routes>().unwrap_err();
/// assert_eq!((error.code(), error.column()), ("routes/alias-slash", 14));
/// assert_eq!(
///     error.to_string(),
///     "entry 0 \"/theme alias /usr/share/theme/\" (line 1, column 14): one of pattern and alias \
///      ends in a slash: write a slash at the end of both, so that /theme/../ cannot be written"
/// );
/// ```
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("{place}: {fault}: {}", place.hint())]
pub struct RoutesError {
    fault: RoutesFault,
    place: Place,
}

/// What is wrong with a line; where, in bytes from its start.
#[derive(Clone, Debug)]
pub(super) struct Fault {
    code: RoutesFault,
    offset: usize,
    length: usize,
    hint: Cow<'static, str>,
}

impl Fault {
    pub(super) const fn at(code: RoutesFault, offset: usize, length: usize) -> Self {
        Self { code, offset, length, hint: Cow::Borrowed(code.hint()) }
    }
}

impl From<locations::Fault> for Fault {
    fn from(fault: locations::Fault) -> Self {
        let locations::Fault { code, offset, length, hint } = fault;
        Self { code: RoutesFault::Location(code), offset, length, hint }
    }
}

impl From<WordFault> for Fault {
    fn from(fault: WordFault) -> Self {
        locations::Fault::from(fault).into()
    }
}

impl RoutesError {
    pub(super) fn new(text: &str, entry: usize, start: usize, line: &str, fault: Fault) -> Self {
        let Fault { code, offset, length, hint } = fault;
        let place = Place::new(text, (entry, start, line), (offset, length), hint);
        Self { fault: code, place }
    }

    /// What is wrong.
    #[must_use]
    pub const fn fault(&self) -> RoutesFault {
        self.fault
    }

    /// The stable name of what is wrong, `routes/…`, or `locations/…` of a pattern.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.fault.code()
    }

    place_getters!("line that is not empty");
}

macro_rules! faults {
    ($($(#[$doc:meta])* $variant:ident = $name:literal: $text:literal, $hint:literal;)*) => {
        /// What is wrong with a text of routes.
        #[derive(Clone, Copy, Debug, Eq, Error, Hash, PartialEq)]
        #[non_exhaustive]
        pub enum RoutesFault {
            $($(#[$doc])* #[error($text)] $variant,)*
            /// Modifier or pattern.
            #[error(transparent)]
            Location(LocationsFault),
        }

        impl RoutesFault {
            /// The faults that are not those of locations, in the order of declaration.
            pub const OWN: &[Self] = &[$(Self::$variant,)*];

            /// The stable name, `routes/…`, or `locations/…` of a pattern.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => concat!("routes/", $name),)*
                    Self::Location(fault) => fault.code(),
                }
            }

            const fn hint(self) -> &'static str {
                match self {
                    $(Self::$variant => $hint,)*
                    Self::Location(_) => "write modifier, pattern, and what the location does",
                }
            }
        }
    };
}

faults! {
    /// Nothing behind the pattern, or a word that is no action.
    Action = "action": "it is not said what the location does",
        "write proxy, fastcgi, static, root, alias or try_files behind the pattern";
    /// nginx takes the path from what the expression captured.
    AliasInRegex = "alias-in-regex": "a regular expression has no alias",
        "write root, or alias in a location without ~";
    /// `/theme` for `/usr/share/theme/`, or the other way round.
    AliasSlash = "alias-slash": "one of pattern and alias ends in a slash",
        "write a slash at the end of both, so that /theme/../ cannot be written";
    /// Nothing behind a word that needs something.
    Argument = "argument": "a word lacks what belongs to it",
        "write a name or a path behind it";
    /// A fallback that is no path.
    Fallback = "fallback": "the fallback is not a path",
        "write a path such as /index.php, without a query";
    /// A name of an index that goes to another directory.
    Index = "index": "not the name of an index",
        "write a name such as index.php";
    /// Files or scripts, and no `root`.
    NoRoot = "no-root": "the location needs the root of the server",
        "write a line such as: root /usr/share/tuleap/src/www";
    /// Not an absolute path, or one with a segment `..`.
    Path = "path": "not an absolute path without ..",
        "write a path that starts with a slash, without .. and without variables";
    /// `root` or `index` for the second time.
    SettingTwice = "setting-twice": "this was said before", "leave one of the lines out";
    /// A word that `try_files` has, and this does not.
    TryFiles = "try-files": "such words of try_files are not supported",
        "write $uri, $uri/, and a path, a path with ?$args, or =404 at the end";
    /// A word behind the end.
    Word = "word": "a word too many", "leave it out";
}
