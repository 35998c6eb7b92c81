//! Who am I.

use serde_json::{Value, json};
use zd_model::operation;

use super::users::{UsersPage, view};
use super::{Route, State};
use crate::call::Call;
use crate::clock::Now;
use crate::render::UserView;
use crate::reply::Reply;
use crate::state::user::Role;

pub(super) const ROUTES: &[Route] = &[Route::new(operation::USERS_ME, me)];

/// `GET /users/me`: an anonymous user for whoever did not sign in, with 200.
fn me(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let token = authenticity_token(state);
    let own = call
        .caller
        .and_then(|caller| view(&state.account, caller.slot, call.base));
    let caller_is_end_user = call
        .caller
        .is_some_and(|caller| caller.role == Role::EndUser);
    Ok(match own {
        Some(user) => {
            let users = [UserView {
                authenticity_token: Some(&token),
                for_end_user: caller_is_end_user,
                ..user
            }];
            Reply::ok(&UsersPage {
                users: &users,
                single: true,
                call: &call,
                with_identities: true,
                foot: None,
            })
        }
        None => Reply::ok(&anonymous()),
    })
}

/// A new token for forms.
pub(super) fn authenticity_token(state: &mut State) -> String {
    format!("{:032x}", state.chance.u128(..))
}

/// Its name is reported, a null id inferred; the rest is what a stranger would be.
fn anonymous() -> Value {
    json!({"user": {
        "id": null, "url": null, "name": "Anonymous user", "email": null, "created_at": null, "updated_at": null,
        "time_zone": "America/New_York", "iana_time_zone": "America/New_York", "phone": null,
        "shared_phone_number": null, "photo": null, "locale_id": 1, "locale": "en-US", "organization_id": null,
        "role": "end-user", "verified": false, "external_id": null, "tags": [], "alias": null, "active": false,
        "shared": false, "shared_agent": false, "last_login_at": null, "two_factor_auth_enabled": null,
        "signature": null, "details": null, "notes": null, "role_type": null, "custom_role_id": null,
        "moderator": false, "ticket_restriction": "requested", "only_private_comments": false,
        "restricted_agent": true, "suspended": false, "default_group_id": null, "report_csv": false,
        "user_fields": {},
    }})
}
