//! Identities, seen by staff and by their owners, user fields and their options.

use serde_json::json;
use zd_model::operation as op;

use super::super::api::{Api, Call, Caller};
use super::super::records::{id, number};
use super::{Case, case, variant};

/// An end user about an address of their own, verified or not; the call's values are the ids of both.
fn own_identity(api: &Api, verified: bool) -> anyhow::Result<Call> {
    let [user, identity] = api.identity(verified)?;
    let shown = api.ask(op::Method::Get, op::USERS_SHOW.path, &Call::of([&user]))?;
    let email = shown["user"]["email"].as_str().unwrap_or_default();
    Ok(Call::of([user, identity]).by(Caller::User(email.to_owned())))
}

fn field_id(api: &Api) -> anyhow::Result<String> {
    Ok(api.dropdown()?[0].clone())
}

pub(super) const CASES: &[Case] = &[
    variant(op::IDENTITIES_LIST, "by page", |api| {
        Ok(Call::of([api.person_id()?]))
    }),
    variant(op::IDENTITIES_LIST, "by cursor", |api| {
        Ok(Call::of([api.person_id()?]).query("page%5Bsize%5D=10"))
    }),
    case(op::IDENTITIES_SHOW, |api| Ok(Call::of(api.identity(true)?))),
    variant(op::IDENTITIES_CREATE, "an address", |api| {
        let identity = json!({"type": "email", "value": api.address()});
        Ok(Call::of([api.person_id()?]).body(json!({"identity": identity})))
    }),
    variant(op::IDENTITIES_CREATE, "a number", |api| {
        let identity = json!({"type": "phone_number", "value": "+49305550001"});
        Ok(Call::of([api.person_id()?]).body(json!({"identity": identity})))
    }),
    case(op::IDENTITIES_UPDATE, |api| {
        Ok(Call::of(api.identity(true)?).body(json!({"identity": {"verified": true}})))
    }),
    case(op::IDENTITIES_MAKE_PRIMARY, |api| {
        Ok(Call::of(api.identity(true)?))
    }),
    case(op::IDENTITIES_VERIFY, |api| {
        Ok(Call::of(api.identity(true)?))
    }),
    case(op::IDENTITIES_REQUEST_VERIFICATION, |api| {
        Ok(Call::of(api.identity(false)?))
    }),
    case(op::IDENTITIES_DELETE, |api| {
        Ok(Call::of(api.identity(true)?))
    }),
    // By their owners.
    case(op::END_USER_IDENTITIES_LIST, |api| {
        let (email, user) = api.person_by_email()?;
        Ok(Call::of([user]).by(Caller::User(email)))
    }),
    case(op::END_USER_IDENTITIES_SHOW, |api| own_identity(api, true)),
    case(op::END_USER_IDENTITIES_CREATE, |api| {
        let (email, user) = api.person_by_email()?;
        let identity = json!({"type": "email", "value": api.address()});
        Ok(Call::of([user])
            .body(json!({"identity": identity}))
            .by(Caller::User(email)))
    }),
    case(op::END_USER_IDENTITIES_MAKE_PRIMARY, |api| {
        own_identity(api, true)
    }),
    case(op::END_USER_IDENTITIES_REQUEST_VERIFICATION, |api| {
        own_identity(api, false)
    }),
    case(op::END_USER_IDENTITIES_DELETE, |api| {
        own_identity(api, true)
    }),
    // User fields.
    variant(op::USER_FIELDS_LIST, "by page", |_| Ok(Call::plain())),
    variant(op::USER_FIELDS_LIST, "by cursor", |_| {
        Ok(Call::plain().query("page%5Bsize%5D=5"))
    }),
    variant(op::USER_FIELDS_SHOW, "by id", |api| {
        Ok(Call::of([field_id(api)?]))
    }),
    variant(op::USER_FIELDS_SHOW, "by key", |_| {
        Ok(Call::of(["plan_tier"]))
    }),
    case(op::USER_FIELDS_SHOW_MANY, |_| {
        Ok(Call::plain().query("keys=plan_tier,seats"))
    }),
    variant(op::USER_FIELDS_CREATE, "text", |api| {
        let field = json!({"type": "text", "key": api.name("text"), "title": "A text"});
        Ok(Call::plain().body(json!({"user_field": field})))
    }),
    variant(op::USER_FIELDS_CREATE, "checkbox", |api| {
        let key = api.name("checkbox");
        let field = json!({"type": "checkbox", "key": key, "title": "A tick", "tag": key});
        Ok(Call::plain().body(json!({"user_field": field})))
    }),
    variant(op::USER_FIELDS_CREATE, "dropdown", |api| {
        let key = api.name("dropdown");
        let options = json!([{"name": "One", "value": format!("{key}_one")}]);
        let field = json!({"type": "dropdown", "key": key, "title": "A choice", "custom_field_options": options});
        Ok(Call::plain().body(json!({"user_field": field})))
    }),
    variant(op::USER_FIELDS_CREATE, "lookup", |api| {
        let field = json!({"type": "lookup", "key": api.name("lookup"), "title": "Someone", "relationship_target_type": "zen:user"});
        Ok(Call::plain().body(json!({"user_field": field})))
    }),
    case(op::USER_FIELDS_UPDATE, |api| {
        Ok(Call::of([field_id(api)?]).body(json!({"user_field": {"title": "Another"}})))
    }),
    case(op::USER_FIELDS_DELETE, |api| Ok(Call::of([field_id(api)?]))),
    case(op::USER_FIELDS_REORDER, |api| {
        let list = api.get(op::USER_FIELDS_LIST.path)?;
        let fields = list["user_fields"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        let ids = fields.iter().rev().map(|field| number(&id(field)?));
        let ids = ids.collect::<anyhow::Result<Vec<_>>>()?;
        Ok(Call::plain().body(json!({"user_field_ids": ids})))
    }),
    // Their options.
    case(op::USER_FIELD_OPTIONS_LIST, |api| {
        Ok(Call::of([field_id(api)?]))
    }),
    case(op::USER_FIELD_OPTIONS_SHOW, |api| {
        Ok(Call::of(api.dropdown()?))
    }),
    variant(op::USER_FIELD_OPTIONS_CREATE_OR_UPDATE, "created", |api| {
        let option = json!({"name": "Three", "value": api.name("three")});
        Ok(Call::of([field_id(api)?]).body(json!({"custom_field_option": option})))
    }),
    variant(op::USER_FIELD_OPTIONS_CREATE_OR_UPDATE, "updated", |api| {
        let [field, option] = api.dropdown()?;
        let option = json!({"id": number(&option)?, "name": "Uno", "value": api.name("uno")});
        Ok(Call::of([field]).body(json!({"custom_field_option": option})))
    }),
    case(op::USER_FIELD_OPTIONS_DELETE, |api| {
        Ok(Call::of(api.dropdown()?))
    }),
];
