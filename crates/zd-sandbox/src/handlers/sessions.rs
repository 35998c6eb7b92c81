//! Sessions: where users are signed in.
//!
//! Callers with a token have no session of their own. Who signs in with a password has one: a browser would get it the same
//! way, and the sandbox has no page to sign in at.

use std::collections::BTreeMap;

use http::StatusCode;
use zd_model::operation;

use super::me::authenticity_token;
use super::paging::{Foot, Listed, Paging};
use super::users::{caller, live};
use super::{Route, State};
use crate::call::Call;
use crate::clock::Now;
use crate::errors;
use crate::render::sessions::SessionView;
use crate::reply::Reply;
use crate::state::Account;
use crate::state::ids::{self, Slot};
use crate::state::sessions::Session;
use crate::state::user::Role;

pub(super) const ROUTES: &[Route] = &[
    Route::new(operation::SESSIONS_LIST, list),
    Route::new(operation::SESSIONS_LIST_OF_USER, list_of_user),
    Route::new(operation::SESSIONS_SHOW, show),
    Route::new(operation::SESSIONS_DELETE, delete),
    Route::new(operation::SESSIONS_DELETE_ALL, delete_all),
    Route::new(operation::SESSIONS_CURRENT, show_current),
    Route::new(operation::SESSIONS_RENEW, renew),
    Route::new(operation::SESSIONS_LOGOUT, logout),
];

/// `GET /sessions`: all for admins, their own for others; by cursor only, by id (assumed).
fn list(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let paging = Paging::by_cursor(&call)?;
    let caller = caller(&call)?;
    let sessions = &state.account.sessions;
    let (page, foot) = if caller.role == Role::Admin {
        paging.sort_and_cut(with_ids(sessions.iter()), &call)
    } else {
        paging.cut(with_ids(sessions.of(caller.slot)), &call)
    };
    Ok(listed(&page, foot, call.base))
}

fn with_ids<'a>(
    sessions: impl Iterator<Item = &'a Session>,
) -> impl Iterator<Item = (u64, Session)> {
    sessions.map(|session| (ids::session(session.number), *session))
}

fn listed(page: &[Session], foot: Foot, base: &str) -> Reply {
    let view = |session: &Session| SessionView {
        session: *session,
        base,
    };
    let records: Vec<SessionView<'_>> = page.iter().map(view).collect();
    Reply::ok(&Listed {
        name: "sessions",
        records: &records,
        foot,
    })
}

/// The live user that the path names: anybody for admins, for others themselves, and nobody else is told apart from nobody.
fn owner(account: &Account, call: &Call<'_>) -> Result<Slot, Reply> {
    let caller = caller(call)?;
    let id = call.param(0);
    if caller.role != Role::Admin && id.parse() != Ok(ids::user(caller.slot)) {
        return Err(errors::forbidden());
    }
    live(account, id)
}

/// `GET /users/{user_id}/sessions`
fn list_of_user(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let paging = Paging::of(&call)?;
    let slot = owner(&state.account, &call)?;
    let (page, foot) = paging.cut(with_ids(state.account.sessions.of(slot)), &call);
    Ok(listed(&page, foot, call.base))
}

/// The session that the path names.
fn named(account: &Account, call: &Call<'_>) -> Result<Session, Reply> {
    let slot = owner(account, call)?;
    let id = call.param(1).parse().map_err(|_| errors::not_found())?;
    let session = account.sessions.by_id(slot, id);
    session.copied().ok_or_else(errors::not_found)
}

/// `GET /users/{user_id}/sessions/{session_id}`
fn show(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    Ok(shown(named(&state.account, &call)?, call.base))
}

/// One session in an array, as the vendor's document has it.
fn shown(session: Session, base: &str) -> Reply {
    Reply::ok(&BTreeMap::from([(
        "session",
        [SessionView { session, base }],
    )]))
}

/// `DELETE /users/{user_id}/sessions/{session_id}`
fn delete(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let session = named(&state.account, &call)?;
    state.account.sessions.end(session);
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// `DELETE /users/{user_id}/sessions`: all of them, however few.
fn delete_all(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let slot = owner(&state.account, &call)?;
    state.account.sessions.end_all(slot);
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// The session of this very call, if it has one.
fn current(account: &Account, call: &Call<'_>) -> Option<Session> {
    let caller = call.caller.filter(|caller| caller.by_password)?;
    account.sessions.by_password(caller.slot).copied()
}

/// `GET /users/me/session`: 404 for who has none (assumed).
fn show_current(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let session = current(&state.account, &call).ok_or_else(errors::not_found)?;
    Ok(shown(session, call.base))
}

/// `GET /users/me/session/renew`: 404 for who has no session (assumed).
fn renew(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    let session = current(&state.account, &call).ok_or_else(errors::not_found)?;
    state.account.sessions.renew(session, now);
    let token = authenticity_token(state);
    Ok(Reply::ok(&BTreeMap::from([("authenticity_token", token)])))
}

/// `DELETE /users/me/logout`: without effect for who has no session (documented), and 204 all the same (assumed).
fn logout(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    if let Some(session) = current(&state.account, &call) {
        state.account.sessions.end(session);
    }
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}
