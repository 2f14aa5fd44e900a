//! `tuleap-front explain cache`, and such lines of `--batch`.

use clap::Args;
use serde::Deserialize;
use serde_json::{Value, json};
use tuleap_front::{
    CacheAnswer, CacheBody, CacheExplanation, CacheFacts, CachePolicy, CacheStep, CacheZone, Guide,
    RequestVersion, UpstreamFailure,
};

use crate::exchange::ExchangeArguments;
use crate::explain::UsageError;
use crate::words::{Nginx, Scheme, config_error, from_latin1};
use crate::{Failure, head, print_explanation};

/// Is the cache asked, is this answer stored, for how long and why, and what is the client told?
///
/// Without the head of an answer: the key, the file, and whether the cache is asked.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// recommended, documented or reverse-proxy, distributed (the lines of the deployment guide),
    /// or a file with nginx's directives proxy_cache, proxy_cache_key and so on.
    #[arg(long, value_name = "POLICY", default_value = "recommended")]
    policy: String,

    #[command(flatten)]
    exchange: ExchangeArguments,
}

const EXAMPLES: &str = "\
Examples:
  Is what the backend answers stored?
    curl -sv -o script.js http://192.0.2.1:8080/a.js 2>&1 |
      tuleap-front explain cache --host tuleap.example.com

  The same by the lines of the guide, on nginx 1.22, at a given time:
    tuleap-front explain cache --policy documented --nginx 1.22 --now 1790000000 exchange.txt

  Is the cache asked, and for which key?
    printf 'GET /a.js HTTP/1.1\\r\\nHost: tuleap.example.com\\r\\n\\r\\n' |
      tuleap-front explain cache --format json

Exit status: 0 answered, 2 the heads or the policy could not be used.";

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let exchange = &arguments.exchange;
    let policy = policy(&arguments.policy)?.with_rules(exchange.nginx.into());
    exchange.each(|heads| {
        let host = heads.host.as_ref().ok_or(UsageError::NoHost)?;
        let facts = CacheFacts {
            scheme: exchange.scheme.into(),
            method: heads.request.method(),
            host: host.as_bytes(),
            target: heads.request.target().request_uri(),
            version: heads.version,
            headers: heads.request.lines(),
        };
        let explanation = match &heads.response {
            None => policy.explain_look_up(&facts),
            Some(response) => {
                let (status, headers) = (response.status(), response.lines());
                let answer = CacheAnswer { status, headers, body: CacheBody::Whole };
                policy.explain(&facts, &answer, heads.now)
            }
        };
        print_explanation(&explanation, exchange.format)
    })
}

/// The policy with this name, or in this file.
pub(crate) fn policy(word: &str) -> Result<CachePolicy, UsageError> {
    match word {
        "distributed" => Ok(CachePolicy::documented(Guide::Distributed)),
        "documented" | "reverse-proxy" => Ok(CachePolicy::documented(Guide::ReverseProxy)),
        "recommended" => Ok(CachePolicy::recommended()),
        word => {
            let text = head::policy(word, "recommended, reverse-proxy or distributed")?;
            text.parse().map_err(UsageError::Cache)
        }
    }
}

/// A line of `--batch` of the kind `cache`; texts stand for bytes, one code point each.
#[derive(Debug, Deserialize)]
pub(crate) struct Question {
    policy: Option<Known>,
    directives: Option<String>,
    rules: Option<Nginx>,
    scheme: Scheme,
    requests: Vec<Request>,
    answers: Vec<Reply>,
}

/// A policy with a name.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Known {
    Distributed,
    Recommended,
    ReverseProxy,
}

#[derive(Debug, Deserialize)]
struct Request {
    now: i64,
    method: String,
    target: String,
    version: String,
    host: String,
    headers: Vec<(String, String)>,
    /// The request behind which the backend answers; this one unless told.
    answered_after: Option<usize>,
}

/// What the backend does.
#[derive(Debug, Deserialize)]
struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    cut: bool,
    failure: Option<Fails>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Fails {
    Error,
    InvalidHeader,
    Timeout,
}

impl From<Fails> for UpstreamFailure {
    fn from(fails: Fails) -> Self {
        match fails {
            Fails::Error => Self::Error,
            Fails::InvalidHeader => Self::InvalidHeader,
            Fails::Timeout => Self::Timeout,
        }
    }
}

