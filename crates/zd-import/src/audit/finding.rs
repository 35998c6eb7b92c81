//! What comparing a row with the account found.

use serde_json::Value;
use zd_model::{Nullable, UserField, UserId, UserInput};

use super::source::AuditRow;
use super::values;
use crate::read_back::{Person, Sighting};
use crate::{Finding, Key, Match, Outcome, Row, Stored, compare, same_external_id};

/// What comparing a row with the account found.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RowDiff {
    /// Where the row stands among the rows, from 0.
    pub number: u64,
    /// The line on which it begins, from 1.
    pub line: u64,
    /// The key it is known by: `ext:42` or `email:ann@example.com`.
    pub key: Option<String>,
    /// The person found.
    pub user_id: Option<UserId>,
    /// Whether an earlier row that is not sent yet is about the same person: what is found is how the person is before
    /// both.
    pub follows: bool,
    /// What was found.
    pub finding: RowFinding,
    /// Fields of which what Zendesk shows does not tell.
    pub cannot_tell: Vec<String>,
    /// Custom fields that the account does not have: Zendesk ignores them without a word.
    pub ignored: Vec<String>,
}

/// What there is in the account of what a row says.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum RowFinding {
    /// There is no such person.
    New,
    /// The person has what the row says, as far as can be told.
    Unchanged,
    /// The person has something else in these fields.
    Changed(Vec<FieldDiff>),
    /// It cannot be told: in none of the fields that can be compared is there a difference, or, if
    /// [`RowDiff::cannot_tell`] is empty, it is not certain who the person is.
    CannotTell,
    /// The row was applied, or names a user's id, and there is no such user any more.
    Gone,
    /// Not looked up: the row is invalid or superseded.
    Settled(Box<Outcome>),
}

/// A field in which the person differs from what the row says. The values are personal data.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct FieldDiff {
    /// The field: `name`, `user_fields.seats`.
    pub field: String,
    /// What the row says.
    pub asked: Value,
    /// What Zendesk shows: of addresses all, if there are several.
    pub stored: Value,
}

impl RowDiff {
    fn new(row: &Row, match_by: Match, finding: RowFinding) -> Self {
        Self {
            number: row.number,
            line: row.line,
            key: Key::of(&row.user, match_by)
                .or_else(|| row.user.id.map(Key::Id))
                .map(|key| key.to_string()),
            user_id: None,
            follows: false,
            finding,
            cannot_tell: Vec::new(),
            ignored: Vec::new(),
        }
    }

    /// A row that is not looked up.
    pub(super) fn settled(outcome: Outcome) -> Self {
        Self {
            number: outcome.number,
            line: outcome.line,
            key: outcome.key.clone(),
            user_id: outcome.user_id,
            follows: false,
            finding: RowFinding::Settled(Box::new(outcome)),
            cannot_tell: Vec::new(),
            ignored: Vec::new(),
        }
    }

    /// What seeing the person says of the row. `follows`: an earlier row that is not sent yet is about the same person.
    pub(super) fn of(
        row: &AuditRow,
        follows: bool,
        match_by: Match,
        sighting: &Sighting,
        definitions: Option<&[UserField]>,
    ) -> Self {
        let mut diff = Self::new(&row.row, match_by, RowFinding::CannotTell);
        diff.follows = follows;
        match sighting {
            Sighting::Found(person) => diff.compare(row, match_by, person, definitions),
            Sighting::Unsure => {}
            Sighting::Absent
                if row.applied || row.user_id.is_some() || row.row.user.id.is_some() =>
            {
                diff.user_id = row.user_id.or(row.row.user.id);
                diff.finding = RowFinding::Gone;
            }
            // The earlier row makes the person.
            Sighting::Absent if follows => diff.cannot_tell = fields_of(&row.row.user),
            Sighting::Absent => diff.finding = RowFinding::New,
        }
        diff
    }

    fn compare(
        &mut self,
        row: &AuditRow,
        match_by: Match,
        person: &Person,
        definitions: Option<&[UserField]>,
    ) {
        self.user_id = Some(person.user.id);
        let stored = Stored {
            definitions,
            ..person.as_stored()
        };
        let mut user = std::borrow::Cow::Borrowed(&row.row.user);
        if match_by == Match::Email && has_another_external_id(&user, &stored) {
            // It is not sent to somebody who has another one.
            user.to_mut().external_id = Nullable::Absent;
        }
        let mut different = Vec::new();
        for field in compare(&user, stored).fields {
            match field.finding {
                _ if !field.counts => {
                    // An instruction leaves nothing behind.
                    if field.field.starts_with("user_fields.") {
                        self.ignored.push(field.field);
                    }
                }
                Finding::Same => {}
                Finding::Different if !row.overridden => different.push(FieldDiff {
                    asked: values::asked(&user, &field.field),
                    stored: values::stored(&stored, &field.field),
                    field: field.field,
                }),
                _ => self.cannot_tell.push(field.field),
            }
        }
        self.finding = if !different.is_empty() {
            RowFinding::Changed(different)
        } else if !self.cannot_tell.is_empty() {
            RowFinding::CannotTell
        } else {
            RowFinding::Unchanged
        };
    }
}

fn has_another_external_id(user: &UserInput, stored: &Stored<'_>) -> bool {
    let asked = user.external_id.value();
    let has = stored.user.external_id.value();
    matches!((asked, has), (Some(asked), Some(has)) if !same_external_id(asked.as_str(), has.as_str()))
}

/// The names of all that a row says.
fn fields_of(user: &UserInput) -> Vec<String> {
    let Ok(Value::Object(fields)) = serde_json::to_value(user) else {
        return Vec::new();
    };
    fields
        .into_iter()
        .flat_map(|(field, value)| match (field.as_str(), value) {
            ("skip_verify_email", _) => Vec::new(),
            ("user_fields", Value::Object(inner)) => inner
                .keys()
                .map(|key| format!("user_fields.{key}"))
                .collect(),
            ("organization", Value::Object(_)) => vec!["organization.name".to_owned()],
            _ => vec![field],
        })
        .collect()
}
