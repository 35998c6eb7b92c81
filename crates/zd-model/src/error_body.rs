//! What Zendesk says when it refuses.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::Extra;
use crate::record::record;

/// The body of an error, in any of the four envelopes or as plain text.
///
/// Which one comes is not a matter of the status: try them all, as [`ErrorBody::from_bytes`] does.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ErrorBody {
    /// `{"error": "RecordInvalid", "description": "…", "details": {…}}`; also `{"error": "text"}` alone.
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
    }
}

impl ErrorBody {
    /// Reads a body: JSON in any of the envelopes, else text (bytes that are not UTF-8 are replaced).
    pub fn from_bytes(body: &[u8]) -> Self {
        serde_json::from_slice::<Value>(body).map_or_else(
            |_| Self::Text(String::from_utf8_lossy(body).into_owned()),
            Self::from,
        )
    }

    /// The code, such as `RecordInvalid`, `TooManyJobs` or a title, if the body has one.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Code(map) => map.get("error")?.as_str(),
            Self::Titled(map) => map.get("error")?.get("title")?.as_str(),
            Self::List(map) => map.get("errors")?.get(0)?.get("code")?.as_str(),
            Self::Text(_) | Self::Other(_) => None,
        }
    }

    /// The explanation in Zendesk's words, if the body has one.
    ///
    /// May hold personal data (an address, a name): show it to the caller, never log it.
    pub fn message(&self) -> Option<&str> {
        match self {
            Self::Code(map) => map
                .get("description")
                .or_else(|| map.get("error_description"))?
                .as_str(),
            Self::Titled(map) => map.get("error")?.get("message")?.as_str(),
            Self::List(map) => {
                let first = map.get("errors")?.get(0)?;
                first.get("detail").or_else(|| first.get("title"))?.as_str()
            }
            Self::Text(text) => Some(text),
            Self::Other(_) => None,
        }
    }

    /// The complaints by attribute (422); empty if there are none.
    pub fn details(&self) -> Vec<(&str, Vec<ErrorDetail>)> {
        let Self::Code(map) = self else {
            return Vec::new();
        };
        let Some(Value::Object(details)) = map.get("details") else {
            return Vec::new();
        };
        details
            .iter()
            .filter_map(|(attribute, complaints)| {
                Some((
                    attribute.as_str(),
                    Vec::<ErrorDetail>::deserialize(complaints).ok()?,
                ))
            })
            .collect()
    }
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
