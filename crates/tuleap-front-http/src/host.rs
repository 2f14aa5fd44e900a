use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use thiserror::Error;

use crate::address::{parse_ipv4, parse_ipv6};
use crate::blanks::trim;
use crate::host_name::{HOST_NAME_MAX, HostName};
use crate::node::{cut, parse_port_number};

/// A host and perhaps a port, as `Host` and `X-Forwarded-Host` carry them, checked.
///
/// Labels of letters, digits, `-` and `_`, or four decimal numbers, or an IPv6 address in
/// brackets; the port is 1 to 65535. Lower case, without one trailing dot; IPv6 as RFC 5952
/// writes it. Nothing that another program could take for a path, user info or another host.
///
/// ```
/// use tuleap_front_http::Host;
///
/// let host = Host::parse(b"Shop.Example.:8443").unwrap();
/// assert_eq!((host.name(), host.port()), ("shop.example", Some(8443)));
/// assert_eq!(host.to_string(), "shop.example:8443");
/// for text in ["", "a@b", "a/..", "a b", "a:99999", "127.1", "[::1", "a%2eb"] {
///     assert_eq!(Host::parse(text.as_bytes()), None, "{text}");
/// }
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Host<'h> {
    name: HostName<'h>,
    port: Option<u16>,
}

impl<'h> Host<'h> {
    /// Reads one value; SP and HTAB around it do not count.
    #[must_use]
    pub fn parse(text: &'h [u8]) -> Option<Self> {
        let text = trim(text);
        if text.is_empty() {
            return None;
        }
        if let [b'[', rest @ ..] = text {
            let (address, Some(after)) = cut(rest, b']') else { return None };
            let name = HostName::written(format_args!("[{}]", parse_ipv6(address)?));
            return Some(Self { name, port: port_after(after)? });
        }
        let (name, port) = cut(text, b':');
        let name = name.strip_suffix(b".").unwrap_or(name);
        let name = std::str::from_utf8(name).ok().filter(|name| is_name(name))?;
        let name = HostName::lower_case(name);
        Some(Self { name, port: port.map_or(Some(None), |port| read_port(port).map(Some))? })
    }

    /// The host alone: a name, an IPv4 address, or an IPv6 address in brackets.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name.as_str()
    }

    /// The port that was written.
    #[must_use]
    pub const fn port(&self) -> Option<u16> {
        self.port
    }

    pub(crate) fn into_owned(self) -> Host<'static> {
        Host { name: self.name.into_owned(), port: self.port }
    }

    pub(crate) const fn without_port(self) -> Self {
        Self { port: None, ..self }
    }

    pub(crate) const fn into_name(self) -> HostName<'h> {
        self.name
    }
}

impl fmt::Display for Host<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())?;
        self.port.map_or(Ok(()), |port| write!(out, ":{port}"))
    }
}

impl From<Ipv4Addr> for Host<'_> {
    fn from(address: Ipv4Addr) -> Self {
        Self { name: HostName::written(address), port: None }
    }
}

impl From<Ipv6Addr> for Host<'_> {
    fn from(address: Ipv6Addr) -> Self {
        Self { name: HostName::written(format_args!("[{address}]")), port: None }
    }
}

/// What may follow the bracket of an IPv6 address.
fn port_after(text: &[u8]) -> Option<Option<u16>> {
    match text {
        [] => Some(None),
        [b':', port @ ..] => read_port(port).map(Some),
        _ => None,
    }
}

/// A port one can connect to.
pub(crate) fn read_port(text: &[u8]) -> Option<u16> {
    parse_port_number(text).filter(|port| *port != 0)
}

/// Labels of RFC 1123 §2.1 and `_`; a last label of digits makes it an IPv4 address or nothing.
fn is_name(name: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let last = name.rsplit('.').next().unwrap_or(name);
    let is_number = |label: &str| {
        let digits = label.strip_prefix("0x").or_else(|| label.strip_prefix("0X"));
        digits.map_or_else(
            || label.bytes().all(|byte| byte.is_ascii_digit()),
            |digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()),
        )
    };
    name.len() <= HOST_NAME_MAX
        && name.split('.').all(is_label)
        && (!is_number(last) || parse_ipv4(name.as_bytes()).is_ok())
}

/// The hosts a request may be for: exact names, and `.example.org` for a domain and below.
///
/// ```
/// use tuleap_front_http::AllowedHosts;
///
/// let hosts = AllowedHosts::new(["shop.example", ".tenant.example"])?;
/// assert!(hosts.allows("shop.example") && hosts.allows("tenant.example"));
/// assert!(hosts.allows("a.b.tenant.example"));
/// assert!(!hosts.allows("eviltenant.example"));
/// assert_eq!(AllowedHosts::new([""; 0]).unwrap_err().code(), "allowed-hosts/empty");
/// # Ok::<(), tuleap_front_http::AllowedHostsError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AllowedHosts {
    exact: Vec<String>,
    /// With the leading dot.
    domains: Vec<String>,
}

impl AllowedHosts {
    /// Compiles a list of hosts without ports.
    ///
    /// # Errors
    ///
    /// An empty list, or an entry that is no host.
    pub fn new(
        hosts: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Result<Self, AllowedHostsError> {
        let (mut exact, mut domains) = (Vec::new(), Vec::new());
        for (entry, text) in hosts.into_iter().enumerate() {
            let text = text.as_ref().trim();
            let name = text.strip_prefix('.').unwrap_or(text);
            let host = Host::parse(name.as_bytes())
                .filter(|host| host.port.is_none())
                .ok_or(AllowedHostsError::Host { entry })?;
            if text.starts_with('.') {
                domains.push(format!(".{}", host.name()));
            } else {
                exact.push(host.name().to_owned());
            }
        }
        if exact.is_empty() && domains.is_empty() {
            return Err(AllowedHostsError::Empty);
        }
        Ok(Self { exact, domains })
    }

    /// Is this host, lower case and without port, in the list?
    #[must_use]
    pub fn allows(&self, host: &str) -> bool {
        let is_below = |domain: &String| {
            host.ends_with(domain.as_str()) || domain.strip_prefix('.') == Some(host)
        };
        self.exact.iter().any(|name| name == host) || self.domains.iter().any(is_below)
    }
}

/// Why a list of allowed hosts was refused.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum AllowedHostsError {
    /// Nothing is allowed.
    #[error("no host is allowed: write the names the site is reached by")]
    Empty,
    /// An entry is not a host.
    #[error(
        "entry {entry} is not a host: write tuleap.example.com, or .example.com for all below it"
    )]
    Host {
        /// Which entry, from 0.
        entry: usize,
    },
}

impl AllowedHostsError {
    /// The stable name of this error.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "allowed-hosts/empty",
            Self::Host { .. } => "allowed-hosts/host",
        }
    }
}
