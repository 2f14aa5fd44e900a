//! What the cases do not ask of heads and servers in C: arguments without a meaning, problems with
//! their place, calls that fail, and room that is too small.
#![expect(unsafe_code, reason = "a C ABI is called")]

use std::ffi::{CStr, c_char};
use std::mem::MaybeUninit;
use std::ptr::{null, null_mut};

use tuleap_front_c::tuleap_front_status as Status;
use tuleap_front_c::*;

const ARGUMENT: i32 = Status::TULEAP_FRONT_STATUS_ARGUMENT as i32;
const NULL: i32 = Status::TULEAP_FRONT_STATUS_NULL as i32;
const REFUSED: i32 = Status::TULEAP_FRONT_STATUS_REQUEST_REFUSED as i32;
const OTHER: u32 = 255;

/// A handle that is freed.
struct Handle<T>(*mut T, unsafe extern "C" fn(*mut T));

impl<T> Drop for Handle<T> {
    fn drop(&mut self) {
        // SAFETY: the handle is given up, or is NULL.
        unsafe { (self.1)(self.0) }
    }
}

fn copied(text: tuleap_front_str) -> Option<Vec<u8>> {
    if text.ptr.is_null() {
        return None;
    }
    // SAFETY: the text points into what was read, which is live.
    Some(unsafe { std::slice::from_raw_parts(text.ptr.cast::<u8>(), text.len) }.to_vec())
}

const NO_LINE: tuleap_front_header = tuleap_front_header {
    name: tuleap_front_str { ptr: null(), len: 0 },
    value: tuleap_front_str { ptr: null(), len: 0 },
};

/// A status, what is described, the lines and what is written.
type Read<T> = (i32, T, Vec<tuleap_front_header>, Vec<u8>);

fn request(
    text: &[u8],
    (rules, names, flags): (u32, u32, u32),
    room: usize,
) -> Read<tuleap_front_request_head> {
    let mut head = MaybeUninit::uninit();
    let (mut lines, mut out) = (vec![NO_LINE; room], vec![0; 64]);
    // SAFETY: a text with its length, a place, so many lines, and a buffer with its length.
    let length = unsafe {
        tuleap_front_request_head_parse(
            text.as_ptr().cast(),
            text.len(),
            rules,
            names,
            flags,
            head.as_mut_ptr(),
            lines.as_mut_ptr(),
            room,
            out.as_mut_ptr().cast(),
            out.len(),
        )
    };
    out.truncate(usize::try_from(length).unwrap_or(0));
    // SAFETY: the function writes it, whatever it answers.
    (i32::try_from(length).unwrap_or(0), unsafe { head.assume_init() }, lines, out)
}

fn response(text: &[u8], room: usize) -> Read<tuleap_front_response_head> {
    let mut head = MaybeUninit::uninit();
    let mut lines = vec![NO_LINE; room];
    // SAFETY: a text with its length, a place, and so many lines.
    let status = unsafe {
        let (at, len) = (text.as_ptr().cast(), text.len());
        tuleap_front_response_head_parse(at, len, head.as_mut_ptr(), lines.as_mut_ptr(), room)
    };
    // SAFETY: the function writes it, whatever it answers.
    (status, unsafe { head.assume_init() }, lines, Vec::new())
}

const GET: &[u8] = b"GET /a//%62?c HTTP/1.1\r\nHost: A.example:80\r\nX_A: 1\r\nVia: x \r\n\r\nbody";

