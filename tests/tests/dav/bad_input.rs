//! What must not be copied anywhere: each `Destination` that the rule refuses, sent byte for byte,
//! as COPY and as MOVE, to files and to a repository.

use std::fs;
use std::path::Path;

use tuleap_front_tests::server::client::{Answer, Client};
use tuleap_front_tests::server::process::until;
use tuleap_front_tests::server::{Fallible, at};

use crate::front::Front;
use crate::report::{Known, Report};
use crate::rig::{Site, youngest};

/// Who must refuse a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum By {
    /// The module, with a line of text.
    Module,
    /// The module, or the server before it.
    Anybody,
}

/// `Destination` lines; `AUTHORITY` is the front's, `FOLDER` where the source is.
#[derive(Debug)]
struct Case {
    title: &'static str,
    values: &'static [&'static [u8]],
    status: u16,
    by: By,
}

const fn refused(title: &'static str, status: u16, values: &'static [&'static [u8]]) -> Case {
    Case { title, values, status, by: By::Module }
}

const fn unreadable(title: &'static str, values: &'static [&'static [u8]]) -> Case {
    Case { title, values, status: 400, by: By::Anybody }
}

const CASES: &[Case] = &[
    refused("no path", 400, &[b"https://AUTHORITY"]),
    refused("no path but a query", 400, &[b"https://AUTHORITY?a"]),
    refused("no path but a fragment", 400, &[b"https://AUTHORITY#a"]),
    refused("a scheme alone", 400, &[b"https:"]),
    refused("a scheme and a name", 400, &[b"https:new.txt"]),
    refused("a scheme and a path", 400, &[b"https:FOLDER/new.txt"]),
    refused("no host", 400, &[b"https:///FOLDER/new.txt"]),
    refused("two slashes", 400, &[b"//AUTHORITY/FOLDER/new.txt"]),
    refused("three slashes", 400, &[b"///FOLDER/new.txt"]),
    refused("a name", 400, &[b"new.txt"]),
    refused("a path without its slash", 400, &[b"FOLDER/new.txt"]),
    refused("nothing", 400, &[b""]),
    refused("another host", 502, &[b"https://other.example/FOLDER/new.txt"]),
    refused("another host by http", 502, &[b"http://other.example/FOLDER/new.txt"]),
    refused("another port", 502, &[b"https://localhost:1/FOLDER/new.txt"]),
    refused(
        "another host with ours before it",
        502,
        &[b"https://AUTHORITY@other.example/FOLDER/new.txt"],
    ),
    refused(
        "another host that begins as ours",
        502,
        &[b"https://localhost.example/FOLDER/new.txt"],
    ),
    refused("another scheme", 502, &[b"ftp://AUTHORITY/FOLDER/new.txt"]),
    refused("a scheme that begins as ours", 502, &[b"httpsx://AUTHORITY/FOLDER/new.txt"]),
    refused("two @", 400, &[b"https://a@b@AUTHORITY/FOLDER/new.txt"]),
    refused("a port above 65535", 400, &[b"https://localhost:65536/FOLDER/new.txt"]),
    refused("a port that is no number", 400, &[b"https://localhost:1x/FOLDER/new.txt"]),
    refused("an open bracket", 400, &[b"https://[::1/FOLDER/new.txt"]),
    refused("brackets around a name", 400, &[b"https://[localhost]/FOLDER/new.txt"]),
    refused("a backslash in the host", 400, &[b"https://AUTHORITY\\@other.example/FOLDER/new.txt"]),
    refused("a blank in the host", 400, &[b"https://local host/FOLDER/new.txt"]),
    refused("raw UTF-8 in the host", 400, &[b"https://l\xc3\xb6calhost/FOLDER/new.txt"]),
    refused(
        "two lines",
        400,
        &[b"https://AUTHORITY/FOLDER/new.txt", b"https://AUTHORITY/FOLDER/other.txt"],
    ),
    refused(
        "two lines that are equal",
        400,
        &[b"https://AUTHORITY/FOLDER/new.txt", b"https://AUTHORITY/FOLDER/new.txt"],
    ),
    refused("two lines, the first empty", 400, &[b"", b"https://AUTHORITY/FOLDER/new.txt"]),
    refused("a tab", 400, &[b"https://AUTHORITY/FOLDER/new\t.txt"]),
    unreadable("the byte 0x01", &[b"https://AUTHORITY/FOLDER/new\x01.txt"]),
    unreadable("the byte 0x7f", &[b"https://AUTHORITY/FOLDER/new\x7f.txt"]),
    unreadable("the byte 0x00", &[b"https://AUTHORITY/FOLDER/new\0.txt"]),
    unreadable("a CR", &[b"https://AUTHORITY/FOLDER/new\r.txt"]),
];

/// Where a source is, and what is beside it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Place {
    Files,
    Repository,
}

/// Sends all of them through a front of ours.
pub(crate) fn run(site: &Site, report: &Report) -> Fallible<()> {
    if !site.front.is_ours() {
        return Ok(());
    }
    let mut client = site.client();
    let before = state(site)?;
    mark(site, &mut client, "begin")?;
    for case in CASES {
        let result = attempt(site, &mut client, case).and_then(|()| match state(site)? {
            after if after == before => Ok(()),
            after => Err(format!("was {before:?}, is {after:?}")),
        });
        report.row(site.front, "refusals", case.title, Known::Right, &result)?;
    }
    mark(site, &mut client, "end")?;
    // Where the module is in the backend itself, there is nobody before it.
    if site.front != Front::Backend {
        report.row(
            site.front,
            "refusals",
            "the backend saw none of it",
            Known::Right,
            &unseen(site),
        )?;
    }
    for (title, method, destination, status) in [
        ("another method is not refused", "PROPFIND", "https://other.example", 207),
        ("a copy over the target", "COPY", "https://AUTHORITY/FOLDER/target.txt", 204),
        ("a move", "MOVE", "https://AUTHORITY/FOLDER/new.txt", 201),
    ] {
        let answer = send(site, &mut client, Place::Files, method, &[destination.as_bytes()]);
        let result = answer.and_then(|answer| match answer.status == status {
            true => Ok(()),
            false => Err(format!("{}: {}", answer.status, answer.text())),
        });
        report.row(site.front, "refusals", title, Known::Right, &result)?;
    }
    Ok(())
}

/// To both places, by both methods.
fn attempt(site: &Site, client: &mut Client, case: &Case) -> Fallible<()> {
    for place in [Place::Files, Place::Repository] {
        for method in ["COPY", "MOVE"] {
            let answer = send(site, client, place, method, case.values)?;
            let why = |what: &str| {
                let text = answer.text();
                Err(format!("{method} in {place:?}: {what}: {} {text:?}", answer.status))
            };
            if answer.status != case.status {
                return why("another status");
            }
            let kind = answer.head.text("content-type").unwrap_or_default();
            let is_plain = kind.starts_with("text/plain") && !answer.body.is_empty();
            if case.by == By::Module && !(is_plain && answer.body.len() < 100) {
                return why("the body is not one line of text");
            }
            if answer.text().contains("example") {
                return why("the body shows what was sent");
            }
        }
    }
    Ok(())
}

fn send(
    site: &Site,
    client: &mut Client,
    place: Place,
    method: &str,
    destinations: &[&[u8]],
) -> Fallible<Answer> {
    let authority = format!("localhost:{}", site.port);
    let folder = match place {
        Place::Files => format!("/dav/{}/bad", site.front.name()),
        Place::Repository => format!("/auto/{}/auto", site.front.name()),
    };
    let mut request = format!("{method} {folder}/source.txt HTTP/1.1\r\nHost: {authority}\r\n");
    request.push_str("Content-Length: 0\r\n");
    let mut request = request.into_bytes();
    for value in destinations {
        let value = replace(value, b"AUTHORITY", authority.as_bytes());
        let value = replace(&value, b"/FOLDER", folder.as_bytes());
        let value = replace(&value, b"FOLDER", folder.trim_start_matches('/').as_bytes());
        request.extend([b"Destination: ", value.as_slice(), b"\r\n"].concat());
    }
    request.extend(b"\r\n");
    client.send(&request)
}

fn replace(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    match bytes.windows(from.len()).position(|window| window == from) {
        Some(at) => {
            let (before, after) = bytes.split_at(at);
            [before, to, after.strip_prefix(from).unwrap_or_default()].concat()
        }
        None => bytes.to_vec(),
    }
}

/// A request that is passed on, and seen in the backend's log.
fn mark(site: &Site, client: &mut Client, name: &str) -> Fallible<()> {
    let path = format!("/dav/{}/{name}-of-bad-input", site.front.name());
    client.get(&path, &[("Host", &format!("localhost:{}", site.port))])?;
    until("a line in the backend's log", || Ok(log(site).contains(&path).then_some(())))
}

fn log(site: &Site) -> String {
    String::from_utf8_lossy(&fs::read(&site.log).unwrap_or_default()).into_owned()
}

/// Between the marks, no request of this front.
fn unseen(site: &Site) -> Fallible<()> {
    let name = site.front.name();
    let (text, begin, end) = (log(site), "/begin-of-bad-input", "/end-of-bad-input");
    let lines = text.lines().skip_while(|line| !line.contains(&format!("/{name}{begin}")));
    let lines = lines.skip(1).take_while(|line| !line.contains(&format!("/{name}{end}")));
    let mut lines = lines.filter(|line| line.contains(&format!("/{name}/")));
    lines.next().map_or(Ok(()), |line| Err(format!("it saw {line}")))
}

/// All files with their texts, and the number of the last revision.
fn state(site: &Site) -> Fallible<(Vec<(String, String)>, u64)> {
    let mut files = Vec::new();
    list(&site.files, &mut files)?;
    files.sort();
    Ok((files, youngest(&site.repository)?))
}

fn list(folder: &Path, files: &mut Vec<(String, String)>) -> Fallible<()> {
    for entry in fs::read_dir(folder).map_err(at(folder.display()))?.flatten() {
        let path = entry.path();
        match path.is_dir() {
            // What mod_dav_fs keeps beside the files.
            true if entry.file_name() == ".DAV" => {}
            true => list(&path, files)?,
            false => {
                let text = fs::read(&path).map_err(at(path.display()))?;
                let text = String::from_utf8_lossy(&text).into_owned();
                files.push((path.display().to_string(), text));
            }
        }
    }
    Ok(())
}
