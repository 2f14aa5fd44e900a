//! What was promised: the bounds, each with what this run says.

use tuleap_front_benches::{OURS, Target};

use crate::report::{RULES, Report, groups};

/// Every promise: a third of the instructions, and ten times for ten times the bytes.
pub(crate) fn targets(report: &Report) -> Vec<Target> {
    let mut targets = Vec::new();
    for (prefix, _) in RULES {
        for group in groups(prefix) {
            let what = format!("{prefix} {}", group.title()).replacen("- ", ": ", 1);
            targets.push(Target::at_least(3.0, what, report.ratio(group.name())));
        }
        if let Some(growth) = growth(report, prefix) {
            let what = format!("{prefix} 30 000 bytes, times 3 000").replacen("- ", ": ", 1);
            targets.push(Target::at_most(10.1, "", what, Some(growth)));
        }
    }
    targets
}

fn growth(report: &Report, prefix: &str) -> Option<f64> {
    let of = |length: &str| report.instructions.get(&format!("{prefix}{length}"), OURS);
    Some(of("30000")? / of("3000")?)
}
