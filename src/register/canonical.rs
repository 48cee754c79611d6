//! A thing as bytes that are always the same: what is hashed.

use serde::Serialize;
use serde_json::Value;

use crate::register::failure::RegisterError;

/// JSON with its keys in order and no spaces, so that the same thing always has the same hash.
pub fn canonical(thing: &impl Serialize) -> Result<String, RegisterError> {
    let value = serde_json::to_value(thing).map_err(RegisterError::row("fact"))?;
    Ok(sorted(value).to_string())
}

fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut pairs: Vec<_> = map.into_iter().map(|(key, value)| (key, sorted(value))).collect();
            pairs.sort_by(|one, other| one.0.cmp(&other.0));
            Value::Object(pairs.into_iter().collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        plain => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_json_does_not_depend_on_the_order_it_was_built_in() {
        let one = serde_json::json!({ "b": [{ "y": 1, "x": 2 }], "a": null });
        let other = serde_json::json!({ "a": null, "b": [{ "x": 2, "y": 1 }] });
        assert_eq!(canonical(&one).unwrap(), canonical(&other).unwrap());
        assert_eq!(canonical(&one).unwrap(), r#"{"a":null,"b":[{"x":2,"y":1}]}"#);
    }
}
