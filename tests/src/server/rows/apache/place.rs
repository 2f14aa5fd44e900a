//! Rows of `destination.json` through Apache.

use std::fmt::Write as _;

use super::super::{destination, unasked};
use super::quoted;
use crate::row::{DestinationMode, DestinationRow, OneOrMany};
use crate::surface::rust;

/// Why a row cannot be asked, if so.
pub(super) fn reason(row: &DestinationRow) -> Option<&'static str> {
    let lines = row.lines();
    let is_padded = |line: &Vec<u8>| line.starts_with(b"\t") || line.ends_with(b"\t");
    if lines.iter().any(is_padded) {
        return Some(unasked::PADDED);
    }
    if is_joined(row, &lines) {
        return Some(unasked::JOINED);
    }
    if is_forwarded(row) && row.forwarded_host.is_none() {
        return Some(unasked::HOST_SENT);
    }
    is_host_late(row).then_some(unasked::HOST_LATE)
}

/// Is the `Host` that is forwarded part of the answer?
fn is_forwarded(row: &DestinationRow) -> bool {
    row.mode != DestinationMode::Compat && !row.backend_origin.contains(':')
}

/// Does it matter that Apache makes one line of several, and that one may look like several?
fn is_joined(row: &DestinationRow, lines: &[Vec<u8>]) -> bool {
    let is_cut = |line: &Vec<u8>| line.windows(2).any(|pair| pair == b", ");
    match (row.mode, row.header.as_str()) {
        (DestinationMode::Response, _) => false,
        (DestinationMode::Compat, _) => answers_of_joined(row),
        (_, "Destination") => lines.len() == 1 && lines.iter().any(is_cut),
        _ => lines.len() > 1,
    }
}

/// Is the answer another one where the lines are one?
fn answers_of_joined(row: &DestinationRow) -> bool {
    let Some(OneOrMany::Many(lines)) = &row.input else { return false };
    let one = OneOrMany::Many(vec![lines.join(", ")]);
    let joined = DestinationRow { input: Some(one), ..row.clone() };
    lines.len() > 1 && rust::destination(row) != rust::destination(&joined)
}

/// Is it refused as long as another module has not set the `Host` that is forwarded?
fn is_host_late(row: &DestinationRow) -> bool {
    let host = row.client_host.clone();
    let early = DestinationRow { forwarded_host: host, ..row.clone() };
    let is_refused = |row: &DestinationRow| {
        rust::destination(row).is_ok_and(|answer| answer.get("action") == Some(&"reject".into()))
    };
    is_forwarded(row) && row.header == "Destination" && is_refused(&early) && !is_refused(row)
}

/// The lines as Apache reads them.
pub(super) fn lines(row: &DestinationRow) -> Vec<Vec<u8>> {
    let lines = row.lines();
    match (row.mode, lines.len()) {
        (DestinationMode::Response, _) | (_, 0) => lines,
        _ => vec![lines.join(b", ".as_slice())],
    }
}

/// A row has a backend origin, or a scheme and the host that is forwarded.
pub(super) fn site(row: &DestinationRow) -> Result<String, &'static str> {
    let mut site = String::new();
    if row.mode == DestinationMode::Compat {
        site.push_str("TuleapDestination Documented\n");
    } else {
        let public: Vec<String> =
            destination::public(row).into_iter().map(quoted).collect::<Result<_, _>>()?;
        let backend = quoted(&row.backend_origin)?;
        let foreign = row.foreign.as_deref().unwrap_or("Reject");
        let path = if row.promote_path_absolute { "Promote" } else { "Keep" };
        let _ = writeln!(
            site,
            "TuleapDestination On\nTuleapDestinationPublic {}\n\
             TuleapDestinationBackend {backend}\nTuleapDestinationForeign {foreign}\n\
             TuleapDestinationPath {path}",
            public.join(" ")
        );
    }
    if row.header.eq_ignore_ascii_case("if") {
        site.push_str("TuleapDestinationIf On\n");
    }
    if let Some(host) = &row.forwarded_host {
        let host = quoted(&host.replace('%', "%%"))?;
        let _ = writeln!(site, "RequestHeader set Host {host}");
    }
    for (name, variable) in [(destination::ACTION, "ACTION"), (destination::REASON, "REASON")] {
        let variable = format!("TULEAP_DESTINATION_{variable}");
        let value = format!("expr=%{{reqenv:{variable}}}");
        let _ = writeln!(site, "Header always set {name} \"{value}\" env={variable}");
    }
    site.push_str("ProxyPreserveHost On\nProxyAddHeaders Off\n");
    site.push_str("ProxyPass / http://@backend@/ responsefieldsize=1000000\n");
    Ok(site)
}
