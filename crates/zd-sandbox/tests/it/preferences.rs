//! The preferences of the caller, which Zendesk calls settings.

use http::Method;
use serde_json::{Value, json};
use zd_sandbox::{ADMIN_EMAIL, AGENT_EMAIL};

use crate::support::{both_ways, builder, token_of};

const PATH: &str = "/api/v2/users/me/settings.json";

/// For who never chose anything.
fn untouched() -> Value {
    json!({
        "lotus": {
            "agent_workspace_theme_preference": "0",
            "agent_workspace_theme_preference_for_conversation_panel": "0",
            "keyboard_shortcuts_enabled": false,
            "macro_shortcuts_enabled": false,
            "show_onboarding_tooltips": true,
            "show_reporting_video_tutorial": true,
            "show_welcome_dialog": true,
            "two_factor_authentication": false,
        },
        "admin_center": {"has_admin_center_side_nav_open": true},
        "shared_views_order": null,
    })
}

#[tokio::test]
async fn only_what_is_sent_changes_and_only_for_the_caller() {
    both_ways(builder, |client| async move {
        let answer = client.get(PATH).await.expect(200);
        // The whole text, for the order of keys.
        assert_eq!(answer.text, json!({"settings": untouched()}).to_string());
        let mut expected = untouched();
        for (sent, place, value) in [
            (json!({"lotus": {"keyboard_shortcuts_enabled": true}}), "/lotus/keyboard_shortcuts_enabled", json!(true)),
            (json!({"lotus": {"agent_workspace_theme_preference": "2"}}), "/lotus/agent_workspace_theme_preference", json!("2")),
            (json!({"admin_center": {"has_admin_center_side_nav_open": false}}), "/admin_center/has_admin_center_side_nav_open", json!(false)),
            (json!({"shared_views_order": [3, 1]}), "/shared_views_order", json!([3, 1])),
            (json!({"lotus": {"show_welcome_dialog": "false"}}), "/lotus/show_welcome_dialog", json!(false)),
        ] {
            *expected.pointer_mut(place).unwrap() = value;
            let answer = client.put(PATH, &json!({"settings": sent})).await.expect(200);
            assert_eq!(answer.json(), json!({"settings": expected}), "{sent}");
            assert_eq!(answer.header("x-zendesk-api-warn"), None);
            assert_eq!(client.get(PATH).await.json(), answer.json());
        }
        let agent = client.signed_in(Some(token_of(AGENT_EMAIL)));
        assert_eq!(agent.get(PATH).await.expect(200).json(), json!({"settings": untouched()}));
        // Null is as if it had never been chosen.
        let nothing = json!({"settings": {
            "lotus": {"keyboard_shortcuts_enabled": null, "agent_workspace_theme_preference": null, "show_welcome_dialog": null},
            "admin_center": {"has_admin_center_side_nav_open": null}, "shared_views_order": null,
        }});
        let answer = client.put(PATH, &nothing).await.expect(200);
        assert_eq!(answer.json(), json!({"settings": untouched()}));
    })
    .await;
}

#[tokio::test]
async fn a_change_that_names_no_preferences_is_refused() {
    both_ways(builder, |client| async move {
        for body in [
            json!({}),
            json!({"settings": null}),
            json!({"settings": {}}),
            json!({"lotus": {}}),
            json!([]),
            json!(5),
        ] {
            let refused = client.put(PATH, &body).await.expect(400);
            assert_eq!(refused.json(), json!({"error": "BadRequest"}), "{body}");
        }
        let request = client.request(Method::PUT, PATH, "");
        client.send(request).await.unwrap().expect(400);
        let request = client.request(Method::PUT, PATH, "{\"settings\":");
        let refused = client.send(request).await.unwrap().expect(400);
        assert_eq!(refused.json()["error"], "InvalidJSON");
    })
    .await;
}

