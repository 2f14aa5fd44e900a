//! Redirects to https.

use tuleap_front::{
    ChainVerdict, Guide, HttpsRedirect, MergeSlashes, NginxRules, ProxyChain, RedirectDecision,
    RedirectFacts, RedirectStatus, RequestLine, RequestTarget, Scheme,
};

use crate::oracle::chain;

/// A chain: the model's verdicts; who is to blame where one is wrong; what is corrected is sound.
/// Or its error points into the text.
pub fn proxy_chain(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let chain = match text.parse::<ProxyChain>() {
        Ok(chain) => chain,
        Err(error) => {
            let place = error.offset()..error.offset() + error.length();
            assert!(text.get(place.clone()).is_some(), "{place:?} is no place in the text");
            assert!(error.offset_in_entry() <= error.offset());
            return assert!(!error.hint().is_empty() && error.line() > 0 && error.column() > 0);
        }
    };
    let verdicts = chain::CLIENTS.map(|client| chain.verdict(client).as_str());
    assert_eq!(verdicts, chain::verdicts(&text));
    let shown = chain.to_string();
    assert_eq!(shown.parse().as_ref(), Ok(&chain), "{shown}");
    assert_eq!(chain::verdicts(&shown), verdicts);

    let explanation = chain.explain();
    for run in [explanation.https(), explanation.http()] {
        assert_eq!(run.verdict(), chain.verdict(run.client()));
        let is_right = matches!(run.verdict(), ChainVerdict::RedirectedOnce | ChainVerdict::Served);
        assert_eq!(run.causes().is_empty(), is_right, "{explanation}");
        assert!(!run.text().is_empty());
    }
    let corrected = chain.corrected();
    assert_eq!(explanation.corrected(), (corrected != chain).then_some(&corrected));
    assert_eq!(corrected.verdict(Scheme::Https), ChainVerdict::Served, "{corrected}");
    assert_ne!(corrected.verdict(Scheme::Http), ChainVerdict::PlainHttpServed, "{corrected}");
    let again = corrected.explain();
    assert!(again.is_sound() && again.notes().is_empty(), "{again}");
    assert!(!explanation.to_string().chars().any(|char| char.is_control() && char != '\n'));
}

/// A redirect: to the configured origin and a slash, then the bytes of the target; no control
/// byte; redirected again it is the same. What is refused is what a request line is refused for.
pub fn https_redirect(data: &[u8]) {
    let (flags, rest) = data.split_first().unwrap_or((&0, &[]));
    let method_end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
    let (method, target) = rest.split_at_checked(method_end).unwrap_or((rest, b""));
    let target = target.get(1..).unwrap_or_default();
    let rules = if flags & 1 == 0 { NginxRules::Current } else { NginxRules::V1_22 };
    let origins = ["tuleap.example.com", "https://[2001:db8::1]:8443"];
    let origin = origins.get(usize::from(flags >> 1 & 1)).and_then(|text| text.parse().ok());
    let Some(origin) = origin else { return };
    let rule = HttpsRedirect::recommended(origin).with_nginx_rules(rules);
    let facts = RedirectFacts { scheme: Scheme::Http, method, target };
    assert_eq!(
        rule.decide(&RedirectFacts { scheme: Scheme::Https, ..facts }),
        RedirectDecision::Stay
    );
    let decision = rule.decide(&facts);
    let explanation = rule.explain(&facts);
    assert_eq!(*explanation.decision(), decision);
    let shown = explanation.to_string();
    assert!(!shown.chars().any(|char| char.is_control() && char != '\n'), "{shown:?}");
    check_line(&facts, rules, &decision);

    let documented = HttpsRedirect::documented(Guide::ReverseProxy, "tuleap.example.com");
    let Ok(documented) = documented.map(|rule| rule.with_nginx_rules(rules)) else { return };
    let theirs = documented.decide(&facts);
    let (Some(location), Some(other)) = (decision.location(), theirs.location()) else {
        return assert_eq!(theirs, decision, "both refuse alike");
    };
    assert_eq!(decision.status(), Some(RedirectStatus::BySafety.of(method)));
    assert_eq!(decision.length(), Some(location.len()));
    assert!(!location.iter().any(u8::is_ascii_control), "{location:?}");
    let path = location.strip_prefix(rule.origin().as_bytes()).unwrap_or_default();
    assert!(path.starts_with(b"/"), "{location:?}");
    let kept = other.strip_prefix(documented.origin().as_bytes()).unwrap_or_default();
    assert!(path == kept || path.strip_prefix(b"/") == Some(kept), "{location:?} {other:?}");
    assert!(target.ends_with(kept) || kept == b"/", "{location:?}");
    let again = rule.decide(&RedirectFacts { target: &location, ..facts });
    assert_eq!(again.location().as_ref(), Some(&location));
}

/// The request line as a whole gets the same answer.
fn check_line(facts: &RedirectFacts<'_>, rules: NginxRules, decision: &RedirectDecision<'_>) {
    let merge = MergeSlashes::On;
    let is_target = RequestTarget::check(facts.target, merge);
    for merge in [MergeSlashes::On, MergeSlashes::Off] {
        let parsed = RequestTarget::parse(facts.target, merge).map(drop);
        assert_eq!(RequestTarget::check(facts.target, merge), parsed);
    }
    match decision {
        RedirectDecision::Redirect { .. } => assert_eq!(is_target, Ok(())),
        RedirectDecision::Refuse { status, reason } => {
            assert_eq!(*status, reason.status());
            assert!([400, 405].contains(&status.as_u16()), "{status}");
        }
        _ => {}
    }
    let ends = |byte: &u8| b" \r\n".contains(byte);
    if !facts.method.iter().chain(facts.target).any(ends) && !facts.target.is_empty() {
        let line = [facts.method, b" ", facts.target, b" HTTP/1.1"].concat();
        let refused = match decision {
            RedirectDecision::Refuse { reason, .. } => Err(*reason),
            _ => Ok(()),
        };
        assert_eq!(RequestLine::check(&line, rules, merge), refused, "{:?}", line.escape_ascii());
    }
}
