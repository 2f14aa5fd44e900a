use pyo3::prelude::*;
use tuleap_front::{
    BackendOrigin, DestinationFacts, DestinationOriginError, ForeignDestination, HeaderName,
    IfTags, PathAbsolute, PublicOrigins, RequestHeaders as _, Scheme,
};

use crate::choice::{choice, guide, nginx_rules, scheme};
use crate::destination_explanation::{DestinationExplanation, LocationExplanation};
use crate::error::{Refusal, guard};
use crate::headers::{Lines, Values};
use crate::if_explanation::IfExplanation;
use crate::rewrite::Rewrite;
use crate::text::{Text, from_latin1, words};

/// Maps the Destination of COPY and MOVE from the origin that clients know to the one that the
/// next server takes for its own; the tags of If, which name places too; and Location on the way
/// back. Made once from configuration, asked for every request.
///
/// public: the origins by which clients reach the site, "https://tuleap.example.com" say, one str
/// or several; "auto" is http and https with the client's Host. backend: what the next server
/// takes for its own: an origin, or "http" or "https" with the Host that is forwarded. foreign:
/// what becomes of a Destination on another server: "reject" (502), or "pass"; a server that does
/// not look at the host takes it for its own then. path_absolute: what becomes of a path without
/// scheme and host: "keep", or "promote" (the backend's origin is put before it). if_tags: whether
/// host programs map the tags of If, "rewrite" or "keep"; None is "rewrite" where the backend is an
/// origin.
///
/// In every method, method is as it was sent; host is the client's Host, for the public origins
/// "auto", and None or empty where there is none; forwarded_host is the Host that the next server
/// is sent, for the backend "http" or "https", and None is the client's. Each is `str` or `bytes`.
/// Texts are `str` of Latin-1 characters, as `http.client` takes them.
///
/// Raises TuleapFrontError for what is not right. Immutable; any thread.
#[pyclass(frozen, module = "tuleap_front")]
#[derive(Debug)]
pub(crate) struct DestinationRule {
    core: tuleap_front::DestinationRule,
    /// What it was made from, for `repr`.
    label: String,
}

type Argument<'a, 'py> = Option<&'a Bound<'py, PyAny>>;

/// What is known about a request, while it is asked about.
struct Facts<'py> {
    method: Option<Text<'py>>,
    host: Option<Text<'py>>,
    forwarded_host: Option<Text<'py>>,
    scheme: Scheme,
}

static DESTINATION: HeaderName = HeaderName::from_static("destination");

