//! What a user field accepts, and how it reads back.

use serde::Serializer;
use serde::ser::SerializeSeq as _;
use serde_json::{Number, Value};

use super::fields::{Field, FieldKind};
use super::ids::{self, Slot};
use super::problem::Problem;

/// A set value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FieldValue {
    Text(Box<str>),
    /// A JSON number's text, exactly.
    Number(Box<str>),
    Checked,
    Day(jiff::civil::Date),
    Option(u8),
    Options(Box<[u8]>),
    User(Slot),
}

/// The longest text that is kept, in characters (assumed).
pub(crate) const LONGEST_TEXT: usize = 65_535;

/// Reads what was sent for a field: a value, or nothing, which unsets it.
///
/// `user_exists` answers for lookups.
pub(crate) fn parse(
    field: &'static Field,
    sent: &Value,
    user_exists: impl Fn(Slot) -> bool,
) -> Result<Option<FieldValue>, Problem> {
    let no = |text: &str| Problem::of_field(field, text);
    match sent {
        Value::Null => return Ok(None),
        // Clearing by an empty text is assumed.
        Value::String(text) if text.is_empty() => return Ok(None),
        _ => {}
    }
    let value = match &field.kind {
        FieldKind::Text | FieldKind::Textarea => {
            let text = sent.as_str().ok_or_else(|| no("must be a string"))?;
            if text.chars().count() > LONGEST_TEXT {
                return Err(no("is too long (maximum is 65535 characters)"));
            }
            FieldValue::Text(text.into())
        }
        FieldKind::Regexp(matches) => {
            let text = sent.as_str().filter(|text| matches(text));
            FieldValue::Text(text.ok_or_else(|| no("is invalid"))?.into())
        }
        FieldKind::Integer => {
            let whole = number(sent).filter(|number| number.as_i64().is_some());
            FieldValue::Number(text_of(&whole.ok_or_else(|| no("must be an integer"))?))
        }
        FieldKind::Decimal => FieldValue::Number(text_of(
            &number(sent).ok_or_else(|| no("must be a number"))?,
        )),
        FieldKind::Checkbox(_) => {
            let checked = boolean(sent).ok_or_else(|| no("must be either true or false"))?;
            return Ok(checked.then_some(FieldValue::Checked));
        }
        FieldKind::Date => {
            let day = sent.as_str().and_then(day);
            FieldValue::Day(day.ok_or_else(|| no("is not a valid date"))?)
        }
        FieldKind::Dropdown(options) => {
            let place = sent.as_str().and_then(|text| place(options, text));
            FieldValue::Option(place.ok_or_else(|| no("is not one of the options"))?)
        }
        FieldKind::Multiselect(options) => {
            let sent = sent.as_array().ok_or_else(|| no("must be an array"))?;
            let mut places = sent
                .iter()
                .map(|value| value.as_str().and_then(|text| place(options, text)))
                .collect::<Option<Vec<u8>>>()
                .ok_or_else(|| no("is not one of the options"))?;
            places.sort_unstable();
            places.dedup();
            if places.is_empty() {
                return Ok(None);
            }
            FieldValue::Options(places.into())
        }
        FieldKind::Lookup => {
            let slot = integer(sent)
                .and_then(ids::user_slot)
                .filter(|slot| user_exists(*slot));
            FieldValue::User(slot.ok_or_else(|| no("is not the id of a user"))?)
        }
    };
    Ok(Some(value))
}

fn place(options: &[&str], text: &str) -> Option<u8> {
    options
        .iter()
        .position(|option| *option == text)
        .and_then(|place| u8::try_from(place).ok())
}

/// A JSON number, or a text that is one (assumed).
fn number(sent: &Value) -> Option<Number> {
    match sent {
        Value::Number(number) => Some(number.clone()),
        Value::String(text) => {
            let (sign, digits) = text
                .strip_prefix('-')
                .map_or(("", text.strip_prefix('+').unwrap_or(text)), |rest| {
                    ("-", rest)
                });
            // JSON knows no leading zeros; people do.
            let significant = digits.trim_start_matches('0');
            let zero = if significant.starts_with(|letter: char| letter.is_ascii_digit()) {
                ""
            } else {
                digits.get(..1).filter(|first| *first == "0").unwrap_or("")
            };
            format!("{sign}{zero}{significant}").parse().ok()
        }
        _ => None,
    }
}

