//! What explanations show of what a client sent.

/// Bytes of a value that an explanation shows.
const SHOWN: usize = 256;

/// The parts one after another, cut and not escaped.
pub(crate) fn shown(parts: &[&[u8]]) -> String {
    let value = parts.concat();
    match value.get(..SHOWN).filter(|start| start.len() < value.len()) {
        Some(start) => format!("{}...", String::from_utf8_lossy(start)),
        None => String::from_utf8_lossy(&value).into_owned(),
    }
}

/// A value whose user info, which may be a password, is not shown. What looks like one is enough.
pub(crate) fn without_userinfo(value: &[u8]) -> [&[u8]; 3] {
    let start = match value {
        [b'/', b'/', ..] => 2,
        [b'/', ..] => return [value, b"", b""],
        _ => value.windows(2).position(|pair| pair == b"//").map_or(0, |at| at + 2),
    };
    let (scheme, after) = value.split_at_checked(start).unwrap_or((b"", value));
    let end = after.iter().position(|byte| b"/?#".contains(byte)).unwrap_or(after.len());
    let at = after.get(..end).and_then(|text| text.iter().rposition(|byte| *byte == b'@'));
    match at.and_then(|at| after.get(at..)) {
        Some(host) => [scheme, b"***", host],
        None => [value, b"", b""],
    }
}
