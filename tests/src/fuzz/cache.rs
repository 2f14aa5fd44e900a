//! What is cached.

use tuleap_front::{
    CacheAnswer, CacheBody, CacheFacts, CacheKey, CacheLevels, CacheLookup, CachePolicy,
    CacheReason, CacheStatus, CacheZone, Expires, Guide, NginxRules, RequestVersion, Scheme,
    UpstreamFailure,
};

use super::{lines, take};

/// Directives: what is read is written and read again; or the error points into the text.
pub fn cache_policy(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let policy = match text.parse::<CachePolicy>() {
        Ok(policy) => policy,
        Err(error) => {
            let place = error.offset()..error.offset() + error.length();
            assert!(text.get(place.clone()).is_some(), "{place:?} is no place in {text:?}");
            assert!(error.offset_in_entry() <= error.offset());
            return assert!(!error.hint().is_empty() && error.line() > 0 && error.column() > 0);
        }
    };
    let written = policy.to_string();
    let again = written.parse::<CachePolicy>();
    assert!(again.is_ok(), "{written:?}: {again:?}");
    let Ok(again) = again else { return };
    assert_eq!(again.to_string(), written);
    assert!(again.directives().eq(policy.directives()));
    assert_eq!((again.levels(), again.inactive()), (policy.levels(), policy.inactive()));
    assert_eq!((again.expires(), again.key_text()), (policy.expires(), policy.key_text()));
    assert_eq!(again.is_recommended(), policy.is_recommended());
}

/// `levels=`, a key, `Vary`, then lines of a request: levels are read as they are displayed, and
/// folders are the last digits of a name; blanks around names do not make another variant, and
/// neither do lines that `Vary` does not name.
pub fn cache_key(data: &[u8]) {
    let mut rest = lines(data).into_iter();
    let mut next = || rest.next().unwrap_or_default();
    let (levels, bytes, vary) = (String::from_utf8_lossy(next()), next(), next());
    let key = CacheKey::from_bytes(bytes);
    assert_eq!(key.as_bytes(), bytes);
    let name = key.md5().to_string();
    assert!(name.len() == 32 && name.bytes().all(|digit| b"0123456789abcdef".contains(&digit)));
    if let Ok(levels) = levels.parse::<CacheLevels>() {
        assert_eq!(levels.to_string(), levels_shown(&levels));
        let path = key.path(&levels);
        let folders: Vec<&str> = path.split('/').rev().collect();
        assert_eq!(folders.first(), Some(&name.as_str()));
        let folders: String = folders.into_iter().skip(1).collect();
        assert!(name.ends_with(&folders), "{path}");
        assert_eq!(levels.to_string().parse(), Ok(levels));
    }
    let request: Vec<(&[u8], &[u8])> = rest.map(line_of).collect();
    let variant = key.variant(vary, request.as_slice());
    let spaced = [b" , ".as_slice(), vary].concat();
    if spaced.len() <= 128 {
        assert_eq!(key.variant(&spaced, request.as_slice()), variant);
    }
    let more = [request.as_slice(), &[(b"\0".as_slice(), b"x".as_slice())]].concat();
    assert!(vary.contains(&0) || key.variant(vary, more.as_slice()) == variant);
}

fn levels_shown(levels: &CacheLevels) -> String {
    let digits: Vec<String> = levels.digits().map(|digits| digits.to_string()).collect();
    digits.join(":")
}

/// `expires`: it is read as it is displayed, and writes a date and an age that belong together.
pub fn expires(data: &[u8]) {
    let (times, text) = take::<16>(data);
    let (now, modified) = times.split_at(8);
    let number = |bytes: &[u8]| bytes.iter().fold(0_i64, |all, byte| all << 8 | i64::from(*byte));
    let (now, modified) = (number(now), number(modified));
    let text = String::from_utf8_lossy(text);
    let Ok(expires) = text.parse::<Expires>() else {
        return assert!(text.parse::<Expires>().is_err_and(|error| !error.hint().is_empty()));
    };
    assert_eq!(expires.to_string().parse(), Ok(expires), "{text:?}");
    assert_eq!(expires.effect(404, None, now), None);
    for modified in [None, Some(modified)] {
        let Some(effect) = expires.effect(200, modified, now) else {
            assert_eq!(expires, Expires::Off);
            continue;
        };
        assert!(effect.expires().ends_with(" GMT"), "{}", effect.expires());
        let control = effect.cache_control();
        match effect.max_age() {
            None => assert_eq!(control, "no-cache"),
            Some(age) => {
                assert_eq!(control, format!("max-age={age}"));
                assert!(age >= 0);
                let is_near = expires != Expires::Max;
                assert!(!is_near || effect.at() == now.wrapping_add(age), "{text:?}");
            }
        }
    }
}