fn text_of(number: &Number) -> Box<str> {
    number.to_string().into_boxed_str()
}

/// What Zendesk's parameter checks take for a boolean.
pub(crate) fn boolean(sent: &Value) -> Option<bool> {
    match sent {
        Value::Bool(value) => Some(*value),
        Value::String(text) if text == "true" || text == "1" => Some(true),
        Value::String(text) if text == "false" || text == "0" => Some(false),
        Value::Number(number) => match number.as_u64()? {
            1 => Some(true),
            0 => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// Whether Zendesk's parameter checks take it for a whole number: one, or the digits of one.
pub(crate) fn is_integer(sent: &Value) -> bool {
    let text = match sent {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        _ => return false,
    };
    let digits = text.strip_prefix('-').unwrap_or(&text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// A whole number that could be an id.
pub(crate) fn integer(sent: &Value) -> Option<u64> {
    match sent {
        Value::Number(number) => number.as_u64(),
        Value::String(text) if text.bytes().all(|byte| byte.is_ascii_digit()) => text.parse().ok(),
        _ => None,
    }
}

/// `YYYY-MM-DD`, alone or before the time of an ISO 8601 time; the time of day is dropped.
fn day(text: &str) -> Option<jiff::civil::Date> {
    let (day, time) = text
        .find(['T', ' '])
        .map_or((text, None), |at| (&text[..at], Some(&text[at + 1..])));
    let well_formed = day.len() == 10
        && day.bytes().enumerate().all(|(place, byte)| match place {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    let plausible = time.is_none_or(|time| {
        time.starts_with(|letter: char| letter.is_ascii_digit())
            && time
                .bytes()
                .all(|byte| byte.is_ascii_digit() || b":.,+-Z".contains(&byte))
    });
    (well_formed && plausible).then(|| day.parse().ok())?
}

/// Writes a field as users show it.
pub(crate) fn serialize<S: Serializer>(
    field: &Field,
    value: Option<&FieldValue>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let options = match field.kind {
        FieldKind::Dropdown(options) | FieldKind::Multiselect(options) => options,
        FieldKind::Checkbox(_) => return serializer.serialize_bool(value.is_some()),
        _ => &[],
    };
    let option = |place: &u8| options.get(usize::from(*place)).copied();
    match value {
        None => serializer.serialize_none(),
        Some(FieldValue::Text(text)) => serializer.serialize_str(text),
        Some(FieldValue::Number(text)) => {
            let number: Option<Number> = text.parse().ok();
            serde::Serialize::serialize(&number, serializer)
        }
        Some(FieldValue::Checked) => serializer.serialize_bool(true),
        Some(FieldValue::Day(day)) => serializer.collect_str(&format_args!("{day}T00:00:00+00:00")),
        Some(FieldValue::Option(place)) => serde::Serialize::serialize(&option(place), serializer),
        Some(FieldValue::Options(places)) => {
            let mut list = serializer.serialize_seq(Some(places.len()))?;
            for place in places {
                list.serialize_element(&option(place))?;
            }
            list.end()
        }
        // A text, as lookup fields hold ids; a number is just as likely.
        Some(FieldValue::User(slot)) => serializer.collect_str(&ids::user(*slot)),
    }
}

/// The tag that a value puts on its user.
pub(crate) fn tag(field: &Field, value: &FieldValue) -> Option<&'static str> {
    match (&field.kind, value) {
        (FieldKind::Checkbox(tag), FieldValue::Checked) => Some(tag),
        (FieldKind::Dropdown(options), FieldValue::Option(place)) => {
            options.get(usize::from(*place)).copied()
        }
        _ => None,
    }
}
