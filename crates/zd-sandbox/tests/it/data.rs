//! An account that lasts.

use std::fs;
use std::path::Path;
use std::time::Duration;

use serde_json::json;
use zd_sandbox::{DataError, JobTime, Sandbox, SandboxBuilder};

use crate::support::{Client, builder, in_process};

fn lasting() -> SandboxBuilder {
    builder()
        .frozen()
        .people(20)
        .job_time(JobTime::Fixed(Duration::from_secs(10)))
}

fn open(dir: &Path) -> Client {
    in_process(&lasting().open(dir).unwrap())
}

/// Everything there is to see of the account.
async fn seen(client: &Client) -> Vec<String> {
    let mut all = Vec::new();
    for path in [
        "/api/v2/users?page[size]=100",
        "/api/v2/organizations",
        "/api/v2/user_fields",
        "/api/v2/job_statuses",
        "/api/v2/deleted_users",
        "/api/v2/sessions",
        "/__zd/applied",
        "/__zd/settings",
        "/__zd/snapshots",
        "/__zd/clock",
    ] {
        all.push(client.get(path).await.expect(200).text);
    }
    all
}

/// A bit of everything that changes an account.
async fn work(client: &Client) {
    client
        .upsert(json!({"name": "Ann", "external_id": "a", "email": "a@people.example"}))
        .await
        .expect(201);
    client
        .bulk(json!([{"name": "Bob", "external_id": "b"}, {"name": "Bad", "email": "bad"}]))
        .await
        .expect(200);
    client.tell("clock", &json!({"advance": "5s"})).await;
    let id = client.seed(1).await["id"].clone();
    client
        .put(
            &format!("/api/v2/users/{id}"),
            &json!({"user": {"notes": "n", "email": "second@people.example"}}),
        )
        .await
        .expect(200);
    client
        .delete(&format!("/api/v2/users/{}", client.seed(2).await["id"]))
        .await
        .expect(200);
    client
        .post(
            "/api/v2/user_fields",
            &json!({"user_field": {"key": "k", "title": "K", "type": "text"}}),
        )
        .await
        .expect(201);
    client
        .post(
            "/api/v2/organizations/create_or_update",
            &json!({"organization": {"name": "New"}}),
        )
        .await
        .expect(201);
    client.tell("seed", &json!({"users": 5, "seed": 1})).await;
    client.tell("snapshots/one", &json!({})).await;
    client.tell("settings", &json!({"plan": "team"})).await;
    client.tell("clock", &json!({"advance": "10s"})).await;
    let admin = client.signed_in(Some(crate::support::basic(
        zd_sandbox::ADMIN_EMAIL,
        zd_sandbox::ADMIN_PASSWORD,
    )));
    admin.get("/api/v2/users/me").await.expect(200);
    client
        .post(
            &format!("/api/v2/users/{id}/password"),
            &json!({"password": "correct horse"}),
        )
        .await
        .expect(200);
    // The settings that it is opened with win over those of the day before.
    client
        .tell("settings", &json!({"plan": "enterprise"}))
        .await;
}

#[tokio::test]
async fn what_was_answered_is_there_again() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("made/on/the/way");
    let client = open(&path);
    work(&client).await;
    let before = seen(&client).await;
    // Nothing is said goodbye to: dropped is as good as killed.
    drop(client);
    let client = open(&path);
    assert_eq!(seen(&client).await, before);
    // Ids go on where they were.
    let more = client
        .upsert(json!({"name": "More", "external_id": "more"}))
        .await
        .expect(201)
        .user();
    drop(client);
    let client = open(&path);
    let found = client
        .get("/api/v2/users/search?external_id=more")
        .await
        .json();
    assert_eq!(found["users"][0]["id"], more["id"]);
    client.tell("snapshots/one/restore", &json!({})).await;
    drop(client);
    let client = open(&path);
    let found = client
        .get("/api/v2/users/search?external_id=more")
        .await
        .json();
    assert_eq!(found["count"], 0);
    client.sandbox.reset();
    drop(client);
    let client = open(&path);
    assert_eq!(client.inside("state").await["users"]["active"], 22);
    assert_eq!(client.sandbox.applied().created, 0);
}

