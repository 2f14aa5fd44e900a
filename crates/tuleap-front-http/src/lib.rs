//! What a Tuleap front end decides about requests, as pure functions: who the client is, whether
//! it came by HTTPS, what the next server is told, where a copy goes.
//!
//! Configuration is parsed once, into types that hold only what is valid; asking them does not
//! fail, does no I/O, takes no lock and, where nothing is rewritten, allocates nothing.
//!
//! # Untrusted input
//!
//! Any bytes of any length in any header get an answer. Entries left of the answer are not read;
//! an entry that names nobody ends the walk; a node is read up to 64 bytes and the blanks around
//! it, and a walk goes over at most `max_hops` entries. A client can choose what stands left of
//! its own address and nothing else: it cannot make an address certain. (Through a proxy that
//! honours `Connection: X-Forwarded-For` it can take the header away, and be `edge` instead of
//! `forwarded`.) A trusted proxy can name any client: that is what trusting it means.
#![forbid(unsafe_code)]

mod address;
mod address_text;
mod blanks;
mod cache;
mod client_ip;
mod config_text;
mod destination;
mod digits;
mod expires;
mod explanation;
mod forwarded;
mod forwarded_headers;
mod forwarded_hop;
mod gzip;
mod head;
mod headers;
mod hop;
mod host;
mod host_name;
mod https_redirect;
mod json;
mod locations;
mod network_set;
mod nginx;
mod node;
mod origin;
mod pattern;
mod peer;
mod proxy_chain;
mod request_line;
mod request_target;
mod resolver;
mod response_line;
mod routes;
mod scan;
mod scheme;
#[cfg(feature = "serde")]
mod serialize;
mod servers;
mod shadow_log;
mod shown;
mod sorted;
mod ssh_stream;
mod trusted_proxies;
mod tuleap_compat;
mod walk;

pub use address_text::AddressText;
pub use cache::{
    CacheAnswer, CacheBody, CacheExplanation, CacheFacts, CacheKey, CacheLevels, CacheLevelsError,
    CacheLookup, CacheMd5, CachePolicy, CachePolicyError, CachePolicyFault, CacheReason,
    CacheStatus, CacheStep, CacheStore, CacheZone, UpstreamFailure, UpstreamRequest,
};
pub use client_ip::{ClientIp, ClientIpKind, Reason};
pub use destination::{
    BackendOrigin, DestinationCause, DestinationExplanation, DestinationFacts, DestinationOrigin,
    DestinationOriginError, DestinationOriginFault, DestinationReason, DestinationRule,
    ForeignDestination, IfCause, IfExplanation, IfParts, IfRewrite, IfTags, LocationCause,
    LocationExplanation, PathAbsolute, PublicOrigins, Rewrite, TagDecision,
};
pub use expires::{Expires, ExpiresEffect, ExpiresError};
pub use explanation::{Explanation, Note, Place, Step, Verdict};
pub use forwarded_headers::ForwardedHeaders;
pub use forwarded_hop::{
    ForwardedHop, Guide, HopDirective, HopFacts, HopField, HopHeader, HopHeaders, HopOutput,
    StripReason,
};
pub use gzip::{
    EtagEffect, GzipCheck, GzipExplanation, GzipFacts, GzipLength, GzipPolicy, GzipPolicyError,
    GzipPolicyFault, GzipProxied, GzipReason, GzipStep, GzipVerdict, Secrets,
};
pub use head::{HeadOptions, HeadReason, HeaderNames, RequestHead, ResponseHead};
pub use headers::{ForwardingHeader, ForwardingHeaderError, RequestHeaders};
pub use host::{AllowedHosts, AllowedHostsError, Host};
/// The name of a header, lower case: a type of the `http` crate.
pub use http::HeaderName;
pub use https_redirect::{
    HttpsOrigin, HttpsOriginError, HttpsRedirect, RedirectDecision, RedirectExplanation,
    RedirectFacts, RedirectReason, RedirectStatus,
};
pub use json::escape_json_controls;
pub use locations::{
    LocationMatch, LocationModifier, LocationRule, Locations, LocationsError, LocationsExplanation,
    LocationsFault, LocationsReason,
};
pub use nginx::{
    HostReason, NginxAddr, NginxClient, NginxDestination, NginxHost, NginxRealip, NginxRealipError,
    NginxRealipOptions, NginxRules, Recursion,
};
pub use origin::{Origin, OriginExplanation, OriginPolicy, OriginSource};
pub use peer::{Peer, PeerError};
pub use proxy_chain::{
    ChainBelief, ChainCause, ChainExplanation, ChainHop, ChainListener, ChainProto, ChainReason,
    ChainRedirect, ChainRun, ChainStep, ChainVerdict, ProxyChain, ProxyChainError, ProxyChainFault,
};
pub use request_line::{RequestLine, RequestLineReason, RequestVersion};
pub use request_target::{MergeSlashes, RequestTarget, RequestTargetReason};
pub use resolver::{ClientIpResolver, ResolverWarning};
pub use response_line::ResponseLine;
pub use routes::{
    FileKind, RootLocation, Route, RouteCause, RouteExplanation, RouteOutcome, RouteReason,
    RouteStep, Routes, RoutesError, RoutesFault,
};
pub use scheme::Scheme;
pub use servers::{
    NginxServers, NginxServersError, NginxServersFault, PassedRequest, ServerAnswer, ServerFacts,
    ServerReason,
};
pub use shadow_log::{AddressMask, ShadowLine, ShadowLog, ShadowLogOptions};
pub use ssh_stream::SshStream;
pub use trusted_proxies::{
    EntryRef, Separators, TrustAll, TrustedProxies, TrustedProxiesError, TrustedProxiesFault,
    TrustedProxiesOptions, TrustedProxiesWarning, TrustedProxiesWarningKind,
};
pub use tuleap_compat::{TuleapComparison, TuleapCompat, TuleapCompatWarning};
