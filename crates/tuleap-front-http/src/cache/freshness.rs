//! What the header lines of an answer say about storing it, as nginx reads them.

use super::config::Config;
use super::reason::CacheReason;
use super::variant::VARY_MAX;
use crate::blanks::trim_spaces;
use crate::digits::decimal;
use crate::headers::RequestHeaders;
use crate::headers::lookup::values;
use crate::nginx::{NginxRules, parse_http_date};
use crate::scan::find_word;

/// What the header lines say. `0` is nginx's value for no time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Freshness {
    /// Why it is not stored, whatever else is said.
    pub(super) never: Option<CacheReason>,
    /// Why it is not stored, unless a later line says for how long.
    no_cache: Option<CacheReason>,
    expired: Option<CacheReason>,
    /// Until when it is valid.
    pub(super) valid: i64,
    /// Who says so.
    pub(super) valid_by: CacheReason,
    /// For how long it may be served while it is refreshed.
    pub(super) updating: i64,
    /// For how long it may be served where the backend fails.
    pub(super) error: i64,
    pub(super) is_buffered: bool,
    pub(super) is_redirected: bool,
    /// Is `Vary` kept, and may it be asked?
    pub(super) vary: VaryState,
    has_accel_expires: bool,
    has_expires: bool,
}

/// The lines of `Vary`, without themselves.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct VaryState {
    /// How many lines count, from the first on; or the last one alone, of 1.22.
    lines: usize,
    length: usize,
}

/// What a line changes.
pub(super) trait Trace {
    fn line(&mut self, name: &[u8], value: &[u8], reason: CacheReason);
}

impl Trace for () {
    fn line(&mut self, _name: &[u8], _value: &[u8], _reason: CacheReason) {}
}

impl Freshness {
    pub(super) const fn new(config: &Config) -> Self {
        Self {
            never: None,
            no_cache: None,
            expired: None,
            valid: 0,
            valid_by: CacheReason::NoLifetime,
            updating: 0,
            error: 0,
            is_buffered: config.buffers,
            is_redirected: false,
            vary: VaryState { lines: 0, length: 0 },
            has_accel_expires: false,
            has_expires: false,
        }
    }

    /// Reads the lines in wire order.
    pub(super) fn read<S: RequestHeaders + ?Sized>(
        mut self,
        config: &Config,
        rules: NginxRules,
        headers: &S,
        now: i64,
        trace: &mut impl Trace,
    ) -> Self {
        for (name, value) in headers.lines() {
            let value = trim_spaces(value);
            if let Some(reason) = self.line(config, rules, name, value, now) {
                trace.line(name, value, reason);
            }
        }
        self
    }

    /// Counts the lines of `Vary`, whatever else is said.
    pub(super) fn keep_vary<S: RequestHeaders + ?Sized>(&mut self, headers: &S) {
        for line in values(headers, b"vary") {
            self.vary.length += line.len() + if self.vary.lines > 0 { 2 } else { 0 };
            self.vary.lines += 1;
        }
    }

    /// Is a variant kept?
    pub(super) const fn has_vary(&self) -> bool {
        self.vary.length > 0
    }

    /// Why it is not stored, as far as the lines say.
    pub(super) fn refusal(&self) -> Option<CacheReason> {
        self.never.or(self.no_cache).or(self.expired)
    }

    /// One line, and what it changes.
    fn line(
        &mut self,
        config: &Config,
        rules: NginxRules,
        name: &[u8],
        value: &[u8],
        now: i64,
    ) -> Option<CacheReason> {
        let is = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
        let ignored = config.ignored;
        if is("cache-control") {
            return if ignored.cache_control {
                None
            } else {
                self.cache_control(rules, value, now)
            };
        }
        if is("expires") {
            return self.expires(rules, value, now, ignored.expires);
        }
        if is("x-accel-expires") {
            return self.accel_expires(rules, value, now, ignored.accel_expires);
        }
        if is("set-cookie") && !ignored.set_cookie {
            return self.forbid(CacheReason::SetCookie);
        }
        if is("vary") && !ignored.vary {
            return self.vary(rules, value);
        }
        if is("x-accel-buffering") && !ignored.accel_buffering {
            return self.buffering(value);
        }
        if is("x-accel-redirect") && !ignored.accel_redirect {
            self.is_redirected = true;
            return Some(CacheReason::AccelRedirect);
        }
        None
    }

    fn forbid(&mut self, reason: CacheReason) -> Option<CacheReason> {
        self.never = self.never.or(Some(reason));
        Some(reason)
    }

    /// As [`forbid`](Self::forbid); what is newer than 1.22 takes it back where a later line says
    /// for how long.
    fn forbid_for_now(&mut self, rules: NginxRules, reason: CacheReason) -> Option<CacheReason> {
        match rules {
            NginxRules::V1_22 => self.forbid(reason),
            NginxRules::Current => {
                self.no_cache = self.no_cache.or(Some(reason));
                Some(reason)
            }
        }
    }

