//! One entry of a job's results: what was seen, and what it means.

use std::borrow::Cow;
use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::{Extra, Nullable, UserId};

/// What became of one entry of a job, in any of the shapes that were seen.
///
/// Ask [`JobResult::verdict`]; the fields alone mislead: a failed entry's `id` can be its place in the input.
///
/// Reading never fails on a field: an entry is the only evidence of what happened to a row. A field of an unexpected
/// type (`"email": 5`) is kept under its name in `extra`, and its own place stays absent.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct JobResult {
    /// The id of the record; of a failed entry possibly its index, so never to be used there.
    #[serde(skip_serializing_if = "Nullable::is_absent")]
    pub id: Nullable<Value>,
    /// The entry's place in the input, from 0; user jobs leave it out when it went well.
    #[serde(skip_serializing_if = "Nullable::is_absent")]
    pub index: Nullable<u64>,
    /// `Created`, `Updated`, `Deleted` or `Failed`; jobs on organizations and tickets leave it out of failures.
    #[serde(skip_serializing_if = "Nullable::is_absent")]
    pub status: Nullable<String>,
    /// What was attempted: `create`, `update` or `delete`; user upserts leave it out.
    #[serde(skip_serializing_if = "Nullable::is_absent")]
    pub action: Nullable<String>,
    /// Whether it went well; user upserts leave it out.
    #[serde(skip_serializing_if = "Nullable::is_absent")]
    pub success: Nullable<bool>,
    /// The code of an error, such as `UserUpdateError`.
    #[serde(skip_serializing_if = "Nullable::is_absent")]
    pub error: Nullable<Value>,
    /// Errors, by older jobs; empty when there are none.
    #[serde(skip_serializing_if = "Nullable::is_absent")]
    pub errors: Nullable<Value>,
    /// What is wrong, in words. May hold personal data.
    #[serde(skip_serializing_if = "Nullable::is_absent")]
    pub details: Nullable<Value>,
    /// The e-mail address of the input, echoed by user creations and upserts that were given one.
    #[serde(skip_serializing_if = "Nullable::is_absent")]
    pub email: Nullable<String>,
    /// The external id of the input, echoed by user creations and upserts that were given one.
    #[serde(skip_serializing_if = "Nullable::is_absent")]
    pub external_id: Nullable<String>,
    /// The title of a deleted record.
    #[serde(skip_serializing_if = "Nullable::is_absent")]
    pub title: Nullable<String>,
    /// The account; ticket jobs only.
    #[serde(skip_serializing_if = "Nullable::is_absent")]
    pub account_id: Nullable<u64>,
    /// Fields that this crate does not know, and known ones of an unexpected type.
    #[serde(flatten)]
    pub extra: Extra,
}

/// What an entry of a job says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EntryVerdict {
    /// A record was made.
    Created(Option<UserId>),
    /// A record was changed.
    Updated(Option<UserId>),
    /// A record was deleted.
    Deleted(Option<UserId>),
    /// It succeeded; what was done is not said.
    Succeeded(Option<UserId>),
    /// It was refused.
    Failed {
        /// Zendesk's code, if it gave one.
        code: Option<String>,
        /// Zendesk's words, if it gave any. May hold personal data.
        details: Option<String>,
    },
    /// The entry says neither: look at the record.
    Unclear,
}

impl JobResult {
    /// An entry that says nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What the entry says, by rules that hold in every recorded and reported shape.
    ///
    /// It failed if it has a non-empty `error` or `errors`, or `success` is false, or `status` is `Failed`. Else it
    /// succeeded if `status` is `Created`, `Updated` or `Deleted`, or `success` is true, or it has both `id` and `index`
    /// and no status of its own. A `success` that is neither true nor false proves nothing.
    ///
    /// ```
    /// use zd_model::{EntryVerdict, JobResult, UserId};
    ///
    /// // Reported for a bulk upsert: the `id` of this failure is the row's place, not a user.
    /// let entry: JobResult = serde_json::from_str(r#"{"id": 2, "error": "UserUpdateError", "status": "Failed"}"#)?;
    /// assert_eq!(entry.verdict(), EntryVerdict::Failed { code: Some("UserUpdateError".to_owned()), details: None });
    ///
    /// let entry: JobResult = serde_json::from_str(r#"{"id": 35436, "status": "Created"}"#)?;
    /// assert_eq!(entry.verdict(), EntryVerdict::Created(Some(UserId::new(35436))));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn verdict(&self) -> EntryVerdict {
        let error = text_of(self.error.value());
        let errors = text_of(self.errors.value());
        let status = self.status.as_deref().unwrap_or_default().trim();
        let success =
            (self.success.value().copied()).or_else(|| spelled_bool(self.extra.get("success")?));
        if error.is_some()
            || errors.is_some()
            || success == Some(false)
            || status.eq_ignore_ascii_case("failed")
        {
            return EntryVerdict::Failed {
                code: error,
                details: text_of(self.details.value()).or(errors),
            };
        }
        if success.is_none() && self.extra.contains_key("success") {
            return EntryVerdict::Unclear;
        }
        let id = self.id.value().and_then(number_of).map(UserId::new);
        let no_status = status.is_empty() && !self.extra.contains_key("status");
        match status.to_ascii_lowercase().as_str() {
            "created" => EntryVerdict::Created(id),
            "updated" => EntryVerdict::Updated(id),
            "deleted" => EntryVerdict::Deleted(id),
            _ if success == Some(true) => EntryVerdict::Succeeded(id),
            _ if no_status && id.is_some() && self.index.is_value() => EntryVerdict::Succeeded(id),
            _ => EntryVerdict::Unclear,
        }
    }
}

