//! `tuleap-front explain redirect` and `tuleap-front explain chain`, and such lines of `--batch`.

use std::path::PathBuf;

use clap::Args;
use serde::Deserialize;
use serde_json::{Value, json};
use tuleap_front::{HttpsOriginError, HttpsRedirect, ProxyChain, ProxyChainError, RedirectFacts};

use crate::explain::UsageError;
use crate::words::{
    Format, Guide, Nginx, RedirectStatus, Scheme, from_latin1, to_latin1, without_noun,
};
use crate::{Failure, head, print_explanation};

/// Where is a request over plain http sent, with which status, and why?
#[derive(Args, Debug)]
#[command(after_help = REDIRECT_EXAMPLES)]
pub(crate) struct RedirectArguments {
    /// The request target, as it was sent.
    target: String,

    /// The site: a host, host:port, or https:// and one of them.
    #[arg(long, value_name = "ORIGIN", required_unless_present = "documented")]
    to: Option<String>,

    /// What the lines of the deployment guide answer.
    #[arg(long, value_enum, value_name = "GUIDE", requires = "server_name", conflicts_with = "to")]
    documented: Option<Guide>,

    /// With --documented: the value of server_name.
    #[arg(long, value_name = "NAMES", requires = "documented")]
    server_name: Option<String>,

    /// The status; by-safety unless told, and moved-permanently with --documented.
    #[arg(long, value_enum)]
    status: Option<RedirectStatus>,

    /// Which nginx, for CONNECT.
    #[arg(long, value_enum, default_value_t = Nginx::Current)]
    nginx: Nginx,

    /// What the client speaks.
    #[arg(long, value_enum, default_value_t = Scheme::Http)]
    scheme: Scheme,

    /// The method.
    #[arg(long, default_value = "GET")]
    method: String,

    /// For people, or one JSON object.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

const REDIRECT_EXAMPLES: &str = "\
Examples:
  tuleap-front explain redirect --to tuleap.example.com '/plugins/svn/?a=b'
  tuleap-front explain redirect --to tuleap.example.com --method POST /api/projects
  tuleap-front explain redirect --documented reverse-proxy --server-name tuleap.example.com /

Exit status: 0 answered, 2 the request or the configuration could not be used.";

pub(crate) fn redirect(arguments: &RedirectArguments) -> Result<(), Failure> {
    let redirect = arguments.redirect().map_err(UsageError::from)?;
    let facts = RedirectFacts {
        scheme: arguments.scheme.into(),
        method: arguments.method.as_bytes(),
        target: arguments.target.as_bytes(),
    };
    print_explanation(&redirect.explain(&facts), arguments.format)
}

impl RedirectArguments {
    fn redirect(&self) -> Result<HttpsRedirect, HttpsOriginError> {
        let redirect = match self.documented {
            Some(guide) => {
                let names = self.server_name.as_deref().unwrap_or_default();
                HttpsRedirect::documented(guide.into(), names)?
            }
            None => HttpsRedirect::recommended(self.to.as_deref().unwrap_or_default().parse()?),
        };
        Ok(with_options(redirect, self.status, Some(self.nginx)))
    }
}

fn with_options(
    redirect: HttpsRedirect,
    status: Option<RedirectStatus>,
    nginx: Option<Nginx>,
) -> HttpsRedirect {
    let redirect = redirect.with_nginx_rules(nginx.unwrap_or(Nginx::Current).into());
    match status {
        Some(status) => redirect.with_status(status.into()),
        None => redirect,
    }
}

/// Do the redirects of a chain of servers come to an end, or is it a loop, and who is to blame?
#[derive(Args, Debug)]
#[command(after_help = CHAIN_EXAMPLES)]
pub(crate) struct ChainArguments {
    /// The hops, the client's end first: NAME: http, https or http and https, and after commas
    /// trusts NAME, writes proto, passes proto, removes proto, redirects. Several with ; between
    /// them, or as several arguments.
    hops: Vec<String>,

    /// A file with one hop a line, or - for standard input.
    #[arg(long, value_name = "FILE", conflicts_with = "hops", required_unless_present = "hops")]
    file: Option<PathBuf>,

