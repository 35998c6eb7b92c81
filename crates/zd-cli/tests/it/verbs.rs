//! Every verb, by the request that it would send.

use std::collections::BTreeSet;

use serde_json::Value;
use zd_model::operation;

use crate::process::Zd;

/// What is typed behind `zd`, and the request line and body that come of it.
const VERBS: &[(&str, &str, &str)] = &[
    ("user list", "GET /api/v2/users?page%5Bsize%5D=100", ""),
    (
        "user list --role agent --role admin --permission-set 7 --external-id A --sort -name",
        "GET /api/v2/users?role%5B%5D=agent&role%5B%5D=admin&permission_set=7&external_id=A&sort=-name&page%5Bsize%5D=100",
        "",
    ),
    (
        "user list --group 5 --role agent",
        "GET /api/v2/groups/5/users?role=agent&page%5Bsize%5D=100",
        "",
    ),
    (
        "user list --organization 6 --sort -name",
        "GET /api/v2/organizations/6/users?sort_by=name&sort_order=desc&page%5Bsize%5D=100",
        "",
    ),
    ("user count", "GET /api/v2/users/count", ""),
    (
        "user count --role end-user",
        "GET /api/v2/users/count?role=end-user",
        "",
    ),
    (
        "user count --group 5",
        "GET /api/v2/groups/5/users/count",
        "",
    ),
    (
        "user count --organization 6",
        "GET /api/v2/organizations/6/users/count",
        "",
    ),
    ("user get 42", "GET /api/v2/users/42", ""),
    (
        "user get 42 43",
        "GET /api/v2/users/show_many?ids=42%2C43",
        "",
    ),
    (
        "user get 42 --deleted",
        "GET /api/v2/users/show_many?ids=42&include_deleted=true",
        "",
    ),
    ("user get me", "GET /api/v2/users/me", ""),
    ("user me", "GET /api/v2/users/me", ""),
    ("user search ann", "GET /api/v2/users/search?query=ann", ""),
    (
        "user search --external-id A",
        "GET /api/v2/users/search?external_id=A",
        "",
    ),
    (
        "user search ann --limit 10000",
        "GET /api/v2/users/search?query=ann",
        "",
    ),
    (
        "user search ann --limit 10001",
        "GET /api/v2/search/export?query=ann&filter%5Btype%5D=user&page%5Bsize%5D=100",
        "",
    ),
    (
        "user search ann --all",
        "GET /api/v2/search/export?query=ann&filter%5Btype%5D=user&page%5Bsize%5D=100",
        "",
    ),
    (
        "user autocomplete an",
        "GET /api/v2/users/autocomplete?name=an",
        "",
    ),
    (
        "user autocomplete +49 --phone --assignable --post",
        "POST /api/v2/users/autocomplete",
        r#"{"phone":"+49","filter":"assignable"}"#,
    ),
    ("user related 42", "GET /api/v2/users/42/related", ""),
    (
        "user compliance 42 --application chat",
        "GET /api/v2/users/42/compliance_deletion_statuses?application=chat",
        "",
    ),
    (
        "user entitlements 42",
        "GET /api/v2/users/42/entitlements/full",
        "",
    ),
    ("user settings", "GET /api/v2/users/me/settings", ""),
    (
        "user settings --set lotus.keyboard_shortcuts_enabled=true",
        "PUT /api/v2/users/me/settings",
        r#"{"settings":{"lotus":{"keyboard_shortcuts_enabled":true}}}"#,
    ),
    (
        "user oauth-clients",
        "GET /api/v2/users/me/oauth/clients",
        "",
    ),
    ("user brands 42", "GET /api/v2/users/42/brand_agents", ""),
    (
        "user brands 42 b1",
        "GET /api/v2/users/42/brand_agents/b1",
        "",
    ),
    (
        "user create --name Ann --email a@b.example",
        "POST /api/v2/users",
        r#"{"user":{"email":"a@b.example","name":"Ann","skip_verify_email":true}}"#,
    ),
    (
        "user create --name Ann --send-welcome-mail",
        "POST /api/v2/users",
        r#"{"user":{"name":"Ann"}}"#,
    ),
    (
        "user create --from people.json",
        "POST /api/v2/users/create_many",
        r#"{"users":[{"name":"Ann","skip_verify_email":true},{"name":"Bob","skip_verify_email":true}]}"#,
    ),
    (
        "user upsert --external-id 0042 --name Ann",
        "POST /api/v2/users/create_or_update",
        r#"{"user":{"external_id":"0042","name":"Ann","skip_verify_email":true}}"#,
    ),
    (
        "user upsert --from changes.jsonl",
        "POST /api/v2/users/create_or_update_many",
        r#"{"users":[{"id":1,"notes":"x","skip_verify_email":true},{"external_id":"A","tags":["vip"],"skip_verify_email":true}]}"#,
    ),
    (
        "user update 42 --set tags=a,b",
        "PUT /api/v2/users/42",
        r#"{"user":{"tags":["a","b"]}}"#,
    ),
    (
        "user update 42 43 --set suspended=true",
        "PUT /api/v2/users/update_many?ids=42%2C43",
        r#"{"user":{"suspended":true}}"#,
    ),
    (
        "user update ext:A ext:B --set suspended=true",
        "PUT /api/v2/users/update_many?external_ids=A%2CB",
        r#"{"user":{"suspended":true}}"#,
    ),
    (
        "user update --from changes.jsonl",
        "PUT /api/v2/users/update_many",
        r#"{"users":[{"id":1,"notes":"x"},{"external_id":"A","tags":["vip"]}]}"#,
    ),
    ("user delete 42", "DELETE /api/v2/users/42", ""),
    (
        "user delete 42 43",
        "DELETE /api/v2/users/destroy_many?ids=42%2C43",
        "",
    ),
    (
        "user delete ext:A ext:B",
        "DELETE /api/v2/users/destroy_many?external_ids=A%2CB",
        "",
    ),
    (
        "user merge 42 --into 43",
        "PUT /api/v2/users/42/merge",
        r#"{"user":{"id":43}}"#,
    ),
    (
        "user request-create --name Ann --email a@b.example",
        "POST /api/v2/users/request_create",
        r#"{"user":{"email":"a@b.example","name":"Ann"}}"#,
    ),
    (
        "user logout 42 43",
        "POST /api/v2/users/logout_many?ids=42%2C43",
        "",
    ),
    ("user tags list 42", "GET /api/v2/users/42/tags", ""),
    (
        "user tags set 42",
        "POST /api/v2/users/42/tags",
        r#"{"tags":[]}"#,
    ),
    (
        "user tags add 42 a b",
        "PUT /api/v2/users/42/tags",
        r#"{"tags":["a","b"]}"#,
    ),
    (
        "user tags remove 42 a",
        "DELETE /api/v2/users/42/tags",
        r#"{"tags":["a"]}"#,
    ),
    (
        "deleted-user list --sort -id",
        "GET /api/v2/deleted_users?sort=-id&page%5Bsize%5D=100",
        "",
    ),
    ("deleted-user count", "GET /api/v2/deleted_users/count", ""),
    ("deleted-user get 42", "GET /api/v2/deleted_users/42", ""),
    (
        "deleted-user purge 42",
        "DELETE /api/v2/deleted_users/42",
        "",
    ),
    (
        "identity list 42 --type email --type phone_number",
        "GET /api/v2/users/42/identities?type%5B%5D=email&type%5B%5D=phone_number&page%5Bsize%5D=100",
        "",
    ),
    ("identity get 42 7", "GET /api/v2/users/42/identities/7", ""),
    (
        "identity add 42 email a@b.example --verified --primary",
        "POST /api/v2/users/42/identities",
        r#"{"identity":{"type":"email","value":"a@b.example","verified":true,"primary":true}}"#,
    ),
    (
        "identity update 42 7 --value a@b.example",
        "PUT /api/v2/users/42/identities/7",
        r#"{"identity":{"value":"a@b.example"}}"#,
    ),
    (
        "identity update 42 7 --verified true",
        "PUT /api/v2/users/42/identities/7",
        r#"{"identity":{"verified":true}}"#,
    ),
    (
        "identity make-primary 42 7",
        "PUT /api/v2/users/42/identities/7/make_primary",
        "",
    ),
    (
        "identity verify 42 7",
        "PUT /api/v2/users/42/identities/7/verify",
        "",
    ),
    (
        "identity request-verification 42 7",
        "PUT /api/v2/users/42/identities/7/request_verification",
        "",
    ),
    (
        "identity delete 42 7",
        "DELETE /api/v2/users/42/identities/7",
        "",
    ),
    ("end-user get 42", "GET /api/v2/end_users/42", ""),
    (
        "end-user update 42 --name Ann",
        "PUT /api/v2/end_users/42",
        r#"{"user":{"name":"Ann"}}"#,
    ),
    (
        "end-user identity list 42",
        "GET /api/v2/end_users/42/identities?page%5Bsize%5D=100",
        "",
    ),
    (
        "end-user identity get 42 7",
        "GET /api/v2/end_users/42/identities/7",
        "",
    ),
    (
        "end-user identity add 42 email a@b.example",
        "POST /api/v2/end_users/42/identities",
        r#"{"identity":{"type":"email","value":"a@b.example"}}"#,
    ),
    (
        "end-user identity make-primary 42 7",
        "PUT /api/v2/end_users/42/identities/7/make_primary",
        "",
    ),
    (
        "end-user identity request-verification 42 7",
        "PUT /api/v2/end_users/42/identities/7/request_verification",
        "",
    ),
    (
        "end-user identity delete 42 7",
        "DELETE /api/v2/end_users/42/identities/7",
        "",
    ),
    (
        "user-field list",
        "GET /api/v2/user_fields?page%5Bsize%5D=100",
        "",
    ),
    (
        "user-field get plan_tier",
        "GET /api/v2/user_fields/plan_tier",
        "",
    ),
    (
        "user-field get a b",
        "GET /api/v2/user_fields/show_many?keys=a%2Cb",
        "",
    ),
    (
        "user-field create tier dropdown --option gold=Gold",
        "POST /api/v2/user_fields",
        r#"{"user_field":{"type":"dropdown","key":"tier","title":"tier","custom_field_options":[{"name":"Gold","value":"gold"}]}}"#,
    ),
    (
        "user-field update tier --title Tier --set active=false",
        "PUT /api/v2/user_fields/tier",
        r#"{"user_field":{"title":"Tier","active":false}}"#,
    ),
    (
        "user-field delete tier",
        "DELETE /api/v2/user_fields/tier",
        "",
    ),
    (
        "user-field reorder 2 1",
        "PUT /api/v2/user_fields/reorder",
        r#"{"user_field_ids":[2,1]}"#,
    ),
    (
        "user-field option list 9",
        "GET /api/v2/user_fields/9/options",
        "",
    ),
    (
        "user-field option get 9 3",
        "GET /api/v2/user_fields/9/options/3",
        "",
    ),
    (
        "user-field option set 9 --value gold --name Gold --position 0",
        "POST /api/v2/user_fields/9/options",
        r#"{"custom_field_option":{"name":"Gold","value":"gold","position":0}}"#,
    ),
    (
        "user-field option set 9 --id 3 --name Golden",
        "POST /api/v2/user_fields/9/options",
        r#"{"custom_field_option":{"id":3,"name":"Golden"}}"#,
    ),
    (
        "user-field option delete 9 3",
        "DELETE /api/v2/user_fields/9/options/3",
        "",
    ),
    (
        "job list",
        "GET /api/v2/job_statuses?page%5Bsize%5D=100",
        "",
    ),
    ("job get V3-0a", "GET /api/v2/job_statuses/V3-0a", ""),
    (
        "password requirements 42",
        "GET /api/v2/users/42/password/requirements",
        "",
    ),
    (
        "session list",
        "GET /api/v2/sessions?page%5Bsize%5D=100",
        "",
    ),
    (
        "session list 42",
        "GET /api/v2/users/42/sessions?page%5Bsize%5D=100",
        "",
    ),
    ("session get 42 7", "GET /api/v2/users/42/sessions/7", ""),
    (
        "session delete 42 7",
        "DELETE /api/v2/users/42/sessions/7",
        "",
    ),
    (
        "session delete 42 --all",
        "DELETE /api/v2/users/42/sessions",
        "",
    ),
    ("session current", "GET /api/v2/users/me/session", ""),
    ("session renew", "GET /api/v2/users/me/session/renew", ""),
    ("session logout", "DELETE /api/v2/users/me/logout", ""),
    (
        "organization list --sort -name",
        "GET /api/v2/organizations?sort=-name&page%5Bsize%5D=100",
        "",
    ),
    (
        "organization list --user 42",
        "GET /api/v2/users/42/organizations?page%5Bsize%5D=100",
        "",
    ),
    (
        "organization count 42",
        "GET /api/v2/users/42/organizations/count",
        "",
    ),
    ("organization get 6", "GET /api/v2/organizations/6", ""),
    (
        "organization get 6 7",
        "GET /api/v2/organizations/show_many?ids=6%2C7",
        "",
    ),
    (
        "organization get ext:A ext:B",
        "GET /api/v2/organizations/show_many?external_ids=A%2CB",
        "",
    ),
    (
        "organization search --name Acme",
        "GET /api/v2/organizations/search?name=Acme",
        "",
    ),
    (
        "organization search --external-id A",
        "GET /api/v2/organizations/search?external_id=A",
        "",
    ),
    (
        "organization autocomplete ac",
        "GET /api/v2/organizations/autocomplete?name=ac",
        "",
    ),
    (
        "organization upsert --name Acme --set domain_names=acme.example",
        "POST /api/v2/organizations/create_or_update",
        r#"{"organization":{"name":"Acme","domain_names":["acme.example"]}}"#,
    ),
    (
        "organization make-default 42 6",
        "PUT /api/v2/users/42/organizations/6/make_default",
        "",
    ),
    (
        "organization unassign 42 6",
        "DELETE /api/v2/users/42/organizations/6",
        "",
    ),
    (
        "membership list 42",
        "GET /api/v2/users/42/organization_memberships?page%5Bsize%5D=100",
        "",
    ),
    (
        "membership get 42 8",
        "GET /api/v2/users/42/organization_memberships/8",
        "",
    ),
    (
        "membership add 42 6 --default",
        "POST /api/v2/users/42/organization_memberships",
        r#"{"organization_membership":{"organization_id":6,"default":true}}"#,
    ),
    (
        "membership make-default 42 8",
        "PUT /api/v2/users/42/organization_memberships/8/make_default",
        "",
    ),
    (
        "membership delete 42 8",
        "DELETE /api/v2/users/42/organization_memberships/8",
        "",
    ),
    (
        "group list 42",
        "GET /api/v2/users/42/groups?page%5Bsize%5D=100",
        "",
    ),
    ("group count 42", "GET /api/v2/users/42/groups/count", ""),
    (
        "group membership list 42",
        "GET /api/v2/users/42/group_memberships?page%5Bsize%5D=100",
        "",
    ),
    (
        "group membership get 42 8",
        "GET /api/v2/users/42/group_memberships/8",
        "",
    ),
    (
        "group membership add 42 5",
        "POST /api/v2/users/42/group_memberships",
        r#"{"group_membership":{"group_id":5}}"#,
    ),
    (
        "group membership make-default 42 8",
        "PUT /api/v2/users/42/group_memberships/8/make_default",
        "",
    ),
    (
        "group membership delete 42 8",
        "DELETE /api/v2/users/42/group_memberships/8",
        "",
    ),
    ("api users/me", "GET /api/v2/users/me", ""),
    (
        "api users/42 -X put -f user[name]=Ann -F user[verified]=true",
        "PUT /api/v2/users/42",
        r#"{"user":{"name":"Ann","verified":true}}"#,
    ),
];

