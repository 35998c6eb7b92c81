//! Groups and who is in them, passwords, sessions, signing in.

use serde_json::json;
use zd_model::operation as op;

use super::super::api::{Api, Call, Caller};
use super::super::records::number;
use super::{Case, case, variant};

/// The session of the call itself, which a password began.
fn own_session(api: &Api) -> anyhow::Result<Call> {
    let (caller, _) = api.session()?;
    Ok(Call::plain().by(caller))
}

pub(super) const CASES: &[Case] = &[
    case(op::GROUPS_USERS, |api| Ok(Call::of([api.group_id()?]))),
    case(op::GROUPS_USERS_COUNT, |api| {
        Ok(Call::of([api.group_id()?]))
    }),
    case(op::USER_GROUPS_LIST, |api| Ok(Call::of([api.agent_id()?]))),
    case(op::USER_GROUPS_COUNT, |api| Ok(Call::of([api.agent_id()?]))),
    variant(op::GROUP_MEMBERSHIPS_LIST, "by page", |api| {
        Ok(Call::of([api.agent_id()?]))
    }),
    variant(op::GROUP_MEMBERSHIPS_LIST, "by cursor", |api| {
        Ok(Call::of([api.agent_id()?]).query("page%5Bsize%5D=1"))
    }),
    case(op::GROUP_MEMBERSHIPS_SHOW, |api| {
        Ok(Call::of(api.group_membership()?))
    }),
    case(op::GROUP_MEMBERSHIPS_CREATE, |api| {
        let (user, group) = (api.new_agent()?, api.group_id()?);
        let membership = json!({"user_id": number(&user)?, "group_id": number(&group)?});
        Ok(Call::of([user]).body(json!({"group_membership": membership})))
    }),
    case(op::GROUP_MEMBERSHIPS_MAKE_DEFAULT, |api| {
        Ok(Call::of(api.group_membership()?))
    }),
    case(op::GROUP_MEMBERSHIPS_DELETE, |api| {
        Ok(Call::of(api.group_membership()?))
    }),
    // Passwords.
    case(op::PASSWORDS_SET, |api| {
        Ok(Call::of([api.person_id()?]).body(json!({"password": "long-enough-1"})))
    }),
    case(op::PASSWORDS_CHANGE, |api| {
        let (caller, [user, _]) = api.session()?;
        let body = json!({"previous_password": "long-enough-1", "password": "long-enough-2"});
        Ok(Call::of([user]).body(body).by(caller))
    }),
    case(op::PASSWORDS_REQUIREMENTS, |api| {
        Ok(Call::of([api.person_id()?]))
    }),
    // Sessions.
    case(op::SESSIONS_LIST, |api| {
        api.session()?;
        Ok(Call::plain())
    }),
    case(op::SESSIONS_LIST_OF_USER, |api| {
        let (_, [user, _]) = api.session()?;
        Ok(Call::of([user]))
    }),
    case(op::SESSIONS_SHOW, |api| Ok(Call::of(api.session()?.1))),
    case(op::SESSIONS_DELETE, |api| Ok(Call::of(api.session()?.1))),
    case(op::SESSIONS_DELETE_ALL, |api| {
        let (_, [user, _]) = api.session()?;
        Ok(Call::of([user]))
    }),
    case(op::SESSIONS_CURRENT, own_session),
    case(op::SESSIONS_RENEW, own_session),
    case(op::SESSIONS_LOGOUT, own_session),
    // Signing in.
    case(op::OAUTH_TOKENS, |_| {
        let body = json!({
            "grant_type": "client_credentials",
            "client_id": zd_sandbox::CLIENT_ID,
            "client_secret": zd_sandbox::CLIENT_SECRET,
            "scope": "read write",
        });
        Ok(Call::plain().body(body).by(Caller::Nobody))
    }),
];
