//! Round trips against the sandbox.

use futures_util::TryStreamExt;
use zd_model::{EntryVerdict, ExternalId, Nullable, OrganizationInput, UserId, UserInput};
use zd_sandbox::{
    ADMIN_EMAIL, ADMIN_PASSWORD, API_TOKEN, CLIENT_ID, CLIENT_SECRET, OAUTH_TOKEN, Sandbox,
};
use zd_users::endpoints::{Include, ListJobs, SearchQuery, SearchUsers, ShowManyUsers};
use zd_users::{Client, Credentials, Error, ErrorKind, Subdomain, Upserted, WaitOptions, Waited};

fn client(sandbox: &Sandbox, credentials: Credentials) -> Client {
    Client::builder(Subdomain::new("acme").unwrap())
        .credentials(credentials)
        .transport(sandbox.transport())
        .build()
        .unwrap()
}

fn admin(sandbox: &Sandbox) -> Client {
    client(sandbox, Credentials::api_token(ADMIN_EMAIL, API_TOKEN))
}

fn person(external_id: &str) -> UserInput {
    UserInput {
        external_id: external_id.into(),
        name: Some("Zoë Müller".to_owned()),
        email: Some(format!("{external_id}+x@round.example")),
        ..UserInput::default()
    }
}

#[tokio::test(start_paused = true)]
async fn an_upsert_creates_and_then_updates() {
    let client = admin(&Sandbox::builder().build());
    let created = client
        .users()
        .create_or_update(&person("rt-1"))
        .await
        .unwrap();
    assert!(matches!(created, Upserted::Created(_)));
    let change = UserInput {
        notes: "hello".into(),
        organization: Nullable::Value(OrganizationInput::new("Alder & Sons")),
        ..person("RT-1")
    };
    let updated = client.users().create_or_update(&change).await.unwrap();
    assert!(matches!(updated, Upserted::Updated(_)));
    assert_eq!(updated.record().id, created.record().id);
    let shown = client.users().get(created.record().id).await.unwrap();
    assert_eq!(shown.notes.as_deref(), Some("hello"));
    assert_eq!(shown.external_id.value(), Some(&ExternalId::from("RT-1")));
}

#[tokio::test(start_paused = true)]
async fn a_job_is_waited_for_and_tells_of_each_person() {
    let client = admin(&Sandbox::builder().build());
    let mut people: Vec<_> = (0..98)
        .map(|number| person(&format!("bulk-{number}")))
        .collect();
    people.push(UserInput {
        external_id: "seed-0001".into(),
        ..UserInput::default()
    });
    people.push(UserInput {
        email: Some("no address".to_owned()),
        ..person("bulk-bad")
    });
    let job = client.users().create_or_update_many(&people).await.unwrap();
    assert!(!job.status.is_ended());
    let waited = client
        .jobs()
        .wait([job.id.clone()], WaitOptions::new())
        .await
        .unwrap();
    let Waited::Ended(job) = &waited[0].end else {
        panic!("{waited:?}");
    };
    let verdicts: Vec<_> = job
        .results
        .entries()
        .unwrap()
        .iter()
        .map(|entry| entry.verdict())
        .collect();
    assert_eq!(verdicts.len(), 100);
    assert!(matches!(verdicts[0], EntryVerdict::Created(Some(_))));
    assert!(matches!(verdicts[98], EntryVerdict::Updated(Some(_))));
    assert!(matches!(verdicts[99], EntryVerdict::Failed { .. }));
    let listed = client.jobs().list(ListJobs::new()).page().await.unwrap();
    assert!(listed.job_statuses.iter().any(|listed| listed.id == job.id));
    assert_eq!(client.jobs().get(&job.id).await.unwrap().id, job.id);
}

