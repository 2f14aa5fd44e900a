//! The cache: is it asked, is an answer stored and for how long, and the name of the file.

use std::hint::black_box;

use md5::{Digest, Md5};
use regex::bytes::Regex;
use tuleap_front::{CacheAnswer, CacheBody, CacheFacts, CachePolicy, Guide, Scheme};

use super::contest;
use super::destination::Expression;
use super::exchange::{Exchange, Line, first, values};
use super::request_target;
use crate::{Contender, Fallible};

/// When it is: the `Date` of the answers.
const NOW: i64 = 784_111_777;

fn documented() -> &'static CachePolicy {
    Box::leak(Box::new(CachePolicy::documented(Guide::ReverseProxy)))
}

fn facts(one: &Exchange) -> CacheFacts<'_, [Line]> {
    CacheFacts {
        scheme: Scheme::Https,
        method: one.request.method(),
        host: b"tuleap.example.com",
        target: one.request.target().request_uri(),
        version: one.request.version(),
        headers: one.request.lines(),
    }
}

fn answer(one: &Exchange) -> CacheAnswer<'_, [Line]> {
    CacheAnswer {
        status: one.response.status(),
        headers: one.response.lines(),
        body: CacheBody::Whole,
    }
}

fn contenders<A: PartialEq + 'static>(
    text: &str,
    ours: impl Fn(&Exchange) -> A + 'static,
    mut theirs: impl FnMut(&Exchange) -> A + 'static,
) -> Fallible<Vec<Contender>> {
    let input = Exchange::leaked(text)?;
    let is_same = input.iter().all(|one| ours(one) == theirs(one));
    let ours = move |one: &Exchange| {
        black_box(ours(one));
    };
    Ok(contest(input, is_same, ours, move |one: &Exchange| {
        black_box(theirs(one));
    }))
}

pub(super) fn look_up(text: &str) -> Fallible<Vec<Contender>> {
    let (policy, mut theirs) = (documented(), Location::documented()?);
    let ours = move |one: &Exchange| policy.look_up(&facts(one)).action() == "look-up";
    contenders(text, ours, move |one: &Exchange| theirs.is_asked(one))
}

pub(super) fn store(text: &str) -> Fallible<Vec<Contender>> {
    let (policy, mut location) = (documented(), Location::documented()?);
    let mut theirs = Lines::new()?;
    let ours = move |one: &Exchange| policy.store(&facts(one), &answer(one), NOW).lifetime();
    contenders(text, ours, move |one: &Exchange| {
        location.is_asked(one).then(|| theirs.lifetime(one)).flatten()
    })
}

pub(super) fn our_store(text: &str) -> Fallible<Vec<Contender>> {
    let policy: &'static CachePolicy = Box::leak(Box::new(CachePolicy::recommended()));
    let (mut location, mut theirs) = (Location::recommended()?, Strict::new()?);
    let ours = move |one: &Exchange| policy.store(&facts(one), &answer(one), NOW).lifetime();
    contenders(text, ours, move |one: &Exchange| {
        let is_asked = location.is_asked(one) && !theirs.ambiguous.is_match(target(one));
        is_asked.then(|| theirs.lifetime(one)).flatten()
    })
}

/// Key and MD5.
pub(super) fn key(text: &str) -> Fallible<Vec<Contender>> {
    let (policy, mut theirs) = (documented(), Expression::new(r"(?-u)^(?:[^/]+//[^/?#]+)?(/.*)$")?);
    let ours = move |one: &Exchange| policy.key_md5(&facts(one)).map(|md5| *md5.as_bytes());
    contenders(text, ours, move |one: &Exchange| {
        let [_, uri, ..] = theirs.captures(target(one))?;
        let key = [b"https", one.request.method(), b"tuleap.example.com", uri?].concat();
        Some(Md5::digest(key).into())
    })
}

fn target(one: &Exchange) -> &'static [u8] {
    one.request.target().request_uri()
}

/// Of which requests the cache is asked.
struct Location {
    target: request_target::Expressions,
    media: Regex,
    method: Regex,
}

impl Location {
    fn documented() -> Fallible<Self> {
        Self::new("js|css|png|gif|eot|woff")
    }

