//! `tuleap-front explain destination`, and such lines of `--batch`.

use std::io::{self, Write as _};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tuleap_front::{
    DestinationFacts, DestinationOriginError, DestinationRule, NginxDestination, Rewrite,
};

use crate::explain::UsageError;
use crate::head::{self, Head};
use crate::words::{Foreign, Format, Guide, Nginx, Path, Scheme, from_latin1, to_latin1};
use crate::{Failure, print_explanation};

/// Where does this COPY or MOVE go, and why?
///
/// The values are those of Destination lines, in wire order; with --header, of that header.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The values. Without one, the lines of the request head are read.
    values: Vec<String>,

    /// A file with the raw request head, or - for standard input: method, Host, Destination and If
    /// are taken from it.
    #[arg(long, value_name = "FILE", conflicts_with = "values")]
    head: Option<PathBuf>,

    /// The origins by which clients reach the site, with commas between them; auto is http and
    /// https with the client's Host.
    #[arg(long, value_name = "ORIGINS", default_value = "auto")]
    public: String,

    /// What the next server takes for its own origin; http or https is that scheme with the
    /// forwarded Host.
    #[arg(long, value_name = "ORIGIN", default_value = "http")]
    backend: String,

    /// What becomes of a Destination on another server.
    #[arg(long, value_enum, default_value_t = Foreign::Reject)]
    foreign: Foreign,

    /// What becomes of a path without scheme and host.
    #[arg(long, value_enum, default_value_t = Path::Keep)]
    path: Path,

    /// What the lines of the deployment guide say, in place of the strict rule.
    #[arg(long, value_enum, value_name = "GUIDE")]
    documented: Option<Guide>,

    /// With --documented: which nginx.
    #[arg(long, value_enum, default_value_t = Nginx::Current)]
    nginx: Nginx,

    /// With --documented: what nginx itself sends for a request with this target.
    #[arg(long, value_name = "TARGET", requires = "documented")]
    nginx_sends: Option<String>,

    /// Which header the values are of.
    #[arg(long, value_enum, default_value_t = Header::Destination)]
    header: Header,

    /// The method.
    #[arg(long, default_value = "COPY")]
    method: String,

    /// The client's Host.
    #[arg(long, default_value = "", hide_default_value = true)]
    host: String,

    /// The Host that the next server is sent; the client's unless told.
    #[arg(long, value_name = "HOST")]
    forwarded_host: Option<String>,

    /// What the client speaks to the site, for a Location.
    #[arg(long, value_enum, default_value_t = Scheme::Https)]
    scheme: Scheme,

    /// For people, or one JSON object for each value.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// A header that names a place.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, ValueEnum)]
enum Header {
    #[serde(rename = "Content-Location")]
    ContentLocation,
    #[default]
    Destination,
    If,
    Location,
}

const EXAMPLES: &str = "\
Examples:
  What becomes of a copy behind a front that ends TLS:
    tuleap-front explain destination --host tuleap.example.com \\
      https://tuleap.example.com/svn/a%20b

  The same for a request as the front received it:
    tuleap-front explain destination --public https://tuleap.example.com --head request.txt

  What nginx sends with the lines of the guide:
    tuleap-front explain destination --documented reverse-proxy --nginx-sends /svn/a%20b \\
      https://tuleap.example.com/svn/c%20d

  A Location on its way back:
    tuleap-front explain destination --header location --host tuleap.example.com \\
      --backend http://127.0.0.1:8080 http://127.0.0.1:8080/svn/

Exit status: 0 answered, 2 the request or the configuration could not be used.";

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let (values, request) = arguments.values()?;
    if let Some(target) = &arguments.nginx_sends {
        return arguments.print_sent(target, &values);
    }
    let rule = arguments.rule()?;
    let host = request.host().unwrap_or(arguments.host.as_bytes());
    let forwarded_host = arguments.forwarded_host.as_ref().map_or(host, |host| host.as_bytes());
    let method = request.method().unwrap_or(arguments.method.as_bytes());
    let facts = DestinationFacts { method, host, forwarded_host, scheme: arguments.scheme.into() };
    if arguments.header == Header::Destination {
        let lines: Vec<_> = values.iter().map(|value| ("Destination", value)).collect();
        print_explanation(&rule.explain(&facts, lines.as_slice()), arguments.format)?;
    }
    let others = if arguments.header == Header::Destination { &[][..] } else { &values };
    for value in others {
        print_place(&rule, &facts, arguments.header, value, arguments.format)?;
    }
    for value in request.values("if") {
        print_place(&rule, &facts, Header::If, value, arguments.format)?;
    }
    Ok(())
}