impl JobResult {
    /// Takes a field. Of a key that comes twice the last value counts.
    fn take(&mut self, key: &str, value: Value) {
        let misfit = match key {
            "id" => put(&mut self.id, value, Ok),
            "index" => put(&mut self.index, value, whole),
            "status" => put(&mut self.status, value, text),
            "action" => put(&mut self.action, value, text),
            "success" => put(&mut self.success, value, |value| {
                value.as_bool().ok_or(value)
            }),
            "error" => put(&mut self.error, value, Ok),
            "errors" => put(&mut self.errors, value, Ok),
            "details" => put(&mut self.details, value, Ok),
            "email" => put(&mut self.email, value, text),
            "external_id" => put(&mut self.external_id, value, text),
            "title" => put(&mut self.title, value, text),
            "account_id" => put(&mut self.account_id, value, whole),
            _ => Err(value),
        };
        match misfit {
            Err(value) => {
                self.extra.insert(key.to_owned(), value);
            }
            Ok(()) if self.extra.is_empty() => {}
            // An earlier value of this key did not fit.
            Ok(()) => {
                self.extra.shift_remove(key);
            }
        }
    }
}

impl From<Map<String, Value>> for JobResult {
    fn from(object: Map<String, Value>) -> Self {
        let mut entry = Self::new();
        for (key, value) in object {
            entry.take(&key, value);
        }
        entry
    }
}

impl<'de> Deserialize<'de> for JobResult {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Fields)
    }
}

/// Takes the fields as they stream in, without a map of them: an import reads a million entries.
pub(crate) struct Fields;

impl<'de> Visitor<'de> for Fields {
    type Value = JobResult;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a map")
    }

    fn visit_unit<E>(self) -> Result<JobResult, E> {
        Ok(JobResult::new())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<JobResult, A::Error> {
        Self::read(object.next_key()?, object)
    }
}

impl Fields {
    /// Reads an entry of which the first key was read.
    pub(crate) fn read<'de, A: MapAccess<'de>>(
        first: Option<Key<'de>>,
        mut object: A,
    ) -> Result<JobResult, A::Error> {
        let mut entry = JobResult::new();
        let mut next = first;
        while let Some(Key(key)) = next {
            entry.take(&key, object.next_value()?);
            next = object.next_key()?;
        }
        Ok(entry)
    }
}

/// A key, borrowed where that is possible.
pub(crate) struct Key<'de>(pub(crate) Cow<'de, str>);

impl Key<'_> {
    /// Whether only an entry has it. A number can arrive as a map, whose key is none of these.
    pub(crate) fn is_of_an_entry(&self) -> bool {
        matches!(
            &*self.0,
            "id" | "index" | "status" | "action" | "success" | "error" | "email" | "external_id"
        )
    }
}

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl<'de> Visitor<'de> for Text {
            type Value = Key<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a string key")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(text.to_owned())))
            }

            fn visit_string<E>(self, text: String) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(text)))
            }
        }

        deserializer.deserialize_str(Text)
    }
}

/// Puts a value into its place, or gives it back if it is not of the place's type.
fn put<T>(
    place: &mut Nullable<T>,
    value: Value,
    read: impl FnOnce(Value) -> Result<T, Value>,
) -> Result<(), Value> {
    *place = Nullable::Absent;
    *place = match value {
        Value::Null => Nullable::Null,
        value => Nullable::Value(read(value)?),
    };
    Ok(())
}

fn text(value: Value) -> Result<String, Value> {
    match value {
        Value::String(text) => Ok(text),
        other => Err(other),
    }
}

/// A whole number, if writing it again gives the same text (`-0` and `1e2` do not).
fn whole(value: Value) -> Result<u64, Value> {
    value.as_u64().ok_or(value)
}

fn number_of(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

fn spelled_bool(value: &Value) -> Option<bool> {
    match value.as_str()?.trim() {
        text if text.eq_ignore_ascii_case("true") => Some(true),
        text if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// A non-empty text of a value: the string itself, or JSON.
fn text_of(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::Null | Value::Bool(false) => None,
        Value::String(text) => (!text.trim().is_empty()).then(|| text.clone()),
        Value::Array(items) if items.is_empty() => None,
        Value::Object(map) if map.is_empty() => None,
        other => Some(other.to_string()),
    }
}

#[cfg(test)]
mod tests;
