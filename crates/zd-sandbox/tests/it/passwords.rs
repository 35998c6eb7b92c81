//! Passwords: set by admins, changed by their owners, and what they must be like.

use serde_json::{Value, json};
use zd_sandbox::{ADMIN_EMAIL, ADMIN_PASSWORD, AGENT_EMAIL};

use crate::support::{Answer, Client, basic, both_ways, builder, token_of};

const PERSON: &str = "seed0001@people.example";
const LONG_ENOUGH: &str = "correct horse";

/// Where the password of a user is.
fn path(id: &Value) -> String {
    format!("/api/v2/users/{id}/password.json")
}

/// Whether this address and password let someone in; a wrong password is as good as none.
async fn lets_in(client: &Client, email: &str, password: &str) -> bool {
    let client = client.signed_in(Some(basic(email, password)));
    let user = client.get("/api/v2/users/me").await.expect(200).user();
    user["email"] == email
}

/// What a 422 says of one attribute.
#[track_caller]
fn said_of(answer: Answer, attribute: &str) -> Vec<String> {
    let body = answer.expect(422).json();
    assert_eq!(
        (&body["error"], &body["description"]),
        (&json!("RecordInvalid"), &json!("Record validation errors"))
    );
    let said = body["details"][attribute].as_array().unwrap();
    said.iter()
        .map(|problem| problem["description"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn an_admin_sets_a_password_with_which_its_owner_signs_in() {
    both_ways(builder, |client| async move {
        let id = client.seed(1).await["id"].take();
        assert!(!lets_in(&client, PERSON, LONG_ENOUGH).await);
        let answer = client
            .post(&path(&id), &json!({"password": LONG_ENOUGH}))
            .await
            .expect(200);
        assert_eq!(
            (answer.text.as_str(), answer.header("x-zendesk-api-warn")),
            ("", None)
        );
        assert!(lets_in(&client, PERSON, LONG_ENOUGH).await);
        for wrong in ["", "Correct horse", "correct horse ", ADMIN_PASSWORD] {
            assert!(!lets_in(&client, PERSON, wrong).await, "{wrong}");
        }
        // Setting needs no previous one, and the previous one lets nobody in any more.
        client
            .post(&path(&id), &json!({"password": "another one"}))
            .await
            .expect(200);
        assert!(!lets_in(&client, PERSON, LONG_ENOUGH).await);
        assert!(lets_in(&client, PERSON, "another one").await);
        // A password is its user's alone.
        assert!(!lets_in(&client, "seed0002@people.example", "another one").await);
    })
    .await;
}

#[tokio::test]
async fn admins_set_passwords_only_where_the_owner_allows_it() {
    both_ways(
        || builder().admins_set_passwords(false),
        |client| async move {
            let id = client.seed(1).await["id"].take();
            let refused = client
                .post(&path(&id), &json!({"password": LONG_ENOUGH}))
                .await
                .expect(403)
                .json();
            assert_eq!(refused["error"]["title"], "Forbidden");
            assert!(!lets_in(&client, PERSON, LONG_ENOUGH).await);
            // One's own can be changed all the same.
            let me = client.get("/api/v2/users/me").await.user();
            let body = json!({"previous_password": ADMIN_PASSWORD, "password": LONG_ENOUGH});
            client.put(&path(&me["id"]), &body).await.expect(200);
        },
    )
    .await;
}

#[tokio::test]
async fn one_changes_only_ones_own_password_and_only_knowing_the_previous_one() {
    both_ways(builder, |client| async move {
        let me = client.get("/api/v2/users/me").await.user();
        let own = path(&me["id"]);
        let change =
            |previous: &str| json!({"previous_password": previous, "password": LONG_ENOUGH});
        assert_eq!(
            said_of(
                client.put(&own, &change("wrong")).await,
                "previous_password"
            ),
            ["Previous password: is invalid"]
        );
        assert!(lets_in(&client, ADMIN_EMAIL, ADMIN_PASSWORD).await);
        let answer = client.put(&own, &change(ADMIN_PASSWORD)).await.expect(200);
        assert_eq!(answer.text, "");
        assert!(lets_in(&client, ADMIN_EMAIL, LONG_ENOUGH).await);
        assert!(!lets_in(&client, ADMIN_EMAIL, ADMIN_PASSWORD).await);
        // Not even an admin changes another's, known password or not; nobody is told who is there.
        let person = client.seed(1).await["id"].take();
        client
            .post(&path(&person), &json!({"password": "previous one"}))
            .await
            .expect(200);
        for other in [&person, &json!(1)] {
            client
                .put(&path(other), &change("previous one"))
                .await
                .expect(403);
        }
        // End users change theirs, and so do agents.
        let caller = client.signed_in(Some(basic(PERSON, "previous one")));
        caller
            .put(&path(&person), &change("previous one"))
            .await
            .expect(200);
        assert!(lets_in(&client, PERSON, LONG_ENOUGH).await);
        let agent = client.signed_in(Some(token_of(AGENT_EMAIL)));
        agent
            .put(&path(&person), &change(LONG_ENOUGH))
            .await
            .expect(403);
        let agents_own = path(&agent.get("/api/v2/users/me").await.user()["id"]);
        // Who never had one has no previous one either.
        for previous in ["", LONG_ENOUGH] {
            let answer = agent.put(&agents_own, &change(previous)).await;
            assert_eq!(said_of(answer, "previous_password").len(), 1, "{previous}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_a_password_must_be_like_is_told_and_held_to() {
    both_ways(builder, |client| async move {
        let id = client.seed(1).await["id"].take();
        let told = client
            .get(&format!("/api/v2/users/{id}/password/requirements.json"))
            .await
            .expect(200)
            .json();
        let requirements = [
            "must be at least 5 characters",
            "must be at most 128 characters",
            "must be different from email address",
        ];
        assert_eq!(told, json!({"requirements": requirements}));
        let longest = "ü".repeat(128);
        for (password, broken) in [
            ("four".to_owned(), Some(0)),
            ("üüüü".to_owned(), Some(0)),
            (String::new(), Some(0)),
            (format!("{longest}x"), Some(1)),
            ("x".repeat(10_000), Some(1)),
            (PERSON.to_owned(), Some(2)),
            (PERSON.to_uppercase(), Some(2)),
            ("fiver".to_owned(), None),
            ("üüüüü".to_owned(), None),
            (longest, None),
        ] {
            let answer = client
                .post(&path(&id), &json!({ "password": password }))
                .await;
            match broken {
                Some(place) => {
                    let text = format!("Password: {}", requirements[place]);
                    assert_eq!(said_of(answer, "password"), [text]);
                }
                None => {
                    answer.expect(200);
                }
            }
            assert_eq!(lets_in(&client, PERSON, &password).await, broken.is_none());
        }
        // A change is held to the same, and refused it changes nothing.
        let me = client.get("/api/v2/users/me").await.user();
        let body = json!({"previous_password": ADMIN_PASSWORD, "password": "four"});
        let answer = client.put(&path(&me["id"]), &body).await;
        assert_eq!(
            said_of(answer, "password"),
            ["Password: must be at least 5 characters"]
        );
        assert!(lets_in(&client, ADMIN_EMAIL, ADMIN_PASSWORD).await);
    })
    .await;
}

#[tokio::test]
async fn requirements_are_for_staff_and_for_oneself() {
    both_ways(builder, |client| async move {
        let requirements = |id: &Value| format!("/api/v2/users/{id}/password/requirements");
        let own = requirements(&client.seed(1).await["id"]);
        let others = requirements(&client.seed(2).await["id"]);
        for (caller, expected) in [
            (Some(token_of(ADMIN_EMAIL)), [200, 200]),
            (Some(token_of(AGENT_EMAIL)), [200, 200]),
            (Some(token_of(PERSON)), [200, 403]),
            (None, [401, 401]),
        ] {
            let client = client.signed_in(caller);
            for (path, status) in [&own, &others].into_iter().zip(expected) {
                client.get(path).await.expect(status);
            }
        }
        for nobody in ["1", "me", "x", "99999999999999999999"] {
            client
                .get(&format!("/api/v2/users/{nobody}/password/requirements"))
                .await
                .expect(404);
        }
    })
    .await;
}

#[tokio::test]
async fn bodies_that_hold_no_password_are_refused() {
    both_ways(builder, |client| async move {
        let id = client.seed(1).await["id"].take();
        let me = client.get("/api/v2/users/me").await.user()["id"].take();
        for body in [
            json!({}),
            json!({"password": null}),
            json!({"user": {"password": LONG_ENOUGH}}),
            json!([]),
            json!(null),
            json!("password"),
        ] {
            let answer = client.post(&path(&id), &body).await.expect(400);
            assert_eq!(
                answer.text, "Required parameter missing: password",
                "{body}"
            );
        }
        // The first one missing is named.
        for (body, missing) in [
            (json!({}), "previous_password"),
            (json!({"password": LONG_ENOUGH}), "previous_password"),
            (json!({"previous_password": ADMIN_PASSWORD}), "password"),
        ] {
            let answer = client.put(&path(&me), &body).await.expect(400);
            assert_eq!(
                answer.text,
                format!("Required parameter missing: {missing}")
            );
        }
        // A number is no password (recorded).
        for (wrong, key) in [
            (json!({"password": 123_456}), "password"),
            (json!({"password": ["a", "b"]}), "password"),
            (json!({"password": {"a": LONG_ENOUGH}}), "password"),
            (json!({"password": true}), "password"),
        ] {
            let body = client.post(&path(&id), &wrong).await.expect(400).json();
            assert_eq!(body["error"]["title"], "Invalid attribute");
            let text = body["error"]["message"].as_str().unwrap();
            let start = format!("You passed an invalid value for the {key} attribute. ");
            assert!(
                text.starts_with(&start) && text.contains("must be a string"),
                "{text}"
            );
        }
        let wrong = json!({"previous_password": 5, "password": LONG_ENOUGH});
        let body = client.put(&path(&me), &wrong).await.expect(400).json();
        let text = body["error"]["message"].as_str().unwrap();
        assert!(text.contains("the previous_password attribute"), "{text}");
        // No JSON, or none that says so.
        let request = client.request(http::Method::POST, &path(&id), "{\"password\":");
        client.send(request).await.unwrap().expect(400);
        let request = client.request(http::Method::PUT, &path(&me), "");
        client.send(request).await.unwrap().expect(400);
        // Other keys are ignored and named; their values, which may be secrets, are not.
        let sent =
            json!({"password": LONG_ENOUGH, "previous_password": "hush-hush", "brand_id": 5});
        let answer = client.post(&path(&id), &sent).await.expect(200);
        let warning = answer.header("x-zendesk-api-warn").unwrap();
        assert!(
            warning.contains("\"previous_password\", \"brand_id\""),
            "{warning}"
        );
        assert!(!warning.contains("hush"), "{warning}");
    })
    .await;
}

#[tokio::test]
async fn only_admins_set_passwords_and_only_of_who_is_there() {
    both_ways(builder, |client| async move {
        let id = client.seed(1).await["id"].take();
        let body = json!({"password": LONG_ENOUGH});
        for (caller, status) in [
            (Some(token_of(AGENT_EMAIL)), 403),
            (Some(token_of(PERSON)), 403),
            (None, 401),
        ] {
            let client = client.signed_in(caller);
            client.post(&path(&id), &body).await.expect(status);
            // Nor is anybody anonymous let to change one.
            if status == 401 {
                client.put(&path(&id), &body).await.expect(401);
            }
        }
        assert!(!lets_in(&client, PERSON, LONG_ENOUGH).await);
        for nobody in ["1", "x", "me", "99999999999999999999"] {
            let path = format!("/api/v2/users/{nobody}/password");
            client.post(&path, &body).await.expect(404);
            client.put(&path, &body).await.expect(403);
        }
        // Who was deleted has no password, and gets none.
        client.post(&path(&id), &body).await.expect(200);
        client
            .delete(&format!("/api/v2/users/{id}"))
            .await
            .expect(200);
        client.post(&path(&id), &body).await.expect(404);
        assert!(!lets_in(&client, PERSON, LONG_ENOUGH).await);
        // Whoever gets the address next does not get the password with it.
        client
            .upsert(json!({"name": "Next", "email": PERSON, "verified": true}))
            .await
            .expect(201);
        assert!(!lets_in(&client, PERSON, LONG_ENOUGH).await);
    })
    .await;
}

#[tokio::test]
async fn who_is_merged_away_or_suspended_or_unverified_is_not_let_in() {
    both_ways(builder, |client| async move {
        let [loser, survivor] = [client.seed(1).await, client.seed(2).await];
        let survivors_email = "seed0002@people.example";
        for (user, password) in [(&loser, "loser's"), (&survivor, "survivor's")] {
            client
                .post(&path(&user["id"]), &json!({ "password": password }))
                .await
                .expect(200);
        }
        let merge = format!("/api/v2/users/{}/merge", loser["id"]);
        client
            .put(&merge, &json!({"user": {"id": survivor["id"]}}))
            .await
            .expect(200);
        // The addresses are one person's now, and only the survivor's password counts (assumed).
        for email in [PERSON, survivors_email] {
            let caller = client.signed_in(Some(basic(email, "survivor's")));
            let user = caller.get("/api/v2/users/me").await.user();
            assert_eq!(user["id"], survivor["id"], "{email}");
            let caller = client.signed_in(Some(basic(email, "loser's")));
            let user = caller.get("/api/v2/users/me").await.user();
            assert_eq!(user["id"], Value::Null, "{email}");
        }
        let suspended = json!({"user": {"suspended": true}});
        client
            .put(&format!("/api/v2/users/{}", survivor["id"]), &suspended)
            .await
            .expect(200);
        assert!(!lets_in(&client, survivors_email, "survivor's").await);
        let sent = json!({"name": "U", "email": "unverified@x.co"});
        let unverified = client.upsert(sent).await.expect(201).user();
        client
            .post(&path(&unverified["id"]), &json!({"password": LONG_ENOUGH}))
            .await
            .expect(200);
        assert!(!lets_in(&client, "unverified@x.co", LONG_ENOUGH).await);
    })
    .await;
}

/// Neither an answer nor what `Debug` shows of a sandbox holds a password.
#[tokio::test]
async fn passwords_are_not_shown() {
    both_ways(builder, |client| async move {
        let id = client.seed(1).await["id"].take();
        let answer = client
            .post(&path(&id), &json!({"password": "hush-hush"}))
            .await
            .expect(200);
        assert!(!format!("{answer:?}").contains("hush"));
        // Too short, and not told back either.
        let answer = client.post(&path(&id), &json!({"password": "hush"})).await;
        assert!(!answer.expect(422).text.contains("hush"));
        let answer = client.get(&format!("/api/v2/users/{id}")).await.expect(200);
        assert!(!answer.text.contains("hush") && !answer.text.contains("password"));
        assert!(!format!("{:?}", client.sandbox).contains("hush"));
    })
    .await;
}
