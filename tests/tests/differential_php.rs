//! `TuleapCompat` beside PHP itself: what the language makes of addresses and masks that nobody
//! should write is asked of the language.

use std::io::{BufWriter, Write as _};
use std::process::{Command, Stdio};

use tuleap_front::TuleapCompat;
use tuleap_front_tests::random::Random;
use tuleap_front_tests::require::skip;

const CASES: usize = 20_000;

/// One question.
#[derive(Debug)]
struct Case {
    setting: Vec<u8>,
    peer: Option<Vec<u8>>,
    header: Option<Vec<u8>>,
}

const ADDRESSES: &[&str] = &[
    "10.0.0.1",
    "10.0.0.0",
    "10.64.0.0",
    "10.128.0.1",
    "127.0.0.1",
    "0.0.0.0",
    "255.255.255.255",
    "128.0.0.0",
    "192.168.0.7",
    "192.168.0.0",
    "0.0.0.1",
    "1.0.0.0",
    "10.0.0",
    "10.0.0.256",
    "010.0.0.1",
    "10.0.0.1.",
    " 10.0.0.1",
    "10.0.0.1 ",
    "10.0.0.1\u{b}",
    "10.0.0.1\0",
    "\0",
    "10.0.0.1\0x",
    "::1",
    "::ffff:10.0.0.1",
    "2001:db8::1",
    "proxy.example",
    "unix:",
    "",
    "0",
    "x",
    "167772161",
    "0x0a000001",
    "127.1",
    "\u{661}.0.0.1",
    "10.0.0.1:80",
    "[::1]",
];

const MASKS: &[&str] = &[
    "0",
    "00",
    "000",
    "8",
    "08",
    "24",
    "024",
    "31",
    "32",
    "33",
    "032",
    "1",
    "9",
    "16",
    "64",
    "128",
    "-0",
    "-1",
    "-0.0",
    "-0.5",
    "+8",
    "+0",
    "++8",
    "+-8",
    "0.9",
    "0.5",
    "8.9",
    "31.9",
    "32.0",
    "32.5",
    "31.999999999999999999",
    ".5",
    ".9e1",
    "5.",
    "1.e1",
    "1e1",
    "1E1",
    "1e+1",
    "1e-1",
    "320e-1",
    "3.2e1",
    "1e",
    "1e+",
    "e1",
    "1e1000",
    "-1e1000",
    "1e-1000",
    "1e308",
    "2e308x",
    "1e1000x",
    "9e99x",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551616",
    "99999999999999999999x",
    "2147483648x",
    "4294967304",
    "4294967304x",
    "0x10",
    "0x8",
    "0b11",
    "0o7",
    "1_6",
    "1 6",
    " 8",
    "8 ",
    "\t8",
    "8\t",
    "\n8",
    "8\n",
    "\u{b}8",
    "8\u{b}",
    "\u{c}8",
    "8\u{c}",
    "\0",
    "8\0",
    "\u{0}8",
    "\u{a0}8",
    "8\u{a0}",
    "24x",
    "24 x",
    "x",
    "x24",
    "3x",
    "32x",
    "33x",
    "1x",
    "2",
    "2x",
    "31x",
    "310x",
    "320x",
    "0x",
    "-x",
    "-",
    "+",
    ".",
    "..",
    "",
    " ",
    "/",
    "24/",
    "24/8",
    "/24",
    "255.255.255.0",
    "\u{661}",
    "INF",
    "NAN",
    "inf",
    "true",
    "null",
    "1,",
    "1e1e1",
    "1.5.5",
    "0.0",
    "00.9",
    "0e5",
    "0x0",
    "1e0x",
    "\u{b}",
    "32 ",
    " 32 x",
    "3.2e1x",
];

const HEADERS: &[&str] =
    &["203.0.113.50", "192.0.2.1, 203.0.113.50", "", " ", "0", "<x>", "\0", "\u{ff}"];

fn bytes(random: &mut Random, words: &[&str]) -> Vec<u8> {
    let mut bytes = random.word(words).as_bytes().to_vec();
    // Now and then one byte is another one.
    if random.once_in(40) {
        let at = random.below(bytes.len());
        let byte = (random.next() >> 56) as u8;
        bytes.get_mut(at).into_iter().for_each(|place| *place = byte);
    }
    bytes
}

