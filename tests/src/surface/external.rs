//! A surface in another language: a program that reads questions as JSON lines and answers each
//! with one JSON line.
//!
//! A question is `{"kind": KIND, …}`: for `client-ip` and `destination` the row itself, without
//! its answer and with long texts written out; for every `nginx-…` the row's `input`, and `rules`,
//! `1.22` or `current`, but for `nginx-forwarded`, where they are all the same.
//!
//! The answer is in the row's own form:
//!
//! - `cache`: a row of `cache.json`, or one of `nginx-cache.json` in its form, with its defaults
//!   written out; of `policy` (`distributed`, `recommended`, `reverse-proxy`) and `directives`, a
//!   text, one is null. The requests go to one zone, in order. One that has a ticket is answered
//!   behind the request with the index `answered_after`, or at once where that is null, at that
//!   request's `now`, with the next of the `answers`, the last one again and again. `directives` (as
//!   the policy writes them) and `steps`: of each request the JSON of the step that the client's
//!   answer came with, and in `explanation` that of its answer, or of its look-up where there was
//!   none; or `config_error` as for `gzip`. Question and answer are Latin-1.
//! - `destination`: `action`, `value_hex` (of a rewrite: the bytes of the line that replaces every
//!   line), `status` and `reason` (of a rejection), and `cause`; what there is not is null. The
//!   `header` of a row says which one it is about. Its `input` is text that stands for its UTF-8
//!   bytes, a list of such lines, or null where `input_hex` has the bytes of the value.
//! - `nginx-destination`: `destination`, the lines that are sent on. They, and the texts of the
//!   question, are Latin-1: one code point is one byte.
//! - `gzip`: a row of `gzip.json`, or one of `nginx-gzip.json` in its form, with its defaults
//!   written out; of `policy` (`documented`, `recommended`, `tuleap`) and `directives`, a text, one
//!   is null. `compresses`, `reason`, `varies`, `etag`, `removes`, `checks` (what was looked at),
//!   `lines` (that the client gets) and `directives` (as the policy writes them); or `config_error`
//!   with `code` (without its noun), `entry`, `line`, `column`, `offset`, `length` and `hint`.
//!   Question and answer are Latin-1.
//! - `https-redirect`: `action`, `status`, `location` and `reason`, or `config_error` with `code`
//!   (without its noun) and `hint`. Question and answer are Latin-1.
//! - `nginx-redirect`: `status` and `location`; what there is not is null. The question has the
//!   `documented` rule and the `redirect_status` of the directives beside the input, in the form of
//!   `https-redirect`; every row comes by http.
//! - `proxy-chain`: the JSON of the explanation, or `config_error` with `code` (without its noun),
//!   `entry`, `line`, `column`, `offset`, `length` and `hint`.
//! - `request-target`: `uri`, `args`, `request_uri`, `host`, or `status` and `reason`; `request-line`:
//!   the same with `method` and `version`, `0.9` or `1.N`. `merge_slashes` is true or false, `rules`
//!   `1.22`, `current` or null, which is `current`. Question and answer are Latin-1.
//! - `request-head`: of `request` and `response`, texts, one is null; `names` is `any`, `plain` or
//!   `underscores`. `method`, `uri`, `version` (as for `request-line`), `host`, `http_host`, `lines`
//!   and `rest`; of a response `status`, `lines` and `rest`; or `status` and `code`. Question and
//!   answer are Latin-1.
//! - `servers`: `server` (its index), `server_name`, `reason`, `host`, `request_uri`, `uri`, `args`,
//!   `location` (its pattern), `backend`, `target`, `lines` and `redirect`; what there is not is null;
//!   or `status` and `code`, or `config_error` as above. `servers` is a text, the rest of question and
//!   answer are Latin-1. A row of `nginx-forwarded.json` is asked in this form, too.
//! - `locations`: `location` (its name), `index`, `reason`; or `config_error` as above.
//! - `routes`: `outcome`, `backend`, `uri`, `args`, `file`, `status`, `location` (of a redirect),
//!   `reason` (of a refusal), `rule` (the index of the location), `internal_redirects`, `allowed` (the
//!   method) and `asked` (the paths, in order); or `config_error` as above. Of the question's
//!   `routes`, a text, and `known`, a name, one is null; a path that `files` does not have is missing.
//!   Target, paths and answer are Latin-1.
//! - `nginx-location`: `status` (200 or that of the refusal), `uri`, `args`, `request_uri` and
//!   `location`. The question has the `line` that was sent and the text of the `locations`.
//!
//! A server answers `{"skip": REASON}` to a row that it cannot be asked, and lists the fields of a
//! row that it does not show as `unasked`.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde::Serialize;
use serde_json::{Value, json};

