//! Clients of this host, and what nginx answers them.

use std::net::{IpAddr, Ipv4Addr};

use tuleap_front_tests::server::client::{self, Way};
use tuleap_front_tests::server::nginx::Nginx;

/// From where a client comes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum From {
    /// A loopback address.
    Ip(IpAddr),
    /// 127.0.0.1 at a dual-stack socket.
    Mapped,
    /// The local socket.
    Unix,
}

impl From {
    /// The peer of a recorded row, where it is on this host.
    pub(crate) fn parse(peer: &str) -> Option<Self> {
        match peer {
            "unix:" => Some(Self::Unix),
            "::ffff:127.0.0.1" => Some(Self::Mapped),
            _ => peer.parse().ok().filter(IpAddr::is_loopback).map(Self::Ip),
        }
    }

    /// The peer as nginx sees it.
    pub(crate) fn peer(self) -> String {
        match self {
            Self::Ip(address) => address.to_string(),
            Self::Mapped => "::ffff:127.0.0.1".to_owned(),
            Self::Unix => "unix:".to_owned(),
        }
    }

    fn way(self, nginx: &Nginx) -> Result<Way, String> {
        Ok(match self {
            Self::Unix => Way::Unix(nginx.folder().join("s")),
            Self::Ip(address) => Way::from_to(address, nginx.port("port")?),
            Self::Mapped => {
                Way::from_to(IpAddr::V4(Ipv4Addr::LOCALHOST), nginx.port("port-mapped")?)
            }
        })
    }
}

/// What nginx answered.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Answer {
    pub(crate) remote_addr: String,
    pub(crate) remote_port: String,
    pub(crate) realip_remote_addr: String,
    pub(crate) scheme: String,
    pub(crate) forwarded_for: Vec<u8>,
}

/// One connection.
pub(crate) struct Client(client::Client);

impl Client {
    pub(crate) fn new(nginx: &Nginx, from: From) -> Result<Self, String> {
        Ok(Self(client::Client::new(from.way(nginx)?)))
    }

    /// The answer of a site; `None` where nginx refuses the request.
    pub(crate) fn ask(
        &mut self,
        site: usize,
        headers: &[client::Line],
    ) -> Result<Option<Answer>, String> {
        let host = (b"Host".to_vec(), format!("c{site}.example").into_bytes());
        let answer = self.0.send(&client::request("/", &[&[host], headers].concat()))?;
        if answer.status != 200 {
            return Ok(None);
        }
        let mut lines = answer.body.splitn(5, |byte| *byte == b'\n');
        let mut text = || {
            lines.next().map(|line| String::from_utf8_lossy(line).into_owned()).unwrap_or_default()
        };
        let (remote_addr, remote_port) = (text(), text());
        let (realip_remote_addr, scheme) = (text(), text());
        let forwarded_for = lines.next().unwrap_or_default().to_vec();
        Ok(Some(Answer { remote_addr, remote_port, realip_remote_addr, scheme, forwarded_for }))
    }
}
