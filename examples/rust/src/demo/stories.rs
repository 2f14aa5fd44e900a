//! What is sent, and what is promised.

use tuleap_front::{ClientIpKind, Reason, Scheme};

/// The site.
pub(super) const HOST: &str = "tuleap.example.com";

/// Who opens the connection.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Sender {
    Stranger,
    TrustedProxy,
}

/// A header line.
type Line = (&'static str, &'static str);

/// One request, and what must come of it. `STRANGER` stands for the stranger's own address.
pub(super) struct Story {
    pub(super) title: &'static str,
    pub(super) sender: Sender,
    pub(super) scheme: Scheme,
    /// Method and target.
    pub(super) asks: &'static str,
    /// Sent after `Host`.
    pub(super) lines: &'static [Line],
    /// The address for the log.
    pub(super) client: &'static str,
    pub(super) kind: ClientIpKind,
    pub(super) reason: Reason,
    /// Which backend must receive it.
    pub(super) backend: &'static str,
    /// Method and target that it must be asked for, where it is not what was sent.
    pub(super) asked: Option<&'static str>,
    /// All that the backend must receive beside `host`, by name: nothing less, nothing more.
    pub(super) received: &'static [Line],
    /// Instead of that: status and `Location` that the client must get from the front.
    pub(super) redirected: Option<Line>,
}

impl Story {
    /// The request as it goes over the wire.
    pub(super) fn request(&self) -> String {
        let mut text = format!("{} HTTP/1.1\r\nHost: {HOST}\r\n", self.asks);
        for (name, value) in self.lines {
            text.extend([name, ": ", value, "\r\n"]);
        }
        text.push_str("\r\n");
        text
    }

    /// Every line that the backend must receive.
    pub(super) fn promised(&self, stranger: &str) -> Vec<(String, String)> {
        let host = [("host", HOST)];
        let host = host.iter().filter(|_| self.redirected.is_none());
        let lines = host.chain(self.received);
        lines
            .map(|(name, value)| ((*name).to_owned(), value.replace("STRANGER", stranger)))
            .collect()
    }
}

/// What a story says where it says nothing else.
const PAGE: Story = Story {
    title: "",
    sender: Sender::Stranger,
    scheme: Scheme::Https,
    asks: "GET /plugins/tracker/",
    lines: &[],
    client: "STRANGER",
    kind: ClientIpKind::Direct,
    reason: Reason::PeerUntrusted,
    backend: "web",
    asked: None,
    received: &[],
    redirected: None,
};

