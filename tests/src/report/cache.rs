//! The files about what is cached.

use std::path::Path;

use serde_json::Value;

use super::{Outcome, Rows, both, check_count, read};
use crate::compare::{self, Field};
use crate::row::{CacheRow, NginxCacheInput, NginxRow};
use crate::surface::{Rules, Surface};

/// `cache.json`
pub(super) fn cache(dir: &Path, surface: &dyn Surface) -> Result<Option<Rows>, String> {
    let rows: Vec<CacheRow> = read(dir, "cache.json")?;
    let Some(answers) = surface.cache(&rows)? else { return Ok(None) };
    check_count(rows.len(), &answers)?;
    let outcome = rows.iter().zip(&answers).map(|(row, got)| {
        let compare = || compare::cache(row, got);
        (row.id.clone(), Outcome::of(surface.name(), got, compare))
    });
    Ok(Some(outcome.collect()))
}

/// `nginx-cache.json`
pub(super) fn nginx(dir: &Path, surface: &dyn Surface) -> Result<Option<Rows>, String> {
    let mut rows: Vec<NginxRow<NginxCacheInput>> = read(dir, "nginx-cache.json")?;
    let ask = |rules| -> Result<Option<Vec<Value>>, String> {
        let questions: Vec<CacheRow> =
            rows.iter().map(|row| row.input.row(&row.name, rules)).collect();
        let Some(answers) = surface.cache(&questions)? else { return Ok(None) };
        check_count(rows.len(), &answers)?;
        let answer = |(row, got): (&NginxRow<NginxCacheInput>, &Value)| {
            let expect = match (rules, &row.expect_1_31_5) {
                (Rules::Current, Some(expect)) => expect,
                _ => &row.expect,
            };
            compare::nginx_cache(&row.input, expect, got)
        };
        Ok(Some(rows.iter().zip(&answers).map(answer).collect()))
    };
    let (old, new) = (ask(Rules::V1_22)?, ask(Rules::Current)?);
    let (Some(old), Some(new)) = (old, new) else { return Ok(None) };
    for row in &mut rows {
        let current = row.expect_1_31_5.iter_mut();
        std::iter::once(&mut row.expect).chain(current).for_each(compare::without_not_ours);
    }
    let meaning = |field: &str| match field {
        "key" | "md5" | "path" | "steps" | "stored" | "ttl" | "x_cache_status_2nd" => {
            Some(Field::Ours)
        }
        _ => None,
    };
    Ok(Some(both(surface.name(), &rows, &old, &new, meaning)))
}
