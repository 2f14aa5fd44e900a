use super::Case;
use super::node::Node;

/// A pattern that compares bytes at one end of the subject.
#[derive(Clone, Debug)]
pub(crate) struct Literal {
    place: Place,
    /// Lower case where the case does not count.
    text: Vec<u8>,
    /// What follows the text, one of these; those of one length together.
    alternatives: Vec<(usize, Vec<Vec<u8>>)>,
    case: Case,
}

#[derive(Clone, Copy, Debug)]
enum Place {
    End,
    Start,
}

impl Literal {
    /// `^text`, `text$` or `text(?:one|other)$`.
    pub(super) fn of(node: &Node, case: Case) -> Option<Self> {
        let Node::Concat(nodes) = node else { return None };
        match nodes.as_slice() {
            [Node::Start, text @ ..] if !text.is_empty() => {
                let (text, alternatives) = (literal(text, case)?, Vec::new());
                Some(Self { place: Place::Start, text, alternatives, case })
            }
            [text @ .., Node::Alternation(all), Node::End] => {
                let all = all.iter().map(|node| one(node, case)).collect::<Option<Vec<_>>>()?;
                let (text, alternatives) = (literal(text, case)?, by_length(all));
                Some(Self { place: Place::End, text, alternatives, case })
            }
            [text @ .., Node::End] if !text.is_empty() => {
                let (text, alternatives) = (literal(text, case)?, by_length(vec![Vec::new()]));
                Some(Self { place: Place::End, text, alternatives, case })
            }
            _ => None,
        }
    }

    pub(super) fn is_match(&self, subject: &[u8]) -> bool {
        match self.place {
            Place::Start => subject
                .split_at_checked(self.text.len())
                .is_some_and(|(head, _)| self.is_same(head, &self.text)),
            Place::End => {
                self.is_at_end(subject)
                    || subject.strip_suffix(b"\n").is_some_and(|subject| self.is_at_end(subject))
            }
        }
    }

    fn is_at_end(&self, subject: &[u8]) -> bool {
        self.alternatives.iter().any(|(length, alternatives)| {
            let start = subject.len().checked_sub(self.text.len() + length);
            let Some(end) = start.and_then(|start| subject.get(start..)) else { return false };
            let Some((text, end)) = end.split_at_checked(self.text.len()) else { return false };
            self.is_same(text, &self.text) && alternatives.iter().any(|one| self.is_same(end, one))
        })
    }

    #[inline]
    fn is_same(&self, text: &[u8], known: &[u8]) -> bool {
        match self.case {
            Case::Insensitive => text.eq_ignore_ascii_case(known),
            Case::Sensitive => text == known,
        }
    }
}

fn by_length(mut all: Vec<Vec<u8>>) -> Vec<(usize, Vec<Vec<u8>>)> {
    all.sort_by_key(Vec::len);
    let of_one = |chunk: &[Vec<u8>]| (chunk.first().map_or(0, Vec::len), chunk.to_vec());
    all.chunk_by(|one, other| one.len() == other.len()).map(of_one).collect()
}

fn literal(nodes: &[Node], case: Case) -> Option<Vec<u8>> {
    nodes.iter().map(|node| byte(node, case)).collect()
}

fn one(node: &Node, case: Case) -> Option<Vec<u8>> {
    match node {
        Node::Concat(nodes) => literal(nodes, case),
        node => byte(node, case).map(|byte| vec![byte]),
    }
}

/// The byte of a set, in lower case where the case does not count.
fn byte(node: &Node, case: Case) -> Option<u8> {
    match (node, case) {
        (Node::Set(set), Case::Insensitive) => set.single_folded(),
        (Node::Set(set), Case::Sensitive) => set.single(),
        _ => None,
    }
}
