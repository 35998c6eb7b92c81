//! What Zendesk says when it refuses.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::record::record;
use crate::{Extra, JobId, Nullable};

/// The body of an error, in any of the four envelopes or as plain text.
///
/// Which one comes is not a matter of the status: try them all, as [`ErrorBody::from_bytes`] does.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ErrorBody {
    /// `{"error": "RecordInvalid", "description": "…", "details": {…}}`; also `{"error": "text"}` alone, and OAuth's
    /// `{"error": "…", "error_description": "…"}`.
    Code(Extra),
    /// `{"error": {"title": "Forbidden", "message": "…"}}`
    Titled(Extra),
    /// `{"errors": [{"code": "…", "title": "…", "detail": "…"}]}`
    List(Extra),
    /// A bare text: throttles, collisions, pages of HTML.
    Text(String),
    /// JSON of another shape.
    Other(Value),
}

record! {
    /// One complaint about an attribute of a record.
    ErrorDetail {
        /// The complaint, such as `Email: badmail is not properly formatted`.
        description: String,
        /// Its code, such as `DuplicateValue`; absent on some servers.
        error: String,
    }
}

record! {
    /// One error of a list of errors.
    ErrorItem {
        /// The code.
        code: String,
        /// The title.
        title: String,
        /// The explanation.
        detail: String,
        /// Which error this is.
        id: String,
        /// The status, as a text.
        status: String,
        /// What in the request is meant.
        source: Extra,
        /// Where more is said.
        links: Extra,
    }
}

impl ErrorBody {
    /// Reads a body: JSON in any of the envelopes, else text (bytes that are not UTF-8 are replaced).
    ///
    /// The whole body is kept; a caller that reads from a server it does not trust bounds `body` first.
    pub fn from_bytes(body: &[u8]) -> Self {
        serde_json::from_slice::<Value>(body).map_or_else(
            |_| Self::Text(String::from_utf8_lossy(body).into_owned()),
            Self::from,
        )
    }

    /// The code, such as `RecordInvalid`, `TooManyJobs` or a title, if the body has one.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Code(map) => text(map.get("error")),
            Self::Titled(map) => text(map.get("error")?.get("title")),
            Self::List(map) => text(map.get("errors")?.get(0)?.get("code")),
            Self::Text(_) | Self::Other(_) => None,
        }
    }

    /// The explanation in Zendesk's words, if the body has one: of an HTML page, its title.
    ///
    /// May hold personal data (an address, a name) and be long: show a bounded part of it to the caller, never log it.
    pub fn message(&self) -> Option<&str> {
        match self {
            Self::Code(map) => text(map.get("description"))
                .or_else(|| text(map.get("error_description")))
                .or_else(|| text(map.get("message"))),
            Self::Titled(map) => text(map.get("error")?.get("message")),
            Self::List(map) => {
                let first = map.get("errors")?.get(0)?;
                text(first.get("detail"))
                    .or_else(|| text(first.get("title")))
                    .or_else(|| text(Some(first)))
            }
            Self::Text(body) if self.is_html() => html_title(body),
            Self::Text(body) => text_of(body),
            Self::Other(value) => {
                text(value.get("message")).or_else(|| text(value.get("description")))
            }
        }
    }

    /// Whether the body is a page for people: it does not come from the API, but from something before it.
    pub fn is_html(&self) -> bool {
        let Self::Text(body) = self else {
            return false;
        };
        let start = body.trim_start_matches('\u{feff}').trim_start();
        ["<!doctype", "<html", "<head", "<?xml"].iter().any(|tag| {
            (start.get(..tag.len())).is_some_and(|start| start.eq_ignore_ascii_case(tag))
        })
    }

    /// The complaints by attribute (422); empty if there are none.
    ///
    /// Complaints that come as bare texts are read too; whatever else stands in their place is given as JSON.
    pub fn details(&self) -> Vec<(&str, Vec<ErrorDetail>)> {
        let Self::Code(map) = self else {
            return Vec::new();
        };
        let Some(Value::Object(details)) = map.get("details") else {
            return Vec::new();
        };
        details
            .iter()
            .map(|(attribute, complaints)| (attribute.as_str(), complaints_of(complaints)))
            .filter(|(_, complaints)| !complaints.is_empty())
            .collect()
    }

    /// The errors of a list of errors; empty in the other envelopes.
    pub fn items(&self) -> Vec<ErrorItem> {
        let Self::List(map) = self else {
            return Vec::new();
        };
        let Some(Value::Array(items)) = map.get("errors") else {
            return Vec::new();
        };
        items
            .iter()
            .map(|item| {
                ErrorItem::deserialize(item).unwrap_or_else(|_| ErrorItem {
                    detail: Nullable::Value(as_text(item)),
                    ..ErrorItem::new()
                })
            })
            .collect()
    }

    /// Whether 30 jobs are already queued or running, so that no other can be queued for now.
    ///
    /// This is the one refusal that only the body tells apart: its status, 429, also stands for a spent rate limit.
    pub fn is_too_many_jobs(&self) -> bool {
        self.code() == Some("TooManyJobs")
    }

    /// The jobs queued or running, as [too many jobs](Self::is_too_many_jobs) lists them; empty if it does not.
    pub fn current_job_ids(&self) -> Vec<JobId> {
        let Self::Code(map) = self else {
            return Vec::new();
        };
        let Some(Value::Array(ids)) = map.get("current_job_ids") else {
            return Vec::new();
        };
        ids.iter()
            .filter_map(|id| text(Some(id)))
            .map(JobId::from)
            .collect()
    }
}

fn complaints_of(value: &Value) -> Vec<ErrorDetail> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(items) => items.iter().flat_map(complaints_of).collect(),
        Value::Object(_) => vec![ErrorDetail::deserialize(value).unwrap_or_else(|_| bare(value))],
        other => vec![bare(other)],
    }
}

fn bare(value: &Value) -> ErrorDetail {
    ErrorDetail {
        description: Nullable::Value(as_text(value)),
        ..ErrorDetail::new()
    }
}

fn as_text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// A text with something in it.
fn text(value: Option<&Value>) -> Option<&str> {
    text_of(value?.as_str()?)
}

fn text_of(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

/// What stands between `<title>` and the next tag, in one line.
fn html_title(page: &str) -> Option<&str> {
    // ASCII lower case keeps every byte at its place.
    let start = page.to_ascii_lowercase().find("<title>")? + "<title>".len();
    text_of(
        page.get(start..)?
            .split('<')
            .next()?
            .lines()
            .find(|line| !line.trim().is_empty())?,
    )
}

impl From<Value> for ErrorBody {
    fn from(value: Value) -> Self {
        match value {
            Value::String(text) => Self::Text(text),
            Value::Object(map) => match (map.get("error"), map.get("errors")) {
                (Some(Value::String(_)), _) => Self::Code(map),
                (Some(Value::Object(_)), _) => Self::Titled(map),
                (_, Some(Value::Array(_))) => Self::List(map),
                _ => Self::Other(Value::Object(map)),
            },
            other => Self::Other(other),
        }
    }
}

impl Serialize for ErrorBody {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Code(map) | Self::Titled(map) | Self::List(map) => map.serialize(serializer),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Other(value) => value.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for ErrorBody {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests;
