//! Request lines, locations and routes.

use std::ffi::{c_char, c_void};
use std::ptr;

use serde_json::{Map, Value, json};
use tuleap_front_c::*;

use super::{Handle, Reported, c_str, last, parts, read, text};
use crate::row::{
    FileKindName, KnownRoutes, LocationsRow, NginxLocationInput, RequestLineRow, RequestTargetRow,
    RoutesRow, from_latin1, latin1,
};
use crate::surface::Rules;

/// An answer in the form of a row of `request-target.json`.
pub(super) fn request_target(row: &RequestTargetRow) -> Result<Value, String> {
    let target = latin1(&row.target);
    let (ptr, len) = parts(&target);
    let mut parsed = no_target();
    // SAFETY: pointer and length belong together.
    let uri = read(|out, cap| unsafe {
        let flags = u32::from(!row.merge_slashes);
        tuleap_front_request_target_parse(ptr, len, flags, &raw mut parsed, out, cap)
    });
    answer(&parsed, uri).map(Value::Object)
}

/// An answer in the form of a row of `request-line.json`.
pub(super) fn request_line(row: &RequestLineRow) -> Result<Value, String> {
    let rules = u32::from(row.rules.as_deref() == Some("1.22"));
    let line = latin1(&row.line);
    let (parsed, uri) = parse_line(&line, rules, row.merge_slashes);
    let is_read = uri.is_ok();
    let mut fields = answer(&parsed.target, uri)?;
    if is_read {
        let version = match parsed.minor_version {
            -1 => "0.9".to_owned(),
            minor => format!("1.{minor}"),
        };
        fields.insert("method".to_owned(), json!(copied(parsed.method)));
        fields.insert("version".to_owned(), json!(version));
    }
    Ok(Value::Object(fields))
}

/// An answer in the form of a row of `nginx-location.json`.
pub(super) fn nginx_location(row: &NginxLocationInput, rules: Rules) -> Result<Value, String> {
    let line = latin1(&row.line());
    let (parsed, uri) = parse_line(&line, u32::from(rules == Rules::V1_22), row.merge_slashes);
    let Ok(uri) = uri else { return Ok(json!({ "status": parsed.target.http_status })) };
    let locations = parse_locations(row.text()).map_err(|reported| reported.message())?;
    let found = find(&locations, &uri);
    let mut fields = answer(&parsed.target, Ok(uri))?;
    fields.insert("status".to_owned(), json!(200));
    fields.insert("location".to_owned(), json!(found.map(|found| copied(found.name))));
    Ok(Value::Object(fields))
}

/// An answer in the form of a row of `locations.json`.
pub(super) fn locations(row: &LocationsRow) -> Result<Value, String> {
    let locations = match parse_locations(&row.locations) {
        Ok(locations) => locations,
        Err(reported) => return Ok(json!({ "config_error": config_error(&reported) })),
    };
    let uri = latin1(&row.uri);
    let found = find(&locations, &uri);
    let (ptr, len) = parts(&uri);
    let explained = |format| {
        // SAFETY: the handle is live, pointer and length belong together.
        read(|out, cap| unsafe {
            tuleap_front_locations_explain(locations.0, ptr, len, format, out, cap)
        })
        .map_err(|status| format!("status {status}"))
    };
    let json: Value = serde_json::from_slice(&explained(1)?).map_err(|error| error.to_string())?;
    let index = found.map(|found| found.index);
    if json.get("index") != Some(&json!(index)) || explained(0)?.is_empty() {
        return Err(format!("{}: explain and find differ", row.id));
    }
    let reason = found.map_or(0, |found| found.reason);
    Ok(json!({
        "location": found.map(|found| copied(found.name)),
        "index": index,
        "reason": last(&text(tuleap_front_locations_reason_code(reason))),
    }))
}

