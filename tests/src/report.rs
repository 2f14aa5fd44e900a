//! Runs the files of a folder through surfaces and counts.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::compare::{self, Difference, Field};
use crate::row::{
    ClientIpRow, DestinationRow, NginxDestinationInput, NginxRow, RealipInput, expand, join,
};
use crate::surface::{Rules, Surface};

mod cache;
mod gzip;
mod redirect;
mod routes;
mod servers;

/// The files that are run.
const FILES: &[&str] = &[
    "cache.json",
    "client-ip.json",
    "destination.json",
    "gzip.json",
    "https-redirect.json",
    "locations.json",
    "nginx-cache.json",
    "nginx-destination.json",
    "nginx-forwarded.json",
    "nginx-gzip.json",
    "nginx-location.json",
    "nginx-realip.json",
    "nginx-redirect.json",
    "proxy-chain.json",
    "request-head.json",
    "request-line.json",
    "request-target.json",
    "routes.json",
    "servers.json",
];

/// The files of this form for which there is no noun yet.
const LATER: &[&str] = &[
    "jobs-config.json",
    "jobs-decode.json",
    "jobs-encode.json",
    "jobs-recovery.json",
    "jwt-sign.json",
    "jwt-verify.json",
];

/// What a run found.
#[derive(Debug, Default)]
pub struct Report {
    /// One line per file and surface.
    pub lines: Vec<String>,
    /// Each failure: row, field, expected, got.
    pub failures: Vec<String>,
    /// Each row that was not asked although it could be, with the reason.
    pub skips: Vec<String>,
    /// Rows that held, over all files and surfaces.
    pub passed: usize,
}

/// What became of a row.
enum Outcome {
    Asked(Vec<Difference>),
    /// This surface cannot be asked it, for this reason: it does not count.
    Unasked(String),
    /// It could be, but not on this machine.
    Skipped,
}

/// The one reason for which a server's rows may be skipped.
const NO_NAMESPACE: &str = "no namespace";

impl Outcome {
    /// Compares, unless the answer is `{"skip": REASON}`. That is for servers.
    fn of(surface: &str, got: &Value, compare: impl FnOnce() -> Vec<Difference>) -> Self {
        let is_server = surface.starts_with("nginx") || surface.starts_with("apache");
        match got.get("skip").and_then(Value::as_str) {
            Some(NO_NAMESPACE) if is_server => Self::Skipped,
            Some(reason) if is_server => Self::Unasked(reason.to_owned()),
            _ if got.get("unasked").is_some() && !is_server => Self::Asked(vec![Difference {
                field: "unasked".to_owned(),
                expected: Value::Null,
                got: got.clone(),
            }]),
            _ => Self::Asked(compare()),
        }
    }

    /// Two questions about one row.
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Asked(mut all), Self::Asked(more)) => {
                all.extend(more);
                Self::Asked(all)
            }
            (Self::Asked(all), _) | (_, Self::Asked(all)) => Self::Asked(all),
            (first, _) => first,
        }
    }
}

impl Report {
    /// Runs every known file in `dir` through every surface.
    ///
    /// # Errors
    ///
    /// The folder holds no such file, or a file is not of its form.
    pub fn run(dir: &Path, surfaces: &[Box<dyn Surface>]) -> Result<Self, String> {
        let mut report = Self::default();
        let mut found = false;
        for file in FILES.iter().filter(|file| dir.join(file).exists()) {
            found = true;
            for surface in surfaces {
                if let Some(rows) = run_file(dir, file, surface.as_ref())? {
                    report.add(file, surface.as_ref(), rows);
                }
            }
        }
        for file in LATER.iter().filter(|file| dir.join(file).exists()) {
            report.lines.push(format!("{file}  not run: no surface has this noun yet"));
        }
        if found { Ok(report) } else { Err(format!("no recorded rows in {}", dir.display())) }
    }

