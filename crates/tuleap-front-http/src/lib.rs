//! What a Tuleap front end decides about requests and responses, as pure functions.
#![forbid(unsafe_code)]

mod address;
mod client_ip;
mod explanation;
mod forwarded;
mod headers;
mod network_set;
mod node;
mod peer;
mod resolver;
mod trusted_proxies;
mod walk;

pub use client_ip::{ClientIp, ClientIpKind, Reason};
pub use explanation::{Explanation, Note, Place, Step, Verdict};
pub use headers::{ForwardingHeader, ForwardingHeaderError, RequestHeaders};
pub use peer::{Peer, PeerError};
pub use resolver::{ClientIpResolver, ResolverWarning};
pub use trusted_proxies::{
    EntryRef, Separators, TrustAll, TrustedProxies, TrustedProxiesError, TrustedProxiesFault,
    TrustedProxiesOptions, TrustedProxiesWarning, TrustedProxiesWarningKind,
};
