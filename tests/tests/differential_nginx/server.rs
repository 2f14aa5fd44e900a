//! The configuration: one server for each site.

use std::fmt::Write as _;

use tuleap_front_tests::server::nginx::Config;

/// One server of the configuration: the directives of realip.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Site {
    pub(crate) trusted: Vec<String>,
    pub(crate) header: Option<String>,
    pub(crate) recursive: bool,
}

/// One server, `cN.example`, for each site.
pub(crate) fn config(sites: &[Site], has_ipv6: bool) -> Config {
    let mut text = String::from(
        "default_type text/plain; server_names_hash_bucket_size 128;\n\
         keepalive_requests 1000000; large_client_header_buffers 8 64k;\n",
    );
    for (index, site) in sites.iter().enumerate() {
        let _ = write!(text, " server {{ server_name c{index}.example; listen 127.0.0.1:@port@;");
        text.push_str(" listen unix:@folder@/s;");
        if has_ipv6 {
            // IPv4 clients of a dual-stack socket have IPv4-mapped addresses. What a socket is
            // can be said once.
            let kind = if index == 0 { " ipv6only=off" } else { "" };
            let _ = write!(text, " listen [::1]:@port@; listen [::]:@port-mapped@{kind};");
        }
        for entry in &site.trusted {
            let _ = write!(text, " set_real_ip_from {entry};");
        }
        if let Some(header) = &site.header {
            let _ = write!(text, " real_ip_header {header};");
        }
        let _ = write!(text, " real_ip_recursive {};", if site.recursive { "on" } else { "off" });
        text.push_str(
            " location / { return 200 \"$remote_addr\\n$remote_port\\n$realip_remote_addr\\n\
             $scheme\\n$proxy_add_x_forwarded_for\"; } }\n",
        );
    }
    let mut config = Config::http(text);
    config.log_level = "crit";
    config
}
