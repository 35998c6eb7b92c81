//! Sessions: where users are signed in, and how that ends.

use std::time::Duration;

use http::Method;
use serde_json::{Value, json};
use zd_sandbox::{ADMIN_EMAIL, ADMIN_PASSWORD, AGENT_EMAIL, OAUTH_TOKEN};

use crate::support::{Client, basic, both_ways, builder, in_process, token_of};

const PERSON: &str = "seed0001@people.example";
const OTHER: &str = "seed0002@people.example";
const ALL: &str = "/api/v2/sessions.json";
const CURRENT: &str = "/api/v2/users/me/session.json";
const RENEW: &str = "/api/v2/users/me/session/renew.json";
const LOGOUT: &str = "/api/v2/users/me/logout.json";
const PASSWORD: &str = "correct horse";

fn sessions_of(user: &Value) -> String {
    format!("/api/v2/users/{user}/sessions")
}

fn session(user: &Value, session: &Value) -> String {
    format!("/api/v2/users/{user}/sessions/{session}.json")
}

/// The sessions that a path lists.
async fn listed(client: &Client, path: &str) -> Vec<Value> {
    let list = client.get(path).await.expect(200).json();
    list["sessions"].as_array().unwrap().clone()
}

/// The id of a user.
async fn id_of(client: &Client, email: &str) -> Value {
    let caller = client.signed_in(Some(token_of(email)));
    caller.get("/api/v2/users/me").await.user()["id"].take()
}

/// Somebody of the seed who has a password and signs in with it.
async fn with_password(client: &Client, email: &str) -> (Client, Value) {
    let id = id_of(client, email).await;
    let path = format!("/api/v2/users/{id}/password");
    client
        .post(&path, &json!({ "password": PASSWORD }))
        .await
        .expect(200);
    (client.signed_in(Some(basic(email, PASSWORD))), id)
}

#[tokio::test]
async fn sessions_are_listed_and_shown() {
    both_ways(builder, |client| async move {
        let person = id_of(&client, PERSON).await;
        let list = client.get(&sessions_of(&person)).await.expect(200).json();
        assert_eq!(
            (&list["count"], &list["next_page"], &list["previous_page"]),
            (&json!(1), &Value::Null, &Value::Null)
        );
        let own = &list["sessions"][0];
        let keys: Vec<&String> = own.as_object().unwrap().keys().collect();
        assert_eq!(
            keys,
            ["id", "user_id", "authenticated_at", "last_seen_at", "url"]
        );
        // The seed signed in a day before the start.
        let id = &own["id"];
        let expected = json!({
            "id": id, "user_id": person,
            "authenticated_at": "2023-09-17T23:26:33Z", "last_seen_at": "2023-09-17T23:26:33Z",
            "url": format!("{}{}", client.base, session(&person, id)),
        });
        assert_eq!(own, &expected);
        // One session stands in an array (documented).
        let shown = client.get(&session(&person, id)).await.expect(200).json();
        assert_eq!(shown, json!({"session": [expected]}));
        for nothing in [json!(1), json!("x"), json!(id.as_u64().unwrap() + 128_000)] {
            let nothing = nothing.as_str().map_or(nothing.to_string(), str::to_owned);
            let path = format!("/api/v2/users/{person}/sessions/{nothing}");
            client.get(&path).await.expect(404);
            client.delete(&path).await.expect(404);
        }
        // It is its user's, and nobody else's.
        let admin = id_of(&client, ADMIN_EMAIL).await;
        client.get(&session(&admin, id)).await.expect(404);
        client.delete(&session(&admin, id)).await.expect(404);
        for nobody in ["1", "x", "me", "99999999999999999999"] {
            let path = format!("/api/v2/users/{nobody}/sessions");
            client.get(&path).await.expect(404);
            client.delete(&path).await.expect(404);
            client.get(&format!("{path}/{id}")).await.expect(404);
            client.delete(&format!("{path}/{id}")).await.expect(404);
        }
        // Who is there and not signed in has none.
        let other = id_of(&client, OTHER).await;
        assert_eq!(
            listed(&client, &sessions_of(&other)).await,
            [] as [Value; 0]
        );
    })
    .await;
}

