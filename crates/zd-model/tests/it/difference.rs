//! Compares JSON trees and names the first place where they differ.

use serde_json::Value;

/// Fails with the place of the first difference; the order of keys does not count, the text of numbers does.
pub(crate) fn assert_same(before: &Value, after: &Value, what: &str) {
    if let Some(place) = difference(before, after, "$") {
        panic!("{what} differs at {place}");
    }
}

fn difference(before: &Value, after: &Value, path: &str) -> Option<String> {
    let missing = Value::String("(nothing)".to_owned());
    match (before, after) {
        (Value::Object(left), Value::Object(right)) => left
            .keys()
            .chain(right.keys().filter(|key| !left.contains_key(*key)))
            .find_map(|key| {
                let (before, after) = (left.get(key), right.get(key));
                difference(
                    before.unwrap_or(&missing),
                    after.unwrap_or(&missing),
                    &format!("{path}.{key}"),
                )
            }),
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => left
            .iter()
            .zip(right)
            .enumerate()
            .find_map(|(index, (left, right))| {
                difference(left, right, &format!("{path}[{index}]"))
            }),
        _ => (before != after).then(|| format!("{path}: {before} became {after}")),
    }
}
