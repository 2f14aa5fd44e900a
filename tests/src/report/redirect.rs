//! The files about redirects to https.

use std::path::Path;

use super::{Outcome, Rows, both, check_count, read};
use crate::compare::{self, Field};
use crate::row::{NginxRedirectInput, NginxRow};
use crate::surface::{Rules, Surface};

/// `proxy-chain.json`
pub(super) fn proxy_chain(dir: &Path, surface: &dyn Surface) -> Result<Option<Rows>, String> {
    let rows = read(dir, "proxy-chain.json")?;
    let Some(answers) = surface.proxy_chain(&rows)? else { return Ok(None) };
    check_count(rows.len(), &answers)?;
    let outcome = rows.iter().zip(&answers).map(|(row, got)| {
        let compare = || compare::proxy_chain(row, got);
        (row.id.clone(), Outcome::of(surface.name(), got, compare))
    });
    Ok(Some(outcome.collect()))
}

/// `https-redirect.json`
pub(super) fn https_redirect(dir: &Path, surface: &dyn Surface) -> Result<Option<Rows>, String> {
    let rows = read(dir, "https-redirect.json")?;
    let Some(answers) = surface.https_redirect(&rows)? else { return Ok(None) };
    check_count(rows.len(), &answers)?;
    let outcome = rows.iter().zip(&answers).map(|(row, got)| {
        let compare = || compare::https_redirect(row, got);
        (row.id.clone(), Outcome::of(surface.name(), got, compare))
    });
    Ok(Some(outcome.collect()))
}

/// `nginx-redirect.json`
pub(super) fn nginx(dir: &Path, surface: &dyn Surface) -> Result<Option<Rows>, String> {
    let rows: Vec<NginxRow<NginxRedirectInput>> = read(dir, "nginx-redirect.json")?;
    let (unasked, rows): (Vec<_>, Vec<_>) =
        rows.into_iter().partition(|row| row.input.unasked().is_some());
    let inputs: Vec<_> = rows.iter().map(|row| row.input.clone()).collect();
    let old = surface.nginx_redirect(&inputs, Rules::V1_22)?;
    let new = surface.nginx_redirect(&inputs, Rules::Current)?;
    let (Some(old), Some(new)) = (old, new) else { return Ok(None) };
    let meaning = |field: &str| match field {
        "location" | "status" => Some(Field::Ours),
        "connection" | "has_body" | "nginx_log" | "server" | "set_cookie" => Some(Field::NotOurs),
        field if field.starts_with("body") || field.starts_with("content_") => Some(Field::NotOurs),
        _ => None,
    };
    check_count(rows.len(), &old)?;
    check_count(rows.len(), &new)?;
    let mut outcomes = both(surface.name(), &rows, &old, &new, meaning);
    outcomes.extend(unasked.into_iter().map(|row| {
        let reason = row.input.unasked().unwrap_or_default().to_owned();
        (row.name, Outcome::Unasked(reason))
    }));
    Ok(Some(outcomes))
}
