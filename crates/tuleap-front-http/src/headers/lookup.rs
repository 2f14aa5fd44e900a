//! The lines of a name, which is given in lower case; values without the spaces that nginx drops.

use super::RequestHeaders;
use crate::blanks::trim_spaces;
use crate::nginx::NginxRules;

/// All of them, in wire order.
#[inline]
pub(crate) fn values<'h, H: RequestHeaders + ?Sized>(
    headers: &'h H,
    name: &'static [u8],
) -> impl Iterator<Item = &'h [u8]> {
    let is_named = move |line: &(&[u8], &[u8])| line.0.eq_ignore_ascii_case(name);
    headers.lines().filter(is_named).map(|(_, value)| trim_spaces(value))
}

/// The first of them.
#[inline]
pub(crate) fn first<'h, H: RequestHeaders + ?Sized>(
    headers: &'h H,
    name: &'static [u8],
) -> Option<&'h [u8]> {
    values(headers, name).next()
}

/// The line of a response that nginx takes for the one: 1.22 the last, now the first.
#[inline]
pub(crate) fn single<'h, H: RequestHeaders + ?Sized>(
    headers: &'h H,
    name: &'static [u8],
    rules: NginxRules,
) -> Option<&'h [u8]> {
    let mut lines = values(headers, name);
    match rules {
        NginxRules::V1_22 => lines.last(),
        NginxRules::Current => lines.next(),
    }
}

/// Is there one?
#[inline]
pub(crate) fn has<H: RequestHeaders + ?Sized>(headers: &H, name: &'static [u8]) -> bool {
    first(headers, name).is_some()
}
