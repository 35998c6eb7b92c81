//! Sessions: a caller with a password has one, from the first request on; a token has none (assumed).

use http::StatusCode;
use serde::Serialize;
use serde_json::json;
use zd_model::operation;

use super::paging::{Listed, Paging};
use super::users::{caller, known};
use super::{Route, State};
use crate::auth::Caller;
use crate::call::Call;
use crate::clock::Now;
use crate::errors;
use crate::render::sessions::SessionView;
use crate::reply::Reply;
use crate::state::ids::{self, Slot};
use crate::state::sessions::Session;
use crate::state::user::Role;

pub(super) const ROUTES: &[Route] = &[
    Route::new(operation::SESSIONS_LIST, list),
    Route::new(operation::SESSIONS_LIST_OF_USER, list_of_user),
    Route::new(operation::SESSIONS_SHOW, show),
    Route::new(operation::SESSIONS_DELETE, delete),
    Route::new(operation::SESSIONS_DELETE_ALL, delete_all),
    Route::new(operation::SESSIONS_CURRENT, current),
    Route::new(operation::SESSIONS_RENEW, renew),
    Route::new(operation::SESSIONS_LOGOUT, logout),
];

/// `GET /sessions`: all of them for admins, their own for others.
fn list(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let caller = caller(&call)?;
    let whose = (caller.role != Role::Admin).then_some(caller.slot);
    page(state, &call, whose)
}

/// `GET /users/{user_id}/sessions`
fn list_of_user(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let slot = theirs(state, &call)?;
    page(state, &call, Some(slot))
}

fn page(state: &State, call: &Call<'_>, whose: Option<Slot>) -> Result<Reply, Reply> {
    let paging = Paging::of(call)?;
    let sessions = state
        .account
        .sessions
        .iter()
        .filter(|(_, session)| whose.is_none_or(|slot| session.slot == slot))
        .map(|(number, session)| (u64::from(number), view(number, session, call)));
    let (page, foot) = paging.cut(sessions, call);
    Ok(Reply::ok(&Listed {
        name: "sessions",
        records: &page,
        foot,
    }))
}

fn view<'a>(number: u32, session: Session, call: &Call<'a>) -> SessionView<'a> {
    SessionView {
        number,
        session,
        base: call.base,
    }
}

/// The user that the path names: anybody for admins, themselves for others.
fn theirs(state: &State, call: &Call<'_>) -> Result<Slot, Reply> {
    let Caller {
        role, slot: own, ..
    } = caller(call)?;
    if role != Role::Admin && call.param(0).parse() != Ok(ids::user(own)) {
        return Err(errors::forbidden());
    }
    known(&state.account, call.param(0))
}

/// The session that the path names, of that user.
fn named(state: &State, call: &Call<'_>) -> Result<(u32, Session), Reply> {
    let slot = theirs(state, call)?;
    let id: u64 = call.param(1).parse().map_err(|_| errors::not_found())?;
    let mut sessions = state.account.sessions.iter();
    sessions
        .find(|(number, session)| session.slot == slot && ids::session(*number) == id)
        .ok_or_else(errors::not_found)
}

/// One session: in an array, as the documented example has it.
#[derive(Serialize)]
struct One<'a> {
    session: [SessionView<'a>; 1],
}

fn shown(number: u32, session: Session, call: &Call<'_>) -> Reply {
    Reply::ok(&One {
        session: [view(number, session, call)],
    })
}

/// `GET /users/{user_id}/sessions/{session_id}`
fn show(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let (number, session) = named(state, &call)?;
    Ok(shown(number, session, &call))
}

/// `DELETE /users/{user_id}/sessions/{session_id}`
fn delete(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let (number, _) = named(state, &call)?;
    state.account.sessions.end(number);
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// `DELETE /users/{user_id}/sessions`
fn delete_all(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let slot = theirs(state, &call)?;
    state.account.sessions.end_all(slot);
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// The session of this very call.
fn own(state: &State, call: &Call<'_>) -> Result<(u32, Session), Reply> {
    let caller = caller(call)?;
    Some(caller)
        .filter(|caller| caller.by_password)
        .and_then(|caller| state.account.sessions.last_of(caller.slot))
        .ok_or_else(errors::not_found)
}

/// `GET /users/me/session`
fn current(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let (number, session) = own(state, &call)?;
    Ok(shown(number, session, &call))
}

/// `GET /users/me/session/renew`: a read that keeps the session alive, and a new token against forged requests.
fn renew(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    own(state, &call)?;
    let token = format!(
        "{:032x}{:032x}",
        state.chance.u128(..),
        state.chance.u128(..)
    );
    Ok(Reply::ok(&json!({"authenticity_token": token})))
}

/// `DELETE /users/me/logout`
fn logout(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let (number, _) = own(state, &call)?;
    state.account.sessions.end(number);
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}
