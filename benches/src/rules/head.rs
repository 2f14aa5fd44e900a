//! Heads: an expression for a header line, and `httparse`.

use std::hint::black_box;

use regex::bytes::Regex;
use tuleap_front::{HeadOptions, RequestHead, ResponseHead};

use super::contest;
use super::destination::{Expression, trim};
use crate::{Contender, Fallible, HTTPARSE};

/// What belongs to a head, up to the empty line.
fn cut(text: &str) -> [&'static [u8]; 2] {
    let text: &'static str = text.to_owned().leak();
    let end = text.find("\r\n\r\n").map_or(text.len(), |end| end + 4);
    let (request, response) = text.split_at(end);
    [request.as_bytes(), response.as_bytes()]
}

pub(super) fn request(text: &str) -> Fallible<Vec<Contender>> {
    let theirs = Expressions::new(r"(?-u)^([A-Z_-]+) ([^\x00-\x20\x7f]+) +HTTP/1\.[0-9]\r?\n")?;
    let options = HeadOptions::default();
    let parse = move |text: &&'static [u8]| {
        RequestHead::parse(text, black_box(&options)).map(|head| head.lines().len()).ok()
    };
    let [input, _] = cut(text);
    contenders(input, parse, theirs, |text| {
        let mut headers = [httparse::EMPTY_HEADER; 64];
        let mut request = httparse::Request::new(&mut headers);
        request.parse(text).ok().filter(httparse::Status::is_complete)?;
        Some(request.headers.len())
    })
}

pub(super) fn response(text: &str) -> Fallible<Vec<Contender>> {
    let theirs = Expressions::new(r"(?-u)^HTTP/[0-9]+\.[0-9]+ +([0-9]{3})(?:[ .][^\r\n]*)?\r?\n")?;
    let parse =
        |text: &&'static [u8]| ResponseHead::parse(text).map(|head| head.lines().len()).ok();
    let [_, input] = cut(text);
    contenders(input, parse, theirs, |text| {
        let mut headers = [httparse::EMPTY_HEADER; 64];
        let mut response = httparse::Response::new(&mut headers);
        response.parse(text).ok().filter(httparse::Status::is_complete)?;
        Some(response.headers.len())
    })
}

/// How many lines there are.
type Count = Option<usize>;

fn contenders(
    input: &'static [u8],
    ours: impl Fn(&&'static [u8]) -> Count + 'static,
    mut theirs: Expressions,
    httparse: impl Fn(&[u8]) -> Count + 'static,
) -> Fallible<Vec<Contender>> {
    let input: &'static [&'static [u8]] = vec![input].leak();
    let mut by_expression = move |text: &[u8]| theirs.lines(text).map(|lines| lines.len());
    let is_same = input.iter().all(|text| ours(text) == by_expression(text));
    let is_same_httparse = input.iter().all(|text| ours(text) == httparse(text));
    let ours = move |text: &&'static [u8]| {
        black_box(ours(text));
    };
    let mut all = contest(input, is_same, ours, move |text: &&'static [u8]| {
        black_box(by_expression(text));
    });
    all.push(Contender::new(HTTPARSE, is_same_httparse, input, move |text| {
        black_box(httparse(text));
    }));
    Ok(all)
}

struct Expressions {
    first: Regex,
    /// Anchored and without a choice: the crate has its fastest way to captures for such a one.
    line: Expression,
}

impl Expressions {
    fn new(first: &str) -> Fallible<Self> {
        let line = r"(?-u)^([A-Za-z0-9-]+):([^\x00\r\n]*)\r?$";
        Ok(Self { first: Regex::new(first)?, line: Expression::new(line)? })
    }

    fn lines<'a>(&mut self, text: &'a [u8]) -> Option<Vec<(&'a [u8], &'a [u8])>> {
        let end = self.first.find(text)?.end();
        let mut lines = Vec::new();
        for line in text.get(end..)?.split(|byte| *byte == b'\n') {
            if matches!(line, b"" | b"\r") {
                break;
            }
            let [_, name, value, ..] = self.line.captures(line)?;
            lines.push((name?, trim(value?)));
        }
        Some(lines)
    }
}
