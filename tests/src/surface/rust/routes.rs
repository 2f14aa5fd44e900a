//! Request lines, locations and routes.

use std::cell::RefCell;

use serde_json::{Value, json};
use tuleap_front::{
    FileKind, Guide, Locations, MergeSlashes, NginxRules, RequestLine, RequestLineReason,
    RequestTarget, RequestTargetReason, RequestVersion, RootLocation, Route, RouteOutcome, Routes,
};

use super::bare;
use crate::row::{
    FileKindName, KnownRoutes, LocationsRow, NginxLocationInput, RequestLineRow, RequestTargetRow,
    RoutesRow, from_latin1, latin1,
};
use crate::surface::Rules;

/// An answer in the form of a row of `request-target.json`.
pub(super) fn request_target(row: &RequestTargetRow) -> Result<Value, String> {
    let (target, merge) = (latin1(&row.target), merge(row.merge_slashes));
    let parsed = RequestTarget::parse(&target, merge);
    if RequestTarget::check(&target, merge) != parsed.as_ref().map(drop).map_err(|reason| *reason) {
        return Err(format!("{}: check and parse differ", row.id));
    }
    Ok(match parsed {
        Ok(target) => self::target(&target),
        Err(reason) => refused_target(reason),
    })
}

/// An answer in the form of a row of `request-line.json`.
pub(super) fn request_line(row: &RequestLineRow) -> Result<Value, String> {
    let rules = match row.rules.as_deref() {
        Some("1.22") => NginxRules::V1_22,
        _ => NginxRules::Current,
    };
    let (line, merge) = (latin1(&row.line), merge(row.merge_slashes));
    let parsed = RequestLine::parse(&line, rules, merge);
    let checked = RequestLine::check(&line, rules, merge);
    if checked != parsed.as_ref().map(drop).map_err(|reason| *reason) {
        return Err(format!("{}: check and parse differ", row.id));
    }
    Ok(match parsed {
        Ok(line) => {
            let mut answer = target(line.target());
            if let Some(fields) = answer.as_object_mut() {
                fields.insert("method".into(), json!(from_latin1(line.method())));
                fields.insert("version".into(), json!(version(line.version())));
            }
            answer
        }
        Err(reason) => refused(reason),
    })
}

/// An answer in the form of a row of `locations.json`.
pub(super) fn locations(row: &LocationsRow) -> Result<Value, String> {
    let locations = match row.locations.parse::<Locations>() {
        Ok(locations) => locations,
        Err(error) => {
            return Ok(json!({ "config_error": {
                "code": bare(error.code()), "entry": error.entry(), "line": error.line(),
                "column": error.column(), "offset": error.offset(), "length": error.length(),
                "hint": error.hint(),
            } }));
        }
    };
    let uri = latin1(&row.uri);
    let (found, explanation) = (locations.find(&uri), locations.explain(&uri));
    if explanation.found().map(|found| found.index()) != found.map(|found| found.index()) {
        return Err(format!("{}: explain and find differ", row.id));
    }
    Ok(json!({
        "location": found.map(|found| found.rule().name()),
        "index": found.map(|found| found.index()),
        "reason": explanation.reason().as_str(),
    }))
}

