//! Who is to blame for a wrong redirect, and what each of them would have to do instead.

use super::hop::{ChainHop, ChainListener, ChainProto, ChainRedirect, Trust};
use super::reason::ChainReason;
use super::run::{ChainBelief, Seen, run};
use crate::scheme::Scheme;

/// What is wrong, at which hop.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Cause {
    pub(super) reason: ChainReason,
    pub(super) at: usize,
}

/// The hops of a run, and what each of them saw.
pub(super) type Steps<'a> = Vec<(&'a ChainHop, Seen)>;

/// Why the request of a client is not answered as it should be: none where it is.
pub(super) fn causes(steps: &Steps<'_>, client: Scheme) -> Vec<Cause> {
    let mut blame = Blame { steps, client, causes: Vec::new() };
    let Some(last) = steps.last() else {
        blame.add(match client {
            Scheme::Http => (ChainReason::NoHttp, 0),
            Scheme::Https => (ChainReason::NoHttps, 0),
        });
        return blame.causes;
    };
    match (client, last.1.redirects) {
        (Scheme::Http, true) | (Scheme::Https, false) => {}
        (Scheme::Https, true) => blame.decision(steps.len() - 1),
        (Scheme::Http, false) => blame.no_decision(),
    }
    blame.causes
}

/// Why the hop at this index decides wrong: none where it does not.
pub(super) fn causes_at(steps: &Steps<'_>, client: Scheme, at: usize) -> Vec<Cause> {
    let mut blame = Blame { steps, client, causes: Vec::new() };
    if steps.get(at).is_some_and(|(_, seen)| seen.redirects != (client == Scheme::Http)) {
        blame.decision(at);
    }
    blame.causes
}

/// Does what the client itself writes change who redirects?
pub(super) fn client_decides(hops: &[ChainHop]) -> Option<Cause> {
    let redirects = |client, sent| run(hops, client, sent).any(|(_, seen)| seen.redirects);
    let both = [Scheme::Http, Scheme::Https];
    let decides = both.into_iter().any(|client| {
        both.into_iter().any(|sent| redirects(client, Some(sent)) != redirects(client, None))
    });
    decides.then_some(Cause { reason: ChainReason::ClientDecides, at: 0 })
}

struct Blame<'s, 'a> {
    steps: &'s Steps<'a>,
    client: Scheme,
    causes: Vec<Cause>,
}

impl<'a> Blame<'_, 'a> {
    fn add(&mut self, (reason, at): (ChainReason, usize)) {
        let cause = Cause { reason, at };
        if !self.causes.contains(&cause) {
            self.causes.push(cause);
        }
    }

    fn at(&self, index: usize) -> Option<(&'a ChainHop, Seen)> {
        self.steps.get(index).copied()
    }

    /// Every hop that would redirect, and did not.
    fn no_decision(&mut self) {
        let would =
            |(_, (hop, _)): &(usize, &(&ChainHop, Seen))| hop.redirect != ChainRedirect::Never;
        let all: Vec<usize> =
            self.steps.iter().enumerate().filter(would).map(|(at, _)| at).collect();
        if all.is_empty() {
            self.add((ChainReason::NobodyRedirects, 0));
        }
        all.into_iter().for_each(|at| self.decision(at));
    }

    /// The hop decides wrong.
    fn decision(&mut self, at: usize) {
        let Some((hop, _)) = self.at(at) else { return };
        match hop.redirect {
            ChainRedirect::Never => {}
            ChainRedirect::OnBelief => self.belief(at),
            ChainRedirect::OnHeader => self.proto(at),
            ChainRedirect::OnScheme => self.add((ChainReason::RedirectOnScheme, at)),
        }
    }

    /// The hop believes what is wrong.
    fn belief(&mut self, at: usize) {
        let (Some((hop, seen)), Some((peer, _))) = (self.at(at), self.before(at)) else { return };
        if seen.believes == self.client {
            return;
        }
        // Where no header comes, trust is asked for too: one is to come.
        if seen.belief != ChainBelief::Proto && !hop.trusts(peer.name()) {
            self.add((ChainReason::NotTrusted, at));
        }
        self.proto(at);
    }

    /// The hop gets no header, or one that is wrong: unless it does not.
    fn proto(&mut self, at: usize) {
        let Some((_, seen)) = self.at(at) else { return };
        if seen.proto == Some(self.client) {
            return;
        }
        let Some((writer, _)) = self.before(at) else {
            return self.add((ChainReason::NobodyBefore, at));
        };
        let by = at - 1;
        match writer.proto {
            ChainProto::Always(_) => self.add((ChainReason::ProtoFixed, by)),
            ChainProto::Remove => self.add((ChainReason::ProtoRemoved, by)),
            ChainProto::Write => self.add((ChainReason::ProtoOverwritten, by)),
            ChainProto::Pass if by == 0 => self.add((ChainReason::ProtoMissing, by)),
            ChainProto::Pass => {}
            ChainProto::WriteBelieved => return self.belief(by),
        }
        // It would write the right one only if it got that.
        if by > 0 {
            self.proto(by);
        }
    }

    fn before(&self, at: usize) -> Option<(&'a ChainHop, Seen)> {
        self.at(at.checked_sub(1)?)
    }
}

impl Cause {
    /// Does what the cause asks for. The hop at fault is at its index.
    pub(super) fn correct(self, hops: &mut [ChainHop]) {
        let peer = self.at.checked_sub(1).and_then(|at| hops.get(at)).map(|hop| hop.name.clone());
        if self.reason == ChainReason::ClientDecides {
            return hear_no_client(hops);
        }
        let Some(hop) = hops.get_mut(self.at) else { return };
        match (self.reason, peer) {
            (ChainReason::NobodyBefore, _) | (ChainReason::NobodyRedirects, _) => {
                hop.redirect = ChainRedirect::OnScheme;
            }
            (ChainReason::NoHttp, _) => {}
            (ChainReason::NoHttps, _) => hop.listener = ChainListener::Both,
            (ChainReason::NotTrusted, Some(peer)) => hop.trust(peer),
            (ChainReason::ProtoRemoved, Some(_)) => hop.proto = ChainProto::Pass,
            (ChainReason::ProtoFixed | ChainReason::ProtoOverwritten, Some(peer)) => {
                hop.proto = ChainProto::WriteBelieved;
                hop.trust(peer);
            }
            (ChainReason::RedirectOnScheme, Some(peer)) => {
                hop.redirect = ChainRedirect::OnBelief;
                hop.trust(peer);
            }
            // The first hop is reached as the client chose.
            _ => hop.proto = ChainProto::Write,
        }
    }
}

impl ChainHop {
    fn trust(&mut self, peer: String) {
        if !self.trusts(&peer)
            && let Trust::Hops(names) = &mut self.trust
        {
            names.push(peer);
        }
    }
}

/// The first hop believes no client, and lets no other believe one.
fn hear_no_client(hops: &mut [ChainHop]) {
    let Some(first) = hops.first_mut() else { return };
    first.trust = Trust::Hops(Vec::new());
    if first.redirect == ChainRedirect::OnHeader {
        first.redirect = ChainRedirect::OnScheme;
    }
    if client_decides(hops).is_some()
        && let Some(first) = hops.first_mut()
    {
        first.proto = ChainProto::Write;
    }
}
