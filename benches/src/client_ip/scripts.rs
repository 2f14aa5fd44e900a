//! The peers in other languages: each is a program that times itself.

use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use tuleap_front_benches::{Fallible, Group, OURS, median, realistic_arguments};

/// What a peer in another language takes for the realistic case.
pub(crate) struct Peer {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) nanoseconds: f64,
    /// How many times as long as ours, by the median of each round's ratio.
    pub(crate) ratio: f64,
}

/// Everything that was run, and what could not be.
#[derive(Default)]
pub(crate) struct Languages {
    pub(crate) peers: Vec<Peer>,
    /// Programs that do not run here.
    pub(crate) left_out: Vec<&'static str>,
}

/// Name and version.
type Name = (String, String);

impl Languages {
    /// Runs all programs in turn, and us between them.
    pub(crate) fn run(rounds: usize) -> Fallible<Self> {
        let arguments = realistic_arguments()?;
        let mut programs = programs()?;
        for (_, command) in &mut programs {
            command.args(&arguments);
        }
        let mut languages = Self::default();
        let mut lines: BTreeMap<Name, Vec<(f64, f64)>> = BTreeMap::new();
        for _ in 0..rounds {
            let mut before = our_nanoseconds()?;
            let mut running = Vec::new();
            for (file, mut command) in programs {
                match run(&mut command) {
                    Ok(times) => {
                        // What slows a program down slows us down too, before it and after it.
                        let after = our_nanoseconds()?;
                        let ours = (before + after) / 2.0;
                        before = after;
                        for (name, nanoseconds) in times {
                            lines.entry(name).or_default().push((nanoseconds, nanoseconds / ours));
                        }
                        running.push((file, command));
                    }
                    Err(reason) => {
                        eprintln!("{file}: {reason}");
                        languages.left_out.push(file);
                    }
                }
            }
            programs = running;
        }
        for ((name, version), times) in lines {
            let nanoseconds = median(times.iter().map(|time| time.0)).unwrap_or_default();
            let ratio = median(times.iter().map(|time| time.1)).unwrap_or_default();
            languages.peers.push(Peer { name, version, nanoseconds, ratio });
        }
        languages.peers.sort_by(|one, other| one.nanoseconds.total_cmp(&other.nanoseconds));
        Ok(languages)
    }

    pub(crate) fn peer(&self, name: &str) -> Option<&Peer> {
        self.peers.iter().find(|peer| peer.name == name)
    }
}

fn programs() -> Fallible<Vec<(&'static str, Command)>> {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers");
    // Where install.sh puts things: beside the folder of this program.
    let program = env::current_exe()?;
    let installed = program.ancestors().nth(2).map_or(PathBuf::new(), |dir| dir.join("peers"));
    let with_script = |command: &Path, options: &[&str], script: &str| {
        let mut command = Command::new(command);
        command.args(options).arg(sources.join(script));
        command
    };
    let php = |script| with_script(Path::new("php"), &["-d", "opcache.enable_cli=1"], script);
    let mut node = with_script(Path::new("node"), &[], "proxy-addr.mjs");
    node.arg(installed.join("node"));
    let python = with_script(&installed.join("python/bin/python"), &[], "uvicorn_werkzeug.py");
    Ok(vec![
        ("gin.go", Command::new(installed.join("gin"))),
        ("tuleap.php", php("tuleap.php")),
        ("symfony.php", php("symfony.php")),
        ("proxy-addr.mjs", node),
        ("uvicorn_werkzeug.py", python),
    ])
}

/// The lines that a program prints, or why there are none.
fn run(command: &mut Command) -> Result<Vec<(Name, f64)>, String> {
    let output = command.output().map_err(|error| error.to_string())?;
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        let line = text.lines().map(str::trim).find(|line| !line.is_empty());
        return Err(line.unwrap_or("it fails without a word").to_owned());
    }
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let read = |line: &str| {
        let mut fields = line.split('\t').map(str::to_owned);
        let name = (fields.next()?, fields.next()?);
        Some((name, fields.next()?.parse().ok()?))
    };
    text.lines().map(|line| read(line).ok_or_else(|| format!("it prints {line:?}"))).collect()
}

fn our_nanoseconds() -> Fallible<f64> {
    let realistic = Group::named("realistic").ok_or("no realistic case")?;
    let mut contenders = realistic.contenders()?.into_iter();
    let mut ours = contenders.find(|one| one.name() == OURS).ok_or("we are missing")?;
    let passes = ours.passes_in(Duration::from_millis(4));
    median((0..15).map(|_| ours.nanoseconds(passes))).ok_or_else(|| "no time".into())
}
