//! Requests a second, of several servers in turn.

use std::fs;
use std::path::Path;
use std::process::Command;

use tuleap_front_benches::{Fallible, median};

use crate::process::{Folder, Request, Server, private_memory};

/// How long everybody is asked.
#[derive(Clone, Copy)]
pub(crate) struct Load {
    pub(crate) rounds: usize,
    pub(crate) seconds: u32,
}

/// What was seen of one server.
pub(crate) struct Loaded {
    pub(crate) name: &'static str,
    /// Requests a second, the median.
    pub(crate) requests: f64,
    /// Of each round, requests a second as a part of those of the server it is held against.
    pub(crate) ratios: Vec<f64>,
    /// KiB of the workers afterwards, what is not shared.
    pub(crate) memory: u64,
}

impl Load {
    /// Asks each in turn. The last is held against the one before it.
    pub(crate) fn run(
        self,
        servers: &[(&'static str, Server)],
        request: Request,
    ) -> Fallible<Vec<Loaded>> {
        let folder = Folder::new("wrk")?;
        let script = folder.path().join("request.lua");
        fs::write(&script, format!("wrk.method = \"{}\"\n", request.method))?;
        let mut rates = vec![Vec::new(); servers.len()];
        for round in 0..self.rounds {
            let mut order: Vec<_> = servers.iter().zip(&mut rates).collect();
            // Whoever is asked first may find the machine in another state.
            if round % 2 == 1 {
                order.reverse();
            }
            for ((_, server), rates) in order {
                rates.push(self.requests(server.port, request, &script)?);
            }
        }
        let mut loaded = Vec::new();
        for (index, ((name, server), own)) in servers.iter().zip(&rates).enumerate() {
            let other = rates.get(index.wrapping_sub(1)).unwrap_or(own);
            let ratios = own.iter().zip(other).map(|(own, other)| own / other).collect();
            let memory =
                server.children().into_iter().map(private_memory).sum::<Fallible<u64>>()?;
            loaded.push(Loaded {
                name,
                requests: median(own.iter().copied()).unwrap_or(0.0),
                ratios,
                memory,
            });
        }
        Ok(loaded)
    }

    fn requests(self, port: u16, request: Request, script: &Path) -> Fallible<f64> {
        let mut wrk = Command::new("wrk");
        wrk.args(["--threads", "1", "--connections", "16", "--duration"]);
        wrk.arg(format!("{}s", self.seconds));
        for (name, value) in request.lines() {
            wrk.args(["--header", &format!("{name}: {value}")]);
        }
        let output =
            wrk.arg("--script").arg(script).arg(format!("http://127.0.0.1:{port}/")).output()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        if text.contains("Non-2xx") || text.contains("Socket errors") {
            return Err(text.into());
        }
        let rate = text.lines().find_map(|line| line.strip_prefix("Requests/sec:"));
        Ok(rate.ok_or_else(|| format!("wrk says no rate: {text}"))?.trim().parse()?)
    }
}
