//! `tuleap-front explain route`, and such lines of `--batch`.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::Deserialize;
use serde_json::{Value, json};
use tuleap_front::{
    FileKind, Locations, MergeSlashes, RequestLine, RequestTarget, RequestTargetReason,
    RequestVersion, RootLocation, RouteOutcome, Routes,
};

use crate::explain::UsageError;
use crate::words::{Format, Nginx, config_error, from_latin1, to_latin1};
use crate::{Failure, head, print_explanation};

/// Which server or which file answers a request, and why?
///
/// Files are asked of this machine; with --exists, those that are named are there and no others.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The request target, as it was sent.
    target: String,

    /// The locations of the set-up.
    #[arg(long, value_enum, default_value_t = Known::Recommended, conflicts_with = "file")]
    setup: Known,

    /// A file with the locations, one a line, or - for standard input: modifier, pattern, and what
    /// it does (proxy BACKEND, fastcgi BACKEND, static, root PATH, alias PATH, try_files …).
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,

    /// This file is there, or this directory, with a slash at its end; may be given several times.
    #[arg(long, value_name = "PATH")]
    exists: Vec<String>,

    /// nginx's merge_slashes off.
    #[arg(long)]
    keep_slashes: bool,

    /// For people, or one JSON object.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Set-ups whose locations are known.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, ValueEnum)]
#[serde(rename_all = "kebab-case")]
enum Known {
    /// The distributed set-up of the deployment guide.
    Distributed,
    /// The same with the other one of its two locations `/`.
    DistributedTryFiles,
    /// The distributed set-up as it is right today.
    Recommended,
    /// The reverse proxy of the deployment guide.
    ReverseProxy,
}

impl From<Known> for Routes {
    fn from(known: Known) -> Self {
        match known {
            Known::Distributed => Self::documented(tuleap_front::Guide::Distributed),
            Known::DistributedTryFiles => Self::distributed(RootLocation::TryFiles),
            Known::Recommended => Self::recommended(),
            Known::ReverseProxy => Self::documented(tuleap_front::Guide::ReverseProxy),
        }
    }
}

const EXAMPLES: &str = "\
Examples:
  tuleap-front explain route /svnplugin/project/trunk
  tuleap-front explain route --setup distributed --exists /nothing '/plugins/svn/?group_id=1'
  printf '/ proxy web\\n~* \\\\.(?:js|css)$ proxy static\\n' |
    tuleap-front explain route --file - /a.CSS

Exit status: 0 answered, 2 the target or the locations could not be used.";

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let routes = arguments.routes()?;
    let merge = if arguments.keep_slashes { MergeSlashes::Off } else { MergeSlashes::On };
    let target = RequestTarget::parse(arguments.target.as_bytes(), merge);
    let target = target.map_err(UsageError::Target)?;
    let explanation = routes.explain(&target, |path: &[u8]| arguments.kind(path));
    print_explanation(&explanation, arguments.format)
}

impl Arguments {
    fn routes(&self) -> Result<Routes, UsageError> {
        let Some(path) = &self.file else { return Ok(self.setup.into()) };
        let text = String::from_utf8_lossy(&head::bytes(Some(path))?).into_owned();
        text.parse().map_err(UsageError::Routes)
    }

    fn kind(&self, path: &[u8]) -> FileKind {
        if self.exists.is_empty() {
            return of_this_machine(path);
        }
        let is_named = |known: &String| known.trim_end_matches('/').as_bytes() == trimmed(path);
        match self.exists.iter().find(|known| is_named(known)) {
            Some(known) if known.ends_with('/') => FileKind::Directory,
            Some(_) if !path.ends_with(b"/") => FileKind::File,
            _ => FileKind::Missing,
        }
    }
}

fn trimmed(path: &[u8]) -> &[u8] {
    path.strip_suffix(b"/").unwrap_or(path)
}

fn of_this_machine(path: &[u8]) -> FileKind {
    let metadata = std::str::from_utf8(path).ok().and_then(|path| fs::metadata(path).ok());
    match metadata {
        Some(metadata) if metadata.is_dir() => FileKind::Directory,
        Some(metadata) if metadata.is_file() => FileKind::File,
        _ => FileKind::Missing,
    }
}

const fn merging(merges: bool) -> MergeSlashes {
    if merges { MergeSlashes::On } else { MergeSlashes::Off }
}

const fn on() -> bool {
    true
}

/// A line of `--batch` of the kind `request-target`; texts stand for bytes, one code point each.
#[derive(Debug, Deserialize)]
pub(crate) struct TargetQuestion {
    target: String,
    #[serde(default = "on")]
    merge_slashes: bool,
}

impl TargetQuestion {
    pub(crate) fn answer(&self) -> Value {
        let target = from_latin1(&self.target);
        match RequestTarget::parse(&target, merging(self.merge_slashes)) {
            Ok(target) => target_fields(&target),
            Err(reason) => refusal(reason),
        }
    }
}

fn target_fields(target: &RequestTarget<'_>) -> Value {
    json!({
        "uri": to_latin1(target.uri()), "args": to_latin1(target.args()),
        "request_uri": to_latin1(target.request_uri()), "host": target.host().map(to_latin1),
    })
}

fn refusal(reason: RequestTargetReason) -> Value {
    json!({ "status": reason.status().as_u16(), "reason": reason.as_str() })
}

