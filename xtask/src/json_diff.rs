//! Where two JSON trees differ.

use serde_json::Value;

/// The first difference, as a path and what stands there; `None` if the trees are equal.
///
/// The order of keys does not count; the text of a number does (`3.10` is not `3.1`).
pub(crate) fn first_difference(before: &Value, after: &Value) -> Option<String> {
    find(before, after, "$")
}

fn find(before: &Value, after: &Value, path: &str) -> Option<String> {
    match (before, after) {
        (Value::Object(left), Value::Object(right)) => {
            for (key, value) in left {
                let place = format!("{path}.{key}");
                match right.get(key) {
                    None => return Some(format!("{place}: {} is gone", brief(value))),
                    Some(other) => {
                        if let Some(difference) = find(value, other, &place) {
                            return Some(difference);
                        }
                    }
                }
            }
            let (key, value) = right.iter().find(|(key, _)| !left.contains_key(*key))?;
            Some(format!("{path}.{key}: {} is new", brief(value)))
        }
        (Value::Array(left), Value::Array(right)) => {
            for (index, (value, other)) in left.iter().zip(right).enumerate() {
                let difference = find(value, other, &format!("{path}[{index}]"));
                if difference.is_some() {
                    return difference;
                }
            }
            (left.len() != right.len())
                .then(|| format!("{path}: {} items became {}", left.len(), right.len()))
        }
        _ => {
            (before != after).then(|| format!("{path}: {} became {}", brief(before), brief(after)))
        }
    }
}

/// The beginning of a value's JSON.
fn brief(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::first_difference;

    fn check(before: &str, after: &str, expected: Option<&str>) {
        let tree = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        assert_eq!(
            first_difference(&tree(before), &tree(after)).as_deref(),
            expected
        );
    }

    #[test]
    fn names_the_place_of_the_first_difference() {
        check(r#"{"a":1,"b":[2]}"#, r#"{"b":[2],"a":1}"#, None);
        check(
            r#"{"a":3.10}"#,
            r#"{"a":3.1}"#,
            Some("$.a: 3.10 became 3.1"),
        );
        check(
            r#"{"a":[{"b":null}]}"#,
            r#"{"a":[{}]}"#,
            Some("$.a[0].b: null is gone"),
        );
        check("{}", r#"{"x":"y"}"#, Some(r#"$.x: "y" is new"#));
        check("[1,2]", "[1]", Some("$: 2 items became 1"));
        check(r#"{"a":[]}"#, r#"{"a":{}}"#, Some("$.a: [] became {}"));
    }
}