impl Question {
    pub(crate) fn answer(&self) -> Result<Value, String> {
        let policy = match (self.policy, &self.directives) {
            (Some(Known::Distributed), _) => CachePolicy::documented(Guide::Distributed),
            (Some(Known::Recommended), _) => CachePolicy::recommended(),
            (Some(Known::ReverseProxy), _) => CachePolicy::documented(Guide::ReverseProxy),
            (None, text) => match text.as_deref().unwrap_or_default().parse() {
                Ok(policy) => policy,
                Err(error) => return Ok(refusal(&error)),
            },
        };
        let policy = policy.with_rules(self.rules.unwrap_or(Nginx::Current).into());
        let directives = policy.to_string();
        let zone = CacheZone::new(policy);
        let steps = Steps { question: self, zone, asked: 0 }.run()?;
        Ok(json!({ "directives": directives, "steps": steps }))
    }
}

fn refusal(error: &tuleap_front::CachePolicyError) -> Value {
    config_error!(error)
}

/// The requests of a question go to one zone.
struct Steps<'q> {
    question: &'q Question,
    zone: CacheZone,
    /// How often the backend was asked.
    asked: usize,
}

/// The step with the client's answer, and why what was asked last was stored, or looked up.
type Step = (CacheStep, CacheExplanation);

/// A request, its ticket, and behind which request it is answered.
type Open = (usize, u64, usize);

impl Steps<'_> {
    fn run(mut self) -> Result<Vec<Value>, String> {
        let mut steps: Vec<Step> = Vec::new();
        let mut open: Vec<Open> = Vec::new();
        for (at, request) in self.question.requests.iter().enumerate() {
            let (step, explanation) = self.with_facts(request, |zone, facts| {
                (zone.ask(facts, request.now), zone.policy().explain_look_up(facts))
            })?;
            let after = request.answered_after.unwrap_or(at);
            open.extend(step.ticket().map(|ticket| (at, ticket, after)));
            steps.push((step, explanation));
            let (due, later): (Vec<Open>, Vec<Open>) =
                open.into_iter().partition(|open| open.2 <= at);
            open = later;
            for (of, ticket, _) in due {
                let asked = self.question.requests.get(of).ok_or("a request")?;
                let (end, explanation) = self.end(asked, ticket, request.now)?;
                let step = steps.get_mut(of).ok_or("a step")?;
                // What is refreshed behind a client's back is not the client's answer.
                if step.0.status().is_none() {
                    step.0 = end;
                }
                if let Some(explanation) = explanation {
                    step.1 = explanation;
                }
            }
        }
        steps.iter().map(in_words).collect()
    }

    /// The backend answers, or does not.
    fn end(
        &mut self,
        request: &Request,
        ticket: u64,
        now: i64,
    ) -> Result<(CacheStep, Option<CacheExplanation>), String> {
        let answers = &self.question.answers;
        let reply = answers.get(self.asked).or(answers.last()).ok_or("there are no answers")?;
        self.asked += 1;
        if let Some(fails) = reply.failure {
            let step = self.zone.fail(ticket, fails.into(), now);
            return Ok((step.ok_or("no such ticket")?, None));
        }
        let headers = lines(&reply.headers);
        let body = if reply.cut { CacheBody::Cut } else { CacheBody::Whole };
        let answer = CacheAnswer { status: reply.status, headers: headers.as_slice(), body };
        let explanation =
            self.with_facts(request, |zone, facts| zone.policy().explain(facts, &answer, now))?;
        let step = self.zone.answer(ticket, &answer, now).ok_or("no such ticket")?;
        Ok((step, Some(explanation)))
    }

    fn with_facts<T>(
        &mut self,
        request: &Request,
        ask: impl FnOnce(&mut CacheZone, &CacheFacts<'_, [(Vec<u8>, Vec<u8>)]>) -> T,
    ) -> Result<T, String> {
        let version = RequestVersion::of_protocol(request.version.as_bytes());
        let headers = lines(&request.headers);
        let [method, host, target] =
            [&request.method, &request.host, &request.target].map(|text| from_latin1(text));
        let facts = CacheFacts {
            scheme: self.question.scheme.into(),
            method: &method,
            host: &host,
            target: &target,
            version: version.ok_or("version is none")?,
            headers: headers.as_slice(),
        };
        Ok(ask(&mut self.zone, &facts))
    }
}

fn lines(lines: &[(String, String)]) -> Vec<(Vec<u8>, Vec<u8>)> {
    lines.iter().map(|(name, value)| (from_latin1(name), from_latin1(value))).collect()
}

fn in_words((step, explanation): &Step) -> Result<Value, String> {
    let mut value = serde_json::to_value(step).map_err(|error| error.to_string())?;
    if let Some(fields) = value.as_object_mut() {
        fields.insert("explanation".to_owned(), json!(explanation));
    }
    Ok(value)
}
