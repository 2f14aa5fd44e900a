//! The JSON form of answers: the one that every binding, the program and the recorded rows share.

use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::client_ip::{ClientIpKind, Reason};
use crate::destination::{
    DestinationCause, DestinationExplanation, DestinationReason, IfCause, IfExplanation,
    LocationCause, LocationExplanation, Rewrite, TagDecision,
};
use crate::explanation::{Explanation, Note, Step, Verdict};

macro_rules! as_str {
    ($($type:ty),*) => {
        $(impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        })*
    };
}
as_str!(
    ClientIpKind,
    DestinationCause,
    DestinationReason,
    IfCause,
    LocationCause,
    Note,
    Reason,
    Verdict
);

/// `client`, `client_port`, `kind`, `reason`, `source`, `hops`, `steps`, `notes`, `unread`.
impl Serialize for Explanation<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let client = self.client();
        let mut fields = serializer.serialize_struct("Explanation", 9)?;
        fields.serialize_field("client", &client.addr_for_log())?;
        fields.serialize_field("client_port", &client.port())?;
        fields.serialize_field("kind", &client.kind())?;
        fields.serialize_field("reason", &client.reason())?;
        fields.serialize_field("source", &self.source())?;
        fields.serialize_field("hops", &client.hops())?;
        fields.serialize_field("steps", self.steps())?;
        fields.serialize_field("notes", self.notes())?;
        fields.serialize_field("unread", &self.unread())?;
        fields.end()
    }
}

/// `[place, text, verdict]`
impl Serialize for Step<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.place().to_string(), self.text(), self.verdict()).serialize(serializer)
    }
}

/// `action`, `status` of a refusal, `reason`, `cause`, `because` (the cause in words), `lines` (how
/// many there were), `entry` and `origin` (the listed public origin that is named), `sent` and `next`
/// (of the first line, as it may be shown). What there is not is null.
impl Serialize for DestinationExplanation<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let status = match self.rewrite() {
            Rewrite::Reject { status, .. } => Some(status.as_u16()),
            _ => None,
        };
        let mut fields = serializer.serialize_struct("DestinationExplanation", 10)?;
        fields.serialize_field("action", self.rewrite().action())?;
        fields.serialize_field("status", &status)?;
        fields.serialize_field("reason", &self.reason())?;
        fields.serialize_field("cause", &self.cause())?;
        fields.serialize_field("because", self.cause().text())?;
        fields.serialize_field("lines", &self.lines())?;
        fields.serialize_field("entry", &self.entry())?;
        fields.serialize_field("origin", &self.origin().map(ToString::to_string))?;
        fields.serialize_field("sent", &self.shown_sent())?;
        fields.serialize_field("next", &self.shown_next())?;
        fields.end()
    }
}

/// `action`, `cause`, `because` (the cause in words), `offset` of what is malformed, `tags` (the
/// first ones) and `more_tags` (how many are left out). Nothing of the lists.
impl Serialize for IfExplanation<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (tags, more) = self.shown_tags();
        let mut fields = serializer.serialize_struct("IfExplanation", 6)?;
        fields.serialize_field("action", self.rewrite().action())?;
        fields.serialize_field("cause", &self.cause())?;
        fields.serialize_field("because", self.cause().text())?;
        fields.serialize_field("offset", &self.offset())?;
        fields.serialize_field("tags", &tags)?;
        fields.serialize_field("more_tags", &more)?;
        fields.end()
    }
}

/// `cause`, `entry`, `sent` and `next`, as they may be shown. What there is not is null.
impl Serialize for TagDecision<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("TagDecision", 4)?;
        fields.serialize_field("cause", &self.cause())?;
        fields.serialize_field("entry", &self.entry())?;
        fields.serialize_field("sent", &self.shown_sent())?;
        fields.serialize_field("next", &self.shown_next())?;
        fields.end()
    }
}

/// `action`, `cause`, `because` (the cause in words), `entry` and `origin` (the listed public
/// origin that it got), `sent` and `next`, as they may be shown. What there is not is null.
impl Serialize for LocationExplanation<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("LocationExplanation", 7)?;
        fields.serialize_field("action", self.rewrite().action())?;
        fields.serialize_field("cause", &self.cause())?;
        fields.serialize_field("because", self.cause().text())?;
        fields.serialize_field("entry", &self.entry())?;
        fields.serialize_field("origin", &self.origin().map(ToString::to_string))?;
        fields.serialize_field("sent", &self.shown_sent())?;
        fields.serialize_field("next", &self.shown_next())?;
        fields.end()
    }
}
