//! What the account holds.

use serde_json::{Map, Value};

/// Everything an account holds.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) users: Vec<Map<String, Value>>,
    pub(crate) jobs: Vec<Value>,
}
