//! What nginx did, beside what we say.

use tuleap_front::{CacheReason, CacheStatus, CacheStep};
use tuleap_front_tests::server::message::Head;

use super::case::Bytes;
use super::file::File;

/// Lines of the connection, and those that the configuration adds.
const NOT_TOLD: &[&str] = &[
    "connection",
    "content-length",
    "date",
    "server",
    "transfer-encoding",
    "x-case-status",
    "x-shown",
];

/// How much our clock is ahead of nginx's, whose files are aged instead.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock(pub(super) i64);

impl Clock {
    /// Are these two the same time? A time that is counted from now is ahead with our clock, and
    /// a second may have ended between the two.
    fn is_same(self, theirs: i64, ours: i64) -> bool {
        let ahead = ours.saturating_sub(theirs);
        ahead.abs() <= 1 || (ahead - self.0).abs() <= 1
    }
}

/// An entry that we say is there.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) file: File,
    /// How much time had passed when it came, and when it was the same again.
    pub(super) came: Vec<i64>,
}

impl Kept {
    pub(super) fn is(&self, file: &File, passed: i64) -> bool {
        // Of a time that was not counted from now only what passed since is ahead.
        let ahead = self.came.iter().map(|came| passed - came).chain([passed]);
        let is_valid =
            ahead.map(|ahead| file.valid - (self.file.valid - ahead)).any(|late| late.abs() <= 1);
        is_valid && self.file == File { valid: self.file.valid, ..file.clone() }
    }
}

/// What differs in what the client gets.
pub(super) fn told(theirs: &Head, ours: &CacheStep, clock: Clock) -> Vec<String> {
    let mut faults = Vec::new();
    let mut same = |what: &str, theirs: &str, ours: &str| {
        if theirs != ours {
            faults.push(format!("{what}\n    nginx {theirs}\n    ours  {ours}"));
        }
    };
    let shown = |status: Option<CacheStatus>| status.map_or("", CacheStatus::as_str);
    let their = |name| theirs.text(name).unwrap_or_default();
    same("$upstream_cache_status", &their("x-case-status"), shown(ours.cache_status()));
    let status = String::from_utf8_lossy(theirs.word(1)).into_owned();
    let page = theirs.text("x-page");
    // The other location has a status of its own, or what it makes of the client's conditions.
    let is_own = page.as_deref() == Some("accel") || (page.is_some() && status == "412");
    if !is_own {
        same("status", &status, &ours.status().unwrap_or_default().to_string());
    }
    if page.is_some() && ours.lines().next().is_none() || is_page(ours) {
        return faults;
    }
    same("status that is shown", &their("x-shown"), shown(ours.shown_status()));
    let mut our_lines: Vec<Bytes> =
        ours.lines().map(|(name, value)| (name.to_vec(), value.to_vec())).collect();
    let mut their_lines: Vec<Bytes> = theirs.lines.iter().filter(is_told).cloned().collect();
    for (_, value) in &mut their_lines {
        if value.starts_with(b"multipart/byteranges; boundary=") {
            value.truncate(b"multipart/byteranges".len());
        }
    }
    for (ours, theirs) in our_lines.iter_mut().zip(&their_lines) {
        if let (Some(our_time), Some(their_time)) = (date(&ours.1), date(&theirs.1))
            && clock.is_same(their_time, our_time)
        {
            ours.1.clone_from(&theirs.1);
        }
    }
    same("lines", &text(&their_lines), &text(&our_lines));
    faults
}

fn is_told((name, _): &&Bytes) -> bool {
    !NOT_TOLD.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()))
}

/// Is it a page of nginx's own?
fn is_page(ours: &CacheStep) -> bool {
    let reason = ours.reason();
    matches!(reason, CacheReason::CachedError | CacheReason::UpstreamFailed)
        || matches!(ours.status(), Some(412 | 416))
}

fn text(lines: &[Bytes]) -> String {
    let shown =
        |(name, value): &Bytes| format!("{}: {}", name.escape_ascii(), value.escape_ascii());
    let lines: Vec<String> = lines.iter().map(shown).collect();
    lines.join(" | ")
}

/// A request to the backend, without the lines that the configuration adds.
pub(super) fn request(method: &[u8], target: &[u8], lines: &[Bytes]) -> String {
    let is_own = |name: &[u8]| {
        [&b"connection"[..], b"x-case"].iter().any(|own| name.eq_ignore_ascii_case(own))
    };
    let mut lines: Vec<Bytes> = lines.iter().filter(|(name, _)| !is_own(name)).cloned().collect();
    lines.sort();
    format!("{} {} {}", method.escape_ascii(), target.escape_ascii(), text(&lines))
}

/// The time of `Sun, 06 Nov 1994 08:49:37 GMT`.
fn date(value: &[u8]) -> Option<i64> {
    const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let text = std::str::from_utf8(value).ok()?.strip_suffix(" GMT")?;
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<i64>().ok();
    let month = i64::try_from(MONTHS.find(text.get(8..11)?)? / 3).ok()?;
    let (day, year) = (number(5, 7)?, number(12, 16)?);
    let seconds = number(17, 19)? * 3600 + number(20, 22)? * 60 + number(23, 25)?;
    // Years from March on.
    let (year, month) = if month < 2 { (year - 1, month + 10) } else { (year, month - 2) };
    let days =
        year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day - 719_469;
    Some(days * 86_400 + seconds)
}
