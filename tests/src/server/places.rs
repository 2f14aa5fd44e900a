//! What a configuration does not know when it is written: ports and folders.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::sync::atomic::{AtomicU16, Ordering};

use super::Fallible;

/// Values for the places of a text, `@name@`. A place whose name is `port` or begins with `port-`
/// gets a free port when it is met first, and keeps it; `@folder@` is the server's folder.
#[derive(Clone, Debug, Default)]
pub struct Places {
    values: BTreeMap<String, String>,
}

impl Places {
    /// The places of a server in this folder.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        let mut places = Self::default();
        places.set("folder", folder.display());
        places
    }

    /// Names a value.
    pub fn set(&mut self, name: &str, value: impl ToString) {
        self.values.insert(name.to_owned(), value.to_string());
    }

    /// The value of a place.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// The port of a place, `port` or `port-…`.
    ///
    /// # Errors
    ///
    /// No text had this place.
    pub fn port(&self, name: &str) -> Fallible<u16> {
        let port = self.get(name).and_then(|port| port.parse().ok());
        port.ok_or_else(|| format!("no place @{name}@ in the configuration"))
    }

    /// The text with its places filled. An `@` that does not begin a place stays.
    ///
    /// # Errors
    ///
    /// A place that has no value.
    pub fn fill(&mut self, text: &str) -> Fallible<String> {
        let (mut filled, mut rest) = (String::new(), text);
        while let Some((before, after)) = rest.split_once('@') {
            filled.push_str(before);
            match after.split_once('@').filter(|(name, _)| is_name(name)) {
                Some((name, after)) => {
                    filled.push_str(&self.value(name)?);
                    rest = after;
                }
                None => {
                    filled.push('@');
                    rest = after;
                }
            }
        }
        filled.push_str(rest);
        Ok(filled)
    }

    fn value(&mut self, name: &str) -> Fallible<String> {
        if !self.values.contains_key(name) && (name == "port" || name.starts_with("port-")) {
            self.set(name, free_port()?);
        }
        self.get(name).map(str::to_owned).ok_or_else(|| format!("the place @{name}@ has no value"))
    }
}

fn is_name(name: &str) -> bool {
    let is_part = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit() || char == '-';
    !name.is_empty() && name.chars().all(is_part)
}

/// A port that nobody listens on, and that no other test of this process was given. It is not one
/// that the system gives to clients.
///
/// # Errors
///
/// There is none.
pub fn free_port() -> Fallible<u16> {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    const FIRST: u16 = 12_000;
    const COUNT: u16 = 18_000;
    let of_this_process = (std::process::id() % 600) * 30;
    for _ in 0..COUNT {
        let next = u32::from(NEXT.fetch_add(1, Ordering::Relaxed)) + of_this_process;
        let port = FIRST + u16::try_from(next % u32::from(COUNT)).unwrap_or(0);
        if TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).is_ok() {
            return Ok(port);
        }
    }
    Err("no free port".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_filled_and_a_port_stays_the_same() {
        let mut places = Places::new(Path::new("/f"));
        places.set("backend", "127.0.0.1:1");
        let text = "a@b.example @folder@ location @named { @backend@; } @port@ @port@ @port-tls@";
        let filled = places.fill(text).unwrap();
        let (port, tls) = (places.port("port").unwrap(), places.port("port-tls").unwrap());
        assert_ne!(port, tls);
        let expected =
            format!("a@b.example /f location @named {{ 127.0.0.1:1; }} {port} {port} {tls}");
        assert_eq!(filled, expected);
        assert!(places.fill("@nothing@").is_err());
    }
}
