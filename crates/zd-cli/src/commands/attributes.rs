//! From `--set`, `--field` and `--data` to what is sent.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use zd_model::{Extra, OrganizationUpsert, UserFieldInput, UserInput, UserSettings};

use super::source;
use crate::args::{PersonArgs, SetArgs};
use crate::context::Context;
use crate::failure::Failure;

/// No record, and no hundred of them, takes more.
const MOST_MEBIBYTES: u64 = 1;

/// A record that flags can describe.
pub(super) trait Attributes: DeserializeOwned {
    /// What it is called in requests.
    const NAME: &'static str;

    /// What zd does not know of it.
    fn unknown(&self) -> &Extra;
}

macro_rules! attributes {
    ($($record:ty = $name:literal;)+) => {$(
        impl Attributes for $record {
            const NAME: &'static str = $name;

            fn unknown(&self) -> &Extra {
                &self.extra
            }
        }
    )+};
}

attributes! {
    UserInput = "user";
    UserFieldInput = "user_field";
    OrganizationUpsert = "organization";
    UserSettings = "settings";
}

/// What the flags and the data say about a user: flags win over data, later flags over earlier ones.
pub(super) fn person(args: &PersonArgs, context: &Context) -> Result<UserInput, Failure> {
    let mut object = object::<UserInput>(
        &args.set,
        &[
            ("external_id", &args.external_id),
            ("email", &args.email),
            ("name", &args.name),
            ("role", &args.role),
        ],
    )?;
    for pair in &args.field {
        let (key, text) = split("--field", pair)?;
        field(&mut object, key, text);
    }
    read(object, context)
}

/// What the flags and the data say about a record of another kind.
pub(super) fn record<T: Attributes>(
    args: &SetArgs,
    named: &[(&str, &Option<String>)],
    context: &Context,
) -> Result<T, Failure> {
    read(object::<T>(args, named)?, context)
}

/// The users of a file: a JSON array, `{"users": […]}`, or JSON Lines.
pub(super) fn people(file: &str, context: &Context) -> Result<Vec<UserInput>, Failure> {
    let bytes = source::read(file, MOST_MEBIBYTES, "for many users:  zd import FILE")?;
    let name = source::name(file);
    let bad = |why: String| {
        Failure::usage(format!("{name} does not hold users"))
            .at("file", name)
            .why(why)
            .fix("a JSON array of users, or a JSON object on each line")
    };
    let objects = match serde_json::from_slice(&bytes) {
        Ok(Value::Array(items)) => items,
        Ok(Value::Object(mut object)) => match object.remove("users") {
            Some(Value::Array(items)) => items,
            Some(_) => return Err(bad("`users` is no array".to_owned())),
            None => vec![Value::Object(object)],
        },
        Ok(_) => return Err(bad("it is JSON of another kind".to_owned())),
        Err(_) => serde_json::Deserializer::from_slice(&bytes)
            .into_iter()
            .collect::<Result<_, _>>()
            .map_err(|error| bad(error.to_string()))?,
    };
    let mut people = Vec::with_capacity(objects.len());
    for (place, item) in objects.into_iter().enumerate() {
        let Value::Object(object) = item else {
            return Err(bad(format!("item {} is no object", place + 1)));
        };
        let person = read(object, context)
            .map_err(|failure| failure.at("item", format!("{}", place + 1)))?;
        people.push(person);
    }
    Ok(people)
}

/// The record that an object makes; warns of what zd does not know.
fn read<T: Attributes>(object: Map<String, Value>, context: &Context) -> Result<T, Failure> {
    let record = T::deserialize(Value::Object(object)).map_err(|error| {
        Failure::usage(format!("the attributes do not make a {}", words(T::NAME)))
            .why(error.to_string())
    })?;
    if let Some(name) = record.unknown().keys().next() {
        context.out.warn(&format!(
            "{} is no attribute that zd knows; Zendesk ignores what it does not know",
            crate::output::clean(name)
        ));
    }
    Ok(record)
}

