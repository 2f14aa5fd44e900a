//! `SERVERS.md`: what was measured, and what of it was promised.

use std::fmt;
use std::fs;
use std::path::Path;

use tuleap_front_benches::{Fallible, median};

use crate::load::Loaded;
use crate::nginx::Reloaded;

/// Bytes of a file.
pub(crate) fn size(path: &Path) -> Fallible<u64> {
    Ok(fs::metadata(path)?.len())
}

pub(crate) struct Report {
    pub(crate) instructions: Vec<(&'static str, f64)>,
    pub(crate) nginx_loads: Vec<Loaded>,
    pub(crate) reloaded: Reloaded,
    pub(crate) apache_loads: Vec<Loaded>,
    pub(crate) nginx_size: u64,
    pub(crate) apache_size: u64,
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(
            "# What the modules cost\n\n\
             Written by `cargo xtask bench servers`. The servers run beside each other with one \
             worker (Apache: one child) and are asked in turn by `wrk`, 16 connections; a ratio is \
             the median of each round's, with the least and the most. A request has eight header \
             lines; the client is behind one trusted proxy.\n\n## nginx, a request that is passed \
             on\n\n| client and headers by | instructions | more than neither |\n\
             | --- | ---: | ---: |\n",
        )?;
        let nothing = self.instructions.first().map_or(0.0, |(_, count)| *count);
        for (name, count) in &self.instructions {
            writeln!(out, "| {name} | {count:.0} | {:.0} |", count - nothing)?;
        }
        loads(out, &self.nginx_loads)?;
        writeln!(out, "\n## Apache, a small file")?;
        loads(out, &self.apache_loads)?;
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

fn loads(out: &mut fmt::Formatter<'_>, loads: &[Loaded]) -> fmt::Result {
    out.write_str(
        "\n| client and headers by | requests/s | times the line above | KiB of the worker |\n\
         | --- | ---: | ---: | ---: |\n",
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
