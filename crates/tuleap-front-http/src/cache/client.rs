//! What the client gets: the lines of an answer as nginx's filters leave them.

use std::borrow::Cow;

use super::config::Style;
use super::facts::{CacheAnswer, CacheFacts, View};
use super::lookup::CacheLookup;
use super::policy::CachePolicy;
use super::ranges::{Ranges, ranges};
use super::reason::CacheReason;
use crate::blanks::trim_spaces;
use crate::digits;
use crate::gzip::{EtagEffect, GzipFacts, GzipLength, GzipVerdict};
use crate::headers::RequestHeaders;
use crate::headers::lookup::{first, single};
use crate::nginx::{NginxRules, parse_http_date};
use crate::request_line::RequestVersion;
use crate::response_line::{ResponseLine, is_named};

/// What the client gets.
#[derive(Clone, Debug)]
pub(super) struct Told<'a> {
    pub(super) status: u16,
    pub(super) lines: Vec<ResponseLine<'a>>,
    /// Does `add_header` without `always` write something?
    pub(super) adds_headers: bool,
}

/// An answer, and where it comes from.
#[derive(Debug)]
pub(super) struct Source<'a, S: ?Sized> {
    pub(super) status: u16,
    pub(super) headers: &'a S,
    pub(super) is_cached: bool,
    /// May it be stored, as far as header lines say? Then ranges and conditions are nginx's.
    pub(super) is_cacheable: bool,
    /// Is it stored? Ours adds `expires` to nothing else.
    pub(super) is_stored: bool,
}

/// Lines that are not passed: they are about one connection.
const OWN: [&[u8]; 4] = [b"connection", b"content-length", b"keep-alive", b"transfer-encoding"];

/// Of these a later line is dropped, since 1.23.
const SINGLE: [&[u8]; 8] = [
    b"etag",
    b"expires",
    b"last-modified",
    b"location",
    b"refresh",
    b"content-type",
    b"status",
    b"x-accel-expires",
];

/// nginx's safe statuses: `add_header` and `expires` are for these.
pub(super) const fn is_safe(status: u16) -> bool {
    matches!(status, 200 | 201 | 204 | 206 | 301..=304 | 307 | 308)
}