#[tokio::test]
async fn preferences_of_the_wrong_kind_are_refused_and_change_nothing() {
    both_ways(builder, |client| async move {
        for (wrong, path, must_be) in [
            (json!("lotus"), "settings", "a hash"),
            (json!([]), "settings", "a hash"),
            (json!({"lotus": true}), "settings.lotus", "a hash"),
            (json!({"admin_center": null}), "settings.admin_center", "a hash"),
            (json!({"lotus": {"macro_shortcuts_enabled": "often"}}), "settings.lotus.macro_shortcuts_enabled", "either true or false"),
            (json!({"lotus": {"agent_workspace_theme_preference": "3"}}), "settings.lotus.agent_workspace_theme_preference", "one of 0, 1, 2"),
            (json!({"lotus": {"agent_workspace_theme_preference": 1}}), "settings.lotus.agent_workspace_theme_preference", "one of 0, 1, 2"),
            (json!({"shared_views_order": 5}), "settings.shared_views_order", "an array of integers"),
            (json!({"shared_views_order": [1, "x"]}), "settings.shared_views_order", "an array of integers"),
            (json!({"shared_views_order": [-1]}), "settings.shared_views_order", "an array of integers"),
            // What is right beside what is wrong is not taken either.
            (json!({"admin_center": {"has_admin_center_side_nav_open": false}, "lotus": {"show_welcome_dialog": []}}), "settings.lotus.show_welcome_dialog", "either true or false"),
        ] {
            let refused = client.put(PATH, &json!({"settings": wrong})).await.expect(400).json();
            assert_eq!(refused["error"]["title"], "Invalid attribute");
            let text = format!("You passed an invalid value for the {path} attribute. Invalid parameter: {path} must be {must_be} from api/v2/users/settings");
            assert_eq!(refused["error"]["message"], text);
        }
        assert_eq!(client.get(PATH).await.json(), json!({"settings": untouched()}));
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_chosen_is_ignored_and_named() {
    both_ways(builder, |client| async move {
        let sent = json!({
            "settings": {"lotus": {"two_factor_authentication": true, "shoe_size": 5}, "help": {"a": 1}},
            "user": {"name": "N"},
        });
        let answer = client.put(PATH, &sent).await.expect(200);
        let warning = answer.header("x-zendesk-api-warn").unwrap();
        for key in ["user", "settings.lotus.two_factor_authentication", "settings.lotus.shoe_size", "settings.help"] {
            assert!(warning.contains(&format!("\"{key}\"")), "{key}: {warning}");
        }
        assert_eq!(answer.json(), json!({"settings": untouched()}));
    })
    .await;
}

#[tokio::test]
async fn preferences_are_for_staff() {
    both_ways(builder, |client| async move {
        let sent = json!({"settings": {"lotus": {"show_welcome_dialog": false}}});
        let person = client.signed_in(Some(token_of("seed0001@people.example")));
        // Of its own, unlike elsewhere (documented).
        let unauthorized = json!({"error": "Unauthorized"});
        assert_eq!(person.get(PATH).await.expect(401).json(), unauthorized);
        assert_eq!(
            person.put(PATH, &sent).await.expect(401).json(),
            unauthorized
        );
        let anonymous = client.signed_in(None);
        anonymous.get(PATH).await.expect(401);
        anonymous.put(PATH, &sent).await.expect(401);
    })
    .await;
}

/// Assumed: who comes again is somebody new.
#[tokio::test]
async fn preferences_go_with_who_is_deleted() {
    both_ways(builder, |client| async move {
        let colleague =
            json!({"name": "C", "role": "agent", "email": "c@people.example", "verified": true});
        let first = client.upsert(colleague.clone()).await.expect(201).user();
        let caller = client.signed_in(Some(token_of("c@people.example")));
        let sent = json!({"settings": {"lotus": {"show_welcome_dialog": false}}});
        caller.put(PATH, &sent).await.expect(200);
        client
            .delete(&format!("/api/v2/users/{}", first["id"]))
            .await
            .expect(200);
        caller.get(PATH).await.expect(401);
        client.upsert(colleague).await.expect(201);
        assert_eq!(
            caller.get(PATH).await.expect(200).json(),
            json!({"settings": untouched()})
        );
        let admin = client.signed_in(Some(token_of(ADMIN_EMAIL)));
        admin.get(PATH).await.expect(200);
    })
    .await;
}
