//! What a rule does with a value, read.

use regex::{Regex, RegexBuilder};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::convert::is_date_format;
use super::read::Reader;
use super::rule::{Case, Cut, Kind, Steps};
use crate::scan::attribute::{Attribute, FieldKind};

/// How much memory a pattern may take, compiled.
const PATTERN_SIZE: usize = 1 << 20;

const TYPES: [&str; 6] = ["text", "integer", "decimal", "boolean", "date", "list"];

/// Reads the steps of a rule; a type says also what a custom field is written as.
pub(super) fn read(
    reader: &mut Reader<'_>,
    table: &DeTable<'_>,
    attribute: &mut Attribute,
) -> Steps {
    let mut steps = Steps::default();
    if let Some(null) = table.get("null") {
        steps.null = reader.texts(null);
    }
    if let Some(trim) = table.get("trim") {
        match trim.get_ref().as_bool() {
            Some(flag) => steps.trim = flag,
            None => reader.wrong(trim, "true or false"),
        }
    }
    if let Some(case) = table.get("case") {
        match case.get_ref().as_str() {
            Some("lower") => steps.case = Some(Case::Lower),
            Some("upper") => steps.case = Some(Case::Upper),
            _ => reader.fault(
                case.span().start,
                "value_mistyped",
                "case is \"lower\" or \"upper\"",
            ),
        }
    }
    if let Some(default) = table.get("default") {
        steps.default = reader.constant(default);
    }
    steps.cut = cut(reader, table);
    steps.kind = kind(reader, table, attribute);
    if let Some((key, _)) = table.get_key_value("value") {
        let others = [
            "null", "trim", "case", "default", "split", "match", "part", "as",
        ];
        if let Some(other) = others.iter().find(|other| table.contains_key(**other)) {
            reader.fault(
                key.span().start,
                "rule_contradictory",
                format!("a constant is taken as it is, so {other} has nothing to do"),
            );
        }
    }
    steps
}

fn cut(reader: &mut Reader<'_>, table: &DeTable<'_>) -> Option<Cut> {
    let (split, pattern) = (table.get_key_value("split"), table.get("match"));
    let (part, template) = (table.get_key_value("part"), table.get_key_value("as"));
    let mut contradiction = |at: usize, message: &str| {
        reader.fault(at, "rule_contradictory", message);
        None
    };
    match (split, pattern, part, template) {
        (None, None, None, None) => None,
        (Some((key, _)), Some(_), _, _) => {
            contradiction(key.span().start, "split or match, not both")
        }
        (Some((_, separator)), None, Some((_, part)), None) => {
            let separator = nonempty(reader, separator)?;
            let number = integer(part).filter(|number| *number != 0);
            let Some(part) = number else {
                reader.wrong(part, "a number: 1 is the first part, -1 the last");
                return None;
            };
            Some(Cut::Split { separator, part })
        }
        (Some((key, _)), None, _, _) => contradiction(
            key.span().start,
            "split needs part: 1 is the first part, -1 the last",
        ),
        (None, Some(pattern), Some((_, part)), None) => {
            let pattern = regex(reader, pattern)?;
            let group = match (integer(part), part.get_ref().as_str()) {
                (Some(number), _) => number.to_string(),
                (None, Some(name)) => name.to_owned(),
                _ => {
                    reader.wrong(part, "the number or the name of a group");
                    return None;
                }
            };
            let known = match group.parse::<usize>() {
                Ok(number) => number < pattern.captures_len(),
                Err(_) => pattern.capture_names().flatten().any(|name| name == group),
            };
            if !known {
                let names: Vec<_> = pattern.capture_names().flatten().collect();
                let count = pattern.captures_len() - 1;
                let message = format!(
                    "the pattern has no group {group}; it has {count}{}{}",
                    if names.is_empty() { "" } else { ", by name " },
                    names.join(", ")
                );
                reader.fault(part.span().start, "group_unknown", message);
                return None;
            }
            Some(Cut::Group { pattern, group })
        }
        (None, Some(pattern), None, Some((_, template))) => {
            let pattern = regex(reader, pattern)?;
            let template = reader.text(template)?;
            Some(Cut::As { pattern, template })
        }
        (None, Some(pattern), _, _) => contradiction(
            pattern.span().start,
            "match needs either part (a group) or as (a text made of groups, such as \"$2 $1\")",
        ),
        (None, None, Some((key, _)), _) => {
            contradiction(key.span().start, "part goes with split or match only")
        }
        (None, None, None, Some((key, _))) => {
            contradiction(key.span().start, "as goes with match only")
        }
    }
}

