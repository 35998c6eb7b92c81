//! The account's custom fields: which there are, and what each takes.

use hashbrown::HashMap;
use serde_json::Value;
use zd_model::{CustomFieldOption, UserField, UserFieldType};

use super::near::Near;
use super::pattern::Pattern;
use crate::scan::{Fault, FieldKind, Given, long};

/// Up to so many options are all listed for somebody who missed one.
const LISTED: usize = 10;

/// The custom fields by key.
#[derive(Debug, Default)]
pub(super) struct Fields {
    by_key: HashMap<String, Field>,
    near: Near,
}

#[derive(Debug)]
struct Field {
    kind: Kind,
    active: bool,
}

/// What a field takes.
#[derive(Debug)]
enum Kind {
    Text,
    /// Text that a pattern must match; none if the pattern cannot be read here.
    Matching {
        written: String,
        pattern: Option<Pattern>,
    },
    Integer,
    Decimal,
    Checkbox,
    Date,
    Dropdown(Options),
    Multiselect(Options),
    Lookup,
    /// A type that came after this was written: nothing is known of its values.
    Unknown,
}

/// The options of a field: names by value, and values by folded name.
#[derive(Debug, Default)]
struct Options {
    names: HashMap<String, String>,
    values: HashMap<String, String>,
}

impl Options {
    fn of(options: &[CustomFieldOption]) -> Self {
        let mut this = Self::default();
        for option in options {
            let Some(value) = option.value.as_deref() else {
                continue;
            };
            let name = option.name.as_deref().unwrap_or_default();
            this.names.insert(value.to_owned(), name.to_owned());
            let folded = name.trim().to_lowercase();
            this.values
                .entry(folded)
                .or_insert_with(|| value.to_owned());
        }
        this
    }

    /// `; there are gold, silver`, if they are few.
    fn listed(&self) -> String {
        if self.names.is_empty() || self.names.len() > LISTED {
            return String::new();
        }
        let mut values: Vec<&str> = self.names.keys().map(String::as_str).collect();
        values.sort_unstable();
        format!("; there are {}", values.join(", "))
    }
}

impl Kind {
    fn of(definition: &UserField) -> Self {
        let options = || {
            let options = definition.custom_field_options.value();
            Options::of(options.map_or(&[][..], Vec::as_slice))
        };
        match definition.r#type.value() {
            Some(UserFieldType::Text | UserFieldType::Textarea) => Self::Text,
            Some(UserFieldType::Regexp) => {
                let written = definition.regexp_for_validation.as_deref();
                let written = written.unwrap_or_default().to_owned();
                let pattern = Pattern::read(&written);
                Self::Matching { written, pattern }
            }
            Some(UserFieldType::Integer) => Self::Integer,
            Some(UserFieldType::Decimal) => Self::Decimal,
            Some(UserFieldType::Checkbox) => Self::Checkbox,
            Some(UserFieldType::Date) => Self::Date,
            Some(UserFieldType::Dropdown) => Self::Dropdown(options()),
            Some(UserFieldType::Multiselect) => Self::Multiselect(options()),
            Some(UserFieldType::Lookup) => Self::Lookup,
            _ => Self::Unknown,
        }
    }

    const fn name(&self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Matching { .. } => "text that a pattern must match",
            Self::Integer => "a whole number",
            Self::Decimal => "a decimal number",
            Self::Checkbox => "a checkbox",
            Self::Date => "a date",
            Self::Dropdown(_) => "one of several options",
            Self::Multiselect(_) => "a list of options",
            Self::Lookup => "the id of another record",
            Self::Unknown => "of a new type",
        }
    }

    /// What columns may be written as, by the word behind the colon; the first is what the field takes.
    const fn written_as(&self) -> &'static [FieldKind] {
        match self {
            Self::Text | Self::Matching { .. } | Self::Dropdown(_) => &[FieldKind::Text],
            Self::Integer => &[FieldKind::Integer],
            Self::Decimal => &[FieldKind::Decimal, FieldKind::Integer],
            Self::Checkbox => &[FieldKind::Boolean],
            Self::Date => &[FieldKind::Date],
            Self::Multiselect(_) => &[FieldKind::List],
            Self::Lookup => &[FieldKind::Integer, FieldKind::Text],
            Self::Unknown => &[],
        }
    }
}

impl Fields {
    pub(super) fn of(definitions: &[UserField]) -> Self {
        let field = |definition: &UserField| {
            let key = definition.key.as_deref()?.to_owned();
            let field = Field {
                kind: Kind::of(definition),
                active: definition.active.value() != Some(&false),
            };
            Some((key, field))
        };
        Self {
            by_key: definitions.iter().filter_map(field).collect(),
            near: Near::default(),
        }
    }

    /// Whether values of this field pass unchecked because its pattern cannot be read here.
    pub(super) fn is_unread(&self, key: &str) -> bool {
        let kind = self.by_key.get(key).map(|field| &field.kind);
        matches!(kind, Some(Kind::Matching { pattern: None, .. }))
    }

