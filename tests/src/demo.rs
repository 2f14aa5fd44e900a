//! `cargo xtask demo --front nginx|apache`: the story of the embedded front's demo, with a real
//! server as the front, before a real Subversion repository.
//!
//! Three fronts with one configuration, the guide's: one with our three lines, one with these and
//! the guide's own header lines, and one with what the server has itself. Every request goes to
//! all of them; the first one is what is told. It ends with a copy by Subversion, without our line
//! for it and with it.

use std::fmt;
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::server::apache;
use crate::server::certificate::Certificate;
use backend::Backend;
use copies::Copies;
use front::{Exchange, Front, Setup};
use stories::{Door, HOST, STORIES, Story};
use svn::{Session, Svn};

pub use front::Program;

mod backend;
mod copies;
mod front;
mod journal;
mod load_balancer;
mod report;
mod stories;
mod svn;
mod texts;

/// Where no server logs anything for so long, all is logged.
const QUIET: Duration = Duration::from_millis(200);

/// How a run went.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[must_use]
pub struct Outcome {
    /// Requests that were sent.
    pub requests: usize,
    /// Sessions of `svn`.
    pub sessions: usize,
    /// Requests and sessions that went as promised.
    pub as_promised: usize,
}

impl Outcome {
    /// Did everything go as promised?
    #[must_use]
    pub const fn is_success(&self) -> bool {
        self.requests > 0 && self.sessions > 0 && self.requests + self.sessions == self.as_promised
    }

    const fn count(&self) -> usize {
        self.requests + self.sessions
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { requests, sessions, as_promised } = self;
        write!(out, "demo: {requests} requests and {sessions} sessions of svn, ")?;
        write!(out, "{as_promised} as promised")
    }
}

/// Why a run ended early. Nothing is left behind.
#[derive(Debug)]
pub enum Halt {
    /// It was told to.
    Interrupted,
    /// Nobody reads what is written.
    Unread(io::Error),
    /// It cannot go on.
    Failed(String),
}

impl From<String> for Halt {
    fn from(message: String) -> Self {
        Self::Failed(message)
    }
}

impl From<io::Error> for Halt {
    fn from(error: io::Error) -> Self {
        Self::Unread(error)
    }
}

/// Runs every story and writes what happens, in colour: a stream that shows none removes it.
///
/// # Errors
///
/// The demo cannot run, or is interrupted. A promise that is not kept is in the outcome.
pub fn run(
    out: &mut dyn Write,
    program: &Program,
    interrupted: &AtomicBool,
) -> Result<Outcome, Halt> {
    let check = || match interrupted.load(Ordering::SeqCst) {
        true => Err(Halt::Interrupted),
        false => Ok(()),
    };
    // What fails after it was told to stop fails because of that.
    perform(out, program, &check).map_err(|halt| check().err().unwrap_or(halt))
}

fn perform(
    out: &mut dyn Write,
    program: &Program,
    check: &dyn Fn() -> Result<(), Halt>,
) -> Result<Outcome, Halt> {
    let mut stage = Stage::set(program, check)?;
    stage.describe(out, program)?;
    let mut outcome = Outcome::default();
    for story in STORIES {
        let played = stage.play(story);
        check()?;
        outcome.requests += 1;
        let number = outcome.count();
        if report::story(out, number, program.texts(), story, &played)? {
            outcome.as_promised += 1;
        }
    }
    for session in stage.svn.sessions() {
        let visited = stage.visit(&session);
        check()?;
        outcome.sessions += 1;
        if report::session(out, outcome.count(), &session, &visited)? {
            outcome.as_promised += 1;
        }
    }
    let copied = stage.copies.play();
    check()?;
    outcome.sessions += 1;
    if report::copies(out, outcome.count(), program.texts(), &copied)? {
        outcome.as_promised += 1;
    }
    stage.clear()?;
    report::outcome(out, outcome)?;
    Ok(outcome)
}

/// What became of a request in each of the fronts.
struct Played {
    ours: Exchange,
    guide_kept: Exchange,
    stock: Exchange,
}

