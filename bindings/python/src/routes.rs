use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString, PyTuple};
use tuleap_front::{FileKind, Guide, RequestTarget, RootLocation, RouteOutcome};

use crate::choice::{choice, guide};
use crate::error::{Refusal, guard};
use crate::explanation::Told;
use crate::locations::{LocationMatch, Locations};
use crate::request_target::{RequestRefusal, merge};
use crate::text::{Text, from_latin1, wrong_type};

/// Which server or which file answers a request: the locations of an nginx server, and what each
/// does, with internal redirects and the files that are looked for.
///
/// text: one location per line: modifier, pattern, and what it does, `#` starts a comment.
/// `root PATH`, `index NAME`, `PATTERN proxy BACKEND`, `PATTERN fastcgi BACKEND INDEX`,
/// `PATTERN static`, `PATTERN root PATH`, `PATTERN alias PATH`, after either of these
/// `fallback URI` and `hide .SUFFIX`, and `PATTERN try_files $uri $uri/ LAST`. A backend is a name.
///
/// In `route` and `explain`, target is the request target as it was sent, `str` or `bytes`. files is
/// a function that is asked what a path is and answers "file", "directory" or "missing"; paths are
/// `str` as `os.fsdecode` makes them, below the configured ones, and links are not looked at. What
/// it raises is raised. merge_slashes is the directive. What nginx refuses before it looks for a
/// location is a RequestRefusal.
///
/// Raises TuleapFrontError for a text that is not right, with its place. Immutable; any thread.
#[pyclass(frozen, module = "tuleap_front")]
#[derive(Debug)]
pub(crate) struct Routes(tuleap_front::Routes);

#[pymethods]
impl Routes {
    #[new]
    fn new(text: &str) -> PyResult<Self> {
        guard(|| text.parse().map(Self).map_err(|error| Refusal::from(&error).into()))
    }

    /// The distributed set-up as it is right today; its backends are "web", "svn" and "php".
    #[staticmethod]
    fn recommended() -> PyResult<Self> {
        guard(|| Ok(Self(tuleap_front::Routes::recommended())))
    }

    /// The locations of the deployment guide. guide: "reverse-proxy" or "distributed". root: which
    /// of the two locations `/` of the distributed one, of which nginx takes one alone: "proxy" asks
    /// the web backend, "try-files" looks for files.
    ///
    /// Raises TuleapFrontError for another word, and for "try-files" of the reverse proxy.
    #[staticmethod]
    #[pyo3(signature = (guide, root="proxy"))]
    fn documented(guide: &str, root: &str) -> PyResult<Self> {
        let choices = [("proxy", RootLocation::Proxy), ("try-files", RootLocation::TryFiles)];
        let (guide, root) = (self::guide(guide)?, choice("root", root, &choices)?);
        guard(|| match (guide, root) {
            (Guide::Distributed, root) => Ok(Self(tuleap_front::Routes::distributed(root))),
            (guide, RootLocation::Proxy) => Ok(Self(tuleap_front::Routes::documented(guide))),
            (_, RootLocation::TryFiles) => {
                let message = "root of reverse-proxy must be proxy".to_owned();
                Err(Refusal::argument(message).into())
            }
        })
    }

    /// The names of the backends, each once, in the order of the text.
    #[getter]
    fn backends<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.backends())
    }

    /// The locations; the name of each is what it does.
    #[getter]
    fn locations(&self) -> Locations {
        Locations(self.0.locations().clone())
    }

    /// The way of a request. method: as it was sent, `str` or `bytes`, for Route.is_allowed; None is
    /// GET.
    #[pyo3(signature = (target, files, *, method=None, merge_slashes=true))]
    fn route(
        &self,
        target: &Bound<'_, PyAny>,
        files: &Bound<'_, PyAny>,
        method: Option<&Bound<'_, PyAny>>,
        merge_slashes: bool,
    ) -> PyResult<Routed<Route>> {
        let (mut files, method) = (Files::new(files)?, self::method(method)?);
        routed(target, merge_slashes, |target| {
            let route = self.0.route(target, |path| files.kind(path));
            Route::new(files.py()?, &route, target, method.as_bytes())
        })
    }

    /// The same with every step. Not for every request.
    #[pyo3(signature = (target, files, *, method=None, merge_slashes=true))]
    fn explain(
        &self,
        target: &Bound<'_, PyAny>,
        files: &Bound<'_, PyAny>,
        method: Option<&Bound<'_, PyAny>>,
        merge_slashes: bool,
    ) -> PyResult<Routed<RouteExplanation>> {
        let (mut files, method) = (Files::new(files)?, self::method(method)?);
        routed(target, merge_slashes, |target| {
            let explanation = self.0.explain(target, |path| files.kind(path));
            let py = files.py()?;
            let route =
                Py::new(py, Route::new(py, explanation.route(), target, method.as_bytes())?)?;
            Ok(RouteExplanation { route, told: Told::new(&explanation)? })
        })
    }

    /// As it is read, one location per line.
    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(&self) -> String {
        format!("<Routes to {}>", self.0.backends().join(", "))
    }

    fn __copy__(this: Py<Self>) -> Py<Self> {
        this
    }

    fn __deepcopy__(this: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        this
    }
}

