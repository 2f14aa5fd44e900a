//! nginx's own rules, kept apart from ours: how it reads and writes addresses, realip,
//! and what it sends for a `Destination`.

mod destination;
mod http_date;
mod inet;
mod realip;
mod time;

pub use destination::NginxDestination;
pub(crate) use http_date::{parse_http_date, write_http_date};
pub use inet::NginxAddr;
pub(crate) use realip::trim_spaces;
pub use realip::{
    NginxClient, NginxRealip, NginxRealipError, NginxRealipOptions, NginxRules, Recursion,
};
pub(crate) use time::{parse_time, write_time};
