//! Times of nginx's configuration: `90`, `1h`, `1h 30m`.

/// The units that a time in seconds may have, the longest first, in seconds.
const UNITS: [(u8, i64); 7] = [
    (b'y', 365 * 86_400),
    (b'M', 30 * 86_400),
    (b'w', 7 * 86_400),
    (b'd', 86_400),
    (b'h', 3600),
    (b'm', 60),
    (b's', 1),
];

/// The seconds of a time. A unit must be shorter than the one before it; a number without a unit,
/// which may stand before another one at the end, counts seconds. A unit without a number counts
/// nothing unless it is the first. What does not fit in 63 bits is refused.
pub(crate) fn parse_time(text: &str) -> Option<i64> {
    let (mut total, mut value, mut has_number) = (0_i64, 0_i64, false);
    let mut units = UNITS.as_slice();
    let mut rest = text.as_bytes();
    while let [byte, after @ ..] = rest {
        rest = after;
        let scale = match byte {
            b'0'..=b'9' => {
                value = value.checked_mul(10)?.checked_add(i64::from(byte - b'0'))?;
                has_number = true;
                continue;
            }
            b' ' if !units.is_empty() => {
                units = &[];
                1
            }
            // Milliseconds are no part of a time in seconds.
            b'm' if after.first() == Some(&b's') => return None,
            unit => {
                let at = units.iter().position(|(known, _)| known == unit)?;
                let (unit, shorter) = units.get(at..)?.split_first()?;
                // Behind seconds, what has no unit may follow, and no blank.
                units = shorter;
                unit.1
            }
        };
        total = total.checked_add(value.checked_mul(scale)?)?;
        value = 0;
        while let [b' ', after @ ..] = rest {
            rest = after;
        }
    }
    if has_number { total.checked_add(value) } else { None }
}

/// A time as [`parse_time`] reads it, in its longest units up to weeks.
pub(crate) fn write_time(seconds: i64) -> String {
    let unit = UNITS.iter().skip(2).find(|(_, scale)| seconds != 0 && seconds % scale == 0);
    match unit {
        Some((b's', _)) | None => seconds.to_string(),
        Some((unit, scale)) => format!("{}{}", seconds / scale, char::from(*unit)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What nginx 1.22.1 starts with, and does not.
    #[test]
    fn times_are_read_as_nginx_reads_them() {
        let times = [
            ("0", 0),
            ("90", 90),
            ("1h", 3600),
            ("1h 30m", 5400),
            ("1h ", 3600),
            ("1d1h", 90_000),
            ("1m30", 90),
            ("1m30s", 90),
            ("10 20", 30),
            ("1   5", 6),
            ("1s 5", 6),
            ("1s5", 6),
            ("1hm", 3600),
            ("1h m", 3600),
            ("1m s", 60),
            ("1y", 31_536_000),
            ("1M", 2_592_000),
            ("1w", 604_800),
            ("1d 1h 1m 1s 1", 90_062),
            ("9223372036854775807", i64::MAX),
        ];
        for (text, seconds) in times {
            assert_eq!(parse_time(text), Some(seconds), "{text}");
        }
        let refused = [
            "",
            " ",
            " 1h",
            "h",
            "1 h",
            "1h1d",
            "1hh",
            "1m 1m",
            "1d 1w",
            "1 2 3",
            "1 5s",
            "1ms",
            "100ms",
            "1mms",
            "12mm",
            "1H",
            "1.5h",
            "-1",
            "1h\t30m",
            "9223372036854775808",
            "99999999999999999999",
        ];
        for text in refused {
            assert_eq!(parse_time(text), None, "{text}");
        }
    }

    #[test]
    fn a_written_time_is_read_again() {
        for seconds in [0, 1, 60, 90, 3600, 5400, 86_400, 604_800, 31_536_000, i64::MAX] {
            assert_eq!(parse_time(&write_time(seconds)), Some(seconds));
        }
        assert_eq!(write_time(3600), "1h");
        assert_eq!(write_time(90), "90");
    }
}
