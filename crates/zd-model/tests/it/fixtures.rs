//! Every fixture is read by its type and written back as it is.

use std::fs;
use std::path::PathBuf;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use zd_model::{
    BrandAgentEnvelope, BrandAgentsPage, ComplianceDeletionStatusesPage, CountEnvelope,
    CustomFieldOptionEnvelope, CustomFieldOptionsPage, DeletedUserEnvelope, DeletedUsersPage,
    EntitlementsEnvelope, ErrorBody, GroupMembershipEnvelope, GroupMembershipsPage, GroupsPage,
    IdentitiesPage, IdentityEnvelope, JobStatusEnvelope, JobStatusesPage, MeEnvelope,
    OAuthClientsPage, OrganizationEnvelope, OrganizationMembershipEnvelope,
    OrganizationMembershipsPage, PasswordRequirementsEnvelope, RenewedSession, SearchExportPage,
    SessionEnvelope, SessionsPage, TagsEnvelope, UserEnvelope, UserFieldEnvelope, UserFieldsPage,
    UserInput, UserRelatedEnvelope, UserSettingsEnvelope, UsersByCursorPage, UsersByTimePage,
    UsersPage,
};

use crate::difference::assert_same;

/// A folder of fixtures and what reads and writes them again.
type Kind = (&'static str, fn(&str) -> serde_json::Result<Value>);

const KINDS: &[Kind] = &[
    ("brand_agent", again::<BrandAgentEnvelope>),
    ("brand_agents_page", again::<BrandAgentsPage>),
    ("compliance", again::<ComplianceDeletionStatusesPage>),
    ("count", again::<CountEnvelope>),
    ("custom_field_option", again::<CustomFieldOptionEnvelope>),
    ("custom_field_options_page", again::<CustomFieldOptionsPage>),
    ("deleted_user", again::<DeletedUserEnvelope>),
    ("deleted_users_page", again::<DeletedUsersPage>),
    ("entitlements", again::<EntitlementsEnvelope>),
    ("error", again::<ErrorBody>),
    ("group_membership", again::<GroupMembershipEnvelope>),
    ("group_memberships_page", again::<GroupMembershipsPage>),
    ("groups_page", again::<GroupsPage>),
    ("identities_page", again::<IdentitiesPage>),
    ("identity", again::<IdentityEnvelope>),
    ("job_status", again::<JobStatusEnvelope>),
    ("job_statuses_page", again::<JobStatusesPage>),
    ("me", again::<MeEnvelope>),
    ("oauth_clients_page", again::<OAuthClientsPage>),
    ("organization", again::<OrganizationEnvelope>),
    (
        "organization_membership",
        again::<OrganizationMembershipEnvelope>,
    ),
    (
        "organization_memberships_page",
        again::<OrganizationMembershipsPage>,
    ),
    (
        "password_requirements",
        again::<PasswordRequirementsEnvelope>,
    ),
    ("renewed_session", again::<RenewedSession>),
    ("search_export_page", again::<SearchExportPage>),
    ("session", again::<SessionEnvelope>),
    ("sessions_page", again::<SessionsPage>),
    ("tags", again::<TagsEnvelope>),
    ("user", again::<UserEnvelope>),
    ("user_field", again::<UserFieldEnvelope>),
    ("user_fields_page", again::<UserFieldsPage>),
    ("user_input", again::<UserInput>),
    ("user_related", again::<UserRelatedEnvelope>),
    ("user_settings", again::<UserSettingsEnvelope>),
    ("users_by_cursor_page", again::<UsersByCursorPage>),
    ("users_by_time_page", again::<UsersByTimePage>),
    ("users_page", again::<UsersPage>),
];

fn again<T: DeserializeOwned + Serialize>(text: &str) -> serde_json::Result<Value> {
    serde_json::to_value(serde_json::from_str::<T>(text)?)
}

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name)
}

/// A fixture's text, such as `user/full`.
pub(crate) fn text(name: &str) -> String {
    let path = folder(&format!("{name}.json"));
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A fixture, read by its type.
pub(crate) fn read<T: DeserializeOwned>(name: &str) -> T {
    serde_json::from_str(&text(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn every_fixture_is_written_back_as_it_came() {
    for (kind, again) in KINDS {
        let mut count = 0;
        for entry in fs::read_dir(folder(kind)).unwrap() {
            let path = entry.unwrap().path();
            let text = fs::read_to_string(&path).unwrap();
            let before: Value = serde_json::from_str(&text).unwrap();
            let after = again(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            assert_same(&before, &after, &path.display().to_string());
            count += 1;
        }
        assert!(count > 0, "no fixture of kind {kind}");
    }
}

#[test]
fn every_folder_of_fixtures_has_a_type() {
    for entry in fs::read_dir(folder("")).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            let name = entry.file_name();
            assert!(KINDS.iter().any(|(kind, _)| *kind == name), "{name:?}");
        }
    }
}
