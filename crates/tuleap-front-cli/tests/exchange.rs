//! `explain cache`, `explain gzip` and `cache path`, as a user runs them.
#![expect(clippy::expect_used, reason = "a test fails at the first surprise")]

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// What `curl -v` prints with `2>&1`, bodies between the heads.
const CURL: &str = "\
*   Trying 192.0.2.1:443...
* [HTTP/2] [1] [:method: GET]
> GET /plugins/a.js?v=1 HTTP/2\r
> Host: tuleap.example.com\r
> Accept: */*\r
> Accept-Encoding: gzip, br\r
>\u{20}\r
} [5 bytes data]
< HTTP/2 200\u{20}\r
< server: nginx\r
< content-type: application/javascript\r
< content-length: 5000\r
< etag: \"abc\"\r
< cache-control: public, max-age=600\r
<\u{20}\r
{ [5000 bytes data]
< not a head, but the body
> nor is this
* Connection #0 to host tuleap.example.com left intact
";

const RAW: &str = "\
GET /a.js HTTP/1.1\r\nHost: tuleap.example.com\r\nAccept-Encoding: gzip\r\n\r\n\
HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n\
HTTP/1.1 200 OK\r\nContent-Type: text/css\r\nSet-Cookie: a=b\r\n\r\n\
HTTP/1.1 500 in the body\r\n";

/// The program's answer to arguments, and to standard input.
fn run(arguments: &[&str], input: &str) -> (Option<i32>, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tuleap-front"))
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

fn answer(arguments: &[&str], input: &str) -> String {
    let (status, stdout, stderr) = run(arguments, input);
    assert_eq!((status, stderr.as_str()), (Some(0), ""));
    stdout
}

fn refusal(arguments: &[&str], input: &str) -> String {
    let (status, stdout, stderr) = run(arguments, input);
    assert_eq!((status, stdout.as_str()), (Some(2), ""));
    stderr
}

fn json(arguments: &[&str], input: &str) -> Value {
    let text = answer(&[arguments, &["--format", "json"]].concat(), input);
    serde_json::from_str(&text).expect("one object")
}

/// A file of this test alone.
fn file(name: &str, text: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, text).expect("written");
    path
}

#[test]
fn what_is_compressed_is_explained() {
    let text = answer(&["explain", "gzip"], CURL);
    assert!(text.starts_with("gzip yes (accepted)\n"), "{text}");
    assert!(text.contains("\n  http-version     HTTP/2\n"), "{text}");
    assert!(text.contains("\n  client  Vary: Accept-Encoding\n"), "{text}");
    assert!(text.contains("\n  client  etag: W/\"abc\"\n"), "{text}");
    let guide = ["explain", "gzip", "--policy", "documented", "--nginx", "1.22"];
    assert!(answer(&guide, CURL).starts_with("gzip no (type)\n"));
    let tuleap = json(&["explain", "gzip", "--policy", "tuleap"], CURL);
    assert_eq!((&tuleap["compresses"], &tuleap["etag"]), (&true.into(), &"weaken".into()));
    assert_eq!(tuleap["client"][0][0], "Content-Type");
}

#[test]
fn gzip_has_a_policy_of_ones_own() {
    let policy = file("gzip.conf", "gzip on;\ngzip_types application/javascript;\n");
    let own = ["explain", "gzip", "--now", "1790000000", "--expires", "1h", "--policy"];
    let own = json(&[&own[..], &[policy.to_str().expect("UTF-8")]].concat(), CURL);
    assert_eq!(own["compresses"], true);
    assert!(own["client"].to_string().contains("Mon, 21 Sep 2026 15:13:20 GMT"), "{own}");
    let secret = RAW.replace("text/css", "text/html");
    assert_eq!(json(&["explain", "gzip"], &secret)["reason"], "secret");
    let lax = ["explain", "gzip", "--secrets", "compress"];
    assert_eq!(json(&lax, &secret)["compresses"], true);
    assert_eq!(json(&["explain", "gzip", "--scheme", "http"], &secret)["compresses"], true);
}

#[test]
fn what_is_cached_is_explained() {
    let text = answer(&["explain", "cache", "--now", "1790000000"], CURL);
    assert_eq!(
        text,
        "\
cache stored (max-age)
  asked    GET https://tuleap.example.com/plugins/a.js?v=1
  look-up  yes: the method is one that is cached
  key      https://tuleap.example.com/plugins/a.js?v=1
  file     4/da/2a0917ff975a5d8744d8672a76958da4
  answer   200
  stored   for 600 s, until Mon, 21 Sep 2026 14:23:20 GMT
  unused   removed after 86400 s
  client   cache-control: public, max-age=600
  hidden   server
  because Cache-Control: max-age says for how long
"
    );
    let guide = ["explain", "cache", "--policy", "documented", "--now", "1790000000"];
    let guide = json(&guide, CURL);
    assert_eq!(guide["key"], "httpsGETtuleap.example.com/plugins/a.js?v=1");
    assert_eq!(guide["md5"], "7d57cfa639fbbea9ffdab05e0d1d1359");
    assert_eq!(guide["path"], "9/35/7d57cfa639fbbea9ffdab05e0d1d1359");
    assert_eq!(guide["client"][0][1], "max-age=3600");
    let raw = json(&["explain", "cache"], RAW);
    assert_eq!((&raw["stored"], &raw["reason"]), (&false.into(), &"set-cookie".into()));
    let policy = file("cache.conf", "proxy_cache_key $host$uri; proxy_cache zone;");
    let own = ["explain", "cache", "--host", "b.example:8443", "--policy"];
    let own = json(&[&own[..], &[policy.to_str().expect("UTF-8")]].concat(), CURL);
    assert_eq!((&own["key"], &own["stored"]), (&"b.example/plugins/a.js".into(), &true.into()));
}

#[test]
fn a_request_alone_is_looked_up() {
    let request = file("request.txt", "GET /a.js HTTP/1.1\nHost: A.example:80\n");
    let request = ["--request", request.to_str().expect("UTF-8")];
    let alone = json(&[&["explain", "cache"], &request[..]].concat(), "");
    assert_eq!((&alone["look_up"], &alone["stored"]), (&true.into(), &Value::Null));
    assert_eq!(alone["key"], "https://a.example/a.js");
    for response in ["HTTP/1.1 200 OK\nContent-Type: text/css\n", CURL] {
        let both = [&["explain", "cache", "--response", "-"], &request[..]].concat();
        assert_eq!(json(&both, response)["stored"], true);
    }
    assert!(refusal(&["explain", "gzip"], "GET / HTTP/1.0\n").contains("--response"));
    assert!(refusal(&["explain", "cache"], "GET / HTTP/1.0\n").contains("give --host"));
    let host = ["explain", "cache", "--host", "a.example"];
    assert_eq!(json(&host, "GET /a.js HTTP/1.1\n")["look_up"], true);
    assert!(refusal(&["explain", "cache"], "GET /a.js HTTP/1.1\n").contains("give --host"));
}

#[test]
fn each_exchange_is_explained() {
    let wait = "> POST /a HTTP/1.1\n> Host: a.example\n> \n< HTTP/1.1 100 Continue\n< \n\
                < HTTP/1.1 302 Found\n< Location: /b\n< \n";
    let text = answer(&["explain", "cache"], &[wait, CURL].concat());
    let first = "cache not stored (location)\n  asked    POST https://a.example/a\n";
    assert!(text.starts_with(first), "{text}");
    assert!(text.contains("\n  answer   302\n"), "{text}");
    assert!(text.contains("\n\ncache stored (max-age)\n"), "{text}");
    let lines = ["explain", "gzip", "--format", "json"];
    assert_eq!(answer(&lines, &[wait, CURL].concat()).lines().count(), 2);
}

#[test]
fn the_file_to_purge_is_named() {
    let guide = ["cache", "path", "--policy", "documented", "--method", "GET", "--method", "HEAD"];
    assert_eq!(
        answer(&[&guide[..], &["https://Tuleap.example.com:443/a.js#top"]].concat(), ""),
        "/tmp/nginx_cache/2/0f/c86abc977a5d026f9ed42bcb5b5f50f2\n\
         /tmp/nginx_cache/2/cf/94fa08fd9cb4bb13354eb32e1cc25cf2\n"
    );
    let key = ["cache", "path", "--key", "$request_method$host$request_uri"];
    let bare = answer(&[&key[..], &["http://tuleap.example.com"]].concat(), "");
    assert_eq!(bare, "8665324303b9120ccd5cb16e4553634a\n");
    let folder = ["--levels", "1:2", "--root", "/var/cache/nginx", "http://tuleap.example.com/"];
    assert_eq!(
        answer(&[&key[..], &folder].concat(), ""),
        "/var/cache/nginx/a/34/8665324303b9120ccd5cb16e4553634a\n"
    );
    let url = "https://tuleap.example.com/a.css";
    let vary = ["cache", "path", "--vary", "Accept-Encoding", "-H", "Accept-Encoding: gzip", url];
    let both = json(&vary, "");
    assert_eq!((&both["action"], &both["reason"]), (&"look-up".into(), &"looked-up".into()));
    assert_eq!(both["variant_md5"], "a1e8afbc00ac2289f47de2a334a498fe");
    assert_eq!(answer(&vary, "").lines().count(), 2);
    let (status, stdout, stderr) = run(&["cache", "path", "https://tuleap.example.com/svn"], "");
    assert_eq!((status, stdout.lines().count()), (Some(0), 1));
    assert!(stderr.contains("nothing is kept for it: "), "{stderr}");
}

#[test]
fn what_is_wrong_is_said_with_what_to_write() {
    for url in ["/a.js", "ftp://a.example/", "https:///a", "https://user@a.example/"] {
        assert!(refusal(&["cache", "path", url], "").contains("write one such as https://"));
    }
    assert!(refusal(&["cache", "path", "https://a b/"], "").contains("the host is refused"));
    assert!(refusal(&["cache", "path", "--levels", "3", "https://a/"], "").contains("1:2"));
    let line = ["cache", "path", "-H", "x", "https://a/"];
    assert!(refusal(&line, "").contains("write NAME: VALUE"));
    let key = refusal(&["cache", "path", "--key", "$foo", "https://a/"], "");
    assert!(key.contains("line 1, column 18") && key.contains("$request_uri"), "{key}");
    let unknown = refusal(&["explain", "gzip", "--policy", "no such file"], CURL);
    assert!(unknown.contains("no such file") && unknown.contains("write recommended"), "{unknown}");
    assert!(refusal(&["explain", "gzip", "--expires", "soon"], CURL).contains("--expires"));
    let policy = file("wrong.conf", "gzip maybe;");
    let wrong = ["explain", "gzip", "--policy", policy.to_str().expect("UTF-8")];
    assert!(refusal(&wrong, CURL).contains("write on or off"));
    assert!(refusal(&["explain", "gzip"], " \n").contains("empty"));
    assert!(refusal(&["explain", "gzip"], "HTTP/1.1 200 OK\n").contains("no head of a request"));
    assert!(refusal(&["explain", "gzip"], "GET / HTTP/1.1\nHost : a\n").contains("answers"));
    let status = "GET / HTTP/1.1\nHost: a\n\nHTTP/1.1 OK\n";
    assert!(refusal(&["explain", "gzip"], status).contains("status line"));
}

#[test]
fn a_batch_asks_of_heads_caches_and_servers() {
    let lines = r#"{"kind":"gzip","policy":"recommended","scheme":"http","method":"GET","version":"HTTP/1.1","request":[["Accept-Encoding","gzip"]],"status":200,"response":[["Content-Type","text/css"]],"now":0}
{"kind":"gzip","directives":"gzip maybe;","scheme":"http","method":"GET","version":"HTTP/1.1","request":[],"status":200,"response":[],"now":0}
{"kind":"cache","policy":"recommended","scheme":"https","requests":[{"now":0,"method":"GET","target":"/a.js","version":"HTTP/1.1","host":"a","headers":[]}],"answers":[{"status":200,"headers":[["Content-Type","text/css"]],"cut":false}]}
{"kind":"request-head","request":"GET /a HTTP/1.1\nHost: B:80\n\n"}
{"kind":"servers","servers":"server { listen 80; location / { return 301 /b; } }","request":"GET / HTTP/1.1\nHost: b\n\n","remote_addr":"192.0.2.1","scheme":"http"}
{"kind":"request-head"}
"#;
    let (status, stdout, _) = run(&["explain", "--batch"], lines);
    let answers: Vec<Value> =
        stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(answers[0]["compresses"], true);
    assert_eq!(answers[1]["config_error"]["code"], "switch");
    assert_eq!(answers[2]["steps"][0]["cache_status"], "MISS");
    assert_eq!(answers[2]["steps"][0]["explanation"]["stored"], true);
    assert_eq!(answers[3]["host"], "b");
    assert!(answers[4].is_object());
    assert_eq!(answers[5]["line"], 6);
    assert_eq!(status, Some(2));
}
