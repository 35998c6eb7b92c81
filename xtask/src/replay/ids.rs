//! Which recorded ids, cursors and times stand for which of the sandbox's.

use std::collections::BTreeMap;

use serde_json::{Number, Value};

/// From what was recorded to what the sandbox has.
#[derive(Debug, Default)]
pub(crate) struct Ids(BTreeMap<String, String>);

impl Ids {
    pub(crate) fn has(&self, recorded: &str) -> bool {
        self.0.contains_key(recorded)
    }

    /// What stands for a recorded one.
    pub(crate) fn get(&self, recorded: &str) -> Option<&str> {
        self.0.get(recorded).map(String::as_str)
    }

    /// Takes the first one that is told.
    pub(crate) fn insert(&mut self, recorded: impl ToString, here: impl ToString) {
        self.0
            .entry(recorded.to_string())
            .or_insert_with(|| here.to_string());
    }

    /// Learns from two answers that stand for each other.
    pub(crate) fn learn(&mut self, recorded: &Value, here: &Value) {
        match (recorded, here) {
            (Value::Object(recorded), Value::Object(here)) => {
                for (key, value) in recorded {
                    let Some(other) = here.get(key) else { continue };
                    if let (true, Some(value), Some(other)) =
                        (is_told(key), scalar(value), scalar(other))
                    {
                        self.insert(value, other);
                    }
                    self.learn(value, other);
                }
            }
            (Value::Array(recorded), Value::Array(here)) => {
                for (value, other) in recorded.iter().zip(here) {
                    self.learn(value, other);
                }
            }
            _ => {}
        }
    }

    /// A recorded path as it is asked for here.
    pub(crate) fn path(&self, path: &str) -> String {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let (path, suffix) = path
            .strip_suffix(".json")
            .map_or((path, ""), |path| (path, ".json"));
        let segments: Vec<&str> = path.split('/').map(|segment| self.text(segment)).collect();
        let parameters: Vec<String> = parameters(query)
            .map(|(name, value)| {
                let values: Vec<&str> = value.split(',').map(|value| self.text(value)).collect();
                format!("{}={}", encoded(&name), encoded(&values.join(",")))
            })
            .collect();
        let mark = if parameters.is_empty() { "" } else { "?" };
        let path = segments.join("/");
        format!("{path}{suffix}{mark}{}", parameters.join("&"))
    }

    /// A recorded body as it is sent here.
    pub(crate) fn body(&self, body: &Value) -> Value {
        match body {
            Value::Object(map) => {
                let entries = map.iter();
                let entries = entries.map(|(key, value)| (key.clone(), self.body(value)));
                Value::Object(entries.collect())
            }
            Value::Array(items) => Value::Array(items.iter().map(|item| self.body(item)).collect()),
            Value::Number(number) => {
                let text = number.to_string();
                let here = self.text(&text).parse::<u64>();
                here.map_or_else(|_| body.clone(), |here| Value::Number(Number::from(here)))
            }
            other => other.clone(),
        }
    }

    /// A recorded text with the ids in it exchanged, however long.
    pub(crate) fn sentence(&self, text: &str) -> String {
        text.split_inclusive(|letter: char| !letter.is_ascii_digit())
            .map(|piece| {
                let digits = piece.trim_end_matches(|letter: char| !letter.is_ascii_digit());
                piece.replacen(digits, self.text(digits), usize::from(!digits.is_empty()))
            })
            .collect()
    }

    fn text<'a>(&'a self, recorded: &'a str) -> &'a str {
        self.0.get(recorded).map_or(recorded, String::as_str)
    }
}

/// The parameters of a query, decoded.
pub(crate) fn parameters(query: &str) -> impl Iterator<Item = (String, String)> {
    query
        .split('&')
        .filter_map(|parameter| parameter.split_once('='))
        .map(|(name, value)| (decoded(name), decoded(value)))
}

/// Keys whose values later requests name.
fn is_told(key: &str) -> bool {
    key == "id" || key.ends_with("_id") || key.ends_with("_cursor") || key == "end_time"
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn decoded(text: &str) -> String {
    let mut pieces = text.split('%');
    let mut decoded = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let code = piece
            .get(..2)
            .and_then(|two| u8::from_str_radix(two, 16).ok());
        match code.filter(u8::is_ascii) {
            Some(code) => {
                decoded.push(char::from(code));
                decoded.push_str(piece.get(2..).unwrap_or_default());
            }
            None => {
                decoded.push('%');
                decoded.push_str(piece);
            }
        }
    }
    decoded
}

fn encoded(text: &str) -> String {
    use std::fmt::Write as _;
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~,".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _written = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Ids;

    #[test]
    fn later_requests_name_what_earlier_answers_gave() {
        let mut ids = Ids::default();
        ids.learn(
            &json!({"job_status": {"id": "V3-a"}, "users": [{"id": 11, "age": 5}], "meta": {"after_cursor": "x="}}),
            &json!({"job_status": {"id": "V3-b"}, "users": [{"id": 70, "age": 6}], "meta": {"after_cursor": "y+"}}),
        );
        assert_eq!(
            ids.path("/job_statuses/V3-a.json"),
            "/job_statuses/V3-b.json"
        );
        assert_eq!(
            ids.path("/users.json?ids=11%2C12&page%5Bafter%5D=x%3D"),
            "/users.json?ids=70,12&page%5Bafter%5D=y%2B"
        );
        assert_eq!(
            ids.body(&json!({"user": {"id": 11, "age": 5, "tags": []}})),
            json!({"user": {"id": 70, "age": 5, "tags": []}})
        );
        assert_eq!(ids.sentence("User 11 is 5 (11)"), "User 70 is 5 (70)");
    }
}