fn method<'py>(method: Option<&Bound<'py, PyAny>>) -> PyResult<Text<'py>> {
    match method {
        Some(method) => Text::new(method, "method"),
        None => Ok(Text::Rust(b"GET".to_vec())),
    }
}

/// An answer, or what nginx answers before there is one.
#[derive(IntoPyObject)]
pub(crate) enum Routed<T> {
    Answer(T),
    Refusal(RequestRefusal),
}

fn routed<T>(
    target: &Bound<'_, PyAny>,
    merge_slashes: bool,
    then: impl FnOnce(&RequestTarget<'_>) -> PyResult<T>,
) -> PyResult<Routed<T>> {
    let target = Text::new(target, "target")?;
    guard(|| match RequestTarget::parse(target.as_bytes(), merge(merge_slashes)) {
        Ok(target) => then(&target).map(Routed::Answer),
        Err(reason) => Ok(Routed::Refusal(reason.into())),
    })
}

/// The function that says what a path is, and what it raised.
struct Files<'a, 'py> {
    function: &'a Bound<'py, PyAny>,
    raised: Option<PyErr>,
}

const KINDS: &[(&str, FileKind)] =
    &[("file", FileKind::File), ("directory", FileKind::Directory), ("missing", FileKind::Missing)];

impl<'a, 'py> Files<'a, 'py> {
    fn new(function: &'a Bound<'py, PyAny>) -> PyResult<Self> {
        if function.is_callable() {
            Ok(Self { function, raised: None })
        } else {
            Err(wrong_type(function, "files", "a function"))
        }
    }

    /// The answer; nobody is asked any more after something was raised.
    fn kind(&mut self, path: &[u8]) -> FileKind {
        if self.raised.is_some() {
            return FileKind::Missing;
        }
        self.ask(path).unwrap_or_else(|error| {
            self.raised = Some(error);
            FileKind::Missing
        })
    }

    fn ask(&self, path: &[u8]) -> PyResult<FileKind> {
        let answer = self.function.call1((path_text(self.function.py(), path)?,))?;
        match answer.cast::<PyString>() {
            Ok(word) => Ok(choice("the answer of files", &word.to_string_lossy(), KINDS)?),
            Err(_) => Err(wrong_type(&answer, "the answer of files", "str")),
        }
    }

    /// What was raised, if anything was.
    fn py(&mut self) -> PyResult<Python<'py>> {
        match self.raised.take() {
            Some(error) => Err(error),
            None => Ok(self.function.py()),
        }
    }
}

/// A path as Python's functions take it.
fn path_text<'py>(py: Python<'py>, path: &[u8]) -> PyResult<Bound<'py, PyAny>> {
    py.import("os")?.call_method1("fsdecode", (PyBytes::new(py, path),))
}