#[test]
fn a_head_is_read_into_the_room_there_is() {
    let (length, head, lines, written) = request(GET, (0, 0, 0), 1);
    assert_eq!((length, written.as_slice()), (13, b"/a/ba.example".as_slice()));
    assert_eq!((head.uri_length, head.host_length, head.header_count), (4, 9, 2));
    assert_eq!((head.line.target.http_status, head.line.target.reason), (0, 0));
    assert_eq!(copied(head.line.method).as_deref(), Some(b"GET".as_slice()));
    assert_eq!(head.line.minor_version, 1);
    assert_eq!(copied(head.http_host).as_deref(), Some(b"A.example:80".as_slice()));
    assert_eq!(copied(head.rest).as_deref(), Some(b"body".as_slice()));
    let names: Vec<_> = lines.iter().map(|line| copied(line.name)).collect();
    assert_eq!(names, [Some(b"Host".to_vec())], "one has room");
    let (_, head, lines, _) = request(GET, (0, 1, 0), 9);
    assert_eq!(head.header_count, 3);
    assert_eq!(copied(lines.get(2).unwrap().value).as_deref(), Some(b"x".as_slice()));
    assert_eq!(copied(lines.get(3).unwrap().name), None, "nothing is written behind them");
    assert_eq!(request(GET, (0, 0, 1), 0).3, b"/a//ba.example");
    let (_, head, ..) = request(b"GET /\r\n", (0, 0, 0), 0);
    assert_eq!((head.line.minor_version, head.host_length), (-1, -1));
    // SAFETY: a text with its length; NULL is nothing that is wanted, and no room.
    let length = unsafe {
        let (text, len) = (GET.as_ptr().cast(), GET.len());
        let (head, lines, out) = (null_mut(), null_mut(), null_mut());
        tuleap_front_request_head_parse(text, len, 0, 0, 0, head, lines, 9, out, 0)
    };
    assert_eq!(length, 13);

    let (status, head, lines, _) = response(b"HTTP/1.1 304 -\r\nETag: a\r\nVia: b\r\n\r\nc", 1);
    assert_eq!((status, head.http_status, head.header_count), (0, 304, 2));
    assert_eq!(copied(lines.first().unwrap().name).as_deref(), Some(b"ETag".as_slice()));
    assert_eq!(copied(head.rest).as_deref(), Some(b"c".as_slice()));
}

#[test]
fn what_is_refused_says_why() {
    for numbers in [(2, 0, 0), (0, 3, 0), (0, 0, 2)] {
        let (status, head, ..) = request(GET, numbers, 0);
        assert_eq!((status, head.line.target.http_status), (ARGUMENT, 400));
        assert_eq!((head.line.target.reason, head.host_length), (OTHER, -1));
    }
    let (status, head, ..) = request(b"GET / HTTP/1.1\r\n\r\n", (0, 0, 0), 0);
    let no_host = tuleap_front_request_reason::TULEAP_FRONT_REQUEST_REASON_HEAD_NO_HOST as u32;
    let target = head.line.target;
    assert_eq!((status, target.http_status, target.reason), (REFUSED, 400, no_host));
    // SAFETY: the text is static and ends in NUL.
    let code = unsafe { CStr::from_ptr(tuleap_front_request_reason_code(no_host)) };
    assert_eq!(code.to_str(), Ok("head/no-host"));
    let (status, head, ..) = response(b"<html>", 0);
    assert_eq!((status, head.http_status), (REFUSED, 502));
}

#[test]
fn a_host_is_that_of_its_nginx() {
    let parse = |value: &[u8], rules| {
        let (mut reason, mut out) = (999, [0_u8; 32]);
        // SAFETY: a text with its length, a place and a buffer with its length.
        let length = unsafe {
            let (at, len) = (value.as_ptr().cast(), value.len());
            let (out, cap) = (out.as_mut_ptr().cast(), out.len());
            tuleap_front_nginx_host_parse(at, len, rules, &raw mut reason, out, cap)
        };
        let written = out.get(..usize::try_from(length).unwrap_or(0)).unwrap_or(&[]);
        (i32::try_from(length).unwrap_or(0), reason, String::from_utf8_lossy(written).into_owned())
    };
    assert_eq!(parse(b"Tuleap.Example.COM.:8443", 0), (18, 0, "tuleap.example.com".to_owned()));
    assert_eq!(parse(b"a@b", 1).2, "a@b");
    let byte = tuleap_front_request_reason::TULEAP_FRONT_REQUEST_REASON_HOST_BYTE as u32;
    assert_eq!(parse(b"a@b", 0), (REFUSED, byte, String::new()));
    assert_eq!(parse(b"a", 2), (ARGUMENT, OTHER, String::new()));
}