pub(super) const STORIES: &[Story] = &[
    Story {
        title: "A stranger forges all three headers",
        lines: &[
            ("X-Forwarded-For", "127.0.0.1"),
            ("Forwarded", "for=127.0.0.1;proto=http;host=evil.example"),
            ("X-Forwarded-Proto", "http"),
        ],
        received: &[
            ("x-forwarded-for", "STRANGER"),
            ("x-forwarded-proto", "https"),
            ("x-real-ip", "STRANGER"),
        ],
        ..PAGE
    },
    Story {
        title: "A stranger on https claims to be on http, and somebody else",
        lines: &[
            ("Accept", "text/html"),
            ("X-Forwarded-For", "203.0.113.9, 10.0.0.7"),
            ("X-Forwarded-Proto", "http"),
            ("X-Real-IP", "203.0.113.9"),
        ],
        received: &[
            ("accept", "text/html"),
            ("x-forwarded-for", "STRANGER"),
            ("x-forwarded-proto", "https"),
            ("x-real-ip", "STRANGER"),
        ],
        ..PAGE
    },
    Story {
        title: "A stranger asks for the front's own headers to be removed on the way",
        lines: &[("Connection", "X-Forwarded-For, X-Forwarded-Proto, X-Trace"), ("X-Trace", "1")],
        received: &[
            ("x-forwarded-for", "STRANGER"),
            ("x-forwarded-proto", "https"),
            ("x-real-ip", "STRANGER"),
        ],
        ..PAGE
    },
    Story {
        title: "Two proxies of ours; what the client wrote stands left of its own address",
        sender: Sender::TrustedProxy,
        scheme: Scheme::Http,
        lines: &[
            ("X-Forwarded-For", "6.6.6.6, 203.0.113.9, 10.0.0.7"),
            ("X-Forwarded-Proto", "https"),
        ],
        client: "203.0.113.9",
        kind: ClientIpKind::Forwarded,
        reason: Reason::FirstUntrusted,
        received: &[
            ("x-forwarded-for", "203.0.113.9"),
            ("x-forwarded-proto", "https"),
            ("x-real-ip", "203.0.113.9"),
        ],
        ..PAGE
    },
    Story {
        title: "The proxy speaks https to us and http to its client, whose Forwarded it lets through",
        sender: Sender::TrustedProxy,
        lines: &[
            ("X-Forwarded-For", "203.0.113.9"),
            ("Forwarded", "for=6.6.6.6;proto=https"),
            ("X-Forwarded-Proto", "http"),
        ],
        client: "203.0.113.9",
        kind: ClientIpKind::Forwarded,
        reason: Reason::FirstUntrusted,
        redirected: Some(("301 Moved Permanently", "https://tuleap.example.com/plugins/tracker/")),
        ..PAGE
    },
    Story {
        title: "A look-alike that some backends take for the real one",
        sender: Sender::TrustedProxy,
        lines: &[("X-Forwarded-For", "203.0.113.9"), ("X_Forwarded_For", "6.6.6.6")],
        client: "203.0.113.9",
        kind: ClientIpKind::Forwarded,
        reason: Reason::FirstUntrusted,
        received: &[
            ("x-forwarded-for", "203.0.113.9"),
            ("x-forwarded-proto", "https"),
            ("x-real-ip", "203.0.113.9"),
        ],
        ..PAGE
    },
    Story {
        title: "Two header lines are one list: the last line's last entry is the nearest",
        sender: Sender::TrustedProxy,
        lines: &[
            ("X-Forwarded-For", "6.6.6.6"),
            ("Cookie", "TULEAP_session_hash=x"),
            ("X-Forwarded-For", "203.0.113.9"),
        ],
        client: "203.0.113.9",
        kind: ClientIpKind::Forwarded,
        reason: Reason::FirstUntrusted,
        received: &[
            ("cookie", "TULEAP_session_hash=x"),
            ("x-forwarded-for", "203.0.113.9"),
            ("x-forwarded-proto", "https"),
            ("x-real-ip", "203.0.113.9"),
        ],
        ..PAGE
    },
    Story {
        title: "An IPv6 client, with a port",
        sender: Sender::TrustedProxy,
        lines: &[("X-Forwarded-For", "[2001:DB8:0:0::9]:4711"), ("X-Forwarded-Proto", "https")],
        client: "2001:db8::9",
        kind: ClientIpKind::Forwarded,
        reason: Reason::FirstUntrusted,
        received: &[
            ("x-forwarded-for", "2001:db8::9"),
            ("x-forwarded-proto", "https"),
            ("x-real-ip", "2001:db8::9"),
        ],
        ..PAGE
    },
    Story {
        title: "A proxy hides its client: the backend learns that nobody is known for certain",
        sender: Sender::TrustedProxy,
        lines: &[("X-Forwarded-For", "6.6.6.6, unknown"), ("X-Real-IP", "6.6.6.6")],
        client: "127.0.0.1",
        kind: ClientIpKind::Unnamed,
        reason: Reason::EntryUnknown,
        received: &[("x-forwarded-for", "unknown"), ("x-forwarded-proto", "https")],
        ..PAGE
    },
    Story {
        title: "A silent proxy: its own address is for the log, not for the backend",
        sender: Sender::TrustedProxy,
        client: "127.0.0.1",
        kind: ClientIpKind::Edge,
        reason: Reason::NoHeader,
        received: &[("x-forwarded-for", "unknown"), ("x-forwarded-proto", "https")],
        ..PAGE
    },
    Story {
        title: "A stranger on http claims to be on https: a POST is sent to https, and stays one",
        scheme: Scheme::Http,
        asks: "POST http://evil.example//plugins/tracker/?func=new",
        lines: &[("Content-Length", "0"), ("X-Forwarded-Proto", "https")],
        redirected: Some((
            "308 Permanent Redirect",
            "https://tuleap.example.com//plugins/tracker/?func=new",
        )),
        ..PAGE
    },
    Story {
        title: "Subversion copies a file: its Destination is on https, the backend is on http",
        asks: "COPY /svnplugin/repo/a%20b.txt",
        backend: "svn",
        lines: &[("Destination", "https://me@tuleap.example.com:443/svnplugin/repo/c%20d.txt")],
        received: &[
            ("destination", "http://tuleap.example.com/svnplugin/repo/c%20d.txt"),
            ("x-forwarded-for", "STRANGER"),
            ("x-forwarded-proto", "https"),
            ("x-real-ip", "STRANGER"),
        ],
        ..PAGE
    },
];

/// A page that a stranger asks for, and nothing else.
const PLAIN: Story = Story {
    received: &[
        ("x-forwarded-for", "STRANGER"),
        ("x-forwarded-proto", "https"),
        ("x-real-ip", "STRANGER"),
    ],
    ..PAGE
};

/// One story of several requests: where each goes, and why as its title.
pub(super) const WAYS: &[Story] = &[
    Story { title: "for all else", asks: "GET /", ..PLAIN },
    Story {
        title: "below /svnplugin/",
        asks: "PROPFIND /svnplugin/repo/",
        backend: "svn",
        ..PLAIN
    },
    Story {
        title: "no such file there",
        asks: "GET /plugins/svn/?group_id=1",
        backend: "php",
        asked: Some("GET /index.php?group_id=1"),
        ..PLAIN
    },
];
