//! The program, `tuleap-front explain --batch`.

use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};

use super::external::{
    destination_question, lines_through, location_question, nginx_question, question,
    redirect_question,
};
use super::{Rules, Surface};
use crate::row::{
    CacheRow, ClientIpRow, DestinationRow, Directive, ForwardedInput, GzipRow, HttpsRedirectRow,
    LocationsRow, NginxDestinationInput, NginxLocationInput, NginxRedirectInput, ProxyChainRow,
    RealipInput, RequestHeadRow, RequestLineRow, RequestTargetRow, RoutesRow, ServersRow,
};

/// The program.
#[derive(Debug)]
pub struct Cli;

impl Surface for Cli {
    fn name(&self) -> &str {
        "cli"
    }

    fn client_ip(&self, rows: &[ClientIpRow]) -> Result<Vec<Value>, String> {
        batch(rows.iter().map(|row| {
            let mut line = row.raw.clone();
            // Without `mode` the program reads the text of the setting by the strict rules.
            if let (Some(fields), Some(text)) = (line.as_object_mut(), &row.trusted_text) {
                fields.insert("trusted_string".into(), json!(text));
            }
            line
        }))
    }

    fn realip(&self, rows: &[RealipInput], rules: Rules) -> Result<Vec<Value>, String> {
        let mode = match rules {
            Rules::Current => "nginx-current",
            Rules::V1_22 => "nginx-1.22",
        };
        batch(rows.iter().map(|row| {
            json!({
                "peer": row.peer, "headers": row.headers, "trusted": row.trusted,
                "options": {
                    "mode": mode, "recursive": row.recursive, "text": "latin-1",
                    "real_ip_header": row.real_ip_header,
                },
            })
        }))
    }

    fn forwarded(&self, rows: &[ForwardedInput]) -> Result<Vec<Value>, String> {
        batch(rows.iter().map(|row| {
            let names = ["X-Real-IP", "X-Forwarded-For", "X-Forwarded-Proto"];
            let directives = names.into_iter().zip(row.directives().map(word));
            let port = if row.scheme == "https" { 443 } else { 80 };
            json!({
                "peer": row.peer, "headers": row.headers,
                "options": {
                    "mode": "nginx-1.22", "text": "latin-1",
                    "local": { "scheme": row.scheme, "host": "local.example", "port": port },
                    "proxy_set_header": directives.collect::<Vec<_>>(),
                },
            })
        }))
    }

    fn destination(&self, rows: &[DestinationRow]) -> Result<Option<Vec<Value>>, String> {
        asked(rows.iter().map(destination_question))
    }

    fn nginx_destination(
        &self,
        rows: &[NginxDestinationInput],
        rules: Rules,
    ) -> Result<Option<Vec<Value>>, String> {
        asked(rows.iter().map(|row| nginx_question("nginx-destination", row, rules)))
    }

    fn cache(&self, rows: &[CacheRow]) -> Result<Option<Vec<Value>>, String> {
        asked(rows.iter().map(|row| question("cache", row)))
    }

    fn gzip(&self, rows: &[GzipRow]) -> Result<Option<Vec<Value>>, String> {
        asked(rows.iter().map(|row| question("gzip", row)))
    }

    fn https_redirect(&self, rows: &[HttpsRedirectRow]) -> Result<Option<Vec<Value>>, String> {
        asked(rows.iter().map(|row| question("https-redirect", row)))
    }

    fn nginx_redirect(
        &self,
        rows: &[NginxRedirectInput],
        rules: Rules,
    ) -> Result<Option<Vec<Value>>, String> {
        asked(rows.iter().map(|row| redirect_question(row, rules)))
    }

    fn proxy_chain(&self, rows: &[ProxyChainRow]) -> Result<Option<Vec<Value>>, String> {
        asked(rows.iter().map(|row| question("proxy-chain", row)))
    }

    fn request_target(&self, rows: &[RequestTargetRow]) -> Result<Option<Vec<Value>>, String> {
        asked(rows.iter().map(|row| question("request-target", row)))
    }

    fn request_line(&self, rows: &[RequestLineRow]) -> Result<Option<Vec<Value>>, String> {
        asked(rows.iter().map(|row| question("request-line", row)))
    }

    fn request_head(&self, rows: &[RequestHeadRow]) -> Result<Option<Vec<Value>>, String> {
        asked(rows.iter().map(|row| question("request-head", row)))
    }

    fn servers(&self, rows: &[ServersRow]) -> Result<Option<Vec<Value>>, String> {
        asked(rows.iter().map(|row| question("servers", row)))
    }

    fn locations(&self, rows: &[LocationsRow]) -> Result<Option<Vec<Value>>, String> {
        asked(rows.iter().map(|row| question("locations", row)))
    }

    fn routes(&self, rows: &[RoutesRow]) -> Result<Option<Vec<Value>>, String> {
        asked(rows.iter().map(|row| question("routes", row)))
    }

    fn nginx_location(
        &self,
        rows: &[NginxLocationInput],
        rules: Rules,
    ) -> Result<Option<Vec<Value>>, String> {
        asked(rows.iter().map(|row| location_question(row, rules)))
    }
}

/// The questions that `--batch` takes as every other language does.
fn asked(questions: impl Iterator<Item = Value>) -> Result<Option<Vec<Value>>, String> {
    batch(questions).map(Some)
}

fn word(directive: Directive) -> &'static str {
    match directive {
        Directive::Keep => "keep",
        Directive::Remove => "remove",
        Directive::Write => "write",
    }
}

fn batch(rows: impl Iterator<Item = Value>) -> Result<Vec<Value>, String> {
    lines_through(Command::new(program()?).args(["explain", "--batch"]), rows)
}

/// The program beside this one, built if it is not there.
fn program() -> Result<PathBuf, String> {
    if let Some(path) = std::env::var_os("TULEAP_FRONT") {
        return Ok(path.into());
    }
    let this = std::env::current_exe().map_err(|error| error.to_string())?;
    let folder = this.parent().ok_or("no folder")?;
    let folder =
        if folder.ends_with("deps") { folder.parent().ok_or("no folder")? } else { folder };
    let status = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["build", "--quiet", "--package", "tuleap-front-cli"])
        .args(folder.ends_with("release").then_some("--release"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()
        .map_err(|error| format!("cargo: {error}"))?;
    let program = folder.join(format!("tuleap-front{}", std::env::consts::EXE_SUFFIX));
    if status.success() && program.exists() {
        Ok(program)
    } else {
        Err(format!("{} could not be built", program.display()))
    }
}
