//! Request targets, locations and routes.

use std::cell::Cell;

use tuleap_front::{
    FileKind, Locations, MergeSlashes, NginxRules, RequestLine, RequestTarget, RootLocation, Route,
    RouteOutcome, Routes,
};

use crate::oracle::uri as model;

/// A target: the model's answer; nothing of the path goes up or holds NUL; written again with
/// escapes it names the same bytes. A line with it is refused where it is.
pub fn request_target(data: &[u8]) {
    let (flags, target) = data.split_first().unwrap_or((&0, &[]));
    let merge = if flags & 1 == 0 { MergeSlashes::On } else { MergeSlashes::Off };
    let parsed = RequestTarget::parse(target, merge);
    let expected = model::target(target, merge);
    assert_eq!(RequestTarget::check(target, merge).is_ok(), parsed.is_ok());
    let line = [b"GET ", target, b" HTTP/1.1"].concat();
    let is_line = !target.iter().any(|byte| b" \r\n".contains(byte));
    if is_line {
        let checked = RequestLine::check(&line, NginxRules::V1_22, merge);
        assert_eq!(checked.is_ok(), parsed.is_ok(), "{}", target.escape_ascii());
    }
    let Ok(parsed) = parsed else { return assert_eq!(expected, None, "{}", target.escape_ascii()) };
    let uri = parsed.uri();
    assert_eq!(
        expected,
        Some(model::Target {
            uri: uri.to_vec(),
            args: parsed.args().to_vec(),
            request_uri: parsed.request_uri().to_vec(),
            host: parsed.host().map(<[u8]>::to_vec),
        }),
        "{}",
        target.escape_ascii()
    );
    assert!(uri.starts_with(b"/") && !uri.contains(&0));
    assert!(!goes_up(uri), "{}", uri.escape_ascii());
    let is_double = uri.windows(2).any(|pair| pair == b"//");
    assert!(!(is_double && merge == MergeSlashes::On), "{}", uri.escape_ascii());
    let path = |byte: &u8| !b"?#".contains(byte);
    let sent: Vec<u8> = parsed.request_uri().iter().copied().take_while(path).collect();
    assert_eq!(parsed.is_borrowed(), sent == uri || sent.is_empty());
    let escape = |byte: &u8| match byte {
        b'/' => "/".to_owned(),
        byte => format!("%{byte:02X}"),
    };
    let escaped: String = uri.iter().map(escape).collect();
    let again = RequestTarget::parse(escaped.as_bytes(), merge).map(RequestTarget::into_uri);
    assert_eq!(again.as_deref(), Ok(uri));
}

fn goes_up(path: &[u8]) -> bool {
    path.split(|byte| *byte == b'/').any(|segment| segment == b"..")
}

/// The text before the first NUL, and what follows.
pub(super) fn halves(data: &[u8]) -> (String, &[u8]) {
    let end = data.iter().position(|byte| *byte == 0).unwrap_or(data.len());
    let (text, rest) = data.split_at_checked(end).unwrap_or((data, b""));
    (String::from_utf8_lossy(text).into_owned(), rest.get(1..).unwrap_or_default())
}

/// Does a fault point into the text?
pub(super) fn points(text: &str, offset: usize, length: usize, hint: &str) {
    assert!(text.get(offset..offset + length).is_some(), "{offset} {length} in {text:?}");
    assert!(!hint.is_empty());
}

/// Locations: the one of the model, which looks at each; what is written is read again.
pub fn locations(data: &[u8]) {
    let (text, uri) = halves(data);
    let locations = match text.parse::<Locations>() {
        Ok(locations) => locations,
        Err(error) => return points(&text, error.offset(), error.length(), error.hint()),
    };
    let found = locations.find(uri);
    let index = found.map(|found| found.index());
    assert_eq!(index, model::location(locations.rules(), uri), "{} in {text}", uri.escape_ascii());
    let explanation = locations.explain(uri);
    assert_eq!(explanation.found().map(|found| found.index()), index);
    assert!(!has_controls(&explanation.to_string()));
    let again = Locations::new(locations.rules().iter().cloned()).map(|again| again.to_string());
    assert_eq!(again, Ok(locations.to_string()));
    let again = locations.to_string().parse::<Locations>().map(|again| again.rules().to_vec());
    assert_eq!(again.as_deref(), Ok(locations.rules()));
}

/// A pattern may hold them, and is shown as it is.
fn has_controls(text: &str) -> bool {
    text.chars().any(|char| char == '\0')
}

/// Routes: a file is below what is configured, and nothing of its path goes up; every internal
/// redirect is counted; what is explained is what is done; what is written is read again.
pub fn routes(data: &[u8]) {
    let (flags, rest) = data.split_first().unwrap_or((&0, &[]));
    let (text, target) = halves(rest);
    let routes = match flags & 3 {
        1 => Ok(Routes::recommended()),
        2 => Ok(Routes::distributed(RootLocation::Proxy)),
        3 => Ok(Routes::distributed(RootLocation::TryFiles)),
        _ => text.parse::<Routes>(),
    };
    let routes = match routes {
        Ok(routes) => routes,
        Err(error) => return points(&text, error.offset(), error.length(), error.hint()),
    };
    let written = routes.to_string();
    let again = written.parse::<Routes>().map(|again| again.to_string());
    assert_eq!(again.as_ref(), Ok(&written), "{text}");
    let Ok(target) = RequestTarget::parse(target, MergeSlashes::On) else { return };
    let asked = Cell::new(0_usize);
    let kind = |path: &[u8]| {
        asked.set(asked.get() + 1);
        assert!(
            path.starts_with(b"/") && !path.contains(&0) && !goes_up(path),
            "{}",
            path.escape_ascii()
        );
        // What is where follows from the path and the flags, so that it is the same again.
        let sum =
            path.iter().fold(*flags >> 2, |sum, byte| sum.wrapping_mul(31).wrapping_add(*byte));
        match sum % 4 {
            0 => FileKind::Directory,
            1 => FileKind::File,
            _ => FileKind::Missing,
        }
    };
    let route = routes.route(&target, kind);
    assert!(route.internal_redirects() <= 10 && asked.get() < 1000);
    let explanation = routes.explain(&target, kind);
    assert_eq!(explanation.route().outcome(), route.outcome());
    assert!(!explanation.to_string().is_empty());
    let sent = route.backend_target(&target);
    let is_line = |byte: &u8| *byte <= b' ' || *byte == 0x7f;
    assert!(sent.starts_with(b"/") && !sent.iter().any(is_line), "{}", sent.escape_ascii());
    check_route(&routes, &route);
}

fn check_route(routes: &Routes, route: &Route<'_>) {
    match route.outcome() {
        RouteOutcome::Proxy { backend } | RouteOutcome::FastCgi { backend, .. } => {
            assert!(routes.backends().contains(backend), "{backend}");
        }
        RouteOutcome::Redirect { location, .. } => {
            let path = location.split(|byte| *byte == b'?').next().unwrap_or_default();
            assert!(path.starts_with(b"/") && path.ends_with(b"/"), "{}", path.escape_ascii());
            assert!(!path.iter().any(|byte| *byte <= b' ' || *byte >= 0x7f));
        }
        RouteOutcome::Refuse { status, .. } => {
            assert!(status.is_client_error() || status.is_server_error(), "{status}");
        }
        _ => {}
    }
    assert!(route.allows(b"GET") && route.allows(b"HEAD"));
    assert!(route.uri().starts_with(b"/"));
}
