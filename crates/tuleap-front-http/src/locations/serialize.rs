use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::explanation::LocationsExplanation;
use super::rule::LocationRule;

/// `location` (its name), `rule` (modifier and pattern), `index`, `reason`, `because` (the reason
/// in words), `prefix` and `regexes` (what was compared before, as rules). What there is not is
/// null.
impl Serialize for LocationsExplanation<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let head = |rule: &LocationRule| rule.head().to_string();
        let found = self.found();
        let regexes: Vec<String> = self.regexes().into_iter().map(head).collect();
        let mut fields = serializer.serialize_struct("LocationsExplanation", 7)?;
        fields.serialize_field("location", &found.map(|found| found.rule().name()))?;
        fields.serialize_field("rule", &found.map(|found| head(found.rule())))?;
        fields.serialize_field("index", &found.map(|found| found.index()))?;
        fields.serialize_field("reason", self.reason().as_str())?;
        fields.serialize_field("because", self.reason().text())?;
        fields.serialize_field("prefix", &self.prefix().map(head))?;
        fields.serialize_field("regexes", &regexes)?;
        fields.end()
    }
}
