use serde::Serialize;
use tuleap_front::{FileKind, RequestTarget, RootLocation, Route, RouteOutcome, Routes};

use crate::problem::Problem;
use crate::request_target::{Refusal, merge_slashes};
use crate::wire::{Bytes, bytes, text, texts};
use crate::words::guide;

/// Reads routes, one a line.
///
/// # Errors
///
/// A line that cannot be read.
pub fn routes(text: &str) -> Result<Routes, Problem> {
    Ok(text.parse()?)
}

/// The distributed set-up as it is right today.
#[must_use]
pub fn routes_recommended() -> Routes {
    Routes::recommended()
}

/// The locations of a guide; `root`: `proxy` or `try-files`, for the distributed one.
///
/// # Errors
///
/// Another word.
pub fn routes_documented(of: &str, root: &str) -> Result<Routes, Problem> {
    let root = match root {
        "proxy" => RootLocation::Proxy,
        "try-files" => RootLocation::TryFiles,
        _ => return Err(Problem::argument("no such root: write proxy or try-files")),
    };
    Ok(match guide(of)? {
        tuleap_front::Guide::Distributed => Routes::distributed(root),
        guide => Routes::documented(guide),
    })
}

/// The names of the backends: a JSON list.
#[must_use]
pub fn routes_backends(routes: &Routes) -> String {
    crate::json(&routes.backends())
}

/// What is known of a request: a list of target and method, then each answer so far, in the order of
/// the questions.
struct Asked<'a> {
    target: Bytes<'a>,
    method: Bytes<'a>,
    answers: std::vec::IntoIter<FileKind>,
    /// The first question that has no answer.
    question: Option<Vec<u8>>,
}

impl<'a> Asked<'a> {
    fn read(list: &'a str) -> Result<Self, Problem> {
        let mut parts = texts(list);
        let mut part = || parts.next().unwrap_or_default();
        let (target, method) = (bytes(part()), bytes(part()));
        let answers = parts.map(file_kind).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { target, method, answers: answers.into_iter(), question: None })
    }

    fn kind(&mut self, path: &[u8]) -> FileKind {
        self.answers.next().unwrap_or_else(|| {
            self.question.get_or_insert_with(|| path.to_vec());
            FileKind::Missing
        })
    }
}

fn file_kind(word: &str) -> Result<FileKind, Problem> {
    match word {
        "directory" => Ok(FileKind::Directory),
        "file" => Ok(FileKind::File),
        "missing" => Ok(FileKind::Missing),
        _ => Err(Problem::argument("no such kind of file: answer file, directory or missing")),
    }
}

/// What is answered: the way, a path to say what it is, or what nginx answers.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum Answer<T> {
    Ask(String),
    Refusal(Refusal),
    Value(T),
}

/// A way, as JavaScript reads it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Way<'a> {
    outcome: &'static str,
    backend: Option<&'a str>,
    backend_target: Option<String>,
    uri: String,
    args: String,
    file: Option<String>,
    document_root: Option<&'a str>,
    script_name: Option<String>,
    status: Option<u16>,
    location: Option<String>,
    reason: Option<&'static str>,
    action: Option<&'a str>,
    location_index: Option<usize>,
    internal_redirects: u8,
    is_allowed: bool,
}

impl<'a> Way<'a> {
    fn new(route: &'a Route<'a>, target: &RequestTarget<'_>, method: &[u8]) -> Self {
        let mut way = Self {
            outcome: route.outcome().as_str(),
            backend: route.backend(),
            backend_target: None,
            uri: text(route.uri()),
            args: text(route.args()),
            file: route.file().map(|file| text(&file)),
            document_root: None,
            script_name: None,
            status: None,
            location: None,
            reason: None,
            action: route.location().map(|location| location.rule().name()),
            location_index: route.location().map(|location| location.index()),
            internal_redirects: route.internal_redirects(),
            is_allowed: route.allows(method),
        };
        match route.outcome() {
            RouteOutcome::Proxy { .. } => {
                way.backend_target = Some(text(&route.backend_target(target)));
            }
            RouteOutcome::FastCgi { document_root, script_name, .. } => {
                way.document_root = Some(document_root);
                way.script_name = Some(text(script_name));
            }
            RouteOutcome::Redirect { status, location } => {
                way.status = Some(status.as_u16());
                way.location = Some(text(location));
            }
            RouteOutcome::Refuse { status, reason } => {
                way.status = Some(status.as_u16());
                way.reason = Some(reason.as_str());
            }
            _ => {}
        }
        way
    }
}

/// The way of a request: JSON of [`Answer`]. It is asked again with one more answer, until there is
/// no question: a function cannot cross the border at the price of a text.
///
/// # Errors
///
/// A kind of file that is none.
pub fn routes_route(routes: &Routes, asked: &str, merges: bool) -> Result<String, Problem> {
    answer(asked, merges, |target, asked| {
        let route = routes.route(target, |path: &[u8]| asked.kind(path));
        crate::json(&Answer::Value(Way::new(&route, target, &asked.method)))
    })
}

/// The explanation: as [`routes_route`], with its parts and its text.
///
/// # Errors
///
/// A kind of file that is none.
pub fn routes_explain(routes: &Routes, asked: &str, merges: bool) -> Result<String, Problem> {
    answer(asked, merges, |target, asked| {
        let explanation = routes.explain(target, |path: &[u8]| asked.kind(path));
        crate::json(&Answer::Value(crate::Explained {
            text: explanation.to_string(),
            form: explanation,
        }))
    })
}

fn answer(
    asked: &str,
    merges: bool,
    ask: impl FnOnce(&RequestTarget<'_>, &mut Asked<'_>) -> String,
) -> Result<String, Problem> {
    let mut asked = Asked::read(asked)?;
    let target = asked.target.clone();
    let target = match RequestTarget::parse(&target, merge_slashes(merges)) {
        Ok(target) => target,
        Err(reason) => return Ok(crate::json(&Answer::<()>::Refusal(reason.into()))),
    };
    let answer = ask(&target, &mut asked);
    Ok(match &asked.question {
        Some(path) => crate::json(&Answer::<()>::Ask(text(path))),
        None => answer,
    })
}