/// Where a request goes. What there is not is None; texts are `str` of Latin-1 characters.
#[pyclass(frozen, get_all, module = "tuleap_front")]
#[derive(Debug)]
pub(crate) struct Route {
    /// "proxy" or "fastcgi" (a backend answers), "file" (a file is sent), "redirect" or "refuse".
    outcome: &'static str,
    /// The name of the server that answers, by HTTP or by FastCGI.
    backend: Option<String>,
    /// What the server is asked for by HTTP, for "proxy": the target as it was sent; after an internal
    /// redirect uri, percent-encoded, and args.
    backend_target: Option<String>,
    /// `$uri` at the end.
    uri: String,
    /// `$args` at the end.
    args: String,
    /// The file that is sent, or the script that is run (`SCRIPT_FILENAME`), as `os.fsdecode` makes
    /// it.
    file: Option<Py<PyAny>>,
    /// `DOCUMENT_ROOT`, for FastCGI.
    document_root: Option<String>,
    /// `SCRIPT_NAME`, for FastCGI.
    script_name: Option<String>,
    /// The status of a redirect or a refusal.
    status: Option<u16>,
    /// Path and query of a redirect: put the site's origin before it.
    location: Option<String>,
    /// The name of the reason for a refusal, such as "not-found".
    reason: Option<&'static str>,
    /// The stable id of the reason, such as "routes/not-found".
    code: Option<&'static str>,
    /// The reason in words, for the body of the answer. It holds nothing of the client's.
    text: Option<&'static str>,
    /// The location that answers, whose name is what it does; None where it is the server itself.
    rule: Option<LocationMatch>,
    /// How often it was redirected internally.
    internal_redirects: u8,
    /// May the request have its method? Where not, answer 405 instead.
    is_allowed: bool,
}

impl Route {
    fn new(
        py: Python<'_>,
        route: &tuleap_front::Route<'_>,
        target: &RequestTarget<'_>,
        method: &[u8],
    ) -> PyResult<Self> {
        let file = route.file().map(|file| path_text(py, &file)).transpose()?;
        let mut answer = Self {
            outcome: route.outcome().as_str(),
            backend: route.backend().map(str::to_owned),
            backend_target: None,
            uri: from_latin1(route.uri()),
            args: from_latin1(route.args()),
            file: file.map(Bound::unbind),
            document_root: None,
            script_name: None,
            status: None,
            location: None,
            reason: None,
            code: None,
            text: None,
            rule: route.location().map(LocationMatch::from),
            internal_redirects: route.internal_redirects(),
            is_allowed: route.allows(method),
        };
        match route.outcome() {
            RouteOutcome::Proxy { .. } => {
                answer.backend_target = Some(from_latin1(&route.backend_target(target)));
            }
            RouteOutcome::FastCgi { document_root, script_name, .. } => {
                answer.document_root = Some((*document_root).to_owned());
                answer.script_name = Some(from_latin1(script_name));
            }
            RouteOutcome::Redirect { status, location } => {
                answer.status = Some(status.as_u16());
                answer.location = Some(from_latin1(location));
            }
            RouteOutcome::Refuse { status, reason } => {
                answer.status = Some(status.as_u16());
                answer.reason = Some(reason.as_str());
                answer.code = Some(reason.code());
                answer.text = Some(reason.text());
            }
            _ => {}
        }
        Ok(answer)
    }
}

#[pymethods]
impl Route {
    fn __repr__(&self) -> String {
        match (&self.backend, self.status) {
            (Some(backend), _) => format!("<Route {} {backend}>", self.outcome),
            (None, Some(status)) => format!("<Route {} {status}>", self.outcome),
            (None, None) => format!("<Route {}>", self.outcome),
        }
    }
}

/// The way of a request, step by step; `str(explanation)` writes it for people.
#[pyclass(frozen, module = "tuleap_front")]
#[derive(Debug)]
pub(crate) struct RouteExplanation {
    route: Py<Route>,
    told: Told,
}

#[pymethods]
impl RouteExplanation {
    /// The answer that is explained.
    #[getter]
    fn route(&self, py: Python<'_>) -> Py<Route> {
        self.route.clone_ref(py)
    }

    /// The explanation as one JSON object: outcome, backend, uri, args, file, status, location,
    /// reason, rule, action, internal_redirects, because, steps. A step is a location, a file or
    /// internal (a redirect). Texts are cut.
    fn to_json(&self) -> &str {
        self.told.json()
    }

    /// `to_json`, read back.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.told.dict(py)
    }

    fn __str__(&self) -> &str {
        self.told.text()
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        let route = self.route.bind(py).get().__repr__();
        format!("<RouteExplanation of {}>", route.trim_matches(['<', '>']))
    }
}
