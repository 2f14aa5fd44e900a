use std::fmt;
use std::time::Duration;

/// The numbers of the proxy for ssh, which is nginx's `stream` and no HTTP.
///
/// `Display` writes them as the directives of nginx, without the name of the server behind it.
///
/// ```
/// use tuleap_front_http::SshStream;
///
/// let stream = SshStream::documented();
/// assert_eq!((stream.listen, stream.max_fails), (22, 2));
/// assert_eq!(
///     stream.to_string(),
///     "server max_fails=2 fail_timeout=5s; listen 22; proxy_connect_timeout 1s; proxy_timeout 3s;"
/// );
/// assert_eq!(SshStream::recommended().timeout.as_secs(), 3600);
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct SshStream {
    /// The port of the front. An sshd of the same machine needs another one.
    pub listen: u16,
    /// `max_fails`: so many failed attempts, and the server is left alone. nginx does not count
    /// them where there is one server only.
    pub max_fails: u32,
    /// `fail_timeout`: within this time, and for so long.
    pub fail_timeout: Duration,
    /// `proxy_connect_timeout`
    pub connect_timeout: Duration,
    /// `proxy_timeout`: a connection on which nothing was sent for so long, either way, is closed.
    pub timeout: Duration,
}

impl SshStream {
    /// The guide's numbers. Its `proxy_timeout` of three seconds ends every transfer in which a
    /// server thinks longer than that: a clone that is being packed, a hook, a person at a prompt.
    #[must_use]
    pub const fn documented() -> Self {
        Self {
            listen: 22,
            max_fails: 2,
            fail_timeout: Duration::from_secs(5),
            connect_timeout: Duration::from_secs(1),
            timeout: Duration::from_secs(3),
        }
    }

    /// The guide's numbers with an hour of silence: longer than a large repository is packed, and
    /// than a hook runs.
    #[must_use]
    pub const fn recommended() -> Self {
        Self { timeout: Duration::from_secs(3600), ..Self::documented() }
    }
}

impl fmt::Display for SshStream {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { listen, max_fails, fail_timeout, connect_timeout, timeout } = self;
        let [fail, connect, idle] = [fail_timeout, connect_timeout, timeout].map(written);
        write!(out, "server max_fails={max_fails} fail_timeout={fail}; listen {listen}; ")?;
        write!(out, "proxy_connect_timeout {connect}; proxy_timeout {idle};")
    }
}

/// A time in nginx's units.
fn written(time: &Duration) -> String {
    match time.subsec_millis() {
        0 => format!("{}s", time.as_secs()),
        _ => format!("{}ms", time.as_millis()),
    }
}
