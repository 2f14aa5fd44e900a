//! Reads nginx's directives.

use std::borrow::Cow;

use super::config::{CacheValid, Config, Style, UseStale};
use super::error::{CachePolicyError, CachePolicyFault as Fault};
use super::policy::CachePolicy;
use super::value::ValueText;
use crate::config_text::{Directive, Word, directives};
use crate::expires::Expires;
use crate::gzip::GzipPolicy;
use crate::locations::{LocationRule, Locations, location_words};
use crate::nginx::parse_time;

/// The guide's lines.
pub(super) const DOCUMENTED: &str = r#"
    location ~* \.(?:js|css|png|gif|eot|woff)$;
    proxy_cache_path /tmp/nginx_cache levels=1:2 keys_zone=cache_zone:200m max_size=1g inactive=30m;
    proxy_cache_key "$scheme$request_method$host$request_uri";
    proxy_cache cache_zone;
    proxy_cache_valid 200 302 1h;
    proxy_ignore_headers Set-Cookie;
    proxy_hide_header Set-Cookie;
"#;

/// Ours. Nothing is refreshed in the background: the answer would be one to a request with cookies,
/// which is not stored, so that the old entry would be served for good.
pub(super) const RECOMMENDED: &str = r#"
    tuleap_cache recommended;
    location ~* \.(?:avif|css|eot|gif|ico|jpeg|jpg|js|mjs|otf|png|svg|ttf|wasm|webp|woff|woff2)$;
    proxy_cache_path /var/cache/nginx/tuleap levels=1:2 keys_zone=tuleap:10m max_size=1g inactive=1d;
    proxy_cache_key $scheme://$host$request_uri;
    proxy_cache tuleap;
    proxy_cache_valid 200 1h;
    proxy_cache_revalidate on;
    proxy_cache_use_stale error timeout updating http_500 http_502 http_503 http_504;
    expires 1h;
"#;

/// Reads nginx's directives; what is not there is as nginx has it, or as we recommend it.
pub(super) fn parse(text: &str) -> Result<CachePolicy, CachePolicyError> {
    let own = directives(text).map_err(|fault| CachePolicyError::syntax(text, fault))?;
    if own.is_empty() {
        return Err(CachePolicyError::whole(text, Fault::Empty));
    }
    let mut reader = Reader::default();
    if own.iter().any(|directive| directive.name.text == "tuleap_cache") {
        reader.config.style = Style::Recommended;
        let known = directives(RECOMMENDED).unwrap_or_default();
        let is_own = |known: &Directive<'_>| own.iter().any(|own| own.name.text == known.name.text);
        for directive in known.iter().filter(|known| !is_own(known)) {
            reader.take(RECOMMENDED, directive)?;
        }
    }
    for directive in &own {
        reader.take(text, directive)?;
    }
    reader.config.gzip = gzip(text, &own)?.map(|gzip| gzip.with_expires(reader.config.expires));
    reader.end(text)
}

fn is_gzip(name: &str) -> bool {
    name == "gzip" || name.starts_with("gzip_")
}

