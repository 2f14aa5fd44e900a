use super::byte_set::ByteSet;
use super::node::Node;

/// A pattern of so many bytes, each of a set, anywhere in the subject: `MSIE [1-6]\.`.
#[derive(Clone, Debug)]
pub(crate) struct Sequence(Vec<ByteSet>);

/// Bytes of such a pattern; what is longer is left to the general one.
const LENGTH_MAX: usize = 64;

impl Sequence {
    pub(super) fn of(node: &Node) -> Option<Self> {
        let set = |node: &Node| match node {
            Node::Set(set) => Some(*set),
            _ => None,
        };
        match node {
            Node::Concat(nodes) if (1..=LENGTH_MAX).contains(&nodes.len()) => {
                nodes.iter().map(set).collect::<Option<_>>().map(Self)
            }
            node => set(node).map(|set| Self(vec![set])),
        }
    }

    pub(super) fn is_match(&self, subject: &[u8]) -> bool {
        let Some(first) = self.0.first() else { return false };
        subject.windows(self.0.len()).any(|bytes| {
            bytes.first().is_some_and(|byte| first.contains(*byte))
                && bytes.iter().zip(&self.0).all(|(byte, set)| set.contains(*byte))
        })
    }
}
