//! How the two servers are told the same things.

use super::copies::CopyTexts;
use super::front::Setup;

/// The parts of a server's configuration, and its words.
#[derive(Debug)]
pub(super) struct Texts {
    /// The guide's configuration, with places.
    pub(super) demo: &'static str,
    /// What this is all about.
    pub(super) three_lines: &'static str,
    /// What the server itself has for it.
    pub(super) stock_lines: &'static str,
    /// The guide's own header lines.
    pub(super) header_lines: &'static str,
    /// What formats the logs, with our module and without, where a format has a place of its own.
    log_formats: [&'static str; 2],
    /// The access log, with our module and without, and the log of our decisions.
    logs: [&'static str; 2],
    decisions: &'static str,
    /// Modules of the server's own, and one that is loaded in stock only.
    modules: [&'static [&'static str]; 2],
    /// The name of what we replace.
    pub(super) stock: &'static str,
    /// What the server calls the address that it uses.
    pub(super) remote_addr: &'static str,
    /// What the server calls the steps.
    pub(super) trace: &'static str,
    /// How it ends.
    pub(super) copies: CopyTexts,
}

impl Texts {
    pub(super) const fn client_ip(&self, setup: Setup) -> &'static str {
        match setup {
            Setup::Ours | Setup::GuideKept => self.three_lines,
            Setup::Stock => self.stock_lines,
        }
    }

    pub(super) const fn headers(&self, setup: Setup) -> &'static str {
        match setup {
            Setup::Ours => "",
            Setup::GuideKept | Setup::Stock => self.header_lines,
        }
    }

    pub(super) const fn log_formats(&self, setup: Setup) -> &'static str {
        let [ours, stock] = self.log_formats;
        if matches!(setup, Setup::Stock) { stock } else { ours }
    }

    pub(super) fn logs(&self, setup: Setup) -> String {
        let [ours, stock] = self.logs;
        match setup {
            Setup::Ours => format!("{ours}\n{}", self.decisions),
            Setup::GuideKept => ours.to_owned(),
            Setup::Stock => stock.to_owned(),
        }
    }

    pub(super) const fn modules(&self, setup: Setup) -> &'static [&'static str] {
        let [ours, stock] = self.modules;
        if matches!(setup, Setup::Stock) { stock } else { ours }
    }
}

pub(super) const NGINX: Texts = Texts {
    demo: include_str!("../../../examples/nginx/demo.conf"),
    three_lines: "tuleap_trusted_proxies 127.0.0.1 10.0.0.0/8;\n\
                  tuleap_client_ip on;\n\
                  tuleap_forwarded_headers on;",
    stock_lines: "set_real_ip_from 127.0.0.1;\n\
                  set_real_ip_from 10.0.0.0/8;\n\
                  real_ip_header X-Forwarded-For;\n\
                  real_ip_recursive on;",
    header_lines: "proxy_set_header X-Real-IP $remote_addr;\n\
                   proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\n\
                   proxy_set_header X-Forwarded-Proto $scheme;",
    log_formats: [
        "log_format tuleap '$remote_addr $tuleap_client_ip_kind \"$request\" $status '\n\
         'peer=$tuleap_peer_addr';\n\
         log_format decisions escape=none '$tuleap_client_ip_kind $tuleap_client_ip_reason '\n\
         '$tuleap_client_ip_trace';",
        "",
    ],
    logs: ["access_log access.log tuleap;", "access_log access.log combined;"],
    decisions: "access_log decisions.log decisions;",
    modules: [&[], &[]],
    stock: "realip",
    remote_addr: "$remote_addr",
    trace: "$tuleap_client_ip_trace",
    copies: CopyTexts {
        config: include_str!("../../../examples/nginx/demo-copy.conf"),
        ours: "tuleap_destination on;",
        beside_title: "the guide's lines for Destination",
        beside: "set $fixed_destination $http_destination;\n\
                 if ($http_destination ~* ^https(.*)$) {\n\
                 \x20   set $fixed_destination http$1;\n\
                 }\n\
                 proxy_set_header Destination $fixed_destination;",
        beside_commits: &["c%20d.txt"],
        beside_note: "which is another name: nginx escapes it again, its ticket 348",
    },
};

pub(super) const APACHE: Texts = Texts {
    demo: include_str!("../../../examples/apache/demo.conf"),
    three_lines: "TuleapTrustedProxies 127.0.0.1 10.0.0.0/8\n\
                  TuleapClientIP On\n\
                  TuleapForwardedHeaders On",
    stock_lines: "RemoteIPHeader X-Forwarded-For\n\
                  RemoteIPInternalProxy 127.0.0.1 10.0.0.0/8",
    header_lines: "RequestHeader set X-Real-IP \"expr=%{REMOTE_ADDR}\"\n\
                   RequestHeader set X-Forwarded-Proto \"expr=%{REQUEST_SCHEME}\"",
    log_formats: ["", ""],
    logs: [
        "CustomLog access.log \"%a %{TULEAP_CLIENT_IP_KIND}e \\\"%r\\\" %>s \
         peer=%{TULEAP_PEER_ADDR}e\"",
        "CustomLog access.log \"%a \\\"%r\\\" %>s %O\"",
    ],
    decisions: "TuleapClientIPTrace On\n\
                CustomLog decisions.log \"%{TULEAP_CLIENT_IP_KIND}e \
                %{TULEAP_CLIENT_IP_REASON}e %{tuleap_client_ip_trace}n\"",
    modules: [
        &["alias", "headers", "macro", "proxy", "proxy_http", "socache_shmcb", "ssl"],
        &["alias", "headers", "macro", "proxy", "proxy_http", "remoteip", "socache_shmcb", "ssl"],
    ],
    stock: "mod_remoteip",
    remote_addr: "REMOTE_ADDR",
    trace: "the note tuleap_client_ip_trace",
    copies: CopyTexts {
        config: include_str!("../../../examples/apache/demo-copy.conf"),
        ours: "TuleapDestination On",
        beside_title: "no line for Destination",
        beside: "",
        beside_commits: &[],
        beside_note: "since https is not what the backend speaks",
    },
};