    fn add(&mut self, file: &str, surface: &dyn Surface, rows: Rows) {
        let name = surface.name();
        let (mut passed, mut failed, mut skipped) = (0, 0, 0);
        let mut unasked: BTreeMap<String, usize> = BTreeMap::new();
        for (row, outcome) in rows {
            match outcome {
                Outcome::Asked(differences) if differences.is_empty() => passed += 1,
                Outcome::Asked(differences) => {
                    failed += 1;
                    let fail = |difference: &Difference| {
                        let Difference { field, expected, got } = difference;
                        format!("FAIL {file} {name} {row}: {field} expected {expected} got {got}")
                    };
                    self.failures.extend(differences.iter().map(fail));
                }
                Outcome::Unasked(reason) => *unasked.entry(reason).or_default() += 1,
                Outcome::Skipped => {
                    skipped += 1;
                    self.skips.push(format!("SKIP {file} {name} {row}: {NO_NAMESPACE}"));
                }
            }
        }
        self.passed += passed;
        let counts = format!("{passed} passed  {failed} failed  {skipped} skipped");
        self.lines.push(format!("{file}  {name}  {counts}"));
        for (reason, count) in unasked {
            self.lines.push(format!("{file}  {name}  {count} not asked: {reason}"));
        }
    }
}

type Rows = Vec<(String, Outcome)>;

/// `None` where the surface does not have the noun.
fn run_file(dir: &Path, file: &str, surface: &dyn Surface) -> Result<Option<Rows>, String> {
    match file {
        "client-ip.json" => client_ip(client_ip_rows(dir, file)?, surface).map(Some),
        "destination.json" => destination(&destination_rows(dir)?, surface),
        "nginx-destination.json" => nginx_destination(&read::<NginxRow<_>>(dir, file)?, surface),
        "cache.json" => cache::cache(dir, surface),
        "nginx-cache.json" => cache::nginx(dir, surface),
        "gzip.json" => gzip::gzip(dir, surface),
        "nginx-gzip.json" => gzip::nginx(dir, surface),
        "https-redirect.json" => redirect::https_redirect(dir, surface),
        "nginx-redirect.json" => redirect::nginx(dir, surface),
        "locations.json" => routes::locations(dir, surface),
        "nginx-location.json" => routes::nginx_location(dir, surface),
        "request-head.json" => servers::request_head(dir, surface),
        "servers.json" => servers::servers(dir, surface),
        "request-line.json" => routes::request_line(dir, surface),
        "request-target.json" => routes::request_target(dir, surface),
        "routes.json" => routes::routes(dir, surface),
        "proxy-chain.json" => redirect::proxy_chain(dir, surface),
        "nginx-realip.json" => realip(read(dir, file)?, surface).map(Some),
        _ => servers::forwarded(&read(dir, file)?, surface).map(Some),
    }
}

/// Reads a file of rows: an array, or an object with `cases` or `vectors`.
///
/// # Errors
///
/// The file is not there or not of this form.
pub fn read<R: DeserializeOwned>(dir: &Path, file: &str) -> Result<Vec<R>, String> {
    let path = dir.join(file);
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut json: Value =
        serde_json::from_str(&text).map_err(|error| format!("{file}: {error}"))?;
    let list = if json.get("cases").is_some() { "cases" } else { "vectors" };
    let rows = match json.get_mut(list) {
        Some(rows) => rows.take(),
        None => json,
    };
    serde_json::from_value(rows).map_err(|error| format!("{file}: {error}"))
}

/// Reads rows of the form of `client-ip.json`, each with itself as it was read.
///
/// # Errors
///
/// The file is not there or not of this form.
pub fn client_ip_rows(dir: &Path, file: &str) -> Result<Vec<ClientIpRow>, String> {
    let rows: Vec<Value> = read(dir, file)?;
    rows.into_iter()
        .map(|mut raw| {
            expand(&mut raw).map_err(|error| format!("{file}: {error}"))?;
            let row: ClientIpRow =
                serde_json::from_value(raw.clone()).map_err(|error| format!("{file}: {error}"))?;
            Ok(ClientIpRow { raw, ..row })
        })
        .collect()
}

/// Reads the rows of `destination.json`, long texts written out.
///
/// # Errors
///
/// The file is not there or not of this form.
pub fn destination_rows(dir: &Path) -> Result<Vec<DestinationRow>, String> {
    let rows: Vec<Value> = read(dir, "destination.json")?;
    rows.into_iter()
        .map(|mut row| {
            join(&mut row).and_then(|()| {
                serde_json::from_value(row.clone()).map_err(|error| format!("{error} in {row}"))
            })
        })
        .collect()
}

