mod action;
mod error;
mod explanation;
mod files;
mod reason;
mod route;
#[cfg(feature = "serde")]
mod serialize;
mod text;
mod walk;

use std::fmt;
use std::str::FromStr;

pub use self::error::{RoutesError, RoutesFault};
pub use self::explanation::{RouteExplanation, RouteStep};
pub use self::files::FileKind;
pub use self::reason::{RouteCause, RouteReason};
pub use self::route::{Route, RouteOutcome};

pub(crate) use self::route::encoded;

use self::action::Action;
use self::files::Index;
use crate::config_text::quoted_word;
use crate::forwarded_hop::Guide;
use crate::locations::Locations;
use crate::request_target::RequestTarget;

/// Which server or which file answers a path: the locations of a server, and what each does.
///
/// [`Locations`] says which location takes a path; then this is nginx's way, step by step, with
/// internal redirects (10 at most) and the files that it looks for. Whether a file is there is
/// asked of the caller.
///
/// The text has one location per line: modifier, pattern, and what it does. `#` starts a comment.
///
/// | text | nginx |
/// |---|---|
/// | `root PATH` | `root`, of the server |
/// | `index NAME …` | `index`, of the server; `index.html` where nothing is said |
/// | `PATTERN proxy BACKEND` | `proxy_pass` |
/// | `PATTERN fastcgi BACKEND [INDEX]` | `fastcgi_pass`, `fastcgi_index`; the script is below `root` |
/// | `PATTERN static` | files below `root` |
/// | `PATTERN root PATH` | files below this path |
/// | `PATTERN alias PATH` | files below this path, the pattern cut off |
/// | `… fallback URI` | `if (!-f $request_filename) { rewrite ^ URI last; }` |
/// | `… hide .SUFFIX` | files of this suffix are as if they were not there: no directive of nginx |
/// | `PATTERN try_files $uri $uri/ /index.php?$args` | `try_files`; the last word is a URI or `=404` |
///
/// A backend is a name; which server has it is the caller's. A location with `proxy` or `fastcgi`
/// whose pattern ends in a slash redirects the path without the slash, as in nginx.
///
/// Where the answer is a backend and nothing was redirected, nothing is allocated; the path of a
/// file is built once for each file that is asked for.
///
/// # Untrusted input
///
/// A path of a file is what the configuration says, and behind it what the path of the request
/// says. As the latter has no segment `..` and no NUL, and as an alias and its pattern end in a
/// slash both or neither, the file is below the configured path; links are not looked at.
///
/// ```
/// use tuleap_front_http::{FileKind, Guide, MergeSlashes, RequestTarget, RouteOutcome, Routes};
///
/// let routes = Routes::documented(Guide::Distributed);
/// let nothing = |_: &[u8]| FileKind::Missing;
///
/// let target = RequestTarget::parse(b"/svnplugin/a/trunk", MergeSlashes::On)?;
/// let route = routes.route(&target, nothing);
/// assert_eq!(*route.outcome(), RouteOutcome::Proxy { backend: "svn" });
///
/// let target = RequestTarget::parse(b"/plugins/svn/?group_id=1", MergeSlashes::On)?;
/// let route = routes.route(&target, nothing);
/// assert_eq!(route.backend(), Some("php"));
/// assert_eq!((route.uri(), route.args()), (&b"/index.php"[..], &b"group_id=1"[..]));
/// assert_eq!(route.file().as_deref(), Some(&b"/usr/share/tuleap/src/www/index.php"[..]));
/// # Ok::<(), tuleap_front_http::RequestTargetReason>(())
/// ```
#[derive(Clone, Debug)]
pub struct Routes {
    locations: Locations,
    /// What each location does.
    actions: Vec<Action>,
    /// Paths that get a slash.
    slashless: Vec<Box<[u8]>>,
    /// Without a slash at its end.
    root: Option<String>,
    index: Index,
}

/// The two locations `/` that the distributed configuration of the guide has: nginx starts with
/// one of them only.
#[expect(clippy::exhaustive_enums, reason = "a choice between two readings of one text")]
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum RootLocation {
    /// The one that passes everything on to the web backend.
    #[default]
    Proxy,
    /// The one that serves files, and the front controller where there is none.
    TryFiles,
}

const DISTRIBUTED: &str = r"
root /usr/share/tuleap/src/www
index index.php
~* \.(?:js|css|png|gif|eot|woff)$ proxy web
/index.php fastcgi php index.php
^~ /plugins/svn/ alias /usr/share/tuleap/plugins/svn/www/ fallback /index.php
^~ /svnplugin proxy svn
/viewvc-theme-tuleap alias /usr/share/viewvc-theme-tuleap/assets
";

const REVERSE_PROXY: &str = r"
~* \.(?:js|css|png|gif|eot|woff)$ proxy web
/ proxy web
";

