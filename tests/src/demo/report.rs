//! A story for people: what was sent, what arrived, why.

use std::collections::BTreeSet;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use serde_json::Value;

use super::copies::{Copy, CopyTexts, SOURCE, TARGET};
use super::front::{Decision, Exchange, PATH};
use super::stories::Story;
use super::svn::Session;
use super::texts::Texts;
use super::{Outcome, Played, Visited};

const TITLE: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const GOOD: Style = AnsiColor::Green.on_default().bold();
const BAD: Style = AnsiColor::Red.on_default().bold();

/// Columns of the output.
const WIDTH: usize = 100;
/// Columns of a header's name.
const NAME: usize = 18;
/// Columns of what our front sends on.
const OURS: usize = 24;
/// Columns of a title that stands above these two.
const TITLES: usize = 2 + NAME + 2 + OURS;
/// Columns of what the other one sends on.
const THEIRS: usize = WIDTH - 6 - NAME - 2 - OURS - 2;

/// Writes what a part of the stage is, and lines of its configuration.
pub(super) fn part(out: &mut dyn Write, name: &str, text: &str, lines: &[&str]) -> io::Result<()> {
    let names = std::iter::once(name).chain(std::iter::repeat(""));
    for (name, line) in names.zip(text.lines()) {
        writeln!(out, "{name:8} {line}")?;
    }
    let lines = lines.iter().flat_map(|lines| lines.lines());
    lines.into_iter().try_for_each(|line| writeln!(out, "           {line}"))
}

/// Writes a story and answers whether its promise was kept.
pub(super) fn story(
    out: &mut dyn Write,
    number: usize,
    texts: &Texts,
    story: &Story,
    played: &Result<Played, String>,
) -> io::Result<bool> {
    let (sender, scheme) = (story.sender, story.door.scheme());
    writeln!(out, "\n{TITLE}{number:2}  {}{TITLE:#}", story.title)?;
    writeln!(out, "    {}, {}, sends over {scheme}", sender.address(), sender.name())?;
    writeln!(out, "      GET {PATH} HTTP/1.1")?;
    for (name, value) in story.sent() {
        writeln!(out, "      {name}: {value}")?;
    }
    let faults = match played {
        Ok(played) => {
            table(out, texts, played)?;
            if let Some(decision) = &played.ours.decision {
                writeln!(out, "    why, by {}", texts.trace)?;
                why(out, decision)?;
            }
            writeln!(out, "    the front logs\n      {}", cut(&played.ours.line, WIDTH - 6))?;
            story_faults(texts, story, played)
        }
        Err(error) => vec![error.clone()],
    };
    verdict(out, &faults)
}

/// Writes a session and answers whether its promise was kept.
pub(super) fn session(
    out: &mut dyn Write,
    number: usize,
    session: &Session,
    visited: &Result<Visited, String>,
) -> io::Result<bool> {
    writeln!(out, "\n{TITLE}{number:2}  {}{TITLE:#}", session.title)?;
    writeln!(out, "    {}, {}, runs", session.client, session.who)?;
    for words in &session.commands {
        writeln!(out, "      svn {}", words.join(" "))?;
    }
    let faults = match visited {
        Ok(visited) => {
            writeln!(out, "    the backend logs")?;
            log(out, &visited.backend)?;
            writeln!(out, "    the front logs")?;
            log(out, &visited.front)?;
            session_faults(session, visited)
        }
        Err(error) => vec![error.clone()],
    };
    verdict(out, &faults)
}

/// Writes the copies and answers whether ours is right, and the other one wrong as is known.
pub(super) fn copies(
    out: &mut dyn Write,
    number: usize,
    texts: &Texts,
    copies: &Result<[Copy; 2], String>,
) -> io::Result<bool> {
    writeln!(
        out,
        "\n{TITLE}{number:2}  svn copy of '{SOURCE}' to '{TARGET}', over https{TITLE:#}"
    )?;
    let texts = &texts.copies;
    let faults = match copies {
        Ok([beside, ours]) => {
            copied(out, beside, texts.beside_title, texts.beside)?;
            writeln!(out, "      {}", texts.beside_note)?;
            copied(out, ours, "our line alone", texts.ours)?;
            copy_faults(texts, beside, ours)
        }
        Err(error) => vec![error.clone()],
    };
    verdict(out, &faults)
}

