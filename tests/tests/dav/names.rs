//! Names of files, byte for byte: each file is copied and moved in four ways, and what is in the
//! repository afterwards must have that name and be a copy of that file.

use std::process::Command;

use tuleap_front_tests::server::{Fallible, at};

use crate::front::Front;
use crate::report::{Known, Report};
use crate::rig::{Site, changes, run as must_run, youngest};

/// Names that Subversion writes into a URL as they are.
const AS_THEY_ARE: &[&str] = &[
    "plain.txt",
    "UPPER",
    "0",
    "logo.png",
    "two..dots",
    "...",
    "..two",
    ".hidden",
    "trailing.",
    "a-b",
    "-dash",
    "--force",
    "a_b",
    "~",
    "a~b",
    "a!b",
    "$1",
    "$host",
    "a&b",
    "a=b&c=d",
    "it's",
    "(1)",
    "a*b",
    "a,b",
    "a:b",
    "https:",
    "a@b",
    "@",
    "@HEAD",
    "a@1",
    "me@localhost",
];

/// Names of which it escapes a byte, or that hold a plus sign: behind the guide's lines nginx
/// escapes the target once more (its ticket 348).
const ESCAPED: &[&str] = &[
    "a b",
    " leading",
    "trailing ",
    "two  blanks",
    "a, b.txt",
    "100%",
    "50% off",
    "%",
    "%%",
    "%20",
    "a%20b",
    "%2520",
    "%zz",
    "%2F",
    "%00",
    "%41",
    "#",
    "a#b",
    "#1 a",
    "?",
    "a?b=c",
    "what?",
    "[1]",
    "a[b-c].txt",
    "]",
    "{a}",
    "${host}",
    "|",
    "a|b",
    "\"",
    "a \"b\" c",
    "<",
    "<b>",
    "a>b",
    ";",
    "a;b=c",
    "&amp;",
    "^",
    "`a`",
    "\\",
    "a\\b",
    "+",
    "a+b",
    "C++",
    "1+1=2 ok",
    "ä",
    "äöüß.txt",
    "Größe 3½ €.txt",
    "Ελληνικά",
    "Привет",
    "日本語",
    "中文 文件.txt",
    "한국어",
    "😀",
    "👩‍💻",
    "a😀 b.txt",
];

/// The four ways, and where each finds a file and puts it.
const WAYS: &[Way] = &[
    Way { name: "svnmucc cp", from: "mucc-from", to: "mucc", end: " copy" },
    Way { name: "cp URL", from: "cp-from", to: "cp", end: "" },
    Way { name: "mv URL", from: "mv-from", to: "mv", end: "" },
    Way { name: "mv WC", from: "wc", to: "wc/moved", end: "" },
];

#[derive(Debug)]
struct Way {
    name: &'static str,
    from: &'static str,
    to: &'static str,
    end: &'static str,
}

impl Way {
    fn source(&self, name: &str) -> String {
        format!("names/{}/{name}", self.from)
    }

    fn target(&self, name: &str) -> String {
        format!("names/{}/{name}{}", self.to, self.end)
    }
}

fn all() -> impl Iterator<Item = &'static str> {
    AS_THEY_ARE.iter().chain(ESCAPED).copied()
}

/// Their files of the first revision.
pub(crate) fn template() -> Vec<(String, String)> {
    let file = |folder: &str, name: &str| {
        (
            format!("names/{folder}/{name}"),
            format!(
                "{name}
"
            ),
        )
    };
    let files = all().flat_map(|name| WAYS.iter().map(move |way| file(way.from, name)));
    files.chain(WAYS.iter().map(|way| file(way.to, "readme"))).collect()
}