#[tokio::test]
async fn admins_see_all_sessions_others_their_own() {
    both_ways(builder, |client| async move {
        let [admin, agent, person] = [
            id_of(&client, ADMIN_EMAIL).await,
            id_of(&client, AGENT_EMAIL).await,
            id_of(&client, PERSON).await,
        ];
        let users = |sessions: Vec<Value>| -> Vec<Value> {
            sessions
                .into_iter()
                .map(|mut session| session["user_id"].take())
                .collect()
        };
        let all = users(listed(&client, ALL).await);
        assert_eq!(all, [admin.clone(), agent.clone(), person.clone()]);
        for (email, own) in [(AGENT_EMAIL, &agent), (PERSON, &person)] {
            let caller = client.signed_in(Some(token_of(email)));
            assert_eq!(
                users(listed(&caller, ALL).await),
                std::slice::from_ref(own),
                "{email}"
            );
            let mine = listed(&caller, &sessions_of(own)).await;
            assert_eq!(mine.len(), 1);
            caller.get(&session(own, &mine[0]["id"])).await.expect(200);
            // Of others they see and end nothing, and are not told who is there.
            let theirs = &listed(&client, &sessions_of(&admin)).await[0]["id"];
            for other in [&admin, &json!(1)] {
                for path in [sessions_of(other), session(other, theirs)] {
                    caller.get(&path).await.expect(403);
                    caller.delete(&path).await.expect(403);
                }
            }
        }
        assert_eq!(listed(&client, ALL).await.len(), 3);
        let anonymous = client.signed_in(None);
        for path in [
            ALL.to_owned(),
            sessions_of(&person),
            session(&person, &json!(1)),
            CURRENT.to_owned(),
            RENEW.to_owned(),
        ] {
            anonymous.get(&path).await.expect(401);
        }
        for path in [
            sessions_of(&person),
            session(&person, &json!(1)),
            LOGOUT.to_owned(),
        ] {
            anonymous.delete(&path).await.expect(401);
        }
    })
    .await;
}

/// `GET /sessions` has cursors only; the sessions of one user come by number too.
#[tokio::test]
async fn sessions_come_in_pages() {
    both_ways(builder, |client| async move {
        for number in 2..=4 {
            let email = format!("seed{number:04}@people.example");
            let (caller, _) = with_password(&client, &email).await;
            caller.get("/api/v2/users/me").await.expect(200);
        }
        let whole = client.get(ALL).await.expect(200).json();
        assert_eq!(
            (&whole["meta"]["has_more"], &whole["count"]),
            (&json!(false), &Value::Null)
        );
        let ids = |list: &Value| -> Vec<u64> {
            let sessions = list["sessions"].as_array().unwrap();
            sessions
                .iter()
                .map(|session| session["id"].as_u64().unwrap())
                .collect()
        };
        let all = ids(&whole);
        assert_eq!(all.len(), 6);
        assert!(all.is_sorted());
        let mut walked = Vec::new();
        let mut next = format!("{ALL}?page[size]=4");
        loop {
            let page = client.get(&next).await.expect(200).json();
            walked.extend(ids(&page));
            if page["meta"]["has_more"] == false {
                let before = page["links"]["prev"].as_str().unwrap();
                let before = before.strip_prefix(&client.base).unwrap();
                let page = client.get(before).await.expect(200).json();
                assert_eq!(ids(&page), all[..4]);
                break;
            }
            let link = page["links"]["next"].as_str().unwrap();
            next = link.strip_prefix(&client.base).unwrap().to_owned();
        }
        assert_eq!(walked, all);
        for query in [
            "page[size]=0",
            "page[size]=101",
            "page[size]=x",
            "page[after]=x",
        ] {
            client.get(&format!("{ALL}?{query}")).await.expect(400);
        }
        let person = id_of(&client, PERSON).await;
        let path = sessions_of(&person);
        let page = client.get(&format!("{path}?page[size]=1")).await;
        assert_eq!(page.expect(200).json()["meta"]["has_more"], false);
        let page = client.get(&format!("{path}?page=2&per_page=1")).await;
        assert_eq!(ids(&page.expect(200).json()), [] as [u64; 0]);
        client.get(&format!("{path}?page=x")).await.expect(400);
    })
    .await;
}

