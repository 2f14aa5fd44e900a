//! The part of `RESULTS.md`: what was measured, and what of it was promised.

use std::fmt::{Display, Formatter, Result};

use tuleap_front_benches::{
    Fallible, Group, Instructions, Machine, OURS, OURS_FROM_MAP, Rounds, cell, locked_version,
};

use crate::scripts::Languages;
use crate::targets::targets;

/// Everything that was measured in one run.
pub(crate) struct Report {
    pub(crate) rounds: Rounds,
    pub(crate) languages: Languages,
    pub(crate) instructions: Fallible<Instructions>,
}

impl Report {
    pub(crate) fn instructions(&self, group: &str, contender: &str) -> Option<f64> {
        self.instructions.as_ref().ok()?.get(group, contender)
    }
}

impl Display for Report {
    fn fmt(&self, out: &mut Formatter<'_>) -> Result {
        writeln!(out, "# What the client's address costs\n")?;
        writeln!(out, "Written by `cargo xtask bench client-ip`. {METHOD}\n")?;
        for fact in Machine::facts() {
            writeln!(out, "- {fact}")?;
        }
        writeln!(out, "- C: {}, -O3", Machine::CC)?;
        writeln!(out, "- nginx {}", Machine::NGINX)?;
        let crates = CRATES.map(|name| format!("{name} {}", locked_version(name)));
        writeln!(out, "- crates: {}", crates.join(", "))?;
        writeln!(out, "\n## In short\n\n<!-- readme:begin -->")?;
        self.write_summary(out)?;
        writeln!(out, "<!-- readme:end -->")?;
        self.write_targets(out)?;
        self.write_times(out, "Requests", "", REQUEST_PEERS, Group::is_request)?;
        writeln!(out, "\n{NOTES}")?;
        self.write_header_map(out)?;
        self.write_times(out, "Look-up alone", LOOKUP, LOOKUP_PEERS, |group| {
            group.name().starts_with("set-")
        })?;
        self.write_times(out, "Address text", PARSE, PARSE_PEERS, |group| {
            group.name().starts_with("parse-")
        })?;
        self.write_instructions(out)?;
        self.write_languages(out)
    }
}

const CRATES: [&str; 5] = ["client-ip", "ip_network_table", "iptrie", "prefix-trie", "real-ip"];

const METHOD: &str = "Every number is the median of batches that all contenders run in turn; \
ratios are medians of each round's ratio. A call gets the peer's address and the header's value \
and gives the client's address; finding the header and writing text is not part of it, except \
where a `HeaderMap` is named.";

/// Groups whose instructions are counted: long lists take valgrind too long.
pub(crate) const COUNTED: &[&str] = &[
    "no-header",
    "untrusted-peer",
    "one-entry",
    "realistic",
    "forged-2",
    "forged-64",
    "hops-32",
    "ipv6",
    "unknown",
];

const REQUEST_PEERS: &[&str] = &[OURS, "nginx", OURS_FROM_MAP, "real-ip", "client-ip"];
const LOOKUP_PEERS: &[&str] = &[OURS, "iptrie", "prefix-trie", "ip_network_table"];
const PARSE_PEERS: &[&str] = &[OURS, "std", "inet_pton"];

const NOTES: &str = "nginx is its own walk, compiled from its sources. real-ip and client-ip \
read a `HeaderMap`, as the column before them does. ≠: another answer than ours. client-ip takes \
the right-most entry of any peer: it has no list of proxies.";

const LOOKUP: &str = "Random addresses, half of them inside.";
const PARSE: &str = "1 024 different texts.";

