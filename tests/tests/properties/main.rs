//! What holds for every input, each with its oracle in words.
//!
//! `PROPTEST_CASES` runs more of them than the few hundred of an ordinary run.

use proptest::test_runner::Config;

mod cache;
mod destination;
mod dialects;
mod gzip;
mod hop;
mod list;
mod place;
mod redirect;
mod routes;
mod servers;
mod shadow_log;
mod strategies;
mod walk;

/// So many cases, unless the environment asks for another number. A counterexample becomes a
/// vector or a file of the fuzz corpus, not a file of proptest's own.
fn cases(count: u32) -> Config {
    let asked = std::env::var_os("PROPTEST_CASES").is_some();
    let config = Config { failure_persistence: None, ..Config::default() };
    if asked { config } else { Config { cases: count, ..config } }
}
