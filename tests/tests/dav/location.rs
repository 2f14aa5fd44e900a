//! Where an answer sends the client: the origin that it knows, with its port.

use tuleap_front_tests::server::Fallible;

use crate::front::Front;
use crate::report::{Known, Report};
use crate::rig::Site;

/// A request, and the path that the answer names; `FRONT` is the name of the front, and `DOOR`
/// that of one of its ports.
#[derive(Debug)]
struct Case {
    title: &'static str,
    method: &'static str,
    path: &'static str,
    lines: &'static str,
    body: &'static str,
    location: &'static str,
}

const PLAIN: Case = Case { title: "", method: "GET", path: "", lines: "", body: "", location: "" };
/// `alice:secret`
const ALICE: &str = "Authorization: Basic YWxpY2U6c2VjcmV0\r\n";

const CASES: &[Case] = &[
    Case {
        title: "PUT",
        method: "PUT",
        path: "/dav/FRONT/put%20DOOR.txt",
        body: "text",
        location: "/dav/FRONT/put%20DOOR.txt",
        ..PLAIN
    },
    Case {
        title: "COPY",
        method: "COPY",
        path: "/dav/FRONT/file.txt",
        lines: "Destination: ORIGIN/dav/FRONT/copy-DOOR.txt\r\n",
        location: "/dav/FRONT/copy-DOOR.txt",
        ..PLAIN
    },
    Case {
        title: "MKCOL",
        method: "MKCOL",
        path: "/dav/FRONT/folder-DOOR/",
        location: "/dav/FRONT/folder-DOOR/",
        ..PLAIN
    },
    Case {
        title: "a folder without its slash",
        path: "/dav/FRONT/folder-DOOR",
        location: "/dav/FRONT/folder-DOOR/",
        ..PLAIN
    },
    Case {
        title: "Redirect, with a query",
        path: "/moved/FRONT/file.txt?a=%20b",
        location: "/dav/FRONT/file.txt?a=%20b",
        ..PLAIN
    },
    Case {
        title: "MKACTIVITY",
        method: "MKACTIVITY",
        path: "/v1/FRONT/!svn/act/activity-DOOR",
        lines: ALICE,
        location: "/v1/FRONT/!svn/act/activity-DOOR",
        ..PLAIN
    },
    Case {
        title: "CHECKOUT",
        method: "CHECKOUT",
        path: "/v1/FRONT/!svn/ver/1/auto/source.txt",
        lines: ALICE,
        body: "<?xml version=\"1.0\"?><D:checkout xmlns:D=\"DAV:\"><D:activity-set><D:href>\
               /v1/FRONT/!svn/act/activity-DOOR\
               </D:href></D:activity-set></D:checkout>",
        location: "/v1/FRONT/!svn/wrk/activity-DOOR/auto/source.txt",
    },
];

/// Asks all of them.
pub(crate) fn run(site: &Site, report: &Report) -> Fallible<()> {
    for (door, port) in &site.doors {
        ask(site, door, *port, report)?;
    }
    Ok(())
}

fn ask(site: &Site, door: &str, port: u16, report: &Report) -> Fallible<()> {
    let (mut client, origin) = (site.client_of(port), site.origin_of(port));
    for case in CASES {
        let fill = |text: &str| {
            let text = text.replace("FRONT", site.front.name()).replace("DOOR", door);
            text.replace("ORIGIN", &origin)
        };
        let (path, body) = (fill(case.path), fill(case.body));
        let request = format!(
            "{} {path} HTTP/1.1\r\nHost: localhost:{}\r\n{}Content-Length: {}\r\n\r\n{body}",
            case.method,
            port,
            fill(case.lines),
            body.len()
        );
        let answer = client.send(request.as_bytes())?;
        let location = answer.head.text("location");
        let expected = format!("{}{}", origin, fill(case.location));
        let result = match location {
            Some(location) if location == expected => Ok(()),
            location => Err(format!("{} {}", answer.status, location.unwrap_or_default())),
        };
        // The guide has nothing for it.
        let known = if site.front == Front::Guide { Known::Wrong } else { Known::Right };
        report.row(site.front, "location", &format!("{}, {door}", case.title), known, &result)?;
    }
    Ok(())
}
