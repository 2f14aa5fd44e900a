use std::collections::BTreeMap;
use std::time::Duration;

use crate::{Fallible, Group};

/// Group and contender.
type Key<'a> = (&'a str, &'a str);

/// Times of every contender, taken in turn: a slow moment of the machine falls on all of them.
#[derive(Debug, Default)]
pub struct Rounds {
    nanoseconds: BTreeMap<Key<'static>, Vec<f64>>,
    wrong: Vec<Key<'static>>,
}

impl Rounds {
    /// Times all groups, so many batches each, and one batch this long.
    ///
    /// # Errors
    ///
    /// An input that does not build.
    pub fn run(groups: &[Group], rounds: usize, batch: Duration) -> Fallible<Self> {
        let mut times = Self::default();
        let mut contenders = Vec::new();
        for group in groups {
            for mut contender in group.contenders()? {
                let key = (group.name(), contender.name());
                if !contender.is_right() {
                    times.wrong.push(key);
                }
                let passes = contender.passes_in(batch);
                contenders.push((key, passes, contender));
            }
        }
        for _ in 0..rounds {
            for (key, passes, contender) in &mut contenders {
                times.nanoseconds.entry(*key).or_default().push(contender.nanoseconds(*passes));
            }
        }
        Ok(times)
    }

    /// Nanoseconds a call: the median batch.
    #[must_use]
    pub fn nanoseconds(&self, group: &str, contender: &str) -> Option<f64> {
        median(self.nanoseconds.get(&(group, contender))?.iter().copied())
    }

    /// How many times as long one takes as another, by the median of each round's ratio.
    #[must_use]
    pub fn ratio(&self, one: Key<'_>, other: Key<'_>) -> Option<f64> {
        let (one, other) = (self.nanoseconds.get(&one)?, self.nanoseconds.get(&other)?);
        median(one.iter().zip(other).map(|(one, other)| one / other))
    }

    /// Does the contender give another answer than we do?
    #[must_use]
    pub fn is_wrong(&self, group: &str, contender: &str) -> bool {
        self.wrong.contains(&(group, contender))
    }
}

/// The middle one; of an even number the higher of the two.
#[must_use]
pub fn median(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}
