//! Generated configurations, requests and responses through the nginx that is installed and
//! through us. `cargo xtask test nginx-diff --cases N --seed S` chooses how many and which; a
//! disagreement is shrunk to the least case that still differs.
#![cfg(unix)]

mod cache;
mod explore;
mod gzip;
mod location;
