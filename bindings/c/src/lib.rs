//! The C ABI: public, but not meant to be used from Rust.
//!
//! A function here converts, calls the SDK once and converts back; no rule lives here. The header
//! `include/tuleap_front.h` is generated from these comments, so they are written for C.
#![expect(unsafe_code, reason = "raw pointers are what this crate is for")]
#![expect(non_camel_case_types, reason = "the names of the header")]
#![expect(
    clippy::missing_safety_doc,
    reason = "the rules for callers stand once, at the top of the header"
)]
#![expect(clippy::exhaustive_enums, reason = "C knows no other; numbers are never reused")]
#![expect(
    clippy::exhaustive_structs,
    reason = "C knows no other; the ABI version changes with them"
)]

mod abi;
mod answer;
mod cache_key;
mod cache_policy;
mod cache_reason;
mod cache_status;
mod cache_zone;
mod client_ip;
mod destination;
mod destination_reason;
mod etag_effect;
mod forwarded_hop;
mod guard;
mod guide;
mod gzip;
mod gzip_reason;
mod head;
mod https_redirect;
mod kind;
mod locations;
mod nginx_realip;
mod nginx_servers;
mod origin;
mod output;
mod problem;
mod proxy_chain;
mod reason;
mod redirect_reason;
mod request;
mod request_reason;
mod rewrite;
mod routes;
mod server_reason;
mod shadow_log;
mod ssh_stream;
mod status;
mod trusted_proxies;
mod tuleap_compat;

pub use abi::*;
pub use answer::*;
pub use cache_key::*;
pub use cache_policy::*;
pub use cache_reason::*;
pub use cache_status::*;
pub use cache_zone::*;
pub use client_ip::*;
pub use destination::*;
pub use destination_reason::*;
pub use etag_effect::*;
pub use forwarded_hop::*;
pub use guide::*;
pub use gzip::*;
pub use gzip_reason::*;
pub use head::*;
pub use https_redirect::*;
pub use kind::*;
pub use locations::*;
pub use nginx_realip::*;
pub use nginx_servers::*;
pub use origin::*;
pub use problem::*;
pub use proxy_chain::*;
pub use reason::*;
pub use redirect_reason::*;
pub use request::*;
pub use request_reason::*;
pub use rewrite::*;
pub use routes::*;
pub use server_reason::*;
pub use shadow_log::*;
pub use ssh_stream::*;
pub use status::*;
pub use trusted_proxies::*;
pub use tuleap_compat::*;
