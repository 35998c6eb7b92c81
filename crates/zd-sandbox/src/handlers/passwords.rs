//! Passwords.

use http::StatusCode;
use serde_json::{Value, json};
use zd_model::operation;

use super::users::{caller, live};
use super::{Route, State};
use crate::call::{Body, Call};
use crate::clock::Now;
use crate::errors;
use crate::reply::Reply;
use crate::state::passwords::REQUIREMENTS;
use crate::state::problem::{Problem, Refusal};
use crate::warn;

pub(super) const ROUTES: &[Route] = &[
    Route::new(operation::PASSWORDS_SET, set),
    Route::new(operation::PASSWORDS_CHANGE, change),
    Route::new(operation::PASSWORDS_REQUIREMENTS, requirements),
];

/// The texts of a body under these names, all of which must be there; others are ignored.
fn texts<const N: usize>(
    body: Body,
    names: [&str; N],
    action: &str,
    ignored: &mut Vec<String>,
) -> Result<[String; N], Reply> {
    let body = match body {
        Body::Json(Value::Object(body)) => body,
        Body::Malformed => return Err(errors::malformed_json()),
        _ => return Err(errors::missing_parameter(names[0])),
    };
    let others = body.keys().filter(|key| !names.contains(&key.as_str()));
    ignored.extend(others.cloned());
    let mut found = [const { String::new() }; N];
    for (place, name) in names.into_iter().enumerate() {
        found[place] = match body.get(name) {
            None | Some(Value::Null) => return Err(errors::missing_parameter(name)),
            Some(Value::String(text)) => text.clone(),
            // Recorded for `password`.
            Some(_) => return Err(errors::wrong_type(name, "a string", action)),
        };
    }
    Ok(found)
}

/// `POST /users/{user_id}/password`: only where the owner lets admins do that.
fn set(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    const ACTION: &str = "users/password/create";
    if !state.settings.admins_set_passwords {
        return Err(errors::forbidden());
    }
    let slot = live(&state.account, call.param(0))?;
    let mut ignored = Vec::new();
    let [password] = texts(call.body, ["password"], ACTION, &mut ignored)?;
    state
        .account
        .set_password(slot, &password)
        .map_err(|refusal| errors::refused(&refusal))?;
    Ok(warn::unpermitted(
        Reply::empty(StatusCode::OK),
        ACTION,
        &ignored,
    ))
}

/// `PUT /users/{user_id}/password`: one's own, who knows the present one (the refusal's text is assumed).
fn change(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    const ACTION: &str = "users/password/update";
    let caller = caller(&call)?;
    let slot = live(&state.account, call.param(0))?;
    if slot != caller.slot {
        return Err(errors::forbidden());
    }
    let mut ignored = Vec::new();
    let names = ["previous_password", "password"];
    let [previous, password] = texts(call.body, names, ACTION, &mut ignored)?;
    if !state.account.passwords.is(slot, &previous) {
        let problem = Problem::password("is not the present one");
        return Err(errors::refused(&Refusal::Invalid(vec![problem])));
    }
    state
        .account
        .set_password(slot, &password)
        .map_err(|refusal| errors::refused(&refusal))?;
    Ok(warn::unpermitted(
        Reply::empty(StatusCode::OK),
        ACTION,
        &ignored,
    ))
}

/// `GET /users/{user_id}/password/requirements`
fn requirements(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    live(&state.account, call.param(0))?;
    Ok(Reply::ok(&json!({"requirements": REQUIREMENTS})))
}
