//! What was applied, by key.

use crate::handlers::State;
use crate::reply::Reply;

/// Of all keys, or of those that `key=` names.
pub(super) fn show(state: &State, query: &[(String, String)]) -> Reply {
    let keys: Vec<&str> = query
        .iter()
        .filter(|(name, _)| name == "key")
        .map(|(_, key)| key.as_str())
        .collect();
    Reply::ok(&state.tally.report(&keys))
}
