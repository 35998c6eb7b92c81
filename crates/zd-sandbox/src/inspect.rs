//! `/__zd/`: what the sandbox tells about itself; no credentials, no limits, no faults.
//!
//! State, request log, verification, reset, clock and events get their places here.

use http::Method;

use crate::errors;
use crate::handlers::State;
use crate::reply::Reply;

/// `GET /__zd/applied`, of all keys or of those that `key=` names.
pub(crate) fn answer(
    method: &Method,
    path: &str,
    query: &[(String, String)],
    state: &State,
) -> Reply {
    if method != Method::GET || path != "applied" {
        return errors::no_such_endpoint();
    }
    let keys: Vec<&str> = query
        .iter()
        .filter(|(name, _)| name == "key")
        .map(|(_, key)| key.as_str())
        .collect();
    Reply::ok(&state.tally.report(&keys))
}
