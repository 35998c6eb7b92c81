//! Passwords, and what they must be like.

use std::collections::BTreeMap;

use http::StatusCode;
use zd_model::operation;

use super::body;
use super::users::{caller, live};
use super::{Route, State};
use crate::call::Call;
use crate::clock::Now;
use crate::errors;
use crate::reply::Reply;
use crate::state::ids::{self, Slot};
use crate::state::passwords::requirements;
use crate::state::problem::{Problem, Refusal};
use crate::warn;

pub(super) const ROUTES: &[Route] = &[
    Route::new(operation::PASSWORDS_SET, set),
    Route::new(operation::PASSWORDS_CHANGE, change),
    Route::new(operation::PASSWORDS_REQUIREMENTS, show_requirements),
];

/// `POST /users/{user_id}/password`: by an admin, without the previous one, if the owner allows that.
fn set(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    const ACTION: &str = "passwords/create";
    if !state.settings.admins_set_passwords {
        return Err(errors::forbidden());
    }
    let slot = live(&state.account, call.param(0))?;
    let mut ignored = Vec::new();
    let [password] = body::texts(call.body, ["password"], ACTION, &mut ignored)?;
    answer(state, slot, &password, ACTION, &ignored)
}

/// `PUT /users/{user_id}/password`: one's own, by who knows the previous one. For anybody else, there or not, it is 403
/// (assumed).
fn change(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    const ACTION: &str = "passwords/update";
    let slot = caller(&call)?.slot;
    if call.param(0).parse() != Ok(ids::user(slot)) {
        return Err(errors::forbidden());
    }
    let mut ignored = Vec::new();
    let names = ["previous_password", "password"];
    let [previous, password] = body::texts(call.body, names, ACTION, &mut ignored)?;
    if !state.account.passwords.matches(slot, &previous) {
        let problem = Problem::invalid("previous_password", "Previous password");
        let refusal = errors::refused(&Refusal::Invalid(vec![problem]));
        return Err(warn::unpermitted(refusal, ACTION, &ignored));
    }
    answer(state, slot, &password, ACTION, &ignored)
}

/// Gives the user the password, and says so with an empty 200.
fn answer(
    state: &mut State,
    slot: Slot,
    password: &str,
    action: &str,
    ignored: &[String],
) -> Result<Reply, Reply> {
    let warned = |reply| warn::unpermitted(reply, action, ignored);
    state
        .account
        .set_password(slot, password)
        .map_err(|refusal| warned(errors::refused(&refusal)))?;
    Ok(warned(Reply::empty(StatusCode::OK)))
}

/// `GET /users/{user_id}/password/requirements`: the same for everybody.
fn show_requirements(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    live(&state.account, call.param(0))?;
    Ok(Reply::ok(&BTreeMap::from([(
        "requirements",
        requirements(),
    )])))
}
