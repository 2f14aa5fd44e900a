//! A decision for people: aligned, in colour where the terminal shows it.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use tuleap_front::{ClientIpKind, HopHeader};

use crate::decision::Decision;

const GOOD: Style = AnsiColor::Green.on_default().bold();
const UNSURE: Style = AnsiColor::Yellow.on_default().bold();
const DIM: Style = Style::new().dimmed();

/// The whole answer. Colour codes are taken out by the stream where they do not belong.
pub(crate) fn write(decision: &Decision<'_>) -> String {
    let mut out = String::new();
    explanation(decision, &mut out);
    let origin = &decision.origin;
    let _ = writeln!(
        out,
        "origin {} (scheme: {}, host: {}, port: {})",
        origin.origin(),
        origin.scheme_source(),
        origin.host_source(),
        origin.port_source()
    );
    for note in origin.notes() {
        let _ = writeln!(out, "  note: {note}: {}", note.text());
    }
    let _ = writeln!(out, "to the next server");
    for (field, header) in decision.sent.iter() {
        match header {
            HopHeader::Set(value) => {
                let value = String::from_utf8_lossy(value).escape_debug().to_string();
                let _ = writeln!(out, "  {:<18} {value}", format!("{field}:"));
            }
            HopHeader::Remove => {
                let _ = writeln!(out, "  {DIM}{:<18} not sent{DIM:#}", format!("{field}:"));
            }
            HopHeader::Keep => {}
        }
    }
    for name in &decision.stripped {
        let name = name.escape_debug();
        let _ = writeln!(out, "  {DIM}{:<18} not passed on{DIM:#}", format!("{name}:"));
    }
    for warning in &decision.warnings {
        let _ = writeln!(out, "{UNSURE}warning{UNSURE:#}: {warning}");
    }
    out
}

/// The explanation, its first line coloured by kind.
fn explanation(decision: &Decision<'_>, out: &mut String) {
    let style = match decision.explanation.client().kind() {
        ClientIpKind::Direct | ClientIpKind::Forwarded => GOOD,
        ClientIpKind::Edge | ClientIpKind::None | ClientIpKind::Unnamed => UNSURE,
    };
    let text = decision.explanation.to_string();
    let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
    let _ = write!(out, "{style}{first}{style:#}\n{rest}");
}
