//! Heads and servers.

use tuleap_front::{
    HeadOptions, HeaderNames, HostReason, MergeSlashes, NginxAddr, NginxHost, NginxRules,
    NginxServers, RequestHead, ResponseHead, Scheme, ServerFacts,
};

use super::{halves, points};

/// A head of a request or of a response: what is kept of it can be written and is read again, and
/// nothing of it ends a line; its host is the one of the model.
pub fn request_head(data: &[u8]) {
    let (flags, text) = data.split_first().unwrap_or((&0, &[]));
    let options = HeadOptions {
        merge_slashes: if flags & 1 == 0 { MergeSlashes::On } else { MergeSlashes::Off },
        names: match flags >> 1 & 3 {
            0 => HeaderNames::Any,
            1 => HeaderNames::Underscores,
            _ => HeaderNames::Plain,
        },
        rules: if flags & 8 == 0 { NginxRules::Current } else { NginxRules::V1_22 },
    };
    host(text, options.rules);
    if let Ok(head) = ResponseHead::parse(text) {
        lines(head.lines());
        assert!(text.ends_with(head.rest()) && head.status() < 1000);
    }
    let Ok(head) = RequestHead::parse(text, &options) else { return };
    lines(head.lines());
    assert!(text.ends_with(head.rest()));
    let is_kept = |byte: &u8| match options.names {
        HeaderNames::Any => true,
        HeaderNames::Plain => byte.is_ascii_alphanumeric() || *byte == b'-',
        HeaderNames::Underscores => byte.is_ascii_alphanumeric() || b"-_".contains(byte),
    };
    assert!(head.lines().iter().all(|(name, _)| name.iter().all(is_kept)));
    let is_host = |name: &[u8]| name.eq_ignore_ascii_case(b"host");
    let hosts = head.lines().iter().filter(|(name, _)| is_host(name));
    let hosts: Vec<&[u8]> = hosts.map(|(_, value)| *value).collect();
    assert!(hosts.len() < 2 && hosts.first().copied() == head.http_host());
    // An absolute target without a path cannot be written as a path.
    let sent = head.target().request_uri();
    if !sent.starts_with(b"/") || head.target().host().is_some() {
        return;
    }
    let version = head.version().number();
    let mut again = [head.method(), b" ", sent].concat();
    if version >= 1000 {
        again.extend_from_slice(format!(" HTTP/1.{}", version - 1000).as_bytes());
    }
    again.extend_from_slice(b"\r\n");
    for (name, value) in head.lines() {
        again.extend_from_slice(&[*name, b": ", *value, b"\r\n"].concat());
    }
    again.extend_from_slice(b"\r\n");
    let read = RequestHead::parse(&again, &options);
    let parts = read.as_ref().ok().map(|read| (read.lines(), read.host(), read.rest()));
    assert_eq!(parts, Some((head.lines(), head.host(), &b""[..])), "{}", again.escape_ascii());
}

fn lines(lines: &[(&[u8], &[u8])]) {
    for (name, value) in lines {
        assert!(!name.is_empty() && !name.iter().any(|byte| b"\0\r\n: \t".contains(byte)));
        assert!(!value.iter().any(|byte| b"\0\r\n".contains(byte)));
        assert!(!value.starts_with(b" ") && !value.ends_with(b" "));
    }
}

/// A byte at a time, as a second reading of the rule.
fn host(text: &[u8], rules: NginxRules) {
    let read = NginxHost::parse(text, rules);
    assert_eq!(NginxHost::check(text, rules), read.as_ref().map(drop).map_err(|reason| *reason));
    let expected = match rules {
        NginxRules::V1_22 => lax(text),
        _ => strict(text),
    };
    let bytes = read.as_ref().ok().map(NginxHost::as_bytes);
    assert_eq!(bytes, expected.as_deref(), "{}", text.escape_ascii());
    if read == Err(HostReason::Empty) {
        assert!(matches!(text.first(), None | Some(b'.' | b':')));
    }
}