#[pymethods]
impl DestinationRule {
    #[new]
    #[pyo3(signature = (
        public, backend, *, foreign="reject", path_absolute="keep", if_tags=None,
    ))]
    fn new(
        public: &Bound<'_, PyAny>,
        backend: &str,
        foreign: &str,
        path_absolute: &str,
        if_tags: Option<&str>,
    ) -> PyResult<Self> {
        guard(|| {
            let public = words(public, "a public origin")?.join(", ");
            let public: PublicOrigins = public.parse().map_err(public_refused)?;
            let backend: BackendOrigin = backend.parse().map_err(backend_refused)?;
            let foreign_choices =
                [("reject", ForeignDestination::Reject), ("pass", ForeignDestination::Pass)];
            let path_choices = [("keep", PathAbsolute::Keep), ("promote", PathAbsolute::Promote)];
            let label = format!("from {public} to {backend}");
            let mut core = tuleap_front::DestinationRule::new(public, backend)
                .with_foreign(choice("foreign", foreign, &foreign_choices)?)
                .with_path_absolute(choice("path_absolute", path_absolute, &path_choices)?);
            if let Some(if_tags) = if_tags {
                let choices = [("rewrite", IfTags::Rewrite), ("keep", IfTags::Keep)];
                core = core.with_if_tags(choice("if_tags", if_tags, &choices)?);
            }
            Ok(Self { core, label })
        })
    }

    /// The rule for a server that ends TLS: from the client's Host, by http and https, to http
    /// with the Host that is forwarded.
    #[staticmethod]
    fn recommended() -> Self {
        let core = tuleap_front::DestinationRule::recommended();
        Self { core, label: "recommended".to_owned() }
    }

    /// What the guide's nginx lines say, for moving away from them: no origin is looked at. guide:
    /// "reverse-proxy" or "distributed". nginx: "current" joins several lines, "1.22" reads the
    /// first alone.
    ///
    /// Raises TuleapFrontError for another word.
    #[staticmethod]
    #[pyo3(signature = (guide="reverse-proxy", nginx="current"))]
    fn documented(guide: &str, nginx: &str) -> PyResult<Self> {
        let label = format!("documented: {guide}, nginx {nginx}");
        let core = tuleap_front::DestinationRule::documented(self::guide(guide)?)
            .with_nginx_rules(nginx_rules("nginx", nginx)?);
        Ok(Self { core, label })
    }

    /// Decides about every Destination line of a request.
    ///
    /// headers: as in ClientIpResolver.resolve.
    #[pyo3(signature = (method, headers, *, host=None, forwarded_host=None))]
    fn rewrite(
        &self,
        method: &Bound<'_, PyAny>,
        headers: Lines<'_>,
        host: Argument<'_, '_>,
        forwarded_host: Argument<'_, '_>,
    ) -> PyResult<Rewrite> {
        let facts = Facts::new(host, forwarded_host)?.with_method(method)?;
        guard(|| Ok(self.of_headers(&facts, &headers)))
    }

    /// The same for the values of the Destination lines, in wire order: one `str` or `bytes` per
    /// line; a single one may stand alone, and None is an absent header.
    #[pyo3(signature = (method, lines, *, host=None, forwarded_host=None))]
    fn rewrite_lines(
        &self,
        method: &Bound<'_, PyAny>,
        lines: Values<'_>,
        host: Argument<'_, '_>,
        forwarded_host: Argument<'_, '_>,
    ) -> PyResult<Rewrite> {
        let facts = Facts::new(host, forwarded_host)?.with_method(method)?;
        guard(|| {
            Ok(lines.with_slices(|lines| {
                Rewrite::new(&self.core.rewrite_values(&facts.borrow(), lines), lines)
            }))
        })
    }

    /// The same for one value. The documented rule leaves an empty value as it is here, and
    /// removes the line of such a value elsewhere.
    #[pyo3(signature = (method, value, *, host=None, forwarded_host=None))]
    fn rewrite_value(
        &self,
        method: &Bound<'_, PyAny>,
        value: &Bound<'_, PyAny>,
        host: Argument<'_, '_>,
        forwarded_host: Argument<'_, '_>,
    ) -> PyResult<Rewrite> {
        let facts = Facts::new(host, forwarded_host)?.with_method(method)?;
        let value = Text::new(value, "a header's value")?;
        guard(|| {
            let value = value.as_bytes();
            Ok(Rewrite::new(&self.core.rewrite_value(&facts.borrow(), value), &[value]))
        })
    }

    /// The same answer as `rewrite`, with what led to it. Not for every request.
    #[pyo3(signature = (method, headers, *, host=None, forwarded_host=None))]
    fn explain(
        &self,
        method: &Bound<'_, PyAny>,
        headers: Lines<'_>,
        host: Argument<'_, '_>,
        forwarded_host: Argument<'_, '_>,
    ) -> PyResult<DestinationExplanation> {
        let facts = Facts::new(host, forwarded_host)?.with_method(method)?;
        guard(|| {
            let rewrite = self.of_headers(&facts, &headers);
            DestinationExplanation::new(&self.core.explain(&facts.borrow(), &headers), rewrite)
        })
    }

    /// Whether host programs map the tags of If: "rewrite" or "keep".
    #[getter]
    fn if_tags(&self) -> &'static str {
        match self.core.if_tags() {
            IfTags::Keep => "keep",
            IfTags::Rewrite => "rewrite",
        }
    }

    /// The value that replaces one If line, whose tags name places too (RFC 4918 section 10.4);
    /// None where the line is left as it is. Lists in parentheses, tags on another server and
    /// malformed lines are.
    #[pyo3(signature = (value, *, host=None, forwarded_host=None))]
    fn rewrite_if(
        &self,
        value: &Bound<'_, PyAny>,
        host: Argument<'_, '_>,
        forwarded_host: Argument<'_, '_>,
    ) -> PyResult<Option<String>> {
        let facts = Facts::new(host, forwarded_host)?;
        let value = Text::new(value, "a header's value")?;
        guard(|| {
            let rewrite = self.core.rewrite_if(&facts.borrow(), value.as_bytes());
            Ok(rewrite.value().as_deref().map(from_latin1))
        })
    }

    /// The same with what led to it, tag by tag. Not for every request.
    #[pyo3(signature = (value, *, host=None, forwarded_host=None))]
    fn explain_if(
        &self,
        value: &Bound<'_, PyAny>,
        host: Argument<'_, '_>,
        forwarded_host: Argument<'_, '_>,
    ) -> PyResult<IfExplanation> {
        let facts = Facts::new(host, forwarded_host)?;
        let (py, value) = (value.py(), Text::new(value, "a header's value")?);
        guard(|| IfExplanation::new(py, &self.core.explain_if(&facts.borrow(), value.as_bytes())))
    }

    /// The value that replaces a Location or Content-Location of the next server's answer, which
    /// names its own origin; None where it is left as it is. It is never refused. scheme: what the
    /// client speaks to the site, "https" or "http", for the public origins "auto".
    ///
    /// Raises TuleapFrontError for another scheme.
    #[pyo3(signature = (value, *, host=None, forwarded_host=None, scheme="https"))]
    fn rewrite_location(
        &self,
        value: &Bound<'_, PyAny>,
        host: Argument<'_, '_>,
        forwarded_host: Argument<'_, '_>,
        scheme: &str,
    ) -> PyResult<Option<String>> {
        let facts = Facts::new(host, forwarded_host)?.with_scheme(scheme)?;
        let value = Text::new(value, "a header's value")?;
        guard(|| {
            let value = value.as_bytes();
            let rewrite = self.core.rewrite_location(&facts.borrow(), value);
            Ok(rewrite.value(&[value]).as_deref().map(from_latin1))
        })
    }

    /// The same with what led to it. Not for every request.
    #[pyo3(signature = (value, *, host=None, forwarded_host=None, scheme="https"))]
    fn explain_location(
        &self,
        value: &Bound<'_, PyAny>,
        host: Argument<'_, '_>,
        forwarded_host: Argument<'_, '_>,
        scheme: &str,
    ) -> PyResult<LocationExplanation> {
        let facts = Facts::new(host, forwarded_host)?.with_scheme(scheme)?;
        let value = Text::new(value, "a header's value")?;
        guard(|| {
            LocationExplanation::new(&self.core.explain_location(&facts.borrow(), value.as_bytes()))
        })
    }

    fn __repr__(&self) -> String {
        format!("<DestinationRule {}>", self.label)
    }

    fn __copy__(this: Py<Self>) -> Py<Self> {
        this
    }

    fn __deepcopy__(this: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        this
    }
}

