use super::Case;
use super::node::Node;

/// A pattern that compares bytes at one end of the subject.
#[derive(Clone, Debug)]
pub(crate) struct Literal {
    place: Place,
    /// Lower case where the case does not count.
    text: Vec<u8>,
    /// What follows the text, one of these; none where nothing does.
    alternatives: Vec<Vec<u8>>,
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
                let alternatives = all.iter().map(|node| one(node, case)).collect::<Option<_>>()?;
                Some(Self { place: Place::End, text: literal(text, case)?, alternatives, case })
            }
            [text @ .., Node::End] if !text.is_empty() => {
                let (text, alternatives) = (literal(text, case)?, vec![Vec::new()]);
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
        self.alternatives.iter().any(|alternative| {
            let split = subject.len().checked_sub(alternative.len());
            let Some((head, tail)) = split.and_then(|at| subject.split_at_checked(at)) else {
                return false;
            };
            let text = head.len().checked_sub(self.text.len()).and_then(|at| head.get(at..));
            self.is_same(tail, alternative)
                && text.is_some_and(|text| self.is_same(text, &self.text))
        })
    }

    fn is_same(&self, text: &[u8], known: &[u8]) -> bool {
        match self.case {
            Case::Insensitive => text.eq_ignore_ascii_case(known),
            Case::Sensitive => text == known,
        }
    }
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
