//! How the sandbox is set.

use http::StatusCode;

use super::{object, refusal};
use crate::clock::Now;
use crate::handlers::State;
use crate::reply::Reply;
use crate::settings::Settings;

pub(super) fn show(settings: &Settings) -> Reply {
    Reply::ok(&settings.changeable())
}

/// Changes all settings of the body, or none.
pub(crate) fn change(state: &mut State, body: &[u8], now: Now) -> Result<Reply, Reply> {
    let changes = object(body)?;
    let mut tried = state.settings.clone();
    for (key, value) in &changes {
        tried.set(key, value).map_err(|expected| {
            refusal(
                StatusCode::BAD_REQUEST,
                format!("{key} cannot be {value}"),
                expected,
            )
        })?;
    }
    for (key, value) in &changes {
        // It was tried just now.
        let _worked = state.set(key, value, now);
    }
    if state.replays {
        state.limits.enforce(false);
    }
    Ok(show(&state.settings))
}