fn copied(out: &mut dyn Write, copy: &Copy, title: &str, lines: &str) -> io::Result<()> {
    writeln!(out, "    {title}")?;
    lines.lines().try_for_each(|line| writeln!(out, "      {line}"))?;
    let Copy { url, destination, committed, refused } = copy;
    let names = [SOURCE, TARGET].map(|name| name.replace(' ', "%20"));
    writeln!(out, "    svn copy {url}/{}", names.join(&format!(" {url}/")))?;
    writeln!(out, "      Destination, as the backend receives it")?;
    writeln!(out, "        {}", cut(destination, WIDTH - 8))?;
    match refused {
        Some(said) => writeln!(out, "      {}", cut(said, WIDTH - 6)),
        None => {
            writeln!(out, "      the repository now has")?;
            committed.iter().try_for_each(|name| writeln!(out, "        {name}"))
        }
    }
}

/// Writes the one line that says what happened.
pub(super) fn outcome(out: &mut dyn Write, outcome: Outcome) -> io::Result<()> {
    let style = if outcome.is_success() { GOOD } else { BAD };
    writeln!(out, "\n{style}{outcome}{style:#}")?;
    out.flush()
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

/// What the server makes of the request, and what it makes of it with its own directives.
fn table(out: &mut dyn Write, texts: &Texts, played: &Played) -> io::Result<()> {
    let (ours, stock) = (&played.ours, &played.stock);
    let beside = format!("with {}", texts.stock);
    let title = "the front takes for the client";
    writeln!(out, "    {title:TITLES$}  {DIM}{beside}{DIM:#}")?;
    let address = |exchange: &Exchange| Some(exchange.remote_addr().to_owned());
    row(out, texts.remote_addr, address(ours), address(stock))?;
    writeln!(out, "    the backend receives")?;
    let names = ours.received.iter().chain(&stock.received).map(|(name, _)| name.as_str());
    for name in names.collect::<BTreeSet<_>>() {
        row(out, name, ours.value(name), stock.value(name))?;
    }
    Ok(())
}

fn row(
    out: &mut dyn Write,
    name: &str,
    ours: Option<String>,
    theirs: Option<String>,
) -> io::Result<()> {
    let beside = match &theirs {
        _ if ours == theirs => "the same",
        Some(value) => value,
        None => "nothing",
    };
    let (ours, beside) = (cut(ours.as_deref().unwrap_or("nothing"), OURS), cut(beside, THEIRS));
    writeln!(out, "      {name:NAME$}  {ours:OURS$}  {DIM}{beside}{DIM:#}")
}

/// The steps, as `tuleap-front explain` writes them.
fn why(out: &mut dyn Write, decision: &Decision) -> io::Result<()> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let part = |name: &str| decision.trace.get(name).cloned().unwrap_or_default();
    let (client, reason) = (text(&part("client")), text(&part("reason")));
    writeln!(out, "      client {client} ({}: {reason})", decision.kind)?;
    let list = |value: Value| value.as_array().cloned().unwrap_or_default();
    let steps: Vec<Vec<String>> =
        list(part("steps")).into_iter().map(|step| list(step).iter().map(text).collect()).collect();
    let column = |index: usize| {
        let cells = steps.iter().filter_map(|step| step.get(index));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let (places, values) = (column(0), column(1));
    for step in &steps {
        if let [place, value, verdict] = step.as_slice() {
            writeln!(out, "          {place:places$}  {value:values$}  {verdict}")?;
        }
    }
    if let Some(unread @ 1..) = part("unread").as_u64() {
        writeln!(out, "          {unread} bytes not read")?;
    }
    for note in list(part("notes")) {
        writeln!(out, "          note: {}", text(&note))?;
    }
    Ok(())
}

/// The first line of each method, and how many more there are.
fn log(out: &mut dyn Write, lines: &[String]) -> io::Result<()> {
    let mut methods = BTreeSet::new();
    let shown: Vec<_> = lines.iter().filter(|line| methods.insert(method(line))).collect();
    for line in &shown {
        writeln!(out, "      {}", cut(line, WIDTH - 6))?;
    }
    match lines.len() - shown.len() {
        0 => Ok(()),
        more => writeln!(out, "      {DIM}and {more} more{DIM:#}"),
    }
}

/// The one word of a line that is in capitals.
fn method(line: &str) -> Option<&str> {
    let words = line.split([' ', '"']);
    let is_method = |word: &&str| word.len() > 2 && word.chars().all(|c| c.is_ascii_uppercase());
    words.into_iter().find(is_method)
}

/// Cuts a text that is too wide.
fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    text.chars().take(width - 1).chain(['…']).collect()
}

