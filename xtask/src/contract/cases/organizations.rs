//! Organizations, their users, and who is in which.

use serde_json::json;
use zd_model::operation as op;

use super::super::api::{Api, Call};
use super::super::records::number;
use super::{Case, case, variant};

/// An organization that has users.
fn organization_id(api: &Api) -> anyhow::Result<String> {
    Ok(api.organizations()?.swap_remove(0))
}

pub(super) const CASES: &[Case] = &[
    variant(op::ORGANIZATIONS_USERS, "by page", |api| {
        Ok(Call::of([organization_id(api)?]))
    }),
    variant(op::ORGANIZATIONS_USERS, "by cursor", |api| {
        Ok(Call::of([organization_id(api)?]).query("page%5Bsize%5D=5"))
    }),
    case(op::ORGANIZATIONS_USERS_COUNT, |api| {
        Ok(Call::of([organization_id(api)?]))
    }),
    variant(op::ORGANIZATIONS_LIST, "by page", |_| Ok(Call::plain())),
    variant(op::ORGANIZATIONS_LIST, "by cursor", |_| {
        Ok(Call::plain().query("page%5Bsize%5D=5"))
    }),
    case(op::ORGANIZATIONS_SHOW, |api| {
        Ok(Call::of([organization_id(api)?]))
    }),
    case(op::ORGANIZATIONS_SHOW_MANY, |api| {
        let ids = api.organizations()?;
        Ok(Call::plain().query(format!("ids={}", ids.join(","))))
    }),
    case(op::ORGANIZATIONS_SEARCH, |_| {
        Ok(Call::plain().query("name=Cedar%20Health"))
    }),
    case(op::ORGANIZATIONS_AUTOCOMPLETE, |_| {
        Ok(Call::plain().query("name=Ced"))
    }),
    variant(op::ORGANIZATIONS_CREATE_OR_UPDATE, "created", |api| {
        let (name, external_id) = (api.name("Organization"), api.name("org"));
        let organization =
            json!({"name": name, "external_id": external_id, "domain_names": ["contract.example"]});
        Ok(Call::plain().body(json!({"organization": organization})))
    }),
    variant(op::ORGANIZATIONS_CREATE_OR_UPDATE, "updated", |api| {
        let organization = json!({"id": number(&api.new_organization()?)?, "notes": "Met."});
        Ok(Call::plain().body(json!({"organization": organization})))
    }),
    // Of a user.
    case(op::USER_ORGANIZATIONS_LIST, |api| {
        let [user, ..] = api.organization_membership()?;
        Ok(Call::of([user]))
    }),
    case(op::USER_ORGANIZATIONS_COUNT, |api| {
        Ok(Call::of([api.person_id()?]))
    }),
    case(op::USER_ORGANIZATIONS_MAKE_DEFAULT, |api| {
        let [user, organization, _] = api.organization_membership()?;
        Ok(Call::of([user, organization]))
    }),
    case(op::USER_ORGANIZATIONS_UNASSIGN, |api| {
        let [user, organization, _] = api.organization_membership()?;
        Ok(Call::of([user, organization]))
    }),
    variant(op::ORGANIZATION_MEMBERSHIPS_LIST, "by page", |api| {
        let [user, ..] = api.organization_membership()?;
        Ok(Call::of([user]))
    }),
    variant(op::ORGANIZATION_MEMBERSHIPS_LIST, "by cursor", |api| {
        let [user, ..] = api.organization_membership()?;
        Ok(Call::of([user]).query("page%5Bsize%5D=1"))
    }),
    case(op::ORGANIZATION_MEMBERSHIPS_SHOW, |api| {
        let [user, _, membership] = api.organization_membership()?;
        Ok(Call::of([user, membership]))
    }),
    case(op::ORGANIZATION_MEMBERSHIPS_CREATE, |api| {
        let (user, organization) = (api.person_id()?, api.new_organization()?);
        let membership =
            json!({"user_id": number(&user)?, "organization_id": number(&organization)?});
        Ok(Call::of([user]).body(json!({"organization_membership": membership})))
    }),
    case(op::ORGANIZATION_MEMBERSHIPS_MAKE_DEFAULT, |api| {
        let [user, _, membership] = api.organization_membership()?;
        Ok(Call::of([user, membership]))
    }),
    case(op::ORGANIZATION_MEMBERSHIPS_DELETE, |api| {
        let [user, _, membership] = api.organization_membership()?;
        Ok(Call::of([user, membership]))
    }),
];