#[tokio::test]
async fn faults_that_struck_a_job_struck_it_for_good() {
    let dir = tempfile::tempdir().unwrap();
    let faults = [
        "job-killed=50%",
        "row-failed=20%",
        "results-short=50%",
        "half-applied nth=5",
        "answer-lost=20%",
    ];
    let builder = || {
        faults.iter().fold(lasting(), |builder, fault| {
            builder.fault(fault.parse().unwrap())
        })
    };
    let client = in_process(&builder().open(dir.path()).unwrap());
    for number in 0..20 {
        let users: Vec<_> = (0..10)
            .map(|row| json!({"name": "A", "external_id": format!("{number}-{row}")}))
            .collect();
        let body = json!({"users": users}).to_string();
        let _lost = client
            .raw(client.request(
                http::Method::POST,
                "/api/v2/users/create_or_update_many",
                &body,
            ))
            .await;
    }
    client.tell("clock", &json!({"advance": "10m"})).await;
    // Time is not written down but with what happens.
    client.upsert(json!({"name": "Last"})).await;
    let before = (
        client.get("/api/v2/job_statuses").await.text,
        client.inside("applied").await,
    );
    drop(client);
    let client = in_process(&builder().open(dir.path()).unwrap());
    let after = (
        client.get("/api/v2/job_statuses").await.text,
        client.inside("applied").await,
    );
    assert_eq!(after, before);
}

fn failure(builder: SandboxBuilder, dir: &Path) -> DataError {
    builder.open(dir).unwrap_err()
}

#[tokio::test]
async fn a_directory_in_use_is_refused_until_it_is_free() {
    let dir = tempfile::tempdir().unwrap();
    let client = open(dir.path());
    let error = failure(lasting(), dir.path());
    assert!(
        matches!(
            error,
            DataError::InUse {
                process: Some(_),
                ..
            }
        ),
        "{error}"
    );
    assert!(
        error
            .to_string()
            .contains(&format!("process {}", std::process::id())),
        "{error}"
    );
    drop(client);
    open(dir.path());
}

#[tokio::test]
async fn a_directory_that_began_otherwise_or_elsewhere_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(dir.path()));
    let error = failure(lasting().seed(9), dir.path());
    assert!(
        error
            .to_string()
            .contains("began with --seed 0, and --seed 9 is asked for now"),
        "{error}"
    );
    let error = failure(lasting().people(21), dir.path());
    assert!(matches!(error, DataError::BeganOtherwise { .. }), "{error}");
    let log = dir.path().join("account.log");
    let text = fs::read_to_string(&log).unwrap();
    let (head, rest) = text.split_once('\n').unwrap();
    let head = head[9..].replace("\"format\":1", "\"format\":2");
    let line = format!("{:08x} {head}\n{rest}", crc32fast::hash(head.as_bytes()));
    fs::write(&log, line).unwrap();
    let error = failure(lasting(), dir.path());
    assert!(matches!(error, DataError::OtherVersion { .. }), "{error}");
    let file = dir.path().join("file");
    fs::write(&file, "x").unwrap();
    assert!(matches!(failure(lasting(), &file), DataError::Io { .. }));
}

/// A byte changed anywhere is found; a tail cut anywhere is as if its request had never been made.
#[tokio::test]
async fn damage_is_found_and_a_torn_tail_is_cut() {
    let dir = tempfile::tempdir().unwrap();
    let client = open(dir.path());
    for number in 0..5 {
        client
            .upsert(json!({"name": "A", "external_id": format!("a{number}")}))
            .await
            .expect(201);
    }
    drop(client);
    let log = dir.path().join("account.log");
    let whole = fs::read(&log).unwrap();
    let tail = whole[..whole.len() - 1]
        .iter()
        .rposition(|byte| *byte == b'\n')
        .unwrap()
        + 1;
    for place in (0..tail).step_by(37) {
        let mut bytes = whole.clone();
        bytes[place] ^= 4;
        fs::write(&log, &bytes).unwrap();
        match lasting().open(dir.path()).unwrap_err() {
            DataError::Damaged { byte, what, .. } => {
                assert!(
                    byte <= place as u64 && !what.is_empty(),
                    "{place}: {byte} {what}"
                );
            }
            other => panic!("{place}: {other}"),
        }
    }
    for place in (tail..whole.len()).step_by(11) {
        fs::write(&log, &whole[..place]).unwrap();
        let client = open(dir.path());
        let people = client.inside("state").await["users"]["active"].clone();
        assert_eq!(people, 22 + 4, "cut at {place}");
    }
    // A record taken out of the middle leaves other answers behind it.
    let mut lines: Vec<&[u8]> = whole.split_inclusive(|byte| *byte == b'\n').collect();
    lines.remove(3);
    fs::write(&log, lines.concat()).unwrap();
    let error = failure(lasting(), dir.path());
    assert!(error.to_string().contains("another answer now"), "{error}");
}

