use std::borrow::Cow;
use std::fmt;

use super::error::{NginxServersError, NginxServersFault};
use super::names::{NameFault, Names};
use super::pass::Pass;
use super::value::Value;
use super::{NginxServers, Server};
use crate::config_text::{Directive, DirectiveEnd, Word, blocks, quoted_word};
use crate::head::HeaderNames;
use crate::locations::{LocationRule, Locations, location_words};
use crate::nginx::NginxRules;
use crate::request_target::MergeSlashes;

/// Lines `proxy_set_header`, as they are written.
type Headers = Vec<(String, String)>;

/// A block `server`, as it is written.
#[derive(Clone, Debug, Default)]
pub(super) struct ServerText {
    names: Vec<String>,
    underscores_in_headers: Option<Switch>,
    ignore_invalid_headers: Option<Switch>,
    merge_slashes: Option<Switch>,
    headers: Headers,
    locations: Vec<LocationText>,
}

/// A block `location`, as it is written.
#[derive(Clone, Debug)]
struct LocationText {
    rule: LocationRule,
    headers: Headers,
    pass: Option<String>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Switch {
    Off,
    On,
}

/// Reads blocks `server`.
pub(super) fn parse(text: &str) -> Result<NginxServers, NginxServersError> {
    let directives = blocks(text).map_err(|fault| NginxServersError::syntax(text, fault))?;
    let mut reader = Reader::default();
    for (directive, end) in &directives {
        reader.take(At { text, directive }, *end)?;
    }
    if reader.level != Level::Text {
        return Err(NginxServersError::end(text, NginxServersFault::Block));
    }
    if reader.servers.is_empty() {
        return Err(NginxServersError::end(text, NginxServersFault::Empty));
    }
    let Reader { names, servers, .. } = reader;
    let servers = servers.into_iter().map(Server::new).collect();
    Ok(NginxServers { servers, names, rules: NginxRules::Current })
}

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum Level {
    #[default]
    Text,
    Server,
    Location,
}

#[derive(Default)]
struct Reader<'t> {
    level: Level,
    names: Names,
    servers: Vec<ServerText>,
    /// The locations of the server, where their patterns start, and the directives.
    places: Vec<(Option<usize>, At<'t, 't>)>,
}

/// A directive of a text.
#[derive(Clone, Copy)]
struct At<'r, 't> {
    text: &'t str,
    directive: &'r Directive<'t>,
}

impl<'t> Reader<'t> {
    fn take(&mut self, at: At<'t, 't>, end: DirectiveEnd) -> Result<(), NginxServersError> {
        let name = at.directive.name.text.as_ref();
        let block = || at.fault(&at.directive.name, NginxServersFault::Block);
        let level = match (end, self.level) {
            (DirectiveEnd::Close, Level::Text) => return Err(block()),
            (DirectiveEnd::Close, Level::Server) => {
                self.close_server()?;
                self.level = Level::Text;
                return Ok(());
            }
            (DirectiveEnd::Close, Level::Location) => {
                self.level = Level::Server;
                return Ok(());
            }
            (_, level) => level,
        };
        match (name, end, level) {
            ("server", DirectiveEnd::Open, Level::Text) => {
                at.none()?;
                self.servers.push(ServerText::default());
                self.level = Level::Server;
            }
            ("location", DirectiveEnd::Open, Level::Server) => self.location(at)?,
            ("server_name", DirectiveEnd::Semicolon, Level::Server) => self.server_name(at)?,
            (
                "underscores_in_headers" | "ignore_invalid_headers" | "merge_slashes",
                DirectiveEnd::Semicolon,
                Level::Server,
            ) => self.switch(at, name)?,
            ("proxy_set_header", DirectiveEnd::Semicolon, Level::Server | Level::Location) => {
                self.header(at)?;
            }
            ("proxy_pass", DirectiveEnd::Semicolon, Level::Location) => self.pass(at)?,
            (
                "server"
                | "location"
                | "server_name"
                | "underscores_in_headers"
                | "ignore_invalid_headers"
                | "merge_slashes"
                | "proxy_set_header"
                | "proxy_pass",
                ..,
            ) => return Err(block()),
            _ => return Err(at.fault(&at.directive.name, NginxServersFault::Directive)),
        }
        Ok(())
    }

    fn server(&mut self) -> Option<&mut ServerText> {
        self.servers.last_mut()
    }