#[tokio::test(start_paused = true)]
async fn a_job_nobody_knows_is_gone() {
    let client = admin(&Sandbox::builder().build());
    let waited = client
        .jobs()
        .wait(
            ["V3-00000000000000000000000000000000".into()],
            WaitOptions::new(),
        )
        .await
        .unwrap();
    assert_eq!(waited[0].end, Waited::Gone(None));
    let error = client.jobs().get(&"V3-0".into()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[tokio::test(start_paused = true)]
async fn people_are_found_by_every_key() {
    let client = admin(&Sandbox::builder().build());
    let external_ids: Vec<_> = ["seed-0003", "SEED-0001", "nobody"]
        .map(ExternalId::from)
        .to_vec();
    let call = ShowManyUsers::by_external_ids(&external_ids)
        .include(Include::Identities)
        .include(Include::Organizations);
    let page = client.users().show_many(&call).await.unwrap();
    let emails: Vec<_> = page
        .users
        .iter()
        .filter_map(|user| user.email.as_deref())
        .collect();
    assert_eq!(
        emails,
        ["seed0001@people.example", "seed0003@people.example"]
    );
    assert!(page.identities.value().unwrap().len() >= 2);

    let ids: Vec<UserId> = page.users.iter().map(|user| user.id).collect();
    let by_ids = client
        .users()
        .show_many(&ShowManyUsers::by_ids(&ids))
        .await
        .unwrap();
    assert_eq!(by_ids.users.len(), 2);

    let by_external_id = SearchUsers::by_external_id(&"seed-0001".into());
    let found = client.users().search(by_external_id).page().await.unwrap();
    assert_eq!(found.users[0].id, ids[0]);

    let by_email = SearchUsers::by_query(SearchQuery::email("seed0003@people.example"));
    let found = client.users().search(by_email).page().await.unwrap();
    assert!(found.users.iter().any(|user| user.id == ids[1]));
}

#[tokio::test(start_paused = true)]
async fn a_comma_and_a_plus_and_other_letters_arrive_as_they_are() {
    let client = admin(&Sandbox::builder().build());
    for id in ["a,b c", "ü&=#%?", "x+y/z"] {
        let created = client
            .users()
            .create_or_update(&UserInput {
                external_id: id.into(),
                name: Some("X".to_owned()),
                ..UserInput::default()
            })
            .await
            .unwrap();
        let found = client
            .users()
            .search(SearchUsers::by_external_id(&id.into()))
            .page()
            .await
            .unwrap();
        assert_eq!(found.users.len(), 1, "{id}");
        assert_eq!(found.users[0].id, created.record().id, "{id}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_walk_through_a_search_sees_everyone_once() {
    let client = admin(&Sandbox::builder().build());
    let everyone = client
        .users()
        .search(SearchUsers::by_query("role:end-user"));
    let mut seen: Vec<UserId> = everyone
        .stream()
        .map_ok(|user| user.id)
        .try_collect()
        .await
        .unwrap();
    assert_eq!(seen.len(), 200);
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 200);
}

#[tokio::test(start_paused = true)]
async fn refusals_say_what_is_wrong() {
    let client = admin(&Sandbox::builder().build());
    let taken = UserInput {
        email: Some("seed0002@people.example".to_owned()),
        external_id: "seed-0001".into(),
        ..UserInput::default()
    };
    let error = client.users().create_or_update(&taken).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    let api = error.api().unwrap();
    assert_eq!(api.code(), Some("RecordInvalid"));
    assert_eq!(api.details()[0].0, "email");
    assert!(error.request_id().is_some());
    assert!(!error.may_have_been_applied());

    let error = client.users().get(UserId::new(1)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[tokio::test(start_paused = true)]
async fn bulk_import_that_is_off_is_forbidden() {
    let client = admin(&Sandbox::builder().bulk_import(false).build());
    let error = client
        .users()
        .create_or_update_many(&[person("x")])
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Forbidden);
    assert!(!error.may_have_been_applied());
}

#[tokio::test(start_paused = true)]
async fn good_credentials_are_somebody_and_bad_ones_are_nobody() {
    let sandbox = Sandbox::builder().build();
    for credentials in [
        Credentials::api_token(ADMIN_EMAIL, API_TOKEN),
        Credentials::password(ADMIN_EMAIL, ADMIN_PASSWORD),
        Credentials::bearer(OAUTH_TOKEN),
        Credentials::client_credentials(CLIENT_ID, CLIENT_SECRET, None),
    ] {
        let shown = format!("{credentials:?}");
        let me = client(&sandbox, credentials).users().me().await;
        assert!(me.is_ok(), "{shown}: {me:?}");
    }
    for (credentials, anonymous) in [
        (Credentials::password(ADMIN_EMAIL, "wrong"), true),
        (Credentials::api_token(ADMIN_EMAIL, "wrong"), false),
        (Credentials::bearer("wrong"), false),
        (
            Credentials::client_credentials(CLIENT_ID, "wrong", None),
            false,
        ),
    ] {
        let shown = format!("{credentials:?}");
        let error = client(&sandbox, credentials)
            .users()
            .me()
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credentials, "{shown}: {error:?}");
        assert_eq!(
            matches!(error, Error::Anonymous { .. }),
            anonymous,
            "{shown}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_was_lost_may_have_been_applied_and_was() {
    let sandbox = Sandbox::builder()
        .fault("answer-lost=100%".parse().unwrap())
        .build();
    let error = admin(&sandbox)
        .users()
        .create_or_update(&person("lost"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoAnswer);
    assert!(error.may_have_been_applied());
    let found = admin(&sandbox)
        .users()
        .search(SearchUsers::by_external_id(&"lost".into()))
        .page()
        .await
        .unwrap();
    assert_eq!(found.users.len(), 1);
}

#[cfg(feature = "hyper")]
#[tokio::test]
async fn it_is_the_same_over_a_socket() {
    let sandbox = Sandbox::builder().job_time("0".parse().unwrap()).build();
    let server = zd_sandbox::Server::start(sandbox, 0).await.unwrap();
    let base: zd_users::BaseUrl = server.url().parse().unwrap();
    let client = Client::builder(base)
        .credentials(Credentials::api_token(ADMIN_EMAIL, API_TOKEN))
        .build()
        .unwrap();
    assert_eq!(
        client.users().me().await.unwrap().email.as_deref(),
        Some(ADMIN_EMAIL)
    );
    let job = client
        .users()
        .create_or_update_many(&[person("rt-1")])
        .await
        .unwrap();
    let waited = client
        .jobs()
        .wait([job.id], WaitOptions::new())
        .await
        .unwrap();
    let Waited::Ended(job) = &waited[0].end else {
        panic!("{waited:?}");
    };
    let verdict = job.results.entries().unwrap()[0].verdict();
    assert!(matches!(verdict, EntryVerdict::Created(_)), "{verdict:?}");
    let updated = client
        .users()
        .create_or_update(&person("rt-1"))
        .await
        .unwrap();
    assert!(matches!(updated, Upserted::Updated(_)));
}
