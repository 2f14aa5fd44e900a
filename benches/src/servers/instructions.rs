//! Instructions a request, counted by valgrind in one process of a server.

use std::path::Path;
use std::process::Command;

use tuleap_front_benches::Fallible;

use crate::process::{Server, ask};

/// Short runs: start and end cancel out between them.
const REQUESTS: [usize; 2] = [200, 1_200];

/// Instructions a request of a server that this makes the command of.
pub(crate) fn per_request(
    folder: &Path,
    port: u16,
    command: &dyn Fn(&mut Command),
) -> Fallible<f64> {
    let [few, many] = REQUESTS;
    let count = |requests| total(folder, port, command, requests);
    Ok((count(many)? - count(few)?) / (many - few) as f64)
}

fn total(
    folder: &Path,
    port: u16,
    command: &dyn Fn(&mut Command),
    requests: usize,
) -> Fallible<f64> {
    let profile = folder.join("callgrind.out");
    let mut valgrind = Command::new("valgrind");
    valgrind.arg("--tool=callgrind");
    valgrind.arg(format!("--callgrind-out-file={}", profile.display()));
    command(&mut valgrind);
    let server = Server::start(&mut valgrind, port)?;
    ask(port, requests)?;
    server.end("QUIT")?;
    let text = std::fs::read_to_string(&profile)?;
    let total = text.lines().find_map(|line| line.strip_prefix("totals: "));
    Ok(total.ok_or("callgrind wrote no total")?.trim().parse()?)
}
