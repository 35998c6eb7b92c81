//! Parts of texts, and texts read as something else.

use std::borrow::Cow;

use super::rule::{Cut, Kind};
use crate::scan::given::Given;
use crate::scan::problem::Fault;

/// The part that is meant. A part that is not there is blank; a text that a pattern does not fit is a fault.
pub(super) fn cut(cut: &Cut, text: &str) -> Result<String, Fault> {
    let misfit = |pattern: &regex::Regex| {
        Fault::new(
            "pattern_mismatch",
            format!("does not fit the pattern {}", pattern.as_str()),
        )
    };
    match cut {
        Cut::Split { separator, part } => {
            let parts: Vec<&str> = text.split(separator.as_str()).collect();
            let index = match usize::try_from(*part) {
                Ok(part) => part.checked_sub(1),
                Err(_) => usize::try_from(part.unsigned_abs())
                    .ok()
                    .and_then(|back| parts.len().checked_sub(back)),
            };
            let part = index.and_then(|index| parts.get(index));
            Ok(part.map_or_else(String::new, |part| part.trim().to_owned()))
        }
        Cut::Group { pattern, group } => {
            let captures = pattern.captures(text).ok_or_else(|| misfit(pattern))?;
            let found = match group.parse::<usize>() {
                Ok(number) => captures.get(number),
                Err(_) => captures.name(group),
            };
            Ok(found.map_or_else(String::new, |found| found.as_str().to_owned()))
        }
        Cut::As { pattern, template } => {
            let captures = pattern.captures(text).ok_or_else(|| misfit(pattern))?;
            let mut made = String::new();
            captures.expand(template, &mut made);
            Ok(made)
        }
    }
}

/// The value as something else. What is not text already is what it is.
pub(super) fn convert<'a>(kind: &Kind, given: Given<'a>) -> Result<Given<'a>, Fault> {
    let text = match given {
        Given::Text(text) => text,
        Given::Number(digits) if matches!(kind, Kind::Boolean { words: Some(_) }) => {
            Cow::Borrowed(digits)
        }
        other => return Ok(other),
    };
    Ok(match kind {
        Kind::Text => Given::Text(text),
        Kind::Integer { group } => owned(number(&text, None, *group, "integer_malformed")?),
        Kind::Decimal { point, group } => {
            owned(number(&text, Some(*point), *group, "decimal_malformed")?)
        }
        Kind::Boolean { words: None } => Given::Text(text).flag().map(Given::Flag)?,
        Kind::Boolean {
            words: Some((yes, no)),
        } => {
            let word = text.trim().to_lowercase();
            match (yes.contains(&word), no.contains(&word)) {
                (true, _) => Given::Flag(true),
                (_, true) => Given::Flag(false),
                _ => {
                    let words: Vec<_> = yes.iter().chain(no).map(String::as_str).collect();
                    return Err(Fault::new(
                        "boolean_malformed",
                        format!("none of the mapping's words: {}", words.join(", ")),
                    ));
                }
            }
        }
        Kind::Date { format: None } => Given::Text(text),
        Kind::Date {
            format: Some(format),
        } => owned(date(format, text.trim())?),
        Kind::List { separator } => {
            let parts = text.split(separator.as_str()).map(str::trim);
            let parts = parts.filter(|part| !part.is_empty());
            Given::List(parts.map(|part| owned(part.to_owned())).collect())
        }
    })
}

const fn owned<'a>(text: String) -> Given<'a> {
    Given::Text(Cow::Owned(text))
}

/// Digits with a point, as JSON writes them. Digits between group marks come in threes, or what was taken for a group mark
/// may have been a point.
fn number(
    text: &str,
    point: Option<char>,
    group: Option<char>,
    code: &'static str,
) -> Result<String, Fault> {
    let text = text.trim();
    let (whole, rest) = match point.and_then(|point| text.split_once(point)) {
        Some((whole, rest)) => (whole, Some(rest)),
        None => (text, None),
    };
    let mut digits = whole.to_owned();
    if let Some(group) = group.filter(|group| whole.contains(*group)) {
        let mut parts = whole.trim_start_matches('-').split(group);
        let first = parts.next().unwrap_or_default();
        if first.is_empty() || first.len() > 3 || parts.any(|part| part.len() != 3) {
            return Err(Fault::new(
                code,
                format!("digits between {group:?} are not in threes"),
            ));
        }
        digits.retain(|digit| digit != group);
    }
    let sound = digits.strip_prefix('-').unwrap_or(&digits);
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    if !all_digits(sound) || rest.is_some_and(|rest| !all_digits(rest)) {
        return Err(Fault::new(
            code,
            match point {
                Some(point) => format!("not a number with {point:?} before its fraction"),
                None => "not a whole number".to_owned(),
            },
        ));
    }
    if let Some(rest) = rest {
        digits.push('.');
        digits.push_str(rest);
    }
    Ok(digits)
}