const RECOMMENDED: &str = r"
root /usr/share/tuleap/src/www
index index.php
/ proxy web
= /index.php fastcgi php index.php
^~ /plugins/svn/ alias /usr/share/tuleap/plugins/svn/www/ fallback /index.php hide .php
^~ /svnplugin/ proxy svn
^~ /viewvc-theme-tuleap/ alias /usr/share/viewvc-theme-tuleap/assets/
";

impl Routes {
    /// The distributed set-up as it is right today: the documented one, but
    ///
    /// - patterns end in a slash, so that `/svnpluginX` and `/viewvc-theme-tuleapX` are the web
    ///   backend's, and `/svnplugin` is redirected;
    /// - the theme of ViewVC is asked before any expression, so that its style sheets are found;
    /// - `/index.php` is the front controller, and `/index.phpX` is not;
    /// - a script below `/plugins/svn/` is run by the front controller, never sent as a file;
    /// - there is no location for media: it would take them from their backend, and what may be
    ///   cached is not a question of routes.
    ///
    /// ```
    /// use tuleap_front_http::{FileKind, MergeSlashes, RequestTarget, Routes};
    ///
    /// let routes = Routes::recommended();
    /// let theme = RequestTarget::parse(b"/viewvc-theme-tuleap/a.css", MergeSlashes::On)?;
    /// let route = routes.route(&theme, |_: &[u8]| FileKind::File);
    /// let file = b"/usr/share/viewvc-theme-tuleap/assets/a.css";
    /// assert_eq!(route.file().as_deref(), Some(&file[..]));
    /// # Ok::<(), tuleap_front_http::RequestTargetReason>(())
    /// ```
    #[must_use]
    pub fn recommended() -> Self {
        Self::known(RECOMMENDED)
    }

    /// The locations of a configuration of the guide, with its backends named `web`, `svn` and
    /// `php`. Of the two locations `/` of the distributed one, the first is kept.
    #[must_use]
    pub fn documented(guide: Guide) -> Self {
        match guide {
            Guide::Distributed => Self::distributed(RootLocation::Proxy),
            Guide::ReverseProxy => Self::known(REVERSE_PROXY),
        }
    }

    /// The locations of the distributed configuration of the guide, with one of its two `/`.
    ///
    /// ```
    /// use tuleap_front_http::{FileKind, MergeSlashes, RequestTarget, RootLocation, Routes};
    ///
    /// let routes = Routes::distributed(RootLocation::TryFiles);
    /// let target = RequestTarget::parse(b"/projects/a?x=1", MergeSlashes::On)?;
    /// let route = routes.route(&target, |_: &[u8]| FileKind::Missing);
    /// assert_eq!((route.backend(), route.args()), (Some("php"), &b"x=1"[..]));
    /// # Ok::<(), tuleap_front_http::RequestTargetReason>(())
    /// ```
    #[must_use]
    pub fn distributed(root: RootLocation) -> Self {
        let location = match root {
            RootLocation::Proxy => "/ proxy web",
            RootLocation::TryFiles => "/ try_files $uri $uri/ /index.php?$args",
        };
        Self::known(&format!("{DISTRIBUTED}{location}"))
    }

    /// The way of a request; `files` is asked what a path is.
    pub fn route<'a>(
        &'a self,
        target: &'a RequestTarget<'_>,
        files: impl FnMut(&[u8]) -> FileKind,
    ) -> Route<'a> {
        walk::walk(self, target, files, &mut ())
    }

    /// The same, with every step.
    pub fn explain<'a>(
        &'a self,
        target: &'a RequestTarget<'_>,
        files: impl FnMut(&[u8]) -> FileKind,
    ) -> RouteExplanation<'a> {
        let mut steps = Vec::new();
        let route = walk::walk(self, target, files, &mut steps);
        RouteExplanation::new(route, steps)
    }

    /// The locations; the name of each is what it does.
    #[must_use]
    pub const fn locations(&self) -> &Locations {
        &self.locations
    }

    /// The names of the backends, each once, in the order of the text.
    #[must_use]
    pub fn backends(&self) -> Vec<&str> {
        let mut names = Vec::new();
        for name in self.actions.iter().filter_map(Action::backend) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    #[expect(clippy::expect_used, reason = "constant texts, and a test reads each of them")]
    fn known(text: &str) -> Self {
        text.parse().expect("a text of ours")
    }
}

impl FromStr for Routes {
    type Err = RoutesError;

    fn from_str(text: &str) -> Result<Self, RoutesError> {
        text::parse(text)
    }
}

/// As it is read.
impl fmt::Display for Routes {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(root) = &self.root {
            writeln!(out, "root {}", quoted_word(if root.is_empty() { "/" } else { root }))?;
        }
        if let Some(names) = self.index.written() {
            out.write_str("index")?;
            names.iter().try_for_each(|name| write!(out, " {}", quoted_word(name)))?;
            out.write_str("\n")?;
        }
        let rules = self.locations.rules();
        rules.iter().try_for_each(|rule| writeln!(out, "{} {}", rule.head(), rule.name()))
    }
}

#[cfg(test)]
mod tests;