use super::{Rules, Surface};
use crate::row::{
    CacheRow, ClientIpRow, DestinationRow, ForwardedInput, GzipRow, HttpsRedirectRow, LocationsRow,
    NginxDestinationInput, NginxLocationInput, NginxRedirectInput, ProxyChainRow, RealipInput,
    RequestHeadRow, RequestLineRow, RequestTargetRow, RoutesRow, ServersRow,
};

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

    fn ask_nginx(
        &self,
        kind: &str,
        rows: &[impl Serialize],
        rules: Rules,
    ) -> Result<Vec<Value>, String> {
        self.ask(rows.iter().map(|row| nginx_question(kind, row, rules)))
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
        self.ask_nginx("nginx-realip", rows, rules)
    }

    fn forwarded(&self, rows: &[ForwardedInput]) -> Result<Vec<Value>, String> {
        self.ask(rows.iter().map(|row| json!({ "kind": "nginx-forwarded", "input": row })))
    }

    fn destination(&self, rows: &[DestinationRow]) -> Result<Option<Vec<Value>>, String> {
        self.ask(rows.iter().map(destination_question)).map(Some)
    }

    fn nginx_destination(
        &self,
        rows: &[NginxDestinationInput],
        rules: Rules,
    ) -> Result<Option<Vec<Value>>, String> {
        self.ask_nginx("nginx-destination", rows, rules).map(Some)
    }

    fn cache(&self, rows: &[CacheRow]) -> Result<Option<Vec<Value>>, String> {
        self.ask(rows.iter().map(|row| question("cache", row))).map(Some)
    }

    fn gzip(&self, rows: &[GzipRow]) -> Result<Option<Vec<Value>>, String> {
        self.ask(rows.iter().map(|row| question("gzip", row))).map(Some)
    }

    fn https_redirect(&self, rows: &[HttpsRedirectRow]) -> Result<Option<Vec<Value>>, String> {
        self.ask(rows.iter().map(|row| question("https-redirect", row))).map(Some)
    }

    fn nginx_redirect(
        &self,
        rows: &[NginxRedirectInput],
        rules: Rules,
    ) -> Result<Option<Vec<Value>>, String> {
        self.ask(rows.iter().map(|row| redirect_question(row, rules))).map(Some)
    }

    fn proxy_chain(&self, rows: &[ProxyChainRow]) -> Result<Option<Vec<Value>>, String> {
        self.ask(rows.iter().map(|row| question("proxy-chain", row))).map(Some)
    }

    fn request_head(&self, rows: &[RequestHeadRow]) -> Result<Option<Vec<Value>>, String> {
        self.ask(rows.iter().map(|row| question("request-head", row))).map(Some)
    }

    fn servers(&self, rows: &[ServersRow]) -> Result<Option<Vec<Value>>, String> {
        let answers = self.ask(rows.iter().map(|row| question("servers", row)))?;
        // A server of its own is asked about what it forwards, and not about other servers.
        Ok(answers.iter().any(|answer| answer.get("skip").is_none()).then_some(answers))
    }

    fn request_target(&self, rows: &[RequestTargetRow]) -> Result<Option<Vec<Value>>, String> {
        self.ask(rows.iter().map(|row| question("request-target", row))).map(Some)
    }

    fn request_line(&self, rows: &[RequestLineRow]) -> Result<Option<Vec<Value>>, String> {
        self.ask(rows.iter().map(|row| question("request-line", row))).map(Some)
    }

    fn locations(&self, rows: &[LocationsRow]) -> Result<Option<Vec<Value>>, String> {
        self.ask(rows.iter().map(|row| question("locations", row))).map(Some)
    }

    fn routes(&self, rows: &[RoutesRow]) -> Result<Option<Vec<Value>>, String> {
        self.ask(rows.iter().map(|row| question("routes", row))).map(Some)
    }

    fn nginx_location(
        &self,
        rows: &[NginxLocationInput],
        rules: Rules,
    ) -> Result<Option<Vec<Value>>, String> {
        self.ask(rows.iter().map(|row| location_question(row, rules))).map(Some)
    }
}

/// A row of `destination.json` as a question.
pub(super) fn destination_question(row: &DestinationRow) -> Value {
    question("destination", row)
}

/// A row that is written without its answer as a question.
pub(super) fn question(kind: &str, row: &impl Serialize) -> Value {
    let mut question = json!(row);
    if let Some(fields) = question.as_object_mut() {
        fields.insert("kind".to_owned(), json!(kind));
    }
    question
}

/// A row of an `nginx-….json` as a question.
pub(super) fn nginx_question(kind: &str, input: &impl Serialize, rules: Rules) -> Value {
    let rules = match rules {
        Rules::Current => "current",
        Rules::V1_22 => "1.22",
    };
    json!({ "kind": kind, "rules": rules, "input": input })
}

/// A row of `nginx-redirect.json` as a question, with what its directives say.
pub(super) fn redirect_question(input: &NginxRedirectInput, rules: Rules) -> Value {
    let mut question = nginx_question("nginx-redirect", input, rules);
    if let Some(fields) = question.as_object_mut() {
        fields.insert("documented".to_owned(), json!(input.documented()));
        fields.insert("redirect_status".to_owned(), json!(input.status()));
    }
    question
}

/// A row of `nginx-location.json` as a question, with the line that was sent and the text of the
/// server's locations.
pub(super) fn location_question(input: &NginxLocationInput, rules: Rules) -> Value {
    let mut question = nginx_question("nginx-location", input, rules);
    if let Some(fields) = question.as_object_mut() {
        fields.insert("line".to_owned(), json!(input.line()));
        fields.insert("locations".to_owned(), json!(input.text()));
    }
    question
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