    fn server_name(&mut self, at: At<'_, '_>) -> Result<(), NginxServersError> {
        if at.directive.arguments.is_empty() {
            return Err(at.fault(&at.directive.name, NginxServersFault::Argument));
        }
        let index = self.servers.len().saturating_sub(1);
        for word in &at.directive.arguments {
            self.names.add(&word.text, index).map_err(|fault| match fault {
                NameFault::Name => at.fault(word, NginxServersFault::Name),
                NameFault::Pattern(fault) => {
                    let part = (word.offset, word.length);
                    let hint = Cow::Borrowed(fault.what);
                    NginxServersError::part(
                        at.text,
                        at.directive,
                        part,
                        NginxServersFault::Pattern,
                        hint,
                    )
                }
            })?;
            if let Some(server) = self.server() {
                server.names.push(word.text.clone().into_owned());
            }
        }
        Ok(())
    }

    fn switch(&mut self, at: At<'_, '_>, name: &str) -> Result<(), NginxServersError> {
        let word = at.one()?;
        let switch = match word.text.to_ascii_lowercase().as_str() {
            "on" => Switch::On,
            "off" => Switch::Off,
            _ => return Err(at.fault(word, NginxServersFault::Switch)),
        };
        let Some(server) = self.server() else { return Ok(()) };
        let field = match name {
            "merge_slashes" => &mut server.merge_slashes,
            "ignore_invalid_headers" => &mut server.ignore_invalid_headers,
            _ => &mut server.underscores_in_headers,
        };
        match field.replace(switch) {
            None => Ok(()),
            Some(_) => Err(at.fault(&at.directive.name, NginxServersFault::Duplicate)),
        }
    }

    fn header(&mut self, at: At<'_, '_>) -> Result<(), NginxServersError> {
        let [name, value] = at.directive.arguments.as_slice() else {
            return Err(at.fault(&at.directive.name, NginxServersFault::Argument));
        };
        let is_refused = |byte: u8| byte <= b' ' || byte >= 0x7f || byte == b':';
        if name.text.is_empty() || name.text.bytes().any(is_refused) {
            return Err(at.fault(name, NginxServersFault::Header));
        }
        if value.text.contains(['\r', '\n', '\0']) || Value::parse(&value.text).is_err() {
            return Err(at.fault(value, NginxServersFault::Variable));
        }
        let is_in_location = self.level == Level::Location;
        let Some(server) = self.server() else { return Ok(()) };
        let headers = match server.locations.last_mut().filter(|_| is_in_location) {
            Some(location) => &mut location.headers,
            None => &mut server.headers,
        };
        headers.push((name.text.clone().into_owned(), value.text.clone().into_owned()));
        Ok(())
    }

    fn pass(&mut self, at: At<'_, '_>) -> Result<(), NginxServersError> {
        let url = at.one()?;
        let Some(location) = self.server().and_then(|server| server.locations.last_mut()) else {
            return Ok(());
        };
        let pass = Pass::parse(&url.text, location.rule.pattern());
        let pass = pass.ok_or_else(|| at.fault(url, NginxServersFault::Url))?;
        if location.rule.modifier().is_regex() && pass.uri.is_some() {
            return Err(at.fault(url, NginxServersFault::UrlInRegex));
        }
        match location.pass.replace(url.text.clone().into_owned()) {
            None => Ok(()),
            Some(_) => Err(at.fault(&at.directive.name, NginxServersFault::Duplicate)),
        }
    }

    fn location(&mut self, at: At<'t, 't>) -> Result<(), NginxServersError> {
        let fault = |fault| NginxServersError::location(at.text, at.directive, fault);
        if at.directive.arguments.is_empty() {
            return Err(at.fault(&at.directive.name, NginxServersFault::Argument));
        }
        let (modifier, pattern, rest) = location_words(&at.directive.arguments).map_err(fault)?;
        if let Some(word) = rest.first() {
            return Err(at.fault(word, NginxServersFault::Argument));
        }
        self.places.push((pattern.is_literal.then_some(pattern.offset), at));
        let rule = LocationRule::new(modifier, pattern.text, "");
        if let Some(server) = self.server() {
            server.locations.push(LocationText { rule, headers: Vec::new(), pass: None });
        }
        self.level = Level::Location;
        Ok(())
    }

    /// The server is whole: do its locations go together?
    fn close_server(&mut self) -> Result<(), NginxServersError> {
        let places = std::mem::take(&mut self.places);
        let index = self.servers.len().saturating_sub(1);
        let Some(server) = self.servers.last() else { return Ok(()) };
        if server.names.is_empty() {
            // As in nginx: it has the empty name, which no fault can be in.
            let _ = self.names.add("", index);
        }
        let rules: Vec<_> = server.rules().collect();
        if rules.is_empty() {
            return Ok(());
        }
        let Err((index, _, fault)) = Locations::compile(rules) else { return Ok(()) };
        let Some((pattern, at)) = places.get(index) else { return Ok(()) };
        let fault = fault.within(*pattern, at.directive.text);
        Err(NginxServersError::location(at.text, at.directive, fault))
    }
}

