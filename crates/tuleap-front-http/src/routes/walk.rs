use std::borrow::Cow;

use http::StatusCode;

use super::Routes;
use super::action::{Action, FilePlace, StaticFiles, TryArgs, TryFile, TryLast};
use super::explanation::{RouteStep, Trace};
use super::files::FileKind;
use super::reason::{RouteCause, RouteReason};
use super::route::{Methods, Route, RouteOutcome, encoded};
use crate::locations::LocationMatch;
use crate::request_target::RequestTarget;

/// nginx gives up at the eleventh.
const INTERNAL_REDIRECTS_MAX: u8 = 10;

/// Goes the way of a request.
pub(super) fn walk<'a>(
    routes: &'a Routes,
    target: &'a RequestTarget<'_>,
    files: impl FnMut(&[u8]) -> FileKind,
    trace: &mut impl Trace<'a>,
) -> Route<'a> {
    let mut walk = Walk {
        routes,
        files,
        trace,
        uri: Cow::Borrowed(target.uri()),
        args: target.args(),
        methods: Methods::Any,
    };
    let mut internal_redirects = 0;
    loop {
        let location = routes.locations.find(&walk.uri);
        walk.trace.step(|| RouteStep::location(&walk.uri, location));
        let outcome = match walk.step(location) {
            Next::Answer(outcome) => outcome,
            Next::Internal { .. } if internal_redirects == INTERNAL_REDIRECTS_MAX => {
                RouteOutcome::refuse(RouteReason::InternalRedirectCycle)
            }
            Next::Internal { cause, uri, args } => {
                walk.trace.step(|| RouteStep::Internal { cause, uri: uri.to_vec() });
                (walk.uri, walk.args) = (uri, args);
                internal_redirects += 1;
                continue;
            }
        };
        let Walk { uri, args, methods, .. } = walk;
        return Route { outcome, uri, args, location, internal_redirects, methods };
    }
}

struct Walk<'a, 't, F, T> {
    routes: &'a Routes,
    files: F,
    trace: &'t mut T,
    uri: Cow<'a, [u8]>,
    args: &'a [u8],
    methods: Methods,
}

/// What follows a step.
enum Next<'a> {
    Answer(RouteOutcome<'a>),
    Internal { cause: RouteCause, uri: Cow<'a, [u8]>, args: &'a [u8] },
}

