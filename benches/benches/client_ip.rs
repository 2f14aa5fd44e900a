//! Every contender of every group under criterion: `cargo bench -p tuleap-front-benches --bench
//! client_ip`, with a name such as `realistic` or `set-v6` behind it for some of them.

mod contest;

use criterion::{Criterion, criterion_group, criterion_main};
use tuleap_front_benches::Group;

fn client_ip(criterion: &mut Criterion) {
    contest::run(criterion, Group::CLIENT_IP);
}

criterion_group!(benches, client_ip);
criterion_main!(benches);
