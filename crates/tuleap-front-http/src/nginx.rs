//! nginx's own rules, kept apart from ours: how it reads and writes addresses, and realip.

mod inet;
mod realip;

pub use inet::NginxAddr;
pub(crate) use realip::trim_spaces;
pub use realip::{
    NginxClient, NginxRealip, NginxRealipError, NginxRealipOptions, NginxRules, Recursion,
};