/// An answer in the form of a row of `routes.json`.
pub(super) fn routes(row: &RoutesRow) -> Result<Value, String> {
    let routes = match parse_routes(row) {
        Ok(routes) => routes,
        Err(reported) => return Ok(json!({ "config_error": config_error(&reported) })),
    };
    let target = latin1(&row.target);
    let method = latin1(&row.method);
    let ((target, target_len), (method, method_len)) = (parts(&target), parts(&method));
    let flags = u32::from(!row.merge_slashes);
    let mut asked = Asked { row, paths: Vec::new() };
    let mut route = no_route();
    let mut texts = [0_u8; 4096];
    // SAFETY: the handle is live, pointers and lengths belong together, the function gets its own.
    let length = unsafe {
        let (user, out) = (ptr::from_mut(&mut asked).cast(), texts.as_mut_ptr().cast());
        tuleap_front_routes_route(
            routes.0,
            target,
            target_len,
            flags,
            method,
            method_len,
            Some(look_up),
            user,
            &raw mut route,
            out,
            texts.len(),
        )
    };
    let length = usize::try_from(length).map_err(|_| format!("{}: status {length}", row.id))?;
    let texts = texts.get(..length).ok_or("a way has 4096 bytes at most")?;
    let answer = way(&route, texts, &asked.paths);
    // The same without a function: one answer more each time.
    let mut answers = Vec::new();
    let answered = loop {
        let mut route = no_route();
        // SAFETY: the handle is live, pointers and lengths belong together.
        let texts = read(|out, cap| unsafe {
            tuleap_front_routes_route_answered(
                routes.0,
                target,
                target_len,
                flags,
                method,
                method_len,
                answers.as_ptr(),
                answers.len(),
                &raw mut route,
                out,
                cap,
            )
        });
        let texts = texts.map_err(|status| format!("{}: status {status}", row.id))?;
        if route.outcome != 5 {
            break way(&route, &texts, &asked.paths);
        }
        answers.push(asked.kind(&span(&texts, route.file).unwrap_or_default()));
    };
    if answered != answer || answers.len() != asked.paths.len() {
        return Err(format!("{}: {answered} is not {answer}", row.id));
    }
    Ok(answer)
}

/// What is asked about a row, in order.
struct Asked<'a> {
    row: &'a RoutesRow,
    paths: Vec<String>,
}

impl Asked<'_> {
    fn kind(&self, path: &str) -> u32 {
        match self.row.files.get(path) {
            Some(FileKindName::Directory) => 2,
            Some(FileKindName::File) => 1,
            None => 0,
        }
    }
}