    /// The field of this key, if it may be written in this way.
    fn field(&self, key: &str, kind: FieldKind) -> Result<&Field, Fault> {
        let Some(field) = self.by_key.get(key) else {
            let active = self.by_key.iter().filter(|(_, field)| field.active);
            let near = self
                .near
                .offer("", key, active.map(|(key, _)| key.as_str()));
            return Err(Fault::new(
                "user_field_unknown",
                format!(
                    "the account has no custom field {key}, so Zendesk would ignore it{near}; leave it out with --ignore-column"
                ),
            ));
        };
        if !field.active {
            return Err(Fault::new(
                "user_field_inactive",
                "this custom field is not in use: what is written to it does not show; activate it, or leave it out with --ignore-column",
            ));
        }
        let fits = field.kind.written_as();
        if kind != FieldKind::Given && !fits.is_empty() && !fits.contains(&kind) {
            let words: Vec<&str> = fits.iter().copied().map(word).collect();
            return Err(Fault::new(
                "user_field_type_contradicts",
                format!(
                    "in the account this field is {}, not :{}; leave the type out, or write :{}",
                    field.kind.name(),
                    word(kind),
                    words.join(" or :")
                ),
            ));
        }
        Ok(field)
    }

    /// Checks a column before any value of it is seen.
    pub(super) fn column(&self, key: &str, kind: FieldKind) -> Result<(), Fault> {
        self.field(key, kind).map(|_| ())
    }

    /// Checks a value, which becomes what the field takes.
    pub(super) fn value(
        &self,
        key: &str,
        kind: FieldKind,
        given: Given<'_>,
    ) -> Result<Value, Fault> {
        let field = self.field(key, kind)?;
        if given == Given::Null {
            return Ok(Value::Null);
        }
        let takes = match kind {
            FieldKind::Given => field.kind.written_as().first().copied(),
            stated => Some(stated),
        };
        match &field.kind {
            Kind::Matching { written, pattern } => {
                let text = given.text()?;
                if pattern.as_ref().is_some_and(|found| !found.matches(&text)) {
                    return Err(Fault::new(
                        "user_field_pattern",
                        format!("does not match the field's pattern {written}"),
                    ));
                }
                long(&text)?;
                Ok(Value::String(text))
            }
            Kind::Dropdown(options) => {
                let value = given.word()?;
                self.option(key, options, &value)?;
                Ok(Value::String(value))
            }
            Kind::Multiselect(options) => {
                let value = given.field(FieldKind::List)?;
                for item in value.as_array().into_iter().flatten() {
                    self.option(key, options, item.as_str().unwrap_or_default())?;
                }
                Ok(value)
            }
            Kind::Lookup => {
                // Zendesk shows ids as texts or as numbers; what was written stays.
                let as_text = matches!(given, Given::Text(_)) && kind != FieldKind::Integer;
                let id = given.id()?;
                Ok(if as_text {
                    Value::String(id.to_string())
                } else {
                    id.into()
                })
            }
            // JSON's own numbers may have an exponent.
            Kind::Decimal if matches!(given, Given::Number(_)) => given.field(FieldKind::Given),
            _ => {
                let value = given.field(takes.unwrap_or(kind))?;
                if let Some(text) = value.as_str() {
                    long(text)?;
                }
                Ok(value)
            }
        }
    }

    fn option(&self, key: &str, options: &Options, value: &str) -> Result<(), Fault> {
        if options.names.contains_key(value) {
            return Ok(());
        }
        let folded = value.trim().to_lowercase();
        let named = options.values.get(&folded);
        let by_case = || {
            let mut values = options.names.keys();
            values.find(|known| known.to_lowercase() == folded)
        };
        let message = if let Some(meant) = by_case() {
            format!("options are written exactly: {meant}")
        } else if let Some(meant) = named {
            format!("this is an option's name; its value is {meant}")
        } else {
            let near = self
                .near
                .offer(key, value, options.names.keys().map(String::as_str));
            if near.is_empty() {
                format!("no such option{}", options.listed())
            } else {
                format!("no such option{near}")
            }
        };
        Err(Fault::new("user_field_option_unknown", message))
    }
}

