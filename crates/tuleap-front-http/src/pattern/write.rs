use std::fmt::Write as _;

use super::byte_set::ByteSet;
use super::node::Node;

/// Writes a pattern for the `regex-lite` crate, over code points up to U+00FF, each of which is a
/// byte. Whether it matches is all that is asked: groups need not be kept, nor does it matter how
/// greedy a repetition is.
pub(super) fn write(node: &Node) -> Result<String, &'static str> {
    let mut out = String::new();
    write_node(node, Follows::Nothing, &mut out)?;
    Ok(out)
}

/// What stands behind a part of the pattern.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Follows {
    Nothing,
    Something,
}

fn write_node(node: &Node, follows: Follows, out: &mut String) -> Result<(), &'static str> {
    match node {
        Node::Alternation(nodes) => {
            out.push_str("(?:");
            for (at, node) in nodes.iter().enumerate() {
                out.push_str(if at == 0 { "" } else { "|" });
                write_node(node, follows, out)?;
            }
            out.push(')');
        }
        Node::Concat(nodes) => {
            let last = nodes.len().saturating_sub(1);
            for (at, node) in nodes.iter().enumerate() {
                write_node(node, if at == last { follows } else { Follows::Something }, out)?;
            }
        }
        // The newline before which it matches is taken, which nothing behind it can tell.
        Node::End if follows == Follows::Nothing => out.push_str(r"\n?\z"),
        Node::End => return Err("something stands behind $"),
        Node::Repeat { node, min, max } => {
            out.push_str("(?:");
            write_node(node, Follows::Something, out)?;
            out.push(')');
            match (min, max) {
                (0, None) => out.push('*'),
                (1, None) => out.push('+'),
                (0, Some(1)) => out.push('?'),
                (min, None) => push(out, format_args!("{{{min},}}")),
                (min, Some(max)) => push(out, format_args!("{{{min},{max}}}")),
            }
        }
        Node::Set(set) => write_set(*set, out),
        Node::Start => out.push_str(r"\A"),
        Node::VeryEnd => out.push_str(r"\z"),
        Node::WordBoundary { is_boundary: true } => out.push_str(r"\b"),
        Node::WordBoundary { is_boundary: false } => out.push_str(r"\B"),
    }
    Ok(())
}

fn write_set(set: ByteSet, out: &mut String) {
    out.push('[');
    for (first, last) in set.ranges() {
        push(out, format_args!(r"\x{{{first:x}}}-\x{{{last:x}}}"));
    }
    out.push(']');
}

fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = out.write_fmt(text);
}
