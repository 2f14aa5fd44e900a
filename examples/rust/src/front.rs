use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use thiserror::Error;
use tokio::sync::Semaphore;
use tuleap_front::{
    ClientIpResolver, DestinationRule, ForwardedHop, Host, HttpsRedirect, OriginPolicy, Routes,
    Scheme,
};

use crate::exchange::{Exchange, Listener, Log, Rules};
use crate::routing::Routing;
use crate::server::{Limits, Server, Socket};
use crate::tls::{SelfSigned, TlsError};
use crate::upstream::Upstream;

/// How a [`Front`] is set up.
pub struct FrontConfig {
    backend: SocketAddr,
    resolver: ClientIpResolver,
    http: SocketAddr,
    https: SocketAddr,
    public_ports: Option<(u16, u16)>,
    host: String,
    origin_policy: OriginPolicy,
    redirect: Option<HttpsRedirect>,
    destination: DestinationRule,
    routing: Option<Routing>,
    limits: Limits,
    log: Box<Log>,
}

impl FrontConfig {
    /// On free ports of the loopback address, without a log. The backend answers everything.
    #[must_use]
    pub fn new(backend: SocketAddr, resolver: ClientIpResolver) -> Self {
        let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        Self {
            backend,
            resolver,
            http: any_port,
            https: any_port,
            public_ports: None,
            host: "localhost".to_owned(),
            origin_policy: OriginPolicy::default(),
            redirect: None,
            destination: DestinationRule::recommended(),
            routing: None,
            limits: Limits::default(),
            log: Box::new(|_| {}),
        }
    }

    /// Listens here for HTTP.
    #[must_use]
    pub const fn with_http(mut self, address: SocketAddr) -> Self {
        self.http = address;
        self
    }

    /// Listens here for HTTPS.
    #[must_use]
    pub const fn with_https(mut self, address: SocketAddr) -> Self {
        self.https = address;
        self
    }

    /// The ports by which clients reach the two, where something before maps them.
    #[must_use]
    pub const fn with_public_ports(mut self, http: u16, https: u16) -> Self {
        self.public_ports = Some((http, https));
        self
    }

    /// The name of the site: its certificate is for it, and a redirect that adds a slash leads to
    /// it, unless there is one [to https](Self::with_https_redirect), whose origin is taken then.
    /// IPv6 in brackets.
    #[must_use]
    pub fn with_host(mut self, host: impl Into<String>) -> Self {
        self.host = host.into();
        self
    }

    /// What is believed about scheme, host and port; by default the scheme, from a trusted peer.
    #[must_use]
    pub fn with_origin_policy(mut self, policy: OriginPolicy) -> Self {
        self.origin_policy = policy;
        self
    }

    /// Where clients that use http are sent; without it what they ask is passed on.
    #[must_use]
    pub fn with_https_redirect(mut self, redirect: HttpsRedirect) -> Self {
        self.redirect = Some(redirect);
        self
    }

    /// Where COPY and MOVE go; by default from the client's `Host` to the one that is forwarded,
    /// by http.
    #[must_use]
    pub fn with_destination(mut self, rule: DestinationRule) -> Self {
        self.destination = rule;
        self
    }

    /// Which server or which file answers, by the path; and where the servers are, by the names
    /// that the routes have for them. What has no address here is answered by the one backend.
    ///
    /// FastCGI is not spoken: a server that speaks HTTP stands in. Each is asked for the target as
    /// it was sent, or after an internal redirect for what that led to.
    #[must_use]
    pub fn with_routes(
        mut self,
        routes: Routes,
        backends: impl IntoIterator<Item = (impl Into<String>, SocketAddr)>,
    ) -> Self {
        let backends = backends.into_iter().map(|(name, address)| (name.into(), address));
        self.routing = Some(Routing { routes, backends: backends.collect() });
        self
    }

