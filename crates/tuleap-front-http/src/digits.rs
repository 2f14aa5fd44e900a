//! Numbers that are nothing but digits, as nginx reads them: what no `off_t` holds is none.

/// From 0 to [`i64::MAX`].
#[inline]
pub(crate) fn decimal(text: &[u8]) -> Option<i64> {
    if text.is_empty() {
        return None;
    }
    text.iter().try_fold(0_i64, |number, byte| {
        let digit = i64::from(byte.is_ascii_digit().then(|| byte.wrapping_sub(b'0'))?);
        number.checked_mul(10)?.checked_add(digit)
    })
}

/// The same, for what is compared with a length.
#[inline]
pub(crate) fn length(text: &[u8]) -> Option<u64> {
    decimal(text).and_then(|number| u64::try_from(number).ok())
}

/// The digits at the start, and what is left.
#[inline]
pub(crate) fn split(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, b""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_is_none() {
        assert_eq!((decimal(b"0"), decimal(b"0042")), (Some(0), Some(42)));
        assert_eq!(decimal(b"9223372036854775807"), Some(i64::MAX));
        for text in ["", "+1", "-1", " 1", "1 ", "1x", "9223372036854775808"] {
            assert_eq!((decimal(text.as_bytes()), length(text.as_bytes())), (None, None), "{text}");
        }
        assert_eq!(split(b"12-3"), (&b"12"[..], &b"-3"[..]));
        assert_eq!(split(b"x"), (&b""[..], &b"x"[..]));
    }
}