    fn cache_control(&mut self, rules: NginxRules, value: &[u8], now: i64) -> Option<CacheReason> {
        let mut changed = None;
        if self.valid != 0 && self.has_accel_expires {
            if rules == NginxRules::V1_22 {
                return None;
            }
        } else {
            let forbidden = [
                ("no-cache", CacheReason::NoCache),
                ("no-store", CacheReason::NoStore),
                ("private", CacheReason::Private),
            ];
            let said = forbidden.into_iter().find(|(word, _)| behind(value, word).is_some());
            if let Some((_, reason)) = said {
                return self.forbid_for_now(rules, reason);
            }
            let age = match behind(value, "s-maxage=") {
                Some(text) => Some((text, CacheReason::SMaxAge)),
                None => behind(value, "max-age=").map(|text| (text, CacheReason::MaxAge)),
            };
            if let Some((text, reason)) = age {
                match seconds(text, rules) {
                    None => return self.forbid(CacheReason::MaxAgeMalformed),
                    Some(0) => return self.forbid_for_now(rules, CacheReason::MaxAgeZero),
                    Some(seconds) => {
                        self.valid = match rules {
                            NginxRules::V1_22 => now.wrapping_add(seconds),
                            NginxRules::Current => now.saturating_add(seconds),
                        };
                        (self.valid_by, self.expired) = (reason, None);
                        changed = Some(reason);
                    }
                }
            }
        }
        if let Some(text) = behind(value, "stale-while-revalidate=") {
            let Some(seconds) = seconds(text, rules) else {
                return self.forbid(CacheReason::StaleMalformed);
            };
            (self.updating, self.error) = (seconds, seconds);
        }
        if let Some(text) = behind(value, "stale-if-error=") {
            let Some(seconds) = seconds(text, rules) else {
                return self.forbid(CacheReason::StaleMalformed);
            };
            self.error = seconds;
        }
        changed
    }

    fn expires(
        &mut self,
        rules: NginxRules,
        value: &[u8],
        now: i64,
        is_ignored: bool,
    ) -> Option<CacheReason> {
        let is_second = std::mem::replace(&mut self.has_expires, true);
        if (is_second && rules != NginxRules::V1_22) || is_ignored || self.valid != 0 {
            return None;
        }
        let reason = match parse_http_date(value) {
            Some(time) if time >= now => {
                (self.valid, self.valid_by) = (time, CacheReason::Expires);
                return Some(CacheReason::Expires);
            }
            Some(_) => CacheReason::ExpiresPast,
            None => CacheReason::ExpiresMalformed,
        };
        match rules {
            NginxRules::V1_22 => self.forbid(reason),
            NginxRules::Current => {
                self.expired = self.expired.or(Some(reason));
                Some(reason)
            }
        }
    }

    fn accel_expires(
        &mut self,
        rules: NginxRules,
        value: &[u8],
        now: i64,
        is_ignored: bool,
    ) -> Option<CacheReason> {
        let is_second = std::mem::replace(&mut self.has_accel_expires, true);
        if (is_second && rules != NginxRules::V1_22) || is_ignored {
            return None;
        }
        let valid = match value.strip_prefix(b"@") {
            Some(time) => decimal(time)?,
            None => match decimal(value)? {
                0 => return self.forbid(CacheReason::AccelExpiresZero),
                seconds => now.wrapping_add(seconds),
            },
        };
        (self.valid, self.valid_by) = (valid, CacheReason::AccelExpires);
        (self.no_cache, self.expired) = (None, None);
        Some(CacheReason::AccelExpires)
    }

    fn vary(&mut self, rules: NginxRules, value: &[u8]) -> Option<CacheReason> {
        match rules {
            NginxRules::V1_22 => {
                self.vary =
                    VaryState { lines: usize::from(!value.is_empty()), length: value.len() };
            }
            NginxRules::Current => {
                let between = if self.vary.lines > 0 { 2 } else { 0 };
                self.vary.lines += 1;
                self.vary.length = self.vary.length.saturating_add(value.len() + between);
                if self.never.is_some() {
                    return None;
                }
            }
        }
        if value == b"*" {
            return self.forbid(CacheReason::VaryAny);
        }
        if self.vary.length > VARY_MAX {
            return self.forbid(CacheReason::VaryTooLong);
        }
        None
    }

    fn buffering(&mut self, value: &[u8]) -> Option<CacheReason> {
        if value.eq_ignore_ascii_case(b"no") {
            self.is_buffered = false;
            return Some(CacheReason::Unbuffered);
        }
        if value.eq_ignore_ascii_case(b"yes") {
            self.is_buffered = true;
        }
        None
    }
}

/// The lines of `Vary` that a stored answer is kept with.
pub(super) fn vary_lines<'h, S: RequestHeaders + ?Sized>(
    config: &Config,
    rules: NginxRules,
    headers: &'h S,
) -> impl Iterator<Item = &'h [u8]> {
    let skipped = match rules {
        _ if config.ignored.vary => usize::MAX,
        NginxRules::V1_22 => values(headers, b"vary").count().saturating_sub(1),
        NginxRules::Current => 0,
    };
    values(headers, b"vary").skip(skipped)
}

/// What follows the first occurrence of a word, whatever stands around it.
fn behind<'v>(value: &'v [u8], word: &'static str) -> Option<&'v [u8]> {
    let at = find_word(value, word.as_bytes())?;
    value.get(at + word.len()..)
}

/// Digits up to a comma, a semicolon or a space; nothing is 0. What does not fit goes around in
/// 1.22, and is the greatest number now.
fn seconds(text: &[u8], rules: NginxRules) -> Option<i64> {
    let end = text.iter().position(|byte| matches!(byte, b',' | b';' | b' '));
    let mut number = 0_i64;
    for byte in text.get(..end.unwrap_or(text.len()))? {
        let digit = i64::from(byte.is_ascii_digit().then(|| byte - b'0')?);
        number = match rules {
            NginxRules::V1_22 => number.wrapping_mul(10).wrapping_add(digit),
            NginxRules::Current => {
                match number.checked_mul(10).and_then(|number| number.checked_add(digit)) {
                    Some(number) => number,
                    // What follows is not read.
                    None => return Some(i64::MAX),
                }
            }
        };
    }
    Some(number)
}
