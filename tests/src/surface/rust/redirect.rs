//! Redirects to https.

use serde_json::{Value, json};
use tuleap_front::{
    Guide, HttpsOrigin, HttpsOriginError, HttpsRedirect, NginxRules, ProxyChain, RedirectDecision,
    RedirectFacts, RedirectStatus, Scheme,
};

use super::bare;
use crate::row::{
    DocumentedRedirect, GuideName, HttpsRedirectRow, NginxRedirectInput, ProxyChainRow,
    RedirectStatusName, from_latin1, latin1,
};
use crate::surface::Rules;

/// The answer to a row of `https-redirect.json`.
pub(super) fn https_redirect(row: &HttpsRedirectRow) -> Result<Value, String> {
    let rule = match (&row.documented, &row.origin) {
        (Some(documented), _) => self::documented(documented),
        (None, Some(origin)) => origin.parse::<HttpsOrigin>().map(HttpsRedirect::recommended),
        (None, None) => return Err(format!("{}: neither origin nor documented", row.id)),
    };
    let mut rule = match rule {
        Ok(rule) => rule,
        Err(error) => {
            let code = bare(error.code());
            return Ok(json!({ "config_error": { "code": code, "hint": error.hint() } }));
        }
    };
    if let Some(status) = row.redirect_status {
        rule = rule.with_status(self::status(status));
    }
    if row.rules.as_deref() == Some("1.22") {
        rule = rule.with_nginx_rules(NginxRules::V1_22);
    }
    let scheme = Scheme::parse(row.scheme.as_bytes()).ok_or("a scheme")?;
    let (method, target) = (latin1(&row.method), latin1(&row.target));
    let facts = RedirectFacts { scheme, method: &method, target: &target };
    let decision = rule.decide(&facts);
    let explanation = rule.explain(&facts);
    if *explanation.decision() != decision {
        return Err(format!("{}: explain and decide differ", row.id));
    }
    let mut answer = answer(&decision);
    if let Some(fields) = answer.as_object_mut() {
        fields.insert("action".into(), json!(decision.action()));
        fields.insert("reason".into(), json!(explanation.reason().as_str()));
    }
    Ok(answer)
}

/// The answer to a row of `nginx-redirect.json`.
pub(super) fn nginx(row: &NginxRedirectInput, rules: Rules) -> Result<Value, String> {
    let rules = match rules {
        Rules::Current => NginxRules::Current,
        Rules::V1_22 => NginxRules::V1_22,
    };
    let rule = documented(&row.documented()).map_err(|error| error.to_string())?;
    let rule = rule.with_status(status(row.status())).with_nginx_rules(rules);
    let scheme = Scheme::parse(row.listener.as_bytes()).ok_or("a scheme")?;
    let (method, target) = (latin1(&row.method), latin1(&row.target));
    Ok(answer(&rule.decide(&RedirectFacts { scheme, method: &method, target: &target })))
}

fn documented(rule: &DocumentedRedirect) -> Result<HttpsRedirect, HttpsOriginError> {
    let guide = match rule.guide {
        GuideName::Distributed => Guide::Distributed,
        GuideName::ReverseProxy => Guide::ReverseProxy,
    };
    HttpsRedirect::documented(guide, &rule.server_name)
}

const fn status(name: RedirectStatusName) -> RedirectStatus {
    match name {
        RedirectStatusName::BySafety => RedirectStatus::BySafety,
        RedirectStatusName::Found => RedirectStatus::Found,
        RedirectStatusName::MovedPermanently => RedirectStatus::MovedPermanently,
        RedirectStatusName::PermanentRedirect => RedirectStatus::PermanentRedirect,
        RedirectStatusName::SeeOther => RedirectStatus::SeeOther,
        RedirectStatusName::TemporaryRedirect => RedirectStatus::TemporaryRedirect,
    }
}

fn answer(decision: &RedirectDecision<'_>) -> Value {
    json!({
        "status": decision.status().map(|status| status.as_u16()),
        "location": decision.location().map(|location| from_latin1(&location)),
    })
}

/// An answer in the form of a row of `proxy-chain.json`.
pub(super) fn proxy_chain(row: &ProxyChainRow) -> Result<Value, String> {
    let chain = match row.chain.parse::<ProxyChain>() {
        Ok(chain) => chain,
        Err(error) => {
            return Ok(json!({ "config_error": {
                "code": bare(error.code()), "entry": error.entry(), "line": error.line(),
                "column": error.column(), "offset": error.offset(), "length": error.length(),
                "hint": error.hint(),
            } }));
        }
    };
    let explanation = chain.explain();
    for run in [explanation.https(), explanation.http()] {
        if run.verdict() != chain.verdict(run.client()) {
            return Err(format!("{}: explain and verdict differ", row.id));
        }
    }
    let corrected = explanation.corrected().unwrap_or(&chain);
    let fault = [Scheme::Https, Scheme::Http].map(|client| corrected.verdict(client).as_str());
    if !corrected.explain().is_sound() || !matches!(fault, ["served", _]) {
        return Err(format!("{}: what is corrected is {fault:?}", row.id));
    }
    serde_json::to_value(&explanation).map_err(|error| error.to_string())
}