fn print_place(
    rule: &DestinationRule,
    facts: &DestinationFacts<'_>,
    header: Header,
    value: &[u8],
    format: Format,
) -> Result<(), Failure> {
    match header {
        Header::If => print_explanation(&rule.explain_if(facts, value), format),
        _ => print_explanation(&rule.explain_location(facts, value), format),
    }
}

impl Arguments {
    /// The values, and the request they are of where there is one.
    fn values(&self) -> Result<(Vec<Vec<u8>>, Head), UsageError> {
        if !self.values.is_empty() {
            let values = self.values.iter().map(|value| value.clone().into_bytes());
            return Ok((values.collect(), Head::default()));
        }
        let head = head::read(self.head.as_deref())?;
        let values = head.values("destination").map(<[u8]>::to_vec).collect();
        Ok((values, head))
    }

    fn rule(&self) -> Result<DestinationRule, UsageError> {
        if let Some(guide) = self.documented {
            let rule = DestinationRule::documented(guide.into());
            return Ok(rule.with_nginx_rules(self.nginx.into()));
        }
        let refused = |flag| move |error| UsageError::Origin { flag, error };
        let public = self.public.parse().map_err(refused("--public"))?;
        let backend = self.backend.parse().map_err(refused("--backend"))?;
        let rule = DestinationRule::new(public, backend);
        Ok(rule.with_foreign(self.foreign.into()).with_path_absolute(self.path.into()))
    }

    fn print_sent(&self, target: &str, values: &[Vec<u8>]) -> Result<(), Failure> {
        let Some(guide) = self.documented else { return Ok(()) };
        let nginx = NginxDestination::new(guide.into(), self.nginx.into());
        let sent = nginx.sent(target.as_bytes(), values);
        let shown = sent.map(|value| String::from_utf8_lossy(&value).into_owned());
        match self.format {
            Format::Json => crate::print_json(&json!({ "sent": shown })),
            Format::Text => {
                let shown = shown.map(|value| value.escape_debug().to_string());
                let shown = shown.as_deref().unwrap_or("no Destination is sent");
                Ok(writeln!(io::stdout(), "{shown}")?)
            }
        }
    }
}

fn strict(public: &str, backend: &str) -> Result<DestinationRule, DestinationOriginError> {
    Ok(DestinationRule::new(public.parse()?, backend.parse()?))
}

