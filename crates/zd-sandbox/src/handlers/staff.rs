//! What concerns members of staff: the products they may use, the brands they serve, the OAuth clients they made.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use zd_model::operation;

use super::paging::{Listed, Paging};
use super::users::{caller, live};
use super::{Route, State};
use crate::call::Call;
use crate::clock::Now;
use crate::errors;
use crate::render::time;
use crate::reply::Reply;
use crate::seed::{CLIENT_ID, CLIENT_SECRET};
use crate::state::Account;
use crate::state::ids::{self, Slot};
use crate::state::user::{Role, User};
use crate::state::write::OWNER;

pub(super) const ROUTES: &[Route] = &[
    Route::new(operation::USERS_ENTITLEMENTS, entitlements),
    Route::new(operation::USERS_OAUTH_CLIENTS, oauth_clients),
    Route::new(operation::USERS_BRAND_AGENTS, brand_agents),
    Route::new(operation::USERS_BRAND_AGENT, brand_agent),
];

/// Products, and what admins and agents are in them. The names for admins are those of the documented example, the others
/// assumed.
const PRODUCTS: [(&str, &str, &str); 4] = [
    ("chat", "admin", "agent"),
    ("explore", "admin", "viewer"),
    ("guide", "admin", "viewer"),
    ("talk", "lead", "agent"),
];

/// `GET /users/{user_id}/entitlements/full`: the role says it all here. End users have none, which is 404 as for nobody
/// (assumed).
fn entitlements(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let nobody = errors::nobody_entitled;
    let slot = live(&state.account, call.param(0)).map_err(|_| nobody())?;
    let (_, user) = serves(&state.account, slot).ok_or_else(nobody)?;
    let entitlements: Map<String, Value> = PRODUCTS
        .into_iter()
        .map(|(product, admin, agent)| {
            let name = if user.role == Role::Admin {
                admin
            } else {
                agent
            };
            let entitlement = json!({"is_active": true, "name": name});
            (product.to_owned(), entitlement)
        })
        .collect();
    Ok(Reply::ok(&BTreeMap::from([("entitlements", entitlements)])))
}

/// `GET /users/me/oauth/clients`: the one client there is, for the owner, who made it. Its secret is cut short.
fn oauth_clients(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    /// So much of a secret is shown once it was told.
    const SHOWN: usize = 15;
    let paging = Paging::of(&call)?;
    let caller = caller(&call)?;
    let owner = state.account.users.get(OWNER);
    let own = owner
        .filter(|_| caller.slot == OWNER)
        .map(|owner| (ids::OAUTH_CLIENT, owner));
    let (page, foot) = paging.cut(own.into_iter(), &call);
    let secret: String = CLIENT_SECRET.chars().take(SHOWN).collect();
    let records: Vec<Value> = page
        .into_iter()
        .map(|owner| {
            let id = ids::OAUTH_CLIENT;
            json!({
                "url": format!("{}/api/v2/oauth/clients/{id}.json", call.base),
                "id": id,
                "name": "Sandbox Client",
                "identifier": CLIENT_ID,
                "company": "Sandbox",
                "description": "",
                "kind": "confidential",
                "global": false,
                "redirect_uri": [],
                "secret": format!("{secret}..."),
                "user_id": ids::user(OWNER),
                "created_at": time(owner.created_at),
                "updated_at": time(owner.created_at),
            })
        })
        .collect();
    Ok(Reply::ok(&Listed {
        name: "clients",
        records: &records,
        foot,
    }))
}

/// That the user in this slot serves the one brand, as every member of staff does; end users serve none.
fn serves(account: &Account, slot: Slot) -> Option<(u64, &User)> {
    let user = account.live(slot)?;
    (user.role != Role::EndUser).then(|| (ids::brand_agent(slot), user))
}

/// Its id is a text, as in the vendor's document.
fn brand_agent_view(slot: Slot, user: &User, base: &str) -> Value {
    let id = ids::brand_agent(slot);
    json!({
        "url": format!("{base}/api/v2/brand_agents/{id}.json"),
        "id": id.to_string(),
        "user_id": ids::user(slot),
        "brand_id": ids::BRAND,
        "created_at": time(user.created_at),
        "updated_at": time(user.created_at),
    })
}

/// `GET /users/{user_id}/brand_agents`
fn brand_agents(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let paging = Paging::of(&call)?;
    let slot = live(&state.account, call.param(0))?;
    let served = serves(&state.account, slot);
    let (page, foot) = paging.cut(served.into_iter(), &call);
    let records: Vec<Value> = page
        .into_iter()
        .map(|user| brand_agent_view(slot, user, call.base))
        .collect();
    Ok(Reply::ok(&Listed {
        name: "brand_agents",
        records: &records,
        foot,
    }))
}

/// `GET /users/{user_id}/brand_agents/{brand_agent_id}`
fn brand_agent(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let slot = live(&state.account, call.param(0))?;
    let (_, user) = serves(&state.account, slot)
        .filter(|(id, _)| call.param(1).parse() == Ok(*id))
        .ok_or_else(errors::not_found)?;
    Ok(Reply::ok(&BTreeMap::from([(
        "brand_agent",
        brand_agent_view(slot, user, call.base),
    )])))
}
