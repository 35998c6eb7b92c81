//! Every method: the request it makes, and what it makes of the answer.

use std::sync::Arc;

use zd_model::{JobState, UserId, UserInput};
use zd_transport::ScriptedTransport;
use zd_users::endpoints::{Include, ListJobs, SearchQuery, SearchUsers, ShowManyUsers};
use zd_users::{Client, Paged, Subdomain};

/// A client whose one answer this is, and the requests it gets.
fn answering(body: &str) -> (Client, ScriptedTransport) {
    let script = ScriptedTransport::new().json(200, body);
    let base = Subdomain::new("acme").unwrap().into();
    (
        Client::with_transport(base, Arc::new(script.clone())),
        script,
    )
}

/// The one request: method, path and query, body.
fn sent(script: &ScriptedTransport) -> String {
    let requests = script.requests();
    assert_eq!(requests.len(), 1);
    let request = &requests[0];
    let path = request.uri().path_and_query().unwrap();
    let body = std::str::from_utf8(request.body()).unwrap();
    format!("{} {path} {body}", request.method())
        .trim_end()
        .to_owned()
}

const USERS: &str =
    r#"{"users": [{"id": 7}], "next_page": null, "previous_page": null, "count": 1}"#;
const JOB: &str = r#"{"id": "V3-0", "status": "working", "progress": 53, "total": 100}"#;

#[tokio::test]
async fn create_or_update() {
    let (client, script) = answering(r#"{"user": {"id": 7}}"#);
    let input = UserInput {
        email: Some("ann@example.com".to_owned()),
        ..UserInput::default()
    };
    let upserted = client.users().create_or_update(&input).await.unwrap();
    assert_eq!(upserted.record().id, UserId::new(7));
    assert_eq!(
        sent(&script),
        r#"POST /api/v2/users/create_or_update {"user":{"email":"ann@example.com"}}"#
    );
}

#[tokio::test]
async fn create_or_update_many() {
    let (client, script) = answering(&format!(r#"{{"job_status": {JOB}}}"#));
    let input = UserInput {
        external_id: "1".into(),
        ..UserInput::default()
    };
    let job = client
        .users()
        .create_or_update_many(&[input])
        .await
        .unwrap();
    assert_eq!(job.status, JobState::Working);
    assert_eq!(
        sent(&script),
        r#"POST /api/v2/users/create_or_update_many {"users":[{"external_id":"1"}]}"#
    );
}

#[tokio::test]
async fn get() {
    let (client, script) = answering(r#"{"user": {"id": 7, "shoe_size": 44}}"#);
    let user = client.users().get(UserId::new(7)).await.unwrap();
    assert_eq!(user.extra["shoe_size"], 44);
    assert_eq!(sent(&script), "GET /api/v2/users/7");
}

#[tokio::test]
async fn show_many() {
    let (client, script) = answering(USERS);
    let call = ShowManyUsers::by_external_ids(&["A7".into()]).include(Include::Identities);
    let page = client.users().show_many(&call).await.unwrap();
    assert_eq!(page.users[0].id, UserId::new(7));
    assert_eq!(
        sent(&script),
        "GET /api/v2/users/show_many?external_ids=A7&include=identities"
    );
}

#[tokio::test]
async fn search() {
    let (client, script) = answering(USERS);
    let call = SearchUsers::by_query(SearchQuery::email("ann@example.com"));
    let page = client.users().search(call).page().await.unwrap();
    assert_eq!(page.users.len(), 1);
    assert_eq!(
        sent(&script),
        "GET /api/v2/users/search?query=email%3A%22ann%40example.com%22"
    );
}

#[tokio::test]
async fn me() {
    let (client, script) = answering(r#"{"user": {"id": 7, "role": "admin"}}"#);
    let me = client.users().me().await.unwrap();
    assert_eq!(me.id, UserId::new(7));
    assert_eq!(sent(&script), "GET /api/v2/users/me");
}

#[tokio::test]
async fn job() {
    let (client, script) = answering(&format!(r#"{{"job_status": {JOB}}}"#));
    let job = client.jobs().get(&"V3-0".into()).await.unwrap();
    assert_eq!(job.progress.value(), Some(&53));
    assert_eq!(sent(&script), "GET /api/v2/job_statuses/V3-0");
}

#[tokio::test]
async fn jobs() {
    let (client, script) = answering(&format!(r#"{{"job_statuses": [{JOB}]}}"#));
    let ids = ["V3-0".into(), "V3-1".into()];
    let jobs = client.jobs().show_many(&ids).await.unwrap();
    assert_eq!(jobs.len(), 1);
    assert_eq!(
        sent(&script),
        "GET /api/v2/job_statuses/show_many?ids=V3-0%2CV3-1"
    );
}

#[tokio::test]
async fn job_list() {
    let (client, script) = answering(&format!(
        r#"{{"job_statuses": [{JOB}], "meta": {{"has_more": true, "after_cursor": "c", "before_cursor": "b"}}}}"#
    ));
    let page = client.jobs().list(ListJobs::new()).page().await.unwrap();
    assert_eq!(page.job_statuses.len(), 1);
    assert!(ListJobs::new().following(&page).unwrap().is_some());
    assert_eq!(sent(&script), "GET /api/v2/job_statuses?page%5Bsize%5D=100");
}
