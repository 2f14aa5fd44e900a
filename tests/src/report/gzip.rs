//! The files about what is compressed.

use std::path::Path;

use serde_json::Value;

use super::{Outcome, Rows, both, check_count, read};
use crate::compare::{self, Field};
use crate::row::{GzipRow, NginxGzipInput, NginxRow};
use crate::surface::{Rules, Surface};

/// `gzip.json`
pub(super) fn gzip(dir: &Path, surface: &dyn Surface) -> Result<Option<Rows>, String> {
    let rows: Vec<GzipRow> = read(dir, "gzip.json")?;
    let Some(answers) = surface.gzip(&rows)? else { return Ok(None) };
    check_count(rows.len(), &answers)?;
    let outcome = rows.iter().zip(&answers).map(|(row, got)| {
        let compare = || compare::gzip(row, got);
        (row.id.clone(), Outcome::of(surface.name(), got, compare))
    });
    Ok(Some(outcome.collect()))
}

/// `nginx-gzip.json`
pub(super) fn nginx(dir: &Path, surface: &dyn Surface) -> Result<Option<Rows>, String> {
    let rows: Vec<NginxRow<NginxGzipInput>> = read(dir, "nginx-gzip.json")?;
    let ask = |rules| -> Result<Option<Vec<Value>>, String> {
        let questions: Vec<GzipRow> =
            rows.iter().map(|row| row.input.row(&row.name, rules)).collect();
        let Some(answers) = surface.gzip(&questions)? else { return Ok(None) };
        check_count(rows.len(), &answers)?;
        Ok(Some(answers.iter().map(compare::nginx_gzip).collect()))
    };
    let (old, new) = (ask(Rules::V1_22)?, ask(Rules::Current)?);
    let (Some(old), Some(new)) = (old, new) else { return Ok(None) };
    let meaning = |field: &str| match field {
        "accept_ranges" | "cache_control" | "content_encoding" | "content_length"
        | "content_type" | "etag" | "gzip" | "has_expires" | "vary" => Some(Field::Ours),
        "status" | "transfer_encoding" => Some(Field::NotOurs),
        _ => None,
    };
    Ok(Some(both(surface.name(), &rows, &old, &new, meaning)))
}
