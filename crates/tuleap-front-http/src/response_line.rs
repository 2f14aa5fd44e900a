use std::borrow::Cow;

/// A header line of an answer: its name, and its value.
///
/// ```
/// use tuleap_front_http::ResponseLine;
///
/// let line: ResponseLine = (b"Vary".into(), b"Accept-Encoding".into());
/// assert_eq!(line.0.as_ref(), b"Vary");
/// ```
pub type ResponseLine<'a> = (Cow<'a, [u8]>, Cow<'a, [u8]>);

/// Has a line this name? It is given in lower case.
pub(crate) fn is_named(line: &ResponseLine<'_>, name: &[u8]) -> bool {
    line.0.eq_ignore_ascii_case(name)
}
