use std::fmt::{self, Display, Write as _};

/// The name of a host: as it was sent, or written anew into room of its own. It is read for every
/// request, so it is never on the heap.
#[expect(clippy::large_enum_variant, reason = "a copy costs less than an allocation")]
#[derive(Clone, Copy)]
pub(crate) enum HostName<'h> {
    Sent(&'h str),
    Written(Written),
}

impl<'h> HostName<'h> {
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Sent(name) => name,
            Self::Written(name) => name.as_str(),
        }
    }

    /// The name in lower case.
    pub(crate) fn lower_case(name: &'h str) -> Self {
        if !name.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Self::Sent(name);
        }
        let mut name = Written::new(name);
        name.bytes.make_ascii_lowercase();
        Self::Written(name)
    }

    /// A name that is made and not sent, such as an address.
    pub(crate) fn written(name: impl Display) -> Self {
        Self::Written(Written::new(name))
    }

    pub(crate) fn into_owned(self) -> HostName<'static> {
        HostName::Written(match self {
            Self::Sent(name) => Written::new(name),
            Self::Written(name) => name,
        })
    }
}

impl PartialEq for HostName<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for HostName<'_> {}

impl fmt::Debug for HostName<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), out)
    }
}

/// The longest name in text form (RFC 1035 §2.3.4).
pub(crate) const HOST_NAME_MAX: usize = 253;

/// Text with room for any name.
#[derive(Clone, Copy)]
pub(crate) struct Written {
    bytes: [u8; HOST_NAME_MAX],
    length: usize,
}

impl Written {
    fn new(name: impl Display) -> Self {
        let mut text = Self { bytes: [0; HOST_NAME_MAX], length: 0 };
        // Names are checked before, and fit; were it otherwise, the name would be no host.
        let _ = write!(text, "{name}");
        text
    }

    fn as_str(&self) -> &str {
        let text = self.bytes.get(..self.length).unwrap_or_default();
        std::str::from_utf8(text).unwrap_or_default()
    }
}

impl fmt::Write for Written {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.length.saturating_add(text.len());
        self.bytes.get_mut(self.length..end).ok_or(fmt::Error)?.copy_from_slice(text.as_bytes());
        self.length = end;
        Ok(())
    }
}