impl CachePolicy {
    /// The lines that the client gets of an answer of the backend, in wire order: without those
    /// that are hidden, and as `expires`, the client's conditions and its range leave them. Those
    /// of the connection, `Date` and `Server` are not among them.
    ///
    /// ```
    /// use tuleap_front_http::{
    ///     CacheAnswer, CacheBody, CacheFacts, CachePolicy, Guide, RequestVersion, Scheme,
    /// };
    ///
    /// let facts = CacheFacts {
    ///     scheme: Scheme::Http,
    ///     method: b"GET",
    ///     host: b"tuleap.example.com",
    ///     target: b"/a.png",
    ///     version: RequestVersion::Http1 { minor: 1 },
    ///     headers: [("", ""); 0].as_slice(),
    /// };
    /// let lines = [("Cache-Control", "private"), ("Set-Cookie", "session=2"), ("X-A", "b")];
    /// let answer = CacheAnswer { status: 200, headers: lines.as_slice(), body: CacheBody::Whole };
    /// let told = |policy: CachePolicy| {
    ///     let lines = policy.response_lines(&facts, &answer, 784_111_777);
    ///     let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    ///     lines.iter().map(|(name, value)| format!("{}: {}", text(name), text(value))).collect()
    /// };
    /// let lines: Vec<String> = told(CachePolicy::documented(Guide::ReverseProxy));
    /// let expires = "Expires: Sun, 06 Nov 1994 09:49:37 GMT";
    /// assert_eq!(lines, ["Cache-Control: max-age=3600", "X-A: b", expires]);
    /// let lines: Vec<String> = told(CachePolicy::recommended());
    /// assert_eq!(lines, ["Cache-Control: private", "Set-Cookie: session=2", "X-A: b"]);
    /// ```
    pub fn response_lines<'a, Q, S>(
        &self,
        facts: &CacheFacts<'_, Q>,
        answer: &CacheAnswer<'a, S>,
        now: i64,
    ) -> Vec<ResponseLine<'a>>
    where
        Q: RequestHeaders + ?Sized,
        S: RequestHeaders + ?Sized,
    {
        let Ok(view) = View::new(facts, self.rules) else { return Vec::new() };
        if self.is_in_location(&view).is_err() {
            return self.pass(answer.status, answer.headers).lines;
        }
        let freshness = self.freshness(&view, (answer.status, answer.headers), now, &mut ());
        let store = self.store(facts, answer, now);
        let is_cacheable = !matches!(self.look_up_view(&view), CacheLookup::Skip(_))
            && store.reason() != CacheReason::RangePassed
            && freshness.refusal().is_none();
        let source = Source {
            status: answer.status,
            headers: answer.headers,
            is_cached: false,
            is_cacheable,
            is_stored: store.is_stored(),
        };
        self.tell(&view, source, now).lines
    }

    /// What another location passes on.
    pub(super) fn pass<'a, S: RequestHeaders + ?Sized>(
        &self,
        status: u16,
        headers: &'a S,
    ) -> Told<'a> {
        let lines = headers.lines().map(|(name, value)| (name.into(), value.into())).collect();
        Told { status, lines, adds_headers: false }
    }

    pub(super) fn tell<'a, Q, S>(
        &self,
        view: &View<'_, Q>,
        source: Source<'a, S>,
        now: i64,
    ) -> Told<'a>
    where
        Q: RequestHeaders + ?Sized,
        S: RequestHeaders + ?Sized,
    {
        let mut answer = Answer::new(self, &source);
        if source.status == 200 && source.is_cacheable {
            match condition(view.facts.headers, &answer) {
                Condition::Failed => {
                    return Told { status: 412, lines: Vec::new(), adds_headers: false };
                }
                Condition::NotModified => answer.not_modified(),
                Condition::None => {}
            }
        }
        let compression = self.compression(view, &answer, now);
        self.expire(&mut answer, source.is_stored, now);
        if let Some(verdict) = compression {
            answer.compress(&verdict);
        }
        let adds_headers = is_safe(answer.status);
        let ranges = answer.ranges(view);
        answer.write(ranges, self.rules);
        Told { status: answer.status, lines: answer.lines, adds_headers }
    }

    /// What gzip makes of it.
    fn compression<Q>(
        &self,
        view: &View<'_, Q>,
        answer: &Answer<'_>,
        now: i64,
    ) -> Option<GzipVerdict>
    where
        Q: RequestHeaders + ?Sized,
    {
        let facts = view.facts;
        let length = answer.length.map_or(GzipLength::Unknown, GzipLength::Known);
        Some(self.config.gzip.as_ref()?.decide(&GzipFacts {
            scheme: facts.scheme,
            method: facts.method,
            version: facts.version,
            request: facts.headers,
            status: answer.status,
            response: answer.lines.as_slice(),
            length,
            now,
        }))
    }

    /// `expires`: as nginx has it; ours fills in what is missing.
    fn expire(&self, answer: &mut Answer<'_>, is_stored: bool, now: i64) {
        if self.config.style == Style::Recommended {
            let says = |line: &ResponseLine<'_>| {
                is_named(line, b"cache-control") || is_named(line, b"expires")
            };
            if !is_stored || answer.lines.iter().any(says) {
                return;
            }
        }
        let expires = self.config.expires.effect(answer.status, answer.last_modified, now);
        if let Some(effect) = expires {
            effect.apply(&mut answer.lines, self.rules);
        }
    }
}

/// An answer on its way through the filters.
struct Answer<'a> {
    status: u16,
    lines: Vec<ResponseLine<'a>>,
    length: Option<u64>,
    etag: Option<&'a [u8]>,
    last_modified: Option<i64>,
    allows_ranges: bool,
    is_cached: bool,
}

