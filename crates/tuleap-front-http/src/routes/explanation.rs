use std::fmt;

use super::files::FileKind;
use super::reason::RouteCause;
use super::route::{Route, RouteOutcome};
use crate::locations::{LocationMatch, LocationRule, LocationsReason};

/// The way of a request: which locations took it and why, which files were looked for, where it
/// was redirected internally.
///
/// `Display` writes it for people, and with the feature `serde` it is one JSON object; in both,
/// texts are cut at 256 bytes.
///
/// ```
/// use tuleap_front_http::{FileKind, MergeSlashes, RequestTarget, Routes};
///
/// let routes = Routes::recommended();
/// let target = RequestTarget::parse(b"/plugins/svn/admin?x", MergeSlashes::On)?;
/// let explanation = routes.explain(&target, |_: &[u8]| FileKind::Missing);
/// assert_eq!(explanation.route().backend(), Some("php"));
/// assert_eq!(explanation.steps().len(), 4);
/// assert_eq!(
///     explanation.to_string(),
///     "route fastcgi php\n  \
///        location  /plugins/svn/admin  ^~ /plugins/svn/ alias /usr/share/tuleap/plugins/svn/www/ \
///        fallback /index.php hide .php (stopping-prefix)\n  \
///        file      /usr/share/tuleap/plugins/svn/www/admin  missing\n  \
///        internal  /index.php  fallback\n  \
///        location  /index.php  = /index.php fastcgi php index.php (exact)\n  \
///        uri       /index.php?x\n  \
///        script    /usr/share/tuleap/src/www/index.php\n  \
///        because it is the path itself\n"
/// );
/// # Ok::<(), tuleap_front_http::RequestTargetReason>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct RouteExplanation<'a> {
    route: Route<'a>,
    steps: Vec<RouteStep<'a>>,
}

/// One step of the way.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum RouteStep<'a> {
    /// What a path is was asked.
    File {
        /// The path.
        path: Vec<u8>,
        /// The answer.
        kind: FileKind,
    },
    /// It goes on with another path.
    Internal {
        /// Why.
        cause: RouteCause,
        /// That path.
        uri: Vec<u8>,
    },
    /// A location took it.
    Location {
        /// The path.
        uri: Vec<u8>,
        /// The location, whose name is what it does.
        rule: Option<&'a LocationRule>,
        /// Why this one.
        reason: LocationsReason,
    },
}

/// What a walk tells; a step is made only where it is kept.
pub(super) trait Trace<'a> {
    fn step(&mut self, step: impl FnOnce() -> RouteStep<'a>);
}

impl<'a> Trace<'a> for () {
    fn step(&mut self, _step: impl FnOnce() -> RouteStep<'a>) {}
}

impl<'a> Trace<'a> for Vec<RouteStep<'a>> {
    fn step(&mut self, step: impl FnOnce() -> RouteStep<'a>) {
        self.push(step());
    }
}

impl<'a> RouteStep<'a> {
    pub(super) fn location(uri: &[u8], location: Option<LocationMatch<'a>>) -> Self {
        Self::Location {
            uri: uri.to_vec(),
            rule: location.map(|location| location.rule()),
            reason: location.map_or(LocationsReason::NoLocation, |location| location.reason()),
        }
    }
}

impl<'a> RouteExplanation<'a> {
    pub(super) const fn new(route: Route<'a>, steps: Vec<RouteStep<'a>>) -> Self {
        Self { route, steps }
    }

    /// The answer that is explained.
    pub const fn route(&self) -> &Route<'a> {
        &self.route
    }

    /// The steps, in order.
    #[must_use]
    pub fn steps(&self) -> &[RouteStep<'a>] {
        &self.steps
    }

    /// Why the last location was taken, or why the request is refused.
    pub(super) fn because(&self) -> &'static str {
        match self.route.outcome() {
            RouteOutcome::Refuse { reason, .. } => reason.text(),
            RouteOutcome::Redirect { .. } => "the path lacks its slash",
            _ => {
                let location = self.route.location();
                location.map_or(LocationsReason::NoLocation, |found| found.reason()).text()
            }
        }
    }
}

impl fmt::Display for RouteExplanation<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { route, steps } = self;
        match route.outcome() {
            RouteOutcome::FastCgi { backend, .. } => writeln!(out, "route fastcgi {backend}")?,
            RouteOutcome::Proxy { backend } => writeln!(out, "route proxy {backend}")?,
            RouteOutcome::File { .. } => writeln!(out, "route file")?,
            RouteOutcome::Redirect { status, .. } => {
                writeln!(out, "route redirect {}", status.as_u16())?;
            }
            RouteOutcome::Refuse { status, reason } => {
                writeln!(out, "route refuse {} ({reason})", status.as_u16())?;
            }
        }
        steps.iter().try_for_each(|step| writeln!(out, "  {step}"))?;
        if route.internal_redirects() > 0 {
            let query: &[u8] = if route.args().is_empty() { b"" } else { b"?" };
            let parts = [route.uri(), query, route.args()];
            writeln!(out, "  uri       {}", Shown(&parts.concat()))?;
        }
        match (route.outcome(), route.file()) {
            (RouteOutcome::Redirect { location, .. }, _) => {
                writeln!(out, "  location  {}", Shown(location))?;
            }
            (RouteOutcome::FastCgi { .. }, Some(file)) => {
                writeln!(out, "  script    {}", Shown(&file))?;
            }
            (_, Some(file)) => writeln!(out, "  path      {}", Shown(&file))?,
            (_, None) => {}
        }
        writeln!(out, "  because {}", self.because())
    }
}

impl fmt::Display for RouteStep<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, kind } => {
                write!(out, "file      {}  {}", Shown(path), kind.as_str())
            }
            Self::Internal { cause, uri } => write!(out, "internal  {}  {cause}", Shown(uri)),
            Self::Location { uri, rule: None, .. } => {
                write!(out, "location  {}  none", Shown(uri))
            }
            Self::Location { uri, rule: Some(rule), reason } => {
                write!(out, "location  {}  {} {} ({reason})", Shown(uri), rule.head(), rule.name())
            }
        }
    }
}

/// Bytes of a text that an explanation shows.
const SHOWN: usize = 256;

/// A text as it may be shown: cut, and without control characters.
pub(super) struct Shown<'a>(pub(super) &'a [u8]);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.0.get(..SHOWN).unwrap_or(self.0);
        write!(out, "{}", String::from_utf8_lossy(shown).escape_debug())?;
        if shown.len() < self.0.len() { out.write_str("...") } else { Ok(()) }
    }
}
