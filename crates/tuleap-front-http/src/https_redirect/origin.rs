use std::fmt;
use std::str::FromStr;

use super::error::HttpsOriginError;
use crate::host::{Host, read_port};

/// The host and perhaps the port at which the site is reached by https.
///
/// Read from `host`, `host:port` or `https://host[:port]`; lower case, IPv6 as RFC 5952 writes it,
/// and no port that is 443.
///
/// ```
/// use tuleap_front_http::HttpsOrigin;
///
/// let origin: HttpsOrigin = "Tuleap.Example.com:443".parse()?;
/// assert_eq!(origin.to_string(), "https://tuleap.example.com");
/// assert_eq!((origin.host(), origin.port()), ("tuleap.example.com", 443));
/// assert_eq!(origin, "https://tuleap.example.com".parse()?);
/// assert_eq!("[2001:DB8::1]:8443".parse::<HttpsOrigin>()?.to_string(), "https://[2001:db8::1]:8443");
///
/// let error = "https://tuleap.example.com/".parse::<HttpsOrigin>().unwrap_err();
/// assert_eq!(error.code(), "https-origin/path");
/// # Ok::<(), tuleap_front_http::HttpsOriginError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct HttpsOrigin {
    host: Host<'static>,
}

const HTTPS_PORT: u16 = 443;

impl HttpsOrigin {
    /// The host alone: a name, an IPv4 address, or an IPv6 address in brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        self.host.name()
    }

    /// The port, written or not.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.host.port().unwrap_or(HTTPS_PORT)
    }
}

impl FromStr for HttpsOrigin {
    type Err = HttpsOriginError;

    fn from_str(text: &str) -> Result<Self, HttpsOriginError> {
        let text = text.trim();
        let authority = match text.split_once("://") {
            None => text,
            Some((scheme, authority)) if scheme.eq_ignore_ascii_case("https") => authority,
            Some(_) => return Err(HttpsOriginError::Scheme),
        };
        if authority.is_empty() {
            return Err(HttpsOriginError::Empty);
        }
        if authority.contains(['/', '?', '#', '\\']) {
            return Err(HttpsOriginError::Path);
        }
        if authority.contains('@') {
            return Err(HttpsOriginError::Userinfo);
        }
        // Without a port it may be right.
        let host =
            Host::parse(authority.as_bytes()).ok_or_else(|| match authority.rsplit_once(':') {
                Some((host, port)) if Host::parse(host.as_bytes()).is_some() => {
                    debug_assert!(read_port(port.as_bytes()).is_none());
                    HttpsOriginError::Port
                }
                _ => HttpsOriginError::Host,
            })?;
        let is_default = host.port() == Some(HTTPS_PORT);
        let host = if is_default { host.without_port() } else { host };
        Ok(Self { host: host.into_owned() })
    }
}

impl fmt::Display for HttpsOrigin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "https://{}", self.host)
    }
}