impl<'a> Answer<'a> {
    fn new<S: RequestHeaders + ?Sized>(policy: &CachePolicy, source: &Source<'a, S>) -> Self {
        let rules = policy.rules;
        let Source { status, headers, is_cached, is_cacheable, .. } = *source;
        let single = |name| single(headers, name, rules);
        let is_passed = |name: &[u8]| {
            !OWN.iter().any(|own| name.eq_ignore_ascii_case(own)) && !policy.config.hides(name)
        };
        let mut seen = [false; SINGLE.len()];
        let mut answer = Self {
            status,
            lines: Vec::new(),
            length: first(headers, b"content-length").and_then(digits::length),
            etag: single(b"etag").filter(|_| is_passed(b"etag")),
            last_modified: single(b"last-modified")
                .filter(|_| is_passed(b"last-modified"))
                .and_then(parse_http_date),
            allows_ranges: false,
            is_cached,
        };
        let content_type = single(b"content-type").filter(|_| is_passed(b"content-type"));
        if let Some(value) = content_type.filter(|value| !value.is_empty()) {
            answer.lines.push((Cow::Borrowed(b"Content-Type"), Cow::Borrowed(value)));
        }
        for (name, value) in headers.lines().filter(|(name, _)| is_passed(name)) {
            let at = SINGLE.iter().position(|single| name.eq_ignore_ascii_case(single));
            let is_second = at
                .and_then(|at| seen.get_mut(at))
                .is_some_and(|seen| std::mem::replace(seen, true));
            if (is_second && rules != NginxRules::V1_22)
                || name.eq_ignore_ascii_case(b"content-type")
            {
                continue;
            }
            if name.eq_ignore_ascii_case(b"accept-ranges") && (is_cached || is_cacheable) {
                answer.allows_ranges = true;
                continue;
            }
            let value = trim_spaces(value);
            answer.lines.push((Cow::Borrowed(name), Cow::Borrowed(value)));
        }
        answer
    }

    fn drop_lines(&mut self, names: &[&[u8]]) {
        self.lines.retain(|line| !names.iter().any(|name| is_named(line, name)));
    }

    fn not_modified(&mut self) {
        self.status = 304;
        self.length = None;
        self.allows_ranges = false;
        self.drop_lines(&[b"accept-ranges", b"content-encoding", b"content-type"]);
    }

    fn compress(&mut self, verdict: &GzipVerdict) {
        if verdict.varies() {
            let is_type = |line: &ResponseLine<'_>| is_named(line, b"content-type");
            let at = usize::from(self.lines.first().is_some_and(is_type));
            let vary = (Cow::Borrowed(&b"Vary"[..]), Cow::Borrowed(&b"Accept-Encoding"[..]));
            self.lines.insert(at, vary);
        }
        if !verdict.compresses() {
            return;
        }
        self.length = None;
        self.allows_ranges = false;
        self.drop_lines(&[b"accept-ranges"]);
        match verdict.etag() {
            EtagEffect::Remove => self.drop_lines(&[b"etag"]),
            EtagEffect::Weaken => {
                let mut etags = self.lines.iter_mut().filter(|line| is_named(line, b"etag"));
                if let Some(line) = etags.next_back() {
                    line.1 = Cow::Owned([b"W/", line.1.as_ref()].concat());
                }
            }
            _ => {}
        }
        self.lines.push((Cow::Borrowed(b"Content-Encoding"), Cow::Borrowed(b"gzip")));
    }

    /// The ranges that the client gets.
    fn ranges<Q: RequestHeaders + ?Sized>(&self, view: &View<'_, Q>) -> Option<(Ranges, u64)> {
        let length = self.length?;
        if self.status != 200 || !self.allows_ranges || view.facts.version == RequestVersion::Http09
        {
            return None;
        }
        let request = view.facts.headers;
        let range = match first(request, b"range") {
            Some(range) if self.is_range_for(first(request, b"if-range")) => range,
            _ => return Some((Ranges::Whole, length)),
        };
        // What comes from the backend is one stream.
        let most = if self.is_cached { usize::MAX } else { 1 };
        Some((ranges(range, length, most), length))
    }

    fn is_range_for(&self, if_range: Option<&[u8]>) -> bool {
        match if_range {
            None => true,
            Some(etag @ [_, .., b'"']) => self.etag == Some(etag),
            Some(date) => match self.last_modified {
                None => false,
                time => parse_http_date(date) == time,
            },
        }
    }