/// Where the backend, or the log, does not have what the story promises.
fn story_faults(texts: &Texts, story: &Story, played: &Played) -> Vec<String> {
    let Played { ours, guide_kept, stock } = played;
    let mut faults = Vec::new();
    for exchange in [ours, guide_kept, stock].into_iter().filter(|it| it.status != 200) {
        faults.push(format!("a status is {}", exchange.status));
    }
    let promised = story.promised();
    for (name, value) in promised.iter().filter(|line| !ours.received.contains(line)) {
        faults.push(format!("the backend did not receive {name}: {value}"));
    }
    for (name, value) in ours.received.iter().filter(|line| !promised.contains(line)) {
        faults.push(format!("the backend received {name}: {value}"));
    }
    if faults.is_empty() && promised.len() != ours.received.len() {
        faults.push("the backend received a line twice".to_owned());
    }
    let (found, expected) = (ours.remote_addr(), story.remote_addr());
    if found != expected {
        faults.push(format!("{} is {found}, not {expected}", texts.remote_addr));
    }
    faults.extend(decision_fault(story, ours.decision.as_ref()));
    faults.extend(guide_fault(story, guide_kept));
    faults
}

/// Is it the story's client, for the story's reason?
fn decision_fault(story: &Story, decision: Option<&Decision>) -> Option<String> {
    let (kind, reason) = (story.kind.as_str(), format!("client-ip/{}", story.reason));
    let is_it = decision.is_some_and(|decision| {
        let client = decision.trace.get("client").and_then(Value::as_str);
        decision.kind == kind && decision.reason == reason && client == Some(story.client)
    });
    (!is_it).then(|| format!("the trace should say {} {kind} {reason}", story.client))
}

/// The guide's own header lines may stay: a certain address is the same.
fn guide_fault(story: &Story, guide_kept: &Exchange) -> Option<String> {
    let is_it = |name| guide_kept.value(name).as_deref() == Some(story.client);
    let is_right = !story.is_certain() || (is_it("x-forwarded-for") && is_it("x-real-ip"));
    let got = ["x-forwarded-for", "x-real-ip"].map(|name| guide_kept.value(name));
    (!is_right).then(|| format!("with the guide's header lines left in, the backend got {got:?}"))
}

/// Where a log does not say who the client is.
fn session_faults(session: &Session, visited: &Visited) -> Vec<String> {
    let Visited { front, backend } = visited;
    let Session { client, kind, .. } = session;
    let mut faults = Vec::new();
    if front.is_empty() || front.len() != backend.len() {
        faults.push(format!("the front logged {}, the backend {}", front.len(), backend.len()));
    }
    let wanted = [(front, format!("{client} {kind} ")), (backend, format!("{client} "))];
    for (lines, start) in &wanted {
        let others = lines.iter().filter(|line| !line.starts_with(start));
        faults.extend(others.map(|line| format!("a line should begin with {start}: {line}")));
    }
    faults
}

