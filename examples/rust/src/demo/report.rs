//! A story for people: what was sent, what arrived, why.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use tuleap_front::{ForwardedHop, Scheme};

use super::stories::{Sender, Story};
use super::{Answer, Cast, Outcome, Played, Record};

const TITLE: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const GOOD: Style = AnsiColor::Green.on_default().bold();
const BAD: Style = AnsiColor::Red.on_default().bold();

/// Columns of the output.
const WIDTH: usize = 100;
/// Columns of a header line beside which a reason stands.
const LINE: usize = 52;

/// Writes a story and answers whether its promise was kept.
pub(super) fn write(
    out: &mut dyn Write,
    number: usize,
    story: &Story,
    cast: &Cast,
    played: &Played,
) -> io::Result<bool> {
    writeln!(out, "\n{TITLE}{number:2}  {}{TITLE:#}", story.title)?;
    let who = match story.sender {
        Sender::Stranger => "a stranger",
        Sender::TrustedProxy => "the trusted proxy",
    };
    writeln!(out, "    {}, {who}, sends over {}", cast.address(story.sender), story.scheme)?;
    for line in story.request().lines().filter(|line| !line.is_empty()) {
        writeln!(out, "      {line}")?;
    }
    let faults = match played {
        Ok((answer, record)) => {
            match &answer.location {
                Some(location) => {
                    writeln!(out, "    the backend receives nothing; the client is answered")?;
                    writeln!(out, "      {}\n      location: {location}", answer.status)?;
                }
                None => {
                    writeln!(out, "    the backend {} receives", shown(&answer.backend))?;
                    for row in rows(story, answer, record) {
                        row.write(out)?;
                    }
                }
            }
            writeln!(out, "    why")?;
            wrapped(out, &record.explanation)?;
            writeln!(out, "    the front logs")?;
            wrapped(out, &record.line)?;
            faults(story, cast, answer, record)
        }
        Err(error) => vec![format!("no answer: {error}")],
    };
    verdict(out, &faults)
}

/// Writes the story of several requests, a line for each, and answers how many were as promised.
pub(super) fn write_ways(
    out: &mut dyn Write,
    number: usize,
    cast: &Cast,
    played: &[(&Story, Played)],
) -> io::Result<usize> {
    writeln!(out, "\n{TITLE}{number:2}  Three requests, three backends, one client{TITLE:#}")?;
    writeln!(out, "    {}, a stranger, sends over {}", cast.stranger, Scheme::Https)?;
    let (mut kept, mut faults) = (0, Vec::new());
    for (story, played) in played {
        let found = match played {
            Ok((answer, record)) => {
                let backend = shown(&answer.backend);
                write!(out, "      {:28}  {backend} receives ", story.asks)?;
                writeln!(out, "{:28}  {}", answer.asked, story.title)?;
                self::faults(story, cast, answer, record)
            }
            Err(error) => vec![format!("{}: no answer: {error}", story.asks)],
        };
        kept += usize::from(found.is_empty());
        faults.extend(found);
    }
    verdict(out, &faults)?;
    Ok(kept)
}

fn verdict(out: &mut dyn Write, faults: &[String]) -> io::Result<bool> {
    if faults.is_empty() {
        writeln!(out, "    {GOOD}as promised{GOOD:#}")?;
    }
    for fault in faults {
        writeln!(out, "    {BAD}NOT AS PROMISED{BAD:#} {fault}")?;
    }
    Ok(faults.is_empty())
}

fn shown(backend: &Option<String>) -> &str {
    backend.as_deref().unwrap_or("(unknown)")
}

/// Writes the one line that says what happened.
pub(super) fn outcome(out: &mut dyn Write, outcome: Outcome) -> io::Result<()> {
    let style = if outcome.is_success() { GOOD } else { BAD };
    writeln!(out, "\n{style}{outcome}{style:#}")?;
    out.flush()
}

/// Where the backend, or the log, does not have what the story promises.
fn faults(story: &Story, cast: &Cast, answer: &Answer, record: &Record) -> Vec<String> {
    let stranger = cast.stranger.to_string();
    let mut faults = Vec::new();
    let status = story.redirected.map_or("200 OK", |(status, _)| status);
    if answer.status != status {
        faults.push(format!("the status is {}", answer.status));
    }
    let location = story.redirected.map(|(_, location)| location);
    if answer.location.as_deref() != location {
        faults.push(format!("the location is {:?}", answer.location));
    }
    if story.redirected.is_none() {
        if answer.backend.as_deref() != Some(story.backend) {
            faults.push(format!("the backend is {}", shown(&answer.backend)));
        }
        if answer.asked != story.asked.unwrap_or(story.asks) {
            faults.push(format!("the backend is asked for {}", answer.asked));
        }
    }
    let promised = story.promised(&stranger);
    for (name, value) in promised.iter().filter(|line| !answer.received.contains(line)) {
        faults.push(format!("the backend did not receive {name}: {value}"));
    }
    for (name, value) in answer.received.iter().filter(|line| !promised.contains(line)) {
        faults.push(format!("the backend received {name}: {value}"));
    }
    if faults.is_empty() && promised.len() != answer.received.len() {
        faults.push("the backend received a line twice".to_owned());
    }
    let expected = story.client.replace("STRANGER", &stranger);
    let client = record.client;
    if client.to_string() != expected
        || client.kind() != story.kind
        || client.reason() != story.reason
    {
        faults.push(format!("the log should say {expected} {} {}", story.kind, story.reason));
    }
    faults
}

