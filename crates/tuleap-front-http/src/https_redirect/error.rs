use thiserror::Error;

macro_rules! errors {
    ($($(#[$doc:meta])* $variant:ident = $name:literal: $text:literal, $hint:literal;)*) => {
        /// Why the host that clients are redirected to was refused.
        ///
        /// ```
        /// use tuleap_front_http::{HttpsOrigin, HttpsOriginError};
        ///
        /// let error = "http://tuleap.example.com".parse::<HttpsOrigin>().unwrap_err();
        /// assert_eq!(error, HttpsOriginError::Scheme);
        /// assert_eq!(error.code(), "https-origin/scheme");
        /// assert_eq!(
        ///     error.to_string(),
        ///     "the scheme is not https: write tuleap.example.com, or https://tuleap.example.com"
        /// );
        /// assert!(error.hint().starts_with("write tuleap.example.com"));
        /// ```
        #[derive(Clone, Copy, Debug, Eq, Error, Hash, PartialEq)]
        #[non_exhaustive]
        pub enum HttpsOriginError {
            $($(#[$doc])* #[error("{}: {}", $text, $hint)] $variant,)*
        }

        impl HttpsOriginError {
            /// Every error, in the order of declaration.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The stable name, `https-origin/…`.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => concat!("https-origin/", $name),)*
                }
            }

            /// What to write instead.
            #[must_use]
            pub const fn hint(self) -> &'static str {
                match self {
                    $(Self::$variant => $hint,)*
                }
            }
        }
    };
}

errors! {
    /// Nothing.
    Empty = "empty": "there is no host", "write tuleap.example.com";
    /// Not a name, an IPv4 address, or an IPv6 address in brackets.
    Host = "host": "the host is malformed", "write tuleap.example.com, or [2001:db8::1]";
    /// Something after host and port.
    Path = "path": "a path is no part of an origin",
        "write tuleap.example.com, without a slash at the end";
    /// Not digits, 0, or above 65535.
    Port = "port": "the port is not a number from 1 to 65535", "write tuleap.example.com:8443";
    /// A scheme other than `https://`.
    Scheme = "scheme": "the scheme is not https",
        "write tuleap.example.com, or https://tuleap.example.com";
    /// A `server_name` with which nginx does not start, with a control byte, or `$hostname`.
    ServerName = "server-name": "not a server_name with one meaning",
        "write the name itself, such as tuleap.example.com";
    /// `user@` or `user:password@`.
    Userinfo = "userinfo": "user info is no part of an origin",
        "write tuleap.example.com, without a user";
}
