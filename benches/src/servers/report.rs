//! `SERVERS.md`: what was measured, and what of it was promised.

use std::fmt;
use std::fs;
use std::path::Path;

use tuleap_front_benches::{Fallible, Machine, median};

use crate::load::Loaded;
use crate::nginx::Reloaded;

/// Bytes of a file.
pub(crate) fn size(path: &Path) -> Fallible<u64> {
    Ok(fs::metadata(path)?.len())
}

/// One server and one kind of request.
pub(crate) struct Measured {
    pub(crate) server: &'static str,
    pub(crate) request: &'static str,
    pub(crate) instructions: Vec<(&'static str, f64)>,
    pub(crate) loads: Vec<Loaded>,
}

pub(crate) struct Report {
    pub(crate) measured: Vec<Measured>,
    pub(crate) reloaded: Reloaded,
    pub(crate) nginx_size: u64,
    pub(crate) apache_size: u64,
}

const METHOD: &str = "The servers pass a request on to an nginx that answers. They run beside each \
other with one worker (Apache: one child). Instructions are counted by callgrind in the one process \
of the server and are the same on a busy machine; what the load generator says is not: the servers \
are asked in turn by `wrk`, 16 connections, and a ratio is the median of each round's, with the \
least and the most. A request has eight header lines, a COPY a `Destination` besides; the client is \
behind one trusted proxy. The servers' own directives are those of the deployment guide, with realip \
(mod_remoteip) for the address.";

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            out,
            "# What the modules cost\n\nWritten by `cargo xtask bench servers`. {METHOD}\n"
        )?;
        for fact in Machine::facts() {
            writeln!(out, "- {fact}")?;
        }
        for Measured { server, request, instructions, loads } in &self.measured {
            writeln!(out, "\n## {server}, {request}\n\n{}", instructions_table(instructions))?;
            write_loads(out, loads)?;
        }
        let Reloaded { reloads, early, late } = self.reloaded;
        writeln!(
            out,
            "\n## Memory and size\n\n- nginx's master: {early} KiB of its own after 20 reloads, \
             {late} KiB after {reloads}\n- modules, stripped: {} kB for nginx, {} kB for Apache",
            self.nginx_size / 1000,
            self.apache_size / 1000
        )
    }
}

/// Instructions, and how the last relates to the one before it.
pub(crate) fn instructions_table(instructions: &[(&str, f64)]) -> String {
    let mut table = "| client, headers and Destination by | instructions | more than neither |\n\
                     | --- | ---: | ---: |\n"
        .to_owned();
    let nothing = instructions.first().map_or(0.0, |(_, count)| *count);
    for (name, count) in instructions {
        table.push_str(&format!("| {name} | {count:.0} | {:.0} |\n", count - nothing));
    }
    if let [.., (_, stock), (_, ours)] = instructions {
        let part = (ours - nothing) / (stock - nothing);
        table.push_str(&format!(
            "\nThe module costs {part:.2} of what the server's own directives do.\n"
        ));
    }
    table
}

fn write_loads(out: &mut fmt::Formatter<'_>, loads: &[Loaded]) -> fmt::Result {
    out.write_str(
        "| client, headers and Destination by | requests/s | times the line above | KiB of the \
         worker |\n| --- | ---: | ---: | ---: |\n",
    )?;
    for loaded in loads {
        let Loaded { name, requests, ratios, memory } = loaded;
        let least = ratios.iter().copied().fold(f64::INFINITY, f64::min);
        let most = ratios.iter().copied().fold(0.0, f64::max);
        let ratio = median(ratios.iter().copied()).unwrap_or(0.0);
        writeln!(out, "| {name} | {requests:.0} | {ratio:.3} ({least:.3}–{most:.3}) | {memory} |")?;
    }
    Ok(())
}
