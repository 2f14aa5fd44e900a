use std::fmt;

use super::disable::Disable;
use super::error::{GzipPolicyError, GzipPolicyFault};
use super::proxied::GzipProxied;
use super::types::{DYNAMIC, STATIC};
use super::{GzipPolicy, Style};
use crate::config_text::{Directive, Word, directives, quoted_word};
use crate::expires::{Expires, ExpiresError};
use crate::request_line::RequestVersion;

/// Reads nginx's directives; what is not there is as nginx has it.
pub(super) fn parse(text: &str) -> Result<GzipPolicy, GzipPolicyError> {
    let directives = directives(text).map_err(|fault| GzipPolicyError::syntax(text, fault))?;
    if directives.is_empty() {
        return Err(GzipPolicyError::whole(text, GzipPolicyFault::Empty));
    }
    let mut policy = GzipPolicy::nginx_default();
    let mut seen: Vec<&str> = Vec::new();
    for directive in &directives {
        let reader = Reader { text, directive };
        let name = directive.name.text.as_ref();
        let [first, rest @ ..] = directive.arguments.as_slice() else {
            return Err(match KNOWN.contains(&name) {
                true => reader.behind_name(GzipPolicyFault::Argument),
                false => reader.fault(&directive.name, GzipPolicyFault::Directive),
            });
        };
        // Of these nginx reads a second one as more of the first.
        let adds =
            matches!(name, "gzip_proxied" | "gzip_types" | "gzip_disable" | "proxy_pass_header");
        if seen.contains(&name) && !adds {
            return Err(reader.fault(&directive.name, GzipPolicyFault::Duplicate));
        }
        reader.take(&mut policy, name, first, rest)?;
        seen.push(name);
    }
    Ok(policy)
}

/// What may stand in the text.
const KNOWN: &[&str] = &[
    "expires",
    "gzip",
    "gzip_buffers",
    "gzip_comp_level",
    "gzip_disable",
    "gzip_http_version",
    "gzip_min_length",
    "gzip_proxied",
    "gzip_types",
    "gzip_vary",
    "proxy_http_version",
    "proxy_pass_header",
];

struct Reader<'r, 't> {
    text: &'t str,
    directive: &'r Directive<'t>,
}

impl Reader<'_, '_> {
    fn take(
        &self,
        policy: &mut GzipPolicy,
        name: &str,
        first: &Word<'_>,
        rest: &[Word<'_>],
    ) -> Result<(), GzipPolicyError> {
        match name {
            "gzip" => policy.is_on = self.switch(first, rest)?,
            "gzip_vary" => policy.has_vary = self.switch(first, rest)?,
            "gzip_min_length" => policy.min_length = self.size(first, rest)?,
            "gzip_http_version" => policy.http_version = self.http_version(first, rest)?,
            "gzip_proxied" => {
                for word in self.directive.arguments.iter() {
                    let flag = GzipProxied::parse(&word.text)
                        .ok_or_else(|| self.fault(word, GzipPolicyFault::Proxied))?;
                    policy.proxied = policy.proxied.with(flag);
                }
            }
            "gzip_types" => {
                for word in self.directive.arguments.iter() {
                    match word.text.as_ref() {
                        "*" => policy.types.all = true,
                        media => policy.types.listed.push(media.to_owned()),
                    }
                }
            }
            "gzip_disable" => {
                for word in self.directive.arguments.iter() {
                    policy.disable.push(self.disable(word)?);
                }
            }
            "expires" => {
                let words: Vec<&str> =
                    self.directive.arguments.iter().map(|word| word.text.as_ref()).collect();
                policy.expires =
                    Expires::from_words(&words).map_err(|error| self.expires(error))?;
            }
            // What follows decides nothing, but for Date.
            "proxy_pass_header" => {
                self.no_more(rest)?;
                policy.passes_date |= first.text.eq_ignore_ascii_case("date");
            }
            "proxy_http_version" => {
                self.no_more(rest)?;
                if !matches!(first.text.as_ref(), "1.0" | "1.1" | "2") {
                    return Err(self.fault(first, GzipPolicyFault::HttpVersion));
                }
            }
            "gzip_comp_level" => {
                self.no_more(rest)?;
                if !first.text.parse().is_ok_and(|level: u8| (1..=9).contains(&level)) {
                    return Err(self.fault(first, GzipPolicyFault::Number));
                }
            }
            "gzip_buffers" => {
                let [size, rest @ ..] = rest else {
                    return Err(self.behind_name(GzipPolicyFault::Argument));
                };
                self.size(first, &[])?;
                self.size(size, rest)?;
            }
            _ => return Err(self.fault(&self.directive.name, GzipPolicyFault::Directive)),
        }
        Ok(())
    }

    fn switch(&self, word: &Word<'_>, rest: &[Word<'_>]) -> Result<bool, GzipPolicyError> {
        self.no_more(rest)?;
        if word.text.eq_ignore_ascii_case("on") {
            Ok(true)
        } else if word.text.eq_ignore_ascii_case("off") {
            Ok(false)
        } else {
            Err(self.fault(word, GzipPolicyFault::Switch))
        }
    }

