//! A check against the part of JSON Schema that `vectors/schema.json` uses. A keyword that is not
//! known is a fault of the schema, so that none is passed over.

use serde_json::Value;

/// Holds `value` against the whole schema document.
///
/// # Errors
///
/// The first thing that is not as the schema says, with its place.
pub fn check(schema: &Value, value: &Value) -> Result<(), String> {
    Checker { root: schema }.check(schema, value, "$")
}

struct Checker<'s> {
    root: &'s Value,
}

impl Checker<'_> {
    fn check(&self, schema: &Value, value: &Value, at: &str) -> Result<(), String> {
        let keywords = schema.as_object().ok_or_else(|| format!("{at}: a schema is an object"))?;
        keywords.iter().try_for_each(|(name, rule)| {
            self.keyword(name, rule, schema, value, at)
                .and_then(|holds| if holds { Ok(()) } else { Err(format!("{at}: {name}: {rule}")) })
        })
    }

    fn keyword(
        &self,
        name: &str,
        rule: &Value,
        schema: &Value,
        value: &Value,
        at: &str,
    ) -> Result<bool, String> {
        Ok(match name {
            "$schema" | "title" | "$defs" => true,
            "$ref" => {
                let pointer = rule.as_str().and_then(|text| text.strip_prefix('#'));
                let target = pointer.and_then(|pointer| self.root.pointer(pointer));
                self.check(target.ok_or_else(|| format!("{rule} is not there"))?, value, at)?;
                true
            }
            "type" => is_of_type(rule, value),
            "const" => rule == value,
            "enum" => list(rule).contains(value),
            "anyOf" => self.count(rule, value, at) > 0,
            "oneOf" => self.count(rule, value, at) == 1,
            "required" => list(rule)
                .iter()
                .filter_map(Value::as_str)
                .all(|field| value.as_object().is_none_or(|fields| fields.contains_key(field))),
            "properties" => {
                for (field, rule) in rule.as_object().into_iter().flatten() {
                    if let Some(value) = value.get(field) {
                        self.check(rule, value, &format!("{at}.{field}"))?;
                    }
                }
                true
            }
            "additionalProperties" => {
                let known = |field: &str| {
                    schema.get("properties").is_some_and(|all| all.get(field).is_some())
                };
                value.as_object().is_none_or(|fields| fields.keys().all(|field| known(field)))
            }
            "items" => {
                for (index, item) in list(value).iter().enumerate() {
                    self.check(rule, item, &format!("{at}[{index}]"))?;
                }
                true
            }
            "minItems" => count(rule).is_some_and(|least| list(value).len() >= least),
            "maxItems" => count(rule).is_some_and(|most| list(value).len() <= most),
            "minLength" => count(rule).is_some_and(|least| {
                value.as_str().is_none_or(|text| text.chars().count() >= least)
            }),
            "minimum" => value.as_f64() >= rule.as_f64(),
            "maximum" => value.as_f64() <= rule.as_f64(),
            "pattern" if rule == KEBAB => value.as_str().is_none_or(is_kebab_case),
            _ => return Err(format!("{at}: the keyword {name} {rule} is not known")),
        })
    }

    /// How many of the schemas hold.
    fn count(&self, schemas: &Value, value: &Value, at: &str) -> usize {
        list(schemas).iter().filter(|schema| self.check(schema, value, at).is_ok()).count()
    }
}

/// The one pattern there is.
const KEBAB: &str = "^[a-z0-9]+(-[a-z0-9]+)+$";

/// Two words or more of lower-case letters and digits, with single dashes between them.
#[must_use]
pub fn is_kebab_case(text: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty()
            && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    text.contains('-') && text.split('-').all(is_word)
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn count(value: &Value) -> Option<usize> {
    value.as_u64().and_then(|count| usize::try_from(count).ok())
}

fn is_of_type(rule: &Value, value: &Value) -> bool {
    let is = |name: &str| match name {
        "array" => value.is_array(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "null" => value.is_null(),
        "object" => value.is_object(),
        "string" => value.is_string(),
        _ => false,
    };
    rule.as_str().map_or_else(|| list(rule).iter().filter_map(Value::as_str).any(is), is)
}