impl Report {
    /// The table that README shows.
    fn write_summary(&self, out: &mut Formatter<'_>) -> Result {
        writeln!(out, "| who finds the client | version | ns | times ours |")?;
        writeln!(out, "| --- | --- | ---: | ---: |")?;
        let rust_and_c = [
            (OURS, "", env!("CARGO_PKG_VERSION").to_owned()),
            ("nginx", ", its walk as C", Machine::NGINX.to_owned()),
            ("real-ip", ", Rust", locked_version("real-ip")),
        ];
        for (name, what, version) in rust_and_c {
            let ns = self.rounds.nanoseconds("realistic", name);
            let ratio = self.rounds.ratio(("realistic", name), ("realistic", OURS));
            writeln!(out, "| {name}{what} | {version} | {} | {} |", cell(ns), cell(ratio))?;
        }
        for name in ["gin", "Tuleap", "Symfony, same request again", "uvicorn", "proxy-addr"] {
            if let Some(peer) = self.languages.peer(name) {
                let (ns, ratio) = (cell(Some(peer.nanoseconds)), cell(Some(peer.ratio)));
                writeln!(out, "| {name} | {} | {ns} | {ratio} |", peer.version)?;
            }
        }
        Ok(())
    }

    fn write_targets(&self, out: &mut Formatter<'_>) -> Result {
        writeln!(out, "\n## Targets\n")?;
        writeln!(out, "| what | target | measured | |\n| --- | ---: | ---: | --- |")?;
        for target in targets(self) {
            writeln!(out, "{target}")?;
        }
        Ok(())
    }

    fn write_times(
        &self,
        out: &mut Formatter<'_>,
        title: &str,
        remark: &str,
        contenders: &[&str],
        filter: impl Fn(&Group) -> bool,
    ) -> Result {
        writeln!(out, "\n## {title}, ns\n")?;
        if !remark.is_empty() {
            writeln!(out, "{remark}\n")?;
        }
        writeln!(out, "| | {} |", contenders.join(" | "))?;
        writeln!(out, "| --- |{}", " ---: |".repeat(contenders.len()))?;
        for group in Group::CLIENT_IP.iter().filter(|group| filter(group)) {
            write!(out, "| {}", group.title())?;
            for name in contenders {
                let mark = if self.rounds.is_wrong(group.name(), name) { " ≠" } else { "" };
                let nanoseconds = self.rounds.nanoseconds(group.name(), name);
                write!(out, " | {}{mark}", cell(nanoseconds))?;
            }
            writeln!(out, " |")?;
        }
        Ok(())
    }

    /// real-ip on its own ground: both look the header up.
    fn write_header_map(&self, out: &mut Formatter<'_>) -> Result {
        let ns = |name| self.rounds.nanoseconds("realistic", name);
        let lookup = ns(OURS_FROM_MAP).zip(ns(OURS)).map(|(with, without)| with - without);
        let ratio = self.rounds.ratio(("realistic", "real-ip"), ("realistic", OURS_FROM_MAP));
        writeln!(
            out,
            "\nFrom the same `HeaderMap` real-ip takes {} times as long as we do in the realistic \
             case; of our time {} ns are the look-up in the map.",
            cell(ratio),
            cell(lookup)
        )
    }

    fn write_instructions(&self, out: &mut Formatter<'_>) -> Result {
        writeln!(out, "\n## Instructions a call\n")?;
        let instructions = match &self.instructions {
            Ok(instructions) => instructions,
            Err(reason) => return writeln!(out, "Not counted: {reason}."),
        };
        writeln!(out, "Counted by callgrind, less the loop around the call.\n")?;
        writeln!(out, "| | {OURS} | nginx |\n| --- | ---: | ---: |")?;
        for group in COUNTED.iter().filter_map(|name| Group::named(name)) {
            let [ours, nginx] =
                [OURS, "nginx"].map(|name| cell(instructions.get(group.name(), name)));
            writeln!(out, "| {} | {ours} | {nginx} |", group.title())?;
        }
        Ok(())
    }

    fn write_languages(&self, out: &mut Formatter<'_>) -> Result {
        writeln!(out, "\n## Other languages, the realistic case\n")?;
        writeln!(out, "| | version | ns | times ours |\n| --- | --- | ---: | ---: |")?;
        for peer in &self.languages.peers {
            let (ns, ratio) = (cell(Some(peer.nanoseconds)), cell(Some(peer.ratio)));
            writeln!(out, "| {} | {} | {ns} | {ratio} |", peer.name, peer.version)?;
        }
        if !self.languages.left_out.is_empty() {
            let programs = self.languages.left_out.join(", ");
            writeln!(out, "\nLeft out, since they do not run here: {programs}.")?;
        }
        Ok(())
    }
}