/// A mask of the list, or one made of the characters that matter.
fn mask(random: &mut Random) -> Vec<u8> {
    if random.once_in(3) {
        let length = random.below(6);
        return (0..length)
            .filter_map(|_| random.pick(b"0123456789.eE+-x \t\n\x0b\x0c\0").copied())
            .collect();
    }
    bytes(random, MASKS)
}

fn case(random: &mut Random) -> Case {
    let mut setting = Vec::new();
    for entry in 0..=random.below(4) {
        if entry > 0 {
            setting
                .extend_from_slice(random.word(&[",", ", ", " ,\t", ",,", "\n,", ";"]).as_bytes());
        }
        setting.extend(bytes(random, ADDRESSES));
        if !random.once_in(4) {
            setting.push(b'/');
            setting.extend(mask(random));
        }
    }
    let peer = (!random.once_in(20)).then(|| bytes(random, ADDRESSES));
    let header = (!random.once_in(20)).then(|| bytes(random, HEADERS));
    Case { setting, peer, header }
}

fn hex(bytes: Option<&[u8]>) -> String {
    bytes.map_or("-".to_owned(), |bytes| bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// PHP's answers, in hexadecimal.
fn php(cases: &[Case]) -> Result<Vec<String>, String> {
    let mut child = Command::new("php")
        .args(["-n", "-d", "display_errors=stderr", "-d", "error_reporting=E_ALL"])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tuleap.php"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("php: {error}"))?;
    let lines: Vec<String> = cases
        .iter()
        .map(|case| {
            let fields =
                [hex(Some(&case.setting)), hex(case.peer.as_deref()), hex(case.header.as_deref())];
            fields.join(" ")
        })
        .collect();
    let stdin = child.stdin.take().ok_or("no standard input")?;
    let writer = std::thread::spawn(move || {
        let mut stdin = BufWriter::new(stdin);
        // PHP may end early; its answers are then too few, which is what is reported.
        let _ = lines.iter().try_for_each(|line| writeln!(stdin, "{line}"));
    });
    let output = child.wait_with_output().map_err(|error| error.to_string())?;
    writer.join().map_err(|_| "the writer stopped")?;
    let text = String::from_utf8(output.stdout).map_err(|error| error.to_string())?;
    Ok(text.lines().map(str::to_owned).collect())
}

#[test]
fn tuleap_compat_answers_as_php_does() -> Result<(), String> {
    let version = Command::new("php").args(["-n", "-r", "echo PHP_MAJOR_VERSION;"]).output();
    match version {
        Err(_) => return skip("differential_php", "php is not installed"),
        // The comparison of numbers and text changed with PHP 8.
        Ok(output) if output.stdout != b"8" => {
            return skip("differential_php", "php is not PHP 8");
        }
        Ok(_) => {}
    }
    let mut random = Random::new(8);
    // Every mask with a network that it cuts and a peer that it may match, and then anything.
    let mut cases: Vec<Case> = MASKS
        .iter()
        .flat_map(|mask| {
            ["10.0.0.1", "10.64.0.0", "128.0.0.0", "::1", "0.0.0.0"].map(|peer| Case {
                setting: format!("10.0.0.0/{mask}").into_bytes(),
                peer: Some(peer.as_bytes().to_vec()),
                header: Some(b"203.0.113.50".to_vec()),
            })
        })
        .collect();
    cases.extend(std::iter::repeat_with(|| case(&mut random)).take(CASES));
    let answers = php(&cases)?;
    assert_eq!(answers.len(), cases.len(), "an answer to every question");
    let (mut refused, mut differences) = (0, Vec::new());
    for (case, answer) in cases.iter().zip(&answers) {
        if answer == "!" {
            refused += 1;
            continue;
        }
        let compat = TuleapCompat::new(&case.setting);
        let ours = hex(Some(compat.resolve(case.peer.as_deref(), case.header.as_deref())));
        if ours != *answer {
            let show = |bytes: &[u8]| bytes.escape_ascii().to_string();
            differences.push(format!(
                "setting {:?} peer {:?} header {:?}: php {answer}, ours {ours}",
                show(&case.setting),
                case.peer.as_deref().map(show),
                case.header.as_deref().map(show),
            ));
        }
    }
    println!("{} questions, {refused} refused by PHP", cases.len());
    assert!(refused < cases.len() / 4, "most questions are compared");
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    Ok(())
}
