//! Plays a case: the same requests to nginx and to us.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::PoisonError;
use std::time::Duration;

use tuleap_front::{
    CacheFacts, CachePolicy, CacheStep, CacheZone, NginxHost, NginxRules, RequestVersion, Scheme,
    UpstreamFailure,
};
use tuleap_front_tests::row::latin1;
use tuleap_front_tests::server::Fallible;
use tuleap_front_tests::server::message::Head;

use super::Asked;
use super::case::{Case, Origin, Step};
use super::compare::{self, Clock, Kept};
use super::file::{self, File};
use super::gate::Gate;
use super::wire::Wire;
use crate::explore::Outcome;

/// One case, and where nginx keeps it.
pub(super) struct Play<'a> {
    pub(super) case: &'a Case,
    pub(super) index: usize,
    pub(super) rules: NginxRules,
    pub(super) port: u16,
    pub(super) folder: PathBuf,
    pub(super) asked: &'a Asked,
    pub(super) gate: &'a Gate,
    /// The time that the answers of the backend are written with.
    pub(super) written: i64,
}

/// What the client gets: at once, where the backend is asked behind its back.
fn told<'s>(first: &'s CacheStep, end: Option<&'s CacheStep>) -> &'s CacheStep {
    end.filter(|_| first.status().is_none()).unwrap_or(first)
}

/// What we know while the steps are played.
struct State {
    zone: CacheZone,
    kept: BTreeMap<PathBuf, Kept>,
    /// How much our clock is ahead of nginx's, whose files are aged instead.
    passed: i64,
    /// nginx remembers errors in memory, where they cannot be aged.
    may_remember: bool,
}

