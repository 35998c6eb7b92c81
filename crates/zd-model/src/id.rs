//! Ids: a type for each kind, so that a group is never taken for a user.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A text that is not an id.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ParseIdError;

impl fmt::Display for ParseIdError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("not an id: expected a whole number from 0 to 18446744073709551615")
    }
}

impl std::error::Error for ParseIdError {}

/// Reads an id from a JSON number or a string of digits.
struct NumberOrDigits;

impl<'de> serde::de::Visitor<'de> for NumberOrDigits {
    type Value = u64;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an id: a whole number or a string of digits")
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<u64, E> {
        Ok(number)
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<u64, E> {
        u64::try_from(number).map_err(|_| E::custom(ParseIdError))
    }

    // The text stays out of the error: where an id was expected, a person's data may stand.
    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<u64, E> {
        digits(text).map_err(E::custom)
    }

    // With serde_json's `arbitrary_precision` a number arrives as a map of one entry.
    fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<u64, A::Error> {
        serde_json::Number::deserialize(serde::de::value::MapAccessDeserializer::new(map))?
            .as_u64()
            .ok_or_else(|| serde::de::Error::custom(ParseIdError))
    }
}

/// A number of digits alone: no sign, which `u64::from_str` would take.
fn digits(text: &str) -> Result<u64, ParseIdError> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        text.parse().map_err(|_| ParseIdError)
    } else {
        Err(ParseIdError)
    }
}

macro_rules! numeric_id {
    ($($(#[$meta:meta])* $name:ident;)+) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u64);

        impl $name {
            /// An id from its number.
            pub const fn new(number: u64) -> Self {
                Self(number)
            }

            /// The number.
            pub const fn get(self) -> u64 {
                self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(formatter, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, formatter)
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;

            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                digits(text).map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_u64(self.0)
            }
        }

        /// Accepts a number, or a string of digits, which is written back as the number it is.
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(NumberOrDigits).map(Self)
            }
        }
    )+};
}

numeric_id! {
    /// The id of a user.
    UserId;
    /// The id of an organization.
    OrganizationId;
    /// The id of an identity of a user.
    IdentityId;
    /// The id of a group.
    GroupId;
    /// The id of a custom role (Enterprise plans).
    CustomRoleId;
    /// The id of a brand.
    BrandId;
    /// The id of a user field's definition.
    UserFieldId;
    /// The id of an option of a dropdown or multiselect field.
    CustomFieldOptionId;
    /// The id of a user's membership in an organization.
    OrganizationMembershipId;
    /// The id of an agent's membership in a group.
    GroupMembershipId;
    /// The id of a session.
    SessionId;
    /// The id of an OAuth client.
    OAuthClientId;
}

macro_rules! text_id {
    ($($(#[$meta:meta])* $name:ident($text:ty);)+) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
        #[serde(from = "String")]
        pub struct $name($text);

        impl $name {
            /// An id from its text, taken as it is.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into().into())
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.pad(&self.0)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.into())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text.into())
            }
        }
    )+};
}

text_id! {
    /// The id of a job: `V3-` and 32 hexadecimal digits since 2023, 32 digits before. Cheap to clone.
    JobId(Arc<str>);
    /// An id that the account's owner chose. Zendesk compares it without regard to case.
    ExternalId(String);
}

/// The id of an agent's service of a brand.
///
/// A text in the vendor's document, and in no recording: a number is taken too, and written back as a text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct BrandAgentId(String);

impl BrandAgentId {
    /// An id from its text, taken as it is.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BrandAgentId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

impl<'de> Deserialize<'de> for BrandAgentId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match serde_json::Value::deserialize(deserializer)? {
            serde_json::Value::String(text) => Ok(Self(text)),
            serde_json::Value::Number(number) => Ok(Self(number.to_string())),
            _ => Err(serde::de::Error::custom(
                "not an id: expected a text or a number",
            )),
        }
    }
}
