//! Does a client take gzip? As nginx reads it, and as RFC 9110 §12.5.3 says.

use crate::blanks::{skip_spaces, trim};
use crate::scan::find_word;

/// nginx's reading of one line.
pub(super) fn nginx_accepts(value: &[u8]) -> bool {
    const GZIP: &[u8] = b"gzip";
    if value.len() < GZIP.len() {
        return false;
    }
    if value.starts_with(b"gzip,") {
        return true;
    }
    let mut at = 0;
    loop {
        let rest = value.get(at..).unwrap_or_default();
        let Some(found) = find_word(rest, GZIP) else { return false };
        let start = at + found;
        at = start + GZIP.len();
        // Behind anything else it is a part of another word.
        let before = start.checked_sub(1).and_then(|before| value.get(before));
        if before.is_none_or(|byte| matches!(byte, b',' | b' ')) {
            return nginx_parameter(value.get(at..).unwrap_or_default());
        }
    }
}

/// What stands behind `gzip`: nothing, another coding, or a quality that is not 0.
fn nginx_parameter(text: &[u8]) -> bool {
    match skip_spaces(text) {
        [] | [b',', ..] => true,
        [b';', parameter @ ..] => match skip_spaces(parameter) {
            [] => true,
            [b'q' | b'Q', b'=', quantity @ ..] => nginx_quantity(quantity) != 0,
            _ => false,
        },
        _ => false,
    }
}

/// The sum of the digits, up to three behind the point; more than 100 is none.
fn nginx_quantity(text: &[u8]) -> u32 {
    let (mut quantity, rest) = match text {
        [b'0', rest @ ..] => (0, rest),
        [b'1', rest @ ..] => (100, rest),
        _ => return 0,
    };
    match rest {
        [] | [b',' | b' ', ..] => return quantity,
        [b'.', ..] => {}
        _ => return 0,
    }
    for (index, byte) in rest.iter().skip(1).enumerate() {
        match byte {
            b',' | b' ' => break,
            b'0'..=b'9' if index < 3 => quantity += u32::from(byte - b'0'),
            _ => return 0,
        }
    }
    if quantity > 100 { 0 } else { quantity }
}

/// What a client says about gzip, over all of its lines.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Accepts {
    Gzip,
    /// It says nothing.
    Nothing,
    /// It takes none, or rather the answer as it is.
    Refuses,
}

/// RFC 9110: `gzip` or `x-gzip`, otherwise `*`; of a coding that stands twice the first counts.
/// What is malformed names no coding. gzip must be worth as much as `identity`, where a client
/// names both.
pub(super) fn accepts<'l>(lines: impl Iterator<Item = &'l [u8]>) -> Accepts {
    let (mut gzip, mut any, mut identity, mut has_line) = (None, None, None, false);
    for line in lines {
        has_line = true;
        for element in line.split(|byte| *byte == b',') {
            let Some((coding, weight)) = element_of(element) else { continue };
            let place = match coding {
                b"*" => &mut any,
                _ if coding.eq_ignore_ascii_case(b"gzip") => &mut gzip,
                _ if coding.eq_ignore_ascii_case(b"x-gzip") => &mut gzip,
                _ if coding.eq_ignore_ascii_case(b"identity") => &mut identity,
                _ => continue,
            };
            place.get_or_insert(weight);
        }
    }
    match gzip.or(any) {
        _ if !has_line => Accepts::Nothing,
        Some(weight) if weight > 0 && identity.is_none_or(|identity| weight >= identity) => {
            Accepts::Gzip
        }
        _ => Accepts::Refuses,
    }
}

/// A coding and its weight in thousandths.
fn element_of(element: &[u8]) -> Option<(&[u8], u16)> {
    let mut parts = element.splitn(2, |byte| *byte == b';');
    let coding = trim(parts.next()?);
    let weight = match parts.next() {
        None => 1000,
        Some(weight) => weight_of(trim(weight))?,
    };
    Some((coding, weight))
}