fn kind(reader: &mut Reader<'_>, table: &DeTable<'_>, attribute: &mut Attribute) -> Option<Kind> {
    let typed = table.get("type");
    let word = typed.map(|typed| typed.get_ref().as_str().unwrap_or_default());
    for (key, of) in [
        ("true", &["boolean"][..]),
        ("false", &["boolean"]),
        ("format", &["date"]),
        ("separator", &["list"]),
        ("point", &["decimal"]),
        ("group", &["integer", "decimal"]),
    ] {
        if let Some((key, _)) = table.get_key_value(key)
            && !word.is_some_and(|word| of.contains(&word))
        {
            let message = format!(
                "{} goes with type = \"{}\" only",
                key.get_ref(),
                of.join("\" or \"")
            );
            reader.fault(key.span().start, "rule_contradictory", message);
        }
    }
    let typed = typed?;
    let (kind, field) = match word.unwrap_or_default() {
        "text" => (Kind::Text, FieldKind::Text),
        "integer" => (
            Kind::Integer {
                group: mark(reader, table.get("group")),
            },
            FieldKind::Integer,
        ),
        "decimal" => {
            let (point, group) = (table.get("point"), table.get("group"));
            let kind = Kind::Decimal {
                point: mark(reader, point).unwrap_or('.'),
                group: mark(reader, group),
            };
            if let (
                Kind::Decimal {
                    point,
                    group: Some(group),
                },
                Some(value),
            ) = (&kind, table.get("group"))
                && point == group
            {
                reader.fault(
                    value.span().start,
                    "rule_contradictory",
                    "point and group are the same",
                );
            }
            (kind, FieldKind::Decimal)
        }
        "boolean" => {
            let lower = |words: Vec<String>| -> Vec<String> {
                words
                    .iter()
                    .map(|word| word.trim().to_lowercase())
                    .collect()
            };
            let words = match (table.get("true"), table.get("false")) {
                (None, None) => None,
                (yes, no) => {
                    let yes = yes.map_or_else(Vec::new, |yes| reader.texts(yes));
                    let no = no.map_or_else(Vec::new, |no| reader.texts(no));
                    Some((lower(yes), lower(no)))
                }
            };
            if let Some((yes, no)) = &words
                && let Some(both) = yes.iter().find(|word| no.contains(word))
            {
                let message = format!("{both:?} is both true and false");
                reader.fault(typed.span().start, "rule_contradictory", message);
            }
            (Kind::Boolean { words }, FieldKind::Boolean)
        }
        "date" => {
            let mut format = None;
            if let Some(value) = table.get("format") {
                format = reader.text(value);
                if format
                    .as_deref()
                    .is_some_and(|format| !is_date_format(format))
                {
                    reader.fault(
                        value.span().start,
                        "date_format_malformed",
                        "not the form of a day: it needs a year, a month and a day, such as \"%d.%m.%Y\"",
                    );
                }
            }
            (Kind::Date { format }, FieldKind::Date)
        }
        "list" => {
            let separator = match table.get("separator") {
                Some(separator) => nonempty(reader, separator)?,
                None => ",".to_owned(),
            };
            (Kind::List { separator }, FieldKind::List)
        }
        other => {
            reader.unknown(typed.span(), "type", other, &TYPES);
            return None;
        }
    };
    if let Attribute::UserField { kind, .. } = attribute {
        if *kind != FieldKind::Given && *kind != field {
            reader.fault(
                typed.span().start,
                "rule_contradictory",
                "the attribute's name says another type",
            );
        }
        *kind = field;
    }
    Some(kind)
}

/// One character.
fn mark(reader: &mut Reader<'_>, value: Option<&Spanned<DeValue<'_>>>) -> Option<char> {
    let value = value?;
    let mut characters = value.get_ref().as_str().unwrap_or_default().chars();
    match (characters.next(), characters.next()) {
        (Some(mark), None) if !mark.is_ascii_digit() && mark != '-' => Some(mark),
        _ => {
            reader.wrong(value, "one character that is no digit");
            None
        }
    }
}

fn nonempty(reader: &mut Reader<'_>, value: &Spanned<DeValue<'_>>) -> Option<String> {
    let text = reader.text(value)?;
    if text.is_empty() {
        reader.fault(
            value.span().start,
            "value_mistyped",
            "an empty text separates nothing",
        );
        return None;
    }
    Some(text)
}

fn integer(value: &Spanned<DeValue<'_>>) -> Option<i64> {
    let number = value.get_ref().as_integer()?;
    (number.radix() == 10)
        .then(|| number.as_str().parse().ok())
        .flatten()
}

fn regex(reader: &mut Reader<'_>, value: &Spanned<DeValue<'_>>) -> Option<Regex> {
    let text = reader.text(value)?;
    match RegexBuilder::new(&text).size_limit(PATTERN_SIZE).build() {
        Ok(regex) => Some(regex),
        Err(error) => {
            let message = error.to_string();
            let last = message.lines().last().unwrap_or_default();
            let last = last.trim_start_matches("error: ");
            reader.fault(
                value.span().start,
                "pattern_malformed",
                format!("not a pattern: {last}"),
            );
            None
        }
    }
}
