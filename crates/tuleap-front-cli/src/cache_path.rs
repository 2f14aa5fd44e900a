//! `tuleap-front cache path`.

use std::io::{self, Write as _};
use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde::Serialize;
use tuleap_front::{
    CacheFacts, CacheKey, CacheLevels, CacheLookup, CachePolicy, NginxHost, RequestVersion,
};

use crate::explain::UsageError;
use crate::words::{Format, Nginx, Scheme};
use crate::{Failure, cache, print_json};

/// Of a cache on disk.
#[derive(Debug, Subcommand)]
pub(crate) enum Noun {
    Path(Box<Arguments>),
}

/// Which file holds what nginx keeps for a URL: the one to purge.
///
/// One line for each method. Where the policy keeps nothing for the URL, a note on standard error
/// says why; the file is then not there.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// What the client asks for, such as https://tuleap.example.com/a.js?v=1, as it was sent.
    url: String,

    /// recommended, documented or reverse-proxy, distributed (the lines of the deployment guide),
    /// or a file with nginx's directives proxy_cache, proxy_cache_key and so on.
    #[arg(long, value_name = "POLICY", default_value = "recommended", conflicts_with = "key")]
    policy: String,

    /// The value of proxy_cache_key, in place of a policy.
    #[arg(long, value_name = "TEXT")]
    key: Option<String>,

    /// levels= of proxy_cache_path; those of the policy unless told, and with --key none.
    #[arg(long, value_name = "LEVELS")]
    levels: Option<CacheLevels>,

    /// The folder of the cache; that of the policy's proxy_cache_path unless told.
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,

    /// The method; may be given several times.
    #[arg(long, value_name = "METHOD", default_value = "GET")]
    method: Vec<String>,

    /// A header line of the request, where the key or Vary asks for it; may be given several times.
    #[arg(short = 'H', long = "line", value_name = "NAME: VALUE")]
    lines: Vec<String>,

    /// The Vary of the answer: the file of this variant is printed behind the other, in which is
    /// the variant that came first.
    #[arg(long, value_name = "NAMES")]
    vary: Option<String>,

    /// Which nginx, where versions differ.
    #[arg(long, value_enum, default_value_t = Nginx::Current)]
    nginx: Nginx,

    /// The files alone, or one JSON object for each.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

const EXAMPLES: &str = "\
Examples:
  Throw away what the guide's cache has of a script:
    rm -f \"$(tuleap-front cache path --policy documented https://tuleap.example.com/a.js)\"

  With a key and a folder of your own, for both methods:
    tuleap-front cache path --key '$request_method$host$request_uri' --levels 1:2 \\
      --root /var/cache/nginx --method GET --method HEAD https://tuleap.example.com/a.css

  The variant for a client that takes gzip:
    tuleap-front cache path --vary Accept-Encoding -H 'Accept-Encoding: gzip' \\
      https://tuleap.example.com/a.css

Exit status: 0 answered, 2 the URL or the policy could not be used.";

/// A file that may be there.
#[derive(Serialize)]
struct Answer {
    method: String,
    key: String,
    md5: String,
    path: String,
    variant_md5: Option<String>,
    variant_path: Option<String>,
    /// `look-up`, `bypass` or `skip`.
    action: &'static str,
    reason: &'static str,
}

pub(crate) fn run(noun: &Noun) -> Result<(), Failure> {
    let Noun::Path(arguments) = noun;
    let policy = arguments.policy()?.with_rules(arguments.nginx.into());
    for method in &arguments.method {
        let (answer, look_up) = arguments.answer(&policy, method)?;
        if let CacheLookup::Skip(reason) = look_up {
            anstream::eprintln!("tuleap-front: nothing is kept for it: {}", reason.text());
        }
        match arguments.format {
            Format::Json => print_json(&answer)?,
            Format::Text => {
                for path in std::iter::once(&answer.path).chain(&answer.variant_path) {
                    writeln!(io::stdout(), "{path}")?;
                }
            }
        }
    }
    Ok(())
}

impl Arguments {
    fn policy(&self) -> Result<CachePolicy, UsageError> {
        let Some(key) = &self.key else { return cache::policy(&self.policy) };
        let key = key.replace('\\', "\\\\").replace('"', "\\\"");
        format!("proxy_cache_key \"{key}\"; proxy_cache zone;").parse().map_err(UsageError::Cache)
    }

    fn answer(
        &self,
        policy: &CachePolicy,
        method: &str,
    ) -> Result<(Answer, CacheLookup), UsageError> {
        let unusable = || UsageError::Url { url: self.url.clone() };
        let (scheme, authority, target) = split(&self.url).ok_or_else(unusable)?;
        let host = NginxHost::parse(authority.as_bytes(), self.nginx.into());
        let host = host.map_err(UsageError::Host)?;
        let lines =
            self.lines.iter().map(|line| header_line(line)).collect::<Result<Vec<_>, _>>()?;
        let facts = CacheFacts {
            scheme: scheme.into(),
            method: method.as_bytes(),
            host: host.as_bytes(),
            target: target.as_bytes(),
            version: RequestVersion::Http1 { minor: 1 },
            headers: lines.as_slice(),
        };
        let key = policy.key(&facts).ok_or_else(unusable)?;
        let levels = self.levels.as_ref().unwrap_or(policy.levels());
        let look_up = policy.look_up(&facts);
        let variant = self.vary.as_ref().map(|vary| key.variant(vary.as_bytes(), lines.as_slice()));
        let answer = Answer {
            method: method.to_owned(),
            key: shown(&key),
            md5: key.md5().to_string(),
            path: self.beneath(policy, &key.path(levels)),
            variant_md5: variant.map(|variant| variant.to_string()),
            variant_path: variant.map(|variant| self.beneath(policy, &variant.path(levels))),
            action: look_up.action(),
            reason: look_up.reason().as_str(),
        };
        Ok((answer, look_up))
    }

    /// The file in the folder of the cache, where one is known.
    fn beneath(&self, policy: &CachePolicy, path: &str) -> String {
        let named = policy.directives().find_map(|words| match words {
            [name, folder, ..] if name == "proxy_cache_path" => Some(PathBuf::from(folder)),
            _ => None,
        });
        match self.root.clone().or(named) {
            Some(root) => root.join(path).display().to_string(),
            None => path.to_owned(),
        }
    }
}

fn shown(key: &CacheKey) -> String {
    String::from_utf8_lossy(key.as_bytes()).into_owned()
}

fn header_line(line: &str) -> Result<(&str, &str), UsageError> {
    let cut = line.split_once(':').filter(|(name, _)| !name.is_empty());
    let (name, value) = cut.ok_or_else(|| UsageError::Line { line: line.to_owned() })?;
    Ok((name, value.trim_matches([' ', '\t'])))
}

/// Scheme, host with its port, and target; what a browser keeps to itself is left out.
fn split(url: &str) -> Option<(Scheme, &str, String)> {
    let (scheme, rest) = url.split_once("://")?;
    let scheme = match scheme.to_ascii_lowercase().as_str() {
        "http" => Scheme::Http,
        "https" => Scheme::Https,
        _ => return None,
    };
    let rest = rest.split_once('#').map_or(rest, |(rest, _)| rest);
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, target) = rest.split_at_checked(end)?;
    if authority.is_empty() || authority.contains('@') {
        return None;
    }
    let slash = if target.starts_with('/') { "" } else { "/" };
    Some((scheme, authority, format!("{slash}{target}")))
}
