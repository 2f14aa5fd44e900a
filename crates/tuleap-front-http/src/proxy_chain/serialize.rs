//! The JSON form of an explanation.

use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::{ChainCause, ChainExplanation, ChainHop, ChainRun, ChainStep};
use crate::scheme::Scheme;

/// `https`, `http`, `notes`, `is_sound`, `corrected`.
impl Serialize for ChainExplanation<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("ChainExplanation", 5)?;
        fields.serialize_field("https", self.https())?;
        fields.serialize_field("http", self.http())?;
        fields.serialize_field("notes", self.notes())?;
        fields.serialize_field("is_sound", &self.is_sound())?;
        fields.serialize_field("corrected", &self.corrected().map(ToString::to_string))?;
        fields.end()
    }
}

/// `verdict`, `text`, `tls_ends_at`, `steps`, `causes`.
impl Serialize for ChainRun<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("ChainRun", 5)?;
        fields.serialize_field("verdict", self.verdict().as_str())?;
        fields.serialize_field("text", self.text())?;
        fields.serialize_field("tls_ends_at", &self.tls_ends_at().map(ChainHop::name))?;
        fields.serialize_field("steps", self.steps())?;
        fields.serialize_field("causes", self.causes())?;
        fields.end()
    }
}

/// `hop`, `reached_by`, `proto`, `believes`, `belief`, `redirects`, `sends`.
impl Serialize for ChainStep<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("ChainStep", 7)?;
        fields.serialize_field("hop", self.hop().name())?;
        fields.serialize_field("reached_by", self.reached_by().as_str())?;
        fields.serialize_field("proto", &self.proto().map(Scheme::as_str))?;
        fields.serialize_field("believes", self.believes().as_str())?;
        fields.serialize_field("belief", self.belief().as_str())?;
        fields.serialize_field("redirects", &self.redirects())?;
        fields.serialize_field("sends", &self.sends().map(Scheme::as_str))?;
        fields.end()
    }
}

/// `reason`, `hop`, `text`, `advice`, `instead`.
impl Serialize for ChainCause<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("ChainCause", 5)?;
        fields.serialize_field("reason", self.reason().as_str())?;
        fields.serialize_field("hop", self.hop().name())?;
        fields.serialize_field("text", self.text())?;
        fields.serialize_field("advice", self.advice())?;
        fields.serialize_field("instead", &self.instead().map(ToString::to_string))?;
        fields.end()
    }
}