/// A line of `--batch` of the kind `request-line`.
#[derive(Debug, Deserialize)]
pub(crate) struct LineQuestion {
    line: String,
    rules: Option<Nginx>,
    #[serde(default = "on")]
    merge_slashes: bool,
}

impl LineQuestion {
    pub(crate) fn answer(&self) -> Value {
        let (line, rules) = (from_latin1(&self.line), self.rules.unwrap_or(Nginx::Current));
        let line = match RequestLine::parse(&line, rules.into(), merging(self.merge_slashes)) {
            Ok(line) => line,
            Err(reason) => {
                return json!({ "status": reason.status().as_u16(), "reason": reason.as_str() });
            }
        };
        let mut answer = target_fields(line.target());
        if let Some(fields) = answer.as_object_mut() {
            let version = match line.version() {
                RequestVersion::Http1 { minor } => format!("1.{minor}"),
                _ => "0.9".to_owned(),
            };
            fields.insert("method".to_owned(), json!(to_latin1(line.method())));
            fields.insert("version".to_owned(), json!(version));
        }
        answer
    }
}

/// A line of `--batch` of the kind `nginx-location`.
#[derive(Debug, Deserialize)]
pub(crate) struct NginxLocationQuestion {
    rules: Nginx,
    input: NginxLocationInput,
    line: String,
    locations: String,
}

#[derive(Debug, Deserialize)]
struct NginxLocationInput {
    merge_slashes: bool,
}

impl NginxLocationQuestion {
    pub(crate) fn answer(&self) -> Result<Value, String> {
        let locations: Locations = self.locations.parse().map_err(|error| format!("{error}"))?;
        let (line, merge) = (from_latin1(&self.line), merging(self.input.merge_slashes));
        let line = match RequestLine::parse(&line, self.rules.into(), merge) {
            Ok(line) => line,
            Err(reason) => return Ok(json!({ "status": reason.status().as_u16() })),
        };
        let target = line.target();
        Ok(json!({
            "status": 200, "uri": to_latin1(target.uri()), "args": to_latin1(target.args()),
            "request_uri": to_latin1(target.request_uri()),
            "location": locations.find(target.uri()).map(|found| found.rule().name()),
        }))
    }
}

/// A line of `--batch` of the kind `locations`.
#[derive(Debug, Deserialize)]
pub(crate) struct LocationsQuestion {
    locations: String,
    uri: String,
}

impl LocationsQuestion {
    pub(crate) fn answer(&self) -> Value {
        let locations: Locations = match self.locations.parse() {
            Ok(locations) => locations,
            Err(error) => return config_error!(error),
        };
        let uri = from_latin1(&self.uri);
        let explanation = locations.explain(&uri);
        let found = explanation.found();
        json!({
            "location": found.map(|found| found.rule().name()),
            "index": found.map(|found| found.index()),
            "reason": explanation.reason().as_str(),
        })
    }
}

/// A line of `--batch` of the kind `routes`.
#[derive(Debug, Deserialize)]
pub(crate) struct RoutesQuestion {
    routes: Option<String>,
    known: Option<Known>,
    target: String,
    #[serde(default = "on")]
    merge_slashes: bool,
    #[serde(default = "get")]
    method: String,
    #[serde(default)]
    files: BTreeMap<String, Kind>,
}

fn get() -> String {
    "GET".to_owned()
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Directory,
    File,
    Missing,
}

impl From<Kind> for FileKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Directory => Self::Directory,
            Kind::File => Self::File,
            Kind::Missing => Self::Missing,
        }
    }
}

impl RoutesQuestion {
    pub(crate) fn answer(&self) -> Value {
        let routes = match (self.known, &self.routes) {
            (Some(known), _) => Ok(known.into()),
            (None, text) => text.as_deref().unwrap_or_default().parse::<Routes>(),
        };
        let routes = match routes {
            Ok(routes) => routes,
            Err(error) => return config_error!(error),
        };
        let bytes = from_latin1(&self.target);
        let target = match RequestTarget::parse(&bytes, merging(self.merge_slashes)) {
            Ok(target) => target,
            Err(reason) => return refusal(reason),
        };
        let mut asked = Vec::new();
        let route = routes.route(&target, |path: &[u8]| {
            let path = to_latin1(path);
            let kind = self.files.get(&path).copied().unwrap_or(Kind::Missing);
            asked.push(path);
            kind.into()
        });
        let (mut status, mut location, mut reason) = (None, None, None);
        match route.outcome() {
            RouteOutcome::Redirect { status: code, location: to } => {
                (status, location) = (Some(code.as_u16()), Some(to_latin1(to)));
            }
            RouteOutcome::Refuse { status: code, reason: why } => {
                (status, reason) = (Some(code.as_u16()), Some(why.as_str()));
            }
            _ => {}
        }
        json!({
            "outcome": route.outcome().as_str(), "backend": route.backend(),
            "uri": to_latin1(route.uri()), "args": to_latin1(route.args()),
            "file": route.file().map(|file| to_latin1(&file)),
            "status": status, "location": location, "reason": reason,
            "rule": route.location().map(|location| location.index()),
            "internal_redirects": route.internal_redirects(),
            "allowed": route.allows(&from_latin1(&self.method)), "asked": asked,
        })
    }
}
