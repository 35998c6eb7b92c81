//! Answers that single operations read in a way of their own, and calls beside those of the table.

use zd_model::{EntryVerdict, IdentityType, UserId};
use zd_transport::ScriptedTransport;
use zd_users::endpoints::{
    Include, ListEndUserIdentities, ListGroupUsers, ListIdentities, ListOrganizationUsers,
    ShowUser, UploadPhoto,
};
use zd_users::{Error, ErrorKind};

use super::over;

fn answering(status: u16, body: &str) -> (zd_users::Client, ScriptedTransport) {
    let script = ScriptedTransport::new().json(status, body);
    (over(&script), script)
}

fn line(script: &ScriptedTransport) -> String {
    let request = &script.requests()[0];
    format!(
        "{} {}",
        request.method(),
        request.uri().path_and_query().unwrap()
    )
}

/// Rule 16.1: credentials that were not accepted are answered with 200 and nobody.
#[tokio::test]
async fn nobody_is_not_the_caller() {
    let body = r#"{"user": {"id": null, "name": "Anonymous user", "email": "invalid@example.com", "role": "end-user"}}"#;
    let (client, _script) = answering(200, body);
    let error = client.users().me().await.unwrap_err();
    assert!(matches!(error, Error::Anonymous { .. }));
    assert_eq!(error.kind(), ErrorKind::Credentials);
    assert_eq!(error.operation(), "users.me");
}

/// Rules 16.2 and 16.3: a completed job has failed entries, and one of these has its place in the list for an id.
#[tokio::test]
async fn a_completed_job_tells_of_its_failed_entries() {
    let (client, _script) = answering(
        200,
        r#"{"job_status": {"id": "V3-0", "status": "completed", "total": 2, "progress": 2, "results": [
            {"id": 7, "action": "create", "status": "Created", "success": true},
            {"id": 1, "index": 1, "error": "UserCreateError", "details": "Email: x is not properly formatted"}]}}"#,
    );
    let job = client.jobs().get(&"V3-0".into()).await.unwrap();
    let verdicts: Vec<_> = job
        .results
        .entries()
        .unwrap()
        .iter()
        .map(|entry| matches!(entry.verdict(), EntryVerdict::Failed { .. }))
        .collect();
    assert_eq!(verdicts, [false, true]);
}

