/// What a path is.
#[expect(clippy::exhaustive_enums, reason = "an input: a new kind must be given by every caller")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum FileKind {
    /// A directory.
    Directory,
    /// A regular file. With a slash behind its name it is none.
    File,
    /// Neither, or it may not be looked at.
    Missing,
}

impl FileKind {
    /// The stable name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Directory => "directory",
            Self::File => "file",
            Self::Missing => "missing",
        }
    }
}

/// The names that are looked for in a directory.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Index(Option<Vec<String>>);

impl Index {
    pub(super) const fn new(names: Option<Vec<String>>) -> Self {
        Self(names)
    }

    pub(super) fn written(&self) -> Option<&[String]> {
        self.0.as_deref()
    }

    /// nginx looks for `index.html` where nothing is said.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let default = self.0.is_none().then_some("index.html");
        self.0.iter().flatten().map(String::as_str).chain(default)
    }
}
