//! Rules for a request beside the same rules written with the `regex` crate, under criterion:
//! `cargo bench -p tuleap-front-benches --bench destination`, with a name such as `listed` or
//! `redirect` behind it for some of them.

mod contest;

use criterion::{Criterion, criterion_group, criterion_main};
use tuleap_front_benches::Group;

fn destination(criterion: &mut Criterion) {
    contest::run(criterion, Group::RULES);
}

criterion_group!(benches, destination);
criterion_main!(benches);
