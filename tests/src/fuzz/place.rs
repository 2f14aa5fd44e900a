//! The other headers that name a place on the site: `If`, and `Location` on the way back.

use tuleap_front::{
    BackendOrigin, DestinationFacts, DestinationRule, PathAbsolute, PublicOrigins, Rewrite, Scheme,
};

use super::take;
use crate::oracle::destination::{Model, path};
use crate::oracle::if_header::tags_and_rest;

/// The sites and next servers of the targets.
const SITES: &[(&str, &str)] = &[
    ("https://tuleap.example.com", "http://127.0.0.1:8080"),
    ("https://[2001:db8::1]:8443, https://svn.example.com", "http://[2001:db8:0::1]:8080"),
    ("auto", "http"),
    ("http://tuleap.example.com, https://Shop.example:8443", "http://tuleap.example.com"),
];

const HOSTS: &[&[u8]] =
    &[b"Shop.example:8443", b"svn.example.com:443", b"", b"[2001:0db8::1]:8443", b"a b"];

/// A rule, and the model of it, that the options name.
fn setup([site, flags]: [u8; 2]) -> Option<(DestinationRule, Model<'static>)> {
    let (site, next) = SITES.get(usize::from(site) % SITES.len()).copied()?;
    let (public, backend) = (site.parse::<PublicOrigins>(), next.parse::<BackendOrigin>());
    let facts = DestinationFacts {
        method: b"PUT",
        host: HOSTS.get(usize::from(flags >> 3) % HOSTS.len())?,
        forwarded_host: if flags & 4 == 0 { b"shop.example" } else { b"" },
        scheme: if flags & 2 == 0 { Scheme::Https } else { Scheme::Http },
    };
    let is_promoted = flags & 1 != 0;
    let promotion = if is_promoted { PathAbsolute::Promote } else { PathAbsolute::Keep };
    let rule = DestinationRule::new(public.ok()?, backend.ok()?).with_path_absolute(promotion);
    Some((rule, Model { site, next, facts, is_passed: false, is_promoted }))
}

/// The tags of `If`: the model's answer; a second server changes nothing; the lists are the same
/// bytes, and each tag names the same path.
pub fn if_header(data: &[u8]) {
    let (options, line) = take::<2>(data);
    let Some((rule, model)) = setup(options) else { return };
    let facts = &model.facts;
    let rewrite = rule.rewrite_if(facts, line);
    let sent = rewrite.value();
    assert_eq!(sent.as_deref().unwrap_or(line), model.if_line(line));
    assert_eq!(rewrite.length(), sent.as_ref().map(Vec::len));
    assert_eq!(rewrite.is_unchanged(), sent.is_none());
    assert!(rewrite.parts().all(|part| !part.is_empty()));
    let parts: Vec<&[u8]> = rewrite.parts().collect();
    assert_eq!(parts.concat(), sent.as_deref().unwrap_or(line));

    let before = tags_and_rest(line);
    let explanation = rule.explain_if(facts, line);
    assert_eq!(explanation.rewrite().value(), sent);
    assert_eq!(explanation.offset().is_some(), before.is_none());
    assert!(explanation.offset().is_none_or(|offset| offset <= line.len()));
    let explained: Vec<&[u8]> = explanation.tags().map(|tag| tag.sent()).collect();
    assert_eq!(explained, before.as_ref().map_or(&[][..], |(tags, _)| tags.as_slice()));
    assert!(explanation.to_string().len() < 60_000);

    let Some(sent) = sent else { return };
    assert_ne!(sent, line);
    assert!(rule.rewrite_if(facts, &sent).is_unchanged());
    let after = tags_and_rest(&sent);
    assert!(before.is_some() && after.is_some(), "what is rewritten is not malformed");
    let ((tags, rest), (new_tags, new_rest)) =
        (before.unwrap_or_default(), after.unwrap_or_default());
    assert_eq!(rest, new_rest);
    assert_eq!(tags.len(), new_tags.len());
    for (tag, new) in tags.iter().zip(&new_tags) {
        assert!(tag == new || path(trim(tag)) == path(new));
    }
}

/// A `Location`: the model's answer; a second server changes nothing; every byte after the
/// authority is the same.
pub fn location(data: &[u8]) {
    let (options, value) = take::<2>(data);
    let Some((rule, model)) = setup(options) else { return };
    let facts = &model.facts;
    let rewrite = rule.rewrite_location(facts, value);
    let sent = rewrite.value(&[value]);
    assert_eq!(sent.as_deref().unwrap_or(value), model.location(value));
    let explanation = rule.explain_location(facts, value);
    assert_eq!(*explanation.rewrite(), rewrite);
    assert!(explanation.to_string().len() < 60_000);
    match rewrite {
        Rewrite::Parts([scheme, authority, rest]) => {
            assert!(trim(value).ends_with(rest) && matches!(rest, [] | [b'/' | b'?' | b'#', ..]));
            // A client of the site asks for it with this `Destination`, and the way there is open.
            let there = [scheme, authority, b"/"].concat();
            let asked = rule.rewrite_value(facts, &there);
            assert!(matches!(asked, Rewrite::Parts(_)), "{asked:?}");
            let sent = sent.unwrap_or_default();
            assert_eq!(rule.rewrite_location(facts, &sent), Rewrite::Unchanged);
        }
        rewrite => assert_eq!(rewrite, Rewrite::Unchanged),
    }
}

fn trim(text: &[u8]) -> &[u8] {
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let start = text.iter().position(|byte| !is_blank(byte)).unwrap_or(text.len());
    let end = text.iter().rposition(|byte| !is_blank(byte)).map_or(start, |last| last + 1);
    text.get(start..end).unwrap_or_default()
}
