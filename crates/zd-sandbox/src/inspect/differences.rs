//! How each behaviour is known, and what can be chosen.

use serde_json::json;

use crate::choices::CHOICES;
use crate::reply::Reply;

pub(super) fn show() -> Reply {
    Reply::ok(&json!({"choices": CHOICES}))
}
