use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::answer::ServerAnswer;
use crate::shown::shown;

/// `server`, `server_name`, `reason`, `because` (in words), `host`, `http_host`, `method`,
/// `request_uri`, `uri`, `args`, `location`, `backend`, `target` and `lines` (what is sent on), and
/// `redirect`. What there is not is null; texts are as they may be shown.
impl Serialize for ServerAnswer<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = |bytes: &[u8]| shown(&[bytes]);
        let (head, target) = (self.head(), self.head().target());
        let upstream = self.upstream();
        let lines = upstream.map(|upstream| {
            let lines = upstream.lines().iter();
            lines.map(|(name, value)| (text(name), text(value))).collect::<Vec<_>>()
        });
        let mut fields = serializer.serialize_struct("ServerAnswer", 15)?;
        fields.serialize_field("server", &self.server())?;
        fields.serialize_field("server_name", self.server_name())?;
        fields.serialize_field("reason", self.reason().as_str())?;
        fields.serialize_field("because", self.reason().text())?;
        fields.serialize_field("host", &text(self.host()))?;
        fields.serialize_field("http_host", &head.http_host().map(text))?;
        fields.serialize_field("method", &text(head.method()))?;
        fields.serialize_field("request_uri", &text(target.request_uri()))?;
        fields.serialize_field("uri", &text(target.uri()))?;
        fields.serialize_field("args", &text(target.args()))?;
        fields.serialize_field("location", &self.location().map(|it| it.head().to_string()))?;
        fields.serialize_field("backend", &upstream.map(|upstream| upstream.backend()))?;
        fields.serialize_field("target", &upstream.map(|upstream| text(upstream.target())))?;
        fields.serialize_field("lines", &lines)?;
        fields.serialize_field("redirect", &self.redirect().map(text))?;
        fields.end()
    }
}
