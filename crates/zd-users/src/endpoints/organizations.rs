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

use super::MAX_AT_ONCE;
use super::calls::{body_calls, path_calls, path_lists};
use super::draft::{Draft, comma_list};
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

/// Which organizations, by exact keys.
#[derive(Clone, Debug)]
struct ByKey {
    parameter: &'static str,
    value: Result<String, &'static str>,
}

macro_rules! organizations_by_key {
    ($($(#[$meta:meta])* $name:ident = $operation:ident;)+) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug)]
        #[must_use = "an endpoint does nothing until it is executed"]
        pub struct $name {
            by: ByKey,
        }

        impl Endpoint for $name {
            type Output = Vec<Organization>;

            fn operation(&self) -> &Operation {
                &$operation
            }

            fn build(&self) -> Result<Request<Bytes>, RequestError> {
                let what = self.by.parameter;
                let value = match &self.by.value {
                    Ok(value) if value.trim().is_empty() => return Err(RequestError::Empty { what }),
                    Ok(value) => value,
                    Err(why) => return Err(RequestError::refused(why)),
                };
                Draft::of(self.operation()).pair(what, value).finish()
            }

            fn parse(&self, response: Response<Bytes>) -> Result<Vec<Organization>, Error> {
                Ok(read_json::<OrganizationsPage>(self.operation(), &response)?.organizations)
            }
        }
    )+};
}

organizations_by_key! {
    /// `GET /api/v2/organizations/show_many`: up to a hundred organizations; those that are not there are left out. For agents.
    ShowManyOrganizations = ORGANIZATIONS_SHOW_MANY;
    /// `GET /api/v2/organizations/search`: the organizations of exactly this name or external id, but for case. For agents.
    SearchOrganizations = ORGANIZATIONS_SEARCH;
    /// `GET /api/v2/organizations/autocomplete`: organizations whose name begins with this. For agents.
    AutocompleteOrganizations = ORGANIZATIONS_AUTOCOMPLETE;
}

const TOO_MANY: &str = "at most 100 organizations at once, and at least one";

impl ShowManyOrganizations {
    /// Shows the organizations of these ids, 1 to [`MAX_AT_ONCE`].
    pub fn by_ids(ids: &[OrganizationId]) -> Self {
        let texts: Vec<_> = ids.iter().map(ToString::to_string).collect();
        Self::new("ids", ids.len(), Ok(texts.join(",")))
    }

    /// Shows the organizations of these external ids, 1 to [`MAX_AT_ONCE`], none of them empty or with a comma in it.
    pub fn by_external_ids(ids: &[ExternalId]) -> Self {
        let list = comma_list("external ids", ids.iter().map(ExternalId::as_str))
            .map_err(|_| "an external id is empty or has a comma in it, which a list cannot hold");
        Self::new("external_ids", ids.len(), list)
    }

    fn new(parameter: &'static str, count: usize, list: Result<String, &'static str>) -> Self {
        let fits = (1..=MAX_AT_ONCE).contains(&count);
        let value = if fits { list } else { Err(TOO_MANY) };
        Self {
            by: ByKey { parameter, value },
        }
    }
}

impl SearchOrganizations {
    /// The organization of this name.
    pub fn by_name(name: impl Into<String>) -> Self {
        Self {
            by: ByKey {
                parameter: "name",
                value: Ok(name.into()),
            },
        }
    }

    /// The organization of this external id.
    pub fn by_external_id(id: &ExternalId) -> Self {
        Self {
            by: ByKey {
                parameter: "external_id",
                value: Ok(id.as_str().to_owned()),
            },
        }
    }
}

impl AutocompleteOrganizations {
    /// Organizations whose name begins with this text, of two letters at least.
    pub fn new(beginning: impl Into<String>) -> Self {
        let beginning = beginning.into();
        let value = match beginning.trim().chars().count() {
            1 => Err("an autocompletion of organizations needs two letters at least"),
            _ => Ok(beginning),
        };
        Self {
            by: ByKey {
                parameter: "name",
                value,
            },
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
