//! Which variant of an answer a request is for: `Vary`, as nginx's cache reads it.

use super::key::{CacheMd5, Md5Stream};
use crate::blanks::trim_spaces;
use crate::headers::RequestHeaders;

/// The longest `Vary` of an answer that is stored.
pub(super) const VARY_MAX: usize = 128;

/// The headers whose blanks do not count.
const NORMALIZED: [&[u8]; 3] = [b"accept-charset", b"accept-encoding", b"accept-language"];

/// The MD5 of a key's MD5 and of the headers that `Vary` names.
pub(super) struct Variant(Md5Stream);

impl Variant {
    pub(super) fn new(main: CacheMd5) -> Self {
        let mut md5 = Md5Stream::default();
        md5.add(main.as_bytes());
        Self(md5)
    }

    /// One line of `Vary`.
    pub(super) fn add<Q: RequestHeaders + ?Sized>(&mut self, vary: &[u8], request: &Q) {
        for name in names(vary) {
            name.iter().for_each(|byte| self.0.add(&[byte.to_ascii_lowercase()]));
            self.0.add(b":");
            self.values(name, request);
            self.0.add(b"\r\n");
        }
    }

    pub(super) fn end(self) -> CacheMd5 {
        self.0.end()
    }

    /// The lines with this name, with commas between them.
    fn values<Q: RequestHeaders + ?Sized>(&mut self, name: &[u8], request: &Q) {
        let is_normalized = NORMALIZED.iter().any(|known| known.eq_ignore_ascii_case(name));
        let mut is_first = true;
        let mut part = |value: &[u8]| {
            if !is_first {
                self.0.add(b",");
            }
            is_first = false;
            self.0.add(value);
        };
        let is_named = |line: &(&[u8], &[u8])| line.0.eq_ignore_ascii_case(name);
        for (_, value) in request.lines().filter(is_named) {
            match is_normalized {
                true => names(value).for_each(&mut part),
                false => part(trim_spaces(value)),
            }
        }
    }
}

/// What stands between commas and spaces.
pub(super) fn names(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    value.split(|byte| matches!(byte, b',' | b' ')).filter(|name| !name.is_empty())
}
