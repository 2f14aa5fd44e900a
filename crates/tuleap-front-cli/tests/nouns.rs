//! `explain destination`, `redirect`, `chain` and `route`, as a user runs them.
#![expect(clippy::expect_used, reason = "a test fails at the first surprise")]

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// The program's answer to arguments, and to standard input.
fn explain(arguments: &[&str], input: &str) -> (Option<i32>, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tuleap-front"))
        .arg("explain")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program was built");
    // A program that does not read its input closes it early.
    let _ = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
    let Output { status, stdout, stderr } = child.wait_with_output().expect("it ends");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (status.code(), text(stdout), text(stderr))
}

fn answer(arguments: &[&str]) -> String {
    let (status, stdout, stderr) = explain(arguments, "");
    assert_eq!(status, Some(0), "{stderr}");
    stdout
}

fn refusal(arguments: &[&str]) -> String {
    let (status, stdout, stderr) = explain(arguments, "");
    assert_eq!((status, stdout.as_str()), (Some(2), ""));
    stderr
}

#[test]
fn a_destination_is_explained() {
    let host = ["destination", "--host", "tuleap.example.com"];
    let text = answer(&[&host[..], &["https://tuleap.example.com/svn/a%20b"]].concat());
    assert!(text.starts_with("destination rewrite (public-origin)\n"), "{text}");
    assert!(text.contains("next  http://tuleap.example.com/svn/a%20b\n"), "{text}");
    let json = answer(&[&host[..], &["--format", "json", "https://other.example/"]].concat());
    let json: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["status"], 502);
    assert_eq!(json["cause"], "foreign-origin");
    let lines = ["https://tuleap.example.com/a", "https://tuleap.example.com/b"];
    assert!(answer(&[&host[..], &lines].concat()).contains("more-than-one-field-line"));
    let passed = ["--foreign", "pass", "https://other.example/"];
    assert!(answer(&[&host[..], &passed].concat()).contains("foreign-passed"));
    let promoted = ["--path", "promote", "/svn/a"];
    assert!(answer(&[&host[..], &promoted].concat()).contains("http://tuleap.example.com/svn/a"));
}

#[test]
fn a_request_head_is_explained() {
    let head = "COPY /x HTTP/1.1\r\nHost: a.example\r\nDestination: https://a.example/c\r\n\
                If: <https://a.example/b> (<urn:1>)\r\n\r\n";
    let arguments = ["destination", "--backend", "http://b:1", "--head", "-"];
    let (status, stdout, stderr) = explain(&arguments, head);
    assert_eq!(status, Some(0), "{stderr}");
    assert!(stdout.contains("next  http://b:1/c\n"), "{stdout}");
    assert!(stdout.contains("tag 0  https://a.example/b -> http://b:1/b"), "{stdout}");
    let get = head.replace("COPY", "GET").replace("https://a.example/c", "https://c.example/");
    assert!(explain(&arguments, &get).1.contains("other-method"));
}

#[test]
fn the_ways_back_and_the_guide_are_explained() {
    let location = ["--header", "location", "--backend", "http://127.0.0.1:8080"];
    let value = ["--host", "a.example", "http://127.0.0.1:8080/svn/"];
    let text = answer(&[&["destination"][..], &location, &value].concat());
    assert!(text.contains("next  https://a.example/svn/\n"), "{text}");
    let tag = ["destination", "--header", "if", "--host", "a.example"];
    let text = answer(&[&tag[..], &["<https://a.example/b> (<urn:1>)"]].concat());
    assert!(text.starts_with("if rewrite (rewritten)\n"), "{text}");
    let guide = ["destination", "--documented", "reverse-proxy", "--nginx-sends"];
    let sent = |target| answer(&[&guide[..], &[target, "https://a.example/c%20d"]].concat());
    assert_eq!(sent("/a"), "http://a.example/c%20d\n");
    assert_eq!(sent("/a%20b"), "http://a.example/c%2520d\n");
    let distributed = ["destination", "--documented", "distributed", "https://a.example/"];
    assert!(answer(&distributed).contains("documented-kept"));
}

