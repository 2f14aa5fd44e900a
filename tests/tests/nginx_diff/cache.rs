//! `CachePolicy` and `CacheZone`: sequences of requests, the status of each, what the client gets,
//! what the backend is asked, and every file that is there afterwards.

mod case;
mod compare;
mod file;
mod gate;
mod play;
mod wire;
mod words;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use tuleap_front_tests::server::Fallible;
use tuleap_front_tests::server::backend::{Backend, Received};
use tuleap_front_tests::server::message::Head;
use tuleap_front_tests::server::nginx::Config;

use self::case::{Case, Origin};
use self::gate::Gate;
use self::play::Play;
use super::explore::{Beside, Kind, Outcome};

/// What the backend was asked, by case and step.
type Asked = Arc<Mutex<BTreeMap<(usize, usize), Vec<Head>>>>;

fn config(cases: &[Case], backend: &Backend) -> Config {
    let (mut zones, mut locations) = (String::new(), String::new());
    for (index, case) in cases.iter().enumerate() {
        zones.push_str(&case.zone(index));
        let directives = case.directives(index);
        let _ = writeln!(
            locations,
            "location /{index}/ {{ {directives} proxy_set_header X-Case {index};"
        );
        locations
            .push_str("proxy_set_header Host $host; add_header X-Shown $upstream_cache_status;\n");
        locations.push_str("add_header X-Case-Status $upstream_cache_status always;\n");
        let _ = writeln!(locations, "proxy_pass http://{}; }}", backend.address());
    }
    let mut config = Config::http(format!(
        "{zones}\nserver {{ listen 127.0.0.1:@port@; keepalive_requests 1000000; lingering_close off;\n{locations}\n\
         location = /ping {{ return 200 pong; }}\n\
         location = /err {{ add_header X-Page err always; return 200 err; }}
\
         location = /accel {{ add_header X-Page accel always; return 200 accel; }} }}"
    ));
    config.log_level = "crit";
    config
}

fn answer(cases: &[Case], received: &Received, now: i64, asked: &Asked, gate: &Gate) -> Vec<u8> {
    let number = |name| received.head.text(name).and_then(|text| text.parse::<usize>().ok());
    let place = (number("x-case"), number("x-step"));
    let (Some(index), Some(step)) = place else { return Vec::new() };
    let mut all = asked.lock().unwrap_or_else(PoisonError::into_inner);
    all.entry((index, step)).or_default().push(received.head.clone());
    drop(all);
    gate.pass((index, step));
    let origin = cases.get(index).and_then(|case| case.steps.get(step)).map(|step| &step.origin);
    match origin {
        Some(Origin::Answer(answer)) => answer.bytes(received.head.word(0), now),
        Some(Origin::Invalid) => b"HTTP/1.1 200 X\r\nX-A: a\0b\r\n\r\n".to_vec(),
        Some(Origin::Closed) | None => Vec::new(),
    }
}

fn run(beside: &Beside, cases: &[Case]) -> Fallible<Vec<Outcome>> {
    let (asked, gate, now) = (Asked::default(), Arc::new(Gate::default()), now());
    let backend = {
        let (cases, asked, gate) = (cases.to_vec(), Arc::clone(&asked), Arc::clone(&gate));
        Backend::scripted(move |received| answer(&cases, received, now, &asked, &gate))?
    };
    let nginx = beside.program.start(&config(cases, &backend))?;
    let port = nginx.port("port")?;
    let mut outcomes = Vec::new();
    for (index, case) in cases.iter().enumerate() {
        let folder = nginx.folder().join(&format!("cache-{index}"));
        let play = Play {
            case,
            index,
            rules: beside.rules,
            port,
            folder,
            asked: &asked,
            gate: &gate,
            written: now,
        };
        outcomes.push(play.run()?);
    }
    nginx.end()?;
    Ok(outcomes)
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or_default()
}

#[test]
fn caches_do_what_nginx_does() -> Result<(), String> {
    let kind = Kind { name: "cache", cases: 300, batch: 250 };
    kind.explore(&words::case(), run)
}
