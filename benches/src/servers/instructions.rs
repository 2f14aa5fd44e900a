//! Instructions a request, counted by valgrind in one process of a server.

use std::path::Path;
use std::process::Command;

use tuleap_front_benches::Fallible;

use crate::process::{Request, Server, ask};

/// Short runs: start and end cancel out between them.
const REQUESTS: [usize; 2] = [200, 1_200];

/// How a server is started for it, and by which signal it ends.
pub(crate) struct Counted<'a> {
    pub(crate) folder: &'a Path,
    pub(crate) port: u16,
    pub(crate) command: &'a dyn Fn(&mut Command),
    pub(crate) signal: &'static str,
}

/// Instructions a request.
pub(crate) fn per_request(server: &Counted<'_>, request: Request) -> Fallible<f64> {
    let [few, many] = REQUESTS;
    let count = |times| total(server, request, times);
    Ok((count(many)? - count(few)?) / (many - few) as f64)
}

fn total(server: &Counted<'_>, request: Request, times: usize) -> Fallible<f64> {
    let Counted { folder, port, command, signal } = *server;
    // Only the total is asked for. The log is open before a server becomes another user.
    let log = folder.join("callgrind.log");
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
    valgrind.arg(format!("--log-file={}", log.display()));
    command(&mut valgrind);
    let server = Server::start(&mut valgrind, port)?;
    ask(port, request, times)?;
    server.end(signal)?;
    let text = std::fs::read_to_string(&log)?;
    let total = text.lines().find_map(|line| Some(line.split_once("Collected : ")?.1));
    Ok(total.ok_or_else(|| format!("valgrind counts nothing: {text}"))?.trim().parse()?)
}
