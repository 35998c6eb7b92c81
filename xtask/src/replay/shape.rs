//! Where an answer has another shape than the recorded one: other keys, another order of them, other types.

use std::collections::BTreeSet;

use serde_json::Value;

use super::ids::Ids;
use super::recording::CUT;

/// Something that is not as it was recorded.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Difference {
    /// Where, such as `$.users[].photo`, `status` or `header server`.
    pub(crate) place: String,
    /// How, such as `left out`, `added`, `order`, `length`, `text` or `null → number`: what was recorded, what is here.
    pub(crate) how: String,
    /// What stands there.
    pub(crate) detail: String,
}

impl Difference {
    pub(crate) fn new(
        place: impl Into<String>,
        how: impl Into<String>,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            place: place.into(),
            how: how.into(),
            detail: detail.into(),
        }
    }
}

/// Keys whose texts are told to people or decided by, and so must be the same.
const TEXTS: &[&str] = &[
    "error",
    "title",
    "message",
    "description",
    "details",
    "status",
    "action",
    "job_type",
];

/// Every difference; each once, however many elements of a list have it.
pub(crate) fn differences(recorded: &Value, here: &Value, ids: &Ids) -> BTreeSet<Difference> {
    let mut found = BTreeSet::new();
    Comparison { ids }.values("$", "", recorded, here, &mut found);
    found
}

struct Comparison<'a> {
    ids: &'a Ids,
}

impl Comparison<'_> {
    fn values(
        &self,
        place: &str,
        key: &str,
        recorded: &Value,
        here: &Value,
        found: &mut BTreeSet<Difference>,
    ) {
        match (recorded, here) {
            (Value::Object(old), Value::Object(new)) => {
                self.objects(place, old, new, found);
            }
            (Value::Array(old), Value::Array(new)) => {
                // Whether a list was cut is known where its name is.
                self.arrays(place, key, old, new, false, found);
            }
            (Value::String(old), Value::String(new)) => {
                let told = TEXTS.contains(&key) || place == "$";
                if told && plain(&self.ids.sentence(old)) != plain(new) {
                    let detail = format!("{old:?}, here {new:?}");
                    found.insert(Difference::new(place, "text", detail));
                }
            }
            _ => {
                let (old, new) = (kind(recorded), kind(here));
                if old != new {
                    let detail = format!("{}, here {}", brief(recorded), brief(here));
                    found.insert(Difference::new(place, format!("{old} → {new}"), detail));
                }
            }
        }
    }

    fn objects(
        &self,
        place: &str,
        old: &serde_json::Map<String, Value>,
        new: &serde_json::Map<String, Value>,
        found: &mut BTreeSet<Difference>,
    ) {
        let is_note = |key: &String| key.starts_with(CUT);
        for (key, value) in old.iter().filter(|(key, _)| !is_note(key)) {
            let inner = format!("{place}.{key}");
            let Some(other) = new.get(key) else {
                found.insert(Difference::new(inner, "left out", brief(value)));
                continue;
            };
            match (value, other) {
                (Value::Array(items), Value::Array(others)) => {
                    let cut = old.contains_key(&format!("{CUT}{key}"));
                    self.arrays(&inner, key, items, others, cut, found);
                }
                _ => self.values(&inner, key, value, other, found),
            }
        }
        for (key, value) in new.iter().filter(|(key, _)| !old.contains_key(*key)) {
            let inner = format!("{place}.{key}");
            found.insert(Difference::new(inner, "added", brief(value)));
        }
        let order: Vec<&String> = old.keys().filter(|key| new.contains_key(*key)).collect();
        let other: Vec<&String> = new.keys().filter(|key| old.contains_key(*key)).collect();
        if let Some((was, is)) = order.iter().zip(&other).find(|(was, is)| was != is) {
            let detail = format!("{was} stood where {is} stands here");
            found.insert(Difference::new(place, "order", detail));
        }
    }

    fn arrays(
        &self,
        place: &str,
        key: &str,
        old: &[Value],
        new: &[Value],
        cut: bool,
        found: &mut BTreeSet<Difference>,
    ) {
        if new.len() < old.len() || (!cut && new.len() != old.len()) {
            let detail = format!("{} entries, here {}", old.len(), new.len());
            found.insert(Difference::new(place, "length", detail));
        }
        let inner = format!("{place}[]");
        for (index, value) in old.iter().enumerate() {
            let of = |other: &Value| {
                let mut found = BTreeSet::new();
                self.values(&inner, key, value, other, &mut found);
                found
            };
            // Whoever stands for it, if that is known.
            let counterpart = self.counterpart(value, new);
            let Some(mut best) = counterpart.or(new.get(index)).map(of) else {
                continue;
            };
            // Where the recorder kept a few of many, anyone here may stand for them.
            for other in new.iter().filter(|_| cut && counterpart.is_none()) {
                if best.is_empty() {
                    break;
                }
                let another = of(other);
                if another.len() < best.len() {
                    best = another;
                }
            }
            found.append(&mut best);
        }
    }
}

impl Comparison<'_> {
    fn counterpart<'v>(&self, recorded: &Value, new: &'v [Value]) -> Option<&'v Value> {
        let recorded = recorded.get("id")?.to_string();
        let id: u64 = self.ids.get(&recorded)?.parse().ok()?;
        new.iter().find(|other| other["id"].as_u64() == Some(id))
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// A text with its numbers as `0`: times and counts differ from run to run.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    for letter in text.chars() {
        let letter = if letter.is_ascii_digit() { '0' } else { letter };
        if letter != '0' || !plain.ends_with('0') {
            plain.push(letter);
        }
    }
    plain
}

/// The beginning of a value's JSON.
fn brief(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::super::ids::Ids;
    use super::differences;

    fn check(recorded: &str, here: &str, expected: &[(&str, &str)]) {
        let tree = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        let found = differences(&tree(recorded), &tree(here), &Ids::default());
        let found: Vec<_> = found
            .iter()
            .map(|each| (each.place.as_str(), each.how.as_str()))
            .collect();
        assert_eq!(found, expected, "{recorded} and {here}");
    }

    #[test]
    fn keys_their_order_and_types_count_and_values_do_not() {
        check(r#"{"id":1,"name":"A"}"#, r#"{"id":2,"name":"B"}"#, &[]);
        check(r#"{"a":1,"b":2}"#, r#"{"b":1,"a":2}"#, &[("$", "order")]);
        check(
            r#"{"a":null,"b":2}"#,
            r#"{"a":"x","c":2}"#,
            &[
                ("$.a", "null → string"),
                ("$.b", "left out"),
                ("$.c", "added"),
            ],
        );
    }

    #[test]
    fn texts_that_people_read_count_but_for_their_numbers() {
        check(r#"{"message":"User #22"}"#, r#"{"message":"User #7"}"#, &[]);
        check(
            r#"{"error":"A"}"#,
            r#"{"error":"B"}"#,
            &[("$.error", "text")],
        );
        check(r#""Wait""#, r#""Stop""#, &[("$", "text")]);
    }

    #[test]
    fn every_element_of_a_list_counts_and_a_cut_list_may_be_longer() {
        check("[1,2]", "[1]", &[("$", "length")]);
        check(
            r#"[{"a":1},{"a":2}]"#,
            r#"[{"a":1},{"a":"x"}]"#,
            &[("$[].a", "number → string")],
        );
        check(
            r#"{"u":[{"a":1}],"_trimmed_u":"1 of 9 entries kept"}"#,
            r#"{"u":[{"a":null},{"a":3}]}"#,
            &[],
        );
    }
}
