//! The part of `RESULTS.md`: what was measured, and what of it was promised.

use std::fmt::{Display, Formatter, Result};

use tuleap_front_benches::{
    Group, Instructions, Machine, OURS, REGEX, Rounds, cell, locked_version,
};

use crate::targets::targets;

/// Everything that was measured in one run.
pub(crate) struct Report {
    pub(crate) rounds: Rounds,
    pub(crate) instructions: Instructions,
}

/// What the names of a rule's groups start with, and what it is called.
pub(crate) const RULES: &[(&str, &str)] = &[
    ("documented-", "`DestinationRule::documented`, the guide's expression"),
    ("destination-", "`DestinationRule::recommended`, from the client's `Host`"),
    ("listed-", "`DestinationRule::new`, two origins to a fixed one"),
    ("if-", "`rewrite_if`"),
    ("location-", "`rewrite_location`"),
    ("redirect-", "`HttpsRedirect::decide`"),
    ("check-", "`RequestTarget::check`"),
    ("target-", "`RequestTarget::parse`"),
    ("gzip-", "`GzipPolicy::documented`, the verdict"),
    ("our-gzip-", "`GzipPolicy::recommended`, the verdict"),
    ("look-up-", "`CachePolicy::documented`, is the cache asked"),
    ("store-", "`CachePolicy::documented`, is an answer stored"),
    ("our-store-", "`CachePolicy::recommended`, is an answer stored"),
    ("key-", "`CachePolicy::key_md5`"),
    ("media-", "`Locations::find`"),
    ("request-head-", "`RequestHead::parse`"),
    ("response-head-", "`ResponseHead::parse`"),
];

const METHOD: &str = "Each rule beside the same rule written with the `regex` crate: an expression \
with captures, put into a place that is made once, and plain code for what no expression says, such \
as the compare of two origins. A call gets bytes and gives the decision; no value is copied, except \
where `RequestTarget::parse` decodes. Instructions are counted by callgrind, less the loop around \
the call, and are what is promised; nanoseconds are medians of batches that both run in turn.";

impl Report {
    /// How many times our instructions theirs are.
    pub(crate) fn ratio(&self, group: &str) -> Option<f64> {
        Some(self.instructions.get(group, REGEX)? / self.instructions.get(group, OURS)?)
    }
}

impl Display for Report {
    fn fmt(&self, out: &mut Formatter<'_>) -> Result {
        writeln!(out, "# What Destination, redirects and targets cost\n")?;
        writeln!(out, "Written by `cargo xtask bench destination`. {METHOD}\n")?;
        for fact in Machine::facts() {
            writeln!(out, "- {fact}")?;
        }
        writeln!(out, "- regex {}", locked_version("regex"))?;
        writeln!(out, "\n## Targets\n")?;
        writeln!(out, "| what | target | measured | |\n| --- | ---: | ---: | --- |")?;
        for target in targets(self) {
            writeln!(out, "{target}")?;
        }
        for (prefix, title) in RULES {
            writeln!(out, "\n## {title}\n")?;
            self.write_rule(out, prefix)?;
        }
        writeln!(out, "\n≠: another answer than ours.")
    }
}

impl Report {
    fn write_rule(&self, out: &mut Formatter<'_>, prefix: &str) -> Result {
        writeln!(out, "| | instructions | {REGEX} | times ours | ns | {REGEX} |")?;
        writeln!(out, "| --- | ---: | ---: | ---: | ---: | ---: |")?;
        for group in groups(prefix) {
            let name = group.name();
            let mark = if self.rounds.is_wrong(name, REGEX) { " ≠" } else { "" };
            let [ours, theirs] =
                [OURS, REGEX].map(|contender| cell(self.instructions.get(name, contender)));
            let [our_ns, their_ns] =
                [OURS, REGEX].map(|contender| cell(self.rounds.nanoseconds(name, contender)));
            writeln!(
                out,
                "| {} | {ours} | {theirs}{mark} | {} | {our_ns} | {their_ns} |",
                group.title(),
                cell(self.ratio(name))
            )?;
        }
        Ok(())
    }
}

/// The groups of one rule.
pub(crate) fn groups(prefix: &str) -> impl Iterator<Item = &'static Group> {
    Group::RULES.iter().filter(move |group| group.name().starts_with(prefix))
}