#[cfg(unix)]
#[tokio::test]
async fn only_its_owner_reads_it_and_it_holds_no_credentials() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("data");
    let client = open(&path);
    work(&client).await;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o700);
    assert_eq!(mode(&path.join("account.log")), 0o600);
    let text = fs::read_to_string(path.join("account.log")).unwrap();
    assert!(
        !text.contains(zd_sandbox::API_TOKEN) && !text.contains("Basic "),
        "{text}"
    );
}

#[tokio::test]
async fn the_clock_never_goes_back() {
    let dir = tempfile::tempdir().unwrap();
    let client = open(dir.path());
    client.tell("clock", &json!({"advance": "1h"})).await;
    client.upsert(json!({"name": "A"})).await.expect(201);
    drop(client);
    let sandbox: Sandbox = lasting().open(dir.path()).unwrap();
    assert_eq!(
        sandbox.clock().unix_millis,
        (i64::from(crate::support::START) + 3600) * 1000
    );
}

/// What was shown is not taken back, though nothing but the clock was changed in between.
#[tokio::test]
async fn a_job_that_was_seen_to_end_has_ended() {
    let dir = tempfile::tempdir().unwrap();
    let client = open(dir.path());
    client
        .bulk(json!([{"name": "A", "external_id": "a"}]))
        .await
        .expect(200);
    client.tell("clock", &json!({"advance": "20s"})).await;
    assert_eq!(client.sandbox.applied().created, 1);
    drop(client);
    assert_eq!(open(dir.path()).sandbox.applied().created, 1);
}

/// What changes between two starts, and what is refused, never makes a directory unusable.
#[tokio::test]
async fn other_options_and_refusals_replay_as_they_were() {
    let dir = tempfile::tempdir().unwrap();
    let client = open(dir.path());
    // Refused, and whatever comes next has the numbers that it would have had.
    client
        .upsert(json!({"name": "A", "email": "q@people.example", "role": "nonsense"}))
        .await
        .expect(422);
    let id = client.seed(1).await["id"].clone();
    let identity = json!({"identity": {"type": "email", "value": "q@people.example"}});
    client
        .post(&format!("/api/v2/users/{id}/identities"), &identity)
        .await
        .expect(201);
    let grant = json!({"grant_type": "client_credentials", "client_id": zd_sandbox::CLIENT_ID,
        "client_secret": zd_sandbox::CLIENT_SECRET});
    client.tell("clock", &json!({"scale": 60})).await;
    client.post("/oauth/tokens", &grant).await.expect(200);
    client
        .tell("settings", &json!({"job_time": "polls:2"}))
        .await;
    let queued = client
        .bulk(json!([{"name": "P", "external_id": "p"}]))
        .await;
    client.tell("settings", &json!({"job_time": "0"})).await;
    client.job(queued).await;
    client.get("/api/v2/job_statuses").await.expect(200);
    client
        .upsert(json!({"name": "P", "external_id": "p"}))
        .await
        .expect(200);
    client.tell("snapshots/beginning", &json!({})).await;
    client.delete("/__zd/snapshots/beginning").await.expect(200);
    client.sandbox.reset();
    client
        .bulk_done(json!([{"name": "B", "external_id": "b"}]))
        .await;
    client.tell("clock", &json!({"advance": "1m"})).await;
    drop(client);
    let client = in_process(
        &lasting()
            .bulk_import(false)
            .job_time(JobTime::Hand)
            .time_scale(7)
            .open(dir.path())
            .unwrap(),
    );
    let applied = client.sandbox.applied();
    assert_eq!(applied.keys.keys().collect::<Vec<_>>(), ["ext:b"]);
    client.bulk(json!([{"name": "C"}])).await.expect(403);
    drop(client);
    // An option that cannot be written down is refused, and leaves the directory as it was.
    let error = failure(lasting().workers(5000), dir.path());
    assert!(error.to_string().contains("from 1 to 1000"), "{error}");
    open(dir.path());
}

/// The seed and the people are the directory's own, unless somebody asks for others.
#[tokio::test]
async fn a_directory_brings_its_own_seed() {
    let dir = tempfile::tempdir().unwrap();
    drop(lasting().seed(7).open(dir.path()).unwrap());
    let sandbox = Sandbox::builder().open(dir.path()).unwrap();
    assert_eq!(sandbox.seed(), 7);
    assert_eq!(
        in_process(&sandbox).inside("state").await["users"]["active"],
        22
    );
}
