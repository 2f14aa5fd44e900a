use std::fmt;

use http::StatusCode;

use super::files::FileKind;
use crate::config_text::quoted_word;

/// What a location does.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Action {
    FastCgi { backend: String, index: Option<String> },
    Proxy { backend: String },
    Static(StaticFiles),
    TryFiles { entries: Vec<TryFile>, last: TryLast },
}

/// Files.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct StaticFiles {
    pub(super) place: FilePlace,
    /// What is asked for where there is no file.
    pub(super) fallback: Option<String>,
    /// Suffixes of files that are as if they were not there.
    pub(super) hidden: Vec<String>,
}

/// Where files are.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum FilePlace {
    /// The pattern of the location, which has this many bytes, is replaced.
    Alias { path: String, cut: usize },
    /// The path is put before; without a slash at its end.
    Root(String),
    /// The root of the server.
    Server,
}

/// A word of `try_files`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum TryFile {
    /// `$uri/`
    Directory,
    /// `$uri`
    File,
}

/// The last word of `try_files`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum TryLast {
    Status(StatusCode),
    Uri { uri: String, args: TryArgs },
}

/// What stands behind the URI.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum TryArgs {
    /// Nothing: the query is dropped.
    Drop,
    /// `?$args`
    Keep,
}

impl TryFile {
    pub(super) fn is(self, kind: FileKind) -> bool {
        match self {
            Self::Directory => kind == FileKind::Directory,
            Self::File => kind == FileKind::File,
        }
    }
}

impl Action {
    pub(super) fn backend(&self) -> Option<&str> {
        match self {
            Self::FastCgi { backend, .. } | Self::Proxy { backend } => Some(backend),
            Self::Static(_) | Self::TryFiles { .. } => None,
        }
    }
}

impl StaticFiles {
    /// What a server does where no location takes a path.
    pub(super) const SERVER: &Self =
        &Self { place: FilePlace::Server, fallback: None, hidden: Vec::new() };

    pub(super) fn hides(&self, path: &[u8]) -> bool {
        self.hidden.iter().any(|suffix| {
            let at = path.len().checked_sub(suffix.len());
            let end = at.and_then(|at| path.get(at..));
            end.is_some_and(|end| end.eq_ignore_ascii_case(suffix.as_bytes()))
        })
    }
}

/// As it is read.
impl fmt::Display for Action {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FastCgi { backend, index } => {
                write!(out, "fastcgi {}", quoted_word(backend))?;
                index.iter().try_for_each(|index| write!(out, " {}", quoted_word(index)))
            }
            Self::Proxy { backend } => write!(out, "proxy {}", quoted_word(backend)),
            Self::Static(files) => files.fmt(out),
            Self::TryFiles { entries, last } => {
                out.write_str("try_files")?;
                for entry in entries {
                    out.write_str(match entry {
                        TryFile::Directory => " $uri/",
                        TryFile::File => " $uri",
                    })?;
                }
                match last {
                    TryLast::Status(status) => write!(out, " ={}", status.as_u16()),
                    TryLast::Uri { uri, args: TryArgs::Drop } => {
                        write!(out, " {}", quoted_word(uri))
                    }
                    TryLast::Uri { uri, args: TryArgs::Keep } => {
                        write!(out, " {}", quoted_word(&format!("{uri}?$args")))
                    }
                }
            }
        }
    }
}

impl fmt::Display for StaticFiles {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            FilePlace::Alias { path, .. } => write!(out, "alias {}", quoted_word(path))?,
            FilePlace::Root(path) if path.is_empty() => out.write_str("root /")?,
            FilePlace::Root(path) => write!(out, "root {}", quoted_word(path))?,
            FilePlace::Server => out.write_str("static")?,
        }
        if let Some(uri) = &self.fallback {
            write!(out, " fallback {}", quoted_word(uri))?;
        }
        self.hidden.iter().try_for_each(|suffix| write!(out, " hide {}", quoted_word(suffix)))
    }
}
