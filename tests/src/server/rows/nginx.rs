//! Rows through nginx.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::question::Question;
use super::site::{Asked, Checked, Listener, Running, Server, Told};
use super::{client_ip, destination, gzip, unasked};
use crate::row::{
    ClientIpRow, DestinationMode, DestinationRow, ForwardedInput, GuideName, GzipPolicyName,
    GzipRow, NginxDestinationInput, NginxDestinationRule, NginxRedirectInput, RealipInput,
    RedirectStatusName, from_latin1, latin1,
};
use crate::server::Fallible;
use crate::server::backend::Backend;
use crate::server::certificate::Certificate;
use crate::server::client;
use crate::server::message::Head;
use crate::server::nginx::{Config, Nginx as RunningNginx, Program};
use crate::surface::Rules;

/// Headers of any length and name.
const LIBERAL: &str = "large_client_header_buffers 32 256k; client_header_buffer_size 4k;\n\
                       underscores_in_headers on; ignore_invalid_headers off;\n\
                       server_names_hash_bucket_size 128; default_type text/plain;\n";

/// What the guide sends on.
const DOCUMENTED: &str = "proxy_set_header X-Real-IP $remote_addr; \
                          proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; \
                          proxy_set_header X-Forwarded-Proto $scheme; \
                          proxy_set_header Host $host; ";

/// A directive's argument is at most this long.
const LONGEST_ARGUMENT: usize = 4000;

/// An nginx with the module.
pub(super) struct Nginx {
    program: Program,
    backend: Backend,
}

impl Nginx {
    pub(super) fn new(program: PathBuf, module: PathBuf) -> Fallible<Self> {
        let backend = destination::backend()?;
        Ok(Self { program: Program::with(program, module)?, backend })
    }

    /// Those of the nginx that runs.
    fn rules(&self) -> Rules {
        if self.program.version < (1, 23, 0) { Rules::V1_22 } else { Rules::Current }
    }

    fn config(&self, http: &str) -> Config {
        let mut config = Config::http(format!("{LIBERAL}{http}"));
        config.log_level = "crit";
        config.with("backend", self.backend.address())
    }
}

impl Server for Nginx {
    fn ask(&self, question: &Question) -> Result<Asked, &'static str> {
        match question {
            Question::ClientIp(row) => Ok(Asked {
                site: client_ip_site(row)?,
                is_checked: true,
                request: client_ip::request(row),
            }),
            Question::Realip(input, rules) => {
                let lines = input.headers.iter().map(|(name, value)| (latin1(name), latin1(value)));
                let lines = client_ip::with_host(lines.collect());
                let request = client::request("/", &lines);
                Ok(Asked { site: realip_site(input, *rules)?, is_checked: false, request })
            }
            Question::Forwarded(input) => {
                let site = forwarded_site();
                Ok(Asked { site, is_checked: false, request: forwarded_request(input) })
            }
            Question::Destination(row) => {
                let site = destination_site(row, self.rules())?;
                Ok(Asked { site, is_checked: false, request: destination::request(row) })
            }
            Question::Gzip(row) => {
                let is_other = |rules| {
                    // It is among what the rules call current that this changed.
                    let is_between = rules == Rules::Current && self.program.version < (1, 31, 0);
                    rules != self.rules() || (is_between && gzip::has_semicolon(row))
                };
                if gzip::needs(row).is_some_and(is_other) {
                    return Err(unasked::OTHER_NGINX);
                }
                let site = gzip_site(row)?;
                Ok(Asked { site, is_checked: false, request: gzip::request(row) })
            }
            Question::NginxDestination(input, rules) => {
                if *rules != self.rules() {
                    return Err(unasked::OTHER_NGINX);
                }
                let site = nginx_destination_site(input)?;
                Ok(Asked { site, is_checked: false, request: destination::nginx_request(input) })
            }
            Question::NginxRedirect(input, rules) => {
                if *rules != self.rules() {
                    return Err(unasked::OTHER_NGINX);
                }
                let site = redirect_site(input)?;
                Ok(Asked { site, is_checked: false, request: redirect_request(input) })
            }
        }
    }

    fn check(&self, site: &str) -> Fallible<Checked> {
        let http = format!("server {{ listen 127.0.0.1:@port@;\n{} }}", body(site, ""));
        let checked = self.program.check(&self.config(&http))?;
        Ok(Checked { is_accepted: checked.is_accepted, said: checked.said })
    }

    fn start(&self, sites: &[(String, BTreeSet<Listener>)]) -> Fallible<Box<dyn Running>> {
        let (mut http, certificate) = (String::new(), Certificate::new()?);
        for (index, (site, listeners)) in sites.iter().enumerate() {
            let listen: String =
                listeners.iter().map(|listener| listen(index, *listener, &certificate)).collect();
            let _ = writeln!(http, "{}", server(site, &listen));
        }
        let nginx = self.program.start(&self.config(&http))?;
        Ok(Box::new(Started { nginx, _certificate: certificate }))
    }

    fn read(&self, question: &Question, told: &Told, said: &str) -> Value {
        match question {
            Question::ClientIp(row) => {
                let text = told.answer.text();
                let (trace, scheme) = text.split_once('\n').unwrap_or((&text, ""));
                client_ip::answer(row, trace, scheme, said, |line| {
                    line.contains("[warn] \"tuleap_trusted_proxies\"")
                })
            }
            Question::Realip(..) => realip_answer(&told.answer.received()),
            Question::Forwarded(_) => three_fields(&told.answer.received()),
            Question::Destination(row) => destination::read(row, &row.lines(), &told.answer),
            Question::Gzip(row) => gzip::read(row, &told.answer),
            Question::NginxDestination(..) => destination::nginx_read(&told.answer),
            Question::NginxRedirect(..) => {
                let location = told.answer.head.values("location").next().map(from_latin1);
                json!({ "status": told.answer.status, "location": location })
            }
        }
    }

    fn refused(&self, question: &Question, said: &str) -> Value {
        match question {
            Question::ClientIp(row) => client_ip::refused(row, said),
            _ => json!({ "remote_addr": said }),
        }
    }
}

