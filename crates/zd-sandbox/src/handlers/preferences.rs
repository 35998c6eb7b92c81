//! What concerns members of staff: their settings, products, OAuth clients and brands.

use serde_json::{Value, json};
use zd_model::operation;

use super::body::wrapped;
use super::users::{caller, live};
use super::{Route, State};
use crate::call::Call;
use crate::clock::Now;
use crate::errors;
use crate::render::time;
use crate::reply::Reply;
use crate::seed::CLIENT_ID;
use crate::state::ids::{self, Slot};
use crate::state::user::Role;
use crate::state::write::OWNER;
use crate::warn;

pub(super) const ROUTES: &[Route] = &[
    Route::new(operation::USERS_SETTINGS, settings),
    Route::new(operation::USERS_UPDATE_SETTINGS, update_settings),
    Route::new(operation::USERS_ENTITLEMENTS, entitlements),
    Route::new(operation::USERS_OAUTH_CLIENTS, oauth_clients),
    Route::new(operation::USERS_BRAND_AGENTS, brand_agents),
    Route::new(operation::USERS_BRAND_AGENT, brand_agent),
];

/// `GET /users/me/settings`
fn settings(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let caller = caller(&call)?;
    Ok(shown(state, caller.slot))
}

fn shown(state: &State, slot: Slot) -> Reply {
    Reply::ok(&json!({"settings": state.account.preferences.of(slot)}))
}

/// `PUT /users/me/settings`
fn update_settings(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    const ACTION: &str = "users/settings/update";
    let caller = caller(&call)?;
    let mut ignored = Vec::new();
    let Value::Object(sent) = wrapped(call.body, "settings", &mut ignored)? else {
        return Err(errors::wrong_type("settings", "a hash", ACTION));
    };
    state
        .account
        .preferences
        .change(caller.slot, &sent, &mut ignored)
        .map_err(|wrong| errors::wrong_type(&wrong.path, wrong.must_be, ACTION))?;
    Ok(warn::unpermitted(
        shown(state, caller.slot),
        ACTION,
        &ignored,
    ))
}

/// `GET /users/{user_id}/entitlements/full`: every product for admins, as agents for agents; nothing about end users
/// (assumed).
fn entitlements(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let slot = live(&state.account, call.param(0))?;
    let (name, lead) = match state.account.live(slot).map(|user| user.role) {
        Some(Role::Admin) => ("admin", "lead"),
        Some(Role::Agent) => ("agent", "agent"),
        _ => return Err(errors::not_found()),
    };
    let seat = |name: &str| json!({"name": name, "is_active": true});
    Ok(Reply::ok(&json!({"entitlements": {
        "chat": seat(name),
        "explore": seat(name),
        "guide": seat(name),
        "talk": seat(lead),
    }})))
}

/// `GET /users/me/oauth/clients`: the admin registered one; its secret is cut off (documented).
fn oauth_clients(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let caller = caller(&call)?;
    let owner = state.account.users.get(OWNER);
    let client = owner.filter(|_| caller.slot == OWNER).map(|owner| {
        let id = ids::BRAND + 1;
        json!({
            "id": id,
            "name": "Sandbox Client",
            "identifier": CLIENT_ID,
            "description": "Signs in with its own credentials",
            "company": "Sandbox",
            "kind": "confidential",
            "global": false,
            "logo_url": null,
            "redirect_uri": [],
            "secret": "sandbox-cl...",
            "user_id": ids::user(OWNER),
            "created_at": time(owner.created_at),
            "updated_at": time(owner.created_at),
            "url": format!("{}/api/v2/oauth/clients/{id}.json", call.base),
        })
    });
    let clients: Vec<Value> = client.into_iter().collect();
    Ok(Reply::ok(&json!({"clients": clients})))
}

/// The place of a member of staff in the account's only brand; end users have none (assumed).
fn membership(state: &State, slot: Slot, base: &str) -> Option<Value> {
    let user = state.account.live(slot)?;
    let id = brand_agent_id(slot);
    let user_id = ids::user(slot);
    (user.role != Role::EndUser).then(|| {
        json!({
            "id": id,
            "user_id": user_id,
            "brand_id": ids::BRAND,
            "created_at": time(user.created_at),
            "updated_at": time(user.created_at),
            "url": format!("{base}/api/v2/users/{user_id}/brand_agents/{id}.json"),
        })
    })
}

/// A text, as documented.
fn brand_agent_id(slot: Slot) -> String {
    (u64::from(slot) + 1).to_string()
}

/// `GET /users/{user_id}/brand_agents`
fn brand_agents(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let slot = live(&state.account, call.param(0))?;
    let all: Vec<Value> = membership(state, slot, call.base).into_iter().collect();
    Ok(Reply::ok(&json!({"brand_agents": all})))
}

/// `GET /users/{user_id}/brand_agents/{brand_agent_id}`
fn brand_agent(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let slot = live(&state.account, call.param(0))?;
    let one = membership(state, slot, call.base)
        .filter(|_| call.param(1) == brand_agent_id(slot))
        .ok_or_else(errors::not_found)?;
    Ok(Reply::ok(&json!({"brand_agent": one})))
}