    /// Digits, perhaps with `k` or `m` behind them.
    fn size(&self, word: &Word<'_>, rest: &[Word<'_>]) -> Result<u64, GzipPolicyError> {
        self.no_more(rest)?;
        let text = word.text.as_ref();
        let (digits, scale) = match text.as_bytes() {
            [.., b'k' | b'K'] => (text.get(..text.len() - 1), 1 << 10),
            [.., b'm' | b'M'] => (text.get(..text.len() - 1), 1 << 20),
            _ => (Some(text), 1),
        };
        digits
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
            .and_then(|digits| digits.parse::<u64>().ok())
            .and_then(|number| number.checked_mul(scale))
            .filter(|size| i64::try_from(*size).is_ok())
            .ok_or_else(|| self.fault(word, GzipPolicyFault::Number))
    }

    fn http_version(
        &self,
        word: &Word<'_>,
        rest: &[Word<'_>],
    ) -> Result<RequestVersion, GzipPolicyError> {
        self.no_more(rest)?;
        match word.text.as_ref() {
            "1.0" => Ok(RequestVersion::Http1 { minor: 0 }),
            "1.1" => Ok(RequestVersion::Http1 { minor: 1 }),
            _ => Err(self.fault(word, GzipPolicyFault::HttpVersion)),
        }
    }

    fn expires(&self, error: ExpiresError) -> GzipPolicyError {
        let fault = GzipPolicyFault::Expires(error);
        let arguments = self.directive.arguments.as_slice();
        let word = match (error, arguments) {
            (ExpiresError::Empty, [.., last]) => {
                let part = (last.offset + last.length, 0);
                return GzipPolicyError::part(self.text, self.directive, part, fault, fault.hint());
            }
            (ExpiresError::Word, [first, _, third, ..]) if first.text == "modified" => third,
            (ExpiresError::Word, [_, second, ..]) => second,
            (_, [.., last]) => last,
            (_, []) => &self.directive.name,
        };
        self.fault(word, fault)
    }

    fn disable(&self, word: &Word<'_>) -> Result<Disable, GzipPolicyError> {
        Disable::new(&word.text).map_err(|fault| {
            let part = match word.literal_offset() {
                Some(start) => (start + fault.offset, fault.length),
                None => (word.offset, word.length),
            };
            let code = GzipPolicyFault::UnsupportedPattern;
            GzipPolicyError::part(self.text, self.directive, part, code, fault.what)
        })
    }

    fn no_more(&self, rest: &[Word<'_>]) -> Result<(), GzipPolicyError> {
        match rest {
            [] => Ok(()),
            [word, ..] => Err(self.fault(word, GzipPolicyFault::Word)),
        }
    }

    fn fault(&self, word: &Word<'_>, fault: GzipPolicyFault) -> GzipPolicyError {
        GzipPolicyError::word(self.text, self.directive, word, fault)
    }

    /// Something is missing.
    fn behind_name(&self, fault: GzipPolicyFault) -> GzipPolicyError {
        let name = &self.directive.name;
        let part = (name.offset + name.length, 0);
        GzipPolicyError::part(self.text, self.directive, part, fault, fault.hint())
    }
}

/// nginx's directives, one per line, as they are read. Of [`GzipPolicy::recommended`], those that
/// come nearest to it.
impl fmt::Display for GzipPolicy {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let switch = |is_on: bool| if is_on { "on" } else { "off" };
        writeln!(out, "gzip {};", switch(self.is_on))?;
        writeln!(out, "gzip_vary {};", switch(self.has_vary))?;
        write!(out, "gzip_proxied")?;
        self.proxied().try_for_each(|flag| write!(out, " {flag}"))?;
        writeln!(out, ";")?;
        let own: Vec<&str> = self.types().collect();
        let types = match self.style {
            Style::Nginx => own,
            Style::Recommended => [STATIC, DYNAMIC, TEXT].concat(),
        };
        if self.types.all || !types.is_empty() {
            write!(out, "gzip_types")?;
            types.iter().try_for_each(|media| write!(out, " {}", quoted_word(media)))?;
            writeln!(out, "{};", if self.types.all { " *" } else { "" })?;
        }
        for disable in &self.disable {
            writeln!(out, "gzip_disable {};", quoted_word(disable.as_str()))?;
        }
        writeln!(out, "gzip_min_length {};", self.min_length)?;
        let minor = if self.http_version.number() > 1000 { 1 } else { 0 };
        writeln!(out, "gzip_http_version 1.{minor};")?;
        if self.passes_date {
            writeln!(out, "proxy_pass_header Date;")?;
        }
        match self.expires {
            Expires::Off => Ok(()),
            expires => writeln!(out, "expires {expires};"),
        }
    }
}

/// Of all types of text, those that are known best.
const TEXT: &[&str] = &["text/calendar", "text/csv", "text/markdown", "text/plain", "text/xml"];
