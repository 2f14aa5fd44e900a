//! `tuleap-front explain gzip`, and such lines of `--batch`.

use std::fmt;

use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tuleap_front::{
    Expires, GzipCheck, GzipExplanation, GzipFacts, GzipLength, GzipPolicy, RequestVersion,
};

use crate::exchange::ExchangeArguments;
use crate::explain::UsageError;
use crate::words::{Nginx, Scheme, Secrets, config_error, from_latin1, to_latin1};
use crate::{Failure, head, print_explanation};

/// Is this answer compressed, why or why not, and which lines does the client get?
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// recommended, documented (the lines of the deployment guide), tuleap (the configuration it
    /// comes with), or a file with nginx's directives gzip, gzip_types and so on.
    #[arg(long, value_name = "POLICY", default_value = "recommended")]
    policy: String,

    /// The parameters of an expires beside them, such as 1h or modified 1h.
    #[arg(long, value_name = "TIME")]
    expires: Option<String>,

    /// With recommended: what becomes of a user's own pages over https.
    #[arg(long, value_enum, default_value_t = Secrets::Identity)]
    secrets: Secrets,

    #[command(flatten)]
    exchange: ExchangeArguments,
}

const EXAMPLES: &str = "\
Examples:
  What becomes of an answer of the backend:
    curl -sv -o page -H 'Accept-Encoding: gzip' http://192.0.2.1:8080/ 2>&1 |
      tuleap-front explain gzip

  The same by the lines of the guide, on nginx 1.22:
    tuleap-front explain gzip --policy documented --nginx 1.22 exchange.txt

  By directives of your own:
    printf 'gzip on; gzip_types application/json;' > gzip.conf
    tuleap-front explain gzip --policy gzip.conf --request request.txt --response response.txt

Exit status: 0 answered, 2 the heads or the policy could not be used.";

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let policy = arguments.policy()?;
    arguments.exchange.each(|heads| {
        let response = heads.response.as_ref().ok_or(UsageError::NoResponse)?;
        let facts = GzipFacts {
            method: heads.request.method(),
            version: heads.version,
            now: heads.now,
            ..GzipFacts::new(
                arguments.exchange.scheme.into(),
                heads.request.lines(),
                response.status(),
                response.lines(),
            )
        };
        let lines = policy.response_lines(&facts);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let explained = Explained {
            explanation: policy.explain(&facts),
            client: lines.iter().map(|(name, value)| (text(name), text(value))).collect(),
        };
        print_explanation(&explained, arguments.exchange.format)
    })
}

impl Arguments {
    fn policy(&self) -> Result<GzipPolicy, UsageError> {
        let policy = match self.policy.as_str() {
            "documented" => GzipPolicy::documented(tuleap_front::Guide::ReverseProxy),
            "recommended" => GzipPolicy::recommended(),
            "tuleap" => GzipPolicy::tuleap(),
            word => {
                let text = head::policy(word, "recommended, documented or tuleap")?;
                text.parse().map_err(UsageError::Gzip)?
            }
        };
        let policy =
            policy.with_rules(self.exchange.nginx.into()).with_secrets(self.secrets.into());
        match &self.expires {
            Some(expires) => Ok(policy.with_expires(expires.parse().map_err(UsageError::Expires)?)),
            None => Ok(policy),
        }
    }
}

/// An explanation, and what of it the client sees.
#[derive(Serialize)]
struct Explained {
    #[serde(flatten)]
    explanation: GzipExplanation,
    client: Vec<(String, String)>,
}

impl fmt::Display for Explained {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.explanation)?;
        for (name, value) in &self.client {
            writeln!(out, "  client  {}: {}", printable(name), printable(value))?;
        }
        Ok(())
    }
}

/// Control characters escaped, so that a header does not write to the terminal; quotes are kept, as
/// every `ETag` has them.
fn printable(text: &str) -> String {
    let mut out = String::new();
    for char in text.chars() {
        match char {
            '"' | '\'' => out.push(char),
            char => out.extend(char.escape_debug()),
        }
    }
    out
}

/// A line of `--batch` of the kind `gzip`; texts stand for bytes, one code point each.
#[derive(Debug, Deserialize)]
pub(crate) struct Question {
    policy: Option<Known>,
    directives: Option<String>,
    expires: Option<String>,
    rules: Option<Nginx>,
    secrets: Option<Secrets>,
    scheme: Scheme,
    method: String,
    version: String,
    request: Vec<(String, String)>,
    status: u16,
    response: Vec<(String, String)>,
    length: Option<Length>,
    now: i64,
}

/// A policy with a name.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Known {
    Documented,
    Recommended,
    Tuleap,
}

/// How long the content is, where the lines do not say it.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(untagged)]
enum Length {
    Known(u64),
    Unknown(Unknown),
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Unknown {
    Unknown,
}

impl Question {
    pub(crate) fn answer(&self) -> Result<Value, String> {
        let policy = match (self.policy, &self.directives) {
            (Some(Known::Documented), _) => {
                GzipPolicy::documented(tuleap_front::Guide::ReverseProxy)
            }
            (Some(Known::Recommended), _) => GzipPolicy::recommended(),
            (Some(Known::Tuleap), _) => GzipPolicy::tuleap(),
            (None, text) => match text.as_deref().unwrap_or_default().parse() {
                Ok(policy) => policy,
                Err(error) => return Ok(refusal(&error)),
            },
        };
        let secrets = self.secrets.unwrap_or(Secrets::Identity);
        let rules = self.rules.unwrap_or(Nginx::Current);
        let mut policy = policy.with_rules(rules.into()).with_secrets(secrets.into());
        if let Some(expires) = &self.expires {
            let expires: Expires = expires.parse().map_err(|error| format!("{error}"))?;
            policy = policy.with_expires(expires);
        }
        let lines = |lines: &[(String, String)]| -> Vec<(Vec<u8>, Vec<u8>)> {
            lines.iter().map(|(name, value)| (from_latin1(name), from_latin1(value))).collect()
        };
        let (request, response) = (lines(&self.request), lines(&self.response));
        let version = RequestVersion::of_protocol(self.version.as_bytes());
        let facts = GzipFacts {
            method: self.method.as_bytes(),
            version: version.ok_or("version is none")?,
            length: match self.length {
                None => GzipLength::FromHeaders,
                Some(Length::Known(length)) => GzipLength::Known(length),
                Some(Length::Unknown(Unknown::Unknown)) => GzipLength::Unknown,
            },
            now: self.now,
            ..GzipFacts::new(
                self.scheme.into(),
                request.as_slice(),
                self.status,
                response.as_slice(),
            )
        };
        let explanation = policy.explain(&facts);
        let verdict = explanation.verdict();
        let checks = explanation.steps().iter().map(|step| step.check());
        let client = policy.response_lines(&facts);
        let client = client.iter().map(|(name, value)| [to_latin1(name), to_latin1(value)]);
        Ok(json!({
            "compresses": verdict.compresses(), "reason": verdict.reason().as_str(),
            "varies": verdict.varies(), "etag": verdict.etag().as_str(),
            "removes": verdict.removes(),
            "checks": checks.map(GzipCheck::as_str).collect::<Vec<_>>(),
            "lines": client.collect::<Vec<_>>(), "directives": policy.to_string(),
        }))
    }
}

fn refusal(error: &tuleap_front::GzipPolicyError) -> Value {
    config_error!(error)
}
