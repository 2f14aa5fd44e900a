//! The program as a user runs it: what goes in, what comes out, how it ends.
#![expect(clippy::expect_used, reason = "a test fails at the first surprise")]

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

const HEAD: &str = "GET / HTTP/1.1\r\nX-Forwarded-For: 6.6.6.6, 203.0.113.9\r\n\r\n";

fn run(arguments: &[&str], input: &str) -> Output {
    run_with(&[], arguments, input)
}

fn run_with(environment: &[(&str, &str)], arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tuleap-front"))
        .args(arguments)
        .env_remove("NO_COLOR")
        .envs(environment.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program was built");
    // A program that does not read its input closes it early.
    let _ = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
    child.wait_with_output().expect("it ends")
}

fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).expect("UTF-8")
}

fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).expect("UTF-8")
}

const ONE_PROXY: &[&str] = &["explain", "--peer", "127.0.0.1", "--trusted", "127.0.0.1"];

#[test]
fn says_who_and_why() {
    let output = run(ONE_PROXY, HEAD);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(
        stdout(&output),
        "\
client 203.0.113.9 (forwarded: first-untrusted)
  because 127.0.0.1 named it, which is trusted by entry 0 \"127.0.0.1\"
  peer                 127.0.0.1    trusted  entry 0 \"127.0.0.1\"
  x-forwarded-for[-1]  203.0.113.9  client   in no entry
  7 bytes not read
origin http://localhost (scheme: listener, host: listener, port: scheme)
to the next server
  X-Real-IP:         203.0.113.9
  X-Forwarded-For:   203.0.113.9
  X-Forwarded-Proto: http
  Host:              localhost
"
    );
}

#[test]
fn colours_a_terminal_only_and_never_with_no_color() {
    assert!(!stdout(&run(ONE_PROXY, HEAD)).contains('\u{1b}'));
    let forced = [("CLICOLOR_FORCE", "1")];
    assert!(stdout(&run_with(&forced, ONE_PROXY, HEAD)).contains("\u{1b}[1m"));
    let both = [("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")];
    assert!(!stdout(&run_with(&both, ONE_PROXY, HEAD)).contains('\u{1b}'));
}

#[test]
fn lines_of_the_command_line_need_no_head() {
    let line = ["-H", "X-Forwarded-For: 203.0.113.9", "-H", "X-Forwarded-Proto: https"];
    let arguments = [ONE_PROXY, &line, &["--format", "json"]].concat();
    let output = run(&arguments, "");
    let answer: Value = serde_json::from_str(stdout(&output)).expect("one object");
    assert_eq!(answer["client"], "203.0.113.9");
    assert_eq!(answer["scheme"], "https");
    assert_eq!(answer["forward"]["X-Forwarded-Proto"], "https");
}

#[test]
fn a_stranger_is_not_believed_and_its_words_are_not_passed_on() {
    let arguments = ["explain", "--peer", "198.51.100.1", "--trusted", "127.0.0.1"];
    let head = "GET / HTTP/1.1\r\nForwarded: for=127.0.0.1\r\nX-Forwarded-Proto: https\r\n\r\n";
    let output = run(&arguments, head);
    assert!(stdout(&output).starts_with("client 198.51.100.1 (direct: peer-untrusted)\n"));
    assert!(stdout(&output).contains("X-Forwarded-Proto: http\n"));
    assert!(stdout(&output).contains("Forwarded:         not passed on\n"));
}

#[test]
fn a_refused_list_is_explained_and_ends_with_2() {
    for format in ["text", "json"] {
        let list = ["explain", "--peer", "127.0.0.1", "--trusted", "127.0.0.1,\n10.0.0.1/8"];
        let output = run(&[&list[..], &["--format", format]].concat(), HEAD);
        assert_eq!(output.status.code(), Some(2));
        assert_eq!(stdout(&output), "");
        let text = stderr(&output);
        assert!(text.contains("entry 1 \"10.0.0.1/8\" (line 2, column 1)"), "{text}");
        assert!(text.contains("write 10.0.0.0/8 for the whole network"), "{text}");
    }
}

#[test]
fn a_head_that_is_none_ends_with_2() {
    for (head, says) in [
        ("GET / HTTP/1.1\r\nA b\r\n\r\n", "not HTTP/1"),
        ("\r\n", "is empty"),
        ("GET / HTTP/1.1\r\nX-Forwarded-For", "not HTTP/1"),
    ] {
        let output = run(ONE_PROXY, head);
        assert_eq!(output.status.code(), Some(2), "{head:?}");
        assert!(stderr(&output).contains(says), "{head:?}: {}", stderr(&output));
    }
    let output = run(&["explain", "--nonsense"], "");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_peer_that_is_no_address_ends_with_2() {
    let output = run(&["explain", "--peer", "127.0.0.1:4711", "--trusted", "127.0.0.1"], HEAD);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("--peer \"127.0.0.1:4711\" is not an address"));
}

#[test]
fn a_batch_takes_no_flags_of_one_request() {
    let output = run(&["explain", "--batch", "--dialect", "nginx-1.22"], "");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("cannot be used with"), "{}", stderr(&output));
}

#[test]
fn a_batch_answers_each_line_and_says_which_it_cannot() {
    let lines = concat!(
        r#"{"peer":"10.0.0.1","trusted":["10.0.0.0/8"],"headers":[["X-Forwarded-For","203.0.113.9"]]}"#,
        "\n\n",
        r#"{"peer":"10.0.0.1","trusted":["10.0.0.1/8"],"headers":[]}"#,
        "\n",
        r#"{"peer":"10.0.0.1","options":{"nonsense":1},"headers":[]}"#,
        "\n",
    );
    let output = run(&["explain", "--batch"], lines);
    assert_eq!(output.status.code(), Some(2));
    let answers: Vec<Value> =
        stdout(&output).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(answers.len(), 3);
    assert_eq!(answers[0]["client"], "203.0.113.9");
    assert_eq!(answers[1]["config_error"]["code"], "host-bits-set");
    assert_eq!(answers[2]["line"], 4);
    assert!(answers[2]["error"].as_str().expect("text").contains("nonsense"));
}

#[test]
fn the_dialects_answer_beside_us() {
    let line = ["-H", "X-Forwarded-For: 203.0.113.9, 10.0.0.2"];
    let list = ["explain", "--peer", "10.0.0.1", "--trusted", "10.0.0.0/8"];
    let nginx = [&list[..], &line, &["--dialect", "nginx-1.22", "--real-ip-recursive"]].concat();
    let answer: Value = serde_json::from_str(stdout(&run(&nginx, ""))).expect("JSON");
    assert_eq!(answer["remote_addr"], "203.0.113.9");
    let tuleap = [&list[..], &line, &["--dialect", "tuleap-compat"]].concat();
    let answer: Value = serde_json::from_str(stdout(&run(&tuleap, ""))).expect("JSON");
    assert_eq!(answer["compat"], "203.0.113.9, 10.0.0.2");
    assert_eq!(answer["strict"]["client"], "203.0.113.9");
    assert_eq!(answer["differs"], true);
}

#[test]
fn help_has_examples_and_shells_have_completions() {
    assert!(stdout(&run(&["explain", "--help"], "")).contains("Examples:"));
    for shell in ["bash", "fish", "zsh"] {
        assert!(stdout(&run(&["completions", shell], "")).contains("tuleap-front"), "{shell}");
    }
}
