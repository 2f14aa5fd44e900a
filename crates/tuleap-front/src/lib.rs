//! One set of rules for a Tuleap front end.
//!
//! This crate is the table of contents: each rule lives in a crate of its own, and each binding
//! (C, PHP, Python, Node, WASM, nginx, Apache) offers the same names.
//!
//! ```
#![cfg_attr(any(doc, doctest), doc = include_str!("../../../examples/rust/first.rs"))]
//! # main();
//! ```
//!
//! ```
#![cfg_attr(any(doc, doctest), doc = include_str!("../../../examples/rust/destination.rs"))]
//! # main();
//! ```
#![forbid(unsafe_code)]

// Trusted proxies, client IP.
pub use tuleap_front_http::{
    AddressText, ClientIp, ClientIpKind, ClientIpResolver, EntryRef, Explanation, ForwardingHeader,
    ForwardingHeaderError, HeaderName, Note, Peer, PeerError, Place, Reason, RequestHeaders,
    ResolverWarning, Separators, Step, TrustAll, TrustedProxies, TrustedProxiesError,
    TrustedProxiesFault, TrustedProxiesOptions, TrustedProxiesWarning, TrustedProxiesWarningKind,
    Verdict, escape_json_controls,
};

// Scheme, host, port: what a trusted peer says, and what to tell the next server.
pub use tuleap_front_http::{
    AllowedHosts, AllowedHostsError, ForwardedHeaders, ForwardedHop, Guide, HopDirective, HopFacts,
    HopField, HopHeader, HopHeaders, HopOutput, Host, Origin, OriginExplanation, OriginPolicy,
    OriginSource, Scheme, StripReason,
};

// Where COPY and MOVE go, what If names, where an answer points.
pub use tuleap_front_http::{
    BackendOrigin, DestinationCause, DestinationExplanation, DestinationFacts, DestinationOrigin,
    DestinationOriginError, DestinationOriginFault, DestinationReason, DestinationRule,
    ForeignDestination, IfCause, IfExplanation, IfParts, IfRewrite, IfTags, LocationCause,
    LocationExplanation, PathAbsolute, PublicOrigins, Rewrite, TagDecision,
};

// The request line, its target and the host, as nginx reads them.
pub use tuleap_front_http::{
    HostReason, MergeSlashes, NginxHost, RequestLine, RequestLineReason, RequestTarget,
    RequestTargetReason, RequestVersion,
};

// Heads of requests and responses, and what nginx's servers make of them.
pub use tuleap_front_http::{
    HeadOptions, HeadReason, HeaderNames, NginxServers, NginxServersError, NginxServersFault,
    RequestHead, ResponseHead, ServerAnswer, ServerFacts, ServerReason, UpstreamRequest,
};

// From http to https, and whether a chain of servers that do so comes to an end.
pub use tuleap_front_http::{
    ChainBelief, ChainCause, ChainExplanation, ChainHop, ChainListener, ChainProto, ChainReason,
    ChainRedirect, ChainRun, ChainStep, ChainVerdict, ProxyChain, ProxyChainError, ProxyChainFault,
};
pub use tuleap_front_http::{
    HttpsOrigin, HttpsOriginError, HttpsRedirect, RedirectDecision, RedirectExplanation,
    RedirectFacts, RedirectReason, RedirectStatus,
};

// What is compressed, and until when a client may keep it.
pub use tuleap_front_http::{
    EtagEffect, Expires, ExpiresEffect, ExpiresError, GzipCheck, GzipExplanation, GzipFacts,
    GzipLength, GzipPolicy, GzipPolicyError, GzipPolicyFault, GzipProxied, GzipReason, GzipStep,
    GzipVerdict, ResponseLine, Secrets,
};

// What is cached, for how long, and what the client gets.
pub use tuleap_front_http::{
    CacheAnswer, CacheBody, CacheExplanation, CacheFacts, CacheKey, CacheLevels, CacheLevelsError,
    CacheLookup, CacheMd5, CachePolicy, CachePolicyError, CachePolicyFault, CacheReason,
    CacheStatus, CacheStep, CacheStore, CacheZone, PassedRequest, UpstreamFailure,
};

// Which location, which server, which file answers a path.
pub use tuleap_front_http::{
    FileKind, LocationMatch, LocationModifier, LocationRule, Locations, LocationsError,
    LocationsExplanation, LocationsFault, LocationsReason, RootLocation, Route, RouteCause,
    RouteExplanation, RouteOutcome, RouteReason, RouteStep, Routes, RoutesError, RoutesFault,
    SshStream,
};

// The dialects of others, for running beside them.
pub use tuleap_front_http::{
    NginxAddr, NginxClient, NginxDestination, NginxRealip, NginxRealipError, NginxRealipOptions,
    NginxRules, Recursion, TuleapComparison, TuleapCompat, TuleapCompatWarning,
};

// Running beside a server's own rules: what to log where the answers differ.
pub use tuleap_front_http::{AddressMask, ShadowLine, ShadowLog, ShadowLogOptions};