impl DestinationRule {
    fn of_headers(&self, facts: &Facts<'_>, headers: &Lines<'_>) -> Rewrite {
        let rewrite = self.core.rewrite(&facts.borrow(), headers);
        let mut lines: Vec<_> = headers.values_from_last(&DESTINATION).collect();
        lines.reverse();
        Rewrite::new(&rewrite, &lines)
    }
}

impl<'py> Facts<'py> {
    fn new(host: Argument<'_, 'py>, forwarded_host: Argument<'_, 'py>) -> PyResult<Self> {
        let text = |argument: Argument<'_, 'py>, name| {
            argument.map(|argument| Text::new(argument, name)).transpose()
        };
        let (host, forwarded_host) = (text(host, "host")?, text(forwarded_host, "forwarded_host")?);
        Ok(Self { method: None, host, forwarded_host, scheme: Scheme::Https })
    }

    fn with_method(self, method: &Bound<'py, PyAny>) -> PyResult<Self> {
        Ok(Self { method: Some(Text::new(method, "method")?), ..self })
    }

    fn with_scheme(self, word: &str) -> PyResult<Self> {
        Ok(Self { scheme: scheme(word)?, ..self })
    }

    fn borrow(&self) -> DestinationFacts<'_> {
        let host = self.host.as_ref().map(Text::as_bytes).unwrap_or_default();
        DestinationFacts {
            method: self.method.as_ref().map(Text::as_bytes).unwrap_or_default(),
            host,
            forwarded_host: self.forwarded_host.as_ref().map_or(host, Text::as_bytes),
            scheme: self.scheme,
        }
    }
}

fn public_refused(error: DestinationOriginError) -> Refusal<'static> {
    let entry = Some(error.entry());
    Refusal::with_hint(error.code(), format!("public, {error}"), error.hint(), entry)
}

fn backend_refused(error: DestinationOriginError) -> Refusal<'static> {
    let message = format!("backend: {}: {}", error.fault(), error.hint());
    Refusal::with_hint(error.code(), message, error.hint(), None)
}
