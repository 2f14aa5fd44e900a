//! Operations of `svn` and `svnmucc`: each in a folder of its own, with what must be committed.

use std::process::Command;

use tuleap_front_tests::server::nginx::has_ipv6;
use tuleap_front_tests::server::{Fallible, at};

use crate::front::Front;
use crate::operations::{Door, GROUPS, Group, Operation, TREE};
use crate::report::{Known, Report};
use crate::rig::{Site, changes, run as must_run, youngest};

/// What every script can use: `svn` and `svnmucc` as alice, or as `$user`; `refused CODE …`, which
/// wants a command to fail with this code.
const PRELUDE: &str = r#"
set -eu
user=alice
always() {
    program=$1; shift
    command "$program" --non-interactive --no-auth-cache --config-dir "$HOME/config" \
        --username "$user" --password secret \
        --trust-server-cert-failures=unknown-ca,cn-mismatch,other "$@"
}
svn() { always svn "$@"; }
svnmucc() { always svnmucc "$@"; }
as() { user=$1; shift; "$@"; user=alice; }
refused() {
    code=$1; shift
    if "$@" > out 2>&1; then echo "not refused: $*" >&2; exit 1; fi
    if ! grep -q "$code" out; then cat out >&2; exit 1; fi
}
checkout() { svn checkout -q "$URL/trunk" wc; }
owner() { svnlook lock "$REPOSITORY" "$FOLDER/$1" | sed -n 's/^Owner: //p'; }
"#;

/// Every file of the first revision but for those of the names.
pub(crate) fn template() -> Vec<(String, String)> {
    let mut files = vec![
        ("closed/a.txt".to_owned(), "a\n".to_owned()),
        ("hidden/a.txt".to_owned(), "a\n".to_owned()),
        ("distributed/a b.txt".to_owned(), "a b\n".to_owned()),
        ("auto/source.txt".to_owned(), "source\n".to_owned()),
        ("auto/target.txt".to_owned(), "target\n".to_owned()),
        ("auto/folder/other.txt".to_owned(), "other\n".to_owned()),
    ];
    for (group, number) in GROUPS
        .iter()
        .flat_map(|group| (0..group.operations.len()).map(move |number| (group, number)))
    {
        let folder = folder(group, number);
        files.extend(
            TREE.iter().map(|(path, text)| (format!("{folder}/{path}"), (*text).to_owned())),
        );
    }
    files
}

/// Runs every group.
pub(crate) fn run(site: &Site, report: &Report) -> Fallible<()> {
    let is_there = |group: &&Group| match group.door {
        Door::Ipv6 => has_ipv6(),
        Door::Helpless => site.helpless.is_some(),
        _ => true,
    };
    for group in GROUPS.iter().filter(is_there) {
        for (number, operation) in group.operations.iter().enumerate() {
            let result = perform(site, group, number, operation);
            let known = match site.front {
                Front::Guide => operation.by_the_guide,
                _ => Known::Right,
            };
            report.row(site.front, group.name, operation.title, known, &result)?;
        }
    }
    Ok(())
}

fn perform(site: &Site, group: &Group, number: usize, operation: &Operation) -> Fallible<()> {
    let folder = folder(group, number);
    let before = youngest(&site.repository)?;
    let base = base(site, group.door);
    let ran = Script { folder: &folder, base, text: operation.script }.run(site);
    let prefix = format!("{folder}/");
    let found = changes(&site.repository, before)?;
    let found: Vec<String> = found.iter().map(|change| change.replace(&prefix, "")).collect();
    let mut expected: Vec<&str> = operation.commits.to_vec();
    expected.sort_unstable();
    ran?;
    if found == expected {
        return Ok(());
    }
    let more = found.iter().filter(|line| !expected.contains(&line.as_str()));
    let less = expected.iter().filter(|line| !found.iter().any(|found| found == *line));
    let more = more.map(String::as_str).collect::<Vec<_>>().join(", ");
    let less = less.copied().collect::<Vec<_>>().join(", ");
    Err(format!("committed {more:?} instead of {less:?}"))
}

/// What is run in a shell, for a folder of a repository.
#[derive(Debug)]
pub(crate) struct Script<'a> {
    pub(crate) folder: &'a str,
    /// The URL of the repository.
    pub(crate) base: String,
    pub(crate) text: &'a str,
}

impl Script<'_> {
    /// In a folder of its own.
    pub(crate) fn run(&self, site: &Site) -> Fallible<()> {
        let Self { folder, base, text } = self;
        let home = site.folder.join(folder);
        std::fs::create_dir_all(&home).map_err(at(home.display()))?;
        let mut shell = Command::new("timeout");
        shell.args(["60", "sh", "-c"]).arg(format!("{PRELUDE}\n{text}"));
        shell.current_dir(&home).env("HOME", &home).env("REPOSITORY", &site.repository);
        shell.env("BASE", base).env("URL", format!("{base}/{folder}")).env("FOLDER", folder);
        must_run(&mut shell)
    }
}

/// The folder of an operation in the repository.
fn folder(group: &Group, number: usize) -> String {
    format!("{}-{number:02}", group.name)
}

/// The URL of the repository.
fn base(site: &Site, door: Door) -> String {
    let Site { front, port, .. } = site;
    let (authority, location) = match door {
        Door::Plain => (format!("localhost:{port}"), "svn"),
        Door::FirstProtocol => (format!("localhost:{port}"), "v1"),
        Door::User => (format!("alice@localhost:{port}"), "svn"),
        Door::Ipv6 => (format!("[::1]:{port}"), "svn"),
        Door::Moved => (format!("localhost:{port}"), "old"),
        Door::Helpless => (format!("localhost:{}", site.helpless.unwrap_or(*port)), "svn"),
        Door::Zeros => (format!("localhost:0{port}"), "svn"),
    };
    format!("{}://{authority}/{location}/{}", front.scheme(), front.name())
}
