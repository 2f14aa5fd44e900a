use http::StatusCode;

use super::Routes;
use super::action::{Action, FilePlace, StaticFiles, TryArgs, TryFile, TryLast};
use super::error::{Fault, RoutesError, RoutesFault};
use super::files::Index;
use crate::config_text::{Word, words};
use crate::locations::{LocationRule, Locations, location_words};

/// Reads one setting or one location per line.
pub(super) fn parse(text: &str) -> Result<Routes, RoutesError> {
    let (mut settings, mut lines, mut entry, mut start) = (Settings::default(), Vec::new(), 0, 0);
    for line in text.split('\n') {
        let error = |fault| RoutesError::new(text, entry, start, line, fault);
        let words = words(line).map_err(|fault| error(fault.into()))?;
        if !words.is_empty() {
            if !settings.take(&words).map_err(error)? {
                lines.push(Line::new((entry, start, line), &words).map_err(error)?);
            }
            entry += 1;
        }
        start += line.len() + 1;
    }
    if settings.root.is_none()
        && let Some(line) = lines.iter().find(|line| line.action.needs_root())
    {
        let fault = Fault::at(RoutesFault::NoRoot, line.action_offset, line.action_length);
        return Err(line.error(text, fault));
    }
    let rules = lines.iter().map(|line| line.rule.clone()).collect();
    let locations =
        Locations::compile(rules).map_err(|(index, _, fault)| match lines.get(index) {
            Some(line) => line.error(text, fault.within(line.pattern, line.place.2).into()),
            None => RoutesError::new(text, 0, 0, "", fault.into()),
        })?;
    let slashless = lines.iter().filter_map(|line| line.slashless(&locations)).collect();
    let actions = lines.into_iter().map(|line| line.action).collect();
    let index = Index::new(settings.index);
    Ok(Routes { locations, actions, slashless, root: settings.root, index })
}

/// The lines about the server.
#[derive(Default)]
struct Settings {
    root: Option<String>,
    index: Option<Vec<String>>,
}

impl Settings {
    /// Was the line one of them?
    fn take(&mut self, words: &[Word<'_>]) -> Result<bool, Fault> {
        let Some((first, rest)) = words.split_first() else { return Ok(false) };
        let twice = || Fault::at(RoutesFault::SettingTwice, first.offset, first.length);
        match (first.text.as_ref(), rest) {
            ("root" | "index", []) => Err(missing(first)),
            ("root", [path, rest @ ..]) => {
                no_more(rest)?;
                match self.root.replace(root(path)?) {
                    None => Ok(true),
                    Some(_) => Err(twice()),
                }
            }
            ("index", names) => {
                let names = names.iter().map(index_name).collect::<Result<_, _>>()?;
                match self.index.replace(names) {
                    None => Ok(true),
                    Some(_) => Err(twice()),
                }
            }
            _ => Ok(false),
        }
    }
}

/// A line about a location.
struct Line<'t> {
    rule: LocationRule,
    action: Action,
    /// Where the pattern starts, where it stands there byte for byte.
    pattern: Option<usize>,
    action_offset: usize,
    action_length: usize,
    /// Which line, where it starts, and what it is.
    place: (usize, usize, &'t str),
}

impl<'t> Line<'t> {
    fn new(place: (usize, usize, &'t str), words: &[Word<'_>]) -> Result<Self, Fault> {
        let (modifier, pattern, rest) = location_words(words)?;
        let Some((word, arguments)) = rest.split_first() else {
            return Err(Fault::at(RoutesFault::Action, place.2.trim_end().len(), 0));
        };
        let rule = LocationRule::new(modifier, pattern.text, "");
        let action = action(&rule, word, arguments)?;
        let rule = LocationRule::new(modifier, rule.pattern(), action.to_string());
        let pattern = pattern.is_literal.then_some(pattern.offset);
        let (action_offset, action_length) = (word.offset, word.length);
        Ok(Self { rule, action, pattern, action_offset, action_length, place })
    }

    /// The path that nginx redirects to the pattern: without its slash, where a backend answers
    /// and no location has that path for its own pattern.
    fn slashless(&self, locations: &Locations) -> Option<Box<[u8]>> {
        let is_backend = self.action.backend().is_some() && !self.rule.modifier().is_regex();
        let path = self.rule.pattern().strip_suffix('/')?.as_bytes();
        (is_backend && !locations.has(path)).then(|| path.into())
    }

    fn error(&self, text: &str, fault: Fault) -> RoutesError {
        let (entry, start, line) = self.place;
        RoutesError::new(text, entry, start, line, fault)
    }
}

fn action(rule: &LocationRule, word: &Word<'_>, arguments: &[Word<'_>]) -> Result<Action, Fault> {
    let argument = || arguments.split_first().ok_or_else(|| missing(word));
    match word.text.as_ref() {
        "proxy" => {
            let (name, rest) = argument()?;
            no_more(rest)?;
            Ok(Action::Proxy { backend: backend(name)? })
        }
        "fastcgi" => {
            let (name, rest) = argument()?;
            let (index, rest) = match rest {
                [index, rest @ ..] => (Some(index_name(index)?), rest),
                [] => (None, rest),
            };
            no_more(rest)?;
            Ok(Action::FastCgi { backend: backend(name)?, index })
        }
        "static" => files(FilePlace::Server, arguments),
        "root" => {
            let (path, rest) = argument()?;
            files(FilePlace::Root(root(path)?), rest)
        }
        "alias" => {
            let (path, rest) = argument()?;
            files(alias(rule, word, path)?, rest)
        }
        "try_files" => try_files(word, arguments),
        _ => Err(Fault::at(RoutesFault::Action, word.offset, word.length)),
    }
}

