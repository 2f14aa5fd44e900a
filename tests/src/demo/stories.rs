//! What is sent, and what is promised: the story of `cargo xtask demo`, told to a server that
//! speaks HTTPS to everybody but a load balancer.

use std::net::Ipv4Addr;

use tuleap_front::{ClientIpKind, Reason};

/// The site.
pub(super) const HOST: &str = "tuleap.example.com";
/// Where a stranger comes from: on Linux all of 127.0.0.0/8 is this host.
pub(super) const STRANGER: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
const PROXY: Ipv4Addr = Ipv4Addr::LOCALHOST;

/// Who opens the connection.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Sender {
    Stranger,
    TrustedProxy,
}

impl Sender {
    pub(super) const fn address(self) -> Ipv4Addr {
        match self {
            Self::Stranger => STRANGER,
            Self::TrustedProxy => PROXY,
        }
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Stranger => "a stranger",
            Self::TrustedProxy => "the trusted proxy",
        }
    }
}

/// Which of the front's ports it is opened to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Door {
    Http,
    Https,
}

impl Door {
    pub(super) const fn scheme(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }
}

/// A header line.
pub(super) type Line = (&'static str, &'static str);

/// One request, and what must come of it.
#[derive(Debug)]
pub(super) struct Story {
    pub(super) title: &'static str,
    pub(super) sender: Sender,
    pub(super) door: Door,
    /// Sent after `Host`.
    pub(super) lines: &'static [Line],
    /// The address for the log.
    pub(super) client: &'static str,
    pub(super) kind: ClientIpKind,
    pub(super) reason: Reason,
    /// All that the backend must receive beside `host`, by name: nothing less, nothing more.
    pub(super) received: &'static [Line],
}

impl Story {
    /// Every line that is sent.
    pub(super) fn sent(&self) -> Vec<Line> {
        [("Host", HOST)].iter().chain(self.lines).copied().collect()
    }

    /// Every line that the backend must receive, by name.
    pub(super) fn promised(&self) -> Vec<(String, String)> {
        let lines = [("host", HOST)];
        let lines = lines.iter().chain(self.received);
        let mut lines: Vec<_> =
            lines.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        lines.sort();
        lines
    }

    /// May an access rule use the client's address?
    pub(super) fn is_certain(&self) -> bool {
        matches!(self.kind, ClientIpKind::Direct | ClientIpKind::Forwarded)
    }

    /// What the server itself must take for the client: the peer, unless a proxy named another.
    pub(super) fn remote_addr(&self) -> String {
        match self.kind {
            ClientIpKind::Forwarded => self.client.to_owned(),
            _ => self.sender.address().to_string(),
        }
    }
}

const FROM_STRANGER: &[Line] =
    &[("x-forwarded-for", "127.0.0.2"), ("x-forwarded-proto", "https"), ("x-real-ip", "127.0.0.2")];
const BY_HTTPS: &[Line] = &[
    ("x-forwarded-for", "203.0.113.9"),
    ("x-forwarded-proto", "https"),
    ("x-real-ip", "203.0.113.9"),
];
const BY_HTTP: &[Line] = &[
    ("x-forwarded-for", "203.0.113.9"),
    ("x-forwarded-proto", "http"),
    ("x-real-ip", "203.0.113.9"),
];
const NOBODY: &[Line] = &[("x-forwarded-for", "unknown"), ("x-forwarded-proto", "https")];

/// A stranger's request; there is one answer to all of them.
const STRANGERS: Story = Story {
    title: "",
    sender: Sender::Stranger,
    door: Door::Https,
    lines: &[],
    client: "127.0.0.2",
    kind: ClientIpKind::Direct,
    reason: Reason::PeerUntrusted,
    received: FROM_STRANGER,
};

/// A request by a proxy of ours that names its client.
const FORWARDED: Story = Story {
    title: "",
    sender: Sender::TrustedProxy,
    door: Door::Https,
    lines: &[],
    client: "203.0.113.9",
    kind: ClientIpKind::Forwarded,
    reason: Reason::FirstUntrusted,
    received: BY_HTTPS,
};

pub(super) const STORIES: &[Story] = &[
    Story { title: "A direct client", ..STRANGERS },
    Story {
        title: "A stranger forges all three headers",
        lines: &[
            ("X-Forwarded-For", "127.0.0.1"),
            ("Forwarded", "for=127.0.0.1;proto=http;host=evil.example"),
            ("X-Forwarded-Proto", "http"),
        ],
        ..STRANGERS
    },
    Story {
        title: "A stranger on https claims to be on http, and somebody else",
        lines: &[
            ("X-Forwarded-For", "203.0.113.9, 10.0.0.7"),
            ("X-Forwarded-Proto", "http"),
            ("X-Real-IP", "203.0.113.9"),
        ],
        ..STRANGERS
    },
    Story {
        title: "A client behind the load balancer",
        lines: &[("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-Proto", "https")],
        ..FORWARDED
    },
    Story {
        title: "Two proxies of ours; what the client wrote stands left of its own address",
        lines: &[
            ("X-Forwarded-For", "6.6.6.6, 203.0.113.9, 10.0.0.7"),
            ("X-Forwarded-Proto", "https"),
        ],
        ..FORWARDED
    },
    Story {
        title: "HTTPS ends before us: the proxy speaks http to us and https to its client",
        door: Door::Http,
        lines: &[("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-Proto", "https")],
        ..FORWARDED
    },
    Story {
        title: "The proxy speaks https to us and http to its client, whose Forwarded it lets through",
        lines: &[
            ("X-Forwarded-For", "203.0.113.9"),
            ("Forwarded", "for=6.6.6.6;proto=https"),
            ("X-Forwarded-Proto", "http"),
        ],
        received: BY_HTTP,
        ..FORWARDED
    },
    Story {
        title: "A look-alike that some backends take for the real one",
        lines: &[("X-Forwarded-For", "203.0.113.9"), ("X_Forwarded_For", "6.6.6.6")],
        ..FORWARDED
    },
    Story {
        title: "Two header lines are one list: the last line's last entry is the nearest",
        lines: &[("X-Forwarded-For", "6.6.6.6"), ("X-Forwarded-For", "203.0.113.9")],
        ..FORWARDED
    },
    Story {
        title: "An IPv6 client, with a port",
        lines: &[("X-Forwarded-For", "[2001:DB8:0:0::9]:4711"), ("X-Forwarded-Proto", "https")],
        client: "2001:db8::9",
        received: &[
            ("x-forwarded-for", "2001:db8::9"),
            ("x-forwarded-proto", "https"),
            ("x-real-ip", "2001:db8::9"),
        ],
        ..FORWARDED
    },
    Story {
        title: "A proxy hides its client: the backend learns that nobody is known for certain",
        lines: &[("X-Forwarded-For", "6.6.6.6, unknown"), ("X-Real-IP", "6.6.6.6")],
        client: "127.0.0.1",
        kind: ClientIpKind::Unnamed,
        reason: Reason::EntryUnknown,
        received: NOBODY,
        ..FORWARDED
    },
    Story {
        title: "A silent proxy: its own address is for the log, not for the backend",
        client: "127.0.0.1",
        kind: ClientIpKind::Edge,
        reason: Reason::NoHeader,
        received: NOBODY,
        ..FORWARDED
    },
];
