//! `Cache-Control` by RFC 9111 §5.2: directives between commas, each a token and perhaps a value.

use crate::blanks::trim;
use crate::headers::RequestHeaders;
use crate::headers::lookup::values;

/// What the lines say.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct CacheControl {
    pub(super) is_there: bool,
    pub(super) no_cache: bool,
    pub(super) no_store: bool,
    pub(super) private: bool,
    pub(super) public: bool,
    /// `must-revalidate` or `proxy-revalidate`: it is never served when it is too old.
    pub(super) must_revalidate: bool,
    pub(super) max_age: Seconds,
    pub(super) s_maxage: Seconds,
    pub(super) stale_while_revalidate: Seconds,
    pub(super) stale_if_error: Seconds,
}

/// A number of seconds that a directive gives.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) enum Seconds {
    #[default]
    Absent,
    /// No number, or two that differ: RFC 9111 §4.2.1 has such an answer be stale.
    Malformed,
    Number(i64),
}

impl CacheControl {
    pub(super) fn of<S: RequestHeaders + ?Sized>(headers: &S) -> Self {
        let mut all = Self::default();
        for line in values(headers, b"cache-control") {
            all.is_there = true;
            Directives(line).for_each(|(name, value)| all.add(name, value));
        }
        all
    }

    fn add(&mut self, name: &[u8], value: &[u8]) {
        let is = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
        if is("no-cache") {
            self.no_cache = true;
        } else if is("no-store") {
            self.no_store = true;
        } else if is("private") {
            self.private = true;
        } else if is("public") {
            self.public = true;
        } else if is("must-revalidate") || is("proxy-revalidate") {
            self.must_revalidate = true;
        } else if is("max-age") {
            self.max_age.add(value);
        } else if is("s-maxage") {
            self.s_maxage.add(value);
        } else if is("stale-while-revalidate") {
            self.stale_while_revalidate.add(value);
        } else if is("stale-if-error") {
            self.stale_if_error.add(value);
        }
    }
}

impl Seconds {
    fn add(&mut self, value: &[u8]) {
        let number = match number(value) {
            Some(number) => Self::Number(number),
            None => Self::Malformed,
        };
        *self = match *self {
            Self::Absent => number,
            other if other == number => other,
            _ => Self::Malformed,
        };
    }

    /// The number; 0 where there is none.
    pub(super) const fn or_zero(self) -> i64 {
        match self {
            Self::Number(number) => number,
            Self::Absent | Self::Malformed => 0,
        }
    }
}

/// Digits, perhaps in quotes. What does not fit is the greatest number, as RFC 9111 §1.2.2 has it.
fn number(value: &[u8]) -> Option<i64> {
    let digits = match value {
        [b'"', digits @ .., b'"'] => digits,
        digits => digits,
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let add = |number: i64, digit: &u8| {
        number.saturating_mul(10).saturating_add(i64::from(digit.wrapping_sub(b'0')))
    };
    Some(digits.iter().fold(0, add))
}

/// Names and values, in order; a comma in quotes separates nothing.
pub(super) struct Directives<'v>(pub(super) &'v [u8]);

impl<'v> Iterator for Directives<'v> {
    type Item = (&'v [u8], &'v [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if self.0.is_empty() {
                return None;
            }
            let (mut end, mut equals, mut quoted, mut escaped) = (None, None, false, false);
            for (at, byte) in self.0.iter().enumerate() {
                match byte {
                    _ if escaped => escaped = false,
                    b'\\' if quoted => escaped = true,
                    b'"' => quoted = !quoted,
                    b',' if !quoted => {
                        end = Some(at);
                        break;
                    }
                    b'=' if !quoted && equals.is_none() => equals = Some(at),
                    _ => {}
                }
            }
            let (directive, rest) = self.0.split_at(end.unwrap_or(self.0.len()));
            self.0 = rest.get(1..).unwrap_or_default();
            let (name, value) = directive.split_at(equals.unwrap_or(directive.len()));
            let name = trim(name);
            if !name.is_empty() || equals.is_some() {
                return Some((name, trim(value.get(1..).unwrap_or_default())));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_are_told_apart() {
        let all = |value: &'static str| {
            let text = |bytes: &'static [u8]| std::str::from_utf8(bytes).unwrap();
            Directives(value.as_bytes())
                .map(|(name, value)| (text(name), text(value)))
                .collect::<Vec<_>>()
        };
        assert_eq!(all(""), []);
        assert_eq!(all(" ,, \t,"), []);
        assert_eq!(
            all("a, b = 1,c=\"x, \\\", y\" ,d"),
            [("a", ""), ("b", "1"), ("c", "\"x, \\\", y\""), ("d", "")]
        );
        assert_eq!(all("private=\"open, no-store"), [("private", "\"open, no-store")]);
    }

    #[test]
    fn names_are_compared_whole() {
        let of = |value: &str| CacheControl::of([("Cache-Control", value)].as_slice());
        assert!(of("x-private-x, no-cachex").max_age == Seconds::Absent);
        assert!(!of("x-private-x").private && of("PRIVATE=x").private);
        assert_eq!(of("max-age=\"60\"").max_age, Seconds::Number(60));
        assert_eq!(of("max-age=60, max-age=60").max_age, Seconds::Number(60));
        assert_eq!(of("max-age=60, max-age=61").max_age, Seconds::Malformed);
        assert_eq!(of("max-age").max_age, Seconds::Malformed);
        assert_eq!(of("max-age=99999999999999999999").max_age, Seconds::Number(i64::MAX));
        assert_eq!(of("s-maxage=-1").s_maxage.or_zero(), 0);
    }
}