/// A site's `server`; the rig of the forwarded rows has two, by name.
fn server(site: &str, listen: &str) -> String {
    if site == forwarded_site() {
        let other = listen.replace(" default_server", "").replace(" ipv6only=on", "");
        let other = other.replace(" ipv6only=off", "");
        return format!(
            "server {{ {listen} underscores_in_headers off; ignore_invalid_headers on; {site} }}\n\
             server {{ {other} server_name under.example.com; {site} }}"
        );
    }
    format!("server {{ {} }}", body(site, listen))
}

/// Its directives; a site without any answers with nothing.
fn body(site: &str, listen: &str) -> String {
    match site {
        "" => format!("{listen}\nlocation / {{ return 200; }}"),
        site => format!("{listen}\n{site}"),
    }
}

fn listen(index: usize, listener: Listener, certificate: &Certificate) -> String {
    let port = format!("@port-{}-{index}@", listener.word());
    match listener {
        Listener::V4 => format!("listen {port} default_server; "),
        Listener::V6 => format!("listen [::]:{port} default_server ipv6only=on; "),
        Listener::Mapped => format!("listen [::]:{port} default_server ipv6only=off; "),
        Listener::Unix => format!("listen unix:@folder@/{index}.socket default_server; "),
        Listener::Tls => {
            let (chain, key) = (certificate.chain(), certificate.key());
            format!(
                "listen {port} default_server ssl; \
                 ssl_certificate {chain}; ssl_certificate_key {key}; "
            )
        }
    }
}

/// An argument in quotes.
fn quoted(text: &str) -> Result<String, &'static str> {
    if text.contains('\0') {
        return Err(unasked::NO_ARGUMENT);
    }
    if text.len() > LONGEST_ARGUMENT {
        return Err(unasked::TOO_LONG);
    }
    // A place must not begin in a row's text.
    if text.contains('@') {
        return Err(unasked::NO_ARGUMENT);
    }
    Ok(format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")))
}

fn client_ip_site(row: &ClientIpRow) -> Result<String, &'static str> {
    let options = &row.options;
    let mut site = "tuleap_client_ip on;\n".to_owned();
    if let Some(list) = client_ip::list(row, quoted)? {
        let _ = writeln!(site, "tuleap_trusted_proxies {list};");
    }
    if let Some(source) = &options.source {
        let names: Vec<String> =
            source.words().into_iter().map(quoted).collect::<Result<_, _>>()?;
        let _ = writeln!(site, "tuleap_client_ip_header {};", names.join(" "));
    }
    if let Some(count) = options.hops {
        let any = if options.peer_any { " danger_any_peer" } else { "" };
        let _ = writeln!(site, "tuleap_client_ip_hops {count}{any};");
    }
    if let Some(count) = options.max_hops {
        let _ = writeln!(site, "tuleap_client_ip_max_hops {count};");
    }
    site.push_str("location / { return 200 \"$tuleap_client_ip_trace\\n$tuleap_scheme\"; }");
    Ok(site)
}

