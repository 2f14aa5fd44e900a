//! Random header lines in the corners of nginx's address grammar.

use crate::random::Random;

/// Header lines, each a name and a value.
pub type Headers = Vec<(Vec<u8>, Vec<u8>)>;

const ENTRIES: &[&str] = &[
    "203.0.113.50",
    "10.0.0.2",
    "10.0.0.3:80",
    "127.0.0.1",
    "127.0.0.9",
    "192.168.1.4",
    "::1",
    "2001:db8::50",
    "2001:DB8:0:0::5",
    "[2001:db8::50]:443",
    "[2001:db8::50]",
    "[10.0.0.2]:80",
    "[10.0.0.2]",
    "::ffff:10.0.0.2",
    "[::ffff:10.0.0.2]:1",
    "::ffff:7f00:1",
    "::10.0.0.2",
    "01.02.03.004",
    "010.0.0.2",
    "1..2.3",
    "1.2.3.",
    ".1.2.3",
    "...",
    "....",
    "1.2.3",
    "1.2.3.4.5",
    "255.255.255.255",
    "255.255.255.254",
    "256.0.0.1",
    "0.0.0.0",
    "10.0.0.2:",
    "10.0.0.2:0",
    "10.0.0.2:65535",
    "10.0.0.2:65536",
    "10.0.0.2:00080",
    "10.0.0.2:+1",
    "10.0.0.2:x",
    "10.0.0.2 :1",
    ":1::2",
    ":1:2:3:4:5:6:7:8",
    "1:2:3:4:5:6:7:8",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7::",
    "1::2:",
    "1:",
    ":",
    "::",
    ":::",
    "1::2::3",
    "::1:2",
    "::102",
    "::201",
    "::5",
    "::1.2.3.4",
    "::1.2.3",
    "1:2:3:4:5:6:1.2.3.4",
    "1:2:3:4:5:6:7:1.2.3.4",
    "1::1.2.3.4:5",
    "12345::",
    "0:2:3:4:5:6:7:8",
    "2001:0:0:1:0:0:0:1",
    "fe80::1%lo",
    "[::1",
    "::1]",
    "[]",
    "[]:1",
    "[x]:1",
    "[::1]x",
    "[::1]:",
    "unix:",
    "unix:/x",
    "unknown",
    "_hidden",
    "for=10.0.0.2",
    "\"10.0.0.2\"",
    "10.0.0.2/8",
    "-",
    "localhost",
    "",
    "0",
    "\t",
    "10.0.0.2\t",
    "\t10.0.0.2",
    ";",
    "10.0.0.2;10.0.0.3",
    "\u{a0}",
];

const SEPARATORS: &[&str] = &[", ", ",", " ", "  ", " , ", ",,", ", ,", ",\t", ";", "\t"];

/// Entries of the table, or characters of addresses in any order.
fn entry(random: &mut Random) -> Vec<u8> {
    if random.once_in(4) {
        let length = random.below(14);
        let alphabet = b"0123456789abcdefF::::....[], \t;x%";
        return (0..length).filter_map(|_| random.pick(alphabet).copied()).collect();
    }
    let mut entry = random.word(ENTRIES).as_bytes().to_vec();
    if random.once_in(10) {
        let at = random.below(entry.len());
        // Any byte that can stand in a header line.
        let byte = Some((random.next() >> 56) as u8).filter(|byte| !b"\0\r\n".contains(byte));
        entry.get_mut(at).into_iter().zip(byte).for_each(|(place, byte)| *place = byte);
    }
    entry
}

fn line(random: &mut Random) -> Vec<u8> {
    let mut line = Vec::new();
    for index in 0..random.below(6) {
        if index > 0 || random.once_in(12) {
            line.extend_from_slice(random.word(SEPARATORS).as_bytes());
        }
        line.extend(entry(random));
    }
    if random.once_in(12) {
        line.extend_from_slice(random.word(SEPARATORS).as_bytes());
    }
    line
}

/// The lines of a request: mostly of the header that is read, in some spelling, and of the list
/// that is always passed on.
#[must_use]
pub fn headers(random: &mut Random, header: &str) -> Headers {
    let spellings = [header.to_owned(), header.to_ascii_lowercase(), header.to_ascii_uppercase()];
    // Newer versions take a second X-Real-IP for a bad request.
    let most = if header == "X-Real-IP" { 1 } else { 3 };
    let mut headers = Headers::new();
    for _ in 0..=random.below(most) {
        let name = random.pick(&spellings).cloned().unwrap_or_default();
        headers.push((name.into_bytes(), line(random)));
    }
    if random.once_in(3) {
        headers.push((b"X-Forwarded-For".to_vec(), line(random)));
    }
    if random.once_in(8) {
        headers.push((b"X_Forwarded_For".to_vec(), line(random)));
    }
    headers
}