/// Runs them all, and tells each name's row.
pub(crate) fn run(site: &Site, report: &Report) -> Fallible<()> {
    let before = youngest(&site.repository)?;
    let client = Client { site, base: format!("{}/svn/{}", site.origin(), site.front.name()) };
    let names: Vec<&str> = all().collect();
    // What one of these ways says against a name is told with the name.
    let refused = [
        client.svnmucc(&names),
        client.several("cp", &names),
        client.several("mv", &names),
        client.working_copy(&names),
    ];
    let changes = changes(&site.repository, before)?;
    for name in names {
        let mut faults = Vec::new();
        for (way, refused) in WAYS.iter().zip(&refused) {
            let (source, target) = (way.source(name), way.target(name));
            if !changes.contains(&format!("A {target} < {source}")) {
                let end = format!(" < {source}");
                let instead = changes.iter().find_map(|change| change.strip_suffix(&end));
                let refused = refused.as_ref().err().map(String::as_str);
                let instead =
                    instead.or(refused).unwrap_or("nothing").trim_start_matches("A names/");
                faults.push(format!("{}: {instead}", way.name));
            }
        }
        let result = if faults.is_empty() { Ok(()) } else { Err(faults.join(", ")) };
        let is_wrong = site.front == Front::Guide && ESCAPED.contains(&name);
        let known = if is_wrong { Known::Wrong } else { Known::Right };
        report.row(site.front, "names", &format!("{name:?}"), known, &result)?;
    }
    Ok(())
}

struct Client<'a> {
    site: &'a Site,
    base: String,
}

impl Client<'_> {
    /// `cp HEAD SOURCE TARGET` for each name in one commit. Where one is refused, so is the
    /// commit: then for each half.
    fn svnmucc(&self, names: &[&str]) -> Fallible<()> {
        let Some(way) = WAYS.first() else { return Ok(()) };
        let mut svnmucc = self.program("svnmucc");
        svnmucc.args(["-m", "names"]);
        for name in names {
            let (source, target) = (self.url(&way.source(name)), self.url(&way.target(name)));
            svnmucc.args(["cp", "HEAD", &source, &target]);
        }
        match (must_run(&mut svnmucc), names.split_at_checked(names.len() / 2)) {
            (Err(_), Some((some, others))) if !some.is_empty() => {
                let some = self.svnmucc(some);
                self.svnmucc(others).and(some)
            }
            (result, _) => result,
        }
    }

    /// `svn cp SOURCE… FOLDER`, or `mv`.
    fn several(&self, command: &str, names: &[&str]) -> Fallible<()> {
        let Some(way) = WAYS.iter().find(|way| way.to == command) else { return Ok(()) };
        let mut svn = self.program("svn");
        svn.args([command, "--message", "names"]);
        // What follows the last @ is a revision.
        svn.args(names.iter().map(|name| format!("{}@", self.url(&way.source(name)))));
        must_run(svn.arg(self.url(&format!("names/{}", way.to))))
    }

    /// Every name is moved in a working copy; one commit.
    fn working_copy(&self, names: &[&str]) -> Fallible<()> {
        let folder = self.site.folder.join("names");
        must_run(self.program("svn").arg("checkout").arg(self.url("names/wc")).arg(&folder))?;
        let mut svn = self.program("svn");
        svn.current_dir(&folder).arg("mv");
        svn.args(names.iter().map(|name| format!("./{name}@")));
        must_run(svn.arg("moved"))?;
        std::fs::metadata(folder.join("moved")).map_err(at("moved"))?;
        must_run(self.program("svn").args(["commit", "--message", "names"]).arg(&folder))
    }

    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(name);
        command.arg("--non-interactive").args(["--username", "alice", "--password", "secret"]);
        command.args(["--no-auth-cache", "--config-dir"]).arg(self.site.folder.join("config"));
        command.arg("--trust-server-cert-failures=unknown-ca,cn-mismatch,other");
        command
    }

    /// All but a few bytes are escaped; Subversion writes it again in its own way.
    fn url(&self, path: &str) -> String {
        let mut url = format!("{}/", self.base);
        for byte in path.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'/' => {
                    url.push(char::from(byte));
                }
                _ => url.push_str(&format!("%{byte:02X}")),
            }
        }
        url
    }
}
