use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// nginx's `levels=`: the folders above a cache file, named by the last digits of its name.
///
/// One to three numbers, each 1 or 2, with colons between them; nothing for no folders.
///
/// ```
/// use tuleap_front_http::{CacheKey, CacheLevels, CacheLevelsError};
///
/// let key = CacheKey::from_bytes("httpGETtuleap.example.com/c002/a.css");
/// let path = |levels: &str| levels.parse().map(|levels: CacheLevels| key.path(&levels));
/// assert_eq!(path("1:2")?, "9/d1/c1b46a28356afba7bfb22f8d73acdd19");
/// assert_eq!(path("2:2:1")?, "19/dd/c/c1b46a28356afba7bfb22f8d73acdd19");
/// assert_eq!(path("")?, "c1b46a28356afba7bfb22f8d73acdd19");
/// assert_eq!(path("1:3"), Err(CacheLevelsError::Digit));
/// # Ok::<(), CacheLevelsError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct CacheLevels {
    /// 0 where there is no further level.
    digits: [u8; 3],
}

impl CacheLevels {
    /// How many digits name each folder, the outermost first.
    ///
    /// ```
    /// use tuleap_front_http::CacheLevels;
    ///
    /// let levels: CacheLevels = "1:2".parse()?;
    /// assert_eq!(levels.digits().collect::<Vec<_>>(), [1, 2]);
    /// assert_eq!(levels.to_string(), "1:2");
    /// # Ok::<(), tuleap_front_http::CacheLevelsError>(())
    /// ```
    pub fn digits(&self) -> impl Iterator<Item = u8> + use<> {
        self.digits.into_iter().take_while(|digits| *digits > 0)
    }
}

impl FromStr for CacheLevels {
    type Err = CacheLevelsError;

    fn from_str(text: &str) -> Result<Self, CacheLevelsError> {
        let mut levels = Self::default();
        if text.is_empty() {
            return Ok(levels);
        }
        let mut parts = text.split(':');
        for digits in &mut levels.digits {
            *digits = match parts.next() {
                None => break,
                Some("1") => 1,
                Some("2") => 2,
                Some(_) => return Err(CacheLevelsError::Digit),
            };
        }
        match parts.next() {
            None => Ok(levels),
            Some(_) => Err(CacheLevelsError::Count),
        }
    }
}

impl fmt::Display for CacheLevels {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, digits) in self.digits().enumerate() {
            let colon = if at > 0 { ":" } else { "" };
            write!(out, "{colon}{digits}")?;
        }
        Ok(())
    }
}

macro_rules! errors {
    ($($(#[$doc:meta])* $variant:ident = $name:literal: $text:literal, $hint:literal;)*) => {
        /// Why `levels=` was refused.
        ///
        /// ```
        /// use tuleap_front_http::{CacheLevels, CacheLevelsError};
        ///
        /// let error = "1:2:2:2".parse::<CacheLevels>().unwrap_err();
        /// assert_eq!(error, CacheLevelsError::Count);
        /// assert_eq!(error.code(), "cache-levels/count");
        /// assert_eq!(error.to_string(), "more than three levels: write at most three, such as 1:2");
        /// assert_eq!(error.hint(), "write at most three, such as 1:2");
        /// ```
        #[derive(Clone, Copy, Debug, Eq, Error, Hash, PartialEq)]
        #[non_exhaustive]
        pub enum CacheLevelsError {
            $($(#[$doc])* #[error("{}: {}", $text, $hint)] $variant,)*
        }

        impl CacheLevelsError {
            /// Every error, in the order of declaration.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The stable name, `cache-levels/…`.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => concat!("cache-levels/", $name),)*
                }
            }

            /// What to write instead.
            #[must_use]
            pub const fn hint(self) -> &'static str {
                match self {
                    $(Self::$variant => $hint,)*
                }
            }
        }
    };
}

errors! {
    /// A fourth level.
    Count = "count": "more than three levels", "write at most three, such as 1:2";
    /// Neither 1 nor 2.
    Digit = "digit": "a level is not 1 or 2", "write numbers with colons between them, such as 1:2";
}
