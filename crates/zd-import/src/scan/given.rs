//! A value as the input gives it, and what it becomes.

use std::borrow::Cow;

use serde_json::{Number, Value};
use zd_model::Nullable;

use super::attribute::FieldKind;
use super::problem::Fault;
use crate::key::trimmed;

/// A value as the input gives it, from a cell or from JSON.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Given<'a> {
    Null,
    Text(Cow<'a, str>),
    /// A JSON number, in its own digits.
    Number(&'a str),
    Flag(bool),
    List(Vec<Self>),
    /// A JSON object, in its own text.
    Object(&'a str),
}

type Converted<T> = Result<T, Fault>;

fn wrong(message: &str) -> Fault {
    Fault::new("type_mismatch", message)
}

impl Given<'_> {
    /// Whether it is a text that says nothing.
    pub(crate) fn is_blank(&self) -> bool {
        matches!(self, Self::Text(text) if trimmed(text).is_empty())
    }

    /// A text, byte for byte; a whole number becomes its digits.
    pub(crate) fn text(self) -> Converted<String> {
        match self {
            Self::Text(text) => Ok(text.into_owned()),
            Self::Number(digits) if is_whole(digits) => Ok(digits.to_owned()),
            Self::Number(_) => Err(wrong(
                "a number with a fraction where text is wanted: put it in quotes",
            )),
            Self::Flag(_) => Err(wrong("true or false where text is wanted")),
            Self::List(_) => Err(wrong("a list where text is wanted")),
            Self::Object(_) => Err(wrong("an object where text is wanted")),
            Self::Null => Err(wrong("null where text is wanted")),
        }
    }

    /// A text without the blanks around it.
    pub(crate) fn word(self) -> Converted<String> {
        let text = self.text()?;
        let trimmed = trimmed(&text);
        Ok(if trimmed.len() == text.len() {
            text
        } else {
            trimmed.to_owned()
        })
    }

    /// A whole number from 0 to 2⁶⁴ − 1, exact.
    pub(crate) fn id(self) -> Converted<u64> {
        let refuse = |found: &str| {
            let exponent = found.contains(['e', 'E']) && found.contains(['+', '.']);
            Fault::new(
                "id_malformed",
                if exponent {
                    "not an id: a spreadsheet has rounded it; format the column as text and take the ids again"
                } else {
                    "not an id: a whole number from 0 to 18446744073709551615"
                },
            )
        };
        let digits = match &self {
            Self::Text(text) => text.trim(),
            Self::Number(digits) => digits,
            _ => return Err(refuse("")),
        };
        let sound = digits.bytes().all(|byte| byte.is_ascii_digit());
        let number = sound.then(|| digits.parse().ok()).flatten();
        number.ok_or_else(|| refuse(digits))
    }

    /// True or false; as text also 1, 0, yes, no.
    pub(crate) fn flag(self) -> Converted<bool> {
        let word = match &self {
            Self::Flag(flag) => return Ok(*flag),
            Self::Text(text) => text.trim(),
            Self::Number(digits) => digits,
            _ => "",
        };
        let is = |known: &[&str]| known.iter().any(|known| known.eq_ignore_ascii_case(word));
        if is(&["true", "yes", "1"]) {
            Ok(true)
        } else if is(&["false", "no", "0"]) {
            Ok(false)
        } else {
            Err(Fault::new(
                "boolean_malformed",
                "neither true nor false (nor 1, 0, yes, no)",
            ))
        }
    }

    /// A list: a JSON array, or a text split at its commas.
    pub(crate) fn words(self) -> Converted<Vec<String>> {
        match self {
            Self::List(items) => items.into_iter().map(Given::word).collect(),
            other => {
                let text = other.text()?;
                Ok(text.split(',').map(|word| word.trim().to_owned()).collect())
            }
        }
    }

    /// A list of ids.
    pub(crate) fn ids<T>(self, make: impl Fn(u64) -> T) -> Converted<Vec<T>> {
        let items = match self {
            Self::List(items) => items,
            one @ Self::Number(_) => vec![one],
            other => {
                let words = other.words()?.into_iter();
                words.map(|word| Given::Text(Cow::Owned(word))).collect()
            }
        };
        items.into_iter().map(|item| item.id().map(&make)).collect()
    }

    /// A custom field's value. Null clears the field.
    pub(crate) fn field(self, kind: FieldKind) -> Converted<Value> {
        if self == Self::Null {
            return Ok(Value::Null);
        }
        match kind {
            FieldKind::Given => self.value(),
            FieldKind::Text => self.text().map(Value::String),
            FieldKind::Boolean => self.flag().map(Value::Bool),
            FieldKind::Integer => number(&self.digits()?, false),
            FieldKind::Decimal => number(&self.digits()?, true),
            FieldKind::Date => date(self.word()?),
            FieldKind::List => {
                let words = self.words()?;
                if words.iter().any(String::is_empty) {
                    return Err(Fault::new("list_malformed", "nothing between two commas"));
                }
                Ok(words.into())
            }
        }
    }

    fn digits(self) -> Converted<String> {
        match self {
            Self::Number(digits) => Ok(digits.to_owned()),
            other => other.word(),
        }
    }

    /// The value as it is.
    fn value(self) -> Converted<Value> {
        Ok(match self {
            Self::Null => Value::Null,
            Self::Text(text) => Value::String(text.into_owned()),
            Self::Number(digits) => exact(digits)?,
            Self::Flag(flag) => Value::Bool(flag),
            Self::List(items) => {
                let items = items.into_iter().map(Given::value);
                Value::Array(items.collect::<Converted<_>>()?)
            }
            Self::Object(_) => return Err(wrong("an object is no value of a custom field")),
        })
    }

    /// Null, or what `convert` makes of it.
    pub(crate) fn or_null<T>(
        self,
        convert: impl FnOnce(Self) -> Converted<T>,
    ) -> Converted<Nullable<T>> {
        if self == Self::Null {
            return Ok(Nullable::Null);
        }
        convert(self).map(Nullable::Value)
    }
}

fn is_whole(digits: &str) -> bool {
    let digits = digits.strip_prefix('-').unwrap_or(digits);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// A number that keeps its digits.
fn exact(digits: &str) -> Converted<Value> {
    digits
        .parse::<Number>()
        .map(Value::Number)
        .map_err(|_| Fault::new("number_malformed", "not a number"))
}

fn number(text: &str, fraction: bool) -> Converted<Value> {
    let (whole, rest) = match text.split_once('.') {
        Some((whole, rest)) if fraction => (whole, Some(rest)),
        _ => (text, None),
    };
    let sound = is_whole(whole) && rest.is_none_or(|rest| is_whole(rest) && !rest.starts_with('-'));
    if !sound {
        return Err(if fraction {
            Fault::new(
                "decimal_malformed",
                "not a decimal number: digits, with a point before the fraction",
            )
        } else {
            Fault::new("integer_malformed", "not a whole number")
        });
    }
    let leading_zero = whole.trim_start_matches('-').starts_with('0');
    if !leading_zero {
        return exact(text);
    }
    // JSON knows no leading zeros; every other digit stays.
    let (sign, digits) = match whole.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", whole),
    };
    let digits = match digits.trim_start_matches('0') {
        "" => "0",
        digits => digits,
    };
    match rest {
        Some(rest) => exact(&format!("{sign}{digits}.{rest}")),
        None => exact(&format!("{sign}{digits}")),
    }
}

fn date(text: String) -> Converted<Value> {
    let shaped = text.len() == 10
        && text.bytes().enumerate().all(|(index, byte)| match index {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    let is_day = shaped && text.parse::<jiff::civil::Date>().is_ok();
    if is_day || text.parse::<jiff::Timestamp>().is_ok() {
        return Ok(Value::String(text));
    }
    Err(Fault::new(
        "date_malformed",
        "not a day: write YYYY-MM-DD, or a time such as 2026-01-31T00:00:00Z",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Given<'_> {
        Given::Text(Cow::Borrowed(text))
    }

    #[test]
    fn ids_are_exact() {
        assert_eq!(text(" 18446744073709551615 ").id(), Ok(u64::MAX));
        assert_eq!(
            Given::Number("9007199254740993").id(),
            Ok(9_007_199_254_740_993)
        );
        for bad in ["", "-1", "+1", "1.0", "12a", "18446744073709551616"] {
            assert_eq!(text(bad).id().unwrap_err().code, "id_malformed", "{bad}");
        }
        assert!(
            text("1.23E+12")
                .id()
                .unwrap_err()
                .message
                .contains("spreadsheet")
        );
        assert_eq!(text("1, 2").ids(|id| id), Ok(vec![1, 2]));
    }

    #[test]
    fn flags_are_read_from_six_words() {
        for (word, flag) in [
            ("true", true),
            (" Yes", true),
            ("1", true),
            ("FALSE", false),
            ("no", false),
            ("0", false),
        ] {
            assert_eq!(text(word).flag(), Ok(flag));
        }
        for bad in ["", "t", "on", "2"] {
            assert_eq!(text(bad).flag().unwrap_err().code, "boolean_malformed");
        }
    }

    #[test]
    fn fields_are_written_as_their_type_says() {
        for (given, kind, expected) in [
            ("007", FieldKind::Given, r#""007""#),
            ("007", FieldKind::Text, r#""007""#),
            ("007", FieldKind::Integer, "7"),
            ("-000", FieldKind::Integer, "-0"),
            (
                "123456789012345678901234567890",
                FieldKind::Integer,
                "123456789012345678901234567890",
            ),
            ("03.10", FieldKind::Decimal, "3.10"),
            ("-0.5", FieldKind::Decimal, "-0.5"),
            ("yes", FieldKind::Boolean, "true"),
            ("2024-02-29", FieldKind::Date, r#""2024-02-29""#),
            (
                "2024-02-29T10:00:00+02:00",
                FieldKind::Date,
                r#""2024-02-29T10:00:00+02:00""#,
            ),
            ("a, b", FieldKind::List, r#"["a","b"]"#),
        ] {
            assert_eq!(text(given).field(kind).unwrap().to_string(), expected);
        }
        for (given, kind, code) in [
            ("1.5", FieldKind::Integer, "integer_malformed"),
            ("", FieldKind::Integer, "integer_malformed"),
            ("-", FieldKind::Integer, "integer_malformed"),
            ("+1", FieldKind::Integer, "integer_malformed"),
            ("1,5", FieldKind::Decimal, "decimal_malformed"),
            ("1.", FieldKind::Decimal, "decimal_malformed"),
            (".5", FieldKind::Decimal, "decimal_malformed"),
            ("1.-5", FieldKind::Decimal, "decimal_malformed"),
            ("1e5", FieldKind::Decimal, "decimal_malformed"),
            ("2023-02-29", FieldKind::Date, "date_malformed"),
            ("29.02.2024", FieldKind::Date, "date_malformed"),
            ("20240229", FieldKind::Date, "date_malformed"),
            ("a,,b", FieldKind::List, "list_malformed"),
        ] {
            assert_eq!(text(given).field(kind).unwrap_err().code, code, "{given}");
        }
    }

    #[test]
    fn json_values_stay_what_they_are() {
        let list = Given::List(vec![text("a"), Given::Number("1.50"), Given::Null]);
        assert_eq!(
            list.field(FieldKind::Given).unwrap().to_string(),
            r#"["a",1.50,null]"#
        );
        assert_eq!(Given::Number("42").text().unwrap(), "42");
        assert!(Given::Number("4.2").text().is_err());
        assert!(Given::Flag(true).text().is_err());
        assert_eq!(
            Given::Object("{}")
                .field(FieldKind::Given)
                .unwrap_err()
                .code,
            "type_mismatch"
        );
    }
}