fn realip_site(input: &RealipInput, rules: Rules) -> Result<String, &'static str> {
    let dialect = match rules {
        Rules::Current => "nginx-current",
        Rules::V1_22 => "nginx-1.22",
    };
    let recursive = if input.recursive { " recursive" } else { "" };
    let mut site = format!("tuleap_client_ip on; tuleap_dialect {dialect}{recursive};\n");
    let trusted: Vec<String> =
        input.trusted.iter().map(|entry| quoted(entry)).collect::<Result<_, _>>()?;
    if !trusted.is_empty() {
        let _ = writeln!(site, "tuleap_trusted_proxies {};", trusted.join(" "));
    }
    if let Some(header) = &input.real_ip_header {
        let _ = writeln!(site, "tuleap_client_ip_header {};", quoted(header)?);
    }
    let _ = write!(
        site,
        "location / {{ {DOCUMENTED}\n\
         proxy_set_header X-Rig-Addr $remote_addr; proxy_set_header X-Rig-Port $remote_port;\n\
         proxy_set_header X-Rig-Peer $tuleap_peer_addr;\n\
         proxy_set_header X-Rig-Peer-Port $tuleap_peer_port; proxy_pass http://@backend@; }}"
    );
    Ok(site)
}

/// A row of `destination.json` has a backend origin, or a scheme and the host that is forwarded.
fn destination_site(row: &DestinationRow, rules: Rules) -> Result<String, &'static str> {
    let mut site = String::new();
    if row.mode == DestinationMode::Compat {
        if row.lines().len() > 1 && rules != Rules::Current {
            return Err(unasked::OTHER_NGINX);
        }
        site.push_str("tuleap_destination documented;\n");
    } else {
        let public: Vec<String> =
            destination::public(row).into_iter().map(quoted).collect::<Result<_, _>>()?;
        let backend = quoted(&row.backend_origin)?;
        let host = quoted(row.forwarded_host.as_deref().unwrap_or_default())?;
        if host.contains('$') {
            return Err(unasked::NO_ARGUMENT);
        }
        let foreign = row.foreign.as_deref().unwrap_or("reject");
        let path = if row.promote_path_absolute { "promote" } else { "keep" };
        let _ = writeln!(
            site,
            "tuleap_destination on; tuleap_destination_public {};\n\
             tuleap_destination_backend {backend}; tuleap_destination_host {host};\n\
             tuleap_destination_foreign {foreign}; tuleap_destination_path {path};",
            public.join(" ")
        );
    }
    if row.header.eq_ignore_ascii_case("if") {
        site.push_str("tuleap_destination_if on;\n");
    }
    let (action, reason) = (destination::ACTION, destination::REASON);
    let _ = write!(
        site,
        "location / {{ add_header {action} $tuleap_destination_action always;\n\
         add_header {reason} $tuleap_destination_reason always;\n\
         proxy_buffer_size 256k; proxy_buffers 4 256k; proxy_busy_buffers_size 256k;\n\
         proxy_redirect off; proxy_pass http://@backend@; }}"
    );
    Ok(site)
}

fn gzip_site(row: &GzipRow) -> Result<String, &'static str> {
    let named = gzip::named(row)?;
    let policy = match named.policy {
        GzipPolicyName::Documented => "documented",
        GzipPolicyName::Recommended => "recommended",
        GzipPolicyName::Tuleap => "tuleap",
    };
    let mut site = format!("location / {{ tuleap_gzip {policy};\n");
    if named.policy == GzipPolicyName::Recommended {
        let _ = writeln!(site, "tuleap_gzip_secrets {};", row.secrets);
    }
    if let Some(expires) = named.expires {
        let words: Vec<String> =
            expires.split_whitespace().map(quoted).collect::<Result<_, _>>()?;
        let _ = writeln!(site, "expires {};", words.join(" "));
    }
    if named.passes_date {
        site.push_str("proxy_pass_header Date;\n");
    }
    let told = gzip::TOLD;
    let _ = write!(
        site,
        "add_header {told} \"$tuleap_gzip $tuleap_gzip_reason\" always;\n\
         proxy_buffer_size 256k; proxy_buffers 4 256k; proxy_busy_buffers_size 256k;\n\
         proxy_redirect off; proxy_pass http://@backend@; }}"
    );
    Ok(site)
}

