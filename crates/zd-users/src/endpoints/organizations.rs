//! Organizations, as far as people need them, and who is in them.

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use zd_model::operation::{
    ORGANIZATIONS_AUTOCOMPLETE, ORGANIZATIONS_CREATE_OR_UPDATE, ORGANIZATIONS_LIST,
    ORGANIZATIONS_SEARCH, ORGANIZATIONS_SHOW_MANY,
};
use zd_model::{
    Count, CountEnvelope, ExternalId, Operation, Organization, OrganizationEnvelope,
    OrganizationId, OrganizationMembership, OrganizationMembershipEnvelope,
    OrganizationMembershipId, OrganizationMembershipInput, OrganizationMembershipsPage,
    OrganizationUpsert, OrganizationsPage, UserId,
};

use super::calls::{body_calls, path_calls, path_lists};
use super::draft::Draft;
use super::keys::Keys;
use super::position::{Cursor, cursor_paged};
use crate::endpoint::{read_json, resent};
use crate::{Endpoint, Error, RequestError, Upserted};

/// `GET /api/v2/organizations`: the account's organizations. For agents.
#[derive(Clone, Debug)]
#[must_use = "an endpoint does nothing until it is executed"]
pub struct ListOrganizations {
    sort: Option<String>,
    paging: Cursor,
}

impl ListOrganizations {
    /// All of them.
    pub const fn new() -> Self {
        Self {
            sort: None,
            paging: Cursor::first(),
        }
    }

    /// Sorted by this attribute, such as `name`; backwards with a hyphen before it.
    pub fn sort(mut self, by: impl Into<String>) -> Self {
        self.sort = Some(by.into());
        self
    }
}

impl Default for ListOrganizations {
    fn default() -> Self {
        Self::new()
    }
}

cursor_paged!(ListOrganizations);

impl Endpoint for ListOrganizations {
    type Output = OrganizationsPage;

    fn operation(&self) -> &Operation {
        &ORGANIZATIONS_LIST
    }

    fn build(&self) -> Result<Request<Bytes>, RequestError> {
        let mut draft = Draft::of(self.operation());
        draft.pair_if("sort", self.sort.as_ref());
        self.paging.ask(&mut draft)?;
        draft.finish()
    }

    fn parse(&self, response: Response<Bytes>) -> Result<OrganizationsPage, Error> {
        read_json(self.operation(), &response)
    }
}

/// `GET /api/v2/organizations/show_many`: up to a hundred organizations; those that are not there are left out. For agents.
#[derive(Clone, Debug)]
#[must_use = "an endpoint does nothing until it is executed"]
pub struct ShowManyOrganizations {
    keys: Keys<OrganizationId>,
}

impl ShowManyOrganizations {
    /// Shows the organizations of these ids, 1 to [`MAX_AT_ONCE`](super::MAX_AT_ONCE).
    pub fn by_ids(ids: &[OrganizationId]) -> Self {
        Self {
            keys: Keys::Ids(ids.to_vec()),
        }
    }

    /// Shows the organizations of these external ids, 1 to [`MAX_AT_ONCE`](super::MAX_AT_ONCE), none of them empty or with
    /// a comma in it.
    pub fn by_external_ids(ids: &[ExternalId]) -> Self {
        Self {
            keys: Keys::ExternalIds(ids.to_vec()),
        }
    }
}

impl Endpoint for ShowManyOrganizations {
    type Output = Vec<Organization>;

    fn operation(&self) -> &Operation {
        &ORGANIZATIONS_SHOW_MANY
    }

    fn build(&self) -> Result<Request<Bytes>, RequestError> {
        let mut draft = Draft::of(self.operation());
        self.keys.ask("organization ids", &mut draft)?;
        draft.finish()
    }

    fn parse(&self, response: Response<Bytes>) -> Result<Vec<Organization>, Error> {
        Ok(read_json::<OrganizationsPage>(self.operation(), &response)?.organizations)
    }
}

/// Defines calls that find organizations by one parameter, which must not be blank.
macro_rules! organization_searches {
    ($($(#[$meta:meta])* $name:ident = $operation:ident $(unless $check:ident)?;)+) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug)]
        #[must_use = "an endpoint does nothing until it is executed"]
        pub struct $name {
            parameter: &'static str,
            value: String,
        }

        impl Endpoint for $name {
            type Output = Vec<Organization>;

            fn operation(&self) -> &Operation {
                &$operation
            }

            fn build(&self) -> Result<Request<Bytes>, RequestError> {
                if self.value.trim().is_empty() {
                    return Err(RequestError::Empty { what: self.parameter });
                }
                $($check(&self.value)?;)?
                Draft::of(self.operation()).pair(self.parameter, &self.value).finish()
            }

            fn parse(&self, response: Response<Bytes>) -> Result<Vec<Organization>, Error> {
                Ok(read_json::<OrganizationsPage>(self.operation(), &response)?.organizations)
            }
        }
    )+};
}

organization_searches! {
    /// `GET /api/v2/organizations/search`: the organizations of exactly this name or external id, but for case. For agents.
    SearchOrganizations = ORGANIZATIONS_SEARCH;
    /// `GET /api/v2/organizations/autocomplete`: organizations whose name begins with this. For agents.
    AutocompleteOrganizations = ORGANIZATIONS_AUTOCOMPLETE unless check_beginning;
}

fn check_beginning(beginning: &str) -> Result<(), RequestError> {
    if beginning.trim().chars().count() < 2 {
        return Err(RequestError::refused(
            "an autocompletion of organizations needs two letters at least",
        ));
    }
    Ok(())
}

impl SearchOrganizations {
    /// The organization of this name.
    pub fn by_name(name: impl Into<String>) -> Self {
        Self {
            parameter: "name",
            value: name.into(),
        }
    }

    /// The organization of this external id.
    pub fn by_external_id(id: &ExternalId) -> Self {
        Self {
            parameter: "external_id",
            value: id.as_str().to_owned(),
        }
    }
}

impl AutocompleteOrganizations {
    /// Organizations whose name begins with this text, of two letters at least.
    pub fn new(beginning: impl Into<String>) -> Self {
        Self {
            parameter: "name",
            value: beginning.into(),
        }
    }
}

/// `POST /api/v2/organizations/create_or_update`: creates an organization, or updates the one of this id or external id.
///
/// For agents, with restrictions that the vendor does not detail.
#[derive(Clone, Copy, Debug)]
#[must_use = "an endpoint does nothing until it is executed"]
pub struct CreateOrUpdateOrganization<'a> {
    organization: &'a OrganizationUpsert,
}