    fn recommended() -> Fallible<Self> {
        Self::new("avif|css|eot|gif|ico|jpeg|jpg|js|mjs|otf|png|svg|ttf|wasm|webp|woff|woff2")
    }

    fn new(extensions: &str) -> Fallible<Self> {
        Ok(Self {
            target: request_target::Expressions::new()?,
            media: Regex::new(&format!(r"(?i-u)\.(?:{extensions})\n?\z"))?,
            method: Regex::new("(?-u)^(?:GET|HEAD)$")?,
        })
    }

    fn is_asked(&mut self, one: &Exchange) -> bool {
        let is_media = self.target.parse(target(one)).is_some_and(|uri| self.media.is_match(&uri));
        is_media && self.method.is_match(one.request.method())
    }
}

/// nginx's reading of the lines, each in its turn.
struct Lines {
    forbidden: Regex,
    s_maxage: Expression,
    max_age: Expression,
    while_revalidate: Expression,
    if_error: Expression,
    date: Date,
}

impl Lines {
    fn new() -> Fallible<Self> {
        let seconds = |name: &str| Expression::new(&format!(r"(?i-u){name}=([^,;\x20]*)"));
        Ok(Self {
            forbidden: Regex::new("(?i-u)no-cache|no-store|private")?,
            s_maxage: seconds("s-maxage")?,
            max_age: seconds("max-age")?,
            while_revalidate: seconds("stale-while-revalidate")?,
            if_error: seconds("stale-if-error")?,
            date: Date::new()?,
        })
    }

    fn lifetime(&mut self, one: &Exchange) -> Option<i64> {
        let (mut valid, mut is_forbidden, mut is_over) = (0, false, false);
        let mut stale = [0, 0];
        for (name, value) in one.response.lines() {
            if name.eq_ignore_ascii_case(b"cache-control") {
                if self.forbidden.is_match(value) {
                    is_forbidden = true;
                    continue;
                }
                let age = self.s_maxage.captures(value).or_else(|| self.max_age.captures(value));
                if let Some([_, seconds, ..]) = age {
                    match number(seconds)? {
                        0 => is_forbidden = true,
                        seconds => (valid, is_over) = (NOW + seconds, false),
                    }
                }
                for (at, name) in
                    [&mut self.while_revalidate, &mut self.if_error].into_iter().enumerate()
                {
                    if let Some([_, seconds, ..]) = name.captures(value) {
                        *stale.get_mut(at)? = number(seconds)?;
                    }
                }
            } else if name.eq_ignore_ascii_case(b"expires") && valid == 0 {
                match self.date.seconds(value) {
                    Some(time) if time >= NOW => valid = time,
                    _ => is_over = true,
                }
            } else if name.eq_ignore_ascii_case(b"x-accel-expires")
                && let Some(seconds) = number(Some(value))
            {
                (valid, is_forbidden, is_over) = (NOW + seconds, false, false);
            } else if name.eq_ignore_ascii_case(b"vary") && *value == b"*" {
                return None;
            }
        }
        black_box(stale);
        if is_forbidden || is_over {
            return None;
        }
        match (valid, one.response.status()) {
            (0, 200 | 302) => Some(3600),
            (0, _) => None,
            (valid, _) => Some(valid - NOW),
        }
    }
}

