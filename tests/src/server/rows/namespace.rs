//! A network namespace of this program's own.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::net::IpAddr;
use std::process::{Command, Stdio};

use crate::server::{Fallible, at};

/// The options of `unshare`, with rights and without.
const WAYS: &[&[&str]] = &[&["--net"], &["--user", "--map-root-user", "--net"]];

/// Runs this program once more in a namespace, and returns its answers; `None` where that is not
/// permitted.
pub(super) fn run_inside(words: &[&str], lines: &[String]) -> Fallible<Option<Vec<String>>> {
    let Some(options) = WAYS.iter().find(|options| is_permitted(options)) else {
        return Ok(None);
    };
    // In a user namespace there is one user, and Apache wants two.
    if options.len() > 1 && words.first() == Some(&"apache") {
        return Ok(None);
    }
    let this = std::env::current_exe().map_err(at("this program"))?;
    let mut command = Command::new("unshare");
    command.args(*options).arg("--").arg(this).arg("inside").args(words);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().map_err(at("unshare"))?;
    let mut input = child.stdin.take().ok_or("no standard input")?;
    let questions = lines.join("\n") + "\n";
    let writer = std::thread::spawn(move || input.write_all(questions.as_bytes()));
    let output = child.wait_with_output().map_err(at("unshare"))?;
    writer.join().map_err(|_| "the writer stopped")?.map_err(at("the program inside"))?;
    if !output.status.success() {
        return Err(format!("inside: {}", output.status));
    }
    let text = String::from_utf8(output.stdout).map_err(at("inside"))?;
    Ok(Some(text.lines().map(str::to_owned).collect()))
}

fn is_permitted(options: &[&str]) -> bool {
    let mut command = Command::new("unshare");
    command.args(options).args(["--", "ip", "link", "set", "lo", "up"]);
    command.stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// Gives these addresses to this host.
pub(super) fn add(addresses: &BTreeSet<IpAddr>) -> Fallible<()> {
    let mut batch = "link set lo up\n".to_owned();
    for address in addresses.iter().filter(|address| !address.is_loopback()) {
        let rest = if address.is_ipv4() { "/32 dev lo" } else { "/128 dev lo nodad" };
        batch.push_str(&format!("addr add {address}{rest}\n"));
    }
    let mut child =
        Command::new("ip").args(["-batch", "-"]).stdin(Stdio::piped()).spawn().map_err(at("ip"))?;
    let input = child.stdin.take();
    input.ok_or("no standard input")?.write_all(batch.as_bytes()).map_err(at("ip"))?;
    match child.wait().map_err(at("ip"))?.success() {
        true => Ok(()),
        false => Err("the namespace does not take the peers' addresses".to_owned()),
    }
}