/// The attributes, as an object.
fn object<T: Attributes>(
    args: &SetArgs,
    named: &[(&str, &Option<String>)],
) -> Result<Map<String, Value>, Failure> {
    let mut object = match &args.data {
        Some(given) => data::<T>(given)?,
        None => Map::new(),
    };
    for (name, value) in named {
        if let Some(value) = value {
            object.insert((*name).to_owned(), Value::String(value.clone()));
        }
    }
    for pair in &args.set {
        let (name, text) = split("--set", pair)?;
        match name.split_once('.') {
            Some(("user_fields", key)) if T::NAME == "user" => field(&mut object, key, text),
            Some(("organization", "name")) if T::NAME == "user" => {
                object.insert("organization".to_owned(), json!({"name": text}));
            }
            Some((outer, inner)) if !inner.is_empty() => {
                let value = typed::<T>(name, text, |value| json!({outer: {inner: value}}))?;
                let within = object
                    .entry(outer)
                    .or_insert_with(|| Value::Object(Map::new()));
                match within {
                    Value::Object(within) => {
                        within.insert(inner.to_owned(), value);
                    }
                    other => *other = json!({inner: value}),
                }
            }
            _ => {
                let value = typed::<T>(name, text, |value| json!({name: value}))?;
                object.insert(name.to_owned(), value);
            }
        }
    }
    Ok(object)
}

/// The object of `--data`: of a file, of standard input, or the text itself.
fn data<T: Attributes>(given: &str) -> Result<Map<String, Value>, Failure> {
    let (name, bytes) = bytes_of(given)?;
    let bad = |why: String| {
        Failure::usage(format!("{name} does not hold one JSON object"))
            .at("file", &name)
            .why(why)
    };
    match serde_json::from_slice(&bytes) {
        // What the API's own requests look like.
        Ok(Value::Object(mut object)) if object.len() == 1 && object.contains_key(T::NAME) => {
            match object.remove(T::NAME) {
                Some(Value::Object(inner)) => Ok(inner),
                _ => Err(bad(format!("`{}` is no object", T::NAME))),
            }
        }
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(bad("it is JSON of another kind".to_owned())),
        Err(error) => Err(bad(error.to_string())),
    }
}

/// What `--data` names, and how to call it: a file, standard input, or the text itself.
fn bytes_of(given: &str) -> Result<(String, Vec<u8>), Failure> {
    if given.trim_start().starts_with('{') {
        return Ok(("--data".to_owned(), given.as_bytes().to_vec()));
    }
    let file = match given.strip_prefix('@') {
        Some(file) => file,
        None if given == "-" => given,
        None => {
            return Err(
                Failure::usage(format!("--data {given:?} is no JSON object"))
                    .fix("--data @FILE for a file, --data - for standard input"),
            );
        }
    };
    let bytes = source::read(file, MOST_MEBIBYTES, "a record is smaller than that")?;
    Ok((source::name(file).to_owned(), bytes))
}

/// The two sides of NAME=VALUE.
pub(super) fn split<'a>(flag: &str, pair: &'a str) -> Result<(&'a str, &'a str), Failure> {
    match pair.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim(), value)),
        _ => Err(
            Failure::usage(format!("{flag} {pair:?} is not NAME=VALUE")).fix(format!(
                "{flag} name=value, or {flag} name=null to clear it"
            )),
        ),
    }
}

/// A custom field: text, but for null, true, false and lists in JSON; a number field takes a number as text.
fn field(object: &mut Map<String, Value>, key: &str, text: &str) {
    let value = match text {
        "null" => Value::Null,
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        list if list.starts_with('[') => {
            serde_json::from_str(list).unwrap_or_else(|_| Value::String(list.to_owned()))
        }
        text => Value::String(text.to_owned()),
    };
    let fields = object
        .entry("user_fields")
        .or_insert_with(|| Value::Object(Map::new()));
    if !fields.is_object() {
        *fields = Value::Object(Map::new());
    }
    if let Value::Object(fields) = fields {
        fields.insert(key.to_owned(), value);
    }
}