fn number(text: Option<&[u8]>) -> Option<i64> {
    std::str::from_utf8(text?).ok()?.parse().ok()
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`
struct Date(Expression, Expression);

const MONTHS: &[u8] = b"JanFebMarAprMayJunJulAugSepOctNovDec";

impl Date {
    fn new() -> Fallible<Self> {
        let date = r"(?-u)^[A-Z][a-z]{2}, ([0-9]{2}) ([A-Z][a-z]{2}) ([0-9]{4}) (.*) GMT$";
        let time = r"(?-u)^([0-9]{2}):([0-9]{2}):([0-9]{2})$";
        Ok(Self(Expression::new(date)?, Expression::new(time)?))
    }

    fn seconds(&mut self, value: &[u8]) -> Option<i64> {
        let [_, day, month, year, time] = self.0.captures(value)?;
        let [_, hour, minute, second, _] = self.1.captures(time?)?;
        let month = month?;
        let at = MONTHS.chunks(3).position(|known| known == month)?;
        let (month, mut year) = (i64::try_from(at).ok()? + 1, number(year)?);
        year -= i64::from(month <= 2);
        let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + number(day)? - 1;
        let days = year * 365 + year / 4 - year / 100 + year / 400 + of_year - 719_468;
        Some(((days * 24 + number(hour)?) * 60 + number(minute)?) * 60 + number(second)?)
    }
}

/// Ours.
struct Strict {
    ambiguous: Regex,
    directive: Regex,
    content_type: Regex,
    vary: Regex,
    date: Date,
}

impl Strict {
    fn new() -> Fallible<Self> {
        let name = "no-store|private|no-cache|public|s-maxage|max-age|must-revalidate\
                    |proxy-revalidate|stale-while-revalidate|stale-if-error";
        let media = "application/(?:font-woff2?|javascript|vnd\\.ms-fontobject|wasm\
                     |x-font-(?:opentype|otf|ttf|woff)|x-javascript)\
                     |text/(?:css|ecmascript|javascript)|(?:font|image)/[^;]*";
        Ok(Self {
            ambiguous: Regex::new(
                r"(?-u)^[^?]*(?:[;\\#]|//|/\.\.?(?:[/?]|$)|%(?:[01][0-9A-Fa-f]|7[Ff]|2[35EeFf]|3[BbFf]|5[Cc]))",
            )?,
            directive: Regex::new(&format!(
                r#"(?i-u)(?:^|,)[\x20\t]*(?:({name})[\x20\t]*(?:=[\x20\t]*("(?:[^"\\]|\\.)*"|[^,]*))?|(?:[^",]|"(?:[^"\\]|\\.)*")*)"#
            ))?,
            content_type: Regex::new(&format!(r"(?i-u)^[\x20\t]*(?:{media})[\x20\t]*(?:;|$)"))?,
            vary: Regex::new(
                r"(?i-u)(?:^|[,\x20])[\t]*(?:\*|cookie|authorization)[\t]*(?:[,\x20]|$)",
            )?,
            date: Date::new()?,
        })
    }

    fn lifetime(&mut self, one: &Exchange) -> Option<i64> {
        let (request, response) = (one.request.lines(), one.response.lines());
        let (mut is_public, mut s_maxage, mut max_age, mut stale) = (false, None, None, [0, 0]);
        for value in values(response, "cache-control") {
            for directive in self.directive.captures_iter(value) {
                let Some(name) = directive.get(1) else { continue };
                let seconds = || number(directive.get(2).map(|value| value.as_bytes()));
                match name.as_bytes().to_ascii_lowercase().as_slice() {
                    b"no-store" | b"private" | b"no-cache" => return None,
                    b"public" => is_public = true,
                    b"s-maxage" => s_maxage = Some(seconds()?),
                    b"max-age" => max_age = Some(seconds()?),
                    b"stale-while-revalidate" => stale = [seconds()?, stale[1]],
                    b"stale-if-error" => stale = [stale[0], seconds()?],
                    _ => {}
                }
            }
        }
        black_box(stale);
        let is_for_all = is_public || s_maxage.is_some() || first(request, "cookie").is_none();
        let is_refused = one.response.status() != 200
            || first(request, "authorization").is_some()
            || first(response, "set-cookie").is_some()
            || first(response, "x-accel-redirect").is_some()
            || !is_for_all
            || values(response, "vary").any(|value| self.vary.is_match(value))
            || !first(response, "content-type")
                .is_some_and(|value| self.content_type.is_match(value));
        if is_refused {
            return None;
        }
        let accel = first(response, "x-accel-expires").and_then(|value| number(Some(value)));
        let seconds = match accel.or(s_maxage).or(max_age) {
            Some(seconds) => seconds,
            None => match first(response, "expires") {
                Some(value) => self.date.seconds(value)? - NOW,
                None => return Some(3600),
            },
        };
        let age = first(response, "age").and_then(|value| number(Some(value))).unwrap_or(0);
        Some(seconds - age).filter(|seconds| *seconds > 0)
    }
}
