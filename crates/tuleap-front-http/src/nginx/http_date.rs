//! Dates of HTTP (RFC 9110 §5.6.7) as nginx reads and writes them: Unix seconds.

use std::fmt::Write as _;

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// From a Thursday, 1 January 1970, on.
const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];

const DAY: i64 = 86_400;

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Format {
    /// `Sun Nov  6 08:49:37 1994`
    Asctime,
    /// `Sun, 06 Nov 1994 08:49:37 GMT`
    Rfc1123,
    /// `Sunday, 06-Nov-94 08:49:37 GMT`
    Rfc850,
}

/// The seconds of a date, as nginx reads it: the name of the day may be any word, a month is known
/// by the letters that tell it from the others, what follows the seconds is not read. The one
/// second before 1970 is nginx's value for an error, and `None` here.
pub(crate) fn parse_http_date(text: &[u8]) -> Option<i64> {
    let mut at = Cursor::behind_the_name_of_the_day(text)?;
    let mut format = at.format;
    let mut day = 0;
    if format != Format::Asctime {
        day = at.number(2)?;
        format = match at.next()? {
            b' ' if at.rest.len() >= 17 => Format::Rfc1123,
            b'-' => Format::Rfc850,
            _ => return None,
        };
    }
    let month = at.month()?;
    match (format, at.next()?) {
        (Format::Rfc1123, b' ') | (Format::Rfc850, b'-') | (Format::Asctime, _) => {}
        _ => return None,
    }
    let mut year = 0;
    match format {
        Format::Rfc1123 => year = at.number(4)?,
        Format::Rfc850 => {
            year = at.number(2)?;
            year += if year < 70 { 2000 } else { 1900 };
        }
        Format::Asctime => {
            at.skip(b' ');
            day = at.number(1)?;
            if at.rest.first().is_some_and(|byte| *byte != b' ') {
                day = day * 10 + at.number(1)?;
            }
        }
    }
    at.expect(b' ')?;
    let hour = at.number(2)?;
    at.expect(b':')?;
    let minute = at.number(2)?;
    at.expect(b':')?;
    let second = at.number(2)?;
    if format == Format::Asctime {
        at.expect(b' ')?;
        year = at.number(4)?;
    }
    if hour > 23 || minute > 59 || second > 59 || day > days_of(month, year) {
        return None;
    }
    let days = days_since_1970(year, month, day);
    let seconds = days.wrapping_mul(86_400).wrapping_add(hour * 3600 + minute * 60 + second);
    Some(seconds.cast_signed()).filter(|seconds| *seconds != -1)
}

/// A date as RFC 9110 wants it, `Sun, 06 Nov 1994 08:49:37 GMT`. What is before 1970 is its first
/// second.
pub(crate) fn write_http_date(seconds: i64) -> String {
    let seconds = seconds.max(0);
    let (days, second) = (seconds / DAY, seconds % DAY);
    // Days since 1 March 0000, in cycles of 400 years.
    let shifted = days + 719_468;
    let (cycle, of_cycle) = (shifted / 146_097, shifted % 146_097);
    let of_era = (of_cycle - of_cycle / 1_460 + of_cycle / 36_524 - of_cycle / 146_096) / 365;
    let of_year = of_cycle - (365 * of_era + of_era / 4 - of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = (from_march + 2) % 12;
    let year = of_era + cycle * 400 + i64::from(month < 2);
    let name = |names: &[&'static str], index: i64| {
        usize::try_from(index).ok().and_then(|index| names.get(index).copied()).unwrap_or("")
    };
    let mut out = String::with_capacity(29);
    let _ = write!(
        out,
        "{}, {day:02} {} {year:4} {:02}:{:02}:{:02} GMT",
        name(&WEEKDAYS, days % 7),
        name(&MONTHS, month),
        second / 3600,
        second / 60 % 60,
        second % 60
    );
    out
}

struct Cursor<'t> {
    rest: &'t [u8],
    format: Format,
}

impl<'t> Cursor<'t> {
    /// The name of the day ends with a comma, or, of asctime, with a space.
    fn behind_the_name_of_the_day(text: &'t [u8]) -> Option<Self> {
        let end = text.iter().position(|byte| matches!(byte, b',' | b' '))?;
        let format = if text.get(end) == Some(&b' ') { Format::Asctime } else { Format::Rfc1123 };
        let mut cursor = Self { rest: text.get(end + 1..)?, format };
        while cursor.skip(b' ') {}
        (cursor.rest.len() >= 18).then_some(cursor)
    }

    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn skip(&mut self, byte: u8) -> bool {
        let is_there = self.rest.first() == Some(&byte);
        if is_there {
            self.next();
        }
        is_there
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        self.skip(byte).then_some(())
    }

