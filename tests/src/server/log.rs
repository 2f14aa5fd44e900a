//! The error log of a server.

use std::fs;
use std::path::PathBuf;

/// A log file.
#[derive(Clone, Debug)]
pub struct Log {
    path: PathBuf,
    /// Lines that say nothing but that the server started or was told to end.
    pub(super) routine: &'static [&'static str],
}

impl Log {
    pub(super) fn new(path: PathBuf, routine: &'static [&'static str]) -> Self {
        Self { path, routine }
    }

    /// Its lines, but for those that only tell of starts and ends.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let bytes = fs::read(&self.path).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let is_routine = |line: &&str| self.routine.iter().any(|word| line.contains(word));
        text.lines().filter(|line| !is_routine(line)).map(str::to_owned).collect()
    }

    /// The lines that hold this text.
    #[must_use]
    pub fn with(&self, text: &str) -> Vec<String> {
        self.lines().into_iter().filter(|line| line.contains(text)).collect()
    }

    /// Every line must hold one of these texts, and every text must be in a line.
    ///
    /// # Errors
    ///
    /// What is too much or missing.
    pub fn holds_only(&self, texts: &[&str]) -> Result<(), String> {
        let lines = self.lines();
        let unknown = lines.iter().position(|line| !texts.iter().any(|text| line.contains(text)));
        if let Some(at) = unknown {
            let some: Vec<&str> = lines.iter().skip(at).take(40).map(String::as_str).collect();
            return Err(format!("unexpected in {}:\n{}", self.path.display(), some.join("\n")));
        }
        match texts.iter().find(|text| !lines.iter().any(|line| line.contains(**text))) {
            Some(text) => Err(format!("not in {}: {text}", self.path.display())),
            None => Ok(()),
        }
    }

    /// Nothing is in it.
    ///
    /// # Errors
    ///
    /// What is.
    pub fn is_empty(&self) -> Result<(), String> {
        self.holds_only(&[])
    }
}