/// The directives about gzip, read where they stand: all others are blanks.
fn gzip(text: &str, all: &[Directive<'_>]) -> Result<Option<GzipPolicy>, CachePolicyError> {
    let mut alone = String::with_capacity(text.len());
    for directive in all.iter().filter(|directive| is_gzip(&directive.name.text)) {
        alone.extend(std::iter::repeat_n(' ', directive.start - alone.len()));
        alone.push_str(directive.text);
    }
    if alone.is_empty() {
        return Ok(None);
    }
    let read = alone.parse::<GzipPolicy>();
    read.map(Some).map_err(|error| CachePolicyError::gzip(text, all, &error))
}

#[derive(Default)]
struct Reader {
    config: Config,
    /// Each with where its pattern stands in its directive, where it stands there byte for byte.
    locations: Vec<(LocationRule, Option<usize>)>,
    directives: Vec<Vec<String>>,
}

/// Those that may stand more than once.
const SEVERAL: [&str; 9] = [
    "error_page",
    "location",
    "proxy_cache_bypass",
    "proxy_cache_methods",
    "proxy_cache_use_stale",
    "proxy_cache_valid",
    "proxy_hide_header",
    "proxy_ignore_headers",
    "proxy_no_cache",
];

impl Reader {
    fn take(&mut self, text: &str, directive: &Directive<'_>) -> Result<(), CachePolicyError> {
        let line = Line { text, directive };
        let name = directive.name.text.as_ref();
        let is_there = self.directives.iter().any(|words| words.first().is_some_and(|n| n == name));
        if is_there && !SEVERAL.contains(&name) && !is_gzip(name) {
            return Err(line.fault(&directive.name, Fault::Duplicate));
        }
        let config = &mut self.config;
        match name {
            "error_page" => config.error_pages.extend(line.error_page()?),
            "expires" => config.expires = line.expires()?,
            // They are read together.
            _ if is_gzip(name) => {}
            "location" => self.locations.push(line.location()?),
            "proxy_buffer_size" => config.buffer_size = line.size()?,
            "proxy_buffering" => config.buffers = line.switch()?,
            "proxy_cache" => config.is_on = line.only()?.text != "off",
            "proxy_cache_background_update" => config.updates_in_background = line.switch()?,
            "proxy_cache_bypass" => config.bypass.extend(line.values()?),
            "proxy_cache_convert_head" => config.converts_head = line.switch()?,
            "proxy_cache_key" => config.key = Some(line.value(line.only()?)?),
            "proxy_cache_max_range_offset" => config.max_range_offset = Some(line.size()?),
            "proxy_cache_methods" => config.has_post |= line.methods()?,
            "proxy_cache_min_uses" => config.min_uses = line.number(line.only()?)?,
            "proxy_cache_path" => line.path(config)?,
            "proxy_cache_revalidate" => config.revalidates = line.switch()?,
            "proxy_cache_use_stale" => line.use_stale(config)?,
            "proxy_cache_valid" => config.valid.extend(line.valid()?),
            "proxy_hide_header" => config.hidden.push(line.header_name()?),
            "proxy_ignore_headers" => line.ignored(config)?,
            "proxy_intercept_errors" => config.intercepts_errors = line.switch()?,
            "proxy_no_cache" => config.no_cache.extend(line.values()?),
            "tuleap_cache" => {
                let word = line.only()?;
                if word.text != "recommended" {
                    return Err(line.fault(word, Fault::Parameter));
                }
            }
            _ => return Err(line.fault(&directive.name, Fault::Directive)),
        }
        let words = std::iter::once(&directive.name).chain(&directive.arguments);
        self.directives.push(words.map(|word| word.text.as_ref().to_owned()).collect());
        Ok(())
    }

    fn end(mut self, text: &str) -> Result<CachePolicy, CachePolicyError> {
        if self.config.use_stale.off {
            self.config.use_stale = UseStale { off: true, ..UseStale::default() };
        }
        if !self.locations.is_empty() {
            let (rules, places): (Vec<LocationRule>, Vec<_>) = self.locations.into_iter().unzip();
            let own = directives(text).unwrap_or_default();
            let mut own = own.iter().filter(|directive| directive.name.text == "location");
            let locations = Locations::compile(rules).map_err(|(entry, _, fault)| {
                match (own.nth(entry), places.get(entry)) {
                    (Some(directive), Some(place)) => {
                        let fault = fault.within(*place, directive.text);
                        CachePolicyError::location(text, directive, fault)
                    }
                    _ => CachePolicyError::whole(text, Fault::Location(fault.code)),
                }
            })?;
            self.config.locations = Some(locations);
        }
        if self.config.is_on && self.config.key.is_none() {
            return Err(CachePolicyError::whole(text, Fault::Key));
        }
        Ok(CachePolicy::of(self.config, self.directives))
    }
}

/// A directive that is read.
#[derive(Clone, Copy)]
struct Line<'r, 't> {
    text: &'r str,
    directive: &'r Directive<'t>,
}

type Read<T> = Result<T, CachePolicyError>;

impl<'r, 't> Line<'r, 't> {
    fn fault(&self, word: &Word<'_>, fault: Fault) -> CachePolicyError {
        CachePolicyError::word(self.text, self.directive, word, fault)
    }

    /// What is behind the name, which must be something.
    fn some(&self) -> Read<(&'r Word<'t>, &'r [Word<'t>])> {
        self.directive.arguments.split_first().ok_or_else(|| {
            let name = &self.directive.name;
            let (part, fault) = ((name.offset + name.length, 0), Fault::Argument);
            CachePolicyError::part(self.text, self.directive, part, fault, fault.hint().into())
        })
    }

    /// The one parameter.
    fn only(&self) -> Read<&'r Word<'t>> {
        match self.some()? {
            (word, []) => Ok(word),
            (_, [more, ..]) => Err(self.fault(more, Fault::Word)),
        }
    }

    fn all(&self) -> Read<&'r [Word<'t>]> {
        self.some()?;
        Ok(&self.directive.arguments)
    }

    fn switch(&self) -> Read<bool> {
        let word = self.only()?;
        match word.text.as_ref() {
            text if text.eq_ignore_ascii_case("on") => Ok(true),
            text if text.eq_ignore_ascii_case("off") => Ok(false),
            _ => Err(self.fault(word, Fault::Switch)),
        }
    }

    fn number(&self, word: &Word<'_>) -> Read<u64> {
        digits(&word.text).ok_or_else(|| self.fault(word, Fault::Number))
    }

    /// Digits, perhaps with `k`, `m` or `g` behind them.
    fn size(&self) -> Read<u64> {
        let word = self.only()?;
        let scaled = |shift: u32| {
            let number = word.text.get(..word.text.len().saturating_sub(1)).and_then(digits)?;
            number.checked_mul(1 << shift).filter(|size| i64::try_from(*size).is_ok())
        };
        let size = match word.text.as_bytes() {
            [.., b'k' | b'K'] => scaled(10),
            [.., b'm' | b'M'] => scaled(20),
            [.., b'g' | b'G'] => scaled(30),
            _ => digits(&word.text),
        };
        size.ok_or_else(|| self.fault(word, Fault::Number))
    }

    fn time(&self, word: &Word<'_>) -> Read<i64> {
        parse_time(&word.text).ok_or_else(|| self.fault(word, Fault::Time))
    }

    fn values(&self) -> Read<Vec<ValueText>> {
        self.all()?.iter().map(|word| self.value(word)).collect()
    }

    fn value(&self, word: &Word<'_>) -> Read<ValueText> {
        ValueText::parse(&word.text).map_err(|(offset, length, hint)| {
            let part = match word.literal_offset() {
                Some(start) => (start + offset, length),
                None => (word.offset, word.length),
            };
            CachePolicyError::part(self.text, self.directive, part, Fault::Variable, hint.into())
        })
    }

    fn expires(&self) -> Read<Expires> {
        let (first, _) = self.some()?;
        let words: Vec<&str> = self.all()?.iter().map(|word| word.text.as_ref()).collect();
        Expires::from_words(&words).map_err(|error| self.fault(first, Fault::Expires(error)))
    }

    fn location(&self) -> Read<(LocationRule, Option<usize>)> {
        self.some()?;
        let read = location_words(&self.directive.arguments)
            .map_err(|fault| CachePolicyError::location(self.text, self.directive, fault))?;
        match read {
            (modifier, pattern, []) => {
                let place = pattern.is_literal.then_some(pattern.offset);
                Ok((LocationRule::new(modifier, pattern.text, "cache"), place))
            }
            (_, _, [word, ..]) => Err(self.fault(word, Fault::Word)),
        }
    }

    /// One or more statuses, perhaps `=` and another one, and a path.
    fn error_page(&self) -> Read<Vec<(u16, Option<u16>)>> {
        let (first, rest) = self.some()?;
        let Some((_, statuses)) =
            self.directive.arguments.split_last().filter(|_| !rest.is_empty())
        else {
            let part = (first.offset + first.length, 0);
            let (fault, hint) = (Fault::Argument, Fault::Argument.hint().into());
            return Err(CachePolicyError::part(self.text, self.directive, part, fault, hint));
        };
        let (instead, statuses) = match statuses.split_last() {
            Some((word, statuses)) if word.text.starts_with('=') => (Some(word), statuses),
            _ => (None, statuses),
        };
        let status = |word: &Word<'_>, text: &str| {
            let status = digits(text).and_then(|status| u16::try_from(status).ok());
            status.filter(|status| *status <= 599).ok_or_else(|| self.fault(word, Fault::Status))
        };
        let instead = match instead.map(|word| (word, word.text.trim_start_matches('='))) {
            None | Some((_, "")) => None,
            Some((word, text)) => Some(status(word, text)?),
        };
        let page = |word: &Word<'_>| match status(word, &word.text)? {
            known @ 300.. => Ok((known, instead)),
            _ => Err(self.fault(word, Fault::Status)),
        };
        statuses.iter().map(page).collect()
    }

    /// Is POST one of the methods?
    fn methods(&self) -> Read<bool> {
        let mut has_post = false;
        for word in self.all()? {
            match word.text.to_ascii_uppercase().as_str() {
                "POST" => has_post = true,
                "GET" | "HEAD" => {}
                _ => return Err(self.fault(word, Fault::Method)),
            }
        }
        Ok(has_post)
    }

    fn path(&self, config: &mut Config) -> Read<()> {
        let (_, parameters) = self.some()?;
        for word in parameters {
            let (name, value) = word.text.split_once('=').unwrap_or((&word.text, ""));
            let value = Word { text: Cow::Borrowed(value), ..word.clone() };
            match name {
                "inactive" => config.inactive = self.time(&value)?,
                "levels" => {
                    let levels = value.text.parse();
                    config.levels =
                        levels.map_err(|error| self.fault(word, Fault::Levels(error)))?;
                }
                // What they say decides nothing about one request.
                "keys_zone" | "loader_files" | "loader_sleep" | "loader_threshold"
                | "manager_files" | "manager_sleep" | "manager_threshold" | "max_size"
                | "min_free" | "use_temp_path" => {}
                _ => return Err(self.fault(word, Fault::Parameter)),
            }
        }
        Ok(())
    }

    fn use_stale(&self, config: &mut Config) -> Read<()> {
        let stale = &mut config.use_stale;
        for word in self.all()? {
            match word.text.to_ascii_lowercase().as_str() {
                "error" => stale.error = true,
                "timeout" => stale.timeout = true,
                "invalid_header" => stale.invalid_header = true,
                "updating" => stale.updating = true,
                "off" => stale.off = true,
                "non_idempotent" => {}
                text => match text.strip_prefix("http_").and_then(digits) {
                    Some(status @ (403 | 404 | 429 | 500 | 502 | 503 | 504)) => {
                        stale.statuses.extend(u16::try_from(status));
                    }
                    _ => return Err(self.fault(word, Fault::Stale)),
                },
            }
        }
        Ok(())
    }

    /// Statuses and a time; a time alone is for 200, 301 and 302.
    fn valid(&self) -> Read<Vec<CacheValid>> {
        let (first, _) = self.some()?;
        let (time, statuses) = self.directive.arguments.split_last().unwrap_or((first, &[]));
        let seconds = self.time(time)?;
        if statuses.is_empty() {
            let valid = |status| CacheValid { status: Some(status), seconds };
            return Ok([200, 301, 302].map(valid).into());
        }
        let valid = |word: &Word<'_>| match word.text.as_ref() {
            "any" => Ok(CacheValid { status: None, seconds }),
            text => match digits(text).and_then(|status| u16::try_from(status).ok()) {
                Some(status @ 100..=599) => Ok(CacheValid { status: Some(status), seconds }),
                _ => Err(self.fault(word, Fault::Status)),
            },
        };
        statuses.iter().map(valid).collect()
    }

    fn header_name(&self) -> Read<String> {
        let word = self.only()?;
        let is_name = |byte: u8| byte.is_ascii_graphic() && byte != b':';
        match !word.text.is_empty() && word.text.bytes().all(is_name) {
            true => Ok(word.text.to_ascii_lowercase()),
            false => Err(self.fault(word, Fault::HeaderName)),
        }
    }

    fn ignored(&self, config: &mut Config) -> Read<()> {
        let is_ours = config.style == Style::Recommended;
        let ignored = &mut config.ignored;
        for word in self.all()? {
            match word.text.to_ascii_lowercase().as_str() {
                "cache-control" | "set-cookie" | "vary" if is_ours => {
                    return Err(self.fault(word, Fault::Unsafe));
                }
                "cache-control" => ignored.cache_control = true,
                "expires" => ignored.expires = true,
                "set-cookie" => ignored.set_cookie = true,
                "vary" => ignored.vary = true,
                "x-accel-buffering" => ignored.accel_buffering = true,
                "x-accel-expires" => ignored.accel_expires = true,
                "x-accel-redirect" => ignored.accel_redirect = true,
                "x-accel-charset" | "x-accel-limit-rate" => {}
                _ => return Err(self.fault(word, Fault::Header)),
            }
        }
        Ok(())
    }
}

/// A number as nginx reads it: digits, up to 63 bits.
fn digits(text: &str) -> Option<u64> {
    let number = text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?;
    number.filter(|number| i64::try_from(*number).is_ok())
}