fn lax(text: &[u8]) -> Option<Vec<u8>> {
    let (mut host, mut is_over, mut last) = (Vec::new(), false, b' ');
    let mut dot = None;
    for (at, byte) in text.iter().enumerate() {
        if *byte <= b' ' || matches!(byte, b'/' | 0x7f) || (*byte == b'.' && last == b'.') {
            return None;
        }
        last = *byte;
        if last == b'.' {
            dot = Some(at);
        }
        let is_literal = text.first() == Some(&b'[');
        is_over |= last == b':' && !is_literal;
        if !is_over {
            host.push(byte.to_ascii_lowercase());
        }
        is_over |= last == b']' && is_literal;
    }
    if dot.is_some_and(|dot| dot + 1 == host.len()) {
        host.pop();
    }
    (!host.is_empty()).then_some(host)
}

fn strict(text: &[u8]) -> Option<Vec<u8>> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=%".contains(byte);
    let text = text.to_ascii_lowercase();
    let (host, port) = if text.starts_with(b"[") {
        let close = text.iter().position(|byte| *byte == b']')?;
        let (host, port) = text.split_at_checked(close + 1)?;
        let inside = host.strip_prefix(b"[")?.strip_suffix(b"]")?;
        if !inside.iter().all(|byte| is_part(byte) || *byte == b':') {
            return None;
        }
        (host, port)
    } else {
        let colon = text.iter().position(|byte| *byte == b':').unwrap_or(text.len());
        let (host, port) = text.split_at_checked(colon)?;
        if !host.iter().all(is_part) || host.windows(2).any(|pair| pair == b"..") {
            return None;
        }
        (host.strip_suffix(b".").unwrap_or(host), port)
    };
    let port = std::str::from_utf8(port).ok()?;
    let is_port = match port.strip_prefix(':') {
        None => port.is_empty(),
        Some(digits) => {
            let digits = digits.trim_start_matches('0');
            let are_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
            digits.is_empty() || (are_digits && digits.parse::<u16>().is_ok())
        }
    };
    (is_port && !host.is_empty()).then(|| host.to_vec())
}

/// Servers: a fault points into the text, what is written is read again and answers the same; what
/// is sent on ends no line, and is said to be for the host that is there.
pub fn servers(data: &[u8]) {
    let (text, head) = halves(data);
    let servers = match text.parse::<NginxServers>() {
        Ok(servers) => servers,
        Err(error) => return points(&text, error.offset(), error.length(), error.hint()),
    };
    let written = servers.to_string();
    let again = written.parse::<NginxServers>();
    assert_eq!(again.as_ref().map(ToString::to_string).ok().as_ref(), Some(&written));
    let Ok(again) = again else { return };
    let facts = ServerFacts { remote_addr: NginxAddr::UnixSocket, scheme: Scheme::Https };
    for rules in [NginxRules::Current, NginxRules::V1_22] {
        let (servers, again) = (servers.clone().with_rules(rules), again.clone().with_rules(rules));
        let (one, other) = (servers.answer(head, &facts), again.answer(head, &facts));
        let Ok(answer) = &one else {
            assert_eq!(one.err(), other.err());
            continue;
        };
        assert_eq!(Some(answer.to_string()), other.ok().map(|other| other.to_string()));
        match answer.head().host() {
            Some(host) => assert_eq!(answer.host(), host.as_bytes()),
            None => assert_eq!(answer.host(), answer.server_name().as_bytes()),
        }
        assert!(answer.upstream().is_none() || answer.redirect().is_none());
        let Some(upstream) = answer.upstream() else { continue };
        assert!(upstream.target().starts_with(b"/"));
        // The path that locations see may hold a line end, and whoever passes it on asked for it.
        if !text.contains("uri") {
            let values = upstream.lines().iter().map(|(_, value)| value);
            assert!(
                !values.into_iter().any(|value| value.iter().any(|byte| b"\r\n".contains(byte)))
            );
        }
    }
}
