use std::borrow::Cow;

use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::explanation::{RouteExplanation, RouteStep, Shown};
use super::route::RouteOutcome;

/// `outcome`, `backend`, `uri`, `args`, `file` (or the script), `status`, `location` (of a
/// redirect), `reason` (of a refusal), `rule` and `action` (the location that answers),
/// `internal_redirects`, `because` (in words) and `steps`. What there is not is null; texts are as
/// they may be shown.
impl Serialize for RouteExplanation<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (route, shown) = (self.route(), |text: &[u8]| Shown(text).to_string());
        let (mut status, mut location, mut reason) = (None, None, None);
        match route.outcome() {
            RouteOutcome::Redirect { status: code, location: to } => {
                (status, location) = (Some(code.as_u16()), Some(shown(to)));
            }
            RouteOutcome::Refuse { status: code, reason: why } => {
                (status, reason) = (Some(code.as_u16()), Some(why.as_str()));
            }
            _ => {}
        }
        let rule = route.location().map(|location| location.rule());
        let mut fields = serializer.serialize_struct("RouteExplanation", 13)?;
        fields.serialize_field("outcome", route.outcome().as_str())?;
        fields.serialize_field("backend", &route.backend())?;
        fields.serialize_field("uri", &shown(route.uri()))?;
        fields.serialize_field("args", &shown(route.args()))?;
        fields.serialize_field("file", &route.file().map(|file| shown(&file)))?;
        fields.serialize_field("status", &status)?;
        fields.serialize_field("location", &location)?;
        fields.serialize_field("reason", &reason)?;
        fields.serialize_field("rule", &rule.map(|rule| rule.head().to_string()))?;
        fields.serialize_field("action", &rule.map(|rule| rule.name()))?;
        fields.serialize_field("internal_redirects", &route.internal_redirects())?;
        fields.serialize_field("because", self.because())?;
        fields.serialize_field("steps", self.steps())?;
        fields.end()
    }
}

/// `step` and what belongs to it: a `file` with `path` and `kind`; `internal` with `cause` and
/// `uri`; a `location` with `uri`, `rule`, `action` and `reason`.
impl Serialize for RouteStep<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let shown = |text: &[u8]| Shown(text).to_string();
        let fields: Vec<(&str, Option<Cow<'_, str>>)> = match self {
            Self::File { path, kind } => vec![
                ("step", Some("file".into())),
                ("path", Some(shown(path).into())),
                ("kind", Some(kind.as_str().into())),
            ],
            Self::Internal { cause, uri } => vec![
                ("step", Some("internal".into())),
                ("cause", Some(cause.as_str().into())),
                ("uri", Some(shown(uri).into())),
            ],
            Self::Location { uri, rule, reason } => vec![
                ("step", Some("location".into())),
                ("uri", Some(shown(uri).into())),
                ("rule", rule.map(|rule| rule.head().to_string().into())),
                ("action", rule.map(|rule| rule.name().into())),
                ("reason", Some(reason.as_str().into())),
            ],
        };
        serializer.collect_map(fields)
    }
}