/// Requests and answers: flags, the directives of a policy on a line, then one request a line.
/// Its words are parted by tabs: the target, lines of the request, and behind `<` of the answer.
///
/// What is explained is what is decided. The first request of a zone is stored as the policy says;
/// what comes out of a zone went in under the same key, and is not older than it may be. Of our own
/// rule: nothing is stored that belongs to a user, and none of it comes out.
pub fn cache(data: &[u8]) {
    let (flags, rest) = data.split_first().unwrap_or((&0, &[]));
    let mut lines = rest.split(|byte| *byte == b'\n');
    let directives = String::from_utf8_lossy(lines.next().unwrap_or_default());
    let bit = |bit: u8| flags >> bit & 1 == 1;
    let rules = if bit(0) { NginxRules::V1_22 } else { NginxRules::Current };
    let scheme = if bit(1) { Scheme::Http } else { Scheme::Https };
    let read = directives.parse().unwrap_or_else(|_| CachePolicy::documented(Guide::ReverseProxy));
    let exchanges: Vec<Exchange<'_>> = lines.take(8).map(Exchange::new).collect();
    for policy in [CachePolicy::recommended(), read] {
        let policy = policy.with_rules(rules);
        let mut zone = CacheZone::new(policy.clone());
        let mut now = 784_111_777;
        for exchange in &exchanges {
            now += exchange.after;
            exchange.run(scheme, &policy, &mut zone, now);
        }
    }
}

type Lines<'a> = [(&'a [u8], &'a [u8])];

/// A request, and what a backend answers.
struct Exchange<'a> {
    after: i64,
    method: &'a [u8],
    target: &'a [u8],
    request: Vec<(&'a [u8], &'a [u8])>,
    status: u16,
    response: Vec<(&'a [u8], &'a [u8])>,
    body: CacheBody,
    failure: Option<UpstreamFailure>,
}

impl<'a> Exchange<'a> {
    fn new(line: &'a [u8]) -> Self {
        let mut words = line.split(|byte| *byte == b'\t');
        let target = words.next().unwrap_or_default();
        let mut exchange = Self {
            after: 0,
            method: b"GET",
            target,
            request: Vec::new(),
            status: 200,
            response: Vec::new(),
            body: CacheBody::Whole,
            failure: None,
        };
        for word in words {
            match word {
                [b'<', line @ ..] => exchange.response.push(line_of(line)),
                b"HEAD" | b"POST" => exchange.method = word,
                b"cut" => exchange.body = CacheBody::Cut,
                b"fail" => exchange.failure = Some(UpstreamFailure::Error),
                b"timeout" => exchange.failure = Some(UpstreamFailure::Timeout),
                [b'+', digits @ ..] => exchange.after = number(digits),
                [b'=', digits @ ..] => exchange.status = number(digits).try_into().unwrap_or(200),
                line => exchange.request.push(line_of(line)),
            }
        }
        exchange
    }

    fn run(&self, scheme: Scheme, policy: &CachePolicy, zone: &mut CacheZone, now: i64) {
        let facts = CacheFacts {
            scheme,
            method: self.method,
            host: b"tuleap.example.com",
            target: self.target,
            version: RequestVersion::Http1 { minor: 1 },
            headers: self.request.as_slice(),
        };
        let (status, body) = (self.status, self.body);
        let answer = CacheAnswer { status, headers: self.response.as_slice(), body };
        self.explained(policy, &facts, &answer, now);

        let was_empty = zone.is_empty();
        let step = zone.request(&facts, now, |_| match self.failure {
            None => Ok(answer),
            Some(failure) => Err(failure),
        });
        assert_eq!(step.ticket(), None);
        assert!(step.status().is_some());
        let key = policy.key(&facts).filter(|_| step.key().is_some());
        assert_eq!(step.key(), key.as_ref());
        if let (Some(path), Some(file)) = (step.path(), step.file()) {
            assert!(path.ends_with(&file.to_string()), "{path}");
        }
        let store = policy.store(&facts, &answer, now);
        let ends_early = matches!(
            step.reason(),
            CacheReason::PreconditionFailed
                | CacheReason::RangeUnsatisfiable
                | CacheReason::TooFewUses
                | CacheReason::UpstreamFailed
        );
        if was_empty && !ends_early {
            assert_eq!((step.stores(), step.reason()), (store.is_stored(), store.reason()));
            if step.stores() {
                assert_eq!(step.lifetime(), store.lifetime());
                assert_eq!(step.variant(), store.variant());
            }
        }
        if step.stores() {
            assert!(step.has_entry());
        }
        match step.cache_status() {
            Some(CacheStatus::Hit) if step.reason() == CacheReason::Fresh => {
                assert!(step.upstream().is_none() && step.has_entry());
                assert!(step.valid_until().is_some_and(|until| until >= now));
            }
            Some(CacheStatus::Miss | CacheStatus::Bypass) => assert!(step.upstream().is_some()),
            _ => {}
        }
        if policy.is_recommended() {
            self.recommended(&step, now);
        }
    }

