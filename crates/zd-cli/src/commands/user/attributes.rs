//! From `--set`, `--field` and `--data` to what is sent.

use std::io::Read as _;

use serde::Deserialize as _;
use serde_json::{Map, Value, json};
use zd_model::{Nullable, UserInput};

use crate::args::UserUpsertArgs;
use crate::context::Context;
use crate::failure::Failure;

/// No person takes more.
const MAX_DATA_BYTES: u64 = 1 << 20;

/// What the flags and the data say: flags win over data, later flags over earlier ones.
pub(super) fn read(args: &UserUpsertArgs, context: &Context) -> Result<UserInput, Failure> {
    let mut object = match &args.data {
        Some(source) => data(source)?,
        None => Map::new(),
    };
    for (name, value) in [
        ("external_id", &args.external_id),
        ("email", &args.email),
        ("name", &args.name),
        ("role", &args.role),
    ] {
        if let Some(value) = value {
            object.insert(name.to_owned(), Value::String(value.clone()));
        }
    }
    for pair in &args.set {
        let (name, text) = split("--set", pair)?;
        match name.split_once('.') {
            Some(("user_fields", key)) => field(&mut object, key, text),
            Some(("organization", "name")) => {
                object.insert("organization".to_owned(), json!({"name": text}));
            }
            _ => {
                let value = typed(name, text)?;
                object.insert(name.to_owned(), value);
            }
        }
    }
    for pair in &args.field {
        let (key, text) = split("--field", pair)?;
        field(&mut object, key, text);
    }
    let mut input = UserInput::deserialize(Value::Object(object)).map_err(|error| {
        Failure::usage("the attributes do not make a person").why(error.to_string())
    })?;
    if let Some(name) = input.extra.keys().next() {
        context.out.warn(&format!(
            "{} is no attribute that zd knows; Zendesk ignores what it does not know",
            crate::output::clean(name)
        ));
    }
    if input.skip_verify_email.is_absent() && !args.send_welcome_mail {
        input.skip_verify_email = Nullable::Value(true);
    }
    Ok(input)
}

/// The object of `--data`: of a file, of standard input, or the text itself.
fn data(source: &str) -> Result<Map<String, Value>, Failure> {
    let mut bytes = Vec::new();
    let (name, read) = if source == "-" || source == "@-" {
        let stdin = std::io::stdin();
        let read = stdin
            .lock()
            .take(MAX_DATA_BYTES + 1)
            .read_to_end(&mut bytes);
        ("standard input", read)
    } else if let Some(path) = source.strip_prefix('@') {
        let read = std::fs::File::open(path)
            .and_then(|file| file.take(MAX_DATA_BYTES + 1).read_to_end(&mut bytes));
        (path, read)
    } else if source.trim_start().starts_with('{') {
        bytes.extend_from_slice(source.as_bytes());
        ("--data", Ok(bytes.len()))
    } else {
        return Err(
            Failure::usage(format!("--data {source:?} is no JSON object"))
                .fix("--data @FILE for a file, --data - for standard input"),
        );
    };
    read.map_err(|error| Failure::file(name, "read", &error))?;
    let bad = |why: String| {
        Failure::usage(format!("{name} does not hold one JSON object"))
            .at("file", name)
            .why(why)
    };
    if bytes.len() as u64 > MAX_DATA_BYTES {
        return Err(bad("it is larger than 1 MiB".to_owned()));
    }
    match serde_json::from_slice(&bytes) {
        // What the API's own requests look like.
        Ok(Value::Object(mut object)) if object.len() == 1 && object.contains_key("user") => {
            match object.remove("user") {
                Some(Value::Object(user)) => Ok(user),
                _ => Err(bad("`user` is no object".to_owned())),
            }
        }
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(bad("it is JSON of another kind".to_owned())),
        Err(error) => Err(bad(error.to_string())),
    }
}

fn split<'a>(flag: &str, pair: &'a str) -> Result<(&'a str, &'a str), Failure> {
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
fn typed(name: &str, text: &str) -> Result<Value, Failure> {
    let fits = |value: &Value| {
        UserInput::deserialize(json!({ name: value })).is_ok_and(|input| input.extra.is_empty())
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
        !UserInput::deserialize(json!({ name: null })).is_ok_and(|input| !input.extra.is_empty());
    Err(if known {
        Failure::usage(format!("{name} does not take {text:?}")).fix(format!(
            "give {name} in the type the attribute has, or use --data with JSON"
        ))
    } else {
        Failure::usage(format!("{name} is no attribute of a person"))
            .why("--set takes attributes such as name, phone, role, tags, notes, organization_id")
            .fix(format!("for a custom user field:  --field {name}=VALUE"))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::{field, typed};

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
            assert_eq!(typed(name, text).unwrap(), expected, "{name}={text}");
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert_eq!(
            typed("suspended", "maybe").unwrap_err().what,
            "suspended does not take \"maybe\""
        );
        let failure = typed("plan_tier", "gold").unwrap_err();
        assert_eq!(failure.what, "plan_tier is no attribute of a person");
        assert!(failure.fix.contains("--field plan_tier=VALUE"));
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
