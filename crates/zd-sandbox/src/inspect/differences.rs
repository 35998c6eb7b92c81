//! How each behaviour is known, and what can be chosen.

use serde_json::json;

use crate::behaviours::{Behaviour, behaviours};
use crate::choices::CHOICES;
use crate::reply::Reply;

pub(super) fn show() -> Reply {
    let behaviours: Vec<Behaviour> = behaviours().collect();
    Reply::ok(&json!({"behaviours": behaviours, "choices": CHOICES}))
}