/// The word behind the colon of a column's name.
const fn word(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Given => "",
        FieldKind::Text => "text",
        FieldKind::Integer => "integer",
        FieldKind::Decimal => "decimal",
        FieldKind::Boolean => "boolean",
        FieldKind::Date => "date",
        FieldKind::List => "list",
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use serde_json::json;

    use super::*;

    fn fields() -> Fields {
        let definitions: Vec<UserField> = serde_json::from_value(json!([
            {"id": 1, "key": "nickname", "type": "text", "active": true},
            {"id": 2, "key": "crm_id", "type": "regexp", "regexp_for_validation": r"\ACRM-\d{6}\z"},
            {"id": 3, "key": "seats", "type": "integer"},
            {"id": 4, "key": "discount", "type": "decimal"},
            {"id": 5, "key": "newsletter", "type": "checkbox"},
            {"id": 6, "key": "since", "type": "date"},
            {"id": 7, "key": "tier", "type": "dropdown", "custom_field_options": [
                {"name": "Gold plan", "value": "gold"}, {"name": "Silver", "value": "plan_silver"}]},
            {"id": 8, "key": "likes", "type": "multiselect", "custom_field_options": [
                {"name": "Music", "value": "music"}, {"name": "Film", "value": "film"}]},
            {"id": 9, "key": "manager", "type": "lookup", "relationship_target_type": "zen:user"},
            {"id": 10, "key": "old", "type": "text", "active": false},
            {"id": 11, "key": "odd", "type": "regexp", "regexp_for_validation": "(?=a)"},
            {"id": 12, "key": "new", "type": "hologram"},
        ]))
        .unwrap();
        Fields::of(&definitions)
    }

    fn text(text: &str) -> Given<'_> {
        Given::Text(Cow::Borrowed(text))
    }

    #[test]
    fn cells_become_what_the_definition_says() {
        let fields = fields();
        for (key, cell, json) in [
            ("nickname", "007", r#""007""#),
            ("crm_id", "CRM-000123", r#""CRM-000123""#),
            ("seats", "012", "12"),
            ("discount", "3.10", "3.10"),
            ("newsletter", "yes", "true"),
            ("since", "2024-02-29", r#""2024-02-29""#),
            ("tier", " gold ", r#""gold""#),
            ("likes", "film, music", r#"["film","music"]"#),
            ("manager", "382", r#""382""#),
            ("odd", "anything", r#""anything""#),
            ("new", "x", r#""x""#),
        ] {
            let value = fields.value(key, FieldKind::Given, text(cell)).unwrap();
            assert_eq!(value.to_string(), json, "{key}");
            let cleared = fields.value(key, FieldKind::Given, Given::Null).unwrap();
            assert_eq!(cleared, Value::Null);
        }
        let number = |key, digits| fields.value(key, FieldKind::Given, Given::Number(digits));
        assert_eq!(number("nickname", "42").unwrap(), json!("42"));
        assert_eq!(number("discount", "1e2").unwrap().to_string(), "1e+2");
        assert_eq!(number("manager", "382").unwrap(), json!(382));
        assert!(fields.is_unread("odd") && !fields.is_unread("crm_id"));
    }

    #[test]
    fn what_the_field_does_not_take_is_refused_with_what_it_takes() {
        let fields = fields();
        for (key, cell, code, words) in [
            ("seets", "1", "user_field_unknown", "near it: seats;"),
            ("Seats", "1", "user_field_unknown", "near it: seats;"),
            ("old", "1", "user_field_inactive", "--ignore-column"),
            ("crm_id", "CRM-1", "user_field_pattern", r"\d{6}"),
            ("seats", "a dozen", "integer_malformed", "whole number"),
            ("seats", "1.5", "integer_malformed", "whole number"),
            ("discount", "1,5", "decimal_malformed", "point"),
            ("newsletter", "perhaps", "boolean_malformed", "true"),
            ("since", "29.02.2024", "date_malformed", "YYYY-MM-DD"),
            ("tier", "Gold", "user_field_option_unknown", "exactly: gold"),
            (
                "tier",
                "gold plan",
                "user_field_option_unknown",
                "name; its value is gold",
            ),
            (
                "tier",
                "Silver",
                "user_field_option_unknown",
                "name; its value is plan_silver",
            ),
            (
                "tier",
                "golds",
                "user_field_option_unknown",
                "near it: gold",
            ),
            (
                "tier",
                "iron",
                "user_field_option_unknown",
                "there are gold, plan_silver",
            ),
            (
                "likes",
                "film,dance",
                "user_field_option_unknown",
                "there are film, music",
            ),
            ("likes", "film,,music", "list_malformed", "commas"),
            ("manager", "ann", "id_malformed", "not an id"),
        ] {
            let fault = fields.value(key, FieldKind::Given, text(cell)).unwrap_err();
            assert_eq!(fault.code, code, "{key} {cell}");
            assert!(
                fault.message.contains(words),
                "{key} {cell}: {}",
                fault.message
            );
        }
        let list = Given::List(vec![text("film"), Given::Number("1.5")]);
        let fault = fields.value("likes", FieldKind::Given, list).unwrap_err();
        assert_eq!(fault.code, "type_mismatch");
    }

    #[test]
    fn a_stated_type_must_not_contradict_the_definition() {
        let fields = fields();
        for (key, kind) in [
            ("seats", FieldKind::Integer),
            ("discount", FieldKind::Integer),
            ("tier", FieldKind::Text),
            ("likes", FieldKind::List),
            ("manager", FieldKind::Text),
            ("new", FieldKind::Date),
        ] {
            assert_eq!(fields.column(key, kind), Ok(()), "{key}");
        }
        for (key, kind, words) in [
            ("nickname", FieldKind::Integer, "is text, not :integer"),
            ("seats", FieldKind::Decimal, "write :integer"),
            ("newsletter", FieldKind::Text, "is a checkbox"),
            ("tier", FieldKind::List, "write :text"),
            ("manager", FieldKind::Boolean, "write :integer or :text"),
        ] {
            let fault = fields.column(key, kind).unwrap_err();
            assert_eq!(fault.code, "user_field_type_contradicts");
            assert!(fault.message.contains(words), "{key}: {}", fault.message);
        }
    }
}
