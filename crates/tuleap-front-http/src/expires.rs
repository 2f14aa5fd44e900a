use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::nginx::{NginxRules, parse_time, write_http_date, write_time};
use crate::response_line::{ResponseLine, is_named};

/// nginx's directive `expires`: until when a client may keep an answer.
///
/// It is obeyed for answers with 200, 201, 204, 206, 301, 302, 303, 304, 307 and 308. It writes an
/// `Expires` and a `Cache-Control`, whatever the backend said: an answer that was `private` or
/// `no-store` may be kept then.
///
/// In: its parameters, in nginx's words. Out, for an answer: [`Expires::effect`]. Times are Unix
/// seconds; a time of day is one of UTC.
///
/// Source: `ngx_http_headers_module`, directive `expires`.
///
/// ```
/// use tuleap_front_http::{Expires, ExpiresError};
///
/// let expires: Expires = "1h".parse()?;
/// assert_eq!(expires, Expires::Access { seconds: 3600 });
/// let effect = expires.effect(200, None, 784_111_777).unwrap();
/// assert_eq!((effect.at(), effect.max_age()), (784_115_377, Some(3600)));
/// assert_eq!(effect.expires(), "Sun, 06 Nov 1994 09:49:37 GMT");
/// assert_eq!(effect.cache_control(), "max-age=3600");
/// assert_eq!(expires.effect(404, None, 0), None);
///
/// assert_eq!("modified -1d".parse(), Ok(Expires::Modified { seconds: -86_400 }));
/// assert_eq!("@22h".parse(), Ok(Expires::Daily { second: 79_200 }));
/// assert_eq!("1h 30".parse::<Expires>(), Err(ExpiresError::Word));
/// # Ok::<(), ExpiresError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Expires {
    /// `TIME`: so long from now on; `-TIME`: it was to be kept until then.
    Access {
        /// Negative for the past.
        seconds: i64,
    },
    /// `@TIME`: until the next time that it is so late.
    Daily {
        /// Of the day, up to 86400.
        second: i64,
    },
    /// `epoch`: never, since 1970.
    Epoch,
    /// `max`: until the end of 2037, and ten years.
    Max,
    /// `modified TIME`: so long from `Last-Modified` on, or from now on where there is none.
    Modified {
        /// Negative for the time before.
        seconds: i64,
    },
    /// `off`: what the backend says.
    #[default]
    Off,
}

/// What [`Expires`] writes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[must_use]
pub struct ExpiresEffect {
    at: i64,
    max_age: Option<i64>,
}

impl Expires {
    /// What is written for an answer: nothing where the status is none of those, or for `off`.
    ///
    /// `last_modified` is what its `Last-Modified` says, where that is a date.
    pub fn effect(
        &self,
        status: u16,
        last_modified: Option<i64>,
        now: i64,
    ) -> Option<ExpiresEffect> {
        if !matches!(status, 200 | 201 | 204 | 206 | 301..=304 | 307 | 308) {
            return None;
        }
        let (at, max_age) = match *self {
            Self::Off => return None,
            Self::Epoch => (1, -1),
            Self::Max => (2_145_916_555, 315_360_000),
            Self::Access { seconds: 0 } | Self::Modified { seconds: 0 } => (now, 0),
            Self::Access { seconds } => (now.wrapping_add(seconds), seconds),
            Self::Modified { seconds } => match last_modified {
                None => (now.wrapping_add(seconds), seconds),
                Some(last_modified) => {
                    let at = last_modified.wrapping_add(seconds);
                    // What is negative is no-cache, even where it lies ahead.
                    (at, if seconds < 0 { seconds } else { at.wrapping_sub(now) })
                }
            },
            Self::Daily { second } => {
                let midnight = now.saturating_sub(now.rem_euclid(DAY));
                let today = midnight.saturating_add(second);
                let at = if today > now { today } else { today.saturating_add(DAY) };
                (at, at.saturating_sub(now))
            }
        };
        Some(ExpiresEffect { at, max_age: (max_age >= 0).then_some(max_age) })
    }
}

const DAY: i64 = 86_400;

impl ExpiresEffect {
    /// The `Expires`, in Unix seconds.
    #[must_use]
    pub const fn at(&self) -> i64 {
        self.at
    }

    /// The seconds of `max-age`; `None` where it is `no-cache`.
    #[must_use]
    pub const fn max_age(&self) -> Option<i64> {
        self.max_age
    }

    /// The value of `Expires`.
    #[must_use]
    pub fn expires(&self) -> String {
        write_http_date(self.at)
    }

