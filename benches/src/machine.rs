//! What the numbers depend on.

use std::fs;
use std::path::Path;

/// The machine and the compilers.
#[derive(Debug)]
pub struct Machine;

impl Machine {
    /// The version of the nginx whose walk is compiled in.
    pub const NGINX: &str = env!("BENCH_NGINX");

    /// The C compiler.
    pub const CC: &str = env!("BENCH_CC");

    /// The processor, and the Rust compiler with its target.
    #[must_use]
    pub fn facts() -> [String; 2] {
        [
            format!("processor: {}", processor()),
            format!(
                "{}, {}, target-cpu: {}",
                env!("BENCH_RUSTC"),
                env!("BENCH_TARGET"),
                env!("BENCH_TARGET_CPU")
            ),
        ]
    }
}

/// The version of a crate in the lock file.
#[must_use]
pub fn locked_version(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock");
    let lock = fs::read_to_string(path).unwrap_or_default();
    let entry = lock.split_once(&format!("name = \"{name}\"\nversion = \"")).map(|found| found.1);
    entry.and_then(|entry| entry.split('"').next()).unwrap_or("?").to_owned()
}

fn processor() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = text.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let cores = text.lines().filter(|line| line.starts_with("processor")).count();
    format!("{}, {cores} cores", model.map_or("?", |(_, model)| model))
}
