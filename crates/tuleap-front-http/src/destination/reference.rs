//! A URI with an authority and a path (RFC 3986 §3), cut and not decoded.

use super::authority::{self, Authority};
use super::reason::DestinationReason;
use crate::scan::{SCHEME, find};
use crate::scheme::Scheme;

/// `scheme "://" authority rest`, where the rest starts with `/`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reference<'a> {
    /// `None` for a scheme that no origin of ours has.
    pub(crate) scheme: Option<Scheme>,
    pub(crate) authority: Authority<'a>,
    /// Path, query and fragment: the bytes that pass as they are.
    pub(crate) rest: &'a [u8],
}

/// The URI before its authority is read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cut<'a> {
    pub(crate) scheme: Option<Scheme>,
    pub(crate) authority: &'a [u8],
    pub(crate) rest: &'a [u8],
}

pub(crate) fn parse(text: &[u8]) -> Result<Reference<'_>, DestinationReason> {
    let Cut { scheme, authority, rest } = cut(text)?;
    let authority = authority::parse(authority)?;
    match rest {
        [b'/', ..] => Ok(Reference { scheme, authority, rest }),
        _ => Err(DestinationReason::NoPath),
    }
}

/// Finds the authority: it ends at the first `/`, `?` or `#`.
pub(crate) fn cut(text: &[u8]) -> Result<Cut<'_>, DestinationReason> {
    let (scheme @ [b'a'..=b'z' | b'A'..=b'Z', ..], [b':', after @ ..]) = SCHEME.split(text) else {
        return Err(DestinationReason::RelativeReference);
    };
    let Some(after) = after.strip_prefix(b"//") else {
        return Err(DestinationReason::NoAuthority);
    };
    let is_end = |byte| (byte == b'/') | (byte == b'?') | (byte == b'#');
    let end = find(after, is_end).unwrap_or(after.len());
    let (authority, rest) = after.split_at_checked(end).unwrap_or((after, b""));
    Ok(Cut { scheme: web_scheme(scheme), authority, rest })
}

/// `http` or `https` in any case.
fn web_scheme(text: &[u8]) -> Option<Scheme> {
    let all = [Scheme::Http, Scheme::Https];
    all.into_iter().find(|scheme| text.eq_ignore_ascii_case(scheme.as_str().as_bytes()))
}