/// The value in the type that the attribute wants: text first, then JSON, then a list.
fn typed<T: Attributes>(
    name: &str,
    text: &str,
    within: impl Fn(&Value) -> Value,
) -> Result<Value, Failure> {
    let fits = |value: &Value| {
        T::deserialize(within(value)).is_ok_and(|record| record.unknown().is_empty())
    };
    if text == "null" {
        return Ok(Value::Null);
    }
    let list = || {
        let items = text
            .split(',')
            .map(str::trim)
            .filter(|item| !item.is_empty());
        Value::Array(items.map(|item| Value::String(item.to_owned())).collect())
    };
    let candidates = [
        Some(Value::String(text.to_owned())),
        serde_json::from_str(text).ok(),
        Some(list()),
    ];
    if let Some(value) = candidates.into_iter().flatten().find(fits) {
        return Ok(value);
    }
    let known =
        !T::deserialize(within(&Value::Null)).is_ok_and(|record| !record.unknown().is_empty());
    let kind = words(T::NAME);
    Err(if known {
        Failure::usage(format!("{name} does not take {text:?}")).fix(format!(
            "give {name} in the type the attribute has, or use --data with JSON"
        ))
    } else if T::NAME == "user" {
        Failure::usage(format!("{name} is no attribute of a user"))
            .why("--set takes attributes such as name, phone, role, tags, notes, organization_id")
            .fix(format!("for a custom user field:  --field {name}=VALUE"))
    } else {
        Failure::usage(format!("{name} is no attribute of a {kind}"))
            .fix("--data takes any attribute, as JSON")
    })
}

fn words(name: &str) -> String {
    name.replace('_', " ")
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};
    use zd_model::{UserInput, UserSettings};

    use super::{SetArgs, field, object, typed};
    use crate::failure::Failure;

    fn of_user(name: &str, text: &str) -> Result<Value, Failure> {
        typed::<UserInput>(name, text, |value| json!({name: value}))
    }

    #[test]
    fn values_take_the_type_of_their_attribute() {
        for (name, text, expected) in [
            ("phone", "0049", json!("0049")),
            ("tags", "vip, beta", json!(["vip", "beta"])),
            ("tags", r#"["a,b"]"#, json!(["a,b"])),
            ("suspended", "true", json!(true)),
            ("organization_id", "42", json!("42")),
            ("notes", "null", Value::Null),
            ("notes", "true", json!("true")),
        ] {
            assert_eq!(of_user(name, text).unwrap(), expected, "{name}={text}");
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert_eq!(
            of_user("suspended", "maybe").unwrap_err().what,
            "suspended does not take \"maybe\""
        );
        let failure = of_user("plan_tier", "gold").unwrap_err();
        assert_eq!(failure.what, "plan_tier is no attribute of a user");
        assert!(failure.fix.contains("--field plan_tier=VALUE"));
    }

    #[test]
    fn a_name_with_a_dot_leads_into_an_attribute() {
        let args = SetArgs {
            set: ["lotus.keyboard_shortcuts_enabled=true", "lotus.new_one=x"]
                .map(str::to_owned)
                .to_vec(),
            data: None,
        };
        assert_eq!(
            Value::Object(object::<UserSettings>(&args, &[]).unwrap()),
            json!({"lotus": {"keyboard_shortcuts_enabled": true, "new_one": "x"}})
        );
    }

    #[test]
    fn fields_add_up() {
        let mut object = Map::new();
        for (key, text) in [
            ("seats", "007"),
            ("newsletter", "true"),
            ("plan_tier", "null"),
            ("interests", r#"["film"]"#),
        ] {
            field(&mut object, key, text);
        }
        assert_eq!(
            Value::Object(object),
            json!({"user_fields": {"seats": "007", "newsletter": true, "plan_tier": null, "interests": ["film"]}})
        );
    }
}
