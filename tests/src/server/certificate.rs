//! A certificate that nobody signed but itself.

use std::process::{Command, Stdio};

use super::folder::Folder;
use super::{Fallible, at};

/// A certificate and its key, in files that go with this value.
#[derive(Debug)]
pub struct Certificate(Folder);

impl Certificate {
    /// For `local.example`, by the program `openssl`.
    ///
    /// # Errors
    ///
    /// The program is not there or fails.
    pub fn new() -> Fallible<Self> {
        Self::of("local.example")
    }

    /// For this host, by the program `openssl`.
    ///
    /// # Errors
    ///
    /// The program is not there or fails.
    pub fn of(host: &str) -> Fallible<Self> {
        let folder = Folder::new()?;
        let status = Command::new("openssl")
            .args(["req", "-x509", "-nodes", "-days", "30", "-subj"])
            .arg(format!("/CN={host}"))
            .args(["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-keyout"])
            .arg(folder.join("key.pem"))
            .arg("-out")
            .arg(folder.join("chain.pem"))
            .stderr(Stdio::null())
            .status()
            .map_err(at("openssl"))?;
        if status.success() { Ok(Self(folder)) } else { Err(format!("openssl: {status}")) }
    }

    /// The path of the certificate.
    #[must_use]
    pub fn chain(&self) -> String {
        self.0.join("chain.pem").display().to_string()
    }

    /// The path of the key.
    #[must_use]
    pub fn key(&self) -> String {
        self.0.join("key.pem").display().to_string()
    }
}
