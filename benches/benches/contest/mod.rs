//! Groups of contenders under criterion.

use criterion::{Criterion, Throughput};
use tuleap_front_benches::{Fallible, Group};

pub(crate) fn run(criterion: &mut Criterion, groups: &[Group]) {
    for group in groups {
        if let Err(error) = contest(criterion, group) {
            eprintln!("{}: {error}", group.name());
        }
    }
}

fn contest(criterion: &mut Criterion, group: &Group) -> Fallible<()> {
    let mut contest = criterion.benchmark_group(group.name());
    for mut contender in group.contenders()? {
        contest.throughput(Throughput::Elements(contender.calls_per_pass() as u64));
        contest.bench_function(contender.name(), |bencher| {
            bencher.iter_custom(|passes| contender.time(passes));
        });
    }
    Ok(())
}