#[tokio::test]
async fn a_session_or_all_of_a_user_are_ended() {
    both_ways(builder, |client| async move {
        let (caller, person) = with_password(&client, PERSON).await;
        caller.get("/api/v2/users/me").await.expect(200);
        let sessions = listed(&client, &sessions_of(&person)).await;
        // The seed's and the one that the password began.
        assert_eq!(sessions.len(), 2);
        let first = session(&person, &sessions[0]["id"]);
        let answer = client.delete(&first).await.expect(204);
        assert_eq!(answer.text, "");
        client.delete(&first).await.expect(404);
        client.get(&first).await.expect(404);
        assert_eq!(
            listed(&client, &sessions_of(&person)).await,
            sessions[1..],
            "the other one stays"
        );
        // All that are there, which may be none.
        for _ in 0..2 {
            client.delete(&sessions_of(&person)).await.expect(204);
            assert_eq!(
                listed(&client, &sessions_of(&person)).await,
                [] as [Value; 0]
            );
        }
        assert_eq!(listed(&client, ALL).await.len(), 2, "those of others stay");
        // End users end their own; the request that does it is of none of them.
        let person_by_token = client.signed_in(Some(token_of(PERSON)));
        caller.get("/api/v2/users/me").await.expect(200);
        let mine = listed(&person_by_token, ALL).await;
        person_by_token
            .delete(&session(&person, &mine[0]["id"]))
            .await
            .expect(204);
        assert_eq!(listed(&person_by_token, ALL).await, [] as [Value; 0]);
    })
    .await;
}

#[tokio::test]
async fn logout_many_ends_the_sessions_of_those_it_names() {
    both_ways(builder, |client| async move {
        let [agent, person] = [
            id_of(&client, AGENT_EMAIL).await,
            id_of(&client, PERSON).await,
        ];
        let send = async |who: &Client, ids: &str| {
            let path = format!("/api/v2/users/logout_many.json?ids={ids}");
            let request = who.request(Method::POST, &path, "");
            who.send(request).await.unwrap()
        };
        let by_agent = client.signed_in(Some(token_of(AGENT_EMAIL)));
        send(&by_agent, &person.to_string()).await.expect(403);
        assert_eq!(listed(&client, ALL).await.len(), 3);
        // Nobody's ids and nonsense are passed over.
        send(&client, "1,x,99999999999999999999").await.expect(202);
        assert_eq!(listed(&client, ALL).await.len(), 3);
        send(&client, &format!("1,{person},%20{agent}"))
            .await
            .expect(202);
        let left = listed(&client, ALL).await;
        assert_eq!(left.len(), 1);
        assert_eq!(left[0]["user_id"], id_of(&client, ADMIN_EMAIL).await);
    })
    .await;
}

#[tokio::test]
async fn a_token_has_no_session() {
    both_ways(builder, |client| async move {
        let before = listed(&client, ALL).await;
        for token in [token_of(ADMIN_EMAIL), format!("Bearer {OAUTH_TOKEN}")] {
            let client = client.signed_in(Some(token));
            let missing = client.get(CURRENT).await.expect(404).json();
            assert_eq!(missing["error"], "RecordNotFound");
            client.get(RENEW).await.expect(404);
            // Without a session there is nothing to end, and nothing ends (documented).
            client.delete(LOGOUT).await.expect(204);
        }
        assert_eq!(listed(&client, ALL).await, before);
    })
    .await;
}

