//! What is compressed.

use tuleap_front::{
    EtagEffect, Guide, GzipFacts, GzipPolicy, GzipReason, NginxRules, RequestVersion, ResponseLine,
    Scheme, Secrets,
};

/// Directives: what is read is written and read again; or the error points into the text.
pub fn gzip_policy(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let policy = match text.parse::<GzipPolicy>() {
        Ok(policy) => policy,
        Err(error) => {
            let place = error.offset()..error.offset() + error.length();
            assert!(text.get(place.clone()).is_some(), "{place:?} is no place in the text");
            assert!(error.offset_in_entry() <= error.offset());
            return assert!(!error.hint().is_empty() && error.line() > 0 && error.column() > 0);
        }
    };
    let written = policy.to_string();
    let again = written.parse::<GzipPolicy>();
    assert!(again.is_ok(), "{written:?}: {again:?}");
    let Ok(again) = again else { return };
    assert_eq!(again.to_string(), written);
    assert!(again.types().eq(policy.types()) && again.disable().eq(policy.disable()));
    assert!(again.proxied().eq(policy.proxied()));
    assert_eq!(again.min_length(), policy.min_length());
    assert_eq!(again.expires(), policy.expires());
}

/// Facts: flags, the directives of a policy on a line, then lines of the request, and behind `<`
/// of the answer.
///
/// What is explained is what is decided. What is compressed says so in its last line, has no length
/// and no ranges, and no strong `ETag`; what is not keeps its lines. What nobody would get
/// compressed has no `Vary` of ours. Of our own rule: it compresses nothing to a client that names
/// neither gzip nor a star, nothing twice, and no page of a user by https.
pub fn gzip(data: &[u8]) {
    let (flags, rest) = data.split_first().unwrap_or((&0, &[]));
    let mut lines = rest.split(|byte| *byte == b'\n');
    let directives = String::from_utf8_lossy(lines.next().unwrap_or_default());
    let (mut request, mut response) = (Vec::new(), Vec::new());
    for line in lines {
        let (list, line) = match line {
            [b'<', line @ ..] => (&mut response, line),
            line => (&mut request, line),
        };
        let colon = line.iter().position(|byte| *byte == b':').unwrap_or(line.len());
        let (name, value) = line.split_at_checked(colon).unwrap_or((line, b""));
        list.push((name, value.get(1..).unwrap_or_default()));
    }
    let bit = |bit: u8| flags >> bit & 1 == 1;
    let rules = if bit(0) { NginxRules::V1_22 } else { NginxRules::Current };
    let scheme = if bit(1) { Scheme::Http } else { Scheme::Https };
    let statuses = [200, 200, 200, 403, 404, 304, 301, 206];
    let facts = GzipFacts {
        version: RequestVersion::Http1 { minor: u16::from(!bit(2)) },
        now: 784_111_777,
        ..GzipFacts::new(
            scheme,
            request.as_slice(),
            statuses.get(usize::from(flags >> 4 & 7)).copied().unwrap_or(200),
            response.as_slice(),
        )
    };
    let read = directives.parse().unwrap_or_else(|_| GzipPolicy::tuleap());
    let policies = [GzipPolicy::recommended(), GzipPolicy::documented(Guide::Distributed), read];
    for policy in policies {
        let policy = policy.with_rules(rules);
        answer(&policy, &facts);
        if policy.is_recommended() {
            recommended(&policy, &facts);
        }
    }
}

type Lines<'a> = [(&'a [u8], &'a [u8])];

fn answer(policy: &GzipPolicy, facts: &GzipFacts<'_, Lines<'_>, Lines<'_>>) {
    let verdict = policy.decide(facts);
    let explanation = policy.explain(facts);
    assert_eq!(*explanation.verdict(), verdict);
    assert_eq!(explanation.reason().compresses(), verdict.compresses());
    let shown = explanation.to_string();
    assert!(!shown.chars().any(|char| char.is_control() && char != '\n'), "{shown:?}");
    assert!(!verdict.compresses() || verdict.reason().is_eligible());
    assert_eq!(verdict.varies(), policy.has_vary() && verdict.reason().is_eligible());

    let lines = policy.response_lines(facts);
    let values = |name: &str| -> Vec<&[u8]> {
        let is_named = |line: &&ResponseLine<'_>| line.0.eq_ignore_ascii_case(name.as_bytes());
        lines.iter().filter(is_named).map(|line| line.1.as_ref()).collect()
    };
    let names_of = |values: &[&[u8]], name: &[u8]| {
        values
            .iter()
            .any(|value| value.windows(name.len()).any(|part| part.eq_ignore_ascii_case(name)))
    };
    if verdict.varies() {
        let vary = values("vary");
        assert!(names_of(&vary, b"accept-encoding") || names_of(&vary, b"*"));
    }
    if verdict.compresses() {
        let last = lines.last().map(|line| (line.0.as_ref(), line.1.as_ref()));
        assert_eq!(last, Some((b"Content-Encoding".as_slice(), b"gzip".as_slice())));
        assert!(values("content-length").is_empty());
        assert_eq!(verdict.etag() == EtagEffect::None, header(facts.response, b"etag").is_empty());
        if policy.rules() == NginxRules::Current {
            assert!(values("accept-ranges").is_empty());
            assert!(values("etag").iter().all(|etag| etag.starts_with(b"W/")));
        }
    } else {
        assert!(verdict.removes().is_empty());
        let there = header(facts.response, b"etag").len().min(1);
        assert_eq!(values("etag").len().min(1), there);
    }
}

fn recommended(policy: &GzipPolicy, facts: &GzipFacts<'_, Lines<'_>, Lines<'_>>) {
    let verdict = policy.decide(facts);
    let may = policy.clone().with_secrets(Secrets::Compress).decide(facts);
    match verdict.reason() {
        GzipReason::Secret => assert!(facts.scheme == Scheme::Https),
        reason => assert_eq!(reason, may.reason()),
    }
    let vary = policy.response_lines(facts);
    let vary = vary.iter().filter(|line| line.0.eq_ignore_ascii_case(b"vary"));
    assert!(!verdict.varies() || vary.count() == 1);
    if !verdict.compresses() {
        return;
    }
    let names = header(facts.request, b"accept-encoding").concat().to_ascii_lowercase();
    assert!(names.contains(&b'*') || names.windows(4).any(|part| part == b"gzip"));
    let encodings = header(facts.response, b"content-encoding").concat();
    assert!(encodings.iter().all(|byte| *byte == b' '));
    let is_page = header(facts.response, b"content-type")
        .iter()
        .all(|value| value.to_ascii_lowercase().starts_with(b"text/html"));
    let is_users = [b"cookie".as_slice(), b"authorization"]
        .iter()
        .any(|name| !header(facts.request, name).is_empty());
    assert!(!(is_page && is_users && facts.scheme == Scheme::Https));
}

fn header<'a>(lines: &Lines<'a>, name: &[u8]) -> Vec<&'a [u8]> {
    let is_named = |line: &&(&[u8], &[u8])| line.0.eq_ignore_ascii_case(name);
    lines.iter().filter(is_named).map(|line| line.1).collect()
}