/// A header line and what became of it.
struct Row {
    line: String,
    reason: String,
    arrived: bool,
}

impl Row {
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let style = if self.arrived { Style::new() } else { DIM };
        let line = cut(&self.line, LINE);
        writeln!(out, "      {style}{line:LINE$}  {}{style:#}", self.reason)
    }
}

/// What arrived, and then what was sent and did not.
fn rows(story: &Story, answer: &Answer, record: &Record) -> Vec<Row> {
    let arrived = answer.received.iter().map(|(name, value)| Row {
        line: format!("{name}: {value}"),
        reason: origin_of(name, story, record),
        arrived: true,
    });
    let is_lost = |(name, value): &&(&str, &str)| {
        let has = |line: &(String, String)| line.0.eq_ignore_ascii_case(name) && line.1 == *value;
        !answer.received.iter().any(has)
    };
    let lost = story.lines.iter().filter(is_lost).map(|(name, value)| Row {
        line: format!("({}: {value})", name.to_ascii_lowercase()),
        reason: format!("not passed on: {}", loss_of(name, story)),
        arrived: false,
    });
    arrived.chain(lost).collect()
}

/// Who wrote a line that arrived.
fn origin_of(name: &str, story: &Story, record: &Record) -> String {
    let sent = |wanted: &str| story.lines.iter().any(|(name, _)| name.eq_ignore_ascii_case(wanted));
    match name {
        "x-forwarded-for" | "x-real-ip" => {
            format!("written by the front: {}", record.client.reason())
        }
        "x-forwarded-proto" if story.sender == Sender::TrustedProxy && sent(name) => {
            "written by the front: as the proxy says".to_owned()
        }
        "x-forwarded-proto" => "written by the front: its own listener".to_owned(),
        "host" => "written by the front: the host, checked".to_owned(),
        "destination" => "mapped by the front to the backend".to_owned(),
        _ => "as sent".to_owned(),
    }
}

/// Why a line did not arrive.
fn loss_of(name: &str, story: &Story) -> &'static str {
    if name == "Destination" {
        "replaced"
    } else if !ForwardedHop::recommended().strips(name.as_bytes()) {
        "for this connection only"
    } else if story.sender == Sender::Stranger {
        "a stranger's word"
    } else if name.contains('_') {
        "a look-alike"
    } else if is_written(name) {
        "replaced"
    } else {
        "not a header we read"
    }
}

/// Does the front send a line with this name in every case?
fn is_written(name: &str) -> bool {
    ["Host", "X-Forwarded-For", "X-Forwarded-Proto"].contains(&name)
}

/// Cuts a text that is too wide.
fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    text.chars().take(width - 1).chain(['…']).collect()
}

/// Writes lines, those that are too wide continued below, indented further.
fn wrapped(out: &mut dyn Write, text: &str) -> io::Result<()> {
    for line in text.lines() {
        let indent = line.len() - line.trim_start().len();
        let mut row = format!("      {:indent$}", "");
        let mut is_new = true;
        for word in line.split_inclusive(' ') {
            if !is_new && row.chars().count() + word.trim_end().chars().count() > WIDTH {
                writeln!(out, "{}", row.trim_end())?;
                row = format!("      {:indent$}    ", "");
            }
            row.push_str(word);
            is_new = false;
        }
        writeln!(out, "{}", row.trim_end())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use tuleap_front::{ClientIpResolver, Peer};

    use super::super::stories::STORIES;
    use super::*;

    fn check(change: impl Fn(&mut Answer), expect: &[&str]) {
        let stranger = Ipv4Addr::new(127, 0, 0, 2);
        let resolver = ClientIpResolver::new("127.0.0.1".parse().unwrap());
        let client = resolver.resolve_values(Some(Peer::from(IpAddr::from(stranger))), &[]);
        let record = Record { line: String::new(), client, explanation: String::new() };
        let received = STORIES[0].promised("127.0.0.2");
        let mut answer = Answer {
            status: "200 OK".to_owned(),
            location: None,
            backend: Some("web".to_owned()),
            asked: STORIES[0].asks.to_owned(),
            received,
        };
        change(&mut answer);
        assert_eq!(faults(&STORIES[0], &Cast { stranger }, &answer, &record), expect);
    }

    #[test]
    fn every_difference_is_a_fault() {
        check(|_| {}, &[]);
        check(
            |answer| answer.status = "502 Bad Gateway".to_owned(),
            &["the status is 502 Bad Gateway"],
        );
        check(|answer| answer.backend = Some("svn".to_owned()), &["the backend is svn"]);
        check(|answer| answer.asked = "GET /".to_owned(), &["the backend is asked for GET /"]);
        check(
            |answer| answer.received.push(("forwarded".to_owned(), "for=127.0.0.1".to_owned())),
            &["the backend received forwarded: for=127.0.0.1"],
        );
        check(
            |answer| answer.received[1].1 = "127.0.0.1".to_owned(),
            &[
                "the backend did not receive x-forwarded-for: 127.0.0.2",
                "the backend received x-forwarded-for: 127.0.0.1",
            ],
        );
        check(
            |answer| answer.received.push(answer.received[1].clone()),
            &["the backend received a line twice"],
        );
    }

    #[test]
    fn wide_lines_are_continued() {
        let mut out = Vec::new();
        wrapped(&mut out, &format!("  note: {}", "word ".repeat(40))).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text.split_whitespace().count(), 41);
        assert!(text.lines().all(|line| line.len() <= WIDTH && line.starts_with("        ")));
        assert_eq!(cut("abcdef", 4), "abc…");
    }
}