/// What the two servers logged of a session.
struct Visited {
    front: Vec<String>,
    backend: Vec<String>,
}

struct Stage {
    ours: Front,
    guide_kept: Front,
    stock: Front,
    svn: Svn,
    copies: Copies,
    backend: Backend,
    _certificate: Certificate,
}

impl Stage {
    fn set(program: &Program, check: &dyn Fn() -> Result<(), Halt>) -> Result<Self, Halt> {
        let certificate = Certificate::of(HOST)?;
        check()?;
        let backend = Backend::start(&apache::Program::installed()?, &certificate)?;
        let start = |setup| {
            check()?;
            Ok::<_, Halt>(Front::start(program, setup, &certificate, backend.address()?)?)
        };
        let (ours, guide_kept) = (start(Setup::Ours)?, start(Setup::GuideKept)?);
        let stock = start(Setup::Stock)?;
        let svn = Svn::new(ours.port(Door::Http)?, ours.port(Door::Https)?)?;
        let copies = Copies::start(program, &certificate, &backend)?;
        Ok(Self { ours, guide_kept, stock, svn, copies, backend, _certificate: certificate })
    }

    fn describe(&self, out: &mut dyn Write, program: &Program) -> Result<(), Halt> {
        let (texts, name, backend) = (program.texts(), program.name(), self.backend.address()?);
        let (http, https) = (self.ours.port(Door::Http)?, self.ours.port(Door::Https)?);
        let mut part =
            |name: &str, text: &str, lines: &[&str]| report::part(out, name, text, lines);
        let text = format!("https://{backend}, Apache httpd with a Subversion repository");
        part("backend", &text, &[])?;
        let text = format!(
            "{name} at https://127.0.0.1:{https}, which stands for port 443 of\n\
             {HOST}, and at http://127.0.0.1:{http} for a load balancer that\n\
             ends TLS: the deployment guide's reverse proxy with"
        );
        part("front", &text, &[texts.three_lines])?;
        let text = format!("the same front with {} and the guide's own header lines,", texts.stock);
        part("beside", &text, &[texts.stock_lines, texts.header_lines])?;
        part("", "and one with the three lines and the guide's: the client must be the same", &[])?;
        Ok(())
    }

    fn play(&mut self, story: &Story) -> Result<Played, String> {
        Ok(Played {
            ours: self.ours.play(story)?,
            guide_kept: self.guide_kept.play(story)?,
            stock: self.stock.play(story)?,
        })
    }

    fn visit(&mut self, session: &Session) -> Result<Visited, String> {
        self.svn.play(session)?;
        Ok(self.logged())
    }

    /// What was logged of the repository since the last time. Each server may write its line a
    /// moment after the answer; the front passes every request on.
    fn logged(&mut self) -> Visited {
        let mut visited = Visited { front: Vec::new(), backend: Vec::new() };
        let start = Instant::now();
        loop {
            let before = visited.front.len() + visited.backend.len();
            visited.front.extend(of_the_repository(self.ours.logged()));
            visited.backend.extend(of_the_repository(self.backend.logged()));
            let (front, backend) = (visited.front.len(), visited.backend.len());
            let is_whole = front == backend && front + backend == before && before > 0;
            if is_whole || start.elapsed() > Duration::from_secs(5) {
                return visited;
            }
            thread::sleep(QUIET);
        }
    }

    /// Leaves nothing behind. To end in good order takes each server a second or two.
    fn clear(self) -> Result<(), String> {
        let Self { ours, guide_kept, stock, copies, backend, .. } = self;
        let fronts = [ours, guide_kept, stock].map(|front| thread::spawn(|| front.stop()));
        let stopped = copies.stop().and(backend.stop());
        let gone = |_| Err("a front could not be stopped".to_owned());
        // All of them, also after one that fails.
        let fronts = fronts.map(|front| front.join().unwrap_or_else(gone));
        fronts.into_iter().collect::<Result<(), _>>().and(stopped)
    }
}

fn of_the_repository(lines: Vec<String>) -> impl Iterator<Item = String> {
    lines.into_iter().filter(|line| line.contains(" /svn"))
}
