//! Which keys a user may have in a request, and of which JSON type.
//!
//! Zendesk checks types before anything else and refuses the whole request, a bulk one too; keys it does not know it
//! ignores and reports.

use serde_json::Value;

use crate::state::field_values::{boolean, is_integer};
use crate::state::fields::Fields;
use crate::state::upsert::{Entry, value_of};

/// A value of the wrong type.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct WrongType {
    pub(crate) path: String,
    pub(crate) must_be: &'static str,
}

/// The JSON type of a value; all but [`Kind::Id`] may be null.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    /// A whole number or `""`, which is ignored; not null.
    Id,
    Text,
    Boolean,
    Integer,
    Integers,
    /// An array of texts, or one text.
    Texts,
    Objects,
    Object,
    Anything,
}

const KEYS: [(&str, Kind); 39] = [
    ("id", Kind::Id),
    ("name", Kind::Text),
    ("email", Kind::Text),
    ("external_id", Kind::Text),
    ("phone", Kind::Text),
    ("tags", Kind::Texts),
    ("user_fields", Kind::Object),
    ("organization_id", Kind::Integer),
    ("organization", Kind::Object),
    ("role", Kind::Text),
    ("custom_role_id", Kind::Integer),
    ("verified", Kind::Boolean),
    ("skip_verify_email", Kind::Boolean),
    ("identities", Kind::Objects),
    ("alias", Kind::Text),
    ("details", Kind::Text),
    ("notes", Kind::Text),
    ("time_zone", Kind::Text),
    ("locale", Kind::Text),
    ("locale_id", Kind::Integer),
    ("signature", Kind::Text),
    ("suspended", Kind::Boolean),
    ("moderator", Kind::Boolean),
    ("only_private_comments", Kind::Boolean),
    ("shared_phone_number", Kind::Boolean),
    ("ticket_restriction", Kind::Text),
    ("default_group_id", Kind::Integer),
    ("remote_photo_url", Kind::Text),
    ("restricted_agent", Kind::Boolean),
    ("agent_brand_ids", Kind::Integers),
    ("password", Kind::Text),
    ("group_id", Kind::Integer),
    ("group_ids", Kind::Integers),
    ("language", Kind::Text),
    ("organization_ids", Kind::Integers),
    ("organization_name", Kind::Text),
    ("active_brand_id", Kind::Integer),
    ("separation", Kind::Anything),
    ("photo", Kind::Anything),
];

const IDENTITY_KEYS: [(&str, Kind); 4] = [
    ("type", Kind::Text),
    ("value", Kind::Text),
    ("verified", Kind::Boolean),
    ("primary", Kind::Boolean),
];

/// Checks a user at `path`, such as `user` or `users.3`; names the keys that are ignored in `ignored`.
pub(crate) fn check(
    sent: Value,
    path: &str,
    fields: &Fields,
    ignored: &mut Vec<String>,
) -> Result<Entry, WrongType> {
    let entry = check_hash(sent, &KEYS, path, ignored)?;
    if let Some(Value::Object(sent)) = value_of(&entry, "user_fields") {
        let unknown = sent.keys().filter(|key| fields.known(key).is_none());
        ignored.extend(unknown.map(|key| format!("{path}.user_fields.{key}")));
    }
    if let Some(name) = value_of(&entry, "organization").and_then(|value| value.get("name"))
        && let Err(must_be) = fits(Kind::Text, name)
    {
        return Err(WrongType {
            path: format!("{path}.organization.name"),
            must_be,
        });
    }
    if let Some(Value::Array(identities)) = value_of(&entry, "identities") {
        for (place, identity) in identities.iter().enumerate() {
            if let Value::Object(identity) = identity {
                let path = format!("{path}.identities.{place}");
                check_keys(identity, &IDENTITY_KEYS, &path, ignored)?;
            }
        }
    }
    Ok(entry)
}

const HASH: &str = "a hash";

/// Checks any record at `path` against the keys that it may have.
pub(crate) fn check_hash(
    sent: Value,
    known: &[(&str, Kind)],
    path: &str,
    ignored: &mut Vec<String>,
) -> Result<Entry, WrongType> {
    let Value::Object(entry) = sent else {
        return Err(WrongType {
            path: path.to_owned(),
            must_be: HASH,
        });
    };
    check_keys(&entry, known, path, ignored)?;
    Ok(entry)
}

pub(crate) fn check_keys(
    entry: &Entry,
    known: &[(&str, Kind)],
    path: &str,
    ignored: &mut Vec<String>,
) -> Result<(), WrongType> {
    for (key, value) in entry {
        match known.iter().find(|(name, _)| name == key) {
            None => ignored.push(format!("{path}.{key}")),
            Some((_, kind)) => fits(*kind, value).map_err(|must_be| WrongType {
                path: format!("{path}.{key}"),
                must_be,
            })?,
        }
    }
    Ok(())
}

fn fits(kind: Kind, value: &Value) -> Result<(), &'static str> {
    let empty = value.as_str() == Some("");
    let all = |fits: fn(&Value) -> bool| value.as_array().is_some_and(|list| list.iter().all(fits));
    let (fits, must_be) = match kind {
        Kind::Id => {
            let fits = empty || is_integer(value);
            return fits.then_some(()).ok_or("an integer");
        }
        Kind::Text => (value.is_string(), "a string"),
        // `""` for a flag or an id comes from forms and exports.
        Kind::Boolean => (empty || boolean(value).is_some(), "either true or false"),
        Kind::Integer => (empty || is_integer(value), "an integer"),
        Kind::Integers => (all(is_integer), "an array of integers"),
        Kind::Texts => (
            value.is_string() || all(Value::is_string),
            "an array of strings",
        ),
        Kind::Objects => (all(Value::is_object), "an array of hashes"),
        Kind::Object => (value.is_object(), HASH),
        Kind::Anything => (true, ""),
    };
    (fits || value.is_null()).then_some(()).ok_or(must_be)
}
