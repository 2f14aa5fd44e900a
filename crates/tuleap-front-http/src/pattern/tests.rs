use super::{Case, Pattern};

fn compiled(text: &str, case: Case) -> Pattern {
    Pattern::new(text, case).unwrap_or_else(|fault| panic!("{text}: {fault:?}"))
}

fn check(text: &str, case: Case, matching: &[&[u8]], others: &[&[u8]]) {
    let pattern = compiled(text, case);
    for (subjects, expected) in [(matching, true), (others, false)] {
        for subject in subjects {
            let found = pattern.is_match(subject);
            assert_eq!(found, expected, "{text} on {}", subject.escape_ascii());
        }
    }
}

#[test]
fn the_documented_patterns_need_no_heap() {
    for (text, case) in [
        (r"\.(?:js|css|png|gif|eot|woff)$", Case::Insensitive),
        (r"\.(js|css)$", Case::Sensitive),
        (r"\.css$", Case::Insensitive),
        (r"^/svn/", Case::Sensitive),
        (r"^/(?:svn/)", Case::Insensitive),
    ] {
        assert!(matches!(compiled(text, case), Pattern::Literal(_)), "{text}");
    }
    for text in ["/a", "[aA]b", r"MSIE [1-6]\.", "a"] {
        assert!(matches!(compiled(text, Case::Sensitive), Pattern::Sequence(_)), "{text}");
    }
    for text in ["^/a$", "^/a|^/b", "[aA]b$", "a?$", "^", "ab*"] {
        assert!(matches!(compiled(text, Case::Sensitive), Pattern::General(_)), "{text}");
    }
}

#[test]
fn the_end_is_before_one_final_newline_too() {
    for text in [r"\.(?:js|css)$", r"[.](?:js|css)$", r"\.css$", r"\.[c]ss\Z"] {
        let matching: &[&[u8]] = &[b"/a.css", b"/a.css\n", b".css", b"/\n.css"];
        let others: &[&[u8]] = &[b"/a.css\n\n", b"/a.css\r\n", b"/a.cssx", b"css", b"/acss", b""];
        check(text, Case::Sensitive, matching, others);
    }
    check(r"\.css\z", Case::Sensitive, &[b"/a.css"], &[b"/a.css\n"]);
    check(r"(?:a$|b)", Case::Sensitive, &[b"a", b"a\n", b"bx"], &[b"ax", b"a\n\n"]);
}

#[test]
fn case_is_ascii_only() {
    check(r"\.js$", Case::Insensitive, &[b"a.JS", b"a.jS"], &["a.j\u{17f}".as_bytes()]);
    check("\u{e9}", Case::Insensitive, &["\u{e9}".as_bytes()], &["\u{c9}".as_bytes()]);
    check("[^a]b", Case::Insensitive, &[b"cB"], &[b"Ab", b"aB"]);
    check(r"\x41$", Case::Insensitive, &[b"a", b"A"], &[b"b"]);
    check("[A-C]x", Case::Insensitive, &[b"bX"], &[b"dx"]);
    check("a", Case::Sensitive, &[b"a"], &[b"A"]);
}

#[test]
fn a_sequence_is_found_anywhere() {
    let matching: &[&[u8]] = &[b"MSIE 6.", b"a; msie 1.0", b"MSIE MSIE 3."];
    let others: &[&[u8]] = &[b"", b"MSIE 6", b"MSIE 7.", b"MSIE 10.0", b"\xcdSIE 6."];
    check(r"MSIE [1-6]\.", Case::Insensitive, matching, others);
    check(&"a".repeat(70), Case::Sensitive, &[&[b'a'; 70]], &[&[b'a'; 69]]);
}

#[test]
fn a_byte_is_a_byte() {
    check("^.$", Case::Sensitive, &[b"\xc3", b"a", b"a\n", b"\0"], &["\u{e9}".as_bytes(), b"\n"]);
    check("^..$", Case::Sensitive, &["\u{e9}".as_bytes()], &[b"\xff"]);
    check(r"\xe9", Case::Sensitive, &[b"\xe9", b"a\xe9"], &["\u{e9}".as_bytes()]);
    check("[\u{e9}]x", Case::Sensitive, &[b"\xc3x", b"\xa9x"], &[b"\xe9x"]);
    check(r"[^\x00-\x7f]", Case::Sensitive, &[b"a\x80", b"\xff"], &[b"abc"]);
    check(r"\W\w\s\d\D\S", Case::Sensitive, &[b"-a\x0b1x-", b"\xe9_ 0\xe9\xe9"], &[b"aa 1xx"]);
    check(r"\bcss\b", Case::Sensitive, &[b"a.css", b"\xe9css\xe9"], &[b"acss", b"css_"]);
}

