//! Every contender of every group under criterion: `cargo bench -p tuleap-front-benches`, with a
//! name such as `realistic` or `set-v6` behind it for some of them.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tuleap_front_benches::{Fallible, Group};

fn client_ip(criterion: &mut Criterion) {
    for group in Group::ALL {
        if let Err(error) = run(criterion, group) {
            eprintln!("{}: {error}", group.name());
        }
    }
}

fn run(criterion: &mut Criterion, group: &Group) -> Fallible<()> {
    let mut contest = criterion.benchmark_group(group.name());
    for mut contender in group.contenders()? {
        contest.throughput(Throughput::Elements(contender.calls_per_pass() as u64));
        contest.bench_function(contender.name(), |bencher| {
            bencher.iter_custom(|passes| contender.time(passes));
        });
    }
    Ok(())
}

criterion_group!(benches, client_ip);
criterion_main!(benches);