/// The function that is asked.
unsafe extern "C" fn look_up(user: *mut c_void, path: *const c_char, path_len: usize) -> u32 {
    // SAFETY: this is what was given with the function, and nobody else has it meanwhile.
    let asked = unsafe { &mut *user.cast::<Asked<'_>>() };
    // SAFETY: the library vouches for pointer and length.
    let path = unsafe { std::slice::from_raw_parts(path.cast(), path_len) };
    let path = from_latin1(path);
    let kind = asked.kind(&path);
    asked.paths.push(path);
    kind
}

fn way(route: &tuleap_front_route, texts: &[u8], asked: &[String]) -> Value {
    let outcomes = ["refuse", "proxy", "fastcgi", "file", "redirect"];
    let outcome = usize::try_from(route.outcome).ok().and_then(|index| outcomes.get(index));
    let some = |text: tuleap_front_str| (!text.ptr.is_null()).then(|| copied(text));
    let reason = text(tuleap_front_route_reason_code(route.reason));
    json!({
        "outcome": outcome,
        "backend": some(route.backend),
        "uri": span(texts, route.uri).unwrap_or_default(),
        "args": copied(route.args),
        "file": span(texts, route.file),
        "status": (route.http_status != 0).then_some(route.http_status),
        "location": span(texts, route.location),
        "reason": (!reason.is_empty()).then(|| last(&reason)),
        "rule": (route.location_index != usize::MAX).then_some(route.location_index),
        "internal_redirects": route.internal_redirects,
        "allowed": route.is_allowed == 1,
        "asked": asked,
    })
}

/// A text of the buffer; none is empty.
fn span(texts: &[u8], span: tuleap_front_span) -> Option<String> {
    let text = texts.get(span.offset..span.offset + span.length)?;
    (!text.is_empty()).then(|| from_latin1(text))
}

fn parse_routes(row: &RoutesRow) -> Result<Handle<tuleap_front_routes>, Box<Reported>> {
    let mut reported = Box::new(Reported::new());
    let known = |guide, root| {
        // SAFETY: numbers alone.
        unsafe { tuleap_front_routes_documented(guide, root) }
    };
    let routes = match (&row.routes, row.known) {
        (None, Some(KnownRoutes::Distributed)) => known(1, 0),
        (None, Some(KnownRoutes::DistributedTryFiles)) => known(1, 1),
        (None, Some(KnownRoutes::ReverseProxy)) => known(0, 0),
        // SAFETY: nothing is given.
        (None, Some(KnownRoutes::Recommended)) => unsafe { tuleap_front_routes_recommended() },
        (routes, _) => {
            let (ptr, len) = parts(routes.as_deref().unwrap_or_default().as_bytes());
            let (problem, message) = (&raw mut reported.problem, reported.message.as_mut_ptr());
            // SAFETY: pointer and length belong together.
            unsafe { tuleap_front_routes_parse(ptr, len, problem, message, 512) }
        }
    };
    if routes.is_null() { Err(reported) } else { Ok(Handle(routes, tuleap_front_routes_free)) }
}

fn parse_locations(text: &str) -> Result<Handle<tuleap_front_locations>, Box<Reported>> {
    let mut reported = Box::new(Reported::new());
    let (ptr, len) = parts(text.as_bytes());
    let (problem, message) = (&raw mut reported.problem, reported.message.as_mut_ptr());
    // SAFETY: pointer and length belong together.
    let locations = unsafe { tuleap_front_locations_parse(ptr, len, problem, message, 512) };
    match locations.is_null() {
        true => Err(reported),
        false => Ok(Handle(locations, tuleap_front_locations_free)),
    }
}

fn find(
    locations: &Handle<tuleap_front_locations>,
    uri: &[u8],
) -> Option<tuleap_front_location_match> {
    let mut found = tuleap_front_location_match { index: 0, reason: 0, name: c_str(b"") };
    let (ptr, len) = parts(uri);
    // SAFETY: the handle is live, pointer and length belong together.
    let answer = unsafe { tuleap_front_locations_find(locations.0, ptr, len, &raw mut found) };
    (answer == 1).then_some(found)
}

fn parse_line(
    line: &[u8],
    rules: u32,
    merge_slashes: bool,
) -> (tuleap_front_request_line, Result<Vec<u8>, isize>) {
    let (ptr, len) = parts(line);
    let mut parsed =
        tuleap_front_request_line { target: no_target(), method: c_str(b""), minor_version: -1 };
    // SAFETY: pointer and length belong together.
    let uri = read(|out, cap| unsafe {
        let flags = u32::from(!merge_slashes);
        tuleap_front_request_line_parse(ptr, len, rules, flags, &raw mut parsed, out, cap)
    });
    (parsed, uri)
}

/// A target, or what is answered.
fn answer(
    parsed: &tuleap_front_request_target,
    uri: Result<Vec<u8>, isize>,
) -> Result<Map<String, Value>, String> {
    let fields = match uri {
        Ok(uri) => json!({
            "uri": from_latin1(&uri),
            "args": copied(parsed.args),
            "request_uri": copied(parsed.request_uri),
            "host": (!parsed.host.ptr.is_null()).then(|| copied(parsed.host)),
        }),
        Err(status) => {
            // SAFETY: the buffer is as long as is said.
            let words = read(|out, cap| unsafe {
                tuleap_front_request_reason_text(parsed.reason, out, cap)
            });
            let is_refusal = last(&text(tuleap_front_status_code(status))) == "request-refused";
            if !is_refusal || words.is_err() {
                return Err(format!("status {status}"));
            }
            let reason = text(tuleap_front_request_reason_code(parsed.reason));
            json!({ "status": parsed.http_status, "reason": last(&reason) })
        }
    };
    match fields {
        Value::Object(fields) => Ok(fields),
        _ => Err("an object".to_owned()),
    }
}

fn config_error(reported: &Reported) -> Value {
    let mut error = reported.to_json(true);
    if let Some(fields) = error.as_object_mut() {
        fields.insert("line".to_owned(), json!(reported.problem.line));
        fields.insert("column".to_owned(), json!(reported.problem.column));
    }
    error
}

fn copied(text: tuleap_front_str) -> String {
    if text.ptr.is_null() {
        return String::new();
    }
    // SAFETY: such a text is one of a question, a handle or an answer that lives.
    from_latin1(unsafe { std::slice::from_raw_parts(text.ptr.cast(), text.len) })
}

fn no_target() -> tuleap_front_request_target {
    tuleap_front_request_target {
        http_status: 0,
        reason: 0,
        request_uri: c_str(b""),
        args: c_str(b""),
        host: c_str(b""),
    }
}

fn no_route() -> tuleap_front_route {
    let (nothing, empty) = (c_str(b""), tuleap_front_span { offset: 0, length: 0 });
    tuleap_front_route {
        outcome: u32::MAX,
        http_status: 0,
        reason: 0,
        request_reason: 0,
        backend: nothing,
        action: nothing,
        document_root: nothing,
        args: nothing,
        uri: empty,
        file: empty,
        script_name: empty,
        location: empty,
        backend_target: empty,
        location_index: 0,
        internal_redirects: 0,
        is_allowed: 0,
    }
}
