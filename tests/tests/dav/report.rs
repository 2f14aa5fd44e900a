//! One line for each row, and the counts.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use tuleap_front_tests::server::Fallible;

use crate::front::Front;

/// What is known about a row in a front.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Known {
    /// It is right.
    Right,
    /// It goes wrong there; should it be right, the table is.
    Wrong,
}

/// A row that was run, or several of one kind.
#[derive(Debug)]
struct Row {
    front: Front,
    group: &'static str,
    right: usize,
    total: usize,
    is_as_known: bool,
}

/// All rows so far.
#[derive(Debug)]
pub(crate) struct Report {
    rows: Mutex<Vec<Row>>,
    interrupted: Arc<AtomicBool>,
    start: Instant,
}

impl Report {
    pub(crate) fn new(interrupted: Arc<AtomicBool>) -> Self {
        Self { rows: Mutex::new(Vec::new()), interrupted, start: Instant::now() }
    }

    /// Was the suite told to end?
    pub(crate) fn is_interrupted(&self) -> bool {
        self.interrupted.load(Ordering::SeqCst)
    }

    /// Adds a row and prints its line.
    ///
    /// # Errors
    ///
    /// The suite was told to end.
    pub(crate) fn row(
        &self,
        front: Front,
        group: &'static str,
        title: &str,
        known: Known,
        result: &Fallible<()>,
    ) -> Fallible<()> {
        let is_right = result.is_ok();
        let is_as_known = is_right == (known == Known::Right);
        let why = result.as_ref().err().map(|why| short(why));
        let verdict = match (is_as_known, why) {
            (true, None) => "pass".to_owned(),
            (true, Some(why)) => format!("wrong, as is known: {why}"),
            (false, None) => "FAIL: right, though it is known to go wrong".to_owned(),
            (false, Some(why)) => format!("FAIL: {why}"),
        };
        let row = Row { front, group, right: usize::from(is_right), total: 1, is_as_known };
        self.add(row, title, &verdict)
    }

    /// Adds the tests of another program, which must all be right, and prints one line.
    ///
    /// # Errors
    ///
    /// The suite was told to end.
    pub(crate) fn suite(
        &self,
        front: Front,
        group: &'static str,
        title: &str,
        total: usize,
        faults: &[&str],
    ) -> Fallible<()> {
        let right = total.saturating_sub(faults.len());
        let is_as_known = faults.is_empty() && total > 0;
        let verdict = match is_as_known {
            true => format!("pass, all {total}"),
            false => format!("FAIL, {right} of {total} pass: {}", faults.join("; ")),
        };
        self.add(Row { front, group, right, total, is_as_known }, title, &verdict)
    }

    fn add(&self, row: Row, title: &str, verdict: &str) -> Fallible<()> {
        if self.is_interrupted() {
            return Err("interrupted".to_owned());
        }
        println!("{:8}  {:8}  {title:56}  {verdict}", row.front.name(), row.group);
        if let Ok(mut rows) = self.rows.lock() {
            rows.push(row);
        }
        Ok(())
    }

    /// Prints what was right in each front and group; true if every row was as it is known to be.
    pub(crate) fn finish(&self, fronts: &[Front]) -> bool {
        let Ok(rows) = self.rows.lock() else { return false };
        let mut groups: Vec<&str> = Vec::new();
        for row in rows.iter() {
            if !groups.contains(&row.group) {
                groups.push(row.group);
            }
        }
        println!();
        for front in fronts {
            let cells = groups.iter().filter_map(|group| {
                let of = |row: &&Row| row.front == *front && row.group == *group;
                let total: usize = rows.iter().filter(of).map(|row| row.total).sum();
                let right: usize = rows.iter().filter(of).map(|row| row.right).sum();
                (total > 0).then(|| format!("{group} {right}/{total}"))
            });
            println!("{:8}  {}", front.name(), cells.collect::<Vec<_>>().join("  "));
        }
        let unexpected = rows.iter().filter(|row| !row.is_as_known).count();
        let seconds = self.start.elapsed().as_secs();
        let total: usize = rows.iter().map(|row| row.total).sum();
        println!("dav: {total} operations in {seconds} s, {unexpected} not as they should be");
        unexpected == 0 && !rows.is_empty()
    }
}

/// On one line, which is not too long.
fn short(text: &str) -> String {
    let line = text.trim().replace('\n', "; ");
    match line.char_indices().nth(400) {
        Some((end, _)) => format!("{} …", line.split_at(end).0),
        None => line,
    }
}