    fn write(&mut self, ranges: Option<(Ranges, u64)>, rules: NginxRules) {
        let Some((ranges, length)) = ranges else { return };
        let range =
            |text: String| (Cow::Borrowed(&b"Content-Range"[..]), Cow::Owned(text.into_bytes()));
        match ranges {
            Ranges::Whole => {
                self.lines.push((Cow::Borrowed(b"Accept-Ranges"), Cow::Borrowed(b"bytes")));
            }
            Ranges::One { start, end } => {
                self.status = 206;
                if rules != NginxRules::V1_22 {
                    self.drop_lines(&[b"content-range"]);
                }
                let last = end.saturating_sub(1);
                self.lines.push(range(format!("bytes {start}-{last}/{length}")));
            }
            Ranges::Several => {
                self.status = 206;
                let mut drop: Vec<&[u8]> = vec![b"content-type"];
                if rules != NginxRules::V1_22 {
                    drop.push(b"content-range");
                }
                self.drop_lines(&drop);
                let value = Cow::Borrowed(&b"multipart/byteranges"[..]);
                self.lines.insert(0, (Cow::Borrowed(b"Content-Type"), value));
            }
            Ranges::Unsatisfiable => {
                self.status = 416;
                self.drop_lines(&[b"content-type", b"etag", b"last-modified"]);
                if rules != NginxRules::V1_22 {
                    self.drop_lines(&[b"content-range"]);
                }
                self.lines.push(range(format!("bytes */{length}")));
            }
        }
    }
}

/// What the client's conditions say.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Condition {
    Failed,
    None,
    NotModified,
}

fn condition<Q: RequestHeaders + ?Sized>(request: &Q, answer: &Answer<'_>) -> Condition {
    let last_modified = answer.last_modified;
    if let Some(date) = first(request, b"if-unmodified-since") {
        // A date that is none is before everything.
        let since = parse_http_date(date).unwrap_or(-1);
        if last_modified.is_none_or(|time| since < time) {
            return Condition::Failed;
        }
    }
    if first(request, b"if-match").is_some_and(|list| !has_etag(list, answer.etag, Compare::Strong))
    {
        return Condition::Failed;
    }
    let if_modified = first(request, b"if-modified-since");
    let if_none = first(request, b"if-none-match");
    if if_modified.is_none() && if_none.is_none() {
        return Condition::None;
    }
    let is_same_time = |date| last_modified.is_some() && parse_http_date(date) == last_modified;
    if if_modified.is_some_and(|date| !is_same_time(date)) {
        return Condition::None;
    }
    if if_none.is_some_and(|list| !has_etag(list, answer.etag, Compare::Weak)) {
        return Condition::None;
    }
    Condition::NotModified
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Compare {
    Strong,
    Weak,
}

/// Is the tag of an answer in a list, as nginx reads one?
fn has_etag(list: &[u8], etag: Option<&[u8]>, compare: Compare) -> bool {
    if list == b"*" {
        return true;
    }
    let Some(etag) = etag else { return false };
    let opaque =
        |tag: &'_ [u8]| compare == Compare::Weak && tag.len() > 2 && tag.starts_with(b"W/");
    let etag = if opaque(etag) { etag.get(2..).unwrap_or_default() } else { etag };
    let mut rest = list;
    while !rest.is_empty() {
        if opaque(rest) {
            rest = rest.get(2..).unwrap_or_default();
        }
        // Nothing so long can follow.
        let Some((start, after)) = rest.split_at_checked(etag.len()) else { return false };
        if start == etag {
            let after = skip(after, |byte| matches!(byte, b' ' | b'\t'));
            if matches!(after, [] | [b',', ..]) {
                return true;
            }
            rest = after;
        }
        rest = skip(rest, |byte| byte != b',');
        rest = skip(rest, |byte| matches!(byte, b' ' | b'\t' | b','));
    }
    false
}

fn skip(text: &[u8], is_skipped: impl Fn(u8) -> bool) -> &[u8] {
    let start = text.iter().position(|byte| !is_skipped(*byte)).unwrap_or(text.len());
    text.get(start..).unwrap_or_default()
}