    fn explained(
        &self,
        policy: &CachePolicy,
        facts: &CacheFacts<'_, Lines<'_>>,
        answer: &CacheAnswer<'_, Lines<'_>>,
        now: i64,
    ) {
        let explanation = policy.explain(facts, answer, now);
        assert_eq!(explanation.store(), Some(policy.store(facts, answer, now)));
        assert_eq!(explanation.look_up(), policy.look_up(facts));
        let shown = explanation.to_string() + &policy.explain_look_up(facts).to_string();
        assert!(!shown.chars().any(|char| char.is_control() && char != '\n'), "{shown:?}");
        let key = policy.key(facts);
        assert_eq!(policy.key_md5(facts), key.as_ref().map(|key| key.md5()));
        if let CacheLookup::Skip(reason) = policy.look_up(facts) {
            assert_eq!(policy.store(facts, answer, now).reason(), reason);
        }
    }

    /// What our own rule promises.
    fn recommended(&self, step: &tuleap_front::CacheStep, now: i64) {
        let of = |lines: &Lines<'_>, name: &[u8]| -> Vec<Vec<u8>> {
            let is_named = |line: &&(&[u8], &[u8])| line.0.eq_ignore_ascii_case(name);
            lines.iter().filter(is_named).map(|line| line.1.to_ascii_lowercase()).collect()
        };
        let is_from_cache = step.cache_status().is_some_and(CacheStatus::is_from_cache);
        let told: Vec<(&[u8], &[u8])> = step.lines().collect();
        if is_from_cache {
            assert!(of(&self.request, b"authorization").is_empty());
            assert!(of(&told, b"set-cookie").is_empty());
            let types = of(&told, b"content-type").concat();
            assert!(!types.starts_with(b"text/html"));
            assert!(
                step.status().is_some_and(|status| matches!(status, 200 | 206 | 304 | 412 | 416))
            );
        }
        if !step.stores() {
            return;
        }
        assert!(step.valid_until().is_some_and(|until| until > now));
        if is_from_cache {
            // What was stored was refreshed behind the client's back.
            return;
        }
        assert!(!matches!(self.status, 206 | 302 | 303 | 304 | 307 | 401 | 403 | 407));
        assert!(of(&self.request, b"authorization").is_empty());
        assert!(of(&self.response, b"set-cookie").is_empty());
        let control = of(&self.response, b"cache-control").join(&b","[..]);
        let says = |word: &str| {
            let mut words = control.split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
            words.any(|said| said == word.as_bytes())
        };
        assert!(!says("no-store") && !says("no-cache") && !says("private"));
        let is_public = says("public") || control.windows(8).any(|word| word == b"s-maxage");
        assert!(of(&self.request, b"cookie").is_empty() || is_public);
        // Never looser than the backend.
        assert_eq!(
            of(&told, b"cache-control").is_empty() || control.is_empty(),
            control.is_empty()
        );
    }
}

fn line_of(line: &[u8]) -> (&[u8], &[u8]) {
    let colon = line.iter().position(|byte| *byte == b':').unwrap_or(line.len());
    let (name, value) = line.split_at_checked(colon).unwrap_or((line, b""));
    (name, value.get(1..).unwrap_or_default())
}

fn number(digits: &[u8]) -> i64 {
    std::str::from_utf8(digits)
        .ok()
        .and_then(|digits| digits.parse::<u32>().ok())
        .unwrap_or(1)
        .into()
}