/// Ours is right; that the other one is wrong is what this is about.
fn copy_faults(texts: &CopyTexts, beside: &Copy, ours: &Copy) -> Vec<String> {
    let wanted =
        [(beside, texts.beside_title, texts.beside_commits), (ours, texts.ours, &[TARGET])];
    let wrong = wanted.iter().filter(|(copy, _, names)| copy.committed != *names);
    wrong
        .map(|(copy, lines, names)| format!("{lines}: {:?}, not {names:?}", copy.committed))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::stories::STORIES;
    use super::super::texts::NGINX;
    use super::*;

    fn exchange(lines: &[(String, String)]) -> Exchange {
        let trace = json!({ "client": "127.0.0.2", "reason": "peer-untrusted" });
        let reason = "client-ip/peer-untrusted".to_owned();
        let decision = Decision { kind: "direct".to_owned(), reason, trace };
        let line = "127.0.0.2 direct".to_owned();
        Exchange { status: 200, received: lines.to_vec(), line, decision: Some(decision) }
    }

    fn check(change: impl Fn(&mut Played), expect: &[&str]) {
        let story = &STORIES[0];
        let promised = story.promised();
        let [ours, guide_kept, stock] = [0; 3].map(|_| exchange(&promised));
        let mut played = Played { ours, guide_kept, stock };
        change(&mut played);
        assert_eq!(story_faults(&NGINX, story, &played), expect);
    }

    #[test]
    fn every_difference_is_a_fault() {
        check(|_| {}, &[]);
        check(|played| played.stock.status = 502, &["a status is 502"]);
        let forwarded = ("forwarded".to_owned(), "for=127.0.0.1".to_owned());
        check(
            |played| played.ours.received.push(forwarded.clone()),
            &["the backend received forwarded: for=127.0.0.1"],
        );
        check(
            |played| played.ours.received[1].1 = "127.0.0.1".to_owned(),
            &[
                "the backend did not receive x-forwarded-for: 127.0.0.2",
                "the backend received x-forwarded-for: 127.0.0.1",
            ],
        );
        check(
            |played| played.ours.received.push(played.ours.received[1].clone()),
            &["the backend received a line twice"],
        );
        check(
            |played| played.ours.line = "127.0.0.1 direct".to_owned(),
            &["$remote_addr is 127.0.0.1, not 127.0.0.2"],
        );
        check(
            |played| played.ours.decision = None,
            &["the trace should say 127.0.0.2 direct client-ip/peer-untrusted"],
        );
        check(
            |played| played.guide_kept.received.clear(),
            &["with the guide's header lines left in, the backend got [None, None]"],
        );
    }

    #[test]
    fn the_other_copy_is_wrong_and_ours_is_right() {
        let copy = |name: &str| Copy { committed: vec![name.to_owned()], ..Copy::default() };
        let faults = |beside: &Copy, ours: &Copy| copy_faults(&NGINX.copies, beside, ours).len();
        let (right, wrong) = (copy("c d.txt"), copy("c%20d.txt"));
        assert_eq!(faults(&wrong, &right), 0);
        assert_eq!(faults(&right, &right), 1);
        assert_eq!(faults(&wrong, &wrong), 1);
        assert_eq!(faults(&Copy::default(), &Copy::default()), 2);
    }

    #[test]
    fn every_line_of_a_session_is_of_its_client() {
        let (client, kind) = ("127.0.0.2".to_owned(), "direct");
        let session = Session { client, kind, ..Session::default() };
        let lines = |lines: &[&str]| lines.iter().map(ToString::to_string).collect::<Vec<_>>();
        let faults = |front: &[&str], backend: &[&str]| {
            session_faults(&session, &Visited { front: lines(front), backend: lines(backend) })
        };
        let good = faults(&["127.0.0.2 direct OPTIONS"], &["127.0.0.2 OPTIONS"]);
        assert!(good.is_empty(), "{good:?}");
        assert_eq!(faults(&[], &[]), ["the front logged 0, the backend 0"]);
        assert_eq!(
            faults(&["127.0.0.2 edge OPTIONS"], &["127.0.0.20 OPTIONS"]),
            [
                "a line should begin with 127.0.0.2 direct : 127.0.0.2 edge OPTIONS",
                "a line should begin with 127.0.0.2 : 127.0.0.20 OPTIONS",
            ]
        );
    }
}
