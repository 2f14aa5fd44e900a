//! A surface in another language: a program that reads questions as JSON lines and answers each
//! with one JSON line.
//!
//! A question is `{"kind": KIND, …}`: for `client-ip` the row itself, for `nginx-realip` and
//! `nginx-forwarded` the row's `input`, and for the former `rules`, `1.22` or `current`. The
//! answer is in the row's own form. A server answers `{"skip": REASON}` to a row that it cannot be
//! asked, and lists the fields of a row that it does not show as `unasked`.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::{Rules, Surface};
use crate::row::{ClientIpRow, ForwardedInput, RealipInput};

/// A program that answers for a surface.
#[derive(Debug)]
pub struct External {
    name: String,
    words: Vec<String>,
}

impl External {
    /// The command is split at blanks.
    #[must_use]
    pub fn new(name: &str, command: &str) -> Self {
        let words = command.split_whitespace().map(str::to_owned).collect();
        Self { name: name.to_owned(), words }
    }

    fn ask(&self, questions: impl Iterator<Item = Value>) -> Result<Vec<Value>, String> {
        let (program, arguments) = self.words.split_first().ok_or("an empty command")?;
        lines_through(Command::new(program).args(arguments), questions)
    }
}

impl Surface for External {
    fn name(&self) -> &str {
        &self.name
    }

    fn client_ip(&self, rows: &[ClientIpRow]) -> Result<Vec<Value>, String> {
        self.ask(rows.iter().map(|row| {
            let mut question = row.raw.clone();
            if let Some(fields) = question.as_object_mut() {
                fields.insert("kind".to_owned(), json!("client-ip"));
                fields.remove("expect");
            }
            question
        }))
    }

    fn realip(&self, rows: &[RealipInput], rules: Rules) -> Result<Vec<Value>, String> {
        let rules = match rules {
            Rules::Current => "current",
            Rules::V1_22 => "1.22",
        };
        self.ask(
            rows.iter().map(|row| json!({ "kind": "nginx-realip", "rules": rules, "input": row })),
        )
    }

    fn forwarded(&self, rows: &[ForwardedInput]) -> Result<Vec<Value>, String> {
        self.ask(rows.iter().map(|row| json!({ "kind": "nginx-forwarded", "input": row })))
    }
}

/// One process for all questions: a line in, a line out.
pub(super) fn lines_through(
    command: &mut Command,
    questions: impl Iterator<Item = Value>,
) -> Result<Vec<Value>, String> {
    let lines: Vec<String> = questions.map(|question| question.to_string()).collect();
    let name = command.get_program().display().to_string();
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("{name}: {error}"))?;
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
