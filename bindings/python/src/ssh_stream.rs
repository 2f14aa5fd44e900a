use pyo3::prelude::*;

/// The numbers of the proxy for ssh, which is nginx's `stream` and no HTTP; `str(stream)` writes
/// them as its directives. Made by `documented()` or `recommended()`. Immutable.
#[pyclass(frozen, eq, module = "tuleap_front")]
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct SshStream(tuleap_front::SshStream);

#[pymethods]
impl SshStream {
    /// The numbers of the deployment guide. Its timeout of three seconds ends every transfer in
    /// which a server thinks longer than that.
    #[staticmethod]
    fn documented() -> Self {
        Self(tuleap_front::SshStream::documented())
    }

    /// The guide's numbers with an hour of silence.
    #[staticmethod]
    fn recommended() -> Self {
        Self(tuleap_front::SshStream::recommended())
    }

    /// The port of the front. An sshd of the same machine needs another one.
    #[getter]
    fn listen(&self) -> u16 {
        self.0.listen
    }

    /// `max_fails`: so many failed attempts, and the server is left alone.
    #[getter]
    fn max_fails(&self) -> u32 {
        self.0.max_fails
    }

    /// `fail_timeout` in seconds: within this time, and for so long.
    #[getter]
    fn fail_timeout(&self) -> f64 {
        self.0.fail_timeout.as_secs_f64()
    }

    /// `proxy_connect_timeout` in seconds.
    #[getter]
    fn connect_timeout(&self) -> f64 {
        self.0.connect_timeout.as_secs_f64()
    }

    /// `proxy_timeout` in seconds: a connection on which nothing was sent for so long, either way,
    /// is closed.
    #[getter]
    fn timeout(&self) -> f64 {
        self.0.timeout.as_secs_f64()
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(&self) -> String {
        format!("<SshStream {}>", self.0)
    }

    fn __hash__(&self) -> u64 {
        use std::hash::{DefaultHasher, Hash as _, Hasher as _};
        let mut hasher = DefaultHasher::new();
        self.0.to_string().hash(&mut hasher);
        hasher.finish()
    }
}
