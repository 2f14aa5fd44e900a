//! The files about heads and servers.

use std::path::Path;

use serde_json::Value;

use super::routes::held;
use super::{Rows, both, check_count, read};
use crate::compare::{self, Field};
use crate::row::{ForwardedInput, NginxRow, RequestHeadRow, ServersRow};
use crate::surface::{Rules, Surface};

/// `request-head.json`
pub(super) fn request_head(dir: &Path, surface: &dyn Surface) -> Result<Option<Rows>, String> {
    let rows: Vec<RequestHeadRow> = read(dir, "request-head.json")?;
    held(&rows, surface.request_head(&rows)?, surface)
}

/// `servers.json`
pub(super) fn servers(dir: &Path, surface: &dyn Surface) -> Result<Option<Rows>, String> {
    let rows: Vec<ServersRow> = read(dir, "servers.json")?;
    held(&rows, surface.servers(&rows)?, surface)
}

/// `nginx-forwarded.json`: the three X- fields by what every surface has, and all fields by the
/// servers, where the surface has them.
pub(super) fn forwarded(
    rows: &[NginxRow<ForwardedInput>],
    surface: &dyn Surface,
) -> Result<Rows, String> {
    let inputs: Vec<ForwardedInput> = rows.iter().map(|row| row.input.clone()).collect();
    let answers = surface.forwarded(&inputs)?;
    check_count(rows.len(), &answers)?;
    let spine =
        both(surface.name(), rows, &answers, &answers, |field| meaning(field, Field::Later));
    let (old, new) = (ask(rows, surface, Rules::V1_22)?, ask(rows, surface, Rules::Current)?);
    let (Some(old), Some(new)) = (old, new) else { return Ok(spine) };
    let all = both(surface.name(), rows, &old, &new, |field| meaning(field, Field::Ours));
    let both = spine.into_iter().zip(all);
    Ok(both.map(|((name, one), (_, other))| (name, one.and(other))).collect())
}

fn ask(
    rows: &[NginxRow<ForwardedInput>],
    surface: &dyn Surface,
    rules: Rules,
) -> Result<Option<Vec<Value>>, String> {
    let questions: Vec<ServersRow> =
        rows.iter().map(|row| row.input.servers(&row.name, rules)).collect();
    let Some(answers) = surface.servers(&questions)? else { return Ok(None) };
    check_count(rows.len(), &answers)?;
    Ok(Some(answers.iter().map(compare::nginx_forwarded).collect()))
}

/// `rest` is what the fields beside the three are.
fn meaning(field: &str, rest: Field) -> Option<Field> {
    match field {
        "x_real_ip" | "x_forwarded_for" | "x_forwarded_proto" => Some(Field::Ours),
        "host" | "uri" | "args" | "request_uri" | "server_name" | "upstream_target"
        | "forwarded" | "other_headers" => Some(rest),
        "status" | "nginx_log" | "http_host" | "http_x_forwarded_for" => Some(Field::NotOurs),
        _ => None,
    }
}