impl<'a, F: FnMut(&[u8]) -> FileKind, T: Trace<'a>> Walk<'a, '_, F, T> {
    fn step(&mut self, location: Option<LocationMatch<'a>>) -> Next<'a> {
        let routes = self.routes;
        if routes.slashless.iter().any(|path| **path == *self.uri) {
            return Next::Answer(self.slash_added());
        }
        let action = location.and_then(|location| routes.actions.get(location.index()));
        let Some(action) = action else {
            return match routes.root {
                Some(_) => self.file(StaticFiles::SERVER),
                None => Next::Answer(RouteOutcome::refuse(RouteReason::NoLocation)),
            };
        };
        match action {
            Action::FastCgi { backend, index } => {
                Next::Answer(self.fast_cgi(backend, index.as_deref()))
            }
            Action::Proxy { backend } => Next::Answer(RouteOutcome::Proxy { backend }),
            Action::Static(files) => self.file(files),
            Action::TryFiles { entries, last } => self.try_files(entries, last),
        }
    }

    fn fast_cgi(&self, backend: &'a str, index: Option<&str>) -> RouteOutcome<'a> {
        let script_name = match index {
            Some(index) if self.uri.ends_with(b"/") => {
                Cow::Owned([&self.uri, index.as_bytes()].concat())
            }
            _ => self.uri.clone(),
        };
        RouteOutcome::FastCgi { backend, document_root: self.routes.root(), script_name }
    }

    fn try_files(&mut self, entries: &[TryFile], last: &'a TryLast) -> Next<'a> {
        let path = StaticFiles::SERVER.path(self.routes, &self.uri);
        for entry in entries {
            let kind = self.kind(&path);
            if entry.is(kind) {
                return self.content(StaticFiles::SERVER, path, Some(kind));
            }
        }
        match last {
            TryLast::Status(status) => {
                let (status, reason) = (*status, RouteReason::TryFiles);
                Next::Answer(RouteOutcome::Refuse { status, reason })
            }
            TryLast::Uri { uri, args } => {
                let args = match args {
                    TryArgs::Drop => b"",
                    TryArgs::Keep => self.args,
                };
                let uri = Cow::Borrowed(uri.as_bytes());
                Next::Internal { cause: RouteCause::TryFiles, uri, args }
            }
        }
    }

    fn file(&mut self, files: &'a StaticFiles) -> Next<'a> {
        let path = files.path(self.routes, &self.uri);
        let Some(fallback) = &files.fallback else { return self.content(files, path, None) };
        let kind = self.kind(&path);
        if kind != FileKind::File || files.hides(&path) {
            let uri = Cow::Borrowed(fallback.as_bytes());
            return Next::Internal { cause: RouteCause::Fallback, uri, args: self.args };
        }
        self.content(files, path, Some(kind))
    }

    /// An index file for a directory with a slash, and the file for all else.
    fn content(&mut self, files: &StaticFiles, path: Vec<u8>, known: Option<FileKind>) -> Next<'a> {
        self.methods = Methods::GetHeadPost;
        if self.uri.ends_with(b"/") {
            return self.index(path);
        }
        Next::Answer(match known.unwrap_or_else(|| self.kind(&path)) {
            FileKind::Directory => self.slash_added(),
            FileKind::File if !files.hides(&path) => {
                self.methods = Methods::GetHead;
                RouteOutcome::File { path }
            }
            FileKind::File | FileKind::Missing => RouteOutcome::refuse(RouteReason::NotFound),
        })
    }

    fn index(&mut self, mut path: Vec<u8>) -> Next<'a> {
        let directory = path.len();
        let mut is_directory = None;
        for name in self.routes.index.names() {
            let (cause, args) = (RouteCause::Index, self.args);
            if name.starts_with('/') {
                return Next::Internal { cause, uri: Cow::Borrowed(name.as_bytes()), args };
            }
            path.extend_from_slice(name.as_bytes());
            if self.kind(&path) != FileKind::Missing {
                let uri = Cow::Owned([&self.uri, name.as_bytes()].concat());
                return Next::Internal { cause, uri, args };
            }
            path.truncate(directory);
            let folder = path.strip_suffix(b"/").filter(|folder| !folder.is_empty());
            let folder = folder.unwrap_or(&path);
            if !*is_directory.get_or_insert_with(|| self.kind(folder) == FileKind::Directory) {
                return Next::Answer(RouteOutcome::refuse(RouteReason::NotFound));
            }
        }
        Next::Answer(RouteOutcome::refuse(RouteReason::DirectoryIndex))
    }

    fn slash_added(&self) -> RouteOutcome<'a> {
        let location = encoded(&self.uri, b"/", self.args);
        RouteOutcome::Redirect { status: StatusCode::MOVED_PERMANENTLY, location }
    }

    fn kind(&mut self, path: &[u8]) -> FileKind {
        let kind = (self.files)(path);
        self.trace.step(|| RouteStep::File { path: path.to_vec(), kind });
        kind
    }
}

impl StaticFiles {
    /// The path of a file. Room is kept for the name of an index file.
    fn path(&self, routes: &Routes, uri: &[u8]) -> Vec<u8> {
        let (head, tail) = match &self.place {
            FilePlace::Alias { path, cut } => (path.as_str(), uri.get(*cut..).unwrap_or_default()),
            FilePlace::Root(path) => (path.as_str(), uri),
            FilePlace::Server => (routes.root(), uri),
        };
        let mut path = Vec::with_capacity(head.len() + tail.len() + 16);
        path.extend_from_slice(head.as_bytes());
        path.extend_from_slice(tail);
        path
    }
}

impl Routes {
    /// The root of the server, which is there where a location needs it.
    fn root(&self) -> &str {
        self.root.as_deref().unwrap_or_default()
    }
}
