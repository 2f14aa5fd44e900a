//! nginx's own rules, kept apart from ours: how it reads and writes addresses, realip,
//! and what it sends for a `Destination`.

mod destination;
mod inet;
mod realip;

pub use destination::NginxDestination;
pub use inet::NginxAddr;
pub(crate) use realip::trim_spaces;
pub use realip::{
    NginxClient, NginxRealip, NginxRealipError, NginxRealipOptions, NginxRules, Recursion,
};
