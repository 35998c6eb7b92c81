//! Users: listing, counting, showing, finding, and what is known about one.

use zd_model::{
    BrandAgentId, BrandId, CustomRoleId, GroupId, OrganizationId, Role, UserFieldId, UserId,
    UserSettings,
};
use zd_users::endpoints::{
    Autocomplete, AutocompletePost, BrandScope, CountUsers, Include, ListUsers, SearchExport,
    SearchQuery, SearchUsers, ShowManyUsers,
};

use super::{COUNT, cases};

const BY_CURSOR: &str = r#"{"users": [{"id": 7, "name": "Ann"}, {"id": 9}],
    "meta": {"has_more": false, "after_cursor": "b", "before_cursor": "a"},
    "links": {"prev": "https://acme.zendesk.com/p", "next": "https://acme.zendesk.com/n"}}"#;
const BY_NUMBER: &str =
    r#"{"users": [{"id": 7}, {"id": 9}], "next_page": null, "previous_page": null, "count": 2}"#;

cases! {
    USERS_LIST: users().list(ListUsers::new()).page()
        => "GET /api/v2/users?page%5Bsize%5D=100", 200 BY_CURSOR, |page| {
            assert_eq!(page.users.len(), 2);
            assert_eq!(page.users[0].name.as_deref(), Some("Ann"));
        }
    USERS_LIST: users().list(ListUsers::new().role(Role::Admin).external_id("a,b".into()).permission_set(CustomRoleId::new(5))
            .include(Include::Groups).include(Include::Roles).sort("-created_at").brand(BrandScope::All).page_size(2).after("x=")).page()
        => "GET /api/v2/users?role=admin&permission_set=5&external_id=a%2Cb&brand_id=all&include=groups%2Croles&sort=-created_at&page%5Bsize%5D=2&page%5Bafter%5D=x%3D", 200 BY_CURSOR, |page| {
            assert_eq!(page.users[1].id, UserId::new(9));
        }
    USERS_LIST: users().list(ListUsers::new().role(Role::Agent).role("team lead".into())).page()
        => "GET /api/v2/users?role%5B%5D=agent&role%5B%5D=team+lead&page%5Bsize%5D=100", 200 BY_CURSOR, |_page| {}
    USERS_COUNT: users().count(CountUsers::new())
        => "GET /api/v2/users/count", 200 COUNT, |count| {
            assert_eq!(count.value, 102);
            assert!(count.refreshed_at.is_value());
        }
    USERS_COUNT: users().count(CountUsers::new().role(Role::EndUser).role(Role::Agent).permission_set(CustomRoleId::new(5)).brand(BrandScope::Of(BrandId::new(3))))
        => "GET /api/v2/users/count?role%5B%5D=end-user&role%5B%5D=agent&permission_set=5&brand_id=3", 200 r#"{"count": {"value": 100000, "refreshed_at": null}}"#, |count| {
            assert_eq!(count.value, 100_000);
            assert!(count.refreshed_at.is_null(), "not counted yet");
        }
    USERS_SHOW: users().get(UserId::new(7))
        => "GET /api/v2/users/7", 200 r#"{"user": {"id": 7, "active": false, "shoe_size": 44}}"#, |user| {
            assert_eq!(user.active.value(), Some(&false));
            assert_eq!(user.extra["shoe_size"], 44);
        }
    // Rule 16.7: the order is Zendesk's, and users that are not there are left out.
    USERS_SHOW_MANY: users().show_many(&ShowManyUsers::by_ids(&[UserId::new(9), UserId::new(8), UserId::new(7)]))
        => "GET /api/v2/users/show_many?ids=9%2C8%2C7", 200 BY_NUMBER, |page| {
            let ids: Vec<_> = page.users.iter().map(|user| user.id.get()).collect();
            assert_eq!(ids, [7, 9]);
        }
    USERS_SHOW_MANY: users().show_many(&ShowManyUsers::by_external_ids(&["A7".into(), "ü 1".into()])
            .include(Include::Identities).include_deleted().brand(BrandScope::Of(BrandId::new(3))))
        => "GET /api/v2/users/show_many?external_ids=A7%2C%C3%BC+1&include=identities&include_deleted=true&brand_id=3", 200
            r#"{"users": [{"id": 7}], "identities": [{"id": 8, "user_id": 7, "type": "email", "value": "a@example.com"}]}"#, |page| {
            assert_eq!(page.identities.value().unwrap().len(), 1);
        }
    USERS_ME: users().me()
        => "GET /api/v2/users/me", 200 r#"{"user": {"id": 7, "role": "admin", "authenticity_token": "t0ken"}}"#, |user| {
            assert_eq!(user.role.value(), Some(&Role::Admin));
            assert!(!format!("{user:?}").contains("t0ken"));
        }
    USERS_SEARCH: users().search(SearchUsers::by_query(SearchQuery::email("ann+x@example.com"))).page()
        => "GET /api/v2/users/search?query=email%3A%22ann%2Bx%40example.com%22", 200 BY_NUMBER, |page| {
            assert_eq!(page.count.value(), Some(&2));
        }
    USERS_SEARCH: users().search(SearchUsers::by_external_id(&"a,b".into()).include(Include::Organizations)
            .brand(BrandScope::Unbranded).page_size(10).page(3)).page()
        => "GET /api/v2/users/search?external_id=a%2Cb&include=organizations&brand_id=0&per_page=10&page=3", 200 BY_NUMBER, |_page| {}
    SEARCH_EXPORT: users().search_export(SearchExport::users("role:agent").page_size(50).after("c")).page()
        => "GET /api/v2/search/export?query=role%3Aagent&filter%5Btype%5D=user&page%5Bsize%5D=50&page%5Bafter%5D=c", 200
            r#"{"results": [{"id": 7, "result_type": "user"}], "facets": null,
                "meta": {"has_more": false, "after_cursor": null, "before_cursor": null}, "links": {"prev": null, "next": null}}"#, |page| {
            assert_eq!(page.results[0].id, UserId::new(7));
            assert!(page.facets.is_null());
        }
    USERS_AUTOCOMPLETE: users().autocomplete(&Autocomplete::by_name("gil").requester().include(Include::Roles)
            .for_field(UserFieldId::new(11), "zen:ticket").brand(BrandScope::All))
        => "GET /api/v2/users/autocomplete?name=gil&filter=requester&field_id=11&source=zen%3Aticket&brand_id=all&include=roles", 200 BY_NUMBER, |users| {
            assert_eq!(users.len(), 2);
        }
    USERS_AUTOCOMPLETE: users().autocomplete(&Autocomplete::by_phone("+1 (555)").assignable())
        => "GET /api/v2/users/autocomplete?phone=%2B1+%28555%29&filter=assignable", 200 BY_NUMBER, |_users| {}
    // What is typed stays out of the address; a brand is a number there (documented).
    USERS_AUTOCOMPLETE_POST: users().autocomplete_post(&AutocompletePost::by_name("gil").assignable().include(Include::Roles)
            .for_field(UserFieldId::new(11), "zen:ticket").brand(BrandScope::Of(BrandId::new(3))))
        => r#"POST /api/v2/users/autocomplete?include=roles {"name":"gil","filter":"assignable","field_id":11,"source":"zen:ticket","brand_id":3}"#, 200 BY_NUMBER, |users| {
            assert_eq!(users[0].id, UserId::new(7));
        }
    USERS_AUTOCOMPLETE_POST: users().autocomplete_post(&AutocompletePost::by_phone("+1 (555)").requester().brand(BrandScope::All))
        => r#"POST /api/v2/users/autocomplete {"phone":"+1 (555)","filter":"requester","brand_id":"all"}"#, 200 r#"{"users": []}"#, |users| {
            assert!(users.is_empty());
        }
    USERS_RELATED: users().related(UserId::new(7))
        => "GET /api/v2/users/7/related", 200
            r#"{"user_related": {"assigned_tickets": 12, "requested_tickets": 7, "ccd_tickets": 5, "organization_subscriptions": 1}}"#, |related| {
            assert_eq!(related.assigned_tickets.value(), Some(&12));
            assert_eq!(related.organization_subscriptions.value(), Some(&1));
        }
    USERS_COMPLIANCE_DELETION_STATUSES: users().compliance_deletion_statuses(UserId::new(7))
        => "GET /api/v2/users/7/compliance_deletion_statuses", 200
            r#"{"compliance_deletion_statuses": [{"account_subdomain": "acme", "action": "started", "application": "support",
                "created_at": "2026-07-20T22:55:29Z", "executer_id": null, "user_id": 7}]}"#, |statuses| {
            assert_eq!(statuses[0].action.value().unwrap().as_str(), "started");
            assert!(statuses[0].executer_id.is_null());
        }
    USERS_ENTITLEMENTS: users().entitlements(UserId::new(7))
        => "GET /api/v2/users/7/entitlements/full", 200
            r#"{"entitlements": {"chat": {"name": "admin", "is_active": true}, "explore": {"name": "admin", "is_active": true},
                "guide": null, "talk": {"name": "lead", "is_active": false}}}"#, |entitlements| {
            assert_eq!(entitlements.talk.value().unwrap().is_active.value(), Some(&false));
            assert!(entitlements.guide.is_null());
        }
    USERS_SETTINGS: users().settings()
        => "GET /api/v2/users/me/settings", 200
            r#"{"settings": {"lotus": {"keyboard_shortcuts_enabled": true}, "shared_views_order": [4, 2], "new_thing": {"on": 1}}}"#, |settings| {
            assert_eq!(settings.shared_views_order.value().unwrap(), &[4, 2]);
            assert_eq!(settings.extra["new_thing"]["on"], 1);
        }
    USERS_UPDATE_SETTINGS: users().update_settings(&shortcuts())
        => r#"PUT /api/v2/users/me/settings {"settings":{"lotus":{"keyboard_shortcuts_enabled":true}}}"#, 200
            r#"{"settings": {"lotus": {"keyboard_shortcuts_enabled": true, "macro_shortcuts_enabled": false}}}"#, |settings| {
            assert_eq!(settings.lotus.value().unwrap().macro_shortcuts_enabled.value(), Some(&false));
        }
    USERS_OAUTH_CLIENTS: users().oauth_clients()
        => "GET /api/v2/users/me/oauth/clients", 200
            r#"{"clients": [{"id": 22, "name": "Widget", "identifier": "widget", "redirect_uri": ["https://acme.test/back"], "secret": "s3cret"}]}"#, |clients| {
            assert_eq!(clients[0].identifier.as_deref(), Some("widget"));
            assert!(!format!("{clients:?}").contains("s3cret"));
        }
    // Documented with ids in quotes.
    USERS_BRAND_AGENTS: users().brand_agents(UserId::new(7))
        => "GET /api/v2/users/7/brand_agents", 200
            r#"{"brand_agents": [{"id": "4", "user_id": 7, "brand_id": 12}], "count": 1, "next_page": null}"#, |agents| {
            assert_eq!(agents[0].id.as_str(), "4");
            assert_eq!(agents[0].brand_id.value(), Some(&BrandId::new(12)));
        }
    USERS_BRAND_AGENT: users().brand_agent(UserId::new(7), BrandAgentId::new("4"))
        => "GET /api/v2/users/7/brand_agents/4", 200 r#"{"brand_agent": {"id": "4", "user_id": 7, "brand_id": 12}}"#, |agent| {
            assert_eq!(agent.user_id.value(), Some(&UserId::new(7)));
        }
    GROUPS_USERS: users().list_of_group(GroupId::new(3)).page()
        => "GET /api/v2/groups/3/users?page%5Bsize%5D=100", 200 BY_CURSOR, |page| {
            assert_eq!(page.users.len(), 2);
        }
    GROUPS_USERS_COUNT: users().count_of_group(GroupId::new(3))
        => "GET /api/v2/groups/3/users/count", 200 COUNT, |count| {
            assert_eq!(count.value, 102);
        }
    ORGANIZATIONS_USERS: users().list_of_organization(OrganizationId::new(5)).page()
        => "GET /api/v2/organizations/5/users?page%5Bsize%5D=100", 200 BY_CURSOR, |page| {
            assert_eq!(page.users.len(), 2);
        }
    ORGANIZATIONS_USERS_COUNT: users().count_of_organization(OrganizationId::new(5))
        => "GET /api/v2/organizations/5/users/count", 200 COUNT, |count| {
            assert_eq!(count.value, 102);
        }
}

fn shortcuts() -> UserSettings {
    serde_json::from_str(r#"{"lotus": {"keyboard_shortcuts_enabled": true}}"#).unwrap()
}
