//! Users, their tags, deleted users, jobs, exports, end users.

use serde_json::json;
use zd_model::operation as op;

use super::super::api::{Call, Caller};
use super::super::records::{id, number};
use super::{Case, case, variant};

pub(super) const CASES: &[Case] = &[
    // Reading.
    variant(op::USERS_LIST, "by page", |_| {
        Ok(Call::plain().query("per_page=10"))
    }),
    variant(op::USERS_LIST, "by cursor", |_| {
        Ok(Call::plain().query("page%5Bsize%5D=10"))
    }),
    case(op::USERS_COUNT, |_| Ok(Call::plain())),
    case(op::USERS_SHOW, |api| Ok(Call::of([api.person_id()?]))),
    variant(op::USERS_SHOW_MANY, "by ids", |api| {
        let ids = [api.person_id()?, api.person_id()?].join(",");
        Ok(Call::plain().query(format!("ids={ids}")))
    }),
    variant(op::USERS_SHOW_MANY, "by external ids", |_| {
        Ok(Call::plain().query("external_ids=seed-0001,seed-0002"))
    }),
    case(op::USERS_ME, |_| Ok(Call::plain())),
    variant(op::USERS_SEARCH, "by query", |_| {
        Ok(Call::plain().query("query=role:end-user"))
    }),
    variant(op::USERS_SEARCH, "by external id", |_| {
        Ok(Call::plain().query("external_id=seed-0001"))
    }),
    case(op::SEARCH_EXPORT, |_| {
        Ok(Call::plain().query("query=role:end-user&filter%5Btype%5D=user&page%5Bsize%5D=10"))
    }),
    case(op::USERS_AUTOCOMPLETE, |_| {
        Ok(Call::plain().query("name=ad"))
    }),
    case(op::USERS_AUTOCOMPLETE_POST, |_| {
        Ok(Call::plain().body(json!({"name": "ad"})))
    }),
    case(op::USERS_RELATED, |api| Ok(Call::of([api.person_id()?]))),
    case(op::USERS_COMPLIANCE_DELETION_STATUSES, |api| {
        let deleted = api.deleted_id()?;
        let path = op::DELETED_USERS_PURGE.path;
        api.ask(op::Method::Delete, path, &Call::of([&deleted]))?;
        Ok(Call::of([deleted]))
    }),
    case(op::USERS_ENTITLEMENTS, |api| {
        Ok(Call::of([api.agent_id()?]))
    }),
    case(op::USERS_SETTINGS, |_| Ok(Call::plain())),
    case(op::USERS_UPDATE_SETTINGS, |_| {
        Ok(
            Call::plain()
                .body(json!({"settings": {"lotus": {"keyboard_shortcuts_enabled": true}}})),
        )
    }),
    case(op::USERS_OAUTH_CLIENTS, |_| Ok(Call::plain())),
    case(op::USERS_BRAND_AGENTS, |api| {
        Ok(Call::of([api.agent_id()?]))
    }),
    case(op::USERS_BRAND_AGENT, |api| {
        let agent = api.agent_id()?;
        let list = api.ask(
            op::Method::Get,
            op::USERS_BRAND_AGENTS.path,
            &Call::of([&agent]),
        )?;
        Ok(Call::of([agent, id(&list["brand_agents"][0])?]))
    }),
    // Writing.
    case(op::USERS_CREATE, |api| {
        let fields = json!({"seats": 3, "newsletter": true, "customer_since": "2020-08-19", "plan_tier": "gold"});
        let user = json!({"name": "New", "email": api.address(), "verified": true, "phone": "+49305550000", "user_fields": fields});
        Ok(Call::plain().body(json!({"user": user})))
    }),
    case(op::USERS_CREATE_MANY, |api| {
        Ok(Call::plain().body(json!({"users": [{"name": "New", "email": api.address()}]})))
    }),
    variant(op::USERS_CREATE_OR_UPDATE, "created", |api| {
        Ok(Call::plain().body(json!({"user": {"name": "New", "email": api.address()}})))
    }),
    variant(op::USERS_CREATE_OR_UPDATE, "updated", |api| {
        let (email, _) = api.person_by_email()?;
        Ok(Call::plain().body(json!({"user": {"name": "Other", "email": email}})))
    }),
    case(op::USERS_CREATE_OR_UPDATE_MANY, |api| {
        Ok(Call::plain().body(json!({"users": [{"name": "New", "email": api.address()}]})))
    }),
    case(op::USERS_UPDATE, |api| {
        Ok(Call::of([api.person_id()?]).body(json!({"user": {"name": "Other", "notes": "Met."}})))
    }),
    variant(op::USERS_UPDATE_MANY, "all alike", |api| {
        let ids = [api.person_id()?, api.person_id()?].join(",");
        let body = json!({"user": {"notes": "Met."}});
        Ok(Call::plain().query(format!("ids={ids}")).body(body))
    }),
    variant(op::USERS_UPDATE_MANY, "each", |api| {
        Ok(Call::plain()
            .body(json!({"users": [{"id": number(&api.person_id()?)?, "notes": "Met."}]})))
    }),
    case(op::USERS_DELETE, |api| Ok(Call::of([api.person_id()?]))),
    case(op::USERS_DESTROY_MANY, |api| {
        let ids = [api.person_id()?, api.person_id()?].join(",");
        Ok(Call::plain().query(format!("ids={ids}")))
    }),
    case(op::USERS_MERGE, |api| {
        let (loser, survivor) = (api.person_id()?, api.person_id()?);
        Ok(Call::of([loser]).body(json!({"user": {"id": number(&survivor)?}})))
    }),
    case(op::USERS_REQUEST_CREATE, |api| {
        let caller = Caller::User(zd_sandbox::AGENT_EMAIL.to_owned());
        let user = json!({"name": "New", "email": api.address()});
        Ok(Call::plain().body(json!({"user": user})).by(caller))
    }),
    case(op::USERS_LOGOUT_MANY, |api| {
        Ok(Call::plain().query(format!("ids={}", api.person_id()?)))
    }),
    // Tags.
    case(op::USER_TAGS_LIST, |api| Ok(Call::of([api.person_id()?]))),
    case(op::USER_TAGS_SET, |api| {
        Ok(Call::of([api.person_id()?]).body(json!({"tags": ["one", "two"]})))
    }),
    case(op::USER_TAGS_ADD, |api| {
        Ok(Call::of([api.person_id()?]).body(json!({"tags": ["three"]})))
    }),
    case(op::USER_TAGS_REMOVE, |api| {
        let user = api.person_id()?;
        let call = Call::of([&user]).body(json!({"tags": ["three", "four"]}));
        api.ask(op::Method::Post, op::USER_TAGS_SET.path, &call)?;
        Ok(Call::of([user]).body(json!({"tags": ["three"]})))
    }),
    // Deleted users.
    variant(op::DELETED_USERS_LIST, "by page", |api| {
        let person = api.person_where(|user| !user["phone"].is_null())?;
        api.deleted(&person)?;
        let person = api.person_where(|user| user["organization_id"].is_null())?;
        api.deleted(&person)?;
        Ok(Call::plain())
    }),
    variant(op::DELETED_USERS_LIST, "by cursor", |api| {
        api.deleted_id()?;
        Ok(Call::plain().query("page%5Bsize%5D=1"))
    }),
    case(op::DELETED_USERS_COUNT, |_| Ok(Call::plain())),
    variant(op::DELETED_USERS_SHOW, "with a phone", |api| {
        let person = api.person_where(|user| !user["phone"].is_null())?;
        Ok(Call::of([api.deleted(&person)?]))
    }),
    variant(op::DELETED_USERS_SHOW, "of no organization", |api| {
        let person = api.person_where(|user| user["organization_id"].is_null())?;
        Ok(Call::of([api.deleted(&person)?]))
    }),
    case(op::DELETED_USERS_PURGE, |api| {
        Ok(Call::of([api.deleted_id()?]))
    }),
    // Jobs.
    variant(op::JOB_STATUSES_SHOW, "of upserts", |api| {
        Ok(Call::of([api.job_id()?]))
    }),
    variant(op::JOB_STATUSES_SHOW, "of creations", |api| {
        let users = json!([{"name": "New", "email": api.address(), "external_id": api.name("e")}]);
        let call = Call::plain().body(json!({"users": users}));
        let job = api.ask(op::Method::Post, op::USERS_CREATE_MANY.path, &call)?;
        Ok(Call::of([api.ended(&job)?]))
    }),
    variant(op::JOB_STATUSES_SHOW, "of updates", |api| {
        let users = json!([{"id": number(&api.person_id()?)?, "notes": "Met."}]);
        let call = Call::plain().body(json!({"users": users}));
        let job = api.ask(op::Method::Put, op::USERS_UPDATE_MANY.path, &call)?;
        Ok(Call::of([api.ended(&job)?]))
    }),
    variant(op::JOB_STATUSES_SHOW, "of deletions", |api| {
        let call = Call::plain().query(format!("ids={}", api.person_id()?));
        let job = api.ask(op::Method::Delete, op::USERS_DESTROY_MANY.path, &call)?;
        Ok(Call::of([api.ended(&job)?]))
    }),
    variant(op::JOB_STATUSES_SHOW, "of a failure", |api| {
        let users = json!([{"name": "Bad", "email": "not an address"}]);
        let call = Call::plain().body(json!({"users": users}));
        let path = op::USERS_CREATE_OR_UPDATE_MANY.path;
        let job = api.ask(op::Method::Post, path, &call)?;
        Ok(Call::of([api.ended(&job)?]))
    }),
    case(op::JOB_STATUSES_SHOW_MANY, |api| {
        Ok(Call::plain().query(format!("ids={},{}", api.job_id()?, api.job_id()?)))
    }),
    case(op::JOB_STATUSES_LIST, |api| {
        api.job_id()?;
        Ok(Call::plain().query("page%5Bsize%5D=10"))
    }),
    // Exports; a deleted user is among them.
    case(op::INCREMENTAL_USERS, |api| {
        api.deleted_id()?;
        Ok(Call::plain().query("start_time=1000000000"))
    }),
    case(op::INCREMENTAL_USERS_CURSOR, |api| {
        api.deleted_id()?;
        Ok(Call::plain().query("start_time=1000000000"))
    }),
    // End users about themselves.
    case(op::END_USERS_SHOW, |api| {
        let (email, user) = api.person_by_email()?;
        Ok(Call::of([user]).by(Caller::User(email)))
    }),
    case(op::END_USERS_UPDATE, |api| {
        let (email, user) = api.person_by_email()?;
        let body = json!({"user": {"name": "Other"}});
        Ok(Call::of([user]).body(body).by(Caller::User(email)))
    }),
];
