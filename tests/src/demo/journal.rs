//! An access log, read while it grows.

use std::fs;
use std::path::PathBuf;

use crate::server::Fallible;
use crate::server::process::until;

/// A log, and how much of it was read.
#[derive(Debug)]
pub(super) struct Journal {
    path: PathBuf,
    read: usize,
}

impl Journal {
    pub(super) const fn new(path: PathBuf) -> Self {
        Self { path, read: 0 }
    }

    /// The next line. It may be written a moment after the answer.
    pub(super) fn next_line(&mut self) -> Fallible<String> {
        let line = until("a line in an access log", || Ok(self.unread().into_iter().next()))?;
        self.read += 1;
        Ok(line)
    }

    /// What was written since the last time.
    pub(super) fn new_lines(&mut self) -> Vec<String> {
        let lines = self.unread();
        self.read += lines.len();
        lines
    }

    /// Whole lines only.
    fn unread(&self) -> Vec<String> {
        let text = fs::read(&self.path).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let lines = text.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n'));
        lines.skip(self.read).map(str::to_owned).collect()
    }
}
