//! nginx's own rules, kept apart from ours: how it reads and writes addresses, realip,
//! what it sends for a `Destination`, and what it takes for a host.

mod destination;
mod host;
mod http_date;
mod inet;
mod realip;
mod time;

pub use destination::NginxDestination;
pub use host::{HostReason, NginxHost};
pub(crate) use http_date::{parse_http_date, write_http_date};
pub use inet::NginxAddr;
pub use realip::{
    NginxClient, NginxRealip, NginxRealipError, NginxRealipOptions, NginxRules, Recursion,
};
pub(crate) use time::{parse_time, write_time};
