//! Runs the files of a folder through surfaces and counts.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::compare::{self, Difference, Field};
use crate::row::{ClientIpRow, ForwardedInput, NginxRow, RealipInput, expand};
use crate::surface::{Rules, Surface};

/// The files of this form for which there is no noun yet.
const LATER: &[&str] = &[
    "destination.json",
    "jobs-config.json",
    "jobs-decode.json",
    "jobs-encode.json",
    "jobs-recovery.json",
    "jwt-sign.json",
    "jwt-verify.json",
    "nginx-cache.json",
    "nginx-destination.json",
    "nginx-gzip.json",
    "nginx-location.json",
    "nginx-redirect.json",
];

/// What a run found.
#[derive(Debug, Default)]
pub struct Report {
    /// One line per file and surface.
    pub lines: Vec<String>,
    /// Each failure: row, field, expected, got.
    pub failures: Vec<String>,
    /// Rows that held, over all files and surfaces.
    pub passed: usize,
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
        for file in ["client-ip.json", "nginx-forwarded.json", "nginx-realip.json"] {
            if !dir.join(file).exists() {
                continue;
            }
            found = true;
            for surface in surfaces {
                report.add(file, surface.as_ref(), run_file(dir, file, surface.as_ref())?);
            }
        }
        for file in LATER.iter().filter(|file| dir.join(file).exists()) {
            report.lines.push(format!("{file}  not run: no surface has this noun yet"));
        }
        if found { Ok(report) } else { Err(format!("no recorded rows in {}", dir.display())) }
    }

    fn add(&mut self, file: &str, surface: &dyn Surface, rows: Vec<(String, Vec<Difference>)>) {
        let name = surface.name();
        let failed = rows.iter().filter(|(_, differences)| !differences.is_empty()).count();
        let passed = rows.len() - failed;
        self.passed += passed;
        self.lines.push(format!("{file}  {name}  {passed} passed  {failed} failed  0 skipped"));
        for (row, differences) in rows {
            for difference in differences {
                let mut line = format!("FAIL {file} {name} {row}: {}", difference.field);
                let _ = write!(line, " expected {} got {}", difference.expected, difference.got);
                self.failures.push(line);
            }
        }
    }
}

type Rows = Vec<(String, Vec<Difference>)>;

fn run_file(dir: &Path, file: &str, surface: &dyn Surface) -> Result<Rows, String> {
    match file {
        "client-ip.json" => client_ip(client_ip_rows(dir, file)?, surface),
        "nginx-realip.json" => realip(read(dir, file)?, surface),
        _ => forwarded(read(dir, file)?, surface),
    }
}

/// Reads a file of rows: an array, or an object with `cases`.
///
/// # Errors
///
/// The file is not there or not of this form.
pub fn read<R: DeserializeOwned>(dir: &Path, file: &str) -> Result<Vec<R>, String> {
    let path = dir.join(file);
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut json: Value =
        serde_json::from_str(&text).map_err(|error| format!("{file}: {error}"))?;
    let rows = match json.get_mut("cases") {
        Some(cases) => cases.take(),
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

fn client_ip(rows: Vec<ClientIpRow>, surface: &dyn Surface) -> Result<Rows, String> {
    let answers = surface.client_ip(&rows)?;
    check_count(rows.len(), &answers)?;
    Ok(rows
        .iter()
        .zip(&answers)
        .map(|(row, got)| (row.id.clone(), compare::client_ip(&row.expect, got)))
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
    Ok(both(&rows, &old, &new, meaning))
}

fn forwarded(rows: Vec<NginxRow<ForwardedInput>>, surface: &dyn Surface) -> Result<Rows, String> {
    let inputs: Vec<ForwardedInput> = rows.iter().map(|row| row.input.clone()).collect();
    let answers = surface.forwarded(&inputs)?;
    let meaning = |field: &str| match field {
        "x_real_ip" | "x_forwarded_for" | "x_forwarded_proto" => Some(Field::Ours),
        "host" | "uri" | "args" | "request_uri" | "server_name" | "upstream_target"
        | "forwarded" | "other_headers" => Some(Field::Later),
        "status" | "nginx_log" | "http_host" | "http_x_forwarded_for" => Some(Field::NotOurs),
        _ => None,
    };
    check_count(rows.len(), &answers)?;
    Ok(both(&rows, &answers, &answers, meaning))
}

/// Both recorded versions of each row.
fn both<I>(
    rows: &[NginxRow<I>],
    old: &[Value],
    new: &[Value],
    meaning: impl Fn(&str) -> Option<Field> + Copy,
) -> Rows {
    rows.iter()
        .zip(old.iter().zip(new))
        .map(|(row, (old, new))| {
            let mut differences = compare::nginx(&row.expect, old, meaning);
            let current = row.expect_1_31_5.as_ref().unwrap_or(&row.expect);
            differences.extend(compare::nginx(current, new, meaning));
            (row.name.clone(), differences)
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