/// A line of `--batch` of the kind `destination`, in the form of the recorded rows.
#[derive(Debug, Deserialize)]
pub(crate) struct Question {
    public_origin: String,
    #[serde(default)]
    aliases: Vec<String>,
    backend_origin: String,
    client_host: Option<String>,
    forwarded_host: Option<String>,
    client_scheme: Option<Scheme>,
    #[serde(default)]
    mode: Mode,
    foreign: Option<Foreign>,
    #[serde(default)]
    promote_path_absolute: bool,
    #[serde(default)]
    header: Header,
    method: String,
    input: Option<Input>,
    input_hex: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Mode {
    /// The guide's expression.
    Compat,
    /// The way back.
    Response,
    #[default]
    Strict,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Input {
    Lines(Vec<String>),
    Value(String),
}

/// The answer to a [`Question`].
#[derive(Serialize)]
struct Answer {
    action: &'static str,
    value: Option<String>,
    value_hex: Option<String>,
    status: Option<u16>,
    reason: Option<&'static str>,
    cause: &'static str,
}

impl Answer {
    fn new(rewrite: &Rewrite<'_>, lines: &[Vec<u8>], cause: &'static str) -> Self {
        let (status, reason) = match rewrite {
            Rewrite::Reject { status, reason } => (Some(status.as_u16()), Some(reason.as_str())),
            _ => (None, None),
        };
        Self { status, reason, ..Self::passed(rewrite.action(), rewrite.value(lines), cause) }
    }

    fn passed(action: &'static str, value: Option<Vec<u8>>, cause: &'static str) -> Self {
        Self {
            action,
            value_hex: value.as_deref().map(to_hex),
            value: value.and_then(|value| String::from_utf8(value).ok()),
            status: None,
            reason: None,
            cause,
        }
    }
}

impl Question {
    pub(crate) fn answer(&self) -> Result<Value, String> {
        let origins = std::iter::once(&self.public_origin).chain(&self.aliases);
        let public = origins.map(String::as_str).collect::<Vec<_>>().join(", ");
        let rule = match self.mode {
            Mode::Compat => DestinationRule::documented(tuleap_front::Guide::ReverseProxy),
            _ => strict(&public, &self.backend_origin).map_err(|error| error.to_string())?,
        };
        let path = if self.promote_path_absolute { Path::Promote } else { Path::Keep };
        let rule = rule
            .with_foreign(self.foreign.unwrap_or(Foreign::Reject).into())
            .with_path_absolute(path.into());
        let facts = DestinationFacts {
            method: self.method.as_bytes(),
            host: self.client_host.as_deref().unwrap_or_default().as_bytes(),
            forwarded_host: self.forwarded_host.as_deref().unwrap_or_default().as_bytes(),
            scheme: self.client_scheme.unwrap_or(Scheme::Https).into(),
        };
        let lines = self.lines()?;
        Ok(json!(self.decide(&rule, &facts, &lines)))
    }

    fn decide(
        &self,
        rule: &DestinationRule,
        facts: &DestinationFacts<'_>,
        lines: &[Vec<u8>],
    ) -> Answer {
        let first = lines.first().map(Vec::as_slice).unwrap_or_default();
        match self.header {
            Header::Destination => {
                let headers: Vec<_> = lines.iter().map(|line| ("Destination", line)).collect();
                let explanation = rule.explain(facts, headers.as_slice());
                let cause = explanation.cause().as_str();
                match (lines, &self.input) {
                    // A value alone is not the same as a line that holds it: see the core.
                    ([value], Some(Input::Value(_)) | None) => {
                        Answer::new(&rule.rewrite_value(facts, value), lines, cause)
                    }
                    _ => Answer::new(explanation.rewrite(), lines, cause),
                }
            }
            Header::If => {
                let explanation = rule.explain_if(facts, first);
                let rewrite = explanation.rewrite();
                Answer::passed(rewrite.action(), rewrite.value(), explanation.cause().as_str())
            }
            Header::ContentLocation | Header::Location => {
                let explanation = rule.explain_location(facts, first);
                Answer::new(explanation.rewrite(), lines, explanation.cause().as_str())
            }
        }
    }

    fn lines(&self) -> Result<Vec<Vec<u8>>, String> {
        match (&self.input_hex, &self.input) {
            (Some(hex), _) => Ok(vec![from_hex(hex).ok_or("input_hex is not hexadecimal")?]),
            (None, Some(Input::Value(value))) => Ok(vec![value.clone().into_bytes()]),
            (None, Some(Input::Lines(lines))) => {
                Ok(lines.iter().map(|line| line.clone().into_bytes()).collect())
            }
            (None, None) => Err("there is neither input nor input_hex".to_owned()),
        }
    }
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).ok());
    let byte =
        |pair: Option<&str>| u8::from_str_radix(pair.filter(|pair| pair.len() == 2)?, 16).ok();
    digits.map(byte).collect()
}

/// A line of `--batch` of the kind `nginx-destination`.
#[derive(Debug, Deserialize)]
pub(crate) struct NginxQuestion {
    rules: Nginx,
    input: NginxInput,
}

#[derive(Debug, Deserialize)]
struct NginxInput {
    rule: NginxRule,
    target: String,
    destination_headers: Vec<String>,
    #[serde(default)]
    other_headers: Vec<(String, String)>,
}

/// Where the guide's lines stand.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
enum NginxRule {
    Location,
    None,
    Pass,
    Server,
}

impl NginxQuestion {
    pub(crate) fn answer(&self) -> Value {
        let input = &self.input;
        let is_named = |(name, _): &&(String, String)| name.eq_ignore_ascii_case("destination");
        let others = input.other_headers.iter().filter(is_named).map(|(_, value)| value);
        let lines = input.destination_headers.iter().chain(others);
        if input.rule == NginxRule::None {
            return json!({ "destination": lines.collect::<Vec<_>>() });
        }
        let guide = match input.rule {
            NginxRule::Pass => Guide::Distributed,
            _ => Guide::ReverseProxy,
        };
        let lines: Vec<_> = lines.map(|line| from_latin1(line)).collect();
        let nginx = NginxDestination::new(guide.into(), self.rules.into());
        let sent = nginx.sent(&from_latin1(&input.target), &lines);
        let sent: Vec<_> = sent.iter().map(|value| to_latin1(value)).collect();
        json!({ "destination": sent })
    }
}
