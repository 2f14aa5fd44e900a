//! Instructions a call, counted by valgrind: the same on every machine with the same compiler.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::process::Command;

use tuleap_front_benches::{Fallible, Group, NOTHING};

/// Short runs: what is not the call cancels out between them.
const PASSES: [u64; 2] = [1_000, 6_000];

/// Instructions by group and contender, without those of the loop around the call.
pub(crate) struct Instructions(BTreeMap<(&'static str, &'static str), f64>);

impl Instructions {
    /// Counts the contenders that these groups have under these names.
    pub(crate) fn count(groups: &[&str], names: &[&str]) -> Fallible<Self> {
        let mut counts = BTreeMap::new();
        for group in groups.iter().filter_map(|name| Group::named(name)) {
            let nothing = per_pass(group.name(), NOTHING)?;
            for contender in group.contenders()? {
                if names.contains(&contender.name()) {
                    let count = per_pass(group.name(), contender.name())? - nothing;
                    counts.insert((group.name(), contender.name()), count);
                }
            }
        }
        Ok(Self(counts))
    }

    pub(crate) fn get(&self, group: &str, contender: &str) -> Option<f64> {
        self.0.get(&(group, contender)).copied()
    }
}

fn per_pass(group: &str, contender: &str) -> Fallible<f64> {
    let [few, many] = PASSES;
    let difference = total(group, contender, many)? - total(group, contender, few)?;
    Ok(difference / (many - few) as f64)
}

/// Instructions of this program when it makes so many passes.
fn total(group: &str, contender: &str, passes: u64) -> Fallible<f64> {
    let program = env::current_exe()?;
    let profile = program.with_extension("callgrind");
    let output = Command::new("valgrind")
        .arg("--tool=callgrind")
        .arg(format!("--callgrind-out-file={}", profile.display()))
        .arg(&program)
        .args(["--loop", group, contender, &passes.to_string()])
        .output()
        .map_err(|error| format!("valgrind: {error}"))?;
    // Only the total is asked for, and that is printed.
    fs::remove_file(profile).ok();
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let count = text.lines().find_map(|line| Some(line.split_once("Collected : ")?.1.trim()));
    Ok(count.ok_or_else(|| format!("valgrind counts nothing: {text}"))?.parse()?)
}
