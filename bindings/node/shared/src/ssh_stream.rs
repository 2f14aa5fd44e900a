use serde::Serialize;
use tuleap_front::SshStream;

/// The numbers, as JavaScript reads them; times are seconds.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Numbers {
    listen: u16,
    max_fails: u32,
    fail_timeout: f64,
    connect_timeout: f64,
    timeout: f64,
}

/// The numbers of the guide: JSON of [`Numbers`].
#[must_use]
pub fn ssh_documented() -> String {
    numbers(&SshStream::documented())
}

/// The numbers that are right today: JSON of [`Numbers`].
#[must_use]
pub fn ssh_recommended() -> String {
    numbers(&SshStream::recommended())
}

fn numbers(stream: &SshStream) -> String {
    crate::json(&Numbers {
        listen: stream.listen,
        max_fails: stream.max_fails,
        fail_timeout: stream.fail_timeout.as_secs_f64(),
        connect_timeout: stream.connect_timeout.as_secs_f64(),
        timeout: stream.timeout.as_secs_f64(),
    })
}
