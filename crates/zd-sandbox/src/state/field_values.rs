//! What a user field accepts, and how it reads back.

use std::borrow::Cow;

use serde::Serializer;
use serde_json::{Number, Value};

use super::fields::{Field, FieldKind, FieldOption, Lookup, OptionNumber};
use super::index::folded;
use super::problem::Problem;
use super::text::Text;

/// A set value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FieldValue {
    Text(Text<22>),
    /// A number that is written as machines write it.
    Whole(i64),
    /// Any other JSON number's text, exactly.
    Number(Box<str>),
    Checked,
    Day(jiff::civil::Date),
    Option(OptionNumber),
    Options(Box<[OptionNumber]>),
    /// The id of the record that a lookup field names.
    Record(u64),
}

/// The longest text that is kept, in characters (assumed).
pub(crate) const LONGEST_TEXT: usize = 65_535;

/// The longest text that a pattern is tried on, in characters (assumed).
const LONGEST_MATCHED: usize = 1024;

/// Reads what was sent for a field: a value, or nothing, which unsets it.
///
/// `exists` answers for lookups.
pub(crate) fn parse(
    field: &Field,
    sent: &Value,
    exists: impl Fn(&Lookup, u64) -> bool,
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
        FieldKind::Regexp(pattern) => {
            let text = sent
                .as_str()
                .filter(|text| text.chars().count() <= LONGEST_MATCHED && pattern.matches(text));
            FieldValue::Text(text.ok_or_else(|| no("is invalid"))?.into())
        }
        FieldKind::Integer => {
            let whole = number(sent).filter(|number| number.as_i64().is_some());
            numeric(&whole.ok_or_else(|| no("must be an integer"))?)
        }
        FieldKind::Decimal => numeric(&number(sent).ok_or_else(|| no("must be a number"))?),
        FieldKind::Checkbox(_) => {
            let checked = boolean(sent).ok_or_else(|| no("must be either true or false"))?;
            return Ok(checked.then_some(FieldValue::Checked));
        }
        FieldKind::Date => {
            let day = sent.as_str().and_then(day);
            FieldValue::Day(day.ok_or_else(|| no("is not a valid date"))?)
        }
        FieldKind::Dropdown(options) => {
            let chosen = sent.as_str().and_then(|text| chosen(options, text));
            FieldValue::Option(chosen.ok_or_else(|| no("is not one of the options"))?)
        }
        FieldKind::Multiselect(options) => {
            let sent = sent.as_array().ok_or_else(|| no("must be an array"))?;
            let mut numbers = sent
                .iter()
                .map(|value| value.as_str().and_then(|text| chosen(options, text)))
                .collect::<Option<Vec<OptionNumber>>>()
                .ok_or_else(|| no("is not one of the options"))?;
            numbers.sort_unstable();
            numbers.dedup();
            if numbers.is_empty() {
                return Ok(None);
            }
            FieldValue::Options(numbers.into())
        }
        FieldKind::Lookup(lookup) => {
            let id = integer(sent).filter(|id| exists(lookup, *id));
            FieldValue::Record(id.ok_or_else(|| no(lookup.target.must_be()))?)
        }
    };
    Ok(Some(value))
}

fn chosen(options: &[FieldOption], text: &str) -> Option<OptionNumber> {
    options
        .iter()
        .find(|option| &*option.value == text)
        .map(|option| option.number)
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

fn numeric(number: &Number) -> FieldValue {
    let text = number.to_string();
    match number.as_i64() {
        Some(whole) if whole.to_string() == text => FieldValue::Whole(whole),
        _ => FieldValue::Number(text.into_boxed_str()),
    }
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
    if matches!(field.kind, FieldKind::Checkbox(_)) {
        return serializer.serialize_bool(value.is_some());
    }
    let option = |number: &OptionNumber| field.option(*number).map(|option| &*option.value);
    match value {
        None => serializer.serialize_none(),
        Some(FieldValue::Text(text)) => serializer.serialize_str(text),
        Some(FieldValue::Whole(number)) => serializer.serialize_i64(*number),
        Some(FieldValue::Number(text)) => {
            let number: Option<Number> = text.parse().ok();
            serde::Serialize::serialize(&number, serializer)
        }
        Some(FieldValue::Checked) => serializer.serialize_bool(true),
        Some(FieldValue::Day(day)) => serializer.collect_str(&format_args!("{day}T00:00:00+00:00")),
        Some(FieldValue::Option(number)) => {
            serde::Serialize::serialize(&option(number), serializer)
        }
        Some(FieldValue::Options(numbers)) => {
            // In the order of the field's options.
            let options = field.options().unwrap_or_default().iter();
            let chosen = options.filter(|option| numbers.contains(&option.number));
            serializer.collect_seq(chosen.map(|option| &option.value))
        }
        // A text, as lookup fields hold ids; a number is just as likely.
        Some(FieldValue::Record(id)) => serializer.collect_str(id),
    }
}

/// What is left of a value, now that its field's options are these.
pub(crate) fn still_there(field: &Field, value: FieldValue) -> Option<FieldValue> {
    let is_there = |number: &OptionNumber| field.option(*number).is_some();
    match value {
        FieldValue::Option(number) => is_there(&number).then_some(value),
        FieldValue::Options(numbers) => {
            let left: Box<[OptionNumber]> = numbers.into_iter().filter(is_there).collect();
            (!left.is_empty()).then_some(FieldValue::Options(left))
        }
        value => Some(value),
    }
}

/// The tag that a value puts on its user.
pub(crate) fn tag<'a>(field: &'a Field, value: &FieldValue) -> Option<Cow<'a, str>> {
    match (&field.kind, value) {
        (FieldKind::Checkbox(tag), FieldValue::Checked) => tag.as_deref().map(folded),
        (FieldKind::Dropdown(_), FieldValue::Option(number)) => {
            field.option(*number).map(FieldOption::tag)
        }
        _ => None,
    }
}