    /// The value of `Cache-Control`.
    #[must_use]
    pub fn cache_control(&self) -> Cow<'static, str> {
        match self.max_age {
            Some(seconds) => Cow::Owned(format!("max-age={seconds}")),
            None => Cow::Borrowed("no-cache"),
        }
    }

    /// Writes both into the lines of an answer: in the place of the first `Cache-Control`, the
    /// others go; in the place of `Expires`. Of several `Expires` 1.22 replaces the last and keeps
    /// the others.
    pub(crate) fn apply(&self, lines: &mut Vec<ResponseLine<'_>>, rules: NginxRules) {
        let is_expires = |line: &ResponseLine<'_>| is_named(line, b"expires");
        let at = match rules {
            NginxRules::V1_22 => lines.iter().rposition(is_expires),
            NginxRules::Current => lines.iter().position(is_expires),
        };
        if rules != NginxRules::V1_22 {
            keep_first(lines, b"expires");
        }
        let value = || Cow::Owned(self.expires().into_bytes());
        set(lines, at, b"Expires", value());
        let at = lines.iter().position(|line| is_named(line, b"cache-control"));
        keep_first(lines, b"cache-control");
        let value = match self.cache_control() {
            Cow::Borrowed(value) => Cow::Borrowed(value.as_bytes()),
            Cow::Owned(value) => Cow::Owned(value.into_bytes()),
        };
        set(lines, at, b"Cache-Control", value);
    }
}

fn set<'a>(
    lines: &mut Vec<ResponseLine<'a>>,
    at: Option<usize>,
    name: &'static [u8],
    value: Cow<'a, [u8]>,
) {
    match at.and_then(|at| lines.get_mut(at)) {
        Some(line) => line.1 = value,
        None => lines.push((Cow::Borrowed(name), value)),
    }
}

fn keep_first(lines: &mut Vec<ResponseLine<'_>>, name: &[u8]) {
    let mut seen = false;
    lines.retain(|line| !is_named(line, name) || !std::mem::replace(&mut seen, true));
}

impl FromStr for Expires {
    type Err = ExpiresError;

    /// Reads the parameters, with blanks between them.
    fn from_str(text: &str) -> Result<Self, ExpiresError> {
        let words: Vec<&str> = text.split_ascii_whitespace().collect();
        Self::from_words(&words)
    }
}

impl Expires {
    /// Reads the words of the directive.
    pub(crate) fn from_words(words: &[&str]) -> Result<Self, ExpiresError> {
        match words {
            [] => Err(ExpiresError::Empty),
            ["off"] => Ok(Self::Off),
            ["epoch"] => Ok(Self::Epoch),
            ["max"] => Ok(Self::Max),
            ["modified"] => Err(ExpiresError::Empty),
            ["modified", daily] if daily.starts_with('@') => Err(ExpiresError::Daily),
            ["modified", time] => signed(time).map(|seconds| Self::Modified { seconds }),
            [time] if time.contains('$') => Err(ExpiresError::Variable),
            [time] => match time.strip_prefix('@') {
                None => signed(time).map(|seconds| Self::Access { seconds }),
                Some(time) => match parse_time(time) {
                    Some(second @ 0..=DAY) => Ok(Self::Daily { second }),
                    Some(_) => Err(ExpiresError::Daily),
                    None => Err(ExpiresError::Time),
                },
            },
            [_, _, ..] => Err(ExpiresError::Word),
        }
    }
}

fn signed(text: &str) -> Result<i64, ExpiresError> {
    let time = text.strip_prefix(['+', '-']).unwrap_or(text);
    let seconds = parse_time(time).ok_or(ExpiresError::Time)?;
    Ok(if text.starts_with('-') { -seconds } else { seconds })
}

/// The parameters, as they are read.
impl fmt::Display for Expires {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let signed = |seconds: i64| {
            let sign = if seconds < 0 { "-" } else { "" };
            format!("{sign}{}", write_time(seconds.saturating_abs()))
        };
        match *self {
            Self::Access { seconds } => out.write_str(&signed(seconds)),
            Self::Daily { second } => write!(out, "@{}", write_time(second)),
            Self::Epoch => out.write_str("epoch"),
            Self::Max => out.write_str("max"),
            Self::Modified { seconds } => write!(out, "modified {}", signed(seconds)),
            Self::Off => out.write_str("off"),
        }
    }
}

