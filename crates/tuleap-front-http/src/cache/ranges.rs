//! `Range`, as nginx reads it.

use crate::blanks::skip_spaces;
use crate::digits;

/// What of an answer the client gets.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Ranges {
    One { start: u64, end: u64 },
    Several,
    Unsatisfiable,
    Whole,
}

/// Reads a `Range` for an answer of this length, of which at most so many ranges are given.
pub(super) fn ranges(value: &[u8], length: u64, most: usize) -> Ranges {
    let Some((unit, rest)) = value.split_at_checked(6).filter(|_| value.len() > 6) else {
        return Ranges::Whole;
    };
    if !unit.eq_ignore_ascii_case(b"bytes=") {
        return Ranges::Whole;
    }
    let (mut count, mut size, mut first) = (0_usize, 0_u64, (0, 0));
    for text in rest.split(|byte| *byte == b',') {
        let Some((start, end)) = one(text, length) else { return Ranges::Unsatisfiable };
        if start < end {
            if count == 0 {
                first = (start, end);
            }
            match size.checked_add(end - start).filter(|size| i64::try_from(*size).is_ok()) {
                Some(sum) => size = sum,
                None => return Ranges::Unsatisfiable,
            }
            if count == most {
                return Ranges::Whole;
            }
            count += 1;
        } else if start == 0 {
            return Ranges::Whole;
        }
    }
    match count {
        0 => Ranges::Unsatisfiable,
        _ if size > length => Ranges::Whole,
        1 => Ranges::One { start: first.0, end: first.1 },
        _ => Ranges::Several,
    }
}

/// One range: where it starts and where it ends, behind its last byte.
fn one(text: &[u8], length: u64) -> Option<(u64, u64)> {
    let text = skip_spaces(text);
    if let [b'-', suffix @ ..] = text {
        let (count, rest) = number(suffix)?;
        if !skip_spaces(rest).is_empty() {
            return None;
        }
        let end = length.wrapping_sub(1);
        return Some((length.saturating_sub(count), end_of(end, length)));
    }
    let (start, rest) = number(text)?;
    let rest = skip_spaces(skip_spaces(rest).strip_prefix(b"-")?);
    if rest.is_empty() {
        return Some((start, length));
    }
    let (last, rest) = number(rest)?;
    skip_spaces(rest).is_empty().then_some((start, end_of(last, length)))
}

/// Behind the last byte, or behind the last one that is there.
const fn end_of(last: u64, length: u64) -> u64 {
    // The last byte of an empty answer is none.
    match last {
        u64::MAX => 0,
        last if last >= length => length,
        last => last + 1,
    }
}

fn number(text: &[u8]) -> Option<(u64, &[u8])> {
    let (number, rest) = digits::split(text);
    Some((digits::length(number)?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_nginx_reads_them() {
        let is = |value: &str, expect: Ranges| {
            assert_eq!(ranges(value.as_bytes(), 50, 2), expect, "{value}");
        };
        let one = |start, end| Ranges::One { start, end };
        is("bytes=0-9", one(0, 10));
        is("BYTES= 10 - 19 ", one(10, 20));
        is("bytes=40-", one(40, 50));
        is("bytes=-5", one(45, 50));
        is("bytes=-500", one(0, 50));
        is("bytes=0-500", one(0, 50));
        is("bytes=0-1,60-70", one(0, 2));
        is("bytes=0-1,4-5", Ranges::Several);
        is("bytes=0-1,4-5,7-8", Ranges::Whole);
        is("bytes=0-40,10-49", Ranges::Whole);
        is("bytes=5-4", Ranges::Unsatisfiable);
        is("bytes=0-,0-", Ranges::Whole);
        is("bytes=50-", Ranges::Unsatisfiable);
        is("bytes=-0", Ranges::Unsatisfiable);
        is("bytes=a", Ranges::Unsatisfiable);
        is("bytes=1", Ranges::Unsatisfiable);
        is("bytes=0-1,", Ranges::Unsatisfiable);
        is("bytes=99999999999999999999-", Ranges::Unsatisfiable);
        is("items=0-1", Ranges::Whole);
        is("bytes=", Ranges::Whole);
        assert_eq!(ranges(b"bytes=0-", 0, 1), Ranges::Whole);
        assert_eq!(ranges(b"bytes=-1", 0, 1), Ranges::Whole);
        assert_eq!(ranges(b"bytes=1-", 0, 1), Ranges::Unsatisfiable);
    }
}
