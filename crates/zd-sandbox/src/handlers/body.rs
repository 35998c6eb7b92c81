//! What the body of a request holds.

use serde_json::Value;

use crate::call::Body;
use crate::errors;
use crate::reply::Reply;

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
