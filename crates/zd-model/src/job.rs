//! Bulk jobs and what became of their entries.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::record::record;
use crate::{Extra, JobId, JobState, UserId};

/// A bulk job.
///
/// That it is `completed` says nothing about its entries: see [`JobStatus::results`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct JobStatus {
    /// The id, under which it can be asked for one day after its creation.
    pub id: JobId,
    /// The kind of job, such as `Bulk Create User`; there since 2024.
    #[serde(default, skip_serializing_if = "crate::Nullable::is_absent")]
    pub job_type: crate::Nullable<String>,
    /// Where to ask for it.
    #[serde(default, skip_serializing_if = "crate::Nullable::is_absent")]
    pub url: crate::Nullable<String>,
    /// How many entries it has; null for single deletions.
    #[serde(default, skip_serializing_if = "crate::Nullable::is_absent")]
    pub total: crate::Nullable<u64>,
    /// How many entries are done; null while queued.
    #[serde(default, skip_serializing_if = "crate::Nullable::is_absent")]
    pub progress: crate::Nullable<u64>,
    /// Where it stands.
    pub status: JobState,
    /// What it says of itself, such as `Creating User #53` or `Completed at 2023-09-18 23:26:10 +0000`.
    #[serde(default, skip_serializing_if = "crate::Nullable::is_absent")]
    pub message: crate::Nullable<String>,
    /// What became of the entries; null until it is completed, and sometimes then.
    #[serde(default, skip_serializing_if = "JobResults::is_absent")]
    pub results: JobResults,
    /// Fields that this crate does not know.
    #[serde(flatten)]
    pub extra: Extra,
}

impl JobStatus {
    /// A job of this id in this state.
    #[must_use]
    pub fn new(id: JobId, status: JobState) -> Self {
        Self {
            id,
            job_type: crate::Nullable::Absent,
            url: crate::Nullable::Absent,
            total: crate::Nullable::Absent,
            progress: crate::Nullable::Absent,
            status,
            message: crate::Nullable::Absent,
            results: JobResults::Absent,
            extra: Extra::new(),
        }
    }
}

/// What became of a job's entries, in whatever shape it came.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum JobResults {
    /// The field is not there.
    #[default]
    Absent,
    /// `null`.
    Null,
    /// An entry for each row, in the order of the input wherever it could be checked.
    Entries(Vec<JobResult>),
    /// Anything else: an object for single deletions, or a shape nobody has seen.
    Other(Value),
}

impl JobResults {
    /// Whether the field is not there.
    pub const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// The entries, if there are any.
    pub fn entries(&self) -> Option<&[JobResult]> {
        match self {
            Self::Entries(entries) => Some(entries),
            Self::Absent | Self::Null | Self::Other(_) => None,
        }
    }
}

impl Serialize for JobResults {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Absent | Self::Null => serializer.serialize_none(),
            Self::Entries(entries) => entries.serialize(serializer),
            Self::Other(value) => value.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for JobResults {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Value::deserialize(deserializer)? {
            Value::Null => Self::Null,
            Value::Array(items) if items.iter().all(Value::is_object) => {
                match items.iter().map(JobResult::deserialize).collect() {
                    Ok(entries) => Self::Entries(entries),
                    Err(_) => Self::Other(Value::Array(items)),
                }
            }
            other => Self::Other(other),
        })
    }
}

record! {
    /// What became of one entry of a job, in any of the shapes that were seen.
    ///
    /// Ask [`JobResult::verdict`]; the fields alone mislead: a failed entry's `id` can be its index.
    JobResult {
        /// The id of the record, or the **index** of a failed entry.
        id: Value,
        /// The entry's place in the input, from 0; user jobs leave it out.
        index: u64,
        /// `Created`, `Updated`, `Deleted` or `Failed`.
        status: String,
        /// `create`, `update` or `delete`.
        action: String,
        /// Whether it succeeded; user upserts leave it out.
        success: bool,
        /// The code of an error, such as `UserUpdateError`.
        error: Value,
        /// Errors; empty when there are none.
        errors: Value,
        /// What is wrong, in words.
        details: Value,
        /// The e-mail address of the input, echoed by user creations and upserts if it was given.
        email: String,
        /// The external id of the input, echoed by user creations and upserts if it was given.
        external_id: String,
        /// The title of a deleted record.
        title: String,
        /// The account.
        account_id: u64,
    }
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
        /// Zendesk's words, if it gave any.
        details: Option<String>,
    },
    /// The entry says neither.
    Unclear,
}

impl JobResult {
    /// What the entry says, by the rules that hold in every recorded and reported shape.
    ///
    /// It succeeded if there is no non-empty `error` or `errors`, `success` is not false, and `status` is `Created`,
    /// `Updated` or `Deleted`, or `success` is true, or it has both `id` and `index`.
    pub fn verdict(&self) -> EntryVerdict {
        let error = text_of(self.error.value()).or_else(|| text_of(self.errors.value()));
        let status = self.status.as_deref().unwrap_or_default();
        let success = self.success.value().copied();
        if error.is_some() || success == Some(false) || status.eq_ignore_ascii_case("failed") {
            return EntryVerdict::Failed {
                code: error,
                details: text_of(self.details.value()),
            };
        }
        let id = self
            .id
            .value()
            .and_then(|id| id.as_u64().or_else(|| id.as_str()?.parse().ok()))
            .map(UserId::new);
        if status.eq_ignore_ascii_case("created") {
            EntryVerdict::Created(id)
        } else if status.eq_ignore_ascii_case("updated") {
            EntryVerdict::Updated(id)
        } else if status.eq_ignore_ascii_case("deleted") {
            EntryVerdict::Deleted(id)
        } else if success == Some(true) || (id.is_some() && self.index.is_value()) {
            EntryVerdict::Succeeded(id)
        } else {
            EntryVerdict::Unclear
        }
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