/// An answer in the form of a row of `routes.json`.
pub(super) fn routes(row: &RoutesRow) -> Result<Value, String> {
    let routes = match (&row.routes, row.known) {
        (Some(text), _) => text.parse::<Routes>(),
        (None, Some(known)) => Ok(self::known(known)),
        (None, None) => return Err(format!("{}: no routes", row.id)),
    };
    let routes = match routes {
        Ok(routes) => routes,
        Err(error) => {
            return Ok(json!({ "config_error": {
                "code": bare(error.code()), "entry": error.entry(), "line": error.line(),
                "column": error.column(), "offset": error.offset(), "length": error.length(),
                "hint": error.hint(),
            } }));
        }
    };
    let bytes = latin1(&row.target);
    let target = RequestTarget::parse(&bytes, merge(row.merge_slashes));
    let target = target.map_err(|reason| format!("{}: {reason}", row.id))?;
    let asked = RefCell::new(Vec::new());
    let kind = |path: &[u8]| {
        let path = from_latin1(path);
        let kind = match row.files.get(&path) {
            Some(FileKindName::Directory) => FileKind::Directory,
            Some(FileKindName::File) => FileKind::File,
            None => FileKind::Missing,
        };
        asked.borrow_mut().push(path);
        kind
    };
    let route = routes.route(&target, kind);
    let asked_once = asked.take();
    if routes.explain(&target, kind).route().outcome() != route.outcome()
        || *asked.borrow() != asked_once
    {
        return Err(format!("{}: explain and route differ", row.id));
    }
    let mut answer = self::route(&route);
    if let Some(fields) = answer.as_object_mut() {
        fields.insert("allowed".into(), json!(route.allows(&latin1(&row.method))));
        fields.insert("asked".into(), json!(asked_once));
    }
    Ok(answer)
}

/// An answer in the form of a row of `nginx-location.json`.
pub(super) fn nginx_location(row: &NginxLocationInput, rules: Rules) -> Result<Value, String> {
    let rules = match rules {
        Rules::Current => NginxRules::Current,
        Rules::V1_22 => NginxRules::V1_22,
    };
    let locations: Locations = row.text().parse().map_err(|error| format!("{error}"))?;
    let line = latin1(&row.line());
    let line = match RequestLine::parse(&line, rules, merge(row.merge_slashes)) {
        Ok(line) => line,
        Err(reason) => return Ok(json!({ "status": reason.status().as_u16() })),
    };
    let mut answer = target(line.target());
    if let Some(fields) = answer.as_object_mut() {
        let found = locations.find(line.target().uri());
        fields.insert("status".into(), json!(200));
        fields.insert("location".into(), json!(found.map(|found| found.rule().name())));
    }
    Ok(answer)
}

const fn merge(merge_slashes: bool) -> MergeSlashes {
    if merge_slashes { MergeSlashes::On } else { MergeSlashes::Off }
}

fn known(known: KnownRoutes) -> Routes {
    match known {
        KnownRoutes::Distributed => Routes::documented(Guide::Distributed),
        KnownRoutes::DistributedTryFiles => Routes::distributed(RootLocation::TryFiles),
        KnownRoutes::Recommended => Routes::recommended(),
        KnownRoutes::ReverseProxy => Routes::documented(Guide::ReverseProxy),
    }
}

fn target(target: &RequestTarget<'_>) -> Value {
    json!({
        "uri": from_latin1(target.uri()),
        "args": from_latin1(target.args()),
        "request_uri": from_latin1(target.request_uri()),
        "host": target.host().map(from_latin1),
    })
}

fn refused_target(reason: RequestTargetReason) -> Value {
    json!({ "status": reason.status().as_u16(), "reason": reason.as_str() })
}

fn refused(reason: RequestLineReason) -> Value {
    json!({ "status": reason.status().as_u16(), "reason": reason.as_str() })
}

pub(super) fn version(version: RequestVersion) -> String {
    match version {
        RequestVersion::Http1 { minor } => format!("1.{minor}"),
        _ => "0.9".to_owned(),
    }
}

fn route(route: &Route<'_>) -> Value {
    let (mut status, mut location, mut reason) = (None, None, None);
    match route.outcome() {
        RouteOutcome::Redirect { status: code, location: to } => {
            (status, location) = (Some(code.as_u16()), Some(from_latin1(to)));
        }
        RouteOutcome::Refuse { status: code, reason: why } => {
            (status, reason) = (Some(code.as_u16()), Some(why.as_str()));
        }
        _ => {}
    }
    json!({
        "outcome": route.outcome().as_str(),
        "backend": route.backend(),
        "uri": from_latin1(route.uri()),
        "args": from_latin1(route.args()),
        "file": route.file().map(|file| from_latin1(&file)),
        "status": status,
        "location": location,
        "reason": reason,
        "rule": route.location().map(|location| location.index()),
        "internal_redirects": route.internal_redirects(),
    })
}