macro_rules! errors {
    ($($(#[$doc:meta])* $variant:ident = $name:literal: $text:literal, $hint:literal;)*) => {
        /// Why parameters of `expires` were refused.
        ///
        /// ```
        /// use tuleap_front_http::{Expires, ExpiresError};
        ///
        /// let error = "@25h".parse::<Expires>().unwrap_err();
        /// assert_eq!(error, ExpiresError::Daily);
        /// assert_eq!(error.code(), "expires/daily");
        /// assert_eq!(error.to_string(), "not a time of the day: write one up to @24h, such as @22h");
        /// assert_eq!(error.text(), "not a time of the day");
        /// assert_eq!(error.hint(), "write one up to @24h, such as @22h");
        /// ```
        #[derive(Clone, Copy, Debug, Eq, Error, Hash, PartialEq)]
        #[non_exhaustive]
        pub enum ExpiresError {
            $($(#[$doc])* #[error("{}: {}", $text, $hint)] $variant,)*
        }

        impl ExpiresError {
            /// Every error, in the order of declaration.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The stable name, `expires/…`.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => concat!("expires/", $name),)*
                }
            }

            /// What is wrong, in words.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
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
    /// Above 24 hours, or behind `modified`.
    Daily = "daily": "not a time of the day", "write one up to @24h, such as @22h";
    /// Nothing, or nothing behind `modified`.
    Empty = "empty": "there is no time", "write one such as 1h, or off, epoch or max";
    /// What nginx does not read as a time.
    Time = "time": "not a time", "write one such as 1h, \"1h 30m\" or 90, or off, epoch or max";
    /// A variable: its value is another one for each request.
    Variable = "variable": "a variable cannot be read", "write the time itself, such as 1h";
    /// Something behind the time.
    Word = "word": "a word too many", "write one time; put one of several parts in quotes";
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(expires: &str, lines: &[(&str, &str)], rules: NginxRules) -> Vec<(String, String)> {
        let line = |(name, value): &(&str, &str)| {
            (Cow::Owned(name.as_bytes().to_vec()), Cow::Owned(value.as_bytes().to_vec()))
        };
        let mut lines: Vec<ResponseLine<'_>> = lines.iter().map(line).collect();
        let expires: Expires = expires.parse().unwrap();
        expires.effect(200, None, 3600).unwrap().apply(&mut lines, rules);
        let text = |bytes: Cow<'_, [u8]>| String::from_utf8(bytes.into_owned()).unwrap();
        lines.into_iter().map(|(name, value)| (text(name), text(value))).collect()
    }

    /// Asked of nginx 1.22.1, on 28 November 2026 at 10:45:49; modified a day and a second before.
    #[test]
    fn the_effect_is_that_of_nginx() {
        const NOW: i64 = 1_795_862_749;
        const MODIFIED: i64 = NOW - DAY - 1;
        let cases = [
            ("1h", None, NOW + 3600, Some(3600)),
            ("0", None, NOW, Some(0)),
            ("-0", None, NOW, Some(0)),
            ("-1h", None, NOW - 3600, None),
            ("epoch", None, 1, None),
            ("max", None, 2_145_916_555, Some(315_360_000)),
            ("@10h", None, NOW + 83_651, Some(83_651)),
            ("@0", None, NOW + 47_651, Some(47_651)),
            ("@86400", None, NOW + 47_651, Some(47_651)),
            ("@11h", None, NOW + 851, Some(851)),
            ("modified 1h", Some(MODIFIED), MODIFIED + 3600, None),
            ("modified 1h", None, NOW + 3600, Some(3600)),
            ("modified 2d", Some(MODIFIED), MODIFIED + 2 * DAY, Some(DAY - 1)),
            ("modified 0", Some(MODIFIED), NOW, Some(0)),
            ("modified -1h", Some(NOW + DAY), NOW + DAY - 3600, None),
        ];
        for (expires, last_modified, at, max_age) in cases {
            let effect = expires.parse::<Expires>().unwrap().effect(304, last_modified, NOW);
            assert_eq!(effect, Some(ExpiresEffect { at, max_age }), "{expires}");
        }
        let huge = Expires::Access { seconds: i64::MAX }.effect(200, None, NOW).unwrap();
        assert_eq!(huge.expires(), "Thu, 01 Jan 1970 00:00:00 GMT");
        assert_eq!(Expires::Off.effect(200, None, NOW), None);
        assert_eq!(Expires::Max.effect(300, None, NOW), None);
    }

    #[test]
    fn lines_are_replaced_where_they_stand() {
        let two =
            [("expires", "a"), ("CACHE-CONTROL", "b"), ("Expires", "c"), ("cache-control", "d")];
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let time = "Thu, 01 Jan 1970 02:00:00 GMT";
        assert_eq!(
            after("1h", &two, NginxRules::V1_22),
            [pair("expires", "a"), pair("CACHE-CONTROL", "max-age=3600"), pair("Expires", time)]
        );
        assert_eq!(
            after("1h", &two, NginxRules::Current),
            [pair("expires", time), pair("CACHE-CONTROL", "max-age=3600")]
        );
        assert_eq!(
            after("-1h", &[], NginxRules::Current),
            [pair("Expires", "Thu, 01 Jan 1970 00:00:00 GMT"), pair("Cache-Control", "no-cache")]
        );
    }

    #[test]
    fn what_is_written_is_read_again() {
        for text in
            ["off", "epoch", "max", "1h", "-1h", "@22h", "@0", "modified 1d", "modified -90"]
        {
            let expires: Expires = text.parse().unwrap();
            assert_eq!(expires.to_string(), text);
        }
        for text in
            ["", "modified", "modified epoch", "EPOCH", "@-1", "--1h", "$a", "1 h", "@86401"]
        {
            assert!(text.parse::<Expires>().is_err(), "{text}");
        }
    }
}
