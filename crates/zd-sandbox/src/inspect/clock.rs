//! The account's time, and how to change it.

use http::StatusCode;
use serde_json::{Value, json};

use super::{object, refusal};
use crate::clock::Clock;
use crate::reply::Reply;
use crate::settings::moment;
use crate::span;

pub(super) fn show(clock: &Clock) -> Reply {
    let state = clock.state();
    let now = crate::clock::Now::from_millis(state.unix_millis);
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
    let mut changes: Vec<Box<dyn FnOnce() -> Result<(), Reply> + '_>> = Vec::new();
    for (key, value) in object(body)? {
        let bad = |next: &str| wrong(format!("{key}: {value} does not do"), next);
        match (&*key, &value) {
            ("advance", value) => {
                let text = value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned);
                let span = span::parse(&text)
                    .ok_or_else(|| bad("give a time such as 250ms, 10m or 2h"))?;
                changes.push(Box::new(move || {
                    clock.advance(span);
                    Ok(())
                }));
            }
            ("freeze", Value::Bool(frozen)) => {
                let frozen = *frozen;
                changes.push(Box::new(move || {
                    clock.freeze(frozen);
                    Ok(())
                }));
            }
            ("scale", Value::Number(number)) => {
                let scale = number.as_u64().and_then(|scale| u32::try_from(scale).ok());
                let scale = scale.filter(|scale| *scale > 0);
                let scale = scale.ok_or_else(|| bad("give a whole number from 1"))?;
                changes.push(Box::new(move || {
                    clock.scale(scale);
                    Ok(())
                }));
            }
            ("jump_to", Value::String(text)) => {
                let moment = moment(text).map_err(|expected| bad(&expected))?;
                changes.push(Box::new(move || {
                    if clock.jump_to(moment) {
                        return Ok(());
                    }
                    let now = clock.now().spelled();
                    let error = format!("{} has passed, it is {now}", moment.spelled());
                    Err(wrong(
                        error,
                        "time does not go back: jump to a later time, or reset",
                    ))
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
        change()?;
    }
    Ok(show(clock))
}
