//! The program, `tuleap-front explain --batch`.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::{Rules, Surface};
use crate::row::{ClientIpRow, Directive, ForwardedInput, RealipInput};

/// The program.
#[derive(Debug)]
pub struct Cli;

impl Surface for Cli {
    fn name(&self) -> &'static str {
        "cli"
    }

    fn client_ip(&self, rows: &[ClientIpRow]) -> Result<Vec<Value>, String> {
        batch(rows.iter().map(|row| row.raw.clone()))
    }

    fn realip(&self, rows: &[RealipInput], rules: Rules) -> Result<Vec<Value>, String> {
        let mode = match rules {
            Rules::Current => "nginx-current",
            Rules::V1_22 => "nginx-1.22",
        };
        batch(rows.iter().map(|row| {
            json!({
                "peer": row.peer, "headers": row.headers, "trusted": row.trusted,
                "options": {
                    "mode": mode, "recursive": row.recursive, "text": "latin-1",
                    "real_ip_header": row.real_ip_header,
                },
            })
        }))
    }

    fn forwarded(&self, rows: &[ForwardedInput]) -> Result<Vec<Value>, String> {
        batch(rows.iter().map(|row| {
            let names = ["X-Real-IP", "X-Forwarded-For", "X-Forwarded-Proto"];
            let directives = names.into_iter().zip(row.directives().map(word));
            let port = if row.scheme == "https" { 443 } else { 80 };
            json!({
                "peer": row.peer, "headers": row.headers,
                "options": {
                    "mode": "nginx-1.22", "text": "latin-1",
                    "local": { "scheme": row.scheme, "host": "local.example", "port": port },
                    "proxy_set_header": directives.collect::<Vec<_>>(),
                },
            })
        }))
    }
}

fn word(directive: Directive) -> &'static str {
    match directive {
        Directive::Keep => "keep",
        Directive::Remove => "remove",
        Directive::Write => "write",
    }
}

/// One process for all rows: a line in, a line out.
fn batch(rows: impl Iterator<Item = Value>) -> Result<Vec<Value>, String> {
    let lines: Vec<String> = rows.map(|row| row.to_string()).collect();
    let program = program()?;
    let mut child = Command::new(&program)
        .args(["explain", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("{}: {error}", program.display()))?;
    let mut stdin = child.stdin.take().ok_or("no standard input")?;
    let writer = std::thread::spawn(move || {
        // The program may end early; its answers are then too few, which is what is reported.
        let _ = lines.iter().try_for_each(|line| writeln!(stdin, "{line}"));
    });
    let output = child.wait_with_output().map_err(|error| error.to_string())?;
    writer.join().map_err(|_| "the writer stopped")?;
    let text = String::from_utf8(output.stdout).map_err(|error| error.to_string())?;
    let parse = |line: &str| serde_json::from_str(line).map_err(|error| format!("{line}: {error}"));
    text.lines().map(parse).collect()
}

/// The program beside this one, built if it is not there.
fn program() -> Result<PathBuf, String> {
    if let Some(path) = std::env::var_os("TULEAP_FRONT") {
        return Ok(path.into());
    }
    let this = std::env::current_exe().map_err(|error| error.to_string())?;
    let folder = this.parent().ok_or("no folder")?;
    let folder =
        if folder.ends_with("deps") { folder.parent().ok_or("no folder")? } else { folder };
    let status = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["build", "--quiet", "--package", "tuleap-front-cli"])
        .args(folder.ends_with("release").then_some("--release"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()
        .map_err(|error| format!("cargo: {error}"))?;
    let program = folder.join(format!("tuleap-front{}", std::env::consts::EXE_SUFFIX));
    if status.success() && program.exists() {
        Ok(program)
    } else {
        Err(format!("{} could not be built", program.display()))
    }
}
