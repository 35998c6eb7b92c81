//! Tags: a set, lower-cased and split by Zendesk, to which custom fields and organizations add their own.

use std::collections::BTreeSet;

use serde_json::Value;
use zd_model::{Nullable, UserFieldType, UserInput};

use super::{Finding, Stored};

pub(super) fn compare(asked: &UserInput, stored: &Stored<'_>) -> Finding {
    let asked_tags: &[String] = match &asked.tags {
        Nullable::Absent | Nullable::Null => &[],
        Nullable::Value(tags) => tags,
    };
    let stored_tags: BTreeSet<String> = match &stored.user.tags {
        Nullable::Absent => return Finding::CannotTell,
        Nullable::Null => BTreeSet::new(),
        Nullable::Value(tags) => tags.iter().map(|tag| tag.to_lowercase()).collect(),
    };
    // Blanks split a tag or become underscores, depending on whom one asks.
    let readings = [split(asked_tags), joined(asked_tags)];
    Finding::when(readings.iter().any(|wanted| {
        wanted.is_subset(&stored_tags) && explained(stored_tags.difference(wanted), asked, stored)
    }))
}

fn split(tags: &[String]) -> BTreeSet<String> {
    tags.iter()
        .flat_map(|tag| tag.split(|letter: char| letter.is_whitespace() || letter == ','))
        .filter(|part| !part.is_empty())
        .map(str::to_lowercase)
        .collect()
}

fn joined(tags: &[String]) -> BTreeSet<String> {
    tags.iter()
        .map(|tag| {
            tag.split_whitespace()
                .collect::<Vec<_>>()
                .join("_")
                .to_lowercase()
        })
        .filter(|tag| !tag.is_empty())
        .collect()
}

/// Whether each of the tags that nobody asked for comes from a custom field or the organization.
fn explained<'a>(
    extra: impl Iterator<Item = &'a String>,
    asked: &UserInput,
    stored: &Stored<'_>,
) -> bool {
    let (mut named, mut unnamed) = (BTreeSet::new(), 0_usize);
    if let Some(definitions) = stored.definitions {
        for definition in definitions {
            let value = (definition.key.value())
                .and_then(|key| stored.user.user_fields.value()?.get(key.as_str()));
            match definition.r#type.value() {
                Some(UserFieldType::Checkbox) if value.is_some_and(is_true) => {
                    named.extend(definition.tag.value().map(|tag| tag.to_lowercase()));
                }
                Some(UserFieldType::Dropdown | UserFieldType::Multiselect) => {
                    named.extend(value.into_iter().flat_map(options));
                }
                _ => {}
            }
        }
    } else {
        // Which fields set tags is not known: any value may be an option's, any true one a checkbox with a tag.
        let fields = [asked.user_fields.value(), stored.user.user_fields.value()];
        for (_, value) in fields.into_iter().flatten().flatten() {
            named.extend(options(value));
        }
        unnamed = (stored.user.user_fields.value().into_iter().flatten())
            .filter(|(_, value)| is_true(value))
            .count();
    }
    let organization = stored.organizations.unwrap_or_default().iter();
    let default = stored.user.organization_id.value();
    named.extend(
        organization
            .filter(|organization| Some(&organization.id) == default)
            .filter_map(|organization| organization.tags.value())
            .flatten()
            .map(|tag| tag.to_lowercase()),
    );
    extra.filter(|tag| !named.contains(*tag)).count() <= unnamed
}

fn is_true(value: &Value) -> bool {
    value.as_bool() == Some(true)
}

fn options(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.to_lowercase()],
        Value::Array(items) => items
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_lowercase)
            .collect(),
        _ => Vec::new(),
    }
}