/// Rule 16.18: a job that was just queued may be not found for a moment; a single call says so, and waiting overcomes it.
#[tokio::test]
async fn a_new_job_may_be_not_found() {
    let (client, _script) = answering(
        404,
        r#"{"error": "RecordNotFound", "description": "Not found"}"#,
    );
    let error = client.jobs().get(&"V3-0".into()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

/// Rule 16.21: an account that may not import in bulk refuses to create many, though it updates many.
#[tokio::test]
async fn a_bulk_import_that_the_account_lacks_is_forbidden() {
    let (client, _script) = answering(403, r#"{"error": {"title": "Forbidden", "message": "x"}}"#);
    let user = zd_model::UserInput {
        name: Some("Ann".to_owned()),
        ..zd_model::UserInput::default()
    };
    let error = client.users().create_many(&[user]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Forbidden);
}

#[tokio::test]
async fn entitlements_that_are_not_to_be_had_are_not_found_or_to_be_asked_for_later() {
    let (client, _script) = answering(404, r#"{"error": "RecordNotFound"}"#);
    let error = client
        .users()
        .entitlements(UserId::new(7))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let (client, _script) = answering(503, r#"{"error": "ServiceUnavailable"}"#);
    let error = client
        .users()
        .entitlements(UserId::new(7))
        .await
        .unwrap_err();
    assert!(error.is_retryable());
    assert_eq!(error.api().unwrap().code(), Some("ServiceUnavailable"));
}

#[tokio::test]
async fn a_photo_is_a_form() {
    let (client, script) = answering(200, r#"{"user": {"id": 7}}"#);
    let photo = UploadPhoto::new(UserId::new(7), "an\"n.png", "image/png", &b"\x89PNG"[..]);
    client.users().upload_photo(&photo).await.unwrap();
    assert_eq!(line(&script), "PUT /api/v2/users/7");
    let request = &script.requests()[0];
    assert_eq!(
        request.headers()["content-type"],
        "multipart/form-data; boundary=zd-photo-0"
    );
    let expected = b"--zd-photo-0\r\nContent-Disposition: form-data; name=\"user[photo][uploaded_data]\"; filename=\"an%22n.png\"\r\nContent-Type: image/png\r\n\r\n\x89PNG\r\n--zd-photo-0--\r\n";
    assert_eq!(request.body().as_ref(), expected);
}

#[tokio::test]
async fn a_user_brings_what_was_asked_to_come_along() {
    let (client, script) = answering(
        200,
        r#"{"user": {"id": 7}, "identities": [{"id": 8}], "groups": []}"#,
    );
    let call = ShowUser::new(UserId::new(7))
        .include(Include::Identities)
        .include(Include::Groups);
    let envelope = client.execute(&call).await.unwrap();
    assert_eq!(envelope.identities.value().unwrap().len(), 1);
    assert_eq!(
        line(&script),
        "GET /api/v2/users/7?include=identities%2Cgroups"
    );
}

#[tokio::test]
async fn lists_take_the_filters_that_their_short_methods_lack() {
    let users = r#"{"users": []}"#;
    let (client, script) = answering(200, users);
    let call = ListOrganizationUsers::new(zd_model::OrganizationId::new(5))
        .role(zd_model::Role::EndUser)
        .sort("name", true);
    client.pager(call).page().await.unwrap();
    assert_eq!(
        line(&script),
        "GET /api/v2/organizations/5/users?role=end-user&sort_by=name&sort_order=desc&page%5Bsize%5D=100"
    );
    let (client, script) = answering(200, users);
    let call = ListGroupUsers::new(zd_model::GroupId::new(3)).include(Include::Organizations);
    client.pager(call).page().await.unwrap();
    assert_eq!(
        line(&script),
        "GET /api/v2/groups/3/users?include=organizations&page%5Bsize%5D=100"
    );
    let identities = r#"{"identities": []}"#;
    let (client, script) = answering(200, identities);
    let call = ListIdentities::new(UserId::new(7))
        .of_type(IdentityType::Email)
        .of_type(IdentityType::PhoneNumber);
    client.pager(call).page().await.unwrap();
    assert_eq!(
        line(&script),
        "GET /api/v2/users/7/identities?type%5B%5D=email&type%5B%5D=phone_number&page%5Bsize%5D=100"
    );
    let (client, script) = answering(200, identities);
    let call = ListEndUserIdentities::new(UserId::new(7)).of_type(IdentityType::Email);
    client.pager(call).page().await.unwrap();
    assert_eq!(
        line(&script),
        "GET /api/v2/end_users/7/identities?type%5B%5D=email&page%5Bsize%5D=100"
    );
}

/// Rule 16.13: ids say nothing about the order in which users were made, and a list is given as it comes.
#[tokio::test]
async fn a_list_keeps_the_order_in_which_it_came() {
    let (client, _script) = answering(
        200,
        r#"{"users": [{"id": 9}, {"id": 2}, {"id": 18446744073709551615}]}"#,
    );
    let page = client
        .users()
        .search(zd_users::endpoints::SearchUsers::by_query("x"))
        .page()
        .await
        .unwrap();
    let ids: Vec<_> = page.users.iter().map(|user| user.id.get()).collect();
    assert_eq!(ids, [9, 2, u64::MAX]);
}

/// Rule 16.15: a date among the custom fields has a time and an offset, and is kept as it came.
#[tokio::test]
async fn a_custom_date_is_kept_as_it_came() {
    let body = r#"{"user": {"id": 7, "user_fields": {"since": "2020-08-19T00:00:00+00:00", "seats": 3039}}}"#;
    let (client, _script) = answering(200, body);
    let user = client.users().get(UserId::new(7)).await.unwrap();
    let fields = user.user_fields.value().unwrap();
    assert_eq!(fields["since"], "2020-08-19T00:00:00+00:00");
    assert_eq!(fields["seats"], 3039);
}

/// Rule 16.19: a null id in one entry has the whole call refused, so none is ever written.
#[tokio::test]
async fn a_user_without_an_id_has_none_in_a_bulk_call() {
    let (client, script) = answering(200, r#"{"job_status": {"id": "V3-0", "status": "queued"}}"#);
    let user = zd_model::UserInput {
        name: Some("Ann".to_owned()),
        id: None,
        ..zd_model::UserInput::default()
    };
    client.users().create_many(&[user]).await.unwrap();
    let sent = &script.requests()[0];
    assert_eq!(sent.body(), r#"{"users":[{"name":"Ann"}]}"#);
    let read: Result<zd_model::UserInput, _> =
        serde_json::from_str(r#"{"id": null, "name": "Ann"}"#);
    assert!(read.is_err(), "nor is one read");
}

/// Rule 16.22: addresses in answers end in `.json` or do not; the client's own never do, and it sends either.
#[tokio::test]
async fn an_address_may_end_in_json() {
    for address in [
        "https://acme.zendesk.com/api/v2/users.json?page=2",
        "/api/v2/users?page=2",
    ] {
        let (client, script) = answering(200, "{}");
        let request = http::Request::get(address)
            .body(bytes::Bytes::new())
            .unwrap();
        client.send(request).await.unwrap();
        assert!(line(&script).ends_with(address.trim_start_matches("https://acme.zendesk.com")));
    }
    let operations = zd_model::operation::ALL;
    assert!(
        operations
            .iter()
            .all(|operation| !operation.path.contains(".json"))
    );
}