impl<'a> CreateOrUpdateOrganization<'a> {
    /// Creates or updates this organization.
    pub const fn new(organization: &'a OrganizationUpsert) -> Self {
        Self { organization }
    }
}

impl Endpoint for CreateOrUpdateOrganization<'_> {
    type Output = Upserted<Organization>;

    fn operation(&self) -> &Operation {
        &ORGANIZATIONS_CREATE_OR_UPDATE
    }

    fn build(&self) -> Result<Request<Bytes>, RequestError> {
        let organization = self.organization;
        let named = organization.id.is_value() || organization.external_id.is_value();
        if !named
            && organization
                .name
                .as_deref()
                .is_none_or(|name| name.trim().is_empty())
        {
            return Err(RequestError::Empty { what: "name" });
        }
        Draft::of(self.operation())
            .wrapped("organization", organization)?
            .finish()
    }

    fn parse(&self, response: Response<Bytes>) -> Result<Upserted<Organization>, Error> {
        let envelope = read_json::<OrganizationEnvelope>(self.operation(), &response)?;
        let organization = Box::new(envelope.organization);
        Ok(match response.status() {
            StatusCode::CREATED if !resent(&response) => Upserted::Created(organization),
            StatusCode::OK if !resent(&response) => Upserted::Updated(organization),
            _ => Upserted::Unknown(organization),
        })
    }
}

path_calls! {
    /// `GET /api/v2/organizations/{organization_id}`: an organization. For agents.
    ShowOrganization(id: OrganizationId) = ORGANIZATIONS_SHOW => {OrganizationEnvelope.organization as Organization};
    /// `GET /api/v2/users/{user_id}/organizations/count`: how many organizations a user is in. For agents.
    CountUserOrganizations(user: UserId) = USER_ORGANIZATIONS_COUNT => {CountEnvelope.count as Count};
    /// `PUT /api/v2/users/{user_id}/organizations/{organization_id}/make_default`: makes an organization the default one of a
    /// user, who is in it already. For agents.
    MakeOrganizationDefault(user: UserId, organization: OrganizationId) = USER_ORGANIZATIONS_MAKE_DEFAULT => {OrganizationMembershipEnvelope.organization_membership as OrganizationMembership};
    /// `DELETE /api/v2/users/{user_id}/organizations/{organization_id}`: takes a user out of an organization. For agents.
    ///
    /// The user's open tickets of that organization are taken out of it too, some time later.
    UnassignOrganization(user: UserId, organization: OrganizationId) = USER_ORGANIZATIONS_UNASSIGN => {nothing};
    /// `GET /api/v2/users/{user_id}/organization_memberships/{organization_membership_id}`: a membership. For agents.
    ShowOrganizationMembership(user: UserId, id: OrganizationMembershipId) = ORGANIZATION_MEMBERSHIPS_SHOW => {OrganizationMembershipEnvelope.organization_membership as OrganizationMembership};
    /// `PUT …/organization_memberships/{organization_membership_id}/make_default`: makes a membership the default one, and gives
    /// all memberships of the user. For agents.
    MakeOrganizationMembershipDefault(user: UserId, id: OrganizationMembershipId) = ORGANIZATION_MEMBERSHIPS_MAKE_DEFAULT => {OrganizationMembershipsPage.organization_memberships as Vec<OrganizationMembership>};
    /// `DELETE /api/v2/users/{user_id}/organization_memberships/{organization_membership_id}`: ends a membership. For agents.
    DeleteOrganizationMembership(user: UserId, id: OrganizationMembershipId) = ORGANIZATION_MEMBERSHIPS_DELETE => {nothing};
}

path_lists! {
    /// `GET /api/v2/users/{user_id}/organizations`: the organizations of a user. For agents; end users see their own.
    ListUserOrganizations(user: UserId) = USER_ORGANIZATIONS_LIST => OrganizationsPage, by Cursor;
    /// `GET /api/v2/users/{user_id}/organization_memberships`: the memberships of a user. For agents; end users see their own.
    ListOrganizationMemberships(user: UserId) = ORGANIZATION_MEMBERSHIPS_LIST => OrganizationMembershipsPage, by Cursor;
}

body_calls! {
    /// `POST /api/v2/users/{user_id}/organization_memberships`: puts a user into an organization, beside those the user is in.
    ///
    /// For agents. To set the default organization alone and end all other memberships, update the user.
    CreateOrganizationMembership(user: UserId, ["organization_membership"] membership: OrganizationMembershipInput) = ORGANIZATION_MEMBERSHIPS_CREATE => {OrganizationMembershipEnvelope.organization_membership as OrganizationMembership};
}
