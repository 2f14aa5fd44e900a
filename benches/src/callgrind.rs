//! Instructions a call, counted by valgrind: the same on every machine with the same compiler.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::process::Command;

use crate::{Fallible, Group, NOTHING};

/// Instructions by group and contender, without those of the loop around the call.
#[derive(Debug)]
pub struct Instructions(BTreeMap<(&'static str, &'static str), f64>);

impl Instructions {
    /// Counts the contenders that these groups have under these names. This program is run for it
    /// with `--loop GROUP CONTENDER PASSES`, which is [`run_contender`].
    ///
    /// # Errors
    ///
    /// No valgrind, or an input that does not build.
    pub fn count(groups: &[&str], names: &[&str]) -> Fallible<Self> {
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

    /// Instructions a call.
    #[must_use]
    pub fn get(&self, group: &str, contender: &str) -> Option<f64> {
        self.0.get(&(group, contender)).copied()
    }
}

/// Makes calls and nothing else, for an instruction counter.
///
/// # Errors
///
/// Nobody has this name.
pub fn run_contender(group: &str, contender: &str, passes: &str) -> Fallible<()> {
    let group = Group::named(group).ok_or("no such group")?;
    let mut contenders = group.contenders()?.into_iter();
    let mut contender =
        contenders.find(|one| one.name() == contender).ok_or("no such contender")?;
    contender.run(passes.parse()?);
    Ok(())
}

fn per_pass(group: &str, contender: &str) -> Fallible<f64> {
    let [few, many] = Group::named(group).map_or([0, 1], Group::counted_passes);
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
