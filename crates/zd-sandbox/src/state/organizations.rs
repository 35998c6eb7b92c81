//! Organizations.

use super::ids;
use super::index::{folded, same};
use super::problem::{Problem, Refusal};
use super::upsert::Entry;

use serde_json::Value;

/// An organization. There are few, so nothing is squeezed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Organization {
    pub(crate) name: String,
    pub(crate) external_id: Option<String>,
    pub(crate) domain_names: Vec<String>,
    pub(crate) details: Option<String>,
    pub(crate) notes: Option<String>,
    pub(crate) group_id: Option<u64>,
    pub(crate) shared_tickets: bool,
    pub(crate) shared_comments: bool,
    pub(crate) tags: Vec<String>,
    pub(crate) created_at: u32,
    pub(crate) updated_at: u32,
}

/// All of them. What a user's `organization` says is a place plus one; 0 is none.
#[derive(Debug, Default)]
pub(crate) struct Organizations {
    records: Vec<Organization>,
}

impl Organizations {
    pub(crate) fn add(&mut self, name: &str, seconds: u32) {
        self.records.push(Organization {
            name: name.to_owned(),
            created_at: seconds,
            updated_at: seconds,
            ..Organization::default()
        });
    }

    /// The organization that a user's `organization` means.
    pub(crate) fn get(&self, of_user: u32) -> Option<(u64, &Organization)> {
        let place = (of_user as usize).checked_sub(1)?;
        Some((ids::organization(place), self.records.get(place)?))
    }

    /// All of them, with what a user's `organization` says, in the order of their ids.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &Organization)> {
        (1..).zip(&self.records)
    }

    /// What a user's `organization` says for the organization of this id.
    pub(crate) fn by_id(&self, id: u64) -> Option<u32> {
        self.iter()
            .map(|(number, _)| number)
            .find(|number| self.get(*number).is_some_and(|(own, _)| own == id))
    }

    /// What a user's `organization` says for the organization of this name, whatever its case.
    pub(crate) fn by_name(&self, name: &str) -> Option<u32> {
        self.iter()
            .find(|(_, organization)| same(&organization.name, name.trim()))
            .map(|(number, _)| number)
    }

    /// The same for an external id.
    pub(crate) fn by_external_id(&self, external_id: &str) -> Option<u32> {
        self.iter()
            .find(|(_, organization)| {
                let own = organization.external_id.as_deref();
                own.is_some_and(|own| same(own, external_id.trim()))
            })
            .map(|(number, _)| number)
    }

    /// Those whose names begin like this, whatever the case.
    pub(crate) fn beginning(&self, text: &str) -> impl Iterator<Item = u32> {
        let beginning = folded(text.trim()).into_owned();
        self.iter()
            .filter(move |(_, organization)| folded(&organization.name).starts_with(&*beginning))
            .map(|(number, _)| number)
    }

    /// Creates an organization, or updates the one that the entry names by id, external id or name, in this order; says
    /// which, and whether it is new. The entry's JSON types were checked before.
    pub(crate) fn upsert(&mut self, entry: &Entry, seconds: u32) -> Result<(u32, bool), Refusal> {
        let text = |key: &str| {
            let text = entry.get(key).and_then(Value::as_str).map(str::trim);
            text.filter(|text| !text.is_empty())
        };
        let by_id = match entry.get("id").and_then(Value::as_u64) {
            Some(id) => Some(self.by_id(id).ok_or(Refusal::NotFound)?),
            None => None,
        };
        let by_name = text("name").and_then(|name| self.by_name(name));
        let by_external_id = text("external_id").and_then(|id| self.by_external_id(id));
        let target = by_id.or(by_external_id).or(by_name);
        let mut problems = Vec::new();
        if by_name.is_some() && by_name != target {
            problems.push(Problem::taken("name", "Name"));
        }
        if by_external_id.is_some() && by_external_id != target {
            problems.push(Problem::taken("external_id", "External"));
        }
        if target.is_none() && text("name").is_none() {
            problems.push(Problem::blank("name", "Name"));
        }
        if !problems.is_empty() {
            return Err(Refusal::Invalid(problems));
        }
        let number = match target {
            Some(number) => number,
            None => {
                self.add("", seconds);
                u32::try_from(self.records.len()).unwrap_or(u32::MAX)
            }
        };
        let record = (number as usize)
            .checked_sub(1)
            .and_then(|place| self.records.get_mut(place));
        if let Some(record) = record {
            apply(record, entry);
            record.updated_at = seconds;
        }
        Ok((number, target.is_none()))
    }
}

/// Attributes that are sent change, others stay; null clears.
fn apply(record: &mut Organization, entry: &Entry) {
    let own = |value: &Value| {
        let text = value.as_str().map(str::trim);
        text.filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let list = |value: &Value| -> Vec<String> {
        match value {
            Value::Array(items) => items.iter().filter_map(own).collect(),
            Value::String(text) => text.split_whitespace().map(str::to_owned).collect(),
            _ => Vec::new(),
        }
    };
    for (key, value) in entry {
        match key.as_str() {
            "name" => record.name = own(value).unwrap_or_else(|| record.name.clone()),
            "external_id" => record.external_id = own(value),
            "domain_names" => record.domain_names = list(value),
            "details" => record.details = own(value),
            "notes" => record.notes = own(value),
            "group_id" => record.group_id = value.as_u64(),
            "shared_tickets" => record.shared_tickets = value == true,
            "shared_comments" => record.shared_comments = value == true,
            "tags" => record.tags = list(value),
            _ => {}
        }
    }
}
