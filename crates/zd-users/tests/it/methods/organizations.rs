//! Organizations, and who is in them.

use zd_model::{
    OrganizationId, OrganizationMembershipId, OrganizationMembershipInput, OrganizationUpsert,
    UserId,
};
use zd_users::Upserted;
use zd_users::endpoints::{
    AutocompleteOrganizations, ListOrganizations, SearchOrganizations, ShowManyOrganizations,
};

use super::{COUNT, NOTHING, cases};

const ORGANIZATION: &str = r#"{"organization": {"id": 5, "external_id": "org-5", "name": "Alder & Sons", "domain_names": ["alder.example"],
    "organization_fields": {"seats": 12}}}"#;
const ORGANIZATIONS: &str = r#"{"organizations": [{"id": 5, "name": "Alder & Sons"}], "next_page": null, "previous_page": null, "count": 1}"#;
const MEMBERSHIP: &str = r#"{"organization_membership": {"id": 4, "user_id": 7, "organization_id": 5, "default": true, "view_tickets": false}}"#;
const MEMBERSHIPS: &str = r#"{"organization_memberships": [{"id": 4, "organization_id": 5, "default": true}, {"id": 3, "organization_id": 6, "default": null}],
    "next_page": null, "previous_page": null, "count": 2}"#;

cases! {
    ORGANIZATIONS_LIST: organizations().list(ListOrganizations::new()).page()
        => "GET /api/v2/organizations?page%5Bsize%5D=100", 200 ORGANIZATIONS, |page| {
            assert_eq!(page.organizations[0].name.as_deref(), Some("Alder & Sons"));
        }
    ORGANIZATIONS_LIST: organizations().list(ListOrganizations::new().sort("name").page_size(2).after("c")).page()
        => "GET /api/v2/organizations?sort=name&page%5Bsize%5D=2&page%5Bafter%5D=c", 200 ORGANIZATIONS, |_page| {}
    ORGANIZATIONS_SHOW: organizations().get(OrganizationId::new(5))
        => "GET /api/v2/organizations/5", 200 ORGANIZATION, |organization| {
            assert_eq!(organization.organization_fields.value().unwrap()["seats"], 12);
        }
    ORGANIZATIONS_SHOW_MANY: organizations().show_many(&ShowManyOrganizations::by_ids(&[OrganizationId::new(5), OrganizationId::new(6)]))
        => "GET /api/v2/organizations/show_many?ids=5%2C6", 200 ORGANIZATIONS, |organizations| {
            assert_eq!(organizations.len(), 1);
        }
    ORGANIZATIONS_SHOW_MANY: organizations().show_many(&ShowManyOrganizations::by_external_ids(&["org-5".into(), "b c".into()]))
        => "GET /api/v2/organizations/show_many?external_ids=org-5%2Cb+c", 200 ORGANIZATIONS, |_organizations| {}
    ORGANIZATIONS_SEARCH: organizations().search(&SearchOrganizations::by_name("Alder & Sons"))
        => "GET /api/v2/organizations/search?name=Alder+%26+Sons", 200 ORGANIZATIONS, |organizations| {
            assert_eq!(organizations[0].id, OrganizationId::new(5));
        }
    ORGANIZATIONS_SEARCH: organizations().search(&SearchOrganizations::by_external_id(&"org-5".into()))
        => "GET /api/v2/organizations/search?external_id=org-5", 200 ORGANIZATIONS, |_organizations| {}
    ORGANIZATIONS_AUTOCOMPLETE: organizations().autocomplete(&AutocompleteOrganizations::new("Al"))
        => "GET /api/v2/organizations/autocomplete?name=Al", 200 ORGANIZATIONS, |organizations| {
            assert_eq!(organizations.len(), 1);
        }
    ORGANIZATIONS_CREATE_OR_UPDATE: organizations().create_or_update(&alder())
        => r#"POST /api/v2/organizations/create_or_update {"organization":{"external_id":"org-5","name":"Alder & Sons"}}"#, 201 ORGANIZATION, |upserted| {
            assert!(matches!(upserted, Upserted::Created(_)));
            assert_eq!(upserted.into_record().id, OrganizationId::new(5));
        }
    ORGANIZATIONS_CREATE_OR_UPDATE: organizations().create_or_update(&alder())
        => r#"POST /api/v2/organizations/create_or_update {"organization":{"external_id":"org-5","name":"Alder & Sons"}}"#, 200 ORGANIZATION, |upserted| {
            assert!(matches!(upserted, Upserted::Updated(_)));
        }
    USER_ORGANIZATIONS_LIST: organizations().list_of_user(UserId::new(7)).page()
        => "GET /api/v2/users/7/organizations?page%5Bsize%5D=100", 200 ORGANIZATIONS, |page| {
            assert_eq!(page.organizations.len(), 1);
        }
    USER_ORGANIZATIONS_COUNT: organizations().count_of_user(UserId::new(7))
        => "GET /api/v2/users/7/organizations/count", 200 COUNT, |count| {
            assert_eq!(count.value, 102);
        }
    USER_ORGANIZATIONS_MAKE_DEFAULT: organizations().make_default(UserId::new(7), OrganizationId::new(5))
        => "PUT /api/v2/users/7/organizations/5/make_default", 200 MEMBERSHIP, |membership| {
            assert_eq!(membership.default.value(), Some(&true));
        }
    USER_ORGANIZATIONS_UNASSIGN: organizations().unassign(UserId::new(7), OrganizationId::new(5))
        => "DELETE /api/v2/users/7/organizations/5", 204 NOTHING, |()| {}
    ORGANIZATION_MEMBERSHIPS_LIST: organization_memberships().list(UserId::new(7)).page()
        => "GET /api/v2/users/7/organization_memberships?page%5Bsize%5D=100", 200 MEMBERSHIPS, |page| {
            assert!(page.organization_memberships[1].default.is_null());
        }
    ORGANIZATION_MEMBERSHIPS_SHOW: organization_memberships().get(UserId::new(7), OrganizationMembershipId::new(4))
        => "GET /api/v2/users/7/organization_memberships/4", 200 MEMBERSHIP, |membership| {
            assert_eq!(membership.organization_id.value(), Some(&OrganizationId::new(5)));
        }
    ORGANIZATION_MEMBERSHIPS_CREATE: organization_memberships().create(UserId::new(7), &OrganizationMembershipInput::new(OrganizationId::new(5)))
        => r#"POST /api/v2/users/7/organization_memberships {"organization_membership":{"organization_id":5}}"#, 201 MEMBERSHIP, |membership| {
            assert_eq!(membership.id, OrganizationMembershipId::new(4));
        }
    ORGANIZATION_MEMBERSHIPS_MAKE_DEFAULT: organization_memberships().make_default(UserId::new(7), OrganizationMembershipId::new(4))
        => "PUT /api/v2/users/7/organization_memberships/4/make_default", 200 MEMBERSHIPS, |memberships| {
            assert_eq!(memberships.len(), 2);
        }
    ORGANIZATION_MEMBERSHIPS_DELETE: organization_memberships().delete(UserId::new(7), OrganizationMembershipId::new(4))
        => "DELETE /api/v2/users/7/organization_memberships/4", 204 NOTHING, |()| {}
}

fn alder() -> OrganizationUpsert {
    let mut organization = OrganizationUpsert::new();
    organization.external_id = "org-5".into();
    organization.name = "Alder & Sons".into();
    organization
}