fn servers(text: &[u8], rules: u32) -> Result<Handle<tuleap_front_nginx_servers>, (isize, usize)> {
    let mut problem = MaybeUninit::<tuleap_front_problem>::uninit();
    let mut message = [0 as c_char; 512];
    // SAFETY: a text with its length, a problem and a buffer of its length.
    let servers = unsafe {
        let (at, len) = (text.as_ptr().cast(), text.len());
        let out = message.as_mut_ptr();
        tuleap_front_nginx_servers_parse(at, len, rules, problem.as_mut_ptr(), out, 512)
    };
    if servers.is_null() {
        // SAFETY: the function writes it.
        let problem = unsafe { problem.assume_init() };
        return Err((problem.status, problem.line));
    }
    Ok(Handle(servers, tuleap_front_nginx_servers_free))
}

#[test]
fn an_answer_keeps_its_texts() {
    let text = b"server { server_name a.example; location / { proxy_set_header X $uri;\n\
        proxy_pass http://127.0.0.1:8080; } }";
    let servers = servers(text, 0).ok().unwrap();
    let ask = |head: &[u8], peer: &[u8], scheme| {
        let mut refusal = tuleap_front_server_refusal { status: 9, http_status: 9, reason: 9 };
        // SAFETY: a handle, texts with their lengths, and a place.
        let answer = unsafe {
            tuleap_front_nginx_servers_answer(
                servers.0,
                head.as_ptr().cast(),
                head.len(),
                peer.as_ptr().cast(),
                peer.len(),
                scheme,
                &raw mut refusal,
            )
        };
        let refusal = (refusal.status, refusal.http_status, refusal.reason);
        (Handle(answer, tuleap_front_server_answer_free), refusal)
    };
    let peer = b"192.0.2.7".as_slice();
    let head = b"GET /%0d%0a HTTP/1.1\r\nHost: a.example\r\n\r\n".to_vec();
    let (answer, refusal) = ask(&head, peer, 0);
    assert_eq!(refusal, (0, 0, 0));
    drop(head);
    let mut line = NO_LINE;
    // SAFETY: a handle, and a place.
    let found = unsafe { tuleap_front_server_answer_line(answer.0, 0, &raw mut line) };
    assert_eq!((found, copied(line.value).as_deref()), (1, Some(b"/\r\n".as_slice())));
    // SAFETY: a handle, and a place.
    let found = unsafe { tuleap_front_server_answer_line(answer.0, usize::MAX, &raw mut line) };
    assert_eq!((found, copied(line.value)), (0, None));

    let not_an_address = Status::TULEAP_FRONT_STATUS_PEER_NOT_AN_ADDRESS as i32;
    assert_eq!(ask(b"GET / HTTP/1.0\r\n\r\n", b"x", 0).1, (not_an_address, 0, OTHER));
    assert_eq!(ask(b"GET / HTTP/1.0\r\n\r\n", peer, 2).1, (ARGUMENT, 0, OTHER));
    let (answer, refusal) = ask(b"TRACE / HTTP/1.0\r\n\r\n", peer, 0);
    assert!(answer.0.is_null());
    assert_eq!((refusal.0, refusal.1), (REFUSED, 405));
    // SAFETY: NULL is checked.
    let status = unsafe { tuleap_front_server_answer_read(null(), null_mut()) };
    assert_eq!(status, NULL);
}

#[test]
fn a_problem_says_where() {
    let (status, line) = servers(b"server {\n  listen 80;\n}", 0).err().unwrap();
    assert_eq!(status, Status::TULEAP_FRONT_STATUS_SERVERS_DIRECTIVE as isize);
    assert_eq!(line, 2);
    let status = |text, rules| servers(text, rules).err().unwrap().0;
    assert_eq!(status(b"\xff", 0), Status::TULEAP_FRONT_STATUS_NOT_UTF8 as isize);
    assert_eq!(status(b"server { }", 2), Status::TULEAP_FRONT_STATUS_ARGUMENT as isize);
    let location = status(b"server { location a { } }", 0);
    // SAFETY: the text is static and ends in NUL.
    let code = unsafe { CStr::from_ptr(tuleap_front_status_code(location)) };
    assert_eq!(code.to_str(), Ok("locations/prefix"));
}
