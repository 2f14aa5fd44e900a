//! `litmus`, all its suites.

use std::process::Command;

use tuleap_front_tests::server::{Fallible, at};

use crate::report::Report;
use crate::rig::Site;

const SUITES: &[&str] = &["basic", "copymove", "props", "locks", "http"];

/// Runs each suite.
pub(crate) fn run(site: &Site, report: &Report) -> Fallible<()> {
    for suite in SUITES {
        let mut litmus = Command::new("timeout");
        litmus.args(["120", "litmus", "--keep-going"]);
        litmus.arg(format!("{}/dav/{}/", site.origin(), site.front.name()));
        litmus.env("TESTS", suite).env("LC_ALL", "C").current_dir(site.folder.path());
        let output = litmus.output().map_err(at("litmus"))?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        // A line is written over the one that says what runs.
        let lines = text.split(['\n', '\r']);
        let faults: Vec<_> = lines.filter(|line| line.contains(". FAIL")).collect();
        let total = text.rsplit_once(": of ").and_then(|(_, rest)| rest.split_once(" tests run"));
        let total = total.and_then(|(total, _)| total.parse().ok()).unwrap_or(0);
        report.suite(site.front, "litmus", suite, total, &faults)?;
    }
    Ok(())
}
