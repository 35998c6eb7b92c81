//! Listing and counting users: of the account, of a group, of an organization.

use bytes::Bytes;
use http::{Request, Response};
use zd_model::operation::{
    GROUPS_USERS, GROUPS_USERS_COUNT, ORGANIZATIONS_USERS, ORGANIZATIONS_USERS_COUNT, USERS_COUNT,
    USERS_LIST,
};
use zd_model::{
    Count, CountEnvelope, CustomRoleId, ExternalId, GroupId, Operation, OrganizationId, Role,
    UsersPage,
};

use super::draft::Draft;
use super::include::Includes;
use super::position::{Cursor, cursor_paged};
use super::{BrandScope, Include};
use crate::endpoint::read_json;
use crate::{Endpoint, Error, RequestError};

/// Which users of a list are wanted.
#[derive(Clone, Debug)]
pub(super) struct UserFilter {
    pub(super) roles: Vec<Role>,
    pub(super) permission_set: Option<CustomRoleId>,
    pub(super) external_id: Option<ExternalId>,
    pub(super) brand: Option<BrandScope>,
}

impl UserFilter {
    pub(super) const fn all() -> Self {
        Self {
            roles: Vec::new(),
            permission_set: None,
            external_id: None,
            brand: None,
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
        draft.pair_if("brand_id", self.brand);
    }
}

/// Gives calls with a field `filter` their setters.
macro_rules! filtered_users {
    ($($name:ident),+) => {$(
        impl $name {
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
        }
    )+};
}

/// Gives calls about the whole account, with a field `filter`, their setter.
macro_rules! of_brand {
    ($($name:ident),+) => {$(
        impl $name {
            /// Only the end users of this brand; members of staff count in any case.
            pub const fn brand(mut self, brand: BrandScope) -> Self {
                self.filter.brand = Some(brand);
                self
            }
        }
    )+};
}

/// Gives lists with fields `filter` and `include` their setters.
macro_rules! including {
    ($($name:ident),+) => {$(
        impl $name {
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
        }
    )+};
}

/// `GET /api/v2/users`: the account's users in the order of their ids, unless sorted. For agents.
///
/// Deleted users are left out.
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

    /// Sorted by this attribute, such as `name`; backwards with a hyphen before it, as in `-created_at`.
    pub fn sort(mut self, by: impl Into<String>) -> Self {
        self.sort = Some(by.into());
        self
    }
}

filtered_users!(
    ListUsers,
    CountUsers,
    ListGroupUsers,
    CountGroupUsers,
    ListOrganizationUsers,
    CountOrganizationUsers
);
of_brand!(ListUsers, CountUsers);
including!(ListUsers, ListGroupUsers, ListOrganizationUsers);

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

/// `GET /api/v2/groups/{group_id}/users`: the agents of a group. For agents.
#[derive(Clone, Debug)]
#[must_use = "an endpoint does nothing until it is executed"]
pub struct ListGroupUsers {
    group: GroupId,
    filter: UserFilter,
    include: Includes,
    paging: Cursor,
}

impl ListGroupUsers {
    /// All users of this group.
    pub const fn new(group: GroupId) -> Self {
        Self {
            group,
            filter: UserFilter::all(),
            include: Includes::none(),
            paging: Cursor::first(),
        }
    }
}

cursor_paged!(ListGroupUsers);

impl Endpoint for ListGroupUsers {
    type Output = UsersPage;

    fn operation(&self) -> &Operation {
        &GROUPS_USERS
    }

    fn build(&self) -> Result<Request<Bytes>, RequestError> {
        let mut draft = Draft::of(self.operation());
        draft.param(self.group);
        self.filter.ask(&mut draft);
        self.include.ask(&mut draft);
        self.paging.ask(&mut draft)?;
        draft.finish()
    }

    fn parse(&self, response: Response<Bytes>) -> Result<UsersPage, Error> {
        read_json(self.operation(), &response)
    }
}

/// `GET /api/v2/organizations/{organization_id}/users`: the members of an organization. For agents.
#[derive(Clone, Debug)]
#[must_use = "an endpoint does nothing until it is executed"]
pub struct ListOrganizationUsers {
    organization: OrganizationId,
    filter: UserFilter,
    include: Includes,
    sort: Option<(String, bool)>,
    paging: Cursor,
}

impl ListOrganizationUsers {
    /// All users of this organization.
    pub const fn new(organization: OrganizationId) -> Self {
        Self {
            organization,
            filter: UserFilter::all(),
            include: Includes::none(),
            sort: None,
            paging: Cursor::first(),
        }
    }

    /// Sorted by `id`, `name`, `created_at` or `updated_at`. Whether this is heeded with cursors is not documented.
    pub fn sort(mut self, by: impl Into<String>, descending: bool) -> Self {
        self.sort = Some((by.into(), descending));
        self
    }
}

cursor_paged!(ListOrganizationUsers);

impl Endpoint for ListOrganizationUsers {
    type Output = UsersPage;

    fn operation(&self) -> &Operation {
        &ORGANIZATIONS_USERS
    }

    fn build(&self) -> Result<Request<Bytes>, RequestError> {
        let mut draft = Draft::of(self.operation());
        draft.param(self.organization);
        self.filter.ask(&mut draft);
        self.include.ask(&mut draft);
        if let Some((by, descending)) = &self.sort {
            draft.pair("sort_by", by);
            draft.pair("sort_order", if *descending { "desc" } else { "asc" });
        }
        self.paging.ask(&mut draft)?;
        draft.finish()
    }

    fn parse(&self, response: Response<Bytes>) -> Result<UsersPage, Error> {
        read_json(self.operation(), &response)
    }
}

macro_rules! user_counts {
    ($($(#[$meta:meta])* $name:ident($($parameter:ident: $type:ty)?) = $operation:ident;)+) => {$(
        $(#[$meta])*
        ///
        /// Exact up to 100,000; above that from a count made once a day.
        #[derive(Clone, Debug)]
        #[must_use = "an endpoint does nothing until it is executed"]
        pub struct $name {
            $($parameter: $type,)?
            filter: UserFilter,
        }

        impl $name {
            /// All of them.
            #[allow(clippy::new_without_default, reason = "not all of them can have one")]
            pub const fn new($($parameter: $type)?) -> Self {
                Self { $($parameter,)? filter: UserFilter::all() }
            }
        }

        impl Endpoint for $name {
            type Output = Count;

            fn operation(&self) -> &Operation {
                &$operation
            }

            fn build(&self) -> Result<Request<Bytes>, RequestError> {
                let mut draft = Draft::of(self.operation());
                $(draft.param(self.$parameter);)?
                self.filter.ask(&mut draft);
                draft.finish()
            }

            fn parse(&self, response: Response<Bytes>) -> Result<Count, Error> {
                Ok(read_json::<CountEnvelope>(self.operation(), &response)?.count)
            }
        }
    )+};
}

user_counts! {
    /// `GET /api/v2/users/count`: how many users there are. For agents.
    CountUsers() = USERS_COUNT;
    /// `GET /api/v2/groups/{group_id}/users/count`: how many agents a group has. For agents.
    CountGroupUsers(group: GroupId) = GROUPS_USERS_COUNT;
    /// `GET /api/v2/organizations/{organization_id}/users/count`: how many users an organization has. For agents.
    CountOrganizationUsers(organization: OrganizationId) = ORGANIZATIONS_USERS_COUNT;
}
