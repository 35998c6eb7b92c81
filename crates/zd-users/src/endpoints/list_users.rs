//! Listing users.

use bytes::Bytes;
use http::{Request, Response};
use zd_model::operation::USERS_LIST;
use zd_model::{CustomRoleId, ExternalId, Operation, Role, UsersPage};

use super::Include;
use super::draft::Draft;
use super::include::Includes;
use super::position::{Cursor, cursor_paged};
use crate::endpoint::read_json;
use crate::{Endpoint, Error, RequestError};

/// Which users of a list are wanted.
#[derive(Clone, Debug, Default)]
pub(super) struct UserFilter {
    pub(super) roles: Vec<Role>,
    pub(super) permission_set: Option<CustomRoleId>,
    pub(super) external_id: Option<ExternalId>,
}

impl UserFilter {
    pub(super) const fn all() -> Self {
        Self {
            roles: Vec::new(),
            permission_set: None,
            external_id: None,
        }
    }

    pub(super) fn ask(&self, draft: &mut Draft) {
        match &*self.roles {
            [] => {}
            [role] => {
                draft.pair("role", role);
            }
            roles => {
                for role in roles {
                    draft.pair("role[]", role);
                }
            }
        }
        draft.pair_if("permission_set", self.permission_set);
        draft.pair_if("external_id", self.external_id.as_ref());
    }
}

/// `GET /api/v2/users`: the account's users in the order of their ids, unless sorted.
///
/// Deleted users are left out. For agents and admins.
#[derive(Clone, Debug)]
#[must_use = "an endpoint does nothing until it is executed"]
pub struct ListUsers {
    filter: UserFilter,
    include: Includes,
    sort: Option<String>,
    paging: Cursor,
}

impl ListUsers {
    /// All users.
    pub const fn new() -> Self {
        Self {
            filter: UserFilter::all(),
            include: Includes::none(),
            sort: None,
            paging: Cursor::first(),
        }
    }

    /// Only users of this role; given several times, of any of these. The name of a custom role is taken too.
    pub fn role(mut self, role: Role) -> Self {
        self.filter.roles.push(role);
        self
    }

    /// Only agents of this custom role.
    pub const fn permission_set(mut self, id: CustomRoleId) -> Self {
        self.filter.permission_set = Some(id);
        self
    }

    /// Only the user of this external id.
    pub fn external_id(mut self, id: ExternalId) -> Self {
        self.filter.external_id = Some(id);
        self
    }

    /// Has these records come along.
    pub fn include(mut self, what: Include) -> Self {
        self.include.add(what);
        self
    }

    /// Sorted by this attribute, such as `name`; backwards with a hyphen before it, as in `-created_at`.
    pub fn sort(mut self, by: impl Into<String>) -> Self {
        self.sort = Some(by.into());
        self
    }
}

impl Default for ListUsers {
    fn default() -> Self {
        Self::new()
    }
}

cursor_paged!(ListUsers);

impl Endpoint for ListUsers {
    type Output = UsersPage;

    fn operation(&self) -> &Operation {
        &USERS_LIST
    }

    fn build(&self) -> Result<Request<Bytes>, RequestError> {
        let mut draft = Draft::of(self.operation());
        self.filter.ask(&mut draft);
        self.include.ask(&mut draft);
        draft.pair_if("sort", self.sort.as_ref());
        self.paging.ask(&mut draft)?;
        draft.finish()
    }

    fn parse(&self, response: Response<Bytes>) -> Result<UsersPage, Error> {
        read_json(self.operation(), &response)
    }
}
