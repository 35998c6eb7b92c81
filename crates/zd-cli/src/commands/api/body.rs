//! `-f` and `-F`: fields that make a JSON body or a query.

use serde_json::{Map, Value};

use crate::commands::source;
use crate::failure::Failure;

/// No request takes more.
const MOST_MEBIBYTES: u64 = 64;

/// A field as it was given: `user[tags][]=vip`.
pub(super) struct Field<'a> {
    key: &'a str,
    value: Value,
}

impl<'a> Field<'a> {
    /// A field whose value is text.
    pub(super) fn raw(pair: &'a str) -> Result<Self, Failure> {
        let (key, value) = split("-f", pair)?;
        let value = value.map_or(Value::Array(Vec::new()), |text| {
            Value::String(text.to_owned())
        });
        Ok(Self { key, value })
    }

    /// A field whose value is a word of JSON, a number, what a file holds, or else text.
    pub(super) fn typed(pair: &'a str) -> Result<Self, Failure> {
        let (key, value) = split("-F", pair)?;
        let value = match value {
            None => Value::Array(Vec::new()),
            Some(text) => match text.strip_prefix('@') {
                Some(file) => Value::String(text_of(file)?),
                None => word(text),
            },
        };
        Ok(Self { key, value })
    }

    /// As a pair of a query.
    pub(super) fn pair(&self) -> (&str, String) {
        let text = match &self.value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        (self.key, text)
    }
}

fn split<'a>(flag: &str, pair: &'a str) -> Result<(&'a str, Option<&'a str>), Failure> {
    match pair.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key, Some(value))),
        None if pair.ends_with("[]") => Ok((pair, None)),
        _ => Err(Failure::usage(format!("{flag} {pair:?} is not KEY=VALUE"))
            .fix(format!("{flag} key=value; {flag} 'key[]' is an empty list"))),
    }
}

/// `true`, `null` and numbers as JSON has them; `0042` is none, so that keys stay what they are.
fn word(text: &str) -> Value {
    match serde_json::from_str::<Value>(text) {
        Ok(value @ (Value::Null | Value::Bool(_) | Value::Number(_))) if text == text.trim() => {
            value
        }
        _ => Value::String(text.to_owned()),
    }
}

fn text_of(file: &str) -> Result<String, Failure> {
    let bytes = read(file)?;
    String::from_utf8(bytes)
        .map_err(|_| Failure::usage(format!("{file} is no text in UTF-8")).at("file", file))
}

/// What a file or standard input (`-`) holds.
pub(super) fn read(file: &str) -> Result<Vec<u8>, Failure> {
    source::read(file, MOST_MEBIBYTES, "Zendesk takes smaller requests only")
}

/// The JSON object that the fields make.
pub(super) fn object(fields: &[Field<'_>]) -> Result<Value, Failure> {
    let mut body = Value::Object(Map::new());
    for field in fields {
        let path = path(field.key)?;
        insert(&mut body, &path, &field.value).map_err(|why| {
            Failure::usage(format!(
                "field {:?} does not fit the ones before it",
                field.key
            ))
            .why(why)
            .fix("give the body as JSON with --input")
        })?;
    }
    Ok(body)
}

/// `user[tags][]` as `user`, `tags`, and an empty name for the end of a list.
fn path(key: &str) -> Result<Vec<&str>, Failure> {
    let bad = || {
        Failure::usage(format!("{key:?} is no key of a field"))
            .fix("key, key[inner], or key[] for an item of a list")
    };
    let (first, mut rest) = key.split_at(key.find('[').unwrap_or(key.len()));
    if first.is_empty() {
        return Err(bad());
    }
    let mut path = vec![first];
    while !rest.is_empty() {
        let (name, behind) = rest
            .strip_prefix('[')
            .and_then(|rest| rest.split_once(']'))
            .ok_or_else(bad)?;
        path.push(name);
        rest = behind;
    }
    Ok(path)
}

/// Puts a value where the path leads. A list gets a new item, unless the item at its end still lacks what comes next.
fn insert(at: &mut Value, path: &[&str], value: &Value) -> Result<(), String> {
    let Some((name, rest)) = path.split_first() else {
        *at = value.clone();
        return Ok(());
    };
    if name.is_empty() {
        if at.is_null() {
            *at = Value::Array(Vec::new());
        }
        let Value::Array(items) = at else {
            return Err("a list is wanted where something else is".to_owned());
        };
        if rest.is_empty() {
            match value {
                // An empty list.
                Value::Array(_) => {}
                value => items.push(value.clone()),
            }
            return Ok(());
        }
        let fits = |item: &Value| {
            rest.first().is_some_and(|name| {
                !name.is_empty() && item.is_object() && item.get(name).is_none()
            })
        };
        if !items.last().is_some_and(fits) {
            items.push(Value::Null);
        }
        return match items.last_mut() {
            Some(item) => insert(item, rest, value),
            None => Ok(()),
        };
    }
    if at.is_null() {
        *at = Value::Object(Map::new());
    }
    match at {
        Value::Object(object) => insert(object.entry(*name).or_insert(Value::Null), rest, value),
        _ => Err(format!(
            "{name} is wanted within something that is no object"
        )),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Field, object};
    use crate::failure::Failure;

    fn body(raw: &[&str], typed: &[&str]) -> Result<Value, Failure> {
        let raw = raw.iter().map(|pair| Field::raw(pair));
        let typed = typed.iter().map(|pair| Field::typed(pair));
        let fields: Result<Vec<_>, _> = raw.chain(typed).collect();
        object(&fields?)
    }

    #[test]
    fn fields_nest() {
        assert_eq!(
            body(
                &[
                    "user[name]=Ann = Lee",
                    "user[tags][]=a",
                    "user[tags][]=b",
                    "users[][id]=1",
                    "users[][name]=x",
                    "users[][id]=2",
                    "none[]"
                ],
                &[
                    "user[verified]=true",
                    "user[seats]=3.10",
                    "user[external_id]=0042",
                    "user[notes]=null"
                ]
            )
            .unwrap()
            .to_string(),
            r#"{"user":{"name":"Ann = Lee","tags":["a","b"],"verified":true,"seats":3.10,"external_id":"0042","notes":null},"users":[{"id":"1","name":"x"},{"id":"2"}],"none":[]}"#
        );
    }

    #[test]
    fn raw_fields_are_text() {
        assert_eq!(
            body(&["a=true", "b="], &[]).unwrap(),
            json!({"a": "true", "b": ""})
        );
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        for fields in [
            &["novalue"][..],
            &["=x"],
            &["[a]=x"],
            &["a[b=x"],
            &["a[b]c=x"],
            &["a=1", "a[b]=2"],
            &["a=1", "a[]=2"],
        ] {
            assert!(body(fields, &[]).is_err(), "{fields:?}");
        }
        assert!(body(&[], &["a=@no/such/file"]).is_err());
    }
}
