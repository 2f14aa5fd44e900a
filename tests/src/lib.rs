//! The recorded rows and our own vectors, and what runs them through each surface.
//!
//! Behaviour lives in `recorded/` and `vectors/`; a [`surface::Surface`] translates rows into
//! calls and answers back into the rows' form; [`compare`] is the same for all of them.
#![expect(clippy::exhaustive_enums, reason = "nobody outside this package depends on it")]

pub mod compare;
#[cfg(unix)]
pub mod demo;
pub mod fuzz;
pub mod lines;
pub mod oracle;
pub mod random;
pub mod report;
pub mod require;
pub mod row;
pub mod schema;
#[cfg(unix)]
pub mod server;
pub mod surface;