impl Play<'_> {
    pub(super) fn run(&self) -> Fallible<Outcome> {
        let text = format!("{}{}", self.case.zone(self.index), self.case.directives(self.index));
        let policy: CachePolicy = text.parse().map_err(|error| format!("{text}{error}"))?;
        let zone = CacheZone::new(policy.with_rules(self.rules));
        let (kept, passed, may_remember) = (BTreeMap::new(), 0, false);
        let mut state = State { zone, kept, passed, may_remember };
        let mut wire = Wire::new(self.port);
        let mut outcome = Outcome::default();
        let mut at = 0;
        while at < self.case.steps.len() && outcome.difference.is_none() {
            let is_held = self.case.steps.get(at + 1).is_some_and(|next| next.is_meanwhile);
            at += match is_held {
                true => self.play_two(&mut state, &mut wire, at, &mut outcome)?,
                false => self.play_one(&mut state, &mut wire, at, &mut outcome)?,
            };
        }
        Ok(outcome)
    }

    fn step(&self, at: usize) -> Fallible<&Step> {
        self.case.steps.get(at).ok_or_else(|| format!("no step {at}"))
    }

    fn play_one(
        &self,
        state: &mut State,
        wire: &mut Wire,
        at: usize,
        outcome: &mut Outcome,
    ) -> Fallible<usize> {
        let step = self.step(at)?;
        if !step.is_meanwhile {
            self.age(state, step.age)?;
        }
        let now = super::now();
        let theirs = wire.ask(&step.request.bytes(self.index, at))?;
        wire.settle();
        let first = self.ask(state, at, step, now)?;
        let end = self.answer(state, step, &first, now);
        if end.is_none() {
            self.keep(state, &first);
        }
        self.finish(state, outcome, at, &theirs, (&first, end.as_ref()))?;
        Ok(1)
    }

    /// A step, and the next one while the backend has not answered the first.
    fn play_two(
        &self,
        state: &mut State,
        wire: &mut Wire,
        at: usize,
        outcome: &mut Outcome,
    ) -> Fallible<usize> {
        let step = self.step(at)?;
        self.age(state, step.age)?;
        let request = step.request.bytes(self.index, at);
        self.gate.close((self.index, at));
        let first = self.ask(state, at, step, super::now())?;
        let theirs = std::thread::scope(|scope| {
            let held = scope.spawn(|| {
                let mut wire = Wire::new(self.port);
                let head = wire.ask(&request);
                self.gate.arrive();
                wire.settle();
                head
            });
            self.gate.wait();
            let second = self.play_one(state, wire, at + 1, outcome);
            self.gate.open();
            let head = held.join().map_err(|_| "a client failed")?;
            second.and(head)
        })?;
        if outcome.difference.is_some() {
            return Ok(2);
        }
        let end = self.answer(state, step, &first, super::now());
        self.finish(state, outcome, at, &theirs, (&first, end.as_ref()))?;
        Ok(2)
    }

    /// The step is over: what was seen, and what differs.
    fn finish(
        &self,
        state: &mut State,
        outcome: &mut Outcome,
        at: usize,
        theirs: &Head,
        (first, end): (&CacheStep, Option<&CacheStep>),
    ) -> Fallible<()> {
        let ours = told(first, end);
        let mut faults = compare::told(theirs, ours, Clock(state.passed));
        faults.extend(self.compare_asked(at, first));
        if let Some(end) = end {
            self.keep(state, end);
        }
        faults.extend(self.compare_files(state)?);
        outcome.seen.push(ours.cache_status().map_or("no status", |status| status.as_str()));
        outcome.seen.push(ours.reason().as_str());
        if !faults.is_empty() {
            let (case, reason, faults) = (self.case, ours.reason().as_str(), faults.join("\n  "));
            outcome.difference = Some(format!("{case:#?}\n  at step {at}, {reason}\n  {faults}"));
        }
        Ok(())
    }

    fn age(&self, state: &mut State, seconds: i64) -> Fallible<()> {
        if seconds == 0 || state.may_remember {
            return Ok(());
        }
        state.passed += seconds;
        for path in file::all(&self.folder)? {
            File::age(&self.folder.join(path), seconds)?;
        }
        Ok(())
    }

    fn ask(&self, state: &mut State, at: usize, step: &Step, now: i64) -> Fallible<CacheStep> {
        let request = &step.request;
        let (target, lines, host) =
            (request.target(self.index), request.lines(at), latin1(request.host));
        let host = NginxHost::parse(&host, self.rules).map_err(|error| format!("{error:?}"))?;
        let facts = CacheFacts {
            scheme: Scheme::Http,
            method: request.method.as_bytes(),
            host: host.as_bytes(),
            target: &target,
            version: RequestVersion::of_protocol(request.version.as_bytes()).ok_or("a version")?,
            headers: lines.as_slice(),
        };
        Ok(state.zone.ask(&facts, now + state.passed))
    }

    /// What becomes of it when the backend answers, where it is asked.
    fn answer(
        &self,
        state: &mut State,
        step: &Step,
        first: &CacheStep,
        now: i64,
    ) -> Option<CacheStep> {
        let (ticket, upstream) = (first.ticket()?, first.upstream()?);
        let intercepts = self.case.directives.contains(&"proxy_intercept_errors on;");
        let is_error = match &step.origin {
            Origin::Answer(answer) => intercepts && answer.status >= 300,
            Origin::Closed | Origin::Invalid => true,
        };
        state.may_remember |= is_error;
        let now = now + state.passed;
        match &step.origin {
            Origin::Answer(answer) => {
                let lines = answer.lines(self.written);
                state.zone.answer(ticket, &answer.facts(upstream.method(), &lines), now)
            }
            Origin::Closed => state.zone.fail(ticket, UpstreamFailure::Error, now),
            Origin::Invalid => state.zone.fail(ticket, UpstreamFailure::InvalidHeader, now),
        }
    }

    /// What the backend is asked.
    fn compare_asked(&self, at: usize, ours: &CacheStep) -> Option<String> {
        let mut all = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let theirs = all.remove(&(self.index, at)).unwrap_or_default();
        let ours: Vec<String> = ours
            .upstream()
            .map(|upstream| {
                let lines = upstream.lines().map(|(name, value)| (name.to_vec(), value.to_vec()));
                compare::request(upstream.method(), upstream.target(), &lines.collect::<Vec<_>>())
            })
            .into_iter()
            .collect();
        let theirs: Vec<String> = theirs
            .iter()
            .map(|head| compare::request(head.word(0), head.word(1), &head.lines))
            .collect();
        (theirs != ours).then(|| format!("asked\n    nginx {theirs:?}\n    ours  {ours:?}"))
    }

    fn keep(&self, state: &mut State, ours: &CacheStep) {
        let (Some(path), Some(key)) = (ours.path(), ours.key()) else { return };
        let path = PathBuf::from(path);
        let Some(valid) = ours.valid_until() else {
            state.kept.remove(&path);
            return;
        };
        let before = state.kept.get(&path).filter(|kept| kept.file.valid == valid);
        let mut came = before.map_or_else(Vec::new, |kept| kept.came.clone());
        if before.is_none() || ours.upstream().is_some() {
            came.push(state.passed);
        }
        let none = "0".repeat(32);
        let file = File {
            valid,
            updating: ours.stale_while_revalidate().unwrap_or_default(),
            error: ours.stale_if_error().unwrap_or_default(),
            vary: ours.vary().unwrap_or_default().to_vec(),
            variant: ours.variant().map_or(none, |variant| variant.to_string()),
            key: key.as_bytes().to_vec(),
        };
        let kept = Kept { file, came };
        state.kept.insert(path, kept);
    }

    /// Every file; nginx may put one in its place a moment later.
    fn compare_files(&self, state: &State) -> Fallible<Vec<String>> {
        let mut faults = Vec::new();
        for turn in 0..10 {
            if turn > 0 {
                std::thread::sleep(Duration::from_millis(5));
            }
            faults = self.files_now(state)?;
            if faults.is_empty() {
                break;
            }
        }
        Ok(faults)
    }

    fn files_now(&self, state: &State) -> Fallible<Vec<String>> {
        let theirs = file::all(&self.folder)?;
        let ours: Vec<PathBuf> = state.kept.keys().cloned().collect();
        if theirs != ours {
            return Ok(vec![format!("files\n    nginx {theirs:?}\n    ours  {ours:?}")]);
        }
        let mut faults = Vec::new();
        for (path, kept) in &state.kept {
            let file = File::read(&self.folder.join(path))?;
            if !kept.is(&file, state.passed) {
                faults.push(format!(
                    "{}\n    nginx {file:?}\n    ours  {kept:?}, {}",
                    path.display(),
                    state.passed
                ));
            }
        }
        Ok(faults)
    }
}
