//! Where an answer sends the client: the origin that it knows, with its port.

use tuleap_front_tests::server::Fallible;

use crate::front::Front;
use crate::report::{Known, Report};
use crate::rig::Site;

/// A request, and the path that the answer names; `FRONT` is the name of the front.
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
        path: "/dav/FRONT/put%20me.txt",
        body: "text",
        location: "/dav/FRONT/put%20me.txt",
        ..PLAIN
    },
    Case {
        title: "COPY",
        method: "COPY",
        path: "/dav/FRONT/file.txt",
        lines: "Destination: ORIGIN/dav/FRONT/copy.txt\r\n",
        location: "/dav/FRONT/copy.txt",
        ..PLAIN
    },
    Case {
        title: "MKCOL",
        method: "MKCOL",
        path: "/dav/FRONT/folder/",
        location: "/dav/FRONT/folder/",
        ..PLAIN
    },
    Case {
        title: "a folder without its slash",
        path: "/dav/FRONT/folder",
        location: "/dav/FRONT/folder/",
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
        path: "/v1/FRONT/!svn/act/01234567-89ab-cdef-0123-456789abcdef",
        lines: ALICE,
        location: "/v1/FRONT/!svn/act/01234567-89ab-cdef-0123-456789abcdef",
        ..PLAIN
    },
    Case {
        title: "CHECKOUT",
        method: "CHECKOUT",
        path: "/v1/FRONT/!svn/ver/1/auto/source.txt",
        lines: ALICE,
        body: "<?xml version=\"1.0\"?><D:checkout xmlns:D=\"DAV:\"><D:activity-set><D:href>\
               /v1/FRONT/!svn/act/01234567-89ab-cdef-0123-456789abcdef\
               </D:href></D:activity-set></D:checkout>",
        location: "/v1/FRONT/!svn/wrk/01234567-89ab-cdef-0123-456789abcdef/auto/source.txt",
    },
];

/// Asks all of them.
pub(crate) fn run(site: &Site, report: &Report) -> Fallible<()> {
    let mut client = site.client();
    for case in CASES {
        let fill =
            |text: &str| text.replace("FRONT", site.front.name()).replace("ORIGIN", &site.origin());
        let (path, body) = (fill(case.path), fill(case.body));
        let request = format!(
            "{} {path} HTTP/1.1\r\nHost: localhost:{}\r\n{}Content-Length: {}\r\n\r\n{body}",
            case.method,
            site.port,
            fill(case.lines),
            body.len()
        );
        let answer = client.send(request.as_bytes())?;
        let location = answer.head.text("location");
        let expected = format!("{}{}", site.origin(), fill(case.location));
        let result = match location {
            Some(location) if location == expected => Ok(()),
            location => Err(format!("{} {}", answer.status, location.unwrap_or_default())),
        };
        // The guide has nothing for it.
        let known = if site.front == Front::Guide { Known::Wrong } else { Known::Right };
        report.row(site.front, "location", case.title, known, &result)?;
    }
    Ok(())
}
