//! The locations of the guide: one expression for all prefixes, whose order says which one is
//! taken, and one for the media.

use std::hint::black_box;

use regex::bytes::Regex;
use tuleap_front::{Guide, MergeSlashes, RequestTarget, Routes};

use super::contest;
use super::destination::Expression;
use crate::{Contender, Fallible};

pub(super) fn contenders(target: &str) -> Fallible<Vec<Contender>> {
    let routes: &'static Routes = Box::leak(Box::new(Routes::documented(Guide::Distributed)));
    let mut theirs = Locations::new()?;
    let target: &'static [u8] = target.to_owned().leak().as_bytes();
    let uri = RequestTarget::parse(target, MergeSlashes::On)?.into_uri().into_owned();
    let input: &'static [Vec<u8>] = vec![uri].leak();
    let find = |uri: &[u8]| routes.locations().find(uri).map(|found| found.index());
    let is_same = input.iter().all(|uri| find(uri) == theirs.find(uri));
    let ours = move |uri: &Vec<u8>| {
        black_box(find(uri));
    };
    Ok(contest(input, is_same, ours, move |uri: &Vec<u8>| {
        black_box(theirs.find(uri));
    }))
}

struct Locations {
    prefixes: Expression,
    media: Regex,
}

impl Locations {
    fn new() -> Fallible<Self> {
        Ok(Self {
            prefixes: Expression::new(
                r"(?-u)^(?:(/plugins/svn/)|(/svnplugin)|(/viewvc-theme-tuleap)|(/index\.php)|/)",
            )?,
            media: Regex::new(r"(?i-u)\.(?:js|css|png|gif|eot|woff)\n?\z")?,
        })
    }

    /// By the index of `Routes::documented`.
    fn find(&mut self, uri: &[u8]) -> Option<usize> {
        match self.prefixes.captures(uri)? {
            [_, Some(_), ..] => Some(2),
            [_, _, Some(_), ..] => Some(3),
            _ if self.media.is_match(uri) => Some(0),
            [_, _, _, Some(_), _] => Some(4),
            [.., Some(_)] => Some(1),
            _ => Some(5),
        }
    }
}
