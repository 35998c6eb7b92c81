//! Custom fields: what Zendesk makes of a value depends on the field's type.

use std::collections::BTreeSet;

use serde_json::Value;
use zd_model::{Nullable, UserFieldType, UserInput};

use super::{Comparison, Finding, Stored, number, text};

pub(super) fn compare(asked: &UserInput, stored: &Stored<'_>, found: &mut Comparison) {
    let Nullable::Value(fields) = &asked.user_fields else {
        if asked.user_fields.is_null() {
            found.push("user_fields", Finding::CannotTell);
        }
        return;
    };
    for (key, wanted) in fields {
        let name = format!("user_fields.{key}");
        let Some(shown) = stored.user.user_fields.value() else {
            found.push(name, Finding::CannotTell);
            continue;
        };
        let definition = stored
            .definitions
            .unwrap_or_default()
            .iter()
            .find(|definition| definition.key.as_deref() == Some(key));
        match (shown.get(key.as_str()), definition) {
            (Some(has), _) => {
                let kind = definition.and_then(|definition| definition.r#type.value());
                found.push(name, value(wanted, has, kind));
            }
            // It is there and in use, so it should show; a definition that came after the user was read explains it.
            (None, Some(definition)) if definition.active.value() != Some(&false) => {
                found.push(name, Finding::CannotTell);
            }
            // Every field in use shows in every user, so this one does not exist or is not in use; Zendesk ignored it.
            (None, _) => found.push_aside(name),
        }
    }
}

fn value(wanted: &Value, has: &Value, kind: Option<&UserFieldType>) -> Finding {
    if is_empty(wanted) {
        // A checkbox cannot be empty: unset reads as false.
        return Finding::when(is_empty(has) || has.as_bool() == Some(false));
    }
    let same = match kind {
        Some(UserFieldType::Integer | UserFieldType::Decimal | UserFieldType::Lookup) => {
            same_scalar(wanted, has, number::same)
        }
        // Unset is false.
        Some(UserFieldType::Checkbox) if has.is_null() => truth(wanted) == Some(false),
        Some(UserFieldType::Checkbox) => truth(wanted) == truth(has) && truth(wanted).is_some(),
        Some(UserFieldType::Date) => same_scalar(wanted, has, same_day),
        Some(UserFieldType::Multiselect) => list(wanted) == list(has),
        Some(UserFieldType::Text | UserFieldType::Textarea | UserFieldType::Regexp) => {
            same_scalar(wanted, has, text::same)
        }
        Some(UserFieldType::Dropdown) => same_scalar(wanted, has, text::same_but_for_case),
        _ => guessed(wanted, has),
    };
    Finding::when(same)
}

/// Compares without a definition: by the type that the stored value shows.
fn guessed(wanted: &Value, has: &Value) -> bool {
    match has {
        Value::Bool(_) | Value::Null if truth(wanted) == Some(false) => has.as_bool() != Some(true),
        Value::Bool(_) => truth(wanted) == truth(has),
        Value::Number(_) => same_scalar(wanted, has, number::same),
        Value::Array(_) => list(wanted) == list(has),
        Value::String(_) => {
            same_scalar(wanted, has, text::same)
                || same_scalar(wanted, has, |wanted, has| is_midnight(has) && same_day(wanted, has))
                // A number that was asked for and reads back as a text: a lookup, or a text field.
                || wanted.is_number() && same_scalar(wanted, has, number::same)
        }
        _ => wanted == has,
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

fn same_scalar(one: &Value, other: &Value, same: impl Fn(&str, &str) -> bool) -> bool {
    match (scalar(one), scalar(other)) {
        (Some(one), Some(other)) => same(&one, &other),
        _ => false,
    }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

fn truth(value: &Value) -> Option<bool> {
    match scalar(value)?.trim().to_lowercase().as_str() {
        "true" | "1" | "yes" => Some(true),
        "false" | "0" | "no" => Some(false),
        _ => None,
    }
}

fn list(value: &Value) -> Option<BTreeSet<String>> {
    match value {
        Value::Array(items) => items
            .iter()
            .map(|item| Some(scalar(item)?.trim().to_lowercase()))
            .collect(),
        Value::Null => Some(BTreeSet::new()),
        Value::String(text) => Some(
            text.split(',')
                .map(|part| part.trim().to_lowercase())
                .filter(|part| !part.is_empty())
                .collect(),
        ),
        _ => None,
    }
}

/// Whether this is how a date field reads back.
fn is_midnight(text: &str) -> bool {
    text.get(10..19) == Some("T00:00:00")
}

/// Whether two spellings name the same day. A date field drops the time of day; whether it takes the day as written or
/// as it is in UTC is not documented, so either will do.
fn same_day(one: &str, other: &str) -> bool {
    let (one, other) = (days(one), days(other));
    one.iter()
        .flatten()
        .any(|day| other.iter().flatten().any(|has| has == day))
}

/// The day as written and the day in UTC, if the text is a date or a time and nothing else.
fn days(text: &str) -> [Option<String>; 2] {
    let text = text.trim();
    let in_utc = text.parse::<jiff::Timestamp>().ok();
    let written = text.get(..10).filter(|day| {
        (in_utc.is_some() || text.len() == 10) && day.parse::<jiff::civil::Date>().is_ok()
    });
    [
        written.map(str::to_owned),
        in_utc.and_then(|time| time.to_string().get(..10).map(str::to_owned)),
    ]
}