/// Operations whose verbs send more than one request, or secrets, and have tests of their own.
const ELSEWHERE: [&str; 6] = [
    "job_statuses.show_many",
    "incremental.users",
    "incremental.users_cursor",
    "passwords.set",
    "passwords.change",
    "oauth.tokens",
];

#[test]
fn every_verb_sends_the_request_that_it_should() {
    let zd = Zd::new()
        .env("ZD_SUBDOMAIN", "acme")
        .file("people.json", r#"[{"name": "Ann"}, {"name": "Bob"}]"#)
        .file(
            "changes.jsonl",
            "{\"id\": 1, \"notes\": \"x\"}\n{\"external_id\": \"A\", \"tags\": [\"vip\"]}\n",
        );
    let mut sent = BTreeSet::new();
    for (typed, line, body) in VERBS {
        let mut arguments: Vec<&str> = typed.split_whitespace().collect();
        arguments.extend(["--print", "curl"]);
        let printed = zd.run(&arguments).code(0).stdout;
        let (first, rest) = printed.split_once('\n').unwrap();
        let (method, path) = line.split_once(' ').unwrap();
        let path = if path.contains(['?', '[', ']']) {
            format!("'https://acme.zendesk.com{path}'")
        } else {
            format!("https://acme.zendesk.com{path}")
        };
        assert_eq!(
            first.trim_end_matches('\\').trim_end(),
            format!("curl --request {method} {path}"),
            "zd {typed}"
        );
        let data = rest
            .split_once("--data-raw ")
            .map_or("", |(_, data)| data.trim().trim_matches('\''));
        if body.is_empty() {
            assert_eq!(data, "", "zd {typed}");
        } else {
            let json = |text: &str| serde_json::from_str::<Value>(text).unwrap();
            assert_eq!(json(data), json(body), "zd {typed}");
        }
        sent.extend(operation_of(line));
    }
    let with_verb = operation::ALL
        .iter()
        .filter(|operation| !operation.command.is_empty() && operation.command != "import")
        .map(|operation| operation.name);
    for name in with_verb {
        assert!(
            sent.contains(name) || ELSEWHERE.contains(&name),
            "no verb here sends {name}"
        );
    }
}

/// The operation of a request line: that with the fewest parameters in its path.
fn operation_of(line: &str) -> Option<&'static str> {
    let (method, path) = line.split_once(' ')?;
    let path = path.split('?').next()?;
    let fits = |template: &str| {
        let (parts, segments): (Vec<_>, Vec<_>) =
            (template.split('/').collect(), path.split('/').collect());
        parts.len() == segments.len()
            && parts
                .iter()
                .zip(&segments)
                .all(|(part, segment)| part.starts_with('{') || part == segment)
    };
    operation::ALL
        .iter()
        .filter(|operation| operation.method.as_str() == method && fits(operation.path))
        .min_by_key(|operation| operation.path.matches('{').count())
        .map(|operation| operation.name)
}
