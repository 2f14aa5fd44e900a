use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::pattern::{Case, Pattern, PatternFault};

/// The names of all servers of an address.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    exact: BTreeMap<Box<[u8]>, usize>,
    /// `*.example.org` by `example.org`.
    below: BTreeMap<Box<[u8]>, usize>,
    /// `.example.org`, which `below` has, too.
    domains: BTreeMap<Box<[u8]>, usize>,
    /// `www.example.*` by `www.example`.
    ends: BTreeMap<Box<[u8]>, usize>,
    regexes: Vec<(Pattern, usize)>,
    /// What is taken: of two equal names the first one counts.
    taken: BTreeSet<Box<[u8]>>,
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident = $name:literal: $text:literal,)*) => {
        /// Why a server is chosen. A closed set of stable names.
        ///
        /// ```
        /// use tuleap_front_http::ServerReason;
        ///
        /// let reason = ServerReason::Default;
        /// assert_eq!((reason.as_str(), reason.code()), ("default", "servers/default"));
        /// assert!(reason.text().contains("first"));
        /// assert_eq!(ServerReason::ALL.len(), 5);
        /// ```
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        #[non_exhaustive]
        pub enum ServerReason {
            $($(#[$doc])* $variant,)*
        }

        impl ServerReason {
            /// Every reason, in the order of declaration.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The stable name.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// The stable id, the same in every language.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => concat!("servers/", $name),)*
                }
            }

            /// The reason in words.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }
        }
    };
}

reasons! {
    /// No name is the host.
    Default = "default": "no server has this name, and it is the first one",
    /// The name itself.
    Exact = "exact": "it has this name",
    /// `~`
    FirstRegex = "first-regex": "its regular expression is the first one that matches",
    /// `*.example.org`, `.example.org`
    LongestWildcard = "longest-wildcard": "its name with * at the start is the longest one",
    /// `www.example.*`
    LongestWildcardEnd = "longest-wildcard-end": "its name with * at the end is the longest one",
}

impl fmt::Display for ServerReason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

/// Why a name is none.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum NameFault {
    Name,
    Pattern(PatternFault),
}

impl Names {
    /// Adds a name of a server.
    pub(super) fn add(&mut self, name: &str, server: usize) -> Result<(), NameFault> {
        if let Some(pattern) = name.strip_prefix('~') {
            let has_capital = pattern.bytes().any(|byte| byte.is_ascii_uppercase());
            let case = if has_capital { Case::Insensitive } else { Case::Sensitive };
            let pattern = Pattern::new(pattern, case).map_err(NameFault::Pattern)?;
            self.regexes.push((pattern, server));
            return Ok(());
        }
        let stars = name.matches('*').count();
        // The name of the machine that nginx runs on is not known here.
        if stars > 1 || name.contains("..") || name.eq_ignore_ascii_case("$hostname") {
            return Err(NameFault::Name);
        }
        let name = name.to_ascii_lowercase();
        let boxed = |name: &str| Box::from(name.as_bytes());
        if let Some(domain) = name.strip_prefix('.').filter(|domain| !domain.is_empty()) {
            if stars == 0
                && self.taken.insert(boxed(domain))
                && !self.below.contains_key(domain.as_bytes())
            {
                self.domains.insert(boxed(domain), server);
                self.below.insert(boxed(domain), server);
            }
        } else if let Some(domain) = name.strip_prefix("*.").filter(|domain| !domain.is_empty()) {
            self.below.entry(boxed(domain)).or_insert(server);
        } else if let Some(start) = name.strip_suffix(".*").filter(|start| !start.is_empty()) {
            self.ends.entry(boxed(start)).or_insert(server);
        } else if stars > 0 || name == "." {
            return Err(NameFault::Name);
        } else if self.taken.insert(boxed(&name)) {
            self.exact.insert(boxed(&name), server);
        }
        Ok(())
    }

    /// The server that a host, in lower case, is for; empty where there is none.
    pub(super) fn find(&self, host: &[u8]) -> (usize, ServerReason) {
        if let Some(server) = self.exact.get(host) {
            return (*server, ServerReason::Exact);
        }
        if host.is_empty() {
            return (0, ServerReason::Default);
        }
        if let Some(server) = self.below(host) {
            return (server, ServerReason::LongestWildcard);
        }
        if let Some(server) = self.end(host) {
            return (server, ServerReason::LongestWildcardEnd);
        }
        let mut regexes = self.regexes.iter();
        match regexes.find(|(pattern, _)| pattern.is_match(host)) {
            Some((_, server)) => (*server, ServerReason::FirstRegex),
            None => (0, ServerReason::Default),
        }
    }

    fn below(&self, host: &[u8]) -> Option<usize> {
        if let Some(server) = self.domains.get(host) {
            return Some(*server);
        }
        let mut rest = host;
        while let Some(dot) = rest.iter().position(|byte| *byte == b'.') {
            rest = rest.get(dot + 1..).unwrap_or_default();
            if let Some(server) = self.below.get(rest) {
                return Some(*server);
            }
        }
        None
    }

    fn end(&self, host: &[u8]) -> Option<usize> {
        let mut start = host;
        while let Some(dot) = start.iter().rposition(|byte| *byte == b'.') {
            start = start.get(..dot).unwrap_or_default();
            if let Some(server) = self.ends.get(start) {
                return Some(*server);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(list: &[&str]) -> Names {
        let mut names = Names::default();
        for (server, name) in list.iter().enumerate() {
            names.add(name, server).unwrap();
        }
        names
    }

    #[test]
    fn exact_then_wildcards_then_expressions() {
        let list = ["", "~^a", "*.b.c", "*.c", ".d", "w.*", "w.e.*", "W.C", "~^X[.]", "w.c"];
        let names = names(&list);
        for (host, server, reason) in [
            ("w.c", 7, ServerReason::Exact),
            ("", 0, ServerReason::Exact),
            ("x.w.c", 3, ServerReason::LongestWildcard),
            ("a.b.c", 2, ServerReason::LongestWildcard),
            (".b.c", 2, ServerReason::LongestWildcard),
            ("b.c", 3, ServerReason::LongestWildcard),
            ("d", 4, ServerReason::LongestWildcard),
            ("a.d", 4, ServerReason::LongestWildcard),
            ("w.e.f.g", 6, ServerReason::LongestWildcardEnd),
            ("w.f", 5, ServerReason::LongestWildcardEnd),
            ("w", 0, ServerReason::Default),
            ("ab", 1, ServerReason::FirstRegex),
            ("x.y", 8, ServerReason::FirstRegex),
            ("c", 0, ServerReason::Default),
        ] {
            assert_eq!(names.find(host.as_bytes()), (server, reason), "{host}");
        }
    }

    #[test]
    fn of_equal_names_the_first_counts() {
        assert_eq!(names(&["", "a", ".a"]).find(b"b.a"), (0, ServerReason::Default));
        assert_eq!(names(&["", ".a", "a"]).find(b"a").0, 1);
        assert_eq!(names(&["", "*.a", ".a", "a"]).find(b"a").0, 0);
        for name in ["a*", "*", "*a", "**.a", "a..b", ".", "$Hostname", "*.a.*"] {
            assert_eq!(Names::default().add(name, 0), Err(NameFault::Name), "{name}");
        }
    }
}