#[test]
fn a_redirect_is_explained() {
    let to = ["redirect", "--to", "tuleap.example.com"];
    let text = answer(&[&to[..], &["//evil.example/a%20b"]].concat());
    assert!(text.starts_with("https-redirect 301 (may-become-get)\n"), "{text}");
    assert!(text.contains("https://tuleap.example.com//evil.example/a%20b\n"), "{text}");
    assert!(answer(&[&to[..], &["--method", "COPY", "/"]].concat()).contains("308"));
    assert!(answer(&[&to[..], &["--status", "found", "/"]].concat()).contains("302"));
    assert!(answer(&[&to[..], &["/%"]].concat()).contains("400"));
    let guide = ["redirect", "--documented", "reverse-proxy", "--server-name", "a.example", "/b"];
    assert!(answer(&guide).contains("https://a.example:443/b"));
}

#[test]
fn a_chain_is_explained() {
    let text = answer(&["chain", "lb: https", "nginx: http, redirects"]);
    assert!(text.contains("TLS ends at lb; nginx believes http"), "{text}");
    let (status, stdout, _) =
        explain(&["chain", "--format", "json", "--file", "-"], "nginx: http and https, redirects");
    let json: Value = serde_json::from_str(&stdout).expect("JSON");
    assert_eq!((status, &json["is_sound"]), (Some(0), &Value::Bool(true)));
}

#[test]
fn a_route_is_explained() {
    let text = answer(&["route", "/svnplugin/p/trunk"]);
    assert!(text.starts_with("route proxy svn\n"), "{text}");
    let style = "/usr/share/viewvc-theme-tuleap/assets/a.css";
    let found = ["route", "--exists", style, "/viewvc-theme-tuleap/a.css"];
    assert!(answer(&found).contains(style));
    let missing = ["route", "--exists", "/nothing", "/viewvc-theme-tuleap/a.css"];
    assert!(answer(&missing).contains("404"), "{}", answer(&missing));
    let distributed = ["route", "--setup", "distributed", "--exists", "/nothing"];
    let script = answer(&[&distributed[..], &["/plugins/svn/?group_id=1"]].concat());
    assert!(script.contains("uri       /index.php?group_id=1\n"), "{script}");
    let file = ["route", "--format", "json", "--file", "-", "/a.CSS"];
    let (_, stdout, _) = explain(&file, "/ proxy web\n~* \\.(?:js|css)$ proxy media\n");
    let json: Value = serde_json::from_str(&stdout).expect("JSON");
    assert_eq!(json["backend"], "media");
    let (status, _, stderr) = explain(&file, "/ what");
    assert_eq!(status, Some(2));
    assert!(stderr.contains("line 1, column 3"), "{stderr}");
    assert!(refusal(&["route", "/%"]).contains("400"));
}

#[test]
fn what_is_wrong_is_said_with_what_to_write() {
    let origin = refusal(&["destination", "--public", "https://a.example/svn", "/a"]);
    assert!(origin.contains("--public: entry 0") && origin.contains("write"), "{origin}");
    let backend = refusal(&["destination", "--backend", "ftp", "/a"]);
    assert!(backend.contains("--backend: entry 0"), "{backend}");
    let chain = refusal(&["chain", "lb: htp"]);
    assert!(chain.contains("line 1, column 5"), "{chain}");
    assert!(refusal(&["redirect", "--to", "a b", "/"]).contains("--to"));
    assert!(refusal(&["redirect", "/"]).contains("--to <ORIGIN>"));
    assert!(refusal(&["destination", "--head", "no such file"]).contains("no such file"));
}

#[test]
fn a_batch_asks_of_every_kind() {
    let lines = r#"{"kind":"destination","public_origin":"https://a.example","backend_origin":"http://b","method":"COPY","input":"https://a.example/c"}
{"kind":"https-redirect","origin":"a.example","scheme":"http","method":"GET","target":"/"}
{"kind":"proxy-chain","chain":"nginx: http"}
{"kind":"what"}
"#;
    let (status, stdout, stderr) = explain(&["--batch"], lines);
    let answers: Vec<Value> =
        stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(answers[0]["value"], "http://b/c");
    assert_eq!(answers[1]["location"], "https://a.example/");
    assert_eq!(answers[2]["http"]["verdict"], "plain-http-served");
    assert_eq!(answers[3]["line"], 4);
    assert_eq!(status, Some(2));
    assert!(stderr.contains("1 lines"), "{stderr}");
}
