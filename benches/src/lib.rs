//! What the rules cost, here and elsewhere: the inputs, the peers and the clock, shared by the
//! criterion benches and by the programs that write `RESULTS.md`.

mod addresses;
mod callgrind;
mod cases;
mod contender;
mod groups;
mod lookups;
mod machine;
mod nginx;
mod requests;
mod results;
mod rounds;
mod rules;
mod target;

pub use callgrind::{Instructions, run_contender};
pub use cases::realistic_arguments;
pub use contender::Contender;
pub use groups::{Group, NOTHING, OURS, OURS_FROM_MAP};
pub use machine::{Machine, locked_version};
pub use results::write_results;
pub use rounds::{Rounds, median};
pub use rules::{HTTPARSE, REGEX};
pub use target::{Target, cell};

/// What goes wrong stops the run.
pub type Fallible<T> = Result<T, Box<dyn std::error::Error>>;