impl At<'_, '_> {
    fn fault(&self, word: &Word<'_>, fault: NginxServersFault) -> NginxServersError {
        NginxServersError::word(self.text, self.directive, word, fault)
    }

    /// The one word that follows.
    fn one(&self) -> Result<&Word<'_>, NginxServersError> {
        match self.directive.arguments.as_slice() {
            [word] => Ok(word),
            _ => Err(self.fault(&self.directive.name, NginxServersFault::Argument)),
        }
    }

    /// No word follows.
    fn none(&self) -> Result<(), NginxServersError> {
        match self.directive.arguments.first() {
            None => Ok(()),
            Some(word) => Err(self.fault(word, NginxServersFault::Argument)),
        }
    }
}

impl ServerText {
    /// The locations; the name of each is the server that is asked.
    fn rules(&self) -> impl Iterator<Item = LocationRule> + '_ {
        self.locations.iter().map(|location| {
            let (modifier, pattern) = (location.rule.modifier(), location.rule.pattern());
            LocationRule::new(modifier, pattern, location.pass.clone().unwrap_or_default())
        })
    }
}

impl Server {
    /// What was read and checked.
    fn new(text: ServerText) -> Self {
        let is = |switch: Option<Switch>, what| switch == Some(what);
        let names = if is(text.ignore_invalid_headers, Switch::Off) {
            HeaderNames::Any
        } else if is(text.underscores_in_headers, Switch::On) {
            HeaderNames::Underscores
        } else {
            HeaderNames::Plain
        };
        let off = is(text.merge_slashes, Switch::Off);
        let locations = Locations::compile(text.rules().collect()).ok();
        let passes: Vec<_> =
            text.locations.iter().map(|location| location.pass(&text.headers)).collect();
        let slashless = text.locations.iter().filter(|location| location.pass.is_some());
        let slashless = slashless.filter_map(|location| {
            let path = location.rule.pattern().strip_suffix('/')?.as_bytes();
            let is_taken = locations.as_ref().is_some_and(|locations| locations.has(path));
            (!location.rule.modifier().is_regex() && !is_taken).then(|| path.into())
        });
        Self {
            server_name: server_name(&text.names),
            names,
            merge_slashes: if off { MergeSlashes::Off } else { MergeSlashes::On },
            slashless: slashless.collect(),
            passes,
            locations,
            text,
        }
    }
}

/// `$server_name`
fn server_name(names: &[String]) -> String {
    match names.first().map(String::as_str) {
        Some(regex) if regex.starts_with('~') => regex.to_owned(),
        Some(name) => name.strip_prefix('.').unwrap_or(name).to_ascii_lowercase(),
        None => String::new(),
    }
}

impl LocationText {
    /// A location with a line of its own has none of the server's.
    fn pass(&self, inherited: &Headers) -> Option<Pass> {
        let headers = if self.headers.is_empty() { inherited } else { &self.headers };
        let mut pass = Pass::parse(self.pass.as_deref()?, self.rule.pattern())?;
        let read =
            |(name, value): &(String, String)| Some((name.clone(), Value::parse(value).ok()?));
        pass.headers = headers.iter().filter_map(read).collect();
        Some(pass)
    }
}

impl Switch {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::On => "on",
        }
    }
}

/// As it is read.
impl fmt::Display for ServerText {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("server {\n")?;
        if !self.names.is_empty() {
            out.write_str("    server_name")?;
            self.names.iter().try_for_each(|name| write!(out, " {}", quoted_word(name)))?;
            out.write_str(";\n")?;
        }
        for (name, switch) in [
            ("underscores_in_headers", self.underscores_in_headers),
            ("ignore_invalid_headers", self.ignore_invalid_headers),
            ("merge_slashes", self.merge_slashes),
        ] {
            if let Some(switch) = switch {
                writeln!(out, "    {name} {};", switch.as_str())?;
            }
        }
        write_headers(&self.headers, "    ", out)?;
        for location in &self.locations {
            writeln!(out, "    location {} {{", location.rule.head())?;
            write_headers(&location.headers, "        ", out)?;
            if let Some(url) = &location.pass {
                writeln!(out, "        proxy_pass {};", quoted_word(url))?;
            }
            out.write_str("    }\n")?;
        }
        out.write_str("}\n")
    }
}

fn write_headers(headers: &Headers, indent: &str, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    headers.iter().try_for_each(|(name, value)| {
        writeln!(out, "{indent}proxy_set_header {name} {};", quoted_word(value))
    })
}