fn backend(name: &Word<'_>) -> Result<String, Fault> {
    if name.text.is_empty() {
        return Err(Fault::at(RoutesFault::Argument, name.offset, name.length));
    }
    Ok(name.text.to_string())
}

fn files(place: FilePlace, words: &[Word<'_>]) -> Result<Action, Fault> {
    let mut files = StaticFiles { place, fallback: None, hidden: Vec::new() };
    let mut rest = words;
    while let [word, after @ ..] = rest {
        rest = match (word.text.as_ref(), after) {
            ("fallback" | "hide", []) => return Err(missing(word)),
            ("fallback", [uri, after @ ..]) if files.fallback.is_none() => {
                if !is_uri(&uri.text) {
                    return Err(Fault::at(RoutesFault::Fallback, uri.offset, uri.length));
                }
                files.fallback = Some(uri.text.to_string());
                after
            }
            ("hide", [suffix, after @ ..]) => {
                if suffix.text.is_empty() {
                    return Err(Fault::at(RoutesFault::Argument, suffix.offset, suffix.length));
                }
                files.hidden.push(suffix.text.to_string());
                after
            }
            _ => return Err(Fault::at(RoutesFault::Word, word.offset, word.length)),
        };
    }
    Ok(Action::Static(files))
}

/// A path without its last slash, as nginx keeps a `root`.
fn root(word: &Word<'_>) -> Result<String, Fault> {
    let path = path(word)?;
    Ok(path.strip_suffix('/').map_or_else(|| path.clone(), str::to_owned))
}

fn alias(rule: &LocationRule, word: &Word<'_>, target: &Word<'_>) -> Result<FilePlace, Fault> {
    if rule.modifier().is_regex() {
        return Err(Fault::at(RoutesFault::AliasInRegex, word.offset, word.length));
    }
    let path = path(target)?;
    if path.ends_with('/') != rule.pattern().ends_with('/') {
        return Err(Fault::at(RoutesFault::AliasSlash, target.offset, target.length));
    }
    Ok(FilePlace::Alias { path, cut: rule.pattern().len() })
}

/// An absolute path in which nothing goes up and nothing is a variable.
fn path(word: &Word<'_>) -> Result<String, Fault> {
    let path = word.text.as_ref();
    let is_plain = path.starts_with('/')
        && !path.contains(['$', '\0'])
        && path.split('/').all(|segment| segment != "..");
    if is_plain {
        Ok(path.to_owned())
    } else {
        Err(Fault::at(RoutesFault::Path, word.offset, word.length))
    }
}

/// A name that is put behind the path of a directory; from a slash on, a path in its place.
fn index_name(word: &Word<'_>) -> Result<String, Fault> {
    let name = word.text.as_ref();
    if is_uri(name) || !name.contains('/') && !name.is_empty() && is_uri(&format!("/{name}")) {
        Ok(name.to_owned())
    } else {
        Err(Fault::at(RoutesFault::Index, word.offset, word.length))
    }
}

/// A path that a request is redirected to internally: as it is, not decoded.
fn is_uri(text: &str) -> bool {
    text.starts_with('/')
        && !text.contains(['$', '?', '#', '%', '\0'])
        && text.split('/').all(|segment| segment != "." && segment != "..")
}

fn try_files(word: &Word<'_>, arguments: &[Word<'_>]) -> Result<Action, Fault> {
    let (last, entries) = arguments.split_last().ok_or_else(|| missing(word))?;
    let entries: Vec<TryFile> = entries.iter().map(try_file).collect::<Result<_, _>>()?;
    if entries.is_empty() {
        return Err(Fault::at(RoutesFault::TryFiles, last.offset, last.length));
    }
    Ok(Action::TryFiles { entries, last: try_last(last)? })
}

fn try_file(word: &Word<'_>) -> Result<TryFile, Fault> {
    match word.text.as_ref() {
        "$uri" => Ok(TryFile::File),
        "$uri/" => Ok(TryFile::Directory),
        _ => Err(Fault::at(RoutesFault::TryFiles, word.offset, word.length)),
    }
}

fn try_last(word: &Word<'_>) -> Result<TryLast, Fault> {
    let fault = || Fault::at(RoutesFault::TryFiles, word.offset, word.length);
    if let Some(status) = word.text.strip_prefix('=') {
        let status = status.parse().ok().and_then(|status| StatusCode::from_u16(status).ok());
        return status
            .filter(|status| status.is_client_error() || status.is_server_error())
            .map(TryLast::Status)
            .ok_or_else(fault);
    }
    let (uri, args) = match word.text.strip_suffix("?$args") {
        Some(uri) => (uri, TryArgs::Keep),
        None => (word.text.as_ref(), TryArgs::Drop),
    };
    if is_uri(uri) { Ok(TryLast::Uri { uri: uri.to_owned(), args }) } else { Err(fault()) }
}

/// Nothing stands behind a word that needs something.
fn missing(word: &Word<'_>) -> Fault {
    Fault::at(RoutesFault::Argument, word.offset + word.length, 0)
}

fn no_more(words: &[Word<'_>]) -> Result<(), Fault> {
    match words {
        [] => Ok(()),
        [word, ..] => Err(Fault::at(RoutesFault::Word, word.offset, word.length)),
    }
}

impl Action {
    /// Are its files or scripts below the root of the server?
    fn needs_root(&self) -> bool {
        match self {
            Self::FastCgi { .. } | Self::TryFiles { .. } => true,
            Self::Proxy { .. } => false,
            Self::Static(files) => files.place == FilePlace::Server,
        }
    }
}