/// A day, as Zendesk writes them.
fn date(format: &str, text: &str) -> Result<String, Fault> {
    let day = jiff::fmt::strtime::parse(format, text).and_then(|parsed| parsed.to_date());
    match day {
        Ok(day) => Ok(day.to_string()),
        Err(_) => Err(Fault::new(
            "date_malformed",
            format!("not a day as {format}"),
        )),
    }
}

/// Whether a day that is written in this form can be read again.
pub(super) fn is_date_format(format: &str) -> bool {
    let day = jiff::civil::date(2024, 11, 28);
    let written = jiff::fmt::strtime::format(format, day.at(0, 0, 0, 0));
    written.is_ok_and(|written| date(format, &written).is_ok_and(|read| read == day.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn converted(kind: &Kind, text: &str) -> Result<String, &'static str> {
        match convert(kind, owned(text.to_owned())) {
            Ok(Given::Text(text)) => Ok(text.into_owned()),
            Ok(other) => Ok(format!("{other:?}")),
            Err(fault) => Err(fault.code),
        }
    }

    #[test]
    fn numbers_are_read_as_they_are_written_here() {
        let german = Kind::Decimal {
            point: ',',
            group: Some('.'),
        };
        for (text, expected) in [
            ("1.234.567,50", Ok("1234567.50")),
            ("-12,5", Ok("-12.5")),
            ("1234", Ok("1234")),
            // A point where a group mark is expected is no thousand.
            ("1.5", Err("decimal_malformed")),
            ("1.2345,0", Err("decimal_malformed")),
            ("1,", Err("decimal_malformed")),
            ("1,2,3", Err("decimal_malformed")),
            (".123", Err("decimal_malformed")),
            ("x", Err("decimal_malformed")),
        ] {
            assert_eq!(
                converted(&german, text).as_deref(),
                expected.as_deref(),
                "{text}"
            );
        }
        let swiss = Kind::Integer { group: Some('\'') };
        assert_eq!(converted(&swiss, " 1'000 ").as_deref(), Ok("1000"));
        assert_eq!(converted(&swiss, "0007").as_deref(), Ok("0007"));
        assert_eq!(converted(&swiss, "1.0"), Err("integer_malformed"));
    }

    #[test]
    fn days_and_words_are_read() {
        let german = Kind::Date {
            format: Some("%d.%m.%Y".into()),
        };
        assert_eq!(converted(&german, "29.2.2024").as_deref(), Ok("2024-02-29"));
        assert_eq!(converted(&german, "29.02.2023"), Err("date_malformed"));
        assert_eq!(converted(&german, "2024-02-29"), Err("date_malformed"));
        for (format, sound) in [
            ("%d.%m.%Y", true),
            ("%m/%d/%y", true),
            ("%d.%m.", false),
            ("%Q", false),
            ("", false),
        ] {
            assert_eq!(is_date_format(format), sound, "{format}");
        }
        let words = Kind::Boolean {
            words: Some((vec!["ja".into(), "x".into()], vec!["nein".into()])),
        };
        assert_eq!(converted(&words, " JA ").as_deref(), Ok("Flag(true)"));
        assert_eq!(converted(&words, "nein").as_deref(), Ok("Flag(false)"));
        assert_eq!(converted(&words, "true"), Err("boolean_malformed"));
        let list = Kind::List {
            separator: ";".into(),
        };
        assert!(converted(&list, "a; b,c;").unwrap().contains("b,c"));
    }

    #[test]
    fn parts_are_cut_out() {
        let split = |part| Cut::Split {
            separator: ",".into(),
            part,
        };
        for (part, expected) in [
            (1, "Lee"),
            (2, "Ann"),
            (3, ""),
            (-1, "Ann"),
            (-2, "Lee"),
            (-3, ""),
        ] {
            assert_eq!(cut(&split(part), "Lee, Ann").unwrap(), expected, "{part}");
        }
        let pattern = regex::Regex::new(r"^(?<last>\w+), (\w+)$").unwrap();
        let group = |group: &str| Cut::Group {
            pattern: pattern.clone(),
            group: group.into(),
        };
        assert_eq!(cut(&group("last"), "Lee, Ann").unwrap(), "Lee");
        assert_eq!(cut(&group("2"), "Lee, Ann").unwrap(), "Ann");
        assert_eq!(
            cut(&group("2"), "Ann Lee").unwrap_err().code,
            "pattern_mismatch"
        );
        let template = Cut::As {
            pattern,
            template: "$2 ${last}".into(),
        };
        assert_eq!(cut(&template, "Lee, Ann").unwrap(), "Ann Lee");
    }
}
