//! Calls about organizations, and who is in them.

use zd_model::{
    Count, Organization, OrganizationId, OrganizationMembership, OrganizationMembershipId,
    OrganizationMembershipInput, OrganizationUpsert, UserId,
};

use super::handle;
use crate::Upserted;
use crate::endpoints::{
    AutocompleteOrganizations, CountUserOrganizations, CreateOrUpdateOrganization,
    CreateOrganizationMembership, DeleteOrganizationMembership, ListOrganizationMemberships,
    ListOrganizations, ListUserOrganizations, MakeOrganizationDefault,
    MakeOrganizationMembershipDefault, SearchOrganizations, ShowManyOrganizations,
    ShowOrganization, ShowOrganizationMembership, UnassignOrganization,
};

handle! {
    /// Calls about organizations, as far as people need them.
    Organizations {
        /// Lists organizations.
        lists list(which: ListOrganizations) -> ListOrganizations = which;
        /// Shows an organization.
        reads get(id: OrganizationId) -> Organization = ShowOrganization::new(id);
        /// Shows up to 100 organizations; missing ones are skipped.
        reads show_many(which: &ShowManyOrganizations) -> Vec<Organization> = *which;
        /// Finds organizations by their exact name or external id, but for case.
        reads search(which: &SearchOrganizations) -> Vec<Organization> = *which;
        /// Finds organizations by the beginning of their name.
        reads autocomplete(which: &AutocompleteOrganizations) -> Vec<Organization> = *which;
        /// Creates an organization, or updates the one of its id or external id.
        writes create_or_update(organization: &OrganizationUpsert) -> Upserted<Organization> = CreateOrUpdateOrganization::new(organization);
        /// Lists the organizations of a user.
        lists list_of_user(user: UserId) -> ListUserOrganizations = ListUserOrganizations::new(user);
        /// Counts the organizations of a user.
        reads count_of_user(user: UserId) -> Count = CountUserOrganizations::new(user);
        /// Makes an organization the default one of a user who is in it.
        writes make_default(user: UserId, organization: OrganizationId) -> OrganizationMembership = MakeOrganizationDefault::new(user, organization);
        /// Takes a user out of an organization.
        writes unassign(user: UserId, organization: OrganizationId) -> () = UnassignOrganization::new(user, organization);
    }
}

handle! {
    /// Calls about memberships in organizations.
    OrganizationMemberships {
        /// Lists the memberships of a user.
        lists list(user: UserId) -> ListOrganizationMemberships = ListOrganizationMemberships::new(user);
        /// Shows a membership.
        reads get(user: UserId, id: OrganizationMembershipId) -> OrganizationMembership = ShowOrganizationMembership::new(user, id);
        /// Puts a user into an organization, beside those the user is in.
        writes create(user: UserId, membership: &OrganizationMembershipInput) -> OrganizationMembership = CreateOrganizationMembership::new(user, membership);
        /// Makes a membership the default one, and gives all of them.
        writes make_default(user: UserId, id: OrganizationMembershipId) -> Vec<OrganizationMembership> = MakeOrganizationMembershipDefault::new(user, id);
        /// Ends a membership.
        writes delete(user: UserId, id: OrganizationMembershipId) -> () = DeleteOrganizationMembership::new(user, id);
    }
}
