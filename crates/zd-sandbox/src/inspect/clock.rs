//! The account's time, and how to change it.

use http::StatusCode;
use serde_json::{Value, json};

use super::{object, refusal};
use crate::clock::{Clock, Now};
use crate::reply::Reply;
use crate::settings::moment;
use crate::span;

pub(super) fn show(clock: &Clock) -> Reply {
    let state = clock.state();
    let now = Now::from_millis(state.unix_millis);
    Reply::ok(&json!({
        "now": now.spelled(),
        "unix_millis": state.unix_millis,
        "scale": state.scale,
        "frozen": state.frozen,
    }))
}

/// Every key of the body is done, or none.
pub(super) fn change(clock: &Clock, body: &[u8]) -> Result<Reply, Reply> {
    let wrong = |error: String, next: &str| refusal(StatusCode::BAD_REQUEST, error, next);
    let mut changes: Vec<Box<dyn FnOnce() + '_>> = Vec::new();
    for (key, value) in object(body)? {
        let bad = |next: &str| wrong(format!("{key} cannot be {value}"), next);
        match (&*key, &value) {
            ("advance", value) => {
                let text = value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned);
                let span = span::parse(&text)
                    .ok_or_else(|| bad("give a time such as 250ms, 10m or 2h"))?;
                changes.push(Box::new(move || {
                    clock.advance(span);
                }));
            }
            ("freeze", Value::Bool(frozen)) => {
                let frozen = *frozen;
                changes.push(Box::new(move || {
                    clock.freeze(frozen);
                }));
            }
            ("scale", Value::Number(number)) => {
                let scale = number.as_u64().and_then(|scale| u32::try_from(scale).ok());
                let scale = scale.filter(|scale| *scale > 0);
                let scale = scale.ok_or_else(|| bad("give a whole number from 1"))?;
                changes.push(Box::new(move || {
                    clock.scale(scale);
                }));
            }
            ("jump_to", Value::String(text)) => {
                let moment = moment(text).map_err(|expected| bad(&expected))?;
                if moment > Now::LAST {
                    return Err(bad("time ends with the year 2099 here"));
                }
                let now = clock.now();
                if moment < now {
                    let error = format!("{} has passed, it is {}", moment.spelled(), now.spelled());
                    let next =
                        "time does not go back: jump to a later time, or start another sandbox";
                    return Err(wrong(error, next));
                }
                // It may have passed just now: then it is as late as it is.
                changes.push(Box::new(move || {
                    clock.jump_to(moment);
                }));
            }
            ("freeze" | "scale" | "jump_to", _) => {
                return Err(bad("GET /__zd/ shows what to send"));
            }
            _ => {
                return Err(wrong(
                    format!("the clock knows no `{key}`"),
                    "send advance, freeze, jump_to or scale",
                ));
            }
        }
    }
    for change in changes {
        change();
    }
    Ok(show(clock))
}