#[tokio::test]
async fn a_password_begins_a_session_which_can_be_left() {
    both_ways(builder, |client| async move {
        let caller = client.signed_in(Some(basic(ADMIN_EMAIL, ADMIN_PASSWORD)));
        let admin = id_of(&client, ADMIN_EMAIL).await;
        let current = caller.get(CURRENT).await.expect(200).json();
        let own = &current["session"][0];
        assert_eq!(
            (&own["user_id"], &own["authenticated_at"]),
            (&admin, &json!("2023-09-18T23:26:33Z"))
        );
        // The next request is of the same one.
        assert_eq!(
            caller.get(CURRENT).await.json()["session"][0]["id"],
            own["id"]
        );
        assert_eq!(listed(&client, &sessions_of(&admin)).await.len(), 2);
        // Its token for forms is another one each time.
        let tokens = [
            caller.get(RENEW).await.expect(200).json(),
            caller.get(RENEW).await.expect(200).json(),
        ];
        for token in &tokens {
            let keys: Vec<&String> = token.as_object().unwrap().keys().collect();
            assert_eq!(keys, ["authenticity_token"]);
            assert!(token["authenticity_token"].as_str().unwrap().len() >= 32);
        }
        assert_ne!(tokens[0], tokens[1]);
        let answer = caller.delete(LOGOUT).await.expect(204);
        assert_eq!(answer.text, "");
        client.get(&session(&admin, &own["id"])).await.expect(404);
        assert_eq!(listed(&client, &sessions_of(&admin)).await.len(), 1);
        // The password lets in again, into another session.
        let next = caller.get(CURRENT).await.expect(200).json();
        assert_ne!(next["session"][0]["id"], own["id"]);
        // A wrong one begins none.
        let wrong = client.signed_in(Some(basic(ADMIN_EMAIL, "wrong")));
        wrong.get(CURRENT).await.expect(401);
        assert_eq!(listed(&client, &sessions_of(&admin)).await.len(), 2);
    })
    .await;
}

/// "Seen" is not marked at every request (documented); renewing marks it at once (assumed).
#[tokio::test(start_paused = true)]
async fn a_session_is_seen_now_and_then() {
    let client = in_process(&builder().build());
    let caller = client.signed_in(Some(basic(ADMIN_EMAIL, ADMIN_PASSWORD)));
    let seen = async || {
        let session = &caller.get(CURRENT).await.expect(200).json()["session"][0];
        assert_eq!(session["authenticated_at"], "2023-09-18T23:26:33Z");
        session["last_seen_at"].as_str().unwrap().to_owned()
    };
    assert_eq!(seen().await, "2023-09-18T23:26:33Z");
    tokio::time::advance(Duration::from_secs(59)).await;
    assert_eq!(seen().await, "2023-09-18T23:26:33Z");
    tokio::time::advance(Duration::from_secs(1)).await;
    assert_eq!(seen().await, "2023-09-18T23:27:33Z");
    tokio::time::advance(Duration::from_secs(10)).await;
    caller.get(RENEW).await.expect(200);
    assert_eq!(seen().await, "2023-09-18T23:27:43Z");
}

#[tokio::test]
async fn who_is_gone_or_suspended_is_signed_out() {
    both_ways(builder, |client| async move {
        let mut ids = Vec::new();
        for number in 1..=4 {
            let email = format!("seed{number:04}@people.example");
            let (caller, id) = with_password(&client, &email).await;
            caller.get("/api/v2/users/me").await.expect(200);
            ids.push(id);
        }
        let users = async || -> Vec<Value> {
            let sessions = listed(&client, ALL).await;
            let users = sessions.iter().map(|session| session["user_id"].clone());
            users.filter(|user| ids.contains(user)).collect()
        };
        assert_eq!(users().await.len(), 5);
        let suspend = |suspended: bool| json!({"user": {"suspended": suspended}});
        let path = format!("/api/v2/users/{}", ids[0]);
        client.put(&path, &suspend(true)).await.expect(200);
        assert_eq!(users().await, ids[1..]);
        // Being let in again does not bring the sessions back.
        client.put(&path, &suspend(false)).await.expect(200);
        assert_eq!(users().await, ids[1..]);
        // Deleted softly.
        client
            .delete(&format!("/api/v2/users/{}", ids[1]))
            .await
            .expect(200);
        assert_eq!(users().await, ids[2..]);
        client.get(&sessions_of(&ids[1])).await.expect(404);
        // Merged away: the survivor keeps their own and gets no others.
        let merge = format!("/api/v2/users/{}/merge", ids[2]);
        client
            .put(&merge, &json!({"user": {"id": ids[3]}}))
            .await
            .expect(200);
        assert_eq!(users().await, ids[3..]);
        // Deleted by the sandbox's own hand, and for good.
        assert!(client.sandbox.soft_delete(ids[3].as_u64().unwrap()));
        assert_eq!(users().await, [] as [Value; 0]);
        client
            .delete(&format!("/api/v2/deleted_users/{}", ids[3]))
            .await
            .expect(200);
        assert_eq!(users().await, [] as [Value; 0]);
        client.get(&sessions_of(&ids[3])).await.expect(404);
    })
    .await;
}
