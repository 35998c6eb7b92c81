//! Single values of records, and records as lines of text.

use serde_json::{Map, Value};

/// The value at this path: `email`, `user_fields.plan_tier`. A name with dots in it wins over a path.
pub(super) fn get<'a>(record: &'a Value, path: &str) -> Option<&'a Value> {
    if let Some(value) = record.get(path) {
        return Some(value);
    }
    let (name, rest) = path.split_once('.')?;
    get(record.get(name)?, rest)
}

/// The record reduced to these attributes, in this order; null where it does not have one.
pub(super) fn select(record: &Value, fields: &[String]) -> Value {
    let pick = |name: &String| {
        let value = get(record, name).cloned().unwrap_or(Value::Null);
        (name.clone(), value)
    };
    Value::Object(fields.iter().map(pick).collect::<Map<String, Value>>())
}

/// A value as text: nothing for null, lists of simple values with commas, other structures as JSON.
pub(super) fn text(value: &Value) -> String {
    let simple = |value: &Value| !value.is_array() && !value.is_object();
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) if items.iter().all(simple) => {
            let items: Vec<String> = items.iter().map(text).collect();
            items.join(",")
        }
        other => other.to_string(),
    }
}

/// The values at these paths as text.
pub(super) fn texts(record: &Value, paths: &[String]) -> Vec<String> {
    paths
        .iter()
        .map(|path| get(record, path).map_or_else(String::new, text))
        .collect()
}

/// What a record holds, a name and a text for each value that is not empty; addresses of API resources are left out, and
/// what the attributes of a record's own making hold (`user_fields`) is told one by one.
pub(super) fn pairs(record: &Value) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let mut push = |name: String, value: &Value| {
        let text = text(value);
        if !text.is_empty() {
            rows.push(vec![name, text]);
        }
    };
    let Value::Object(attributes) = record else {
        push("value".to_owned(), record);
        return rows;
    };
    for (name, value) in attributes {
        match (name.as_str(), value) {
            ("url" | "photo" | "authenticity_token", _) => {}
            (_, Value::Object(inner)) => {
                for (key, value) in inner {
                    push(format!("{name}.{key}"), value);
                }
            }
            (_, value) => push(name.clone(), value),
        }
    }
    rows
}

/// A line of CSV (RFC 4180), with its line end.
pub(super) fn csv_line<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let mut line = String::new();
    for (place, cell) in cells.into_iter().enumerate() {
        if place > 0 {
            line.push(',');
        }
        if cell.contains(['"', ',', '\n', '\r']) {
            line.push('"');
            line.push_str(&cell.replace('"', "\"\""));
            line.push('"');
        } else {
            line.push_str(cell);
        }
    }
    line.push('\n');
    line
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{csv_line, get, pairs, select, text};

    #[test]
    fn a_path_leads_into_objects_and_a_name_with_dots_wins() {
        let record = json!({"a": {"b": 1, "c.d": 2}, "a.b": 3});
        assert_eq!(get(&record, "a.b"), Some(&json!(3)));
        assert_eq!(get(&record, "a.c.d"), Some(&json!(2)));
        assert_eq!(get(&record, "a.x"), None);
    }

    #[test]
    fn what_a_record_lacks_is_null_in_a_selection() {
        let fields = ["b".to_owned(), "a".to_owned()];
        assert_eq!(
            select(&json!({"a": 1}), &fields).to_string(),
            r#"{"b":null,"a":1}"#
        );
    }

    #[test]
    fn values_become_text() {
        for (value, expected) in [
            (json!(null), ""),
            (json!(["a", "b"]), "a,b"),
            (json!([{"a": 1}]), r#"[{"a":1}]"#),
            (json!(1.50), "1.5"),
        ] {
            assert_eq!(text(&value), expected);
        }
    }

    #[test]
    fn a_record_is_told_by_names_and_values() {
        let record =
            json!({"id": 1, "url": "https://x", "notes": null, "user_fields": {"plan": "gold"}});
        assert_eq!(pairs(&record), [["id", "1"], ["user_fields.plan", "gold"]]);
    }

    #[test]
    fn csv_cells_are_quoted_where_needed() {
        assert_eq!(
            csv_line(["a", "b,c", "d\"e", "f\ng", ""]),
            "a,\"b,c\",\"d\"\"e\",\"f\ng\",\n"
        );
    }
}
