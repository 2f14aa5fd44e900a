use crate::nginx::NginxAddr;
use crate::scheme::Scheme;

/// What is known of the connection that a head came over.
///
/// ```
/// use tuleap_front_http::{NginxAddr, Scheme, ServerFacts};
///
/// let remote_addr = NginxAddr::parse(b"192.0.2.7").unwrap();
/// let facts = ServerFacts { remote_addr, scheme: Scheme::Https };
/// assert_eq!(facts.remote_addr.to_string(), "192.0.2.7");
/// ```
#[expect(clippy::exhaustive_structs, reason = "an input: a new fact must be given by every caller")]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ServerFacts {
    /// `$remote_addr`: the other end, or what realip made of it.
    pub remote_addr: NginxAddr,
    /// `$scheme`: with TLS or without.
    pub scheme: Scheme,
}