/// The rules of the rig, as the directive has them.
fn nginx_destination_site(input: &NginxDestinationInput) -> Result<String, &'static str> {
    let directive = match input.rule {
        NginxDestinationRule::Location | NginxDestinationRule::Server => "documented",
        NginxDestinationRule::Pass => "documented=distributed",
        NginxDestinationRule::None => "off",
    };
    let is_quoted = input.target.split(['?', '#']).next().is_some_and(|it| it.contains(['%', '+']));
    let has_capture = input.lines().first().is_some_and(|line| {
        line.get(..5).is_some_and(|start| start.eq_ignore_ascii_case(b"https"))
    });
    if is_quoted && has_capture && directive == "documented" {
        return Err(unasked::NO_CAPTURE);
    }
    let pass = "proxy_set_header Host $host; proxy_pass http://@backend@;";
    Ok(match input.rule {
        NginxDestinationRule::Server => {
            format!("tuleap_destination {directive}; location / {{ {pass} }}")
        }
        _ => format!("location / {{ tuleap_destination {directive}; {pass} }}"),
    })
}

/// The guide's line, as the directive has it; nothing is there for who stays.
fn redirect_site(input: &NginxRedirectInput) -> Result<String, &'static str> {
    let documented = input.documented();
    let guide = match documented.guide {
        GuideName::Distributed => "documented=distributed",
        GuideName::ReverseProxy => "documented=reverse-proxy",
    };
    let status = match input.status() {
        RedirectStatusName::BySafety => "by-safety",
        RedirectStatusName::MovedPermanently => "301",
        RedirectStatusName::Found => "302",
        RedirectStatusName::SeeOther => "303",
        RedirectStatusName::TemporaryRedirect => "307",
        RedirectStatusName::PermanentRedirect => "308",
    };
    let name = quoted(&documented.server_name)?;
    Ok(format!("tuleap_https_redirect {name} {guide} status={status};"))
}

pub(super) fn redirect_request(input: &NginxRedirectInput) -> Vec<u8> {
    let mut request =
        latin1(&format!("{} {} {}\r\n", input.method, input.target, input.http_version));
    for (name, value) in &input.headers {
        request.extend([&latin1(name), b": ".as_slice(), &latin1(value), b"\r\n"].concat());
    }
    request.extend_from_slice(b"\r\n");
    request
}

fn realip_answer(received: &Head) -> Value {
    let text = |name: &str| received.text(name).unwrap_or_default();
    let (addr, port) = (text("x-rig-addr"), text("x-rig-port"));
    let (peer, peer_port) = (text("x-rig-peer"), text("x-rig-peer-port"));
    let mut fields = three_fields(received);
    if let Some(fields) = fields.as_object_mut() {
        fields.insert("rewritten".to_owned(), json!((&addr, &port) != (&peer, &peer_port)));
        fields.insert("remote_addr".to_owned(), json!(addr));
        fields.insert("realip_remote_addr".to_owned(), json!(peer));
    }
    fields
}

/// The locations of the rig.
fn forwarded_site() -> String {
    "tuleap_client_ip on;\n\
     location / { tuleap_forwarded_headers documented; proxy_set_header Host $host; \
     proxy_pass http://@backend@; }\n\
     location /plain/ { proxy_pass http://@backend@; }\n\
     location /empty/ { proxy_set_header X-Real-IP \"\"; proxy_set_header X-Forwarded-For \"\"; \
     proxy_set_header Host $host; proxy_pass http://@backend@; }\n\
     location /uri/ { tuleap_forwarded_headers documented; proxy_set_header Host $host; \
     proxy_pass http://@backend@/base/; }"
        .to_owned()
}

pub(super) fn forwarded_request(input: &ForwardedInput) -> Vec<u8> {
    if let Some(raw) = &input.raw_request {
        return latin1(raw);
    }
    let mut request =
        latin1(&format!("{} {} {}\r\n", input.method, input.target, input.http_version));
    for (name, value) in &input.headers {
        request.extend([&latin1(name), b": ".as_slice(), &latin1(value), b"\r\n"].concat());
    }
    request.extend_from_slice(b"\r\n");
    request
}

/// The three X- fields that the next server got.
pub(super) fn three_fields(received: &Head) -> Value {
    let values = |name: &str| received.values(name).map(from_latin1).collect::<Vec<_>>();
    json!({
        "x_real_ip": values("x-real-ip"),
        "x_forwarded_for": values("x-forwarded-for"),
        "x_forwarded_proto": values("x-forwarded-proto"),
    })
}

struct Started {
    nginx: RunningNginx,
    _certificate: Certificate,
}

impl Running for Started {
    fn port(&self, site: usize, listener: Listener) -> Fallible<u16> {
        self.nginx.port(&format!("port-{}-{site}", listener.word()))
    }

    fn socket(&self, site: usize) -> PathBuf {
        self.nginx.folder().join(&format!("{site}.socket"))
    }

    fn logged(&self) -> Fallible<String> {
        Ok(String::new())
    }

    fn end(self: Box<Self>) -> Fallible<()> {
        // It logs risky lists and requests that it refuses: that is what rows are about.
        self.nginx.end()
    }
}
