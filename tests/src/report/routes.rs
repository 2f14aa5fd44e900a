//! The files about request lines, locations and routes.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::{Outcome, Rows, check_count, read};
use crate::compare;
use crate::row::{
    LocationsRow, NginxLocationInput, NginxRow, RequestHeadRow, RequestLineRow, RequestTargetRow,
    RoutesRow, ServersRow,
};
use crate::surface::{Rules, Surface};

/// A row of ours: its id and its answer.
pub(super) trait Row {
    fn id(&self) -> &str;
    fn expect(&self) -> &BTreeMap<String, Value>;
}

macro_rules! row {
    ($($type:ty),*) => {
        $(impl Row for $type {
            fn id(&self) -> &str {
                &self.id
            }

            fn expect(&self) -> &BTreeMap<String, Value> {
                &self.expect
            }
        })*
    };
}
row!(LocationsRow, RequestHeadRow, RequestLineRow, RequestTargetRow, RoutesRow, ServersRow);

/// `request-target.json`
pub(super) fn request_target(dir: &Path, surface: &dyn Surface) -> Result<Option<Rows>, String> {
    let rows: Vec<RequestTargetRow> = read(dir, "request-target.json")?;
    held(&rows, surface.request_target(&rows)?, surface)
}

/// `request-line.json`
pub(super) fn request_line(dir: &Path, surface: &dyn Surface) -> Result<Option<Rows>, String> {
    let rows: Vec<RequestLineRow> = read(dir, "request-line.json")?;
    held(&rows, surface.request_line(&rows)?, surface)
}

/// `locations.json`
pub(super) fn locations(dir: &Path, surface: &dyn Surface) -> Result<Option<Rows>, String> {
    let rows: Vec<LocationsRow> = read(dir, "locations.json")?;
    held(&rows, surface.locations(&rows)?, surface)
}

/// `routes.json`
pub(super) fn routes(dir: &Path, surface: &dyn Surface) -> Result<Option<Rows>, String> {
    let rows: Vec<RoutesRow> = read(dir, "routes.json")?;
    held(&rows, surface.routes(&rows)?, surface)
}

/// Each row of ours, and whether the answer is its own.
pub(super) fn held(
    rows: &[impl Row],
    answers: Option<Vec<Value>>,
    surface: &dyn Surface,
) -> Result<Option<Rows>, String> {
    let Some(answers) = answers else { return Ok(None) };
    check_count(rows.len(), &answers)?;
    let outcome = rows.iter().zip(&answers).map(|(row, got)| {
        let compare = || compare::routes(row.expect(), got);
        (row.id().to_owned(), Outcome::of(surface.name(), got, compare))
    });
    Ok(Some(outcome.collect()))
}

/// `nginx-location.json`
pub(super) fn nginx_location(dir: &Path, surface: &dyn Surface) -> Result<Option<Rows>, String> {
    let rows: Vec<NginxRow<NginxLocationInput>> = read(dir, "nginx-location.json")?;
    let inputs: Vec<_> = rows.iter().map(|row| row.input.clone()).collect();
    let old = surface.nginx_location(&inputs, Rules::V1_22)?;
    let new = surface.nginx_location(&inputs, Rules::Current)?;
    let (Some(old), Some(new)) = (old, new) else { return Ok(None) };
    check_count(rows.len(), &old)?;
    check_count(rows.len(), &new)?;
    let outcomes = rows.iter().zip(old.iter().zip(&new)).map(|(row, (old, new))| {
        let current = row.expect_1_31_5.as_ref().unwrap_or(&row.expect);
        let name = surface.name();
        let first = Outcome::of(name, old, || compare::nginx_location(row, &row.expect, old));
        let second = Outcome::of(name, new, || compare::nginx_location(row, current, new));
        (row.name.clone(), first.and(second))
    });
    Ok(Some(outcomes.collect()))
}