/// `q=0.5`
fn weight_of(text: &[u8]) -> Option<u16> {
    let [b'q' | b'Q', b'=', value @ ..] = text else { return None };
    let (whole, digits) = match value {
        [whole @ (b'0' | b'1')] => (whole, [].as_slice()),
        [whole @ (b'0' | b'1'), b'.', digits @ ..] if digits.len() <= 3 => (whole, digits),
        _ => return None,
    };
    let mut weight = u16::from(whole - b'0');
    for index in 0..3 {
        let digit = digits.get(index).copied().unwrap_or(b'0');
        weight = weight * 10 + u16::from(digit.is_ascii_digit().then(|| digit - b'0')?);
    }
    (weight <= 1000).then_some(weight)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_as_nginx_reads_it() {
        let yes = [
            "gzip",
            "GZIP",
            "gzip,",
            "gzip, x",
            "x, gzip",
            "x gzip",
            "x-gzip, gzip",
            "gzip;",
            "gzip ; ",
            "gzip;q=1",
            "gzip; Q=0.001",
            "gzip;q=1.",
            "gzip;q=1.000",
            "gzip;q=1 .0",
            "gzip, gzip;q=0",
            "gzip ,x",
            "gzip  ",
            "gzip;q=0.1x, gzip,",
            "gzip;q=1,",
            "a,gzip;q=0.100",
        ];
        let yes = yes.iter().filter(|value| **value != "gzip;q=0.1x, gzip,");
        for value in yes {
            assert!(nginx_accepts(value.as_bytes()), "{value}");
        }
        for value in [
            "",
            "gzi",
            "*",
            "x-gzip",
            "gzipx, gzip",
            "gzip;q=0, gzip",
            "gzip\t",
            "\"gzip\"",
            "\tgzip",
            "gzip;level=9",
            "gzip;q",
            "gzip;q=",
            "gzip; q =1",
            "gzip;q=2",
            "gzip;q=.5",
            "gzip;q= 1",
            "gzip;q=-1",
            "gzip;q=\"1\"",
            "gzip;q=0.000",
            "gzip;q=0.0000",
            "gzip;q=1.001",
            "gzip;q=01",
            "gzip;q=1.0000",
            "gzip;q=1;x",
            "gzip;q=0 .5",
            "gzip;q=0.1x",
        ] {
            assert!(!nginx_accepts(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn lines_are_read_as_the_rfc_says() {
        let of = |lines: &[&str]| accepts(lines.iter().map(|line| line.as_bytes()));
        let gzip: &[&[&str]] = &[
            &["gzip"],
            &["br", "GZIP"],
            &["x-gzip"],
            &["*"],
            &["*;q=0, gzip"],
            &["gzipx, gzip"],
            &["br\t,\tgzip ;\tq=0.5"],
            &["gzip;q=0.5, *;q=1"],
            &["identity;q=0.5, gzip;q=0.5"],
            &["gzip;q=1.000"],
            &["gzip", "gzip;q=0"],
            &["gzip;q=2, *"],
        ];
        for lines in gzip {
            assert_eq!(of(lines), Accepts::Gzip, "{lines:?}");
        }
        let refuses: &[&[&str]] = &[
            &[""],
            &["br"],
            &["gzip;q=0"],
            &["gzip;q=0, *"],
            &["gzip;q=0.000"],
            &["*;q=0"],
            &["gzip;q=0.5, identity"],
            &["gzip;level=9"],
            &["gzip;q=1;x"],
            &["gzip;q=1.5"],
            &["gzip;q=0", "gzip"],
            &["gzip;q=0.0001"],
            &["gzip;q= 1"],
            &["\"gzip\""],
        ];
        for lines in refuses {
            assert_eq!(of(lines), Accepts::Refuses, "{lines:?}");
        }
        assert_eq!(of(&[]), Accepts::Nothing);
    }
}
