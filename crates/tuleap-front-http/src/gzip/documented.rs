//! nginx's own decision, in its order.

use super::accept_encoding::nginx_accepts;
use super::disable::is_msie6;
use super::explanation::Trace;
use super::proxied::GzipProxied;
use super::reason::{GzipCheck, GzipReason};
use super::{GzipFacts, GzipPolicy};
use crate::blanks::skip_spaces;
use crate::headers::{RequestHeaders, lookup};
use crate::nginx::{NginxRules, parse_http_date};

impl GzipPolicy {
    pub(super) fn nginx_reason<Q, S>(
        &self,
        facts: &GzipFacts<'_, Q, S>,
        trace: &mut impl Trace,
    ) -> GzipReason
    where
        Q: RequestHeaders + ?Sized,
        S: RequestHeaders + ?Sized,
    {
        trace.check(GzipCheck::Gzip);
        if !self.is_on {
            return GzipReason::Off;
        }
        trace.check(GzipCheck::Status);
        if !matches!(facts.status, 200 | 403 | 404) {
            return GzipReason::Status;
        }
        trace.check(GzipCheck::ContentEncoding);
        let encoding = lookup::single(facts.response, b"content-encoding", self.rules);
        if encoding.is_some_and(|encoding| !encoding.is_empty()) {
            return GzipReason::AlreadyEncoded;
        }
        trace.check(GzipCheck::Length);
        if facts.known_length(self.rules).is_some_and(|length| length < self.min_length) {
            return GzipReason::TooShort;
        }
        trace.check(GzipCheck::Type);
        if !self.types.has(lookup::single(facts.response, b"content-type", self.rules)) {
            return GzipReason::Type;
        }
        self.nginx_client(facts, trace)
    }

    /// May this client have it?
    fn nginx_client<Q, S>(&self, facts: &GzipFacts<'_, Q, S>, trace: &mut impl Trace) -> GzipReason
    where
        Q: RequestHeaders + ?Sized,
        S: RequestHeaders + ?Sized,
    {
        trace.check(GzipCheck::AcceptEncoding);
        match lookup::first(facts.request, b"accept-encoding") {
            None => return GzipReason::NoAcceptEncoding,
            Some(value) if !nginx_accepts(value) => return GzipReason::NotAccepted,
            Some(_) => {}
        }
        let user_agent = lookup::first(facts.request, b"user-agent");
        if self.disable.iter().any(super::disable::Disable::is_msie6) {
            trace.check(GzipCheck::Msie6);
            if user_agent.is_some_and(is_msie6) {
                return GzipReason::DisabledMsie6;
            }
        }
        trace.check(GzipCheck::HttpVersion);
        if facts.version.number() < self.http_version.number() {
            return GzipReason::HttpVersion;
        }
        trace.check(GzipCheck::Via);
        let reason = match lookup::has(facts.request, b"via") {
            true => self.nginx_proxied(facts, trace),
            false => GzipReason::Accepted,
        };
        if reason.compresses() && self.disable.iter().any(|disable| !disable.is_msie6()) {
            trace.check(GzipCheck::UserAgent);
            let is_match = |text| self.disable.iter().any(|disable| disable.is_match(text));
            if user_agent.is_some_and(is_match) {
                return GzipReason::Disabled;
            }
        }
        reason
    }

    /// The request came through a proxy.
    fn nginx_proxied<Q, S>(&self, facts: &GzipFacts<'_, Q, S>, trace: &mut impl Trace) -> GzipReason
    where
        Q: RequestHeaders + ?Sized,
        S: RequestHeaders + ?Sized,
    {
        let has = |flag| self.proxied.has(flag);
        trace.check(GzipCheck::Proxied);
        if self.proxied.is_off() {
            return GzipReason::ProxiedOff;
        }
        if has(GzipProxied::Any) {
            return GzipReason::ProxiedAny;
        }
        if has(GzipProxied::Auth) {
            trace.check(GzipCheck::Authorization);
            if lookup::has(facts.request, b"authorization") {
                return GzipReason::ProxiedAuth;
            }
        }
        trace.check(GzipCheck::Expires);
        let own = self.expires_effect(facts).map(|effect| Some(effect.at()));
        let theirs = || lookup::single(facts.response, b"expires", self.rules).map(parse_http_date);
        if let Some(expires) = own.or_else(theirs) {
            return self.nginx_expires(facts, expires);
        }
        trace.check(GzipCheck::CacheControl);
        if lookup::has(facts.response, b"cache-control") {
            let words = [
                (GzipProxied::NoCache, b"no-cache".as_slice()),
                (GzipProxied::NoStore, b"no-store"),
                (GzipProxied::Private, b"private"),
            ];
            let says = |word| self.nginx_cache_control(facts.response, word);
            return match words.into_iter().any(|(flag, word)| has(flag) && says(word)) {
                true => GzipReason::ProxiedUncached,
                false => GzipReason::ProxiedCacheControl,
            };
        }
        if has(GzipProxied::NoLastModified) {
            trace.check(GzipCheck::LastModified);
            if lookup::has(facts.response, b"last-modified") {
                return GzipReason::ProxiedLastModified;
            }
        }
        if has(GzipProxied::NoEtag) {
            trace.check(GzipCheck::Etag);
            if lookup::has(facts.response, b"etag") {
                return GzipReason::ProxiedEtag;
            }
        }
        GzipReason::ProxiedPlain
    }

    fn nginx_expires<Q, S>(&self, facts: &GzipFacts<'_, Q, S>, expires: Option<i64>) -> GzipReason
    where
        Q: RequestHeaders + ?Sized,
        S: RequestHeaders + ?Sized,
    {
        if !self.proxied.has(GzipProxied::Expired) {
            return GzipReason::ProxiedExpires;
        }
        let date = match self.passes_date {
            // A Date that is not there is an empty one to nginx.
            true => lookup::single(facts.response, b"date", self.rules).and_then(parse_http_date),
            false => Some(facts.now),
        };
        match (expires, date) {
            (Some(expires), Some(date)) if expires < date => GzipReason::ProxiedExpired,
            (Some(_), Some(_)) => GzipReason::ProxiedExpires,
            _ => GzipReason::ProxiedExpiresUnreadable,
        }
    }

    /// Is it a word of a line? Until 1.22 a semicolon is before a word as a comma is.
    fn nginx_cache_control<S: RequestHeaders + ?Sized>(&self, response: &S, word: &[u8]) -> bool {
        let is_before = |byte: &u8| match self.rules {
            NginxRules::V1_22 => matches!(byte, b',' | b';'),
            NginxRules::Current => *byte == b',',
        };
        lookup::values(response, b"cache-control").any(|line| {
            let mut rest = line;
            loop {
                if let Some((start, after)) = rest.split_at_checked(word.len())
                    && start.eq_ignore_ascii_case(word)
                {
                    rest = skip_spaces(after);
                    if matches!(rest, [] | [b',', ..]) {
                        return true;
                    }
                }
                let Some(at) = rest.iter().position(is_before) else { return false };
                rest = skip_spaces(rest.get(at + 1..).unwrap_or_default());
            }
        })
    }
}