#[test]
fn repetitions_groups_and_classes() {
    check(
        "^/a{2,3}b*c+d?e{2}f{1,}$",
        Case::Sensitive,
        &[b"/aaccdeef", b"/aaabceeff"],
        &[b"/acdeef", b"/aaaacdeef", b"/aacdef", b"/aadeef"],
    );
    check(
        r"^/(?<repo>[^/]+)/(?P<rest>.*?)\.(js|css)$",
        Case::Sensitive,
        &[b"/a/b.js"],
        &[b"/b.js"],
    );
    check("^(?:a|)$", Case::Sensitive, &[b"", b"a", b"\n"], &[b"b"]);
    check("^(?'n'ab)+?c", Case::Sensitive, &[b"ababc"], &[b"abac"]);
    check(r"^[]a\]-]+$", Case::Sensitive, &[b"]a-"], &[b"b"]);
    check(r"^[^]a]$", Case::Sensitive, &[b"b", b"\n", b"^"], &[b"]", b"a"]);
    check(r"^[\w.-]+[+-]$", Case::Sensitive, &[b"a_9.-+"], &[b"a b+"]);
    check("a}]", Case::Sensitive, &[b"a}]"], &[b"a}"]);
    check("^a|b$", Case::Sensitive, &[b"ax", b"xb\n"], &[b"xa", b"bx"]);
}

#[test]
fn what_cannot_be_honoured_is_refused() {
    for (text, what, offset, length) in [
        ("", "it is empty", 0, 0),
        (r"(a)\1", "back-references and octal numbers are not supported", 3, 2),
        ("a(?=b)", "look-around is not supported", 1, 3),
        ("(?<!a)b", "look-around is not supported", 0, 4),
        ("a++", "possessive repetitions are not supported", 0, 3),
        ("(?>a)", "atomic and reset groups are not supported", 0, 3),
        ("(?i)a", "options and such groups are not supported", 1, 2),
        ("(*UTF8)a", "verbs are not supported", 1, 1),
        (r"\p{L}", "such an escape is not supported", 0, 2),
        (r"\K", "such an escape is not supported", 0, 2),
        (r"\Qa\E", "such an escape is not supported", 0, 2),
        (r"\x{e9}", "write two hexadecimal digits after \\x", 0, 2),
        ("a\\", "it ends with a backslash", 1, 1),
        ("*a", "there is nothing to repeat", 0, 1),
        ("^*", "an assertion is repeated", 0, 2),
        ("a**", "a repetition is repeated", 0, 2),
        ("a{,3}", "write \\{ for a brace, or {2}, {2,} or {2,3} for a repetition", 1, 1),
        ("a{3,2}", "a repetition is up to 1000, the lower number first", 1, 5),
        ("{", "write \\{ for a brace", 0, 1),
        ("a)", "a parenthesis is closed that is not open", 1, 1),
        ("(a", "a parenthesis is not closed", 0, 2),
        ("[a", "a bracket is not closed", 0, 2),
        ("[[:alpha:]]", "classes with names are not supported", 1, 1),
        ("[:alpha:]", "classes with names are not supported", 0, 9),
        ("[z-a]", "not a range", 1, 3),
        (r"[a-\d]", "not a range", 1, 4),
        ("a$b", "something stands behind $", 0, 3),
        ("(?:a$)?", "something stands behind $", 0, 7),
        ("(?<1a>b)", "the name of a group is malformed", 0, 3),
        ("(?<a>b)(?<a>c)", "two groups have this name", 7, 5),
        ("(?:a{1000}){1000}", "it is too large", 0, 17),
    ] {
        let fault = Pattern::new(text, Case::Sensitive).map(|_| text).unwrap_err();
        assert_eq!((fault.what, fault.offset, fault.length), (what, offset, length), "{text}");
    }
    let deep = "(".repeat(40) + "a" + &")".repeat(40);
    let fault = Pattern::new(&deep, Case::Sensitive).map(|_| ()).unwrap_err();
    assert_eq!(fault.what, "there are too many groups within groups");
}
