//! The native half of the Python package `tuleap_front`: converts, calls, converts back. The
//! package's Python files re-export what is here; nobody else imports this module.

use pyo3::prelude::*;

mod cache;
mod cache_facts;
mod cache_key;
mod cache_zone;
mod choice;
mod client_ip;
mod destination;
mod destination_explanation;
mod error;
mod explanation;
mod forwarded_hop;
mod gzip;
mod head;
mod headers;
mod https_redirect;
mod if_explanation;
mod locations;
mod middleware;
mod nginx_destination;
mod nginx_realip;
mod number;
mod origin;
mod peer;
#[cfg(feature = "program")]
mod program;
mod proxy_chain;
mod request_target;
mod resolver;
mod rewrite;
mod routes;
mod servers;
mod ssh_stream;
mod text;
mod trusted_proxies;
mod tuleap_compat;
mod warning;

/// Rules of a Tuleap front end; import `tuleap_front` instead.
// No state is shared but immutable values, so the lock of the interpreter is not needed.
#[pymodule(gil_used = false)]
mod _tuleap_front {
    #[pymodule_export]
    use crate::{
        cache::{CacheExplanation, CacheLookup, CachePolicy, CacheStore},
        cache_facts::{CacheAnswer, CacheFacts},
        cache_key::{CacheKey, CacheLevels, CacheMd5},
        cache_zone::{CacheStep, CacheZone, UpstreamRequest},
        client_ip::ClientIp,
        destination::DestinationRule,
        destination_explanation::{DestinationExplanation, LocationExplanation},
        explanation::{Explanation, Step},
        forwarded_hop::ForwardedHop,
        gzip::{GzipExplanation, GzipFacts, GzipPolicy, GzipStep, GzipVerdict},
        head::{NginxHost, RequestHead, ResponseHead},
        https_redirect::{HttpsRedirect, RedirectDecision, RedirectExplanation},
        if_explanation::{IfExplanation, TagDecision},
        locations::{LocationMatch, LocationRule, Locations, LocationsExplanation},
        middleware::Middleware,
        nginx_destination::NginxDestination,
        nginx_realip::{NginxClient, NginxRealip},
        origin::{Origin, OriginPolicy},
        proxy_chain::{ChainCause, ChainExplanation, ChainRun, ChainStep, ProxyChain},
        request_target::{RequestLine, RequestRefusal, RequestTarget},
        resolver::ClientIpResolver,
        rewrite::Rewrite,
        routes::{Route, RouteExplanation, Routes},
        servers::{NginxServers, PassedRequest, ServerAnswer},
        ssh_stream::SshStream,
        trusted_proxies::{EntryRef, TrustedProxies},
        tuleap_compat::{TuleapComparison, TuleapCompat},
        warning::ConfigWarning,
    };

    #[cfg(feature = "panic-test")]
    #[pymodule_export]
    use crate::error::panic_on_purpose;

    #[cfg(feature = "program")]
    #[pymodule_export]
    use crate::program::run_program;

    /// The version of the library and of the package.
    #[pymodule_export]
    #[expect(non_upper_case_globals, reason = "the name that Python packages use")]
    const __version__: &str = env!("CARGO_PKG_VERSION");
}
