use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::explanation::CacheExplanation;
use super::lookup::CacheLookup;
use super::step::{CacheStep, OwnedLine, UpstreamRequest};
use crate::shown::shown;

/// `verdict`, `reason`, `because` (the reason in words), `asked`, `look_up`, `look_up_reason`,
/// `key`, `md5`, `path`, and of the answer: `status`, `stored`, `lines` (name, value, reason),
/// `lifetime`, `valid_until`, `kept_for`, `stale_while_revalidate`, `stale_if_error`,
/// `variant_md5`, `client` (name, value), `hidden`. What there is not is null.
impl Serialize for CacheExplanation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let answer = self.answer.as_ref();
        let store = self.store();
        let text = |value: Option<_>| value.map(|value: super::key::CacheMd5| value.to_string());
        let mut fields = serializer.serialize_struct("CacheExplanation", 20)?;
        fields.serialize_field("verdict", self.verdict())?;
        fields.serialize_field("reason", self.reason().as_str())?;
        fields.serialize_field("because", self.reason().text())?;
        fields.serialize_field("asked", &self.asked)?;
        fields.serialize_field("look_up", &matches!(self.lookup, CacheLookup::LookUp))?;
        fields.serialize_field("look_up_reason", self.lookup.reason().as_str())?;
        fields.serialize_field("key", &self.key.as_ref().map(|key| shown(&[key.as_bytes()])))?;
        fields.serialize_field("md5", &text(self.key.as_ref().map(|key| key.md5())))?;
        fields.serialize_field("path", &self.file)?;
        fields.serialize_field("status", &answer.map(|answer| answer.status))?;
        fields.serialize_field("stored", &store.map(|store| store.is_stored()))?;
        let lines = answer.map(|answer| {
            let line = |(name, value, reason): &(String, String, super::reason::CacheReason)| {
                (name.clone(), value.clone(), reason.as_str())
            };
            answer.lines.iter().map(line).collect::<Vec<_>>()
        });
        fields.serialize_field("lines", &lines)?;
        fields.serialize_field("lifetime", &store.and_then(|store| store.lifetime()))?;
        fields.serialize_field("valid_until", &store.and_then(|store| store.valid_until()))?;
        fields.serialize_field("kept_for", &store.and_then(|store| store.kept_for()))?;
        let stored = store.filter(super::store::CacheStore::is_stored);
        let updating = stored.map(|store| store.stale_while_revalidate());
        fields.serialize_field("stale_while_revalidate", &updating)?;
        fields.serialize_field("stale_if_error", &stored.map(|store| store.stale_if_error()))?;
        fields.serialize_field("variant_md5", &text(store.and_then(|store| store.variant())))?;
        fields.serialize_field("client", &answer.map(|answer| &answer.client))?;
        fields.serialize_field("hidden", &answer.map(|answer| &answer.hidden))?;
        fields.end()
    }
}

/// `ticket`, `in_location`, `status`, `cache_status`, `shown_status`, `headers` (name, value),
/// `upstream` (`method`, `target`, `headers`), `reason`, `because` (the reason in words), `key`,
/// `key_md5`, `file_md5`, `path`, `stores` (this answer), `stored` (an entry is there), and of the
/// entry: `lifetime`, `valid_until`, `stale_while_revalidate`, `stale_if_error`, `vary`,
/// `variant_md5`.
impl Serialize for CacheStep {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let md5 = |value: Option<super::key::CacheMd5>| value.map(|value| value.to_string());
        let mut fields = serializer.serialize_struct("CacheStep", 21)?;
        fields.serialize_field("ticket", &self.ticket)?;
        fields.serialize_field("in_location", &self.is_in_location)?;
        fields.serialize_field("status", &self.status)?;
        fields.serialize_field("cache_status", &self.cache_status.map(|status| status.as_str()))?;
        let shown = self.shown_status().map(|status| status.as_str());
        fields.serialize_field("shown_status", &shown)?;
        fields.serialize_field("headers", &lines(&self.lines))?;
        fields.serialize_field("upstream", &self.upstream)?;
        fields.serialize_field("reason", self.reason.as_str())?;
        fields.serialize_field("because", self.reason.text())?;
        let key = self.key.as_ref();
        fields.serialize_field("key", &key.map(|key| latin1(key.as_bytes())))?;
        fields.serialize_field("key_md5", &md5(key.map(|key| key.md5())))?;
        fields.serialize_field("file_md5", &md5(self.file))?;
        fields.serialize_field("path", &self.path)?;
        fields.serialize_field("stores", &self.stores)?;
        fields.serialize_field("stored", &self.has_entry())?;
        fields.serialize_field("lifetime", &self.lifetime())?;
        fields.serialize_field("valid_until", &self.valid_until())?;
        fields.serialize_field("stale_while_revalidate", &self.stale_while_revalidate())?;
        fields.serialize_field("stale_if_error", &self.stale_if_error())?;
        fields.serialize_field("vary", &self.vary().map(latin1))?;
        fields.serialize_field("variant_md5", &md5(self.variant()))?;
        fields.end()
    }
}

/// `method`, `target`, `headers` (name, value).
impl Serialize for UpstreamRequest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("UpstreamRequest", 3)?;
        fields.serialize_field("method", &latin1(&self.method))?;
        fields.serialize_field("target", &latin1(&self.target))?;
        fields.serialize_field("headers", &lines(&self.lines))?;
        fields.end()
    }
}

fn lines(lines: &[OwnedLine]) -> Vec<(String, String)> {
    lines.iter().map(|(name, value)| (latin1(name), latin1(value))).collect()
}

/// One code point for each byte.
fn latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}