    fn number(&mut self, digits: usize) -> Option<u64> {
        let (digits, rest) = self.rest.split_at_checked(digits)?;
        self.rest = rest;
        digits.iter().try_fold(0, |number, digit| {
            digit.is_ascii_digit().then(|| number * 10 + u64::from(digit - b'0'))
        })
    }

    /// From 0, by the letters that nginx looks at.
    fn month(&mut self) -> Option<u64> {
        let (name, rest) = self.rest.split_at_checked(3)?;
        self.rest = rest;
        Some(match name {
            [b'J', b'a', _] => 0,
            [b'J', _, b'n'] => 5,
            [b'J', ..] => 6,
            [b'F', ..] => 1,
            [b'M', _, b'r'] => 2,
            [b'M', ..] => 4,
            [b'A', b'p', _] => 3,
            [b'A', ..] => 7,
            [b'S', ..] => 8,
            [b'O', ..] => 9,
            [b'N', ..] => 10,
            [b'D', ..] => 11,
            _ => return None,
        })
    }
}

const fn days_of(month: u64, year: u64) -> u64 {
    match month {
        1 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        1 => 28,
        3 | 5 | 8 | 10 => 30,
        _ => 31,
    }
}

/// A year that is counted from March; what overflows goes around, as in nginx (January 0000).
const fn days_since_1970(year: u64, month: u64, day: u64) -> u64 {
    let (year, month) =
        if month < 2 { (year.wrapping_sub(1), month + 11) } else { (year, month - 1) };
    let years = year.wrapping_mul(365).wrapping_add(year / 4);
    let years = years.wrapping_sub(year / 100).wrapping_add(year / 400);
    years.wrapping_add(367 * month / 12 + day).wrapping_sub(719_499)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_formats_are_read() {
        for text in [
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
            "x,06 Nox 1994 08:49:37",
            "Sun,   06 Nov 1994 08:49:37 +0200",
            "Sun Nov 06 08:49:37 1994 GMT",
            ",06-N**-94 08:49:37",
        ] {
            assert_eq!(parse_http_date(text.as_bytes()), Some(784_111_777), "{text}");
        }
        for (text, seconds) in [
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
            ("Thu, 00 Jan 1970 00:00:00 GMT", -86_400),
            ("Thu, 29 Feb 2024 23:59:59 GMT", 1_709_251_199),
            ("Tuesday, 19-Jan-38 03:14:08 GMT", 2_147_483_648),
            ("Thursday, 01-Jan-70 00:00:01 GMT", 1),
            ("Fri, 31 Dec 9999 23:59:59 GMT", 253_402_300_799),
        ] {
            assert_eq!(parse_http_date(text.as_bytes()), Some(seconds), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "0",
            "-1",
            "Sun, ",
            "Sunday",
            "Sun, 6 Nov 1994 08:49:37 GMT",
            "Sun, 06 nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 94 08:49:37 GMT",
            "Sun, 06-Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov-1994 08:49:37 GMT",
            "Sun, 31 Nov 1994 08:49:37 GMT",
            "Sun, 29 Feb 1900 08:49:37 GMT",
            "Sun, 06 Nov 1994 24:00:00 GMT",
            "Sun, 06 Nov 1994 08:60:00 GMT",
            "Sun, 06 Nov 1994 08:49:60 GMT",
            "Sun, 06 Nov 1994 08.49:37 GMT",
            "Sun, 06 Nov 1994 08:49:3",
            "Sun Nov x6 08:49:37 1994",
            "Sun Nov  6 08:49:37 199",
            // nginx's value for an error.
            "Wed, 31 Dec 1969 23:59:59 GMT",
        ] {
            assert_eq!(parse_http_date(text.as_bytes()), None, "{text}");
        }
        let long = format!("{}, 06 Nov 1994 08:49:37 GMT", "x".repeat(100_000));
        assert_eq!(parse_http_date(long.as_bytes()), Some(784_111_777));
    }

    #[test]
    fn what_is_written_is_read() {
        assert_eq!(write_http_date(784_111_777), "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(write_http_date(-5), "Thu, 01 Jan 1970 00:00:00 GMT");
        assert_eq!(write_http_date(2_147_483_647), "Tue, 19 Jan 2038 03:14:07 GMT");
        // Each day of 400 years and more, at another second.
        for day in 0..160_000 {
            let seconds = day * DAY + day % DAY;
            let written = write_http_date(seconds);
            assert_eq!(parse_http_date(written.as_bytes()), Some(seconds), "{written}");
        }
        assert!(write_http_date(i64::MAX).ends_with(" GMT"));
    }
}
