//! Lists of users.

use zd_model::operation;

use super::paging::Paging;
use super::users::{UsersPage, view};
use super::{Route, State};
use crate::call::Call;
use crate::clock::Now;
use crate::errors;
use crate::render::UserView;
use crate::reply::Reply;
use crate::state::index::same;
use crate::state::user::{Role, User};

pub(super) const ROUTES: &[Route] = &[Route::new(operation::USERS_LIST, list)];

/// `GET /users`: live users by id, or sorted.
fn list(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let filter = Filter::of(&call)?;
    let paging = Paging::of(&call)?;
    let users = &state.account.users;
    let start = paging.start();
    let wanted = users
        .by_ids_from(start)
        .filter(|(_, _, user)| user.active && filter.takes(user))
        .map(|(id, slot, _)| (id, slot));
    let (page, foot) = paging.cut(wanted, &call);
    let users: Vec<UserView<'_>> = page
        .into_iter()
        .filter_map(|slot| view(&state.account, slot, call.base))
        .collect();
    Ok(Reply::ok(&UsersPage {
        users: &users,
        single: false,
        call: &call,
        with_identities: true,
        foot: Some(foot),
    }))
}

/// Which users are wanted.
#[derive(Debug)]
pub(super) struct Filter<'a> {
    /// Any of these; none: all.
    roles: Vec<Role>,
    permission_set: Option<u64>,
    external_id: Option<&'a str>,
}

impl<'a> Filter<'a> {
    /// A role that is not known is 400 (assumed).
    pub(super) fn of(call: &'a Call<'_>) -> Result<Self, Reply> {
        let roles = call
            .query
            .iter()
            .filter(|(key, _)| key == "role" || key == "role[]")
            .map(|(_, value)| Role::parse(value).ok_or_else(|| errors::bad_parameter("role")))
            .collect::<Result<_, _>>()?;
        let permission_set = call
            .query("permission_set")
            .map(|text| {
                text.parse()
                    .map_err(|_| errors::bad_parameter("permission_set"))
            })
            .transpose()?;
        Ok(Self {
            roles,
            permission_set,
            external_id: call.query("external_id"),
        })
    }

    pub(super) fn takes(&self, user: &User) -> bool {
        (self.roles.is_empty() || self.roles.contains(&user.role))
            && (self.permission_set.is_none() || user.rare().custom_role_id == self.permission_set)
            && self.external_id.is_none_or(|wanted| {
                user.external_id
                    .as_deref()
                    .is_some_and(|own| same(own, wanted))
            })
    }
}
