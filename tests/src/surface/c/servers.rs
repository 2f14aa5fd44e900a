//! Heads and servers.

use std::ptr;

use serde_json::{Value, json};
use tuleap_front_c::*;

use super::{Handle, Reported, parts, read, text};
use crate::row::{RequestHeadRow, ServersRow, from_latin1, latin1};

/// An answer in the form of a row of `request-head.json`.
pub(super) fn request_head(row: &RequestHeadRow) -> Result<Value, String> {
    match (&row.request, &row.response) {
        (_, Some(response)) => response_head(&latin1(response)),
        (Some(request), None) => request_head_of(row, &latin1(request)),
        (None, None) => Err(format!("{}: a head", row.id)),
    }
}

fn request_head_of(row: &RequestHeadRow, head: &[u8]) -> Result<Value, String> {
    let rules = u32::from(row.rules == "1.22");
    let names = match row.names.as_str() {
        "plain" => 0,
        "underscores" => 1,
        "any" => 2,
        names => return Err(format!("{}: names {names}", row.id)),
    };
    let flags = u32::from(!row.merge_slashes);
    let (at, len) = parts(head);
    let mut parsed = std::mem::MaybeUninit::uninit();
    let mut lines = vec![no_line(); head.len()];
    // SAFETY: a text with its length, a place and so many lines, and the buffer of `read`.
    let texts = read(|out, cap| unsafe {
        let (parsed, lines, room) = (parsed.as_mut_ptr(), lines.as_mut_ptr(), head.len());
        tuleap_front_request_head_parse(at, len, rules, names, flags, parsed, lines, room, out, cap)
    });
    // SAFETY: the function writes it, whatever it answers.
    let parsed: tuleap_front_request_head = unsafe { parsed.assume_init() };
    let target = parsed.line.target;
    let texts = match texts {
        Ok(texts) => texts,
        Err(-12) => return refused(target.http_status, target.reason),
        Err(status) => return Err(format!("status {status}")),
    };
    let (uri, host) = texts.split_at_checked(parsed.uri_length).ok_or("$uri")?;
    let is_host = usize::try_from(parsed.host_length) == Ok(host.len());
    if !is_host && (parsed.host_length, host.len()) != (-1, 0) {
        return Err(format!("{}: a host of {}", row.id, parsed.host_length));
    }
    let host = is_host.then_some(host);
    same_host(&parsed, host, rules)?;
    let version = match parsed.line.minor_version {
        -1 => "0.9".to_owned(),
        minor => format!("1.{minor}"),
    };
    Ok(json!({
        "method": text_of(parsed.line.method),
        "uri": from_latin1(uri),
        "version": version,
        "host": host.map(from_latin1),
        "http_host": text_of(parsed.http_host),
        "lines": lines_of(&lines, parsed.header_count),
        "rest": text_of(parsed.rest).unwrap_or_default(),
    }))
}

/// The host is what the function for it makes of what was sent.
fn same_host(
    head: &tuleap_front_request_head,
    host: Option<&[u8]>,
    rules: u32,
) -> Result<(), String> {
    let sent = [head.line.target.host, head.http_host];
    let Some(sent) = sent.into_iter().find(|text| !text.ptr.is_null()) else { return Ok(()) };
    let mut reason = 999;
    // SAFETY: the text is live, the place is ours, and the buffer is of `read`.
    let again = read(|out, cap| unsafe {
        tuleap_front_nginx_host_parse(sent.ptr, sent.len, rules, &raw mut reason, out, cap)
    });
    match (again, host) {
        (Ok(again), Some(host)) if again == host && reason == 0 => Ok(()),
        (again, host) => Err(format!("host {host:?}, and again {again:?}, {reason}")),
    }
}

fn response_head(head: &[u8]) -> Result<Value, String> {
    let (at, len) = parts(head);
    let mut parsed = std::mem::MaybeUninit::uninit();
    let mut lines = vec![no_line(); head.len()];
    // SAFETY: a text with its length, a place and so many lines.
    let status = unsafe {
        let (parsed, lines, room) = (parsed.as_mut_ptr(), lines.as_mut_ptr(), head.len());
        tuleap_front_response_head_parse(at, len, parsed, lines, room)
    };
    // SAFETY: the function writes it, whatever it answers.
    let parsed: tuleap_front_response_head = unsafe { parsed.assume_init() };
    match status {
        0 => Ok(json!({
            "status": parsed.http_status, "lines": lines_of(&lines, parsed.header_count),
            "rest": text_of(parsed.rest).unwrap_or_default(),
        })),
        -12 => refused(parsed.http_status, parsed.reason),
        status => Err(format!("status {status}")),
    }
}

