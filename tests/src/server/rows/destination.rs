//! Rows of `destination.json` and `nginx-destination.json`: how any server is asked them, and what
//! it answers.

use serde_json::{Value, json};

use super::{gzip, unasked};
use crate::row::{
    DestinationMode, DestinationRow, NginxDestinationInput, from_latin1, hex, latin1,
};
use crate::server::Fallible;
use crate::server::backend::{Backend, answer};
use crate::server::client::Answer;

/// The line by which a request tells the backend what to answer: `Location: …`.
pub(super) const SEND: &str = "X-Rig-Send";

/// The lines by which the server tells what it decided.
pub(super) const ACTION: &str = "X-Rig-Action";
pub(super) const REASON: &str = "X-Rig-Reason";

/// A backend that tells what it got, and answers with the line that it is sent for that.
pub(super) fn backend() -> Fallible<Backend> {
    Backend::scripted(|received| {
        if let Some(answer) = gzip::answered(received) {
            return answer;
        }
        let told = answer(&received.head.bytes);
        let Some(line) = received.head.values(SEND).next() else { return told };
        let start = told.iter().position(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let (first, rest) = told.split_at(start);
        [first, line, b"\r\n", rest].concat()
    })
}

/// Is the row about a header of the answer?
pub(super) fn is_of_answer(row: &DestinationRow) -> bool {
    row.mode == DestinationMode::Response
}

/// Does the client speak TLS? The scheme counts on the way back alone.
pub(super) fn is_tls(row: &DestinationRow) -> bool {
    is_of_answer(row) && row.client_scheme.as_deref() != Some("http")
}

/// The origins of the directive.
pub(super) fn public(row: &DestinationRow) -> Vec<&str> {
    std::iter::once(&row.public_origin).chain(&row.aliases).map(String::as_str).collect()
}

/// Why a row cannot be asked through any server, if so.
pub(super) fn reason(row: &DestinationRow) -> Option<&'static str> {
    let lines = row.lines();
    if lines.iter().any(|line| trim_spaces(line) != line) {
        return Some(unasked::PADDED);
    }
    let is_documented = row.mode == DestinationMode::Compat;
    let is_empty = row.value().is_some_and(|value| value.is_empty());
    (is_documented && is_empty).then_some(unasked::NO_VALUE)
}

/// Every line that a request has, or that the backend answers with.
pub(super) fn lines(row: &DestinationRow) -> Vec<(Vec<u8>, Vec<u8>)> {
    row.lines().into_iter().map(|line| (row.header.clone().into_bytes(), line)).collect()
}

/// The request. Without a host it is of a version that needs none.
pub(super) fn request(row: &DestinationRow) -> Vec<u8> {
    let host = match (&row.client_host, row.public_origin.as_str()) {
        (Some(host), _) => Some(host.as_str()),
        (None, "auto") => None,
        (None, _) => Some("local.example"),
    };
    let version = if host.is_some() { "1.1" } else { "1.0" };
    let mut request = format!("{} /x HTTP/{version}\r\n", row.method).into_bytes();
    if let Some(host) = host {
        request.extend([b"Host: ", host.as_bytes(), b"\r\n"].concat());
    }
    for value in row.lines() {
        let start = match is_of_answer(row) {
            true => format!("{SEND}: {}: ", row.header),
            false => format!("{}: ", row.header),
        };
        request.extend([start.as_bytes(), &value, b"\r\n"].concat());
    }
    request.extend_from_slice(b"\r\n");
    request
}

/// The answer in the row's form, for lines as the server reads them. What led to it is in no answer
/// of a server.
pub(super) fn read(row: &DestinationRow, lines: &[Vec<u8>], answer: &Answer) -> Value {
    let said = |name: &str| answer.head.text(name);
    if said(ACTION).as_deref() == Some("reject") {
        let reason = said(REASON).unwrap_or_default();
        let reason = reason.strip_prefix("destination/").unwrap_or(&reason).to_owned();
        return json!({
            "action": "reject",
            "status": answer.status,
            "reason": reason,
            "unasked": unasked::DESTINATION_FIELDS,
        });
    }
    let received = answer.received();
    let head = if is_of_answer(row) { &answer.head } else { &received };
    let got: Vec<&[u8]> = head.values(&row.header).collect();
    // A server reads a value without the blanks around it.
    let sent: Vec<&[u8]> = lines.iter().map(|line| trim_spaces(line)).collect();
    let mut fields = match got.as_slice() {
        got if got == sent.as_slice() => json!({ "action": "unchanged" }),
        [] => json!({ "action": "remove" }),
        [value] => json!({ "action": "rewrite", "value_hex": hex(value) }),
        _ => json!({ "action": "several lines" }),
    };
    // Of the other headers nothing is said.
    if row.header == "Destination" {
        let action = said(ACTION).unwrap_or_else(|| "unchanged".to_owned());
        if fields.get("action") != Some(&json!(action)) {
            fields = json!({ "action": format!("{action}, it says, of {fields}") });
        }
    }
    if let Some(fields) = fields.as_object_mut() {
        fields.insert("unasked".to_owned(), json!(unasked::DESTINATION_FIELDS));
    }
    fields
}

fn trim_spaces(mut line: &[u8]) -> &[u8] {
    while let [b' ', rest @ ..] | [rest @ .., b' '] = line {
        line = rest;
    }
    line
}

/// The request of a row of `nginx-destination.json`.
pub(super) fn nginx_request(input: &NginxDestinationInput) -> Vec<u8> {
    let head = format!("{} {} HTTP/1.1\r\nHost: {}\r\n", input.method, input.target, input.host);
    let mut request = latin1(&head);
    let named = |value: &String| ("Destination".to_owned(), value.clone());
    let lines = input.destination_headers.iter().map(named);
    for (name, value) in lines.chain(input.other_headers.iter().cloned()) {
        request.extend([&latin1(&name), b": ".as_slice(), &latin1(&value), b"\r\n"].concat());
    }
    request.extend_from_slice(b"\r\n");
    request
}

/// What was sent on, in its form.
pub(super) fn nginx_read(answer: &Answer) -> Value {
    let received = answer.received();
    json!({ "destination": received.values("destination").map(from_latin1).collect::<Vec<_>>() })
}