    /// For people, or one JSON object.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

const CHAIN_EXAMPLES: &str = "\
Examples:
  A balancer that ends TLS, and an nginx that redirects by its own connection:
    tuleap-front explain chain 'lb: https; nginx: http, redirects on scheme; tuleap: http'

  The same with one argument a hop:
    tuleap-front explain chain 'lb: http and https, writes proto' \\
      'nginx: http, trusts lb, writes believed proto' 'tuleap: http, trusts nginx, redirects'

Exit status: 0 answered, 2 the chain could not be read.";

pub(crate) fn chain(arguments: &ChainArguments) -> Result<(), Failure> {
    let text = match &arguments.file {
        Some(path) => String::from_utf8_lossy(&head::bytes(Some(path))?).into_owned(),
        None => arguments.hops.join("\n"),
    };
    let chain: ProxyChain = text.parse().map_err(UsageError::Chain)?;
    print_explanation(&chain.explain(), arguments.format)
}

/// A line of `--batch` of the kind `https-redirect`; texts stand for bytes, one code point each.
#[derive(Debug, Deserialize)]
pub(crate) struct RedirectQuestion {
    origin: Option<String>,
    documented: Option<Documented>,
    redirect_status: Option<RedirectStatus>,
    rules: Option<Nginx>,
    scheme: Scheme,
    method: String,
    target: String,
}

#[derive(Debug, Deserialize)]
struct Documented {
    guide: Guide,
    server_name: String,
}

impl RedirectQuestion {
    pub(crate) fn answer(&self) -> Value {
        let redirect = match &self.documented {
            Some(Documented { guide, server_name }) => {
                HttpsRedirect::documented((*guide).into(), server_name)
            }
            None => {
                let origin = self.origin.as_deref().unwrap_or_default().parse();
                origin.map(HttpsRedirect::recommended)
            }
        };
        let redirect = match redirect {
            Ok(redirect) => with_options(redirect, self.redirect_status, self.rules),
            Err(error) => {
                let code = without_noun(error.code());
                return json!({ "config_error": { "code": code, "hint": error.hint() } });
            }
        };
        let (method, target) = (from_latin1(&self.method), from_latin1(&self.target));
        let facts = RedirectFacts { scheme: self.scheme.into(), method: &method, target: &target };
        let explanation = redirect.explain(&facts);
        let decision = explanation.decision();
        json!({
            "action": decision.action(),
            "status": decision.status().map(|status| status.as_u16()),
            "location": decision.location().map(|location| to_latin1(&location)),
            "reason": explanation.reason().as_str(),
        })
    }
}

/// A line of `--batch` of the kind `nginx-redirect`.
#[derive(Debug, Deserialize)]
pub(crate) struct NginxRedirectQuestion {
    input: NginxRedirectInput,
    documented: Documented,
    redirect_status: Option<RedirectStatus>,
    rules: Option<Nginx>,
}

#[derive(Debug, Deserialize)]
struct NginxRedirectInput {
    method: String,
    target: String,
}

impl NginxRedirectQuestion {
    pub(crate) fn answer(self) -> Value {
        let Self { input: NginxRedirectInput { method, target }, .. } = self;
        let question = RedirectQuestion {
            origin: None,
            documented: Some(self.documented),
            redirect_status: self.redirect_status,
            rules: self.rules,
            scheme: Scheme::Http,
            method,
            target,
        };
        let answer = question.answer();
        json!({ "status": answer.get("status"), "location": answer.get("location") })
    }
}

/// A line of `--batch` of the kind `proxy-chain`.
#[derive(Debug, Deserialize)]
pub(crate) struct ChainQuestion {
    chain: String,
}

impl ChainQuestion {
    pub(crate) fn answer(&self) -> Value {
        match self.chain.parse::<ProxyChain>() {
            Ok(chain) => json!(chain.explain()),
            Err(error) => json!({ "config_error": config_error(&error) }),
        }
    }
}

fn config_error(error: &ProxyChainError) -> Value {
    json!({
        "code": without_noun(error.code()), "entry": error.entry(), "line": error.line(),
        "column": error.column(), "offset": error.offset(), "length": error.length(),
        "hint": error.hint(), "message": error.to_string(),
    })
}