/// An answer in the form of a row of `servers.json`.
pub(super) fn servers(row: &ServersRow) -> Result<Value, String> {
    let mut reported = Reported::new();
    let rules = u32::from(row.rules == "1.22");
    let parse = |servers: &[u8], reported: &mut Reported| {
        let (text, len) = parts(servers);
        let problem = &raw mut reported.problem;
        let message = reported.message.as_mut_ptr();
        // SAFETY: a text with its length, and the out-pointers are ours.
        let servers =
            unsafe { tuleap_front_nginx_servers_parse(text, len, rules, problem, message, 512) };
        (!servers.is_null()).then_some(Handle(servers, tuleap_front_nginx_servers_free))
    };
    let written = |servers: &Handle<tuleap_front_nginx_servers>| {
        // SAFETY: the handle is live, and the buffer is of `read`.
        read(|out, cap| unsafe { tuleap_front_nginx_servers_text(servers.0, out, cap) })
    };
    let Some(servers) = parse(row.servers.as_bytes(), &mut reported) else {
        let mut error = reported.to_json(true);
        if let Some(fields) = error.as_object_mut() {
            fields.insert("line".to_owned(), json!(reported.problem.line));
            fields.insert("column".to_owned(), json!(reported.problem.column));
        }
        return Ok(json!({ "config_error": error }));
    };
    let once = written(&servers).map_err(|status| format!("text: status {status}"))?;
    match parse(&once, &mut reported).map(|servers| written(&servers)) {
        Some(Ok(twice)) if twice == once => {}
        _ => return Err(format!("{}: what is written is not read again", row.id)),
    }
    answer(row, &servers)
}

fn answer(row: &ServersRow, servers: &Handle<tuleap_front_nginx_servers>) -> Result<Value, String> {
    let request = latin1(&row.request);
    let (head, head_len) = parts(&request);
    let (peer, peer_len) = parts(row.remote_addr.as_bytes());
    let scheme = u32::from(row.scheme == "https");
    let mut refusal = tuleap_front_server_refusal { status: 9, http_status: 9, reason: 9 };
    // SAFETY: the handle is live, texts have their lengths, and the place is ours.
    let answer = unsafe {
        let refusal = &raw mut refusal;
        tuleap_front_nginx_servers_answer(
            servers.0, head, head_len, peer, peer_len, scheme, refusal,
        )
    };
    // SAFETY: the handle is live, texts have their lengths, and the buffer is of `read`.
    let explained = read(|out, cap| unsafe {
        tuleap_front_nginx_servers_explain(
            servers.0, head, head_len, peer, peer_len, scheme, 1, out, cap,
        )
    });
    if answer.is_null() {
        return match (refusal.status, explained) {
            (-12, Err(-12)) => refused(refusal.http_status, refusal.reason),
            (status, explained) => Err(format!("{}: {status}, {explained:?}", row.id)),
        };
    }
    let answer = Handle(answer, tuleap_front_server_answer_free);
    let mut view = std::mem::MaybeUninit::uninit();
    // SAFETY: the handle is live, and the place is ours.
    let status = unsafe { tuleap_front_server_answer_read(answer.0, view.as_mut_ptr()) };
    // SAFETY: the function writes it, whatever it answers.
    let view: tuleap_front_server_answer_view = unsafe { view.assume_init() };
    let explained = explained.map_err(|status| format!("explain: status {status}"))?;
    let explained: Value = serde_json::from_slice(&explained).map_err(|error| error.to_string())?;
    let code = text(tuleap_front_server_reason_code(view.reason));
    let reason = code.rsplit('/').next().unwrap_or_default();
    if status != 0 || refusal.status != 0 || explained.get("reason") != Some(&json!(reason)) {
        return Err(format!("{}: {status}, {code}, explained {explained}", row.id));
    }
    let mut lines = Vec::new();
    for index in 0..=view.line_count {
        let mut line = no_line();
        // SAFETY: the handle is live, and the place is ours.
        let found = unsafe { tuleap_front_server_answer_line(answer.0, index, &raw mut line) };
        match found {
            1 => lines.push((text_of(line.name), text_of(line.value))),
            0 if index == view.line_count => {}
            found => return Err(format!("{}: line {index}: {found}", row.id)),
        }
    }
    let backend = text_of(view.backend);
    Ok(json!({
        "server": view.server,
        "server_name": text_of(view.server_name),
        "reason": reason,
        "host": text_of(view.host),
        "request_uri": text_of(view.request_uri),
        "uri": text_of(view.uri),
        "args": text_of(view.args),
        "location": utf8_of(view.location),
        "backend": backend,
        "target": text_of(view.target),
        "lines": backend.is_some().then_some(lines),
        "redirect": text_of(view.redirect),
    }))
}

fn refused(status: u32, reason: u32) -> Result<Value, String> {
    // SAFETY: the buffer is of `read`.
    let words = read(|out, cap| unsafe { tuleap_front_request_reason_text(reason, out, cap) });
    if words.map_err(|status| format!("status {status}"))?.is_empty() {
        return Err(format!("no words for {reason}"));
    }
    Ok(json!({ "status": status, "code": text(tuleap_front_request_reason_code(reason)) }))
}

const fn no_line() -> tuleap_front_header {
    let nothing = tuleap_front_str { ptr: ptr::null(), len: 0 };
    tuleap_front_header { name: nothing, value: nothing }
}

fn lines_of(lines: &[tuleap_front_header], count: usize) -> Vec<(Option<String>, Option<String>)> {
    let line = |line: &tuleap_front_header| (text_of(line.name), text_of(line.value));
    lines.iter().take(count).map(line).collect()
}

fn bytes_of(text: tuleap_front_str) -> Option<Vec<u8>> {
    if text.ptr.is_null() {
        return None;
    }
    // SAFETY: the text points into what was read or into a handle, which are live.
    Some(unsafe { std::slice::from_raw_parts(text.ptr.cast::<u8>(), text.len) }.to_vec())
}

fn text_of(text: tuleap_front_str) -> Option<String> {
    bytes_of(text).map(|bytes| from_latin1(&bytes))
}

fn utf8_of(text: tuleap_front_str) -> Option<String> {
    bytes_of(text).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}
