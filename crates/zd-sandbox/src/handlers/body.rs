//! What the body of a request holds.

use serde_json::{Map, Value};

use crate::call::Body;
use crate::errors;
use crate::params;
use crate::reply::Reply;
use crate::state::fields::Fields;
use crate::state::upsert::Entry;

/// The value of the body's one key that matters; the others are ignored, and named in `ignored`.
pub(super) fn wrapped(body: Body, name: &str, ignored: &mut Vec<String>) -> Result<Value, Reply> {
    let missing = || errors::missing_parameter(name);
    let mut body = match body {
        Body::Json(Value::Object(body)) => body,
        Body::Malformed => return Err(errors::malformed_json()),
        _ => return Err(missing()),
    };
    ignored.extend(body.keys().filter(|key| *key != name).cloned());
    body.get_mut(name)
        .map(Value::take)
        .filter(|value| !value.is_null())
        .ok_or_else(missing)
}

/// The texts under these keys of the body, all of which must be there; the others are ignored, and named in `ignored`.
pub(super) fn texts<const N: usize>(
    body: Body,
    names: [&str; N],
    action: &str,
    ignored: &mut Vec<String>,
) -> Result<[String; N], Reply> {
    let mut body = match body {
        Body::Json(Value::Object(body)) => body,
        Body::Malformed => return Err(errors::malformed_json()),
        _ => Map::new(),
    };
    let others = body.keys().filter(|key| !names.contains(&key.as_str()));
    ignored.extend(others.cloned());
    let mut texts = [const { String::new() }; N];
    for (text, name) in texts.iter_mut().zip(names) {
        *text = match body.get_mut(name).map(Value::take) {
            None | Some(Value::Null) => return Err(errors::missing_parameter(name)),
            Some(Value::String(sent)) => sent,
            Some(_) => return Err(errors::wrong_type(name, "a string", action)),
        };
    }
    Ok(texts)
}

/// The one user in the body, of the right JSON types.
pub(super) fn user(
    body: Body,
    fields: &Fields,
    action: &str,
    ignored: &mut Vec<String>,
) -> Result<Entry, Reply> {
    let sent = wrapped(body, "user", ignored)?;
    checked(sent, "user", fields, action, ignored)
}

/// A user at `path`, such as `users.3`, of the right JSON types.
pub(super) fn checked(
    sent: Value,
    path: &str,
    fields: &Fields,
    action: &str,
    ignored: &mut Vec<String>,
) -> Result<Entry, Reply> {
    params::check(sent, path, fields, ignored)
        .map_err(|wrong| errors::wrong_type(&wrong.path, wrong.must_be, action))
}

/// The keys of a body that the operation does not look into: what is inside first (recorded).
pub(super) fn unread(body: &Body) -> Result<Vec<String>, Reply> {
    let body = match body {
        Body::Json(Value::Object(body)) => body,
        Body::Malformed => return Err(errors::malformed_json()),
        _ => return Ok(Vec::new()),
    };
    let mut keys = Vec::new();
    for (key, value) in body {
        if let Value::Object(inner) = value {
            keys.extend(inner.keys().map(|inner| format!("{key}.{inner}")));
        }
        keys.push(key.clone());
    }
    Ok(keys)
}
