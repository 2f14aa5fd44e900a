//! A slow model of a request target: the path is cut into segments, each of which is looked at.

use tuleap_front::{LocationModifier, LocationRule, Locations, MergeSlashes};

/// What a target means.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Target {
    /// The decoded, normalized path.
    pub uri: Vec<u8>,
    /// The query.
    pub args: Vec<u8>,
    /// From the path on.
    pub request_uri: Vec<u8>,
    /// The host of the absolute form.
    pub host: Option<Vec<u8>>,
}

/// Reads a target; `None` where it is refused.
#[must_use]
pub fn target(target: &[u8], merge: MergeSlashes) -> Option<Target> {
    let text: String = target.iter().map(|byte| char::from(*byte)).collect();
    if text.chars().any(|char| char <= ' ' || char == '\x7f') {
        return None;
    }
    let (host, request_uri) = if text.starts_with('/') {
        (None, text)
    } else {
        absolute(&text).map(|(h, r)| (Some(h), r))?
    };
    let path = request_uri.split('#').next().unwrap_or_default();
    let (path, args) = path.split_once('?').unwrap_or((path, ""));
    let uri = match path {
        "" => "/".to_owned(),
        path => normalized(&decoded(path)?, merge)?,
    };
    let bytes =
        |text: &str| text.chars().filter_map(|char| u8::try_from(u32::from(char)).ok()).collect();
    Some(Target {
        uri: bytes(&uri),
        args: bytes(args),
        request_uri: bytes(&request_uri),
        host: host.as_deref().map(bytes),
    })
}

/// The host, and what follows the authority.
fn absolute(text: &str) -> Option<(String, String)> {
    let (scheme, rest) = text.split_once("://")?;
    let is_scheme = scheme.starts_with(|char: char| char.is_ascii_alphabetic())
        && scheme.chars().all(|char| char.is_ascii_alphanumeric() || "+-.".contains(char));
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, after) = rest.split_at(end);
    let (host, port) = match authority.strip_prefix('[') {
        Some(inside) => {
            let (inside, port) = inside.split_once(']')?;
            let is_part =
                |char: char| char.is_ascii_alphanumeric() || ":-._~!$&'()*+,;=".contains(char);
            inside.chars().all(is_part).then(|| (format!("[{inside}]"), port))?
        }
        None => {
            let end = authority.find(':').unwrap_or(authority.len());
            let (host, port) = authority.split_at(end);
            let is_part = |char: char| char.is_ascii_alphanumeric() || ".-".contains(char);
            host.chars().all(is_part).then(|| (host.to_owned(), port))?
        }
    };
    let is_port = port.is_empty()
        || port
            .strip_prefix(':')
            .is_some_and(|port| port.chars().all(|char| char.is_ascii_digit()));
    let name = host.strip_suffix('.').unwrap_or(&host).to_owned();
    let is_right = is_scheme && is_port && !name.is_empty() && !host.contains("..");
    let after = if after.is_empty() { "/" } else { after };
    is_right.then(|| (name, after.to_owned()))
}

/// Each escape as its byte.
fn decoded(path: &str) -> Option<String> {
    let mut parts = path.split('%');
    let mut out = parts.next()?.to_owned();
    for part in parts {
        let digits =
            part.get(..2).filter(|digits| digits.chars().all(|char| char.is_ascii_hexdigit()))?;
        let byte = u8::from_str_radix(digits, 16).ok().filter(|byte| *byte != 0)?;
        out.push(char::from(byte));
        out.push_str(part.get(2..)?);
    }
    Some(out)
}

/// Segment by segment; `None` above the root.
fn normalized(path: &str, merge: MergeSlashes) -> Option<String> {
    let mut segments: Vec<&str> = path.split('/').skip(1).collect();
    let last = segments.pop()?;
    let mut kept: Vec<&str> = Vec::new();
    for segment in segments {
        match segment {
            "" if merge == MergeSlashes::On => {}
            "." => {}
            ".." => drop(kept.pop()?),
            segment => kept.push(segment),
        }
    }
    let last = match last {
        "." => "",
        ".." => {
            kept.pop()?;
            ""
        }
        last => last,
    };
    kept.push(last);
    Some(format!("/{}", kept.join("/")))
}

/// Which location takes a path, by looking at each. An expression is asked by itself.
#[must_use]
pub fn location(rules: &[LocationRule], uri: &[u8]) -> Option<usize> {
    let at = |index: &usize| rules.get(*index);
    let all = 0..rules.len();
    let exact = |index: &usize| {
        at(index).is_some_and(|rule| {
            rule.modifier() == LocationModifier::Exact && rule.pattern().as_bytes() == uri
        })
    };
    if let Some(index) = all.clone().find(exact) {
        return Some(index);
    }
    let is_prefix = |index: &usize| {
        at(index).is_some_and(|rule| {
            let modifier = rule.modifier();
            matches!(modifier, LocationModifier::Prefix | LocationModifier::StoppingPrefix)
                && uri.starts_with(rule.pattern().as_bytes())
        })
    };
    let length = |index: &usize| at(index).map_or(0, |rule| rule.pattern().len());
    let prefix = all.clone().filter(is_prefix).max_by_key(length);
    let stops = |index: usize| {
        at(&index).is_some_and(|rule| rule.modifier() == LocationModifier::StoppingPrefix)
    };
    if prefix.is_some_and(stops) {
        return prefix;
    }
    let matches = |index: &usize| {
        at(index).is_some_and(|rule| {
            let modifier = rule.modifier();
            matches!(modifier, LocationModifier::Regex | LocationModifier::CaselessRegex)
                && Locations::new([rule.clone()]).is_ok_and(|one| one.find(uri).is_some())
        })
    };
    all.clone().find(matches).or(prefix)
}
