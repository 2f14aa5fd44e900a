//! What finding the client's address costs, here and elsewhere: the inputs, the peers and the
//! clock, shared by the criterion benches and by `bench-client-ip`, which writes `RESULTS.md`.

mod addresses;
mod cases;
mod contender;
mod groups;
mod lookups;
mod nginx;
mod requests;
mod rounds;

pub use cases::realistic_arguments;
pub use contender::Contender;
pub use groups::{Group, NOTHING, OURS, OURS_FROM_MAP};
pub use rounds::{Rounds, median};

/// What goes wrong stops the run.
pub type Fallible<T> = Result<T, Box<dyn std::error::Error>>;
