//! Generates, compares, shrinks and counts: the same for every kind of case.

use std::collections::BTreeMap;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config as Settings, RngAlgorithm, TestRng, TestRunner};
use tuleap_front::NginxRules;
use tuleap_front_tests::require::{number, skip};
use tuleap_front_tests::server::Fallible;
use tuleap_front_tests::server::nginx::Program;

/// How many disagreements are shrunk and shown.
const SHOWN: usize = 3;
/// How many cases are tried to shrink one.
const TRIES: usize = 150;

/// What came of one case.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// What it was about, for the counts.
    pub(crate) seen: Vec<&'static str>,
    /// Case, nginx's answer and ours, where they differ.
    pub(crate) difference: Option<String>,
}

/// A kind of case.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    /// How many where the environment does not say.
    pub(crate) cases: u64,
    /// How many go through one nginx.
    pub(crate) batch: usize,
}

/// The nginx that is installed, and the rules it has.
pub(crate) struct Beside {
    pub(crate) program: Program,
    pub(crate) rules: NginxRules,
}

impl Kind {
    /// As many cases as the environment says, or few. What was generated is printed; nothing may
    /// differ.
    pub(crate) fn explore<S: Strategy>(
        &self,
        strategy: &S,
        run: impl Fn(&Beside, &[S::Value]) -> Fallible<Vec<Outcome>>,
    ) -> Fallible<()> {
        let program = match Program::installed() {
            Ok(program) => program,
            Err(reason) => return skip("nginx_diff", &reason),
        };
        let is_old = program.version < (1, 23, 0);
        let rules = if is_old { NginxRules::V1_22 } else { NginxRules::Current };
        let beside = Beside { program, rules };
        let (total, seed) =
            (number("TULEAP_FRONT_CASES", self.cases)?, number("TULEAP_FRONT_SEED", 6)?);
        let mut runner = TestRunner::new_with_rng(Settings::default(), random(seed));
        let (mut seen, mut disagreements) = (BTreeMap::new(), 0_usize);
        let mut left = usize::try_from(total).map_err(|error| error.to_string())?;
        while left > 0 {
            let count = left.min(self.batch);
            left -= count;
            let trees: Result<Vec<S::Tree>, _> =
                (0..count).map(|_| strategy.new_tree(&mut runner)).collect();
            let mut trees = trees.map_err(|error| error.to_string())?;
            let cases: Vec<S::Value> = trees.iter().map(ValueTree::current).collect();
            for (tree, outcome) in trees.iter_mut().zip(run(&beside, &cases)?) {
                for word in outcome.seen {
                    *seen.entry(word).or_insert(0_usize) += 1;
                }
                let Some(difference) = outcome.difference else { continue };
                disagreements += 1;
                if disagreements <= SHOWN {
                    let least = shrink(tree, |case| run(&beside, &[case]))?;
                    println!("{}", least.unwrap_or(difference));
                }
            }
        }
        println!("{}: {total} cases, {disagreements} disagreements (seed {seed})", self.name);
        for (word, count) in &seen {
            println!("  {count:6} {word}");
        }
        match disagreements {
            0 => Ok(()),
            _ => Err(format!("{disagreements} disagreements in {total} cases of seed {seed}")),
        }
    }
}

fn random(seed: u64) -> TestRng {
    let mut bytes = [0; 32];
    bytes.iter_mut().zip(seed.to_le_bytes()).for_each(|(byte, given)| *byte = given);
    TestRng::from_seed(RngAlgorithm::ChaCha, &bytes)
}

/// The least case that differs.
fn shrink<T: ValueTree>(
    tree: &mut T,
    run: impl Fn(T::Value) -> Fallible<Vec<Outcome>>,
) -> Fallible<Option<String>> {
    let mut least = None;
    for _ in 0..TRIES {
        let difference = run(tree.current())?.pop().and_then(|outcome| outcome.difference);
        let goes_on = match difference {
            Some(found) => {
                least = Some(found);
                tree.simplify()
            }
            None => tree.complicate(),
        };
        if !goes_on {
            break;
        }
    }
    Ok(least)
}