    /// Other limits.
    #[must_use]
    pub const fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Is told about each request. It runs beside the requests, so it must not block.
    #[must_use]
    pub fn with_log(mut self, log: impl Fn(&Exchange<'_>) + Send + Sync + 'static) -> Self {
        self.log = Box::new(log);
        self
    }
}

impl fmt::Debug for FrontConfig {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("FrontConfig")
            .field("backend", &self.backend)
            .field("resolver", &self.resolver)
            .field("http", &self.http)
            .field("https", &self.https)
            .field("routing", &self.routing)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// A running reverse proxy: one listener for HTTP, one for HTTPS, one backend or several.
///
/// Dropped, it ends in the background; [`stop`](Self::stop) waits for that.
#[derive(Debug)]
pub struct Front {
    http: Server,
    https: Server,
    certificate: CertificateDer<'static>,
}

impl Front {
    /// Listens, with a certificate made for this run. Needs a tokio runtime.
    ///
    /// # Errors
    ///
    /// An address that cannot be listened at, a host that is none, a backend that the routes do not
    /// name.
    pub async fn start(config: FrontConfig) -> Result<Self, StartError> {
        let FrontConfig { limits, public_ports, host, routing, .. } = config;
        if Host::parse(host.as_bytes()).is_none_or(|host| host.port().is_some()) {
            return Err(StartError::Host { host });
        }
        if let Some(name) = routing.as_ref().and_then(Routing::unknown_backend) {
            return Err(StartError::Backend { name: name.to_owned() });
        }
        let tls = SelfSigned::new(vec![host.trim_matches(['[', ']']).to_owned()])?;
        let rules = Arc::new(Rules {
            resolver: config.resolver,
            origin_policy: config.origin_policy,
            redirect: config.redirect,
            destination: config.destination,
            hop: ForwardedHop::recommended(),
            upstream: Upstream { address: config.backend, connect: limits.connect },
            routing,
            host,
            public_ports,
            log: config.log,
        });
        let slots = Arc::new(Semaphore::new(limits.connections.min(Semaphore::MAX_PERMITS)));
        let listen = async |scheme, address: SocketAddr, public_port: Option<u16>, tls| {
            let failed = |source| StartError::Listen { address, source };
            let socket = Socket::listen(address).await.map_err(failed)?;
            let public_port = public_port.unwrap_or(socket.address.port());
            let listener = Listener { rules: Arc::clone(&rules), scheme, public_port };
            Ok::<_, StartError>(Server::start(socket, tls, limits, Arc::clone(&slots), listener))
        };
        let (http_port, https_port) = public_ports.unzip();
        Ok(Self {
            http: listen(Scheme::Http, config.http, http_port, None).await?,
            https: listen(Scheme::Https, config.https, https_port, Some(tls.acceptor)).await?,
            certificate: tls.certificate,
        })
    }

    /// Where it listens for HTTP.
    #[must_use]
    pub const fn http_addr(&self) -> SocketAddr {
        self.http.address()
    }

    /// Where it listens for HTTPS.
    #[must_use]
    pub const fn https_addr(&self) -> SocketAddr {
        self.https.address()
    }

    /// The certificate it shows, in DER: for clients that shall trust it.
    #[must_use]
    pub fn certificate(&self) -> &[u8] {
        &self.certificate
    }

    /// Takes no more connections, and ends with the requests that are under way, or when
    /// [`Limits::stop`] has passed.
    pub async fn stop(self) {
        tokio::join!(self.http.stop(), self.https.stop());
    }
}

/// Why a front cannot start.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StartError {
    /// An address for a backend that the routes do not name.
    #[error("the routes name no backend `{name}`")]
    Backend {
        /// Its name.
        name: String,
    },
    /// The site's name is none.
    #[error("`{host}` is not the name of a host")]
    Host {
        /// What was given.
        host: String,
    },
    /// No socket at this address.
    #[error("cannot listen at {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// No certificate.
    #[error(transparent)]
    Tls(#[from] TlsError),
}