fn destination(rows: &[DestinationRow], surface: &dyn Surface) -> Result<Option<Rows>, String> {
    let Some(answers) = surface.destination(rows)? else { return Ok(None) };
    check_count(rows.len(), &answers)?;
    let name = surface.name();
    let asked = rows.iter().zip(&answers).map(|(row, got)| {
        let compare = || compare::destination(row, got);
        (row.name.clone(), Outcome::of(name, got, compare))
    });
    Ok(Some(asked.collect()))
}

fn nginx_destination(
    rows: &[NginxRow<NginxDestinationInput>],
    surface: &dyn Surface,
) -> Result<Option<Rows>, String> {
    let inputs: Vec<NginxDestinationInput> = rows.iter().map(|row| row.input.clone()).collect();
    let old = surface.nginx_destination(&inputs, Rules::V1_22)?;
    let new = surface.nginx_destination(&inputs, Rules::Current)?;
    let (Some(old), Some(new)) = (old, new) else { return Ok(None) };
    let meaning = |field: &str| match field {
        "destination" => Some(Field::Ours),
        "upstream_target" | "forwarded" | "x_real_ip" | "other_headers" => Some(Field::Later),
        "status" => Some(Field::NotOurs),
        _ => None,
    };
    check_count(rows.len(), &old)?;
    check_count(rows.len(), &new)?;
    Ok(Some(both(surface.name(), rows, &old, &new, meaning)))
}

fn client_ip(rows: Vec<ClientIpRow>, surface: &dyn Surface) -> Result<Rows, String> {
    let answers = surface.client_ip(&rows)?;
    check_count(rows.len(), &answers)?;
    Ok(rows
        .iter()
        .zip(&answers)
        .map(|(row, got)| {
            let compare = || compare::client_ip(&row.expect, got);
            (row.id.clone(), Outcome::of(surface.name(), got, compare))
        })
        .collect())
}

fn realip(rows: Vec<NginxRow<RealipInput>>, surface: &dyn Surface) -> Result<Rows, String> {
    let inputs: Vec<RealipInput> = rows.iter().map(|row| row.input.clone()).collect();
    let old = surface.realip(&inputs, Rules::V1_22)?;
    let new = surface.realip(&inputs, Rules::Current)?;
    let meaning = |field: &str| match field {
        "remote_addr" | "rewritten" | "x_real_ip" | "x_forwarded_for" | "realip_remote_addr" => {
            Some(Field::Ours)
        }
        "remote_port" | "status" => Some(Field::NotOurs),
        _ => None,
    };
    check_count(rows.len(), &old)?;
    check_count(rows.len(), &new)?;
    Ok(both(surface.name(), &rows, &old, &new, meaning))
}

/// Both recorded versions of each row.
fn both<I>(
    surface: &str,
    rows: &[NginxRow<I>],
    old: &[Value],
    new: &[Value],
    meaning: impl Fn(&str) -> Option<Field> + Copy,
) -> Rows {
    rows.iter()
        .zip(old.iter().zip(new))
        .map(|(row, (old, new))| {
            let current = row.expect_1_31_5.as_ref().unwrap_or(&row.expect);
            let first = Outcome::of(surface, old, || compare::nginx(&row.expect, old, meaning));
            let second = Outcome::of(surface, new, || compare::nginx(current, new, meaning));
            (row.name.clone(), first.and(second))
        })
        .collect()
}

fn check_count(rows: usize, answers: &[Value]) -> Result<(), String> {
    if rows == answers.len() {
        Ok(())
    } else {
        Err(format!("{} answers to {rows} rows", answers.len()))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn outcome(surface: &str, got: &Value) -> Outcome {
        Outcome::of(surface, got, || compare::client_ip(&json!({ "host": "h", "port": 80 }), got))
    }

    #[test]
    fn only_servers_leave_out_rows_and_fields() {
        let skip = json!({ "skip": "it cannot be said" });
        assert!(matches!(outcome("nginx", &skip), Outcome::Unasked(_)));
        assert!(matches!(outcome("apache", &json!({ "skip": NO_NAMESPACE })), Outcome::Skipped));
        let fields = json!({ "port": 80, "unasked": ["host"] });
        assert!(matches!(outcome("nginx", &fields), Outcome::Asked(all) if all.is_empty()));
        for got in [&skip, &fields] {
            assert!(matches!(outcome("python", got), Outcome::Asked(all) if !all.is_empty()));
        }
    }
}
