use thiserror::Error;

/// An origin of the configuration that was refused: which one, what is wrong, what to write.
///
/// ```
/// use tuleap_front_http::{DestinationOriginFault, PublicOrigins};
///
/// let error = "https://a.example, https://b.example:99999".parse::<PublicOrigins>().unwrap_err();
/// assert_eq!((error.entry(), error.fault()), (1, DestinationOriginFault::Port));
/// assert_eq!(error.code(), "destination-origin/port");
/// assert_eq!(
///     error.to_string(),
///     "entry 1: the port is not a number from 1 to 65535: write https://tuleap.example.com:8443"
/// );
/// assert!(error.hint().starts_with("write"));
/// ```
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[error("entry {entry}: {fault}: {}", fault.hint())]
pub struct DestinationOriginError {
    entry: usize,
    fault: DestinationOriginFault,
}

impl DestinationOriginError {
    pub(super) const fn new(entry: usize, fault: DestinationOriginFault) -> Self {
        Self { entry, fault }
    }

    /// Which entry of the list, from 0.
    #[must_use]
    pub const fn entry(&self) -> usize {
        self.entry
    }

    /// What is wrong.
    #[must_use]
    pub const fn fault(&self) -> DestinationOriginFault {
        self.fault
    }

    /// The stable name of what is wrong, `destination-origin/…`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.fault.code()
    }

    /// What to write instead.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        self.fault.hint()
    }
}

macro_rules! faults {
    ($($(#[$doc:meta])* $variant:ident = $name:literal: $text:literal, $hint:literal;)*) => {
        /// What is wrong with an origin of the configuration.
        #[derive(Clone, Copy, Debug, Eq, Error, Hash, PartialEq)]
        #[non_exhaustive]
        pub enum DestinationOriginFault {
            $($(#[$doc])* #[error($text)] $variant,)*
        }

        impl DestinationOriginFault {
            /// Every fault, in the order of declaration.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The stable name, `destination-origin/…`.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => concat!("destination-origin/", $name),)*
                }
            }

            pub(super) const fn hint(self) -> &'static str {
                match self {
                    $(Self::$variant => $hint,)*
                }
            }
        }
    };
}

faults! {
    /// No origin at all.
    Empty = "empty": "there is no origin", "write https://tuleap.example.com, or auto";
    /// Not a name, an IPv4 address, or an IPv6 address in brackets.
    Host = "host": "the host is malformed",
        "write https://tuleap.example.com, or https://[2001:db8::1]";
    /// Something after host and port.
    Path = "path": "a path is no part of an origin",
        "write https://tuleap.example.com, without a slash at the end";
    /// Nothing after the colon, not digits, 0, or above 65535.
    Port = "port": "the port is not a number from 1 to 65535",
        "write https://tuleap.example.com:8443";
    /// Neither `http://` nor `https://`.
    Scheme = "scheme": "it does not start with http:// or https://",
        "write https://tuleap.example.com";
    /// `user@` or `user:password@`.
    Userinfo = "userinfo": "user info is no part of an origin",
        "write https://tuleap.example.com, without a user";
}
