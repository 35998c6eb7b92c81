//! Each call's request, byte for byte, and each shape of its answer.

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::json;
use zd_model::{
    ExternalId, IdentityInput, IdentityType, JobId, JobResults, JobState, JobStatusesPage,
    Nullable, OrganizationInput, Role, UserId, UserInput, UsersPage,
};
use zd_transport::{Attempts, Resend};

use super::*;
use crate::{Endpoint, Error, Paged, PagingError, RequestError, Upserted};

/// Method, path and query, headers and body of a call's request.
fn wire(endpoint: &impl Endpoint) -> String {
    let request = endpoint.build().unwrap();
    let mut text = format!("{} {}\n", request.method(), request.uri());
    for (name, value) in request.headers() {
        text += &format!("{name}: {}\n", value.to_str().unwrap());
    }
    text + "\n" + std::str::from_utf8(request.body()).unwrap()
}

fn check_get(endpoint: &impl Endpoint, path_and_query: &str) {
    assert_eq!(
        wire(endpoint),
        format!("GET {path_and_query}\naccept: application/json\n\n")
    );
}

fn check_refused(endpoint: &impl Endpoint, expected: &str) {
    assert_eq!(endpoint.build().unwrap_err().to_string(), expected);
}

fn answer(status: u16, body: impl ToString) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body.to_string()));
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    response
}

#[test]
fn an_upsert_sends_the_user_as_it_is() {
    let user = UserInput {
        external_id: "007".into(),
        name: Some("Zoë \"Z\" Müller".to_owned()),
        email: Some("zoe+x@example.com".to_owned()),
        role: Some(Role::EndUser),
        phone: Nullable::Null,
        organization: Nullable::Value(OrganizationInput::new("Alder & Sons")),
        identities: Some(vec![IdentityInput::new(
            IdentityType::Google,
            "z@g.example",
        )]),
        skip_verify_email: Nullable::Value(true),
        user_fields: Nullable::Value(
            serde_json::from_str(
                r#"{"seats": 12345678901234567890, "discount": 3.10, "gone": null}"#,
            )
            .unwrap(),
        ),
        ..UserInput::default()
    };
    let request = CreateOrUpdate::new(&user).build().unwrap();
    assert_eq!(
        wire(&CreateOrUpdate::new(&user))
            .split_once("\n\n")
            .unwrap()
            .0,
        "POST /api/v2/users/create_or_update\naccept: application/json\ncontent-type: application/json\naccept-encoding: identity"
    );
    let body: serde_json::Value = serde_json::from_slice(request.body()).unwrap();
    let expected: serde_json::Value = serde_json::from_str(
        r#"{"user": {
            "external_id": "007", "email": "zoe+x@example.com", "name": "Zoë \"Z\" Müller", "role": "end-user",
            "phone": null, "organization": {"name": "Alder & Sons"},
            "user_fields": {"seats": 12345678901234567890, "discount": 3.10, "gone": null},
            "identities": [{"type": "google", "value": "z@g.example"}], "skip_verify_email": true
        }}"#,
    )
    .unwrap();
    assert_eq!(body, expected);
    assert!(
        std::str::from_utf8(request.body())
            .unwrap()
            .contains("12345678901234567890,\"discount\":3.10"),
        "numbers keep their digits"
    );
}

#[test]
fn an_upsert_is_resent_only_if_asked_and_keyed() {
    let keyed = UserInput {
        email: Some("a@example.com".to_owned()),
        ..UserInput::default()
    };
    let resend = |endpoint: CreateOrUpdate<'_>| {
        let request = endpoint.build().unwrap();
        *request.extensions().get::<Resend>().unwrap()
    };
    assert_eq!(resend(CreateOrUpdate::new(&keyed)), Resend::Never);
    assert_eq!(
        resend(CreateOrUpdate::new(&keyed).resend(Resend::Keyed)),
        Resend::Keyed
    );
    let keyless = UserInput {
        name: Some("Ann".to_owned()),
        ..UserInput::default()
    };
    assert!(CreateOrUpdate::new(&keyless).build().is_ok());
    check_refused(
        &CreateOrUpdate::new(&keyless).resend(Resend::Keyed),
        "a user without external id and e-mail address must not be sent twice",
    );
}

#[test]
fn the_status_tells_created_from_updated_unless_it_was_sent_twice() {
    let user = UserInput::default();
    let check = |status: u16, attempts: Option<Attempts>, expected: fn(&Upserted) -> bool| {
        let mut response = answer(status, json!({"user": {"id": 35436, "name": "Ann"}}));
        if let Some(attempts) = attempts {
            response.extensions_mut().insert(attempts);
        }
        let upserted = CreateOrUpdate::new(&user).parse(response).unwrap();
        assert!(expected(&upserted), "{status} {attempts:?}: {upserted:?}");
        assert_eq!(upserted.record().id, UserId::new(35436));
        assert_eq!(upserted.into_record().name.as_deref(), Some("Ann"));
    };
    let created = |upserted: &Upserted| matches!(upserted, Upserted::Created(_));
    let updated = |upserted: &Upserted| matches!(upserted, Upserted::Updated(_));
    let unknown = |upserted: &Upserted| matches!(upserted, Upserted::Unknown(_));
    check(201, None, created);
    check(200, None, updated);
    check(202, None, unknown);
    check(201, Some(Attempts::new(3, false)), created);
    check(200, Some(Attempts::new(2, false)), updated);
    check(201, Some(Attempts::new(2, true)), unknown);
    check(200, Some(Attempts::new(2, true)), unknown);
}

#[test]
fn a_bulk_upsert_takes_one_to_a_hundred() {
    let user = UserInput {
        external_id: "1".into(),
        ..UserInput::default()
    };
    assert_eq!(
        wire(&CreateOrUpdateMany::new(&[user.clone(), user.clone()])),
        "POST /api/v2/users/create_or_update_many\naccept: application/json\n\
         content-type: application/json\n\n{\"users\":[{\"external_id\":\"1\"},{\"external_id\":\"1\"}]}"
    );
    assert!(
        CreateOrUpdateMany::new(&vec![user.clone(); 100])
            .build()
            .is_ok()
    );
    check_refused(&CreateOrUpdateMany::new(&[]), "no users given");
    check_refused(
        &CreateOrUpdateMany::new(&vec![user; 101]),
        "at most 100 users at once, not 101",
    );
}

#[test]
fn a_bulk_upsert_answers_with_its_job() {
    let job = json!({"job_status": {"id": "V3-0a", "job_type": "Bulk Create User", "url": "https://acme.zendesk.com/x",
        "total": 2, "progress": null, "status": "queued", "message": null, "results": null}});
    let job = CreateOrUpdateMany::new(&[])
        .parse(answer(200, job))
        .unwrap();
    assert_eq!(job.id, JobId::new("V3-0a"));
    assert_eq!(job.status, JobState::Queued);
    assert_eq!(job.results, JobResults::Null);
}

#[test]
fn one_user_is_asked_for_by_number() {
    check_get(&ShowUser::new(UserId::new(35436)), "/api/v2/users/35436");
    let shown = ShowUser::new(UserId::new(1))
        .parse(answer(200, json!({"user": {"id": 1, "active": false}})))
        .unwrap();
    assert_eq!(shown.user.active, Nullable::Value(false));
}

#[test]
fn the_caller_is_somebody_or_anonymous() {
    check_get(&Me::new(), "/api/v2/users/me");
    let me = |body| Me::new().parse(answer(200, body));
    assert_eq!(
        me(json!({"user": {"id": 9, "name": "Admin"}})).unwrap().id,
        UserId::new(9)
    );
    for body in [
        json!({"user": {"id": null, "name": "Anonymous user"}}),
        json!({"user": {"name": "Anonymous user"}}),
    ] {
        assert!(matches!(me(body).unwrap_err(), Error::Anonymous { .. }));
    }
}

#[test]
fn many_users_are_asked_for_by_ids_or_external_ids() {
    check_get(
        &ShowManyUsers::by_ids(&[UserId::new(1), UserId::new(23)]),
        "/api/v2/users/show_many?ids=1%2C23",
    );
    let ids = ["a b", "0007", "ü&=", "x+y@z", "EMP/1"].map(ExternalId::from);
    check_get(
        &ShowManyUsers::by_external_ids(&ids),
        "/api/v2/users/show_many?external_ids=a+b%2C0007%2C%C3%BC%26%3D%2Cx%2By%40z%2CEMP%2F1",
    );
    check_get(
        &ShowManyUsers::by_ids(&[UserId::new(1)])
            .include(Include::Identities)
            .include(Include::Organizations)
            .include(Include::Identities)
            .include_deleted(),
        "/api/v2/users/show_many?ids=1&include=identities%2Corganizations&include_deleted=true",
    );
}

#[test]
fn external_ids_that_a_list_cannot_hold_are_refused() {
    let by = |ids: &[&str]| {
        let ids: Vec<_> = ids.iter().map(|&id| ExternalId::from(id)).collect();
        ShowManyUsers::by_external_ids(&ids)
    };
    check_refused(&by(&[]), "no external ids given");
    check_refused(
        &by(&["1"; 101]),
        "at most 100 external ids at once, not 101",
    );
    for bad in ["a,b", "", " "] {
        check_refused(
            &by(&["1", bad]),
            "number 2 of the external ids is empty or has a comma in it, which a list cannot hold",
        );
    }
    check_refused(&ShowManyUsers::by_ids(&[]), "no user ids given");
    assert!(by(&["1"; 100]).build().is_ok());
}

#[test]
fn a_path_over_6_kib_is_refused_with_its_length() {
    let head = "/api/v2/users/show_many?external_ids=".len();
    let fits = ExternalId::new("x".repeat(6144 - head));
    assert!(ShowManyUsers::by_external_ids(&[fits]).build().is_ok());
    let long = ExternalId::new("x".repeat(6145 - head));
    check_refused(
        &ShowManyUsers::by_external_ids(&[long]),
        "path and query are 6145 bytes long, more than 6144: ask for fewer at once",
    );
    let wide = vec![ExternalId::new("é".repeat(100)); 11];
    assert!(matches!(
        ShowManyUsers::by_external_ids(&wide).build(),
        Err(RequestError::TooLong { .. })
    ));
    assert!(SearchUsers::by_query("x".repeat(7000)).build().is_err());
}

#[test]
fn a_page_of_users_brings_its_sideloads() {
    let body = json!({
        "users": [{"id": 2, "name": "B"}, {"id": 1, "name": "A"}],
        "organizations": [{"id": 5, "name": "Alder & Sons"}],
        "identities": [{"id": 8, "user_id": 2, "type": "email", "value": "b@example.com"}],
        "next_page": null, "previous_page": null, "count": 2
    });
    let page = ShowManyUsers::by_ids(&[UserId::new(1)])
        .parse(answer(200, body))
        .unwrap();
    assert_eq!(page.users.len(), 2);
    assert_eq!(
        page.organizations.value().unwrap()[0].name.as_deref(),
        Some("Alder & Sons")
    );
    assert_eq!(
        page.identities.value().unwrap()[0].user_id,
        Nullable::Value(UserId::new(2))
    );
}

#[test]
fn a_search_goes_by_external_id_or_by_query() {
    check_get(
        &SearchUsers::by_external_id(&"a,b c".into()),
        "/api/v2/users/search?external_id=a%2Cb+c",
    );
    check_get(
        &SearchUsers::by_query(SearchQuery::email("ann+x@example.com")),
        "/api/v2/users/search?query=email%3A%22ann%2Bx%40example.com%22",
    );
    check_get(
        &SearchUsers::by_query("role:agent").page(3),
        "/api/v2/users/search?query=role%3Aagent&page=3",
    );
    check_get(
        &SearchUsers::by_query("role:agent").page(1),
        "/api/v2/users/search?query=role%3Aagent",
    );
}

#[test]
fn a_search_for_nothing_or_beyond_the_last_page_is_refused() {
    check_refused(&SearchUsers::by_query(""), "no search text given");
    check_refused(
        &SearchUsers::by_external_id(&" ".into()),
        "no search text given",
    );
    for page in [0, 101] {
        check_refused(
            &SearchUsers::by_query("x").page(page),
            &format!("pages are numbered from 1 to 100, so there is no page {page}"),
        );
    }
}

#[test]
fn a_walk_through_a_search_ends() {
    let page = |users: usize, next: Option<&str>| -> UsersPage {
        let users: Vec<_> = (1..=users).map(|id| json!({"id": id})).collect();
        serde_json::from_value(json!({"users": users, "next_page": next})).unwrap()
    };
    let search = SearchUsers::by_query("x");
    let second = search
        .following(&page(1, Some("https://…")))
        .unwrap()
        .unwrap();
    check_get(&second, "/api/v2/users/search?query=x&page=2");
    assert!(search.following(&page(1, None)).unwrap().is_none());
    assert!(
        search
            .following(&page(0, Some("https://…")))
            .unwrap()
            .is_none()
    );
    let last = search.page(100);
    assert_eq!(
        last.following(&page(1, Some("https://…"))).unwrap_err(),
        PagingError::TooDeep { max: 10_000 }
    );
}

#[test]
fn a_job_is_asked_for_by_its_encoded_id() {
    check_get(
        &ShowJob::new("V3-0123456789abcdef".into()),
        "/api/v2/job_statuses/V3-0123456789abcdef",
    );
    check_get(
        &ShowJob::new("../users?x".into()),
        "/api/v2/job_statuses/%2E%2E%2Fusers%3Fx",
    );
    check_refused(&ShowJob::new("".into()), "the job_id is empty");
}

#[test]
fn many_jobs_are_asked_for_at_once() {
    let ids = |ids: &[&str]| ShowManyJobs::new(ids.iter().map(|&id| JobId::from(id)));
    check_get(
        &ids(&["V3-a", "V3-b"]),
        "/api/v2/job_statuses/show_many?ids=V3-a%2CV3-b",
    );
    check_refused(&ids(&[]), "no job ids given");
    check_refused(&ids(&["x"; 101]), "at most 100 job ids at once, not 101");
    check_refused(
        &ids(&["a,b"]),
        "number 1 of the job ids is empty or has a comma in it, which a list cannot hold",
    );
    let jobs = ids(&["a"])
        .parse(answer(
            200,
            json!({"job_statuses": [{"id": "a", "status": "working", "progress": 3}]}),
        ))
        .unwrap();
    assert_eq!(jobs[0].progress, Nullable::Value(3));
}

#[test]
fn a_walk_through_the_jobs_ends_when_there_are_no_more() {
    let page = |more: serde_json::Value, cursor: Option<&str>| -> JobStatusesPage {
        serde_json::from_value(json!({
            "job_statuses": [],
            "meta": {"has_more": more, "after_cursor": cursor, "before_cursor": null},
            "links": {"prev": null, "next": "https://acme.zendesk.com/set-on-the-last-page-too"}
        }))
        .unwrap()
    };
    let first = ListJobs::new();
    check_get(&first, "/api/v2/job_statuses?page%5Bsize%5D=100");
    let second = first
        .following(&page(json!(true), Some("ab==")))
        .unwrap()
        .unwrap();
    check_get(
        &second,
        "/api/v2/job_statuses?page%5Bsize%5D=100&page%5Bafter%5D=ab%3D%3D",
    );
    let ends = |page: &JobStatusesPage| first.following(page).unwrap().is_none();
    assert!(ends(&page(json!(false), Some("ab=="))));
    assert!(ends(&page(json!(null), Some("ab=="))));
    assert_eq!(
        first.following(&page(json!(true), None)).unwrap_err(),
        PagingError::NoCursor
    );
    assert_eq!(
        second
            .following(&page(json!(true), Some("ab==")))
            .unwrap_err(),
        PagingError::Unmoving
    );
    let bare: JobStatusesPage = serde_json::from_value(json!({"job_statuses": []})).unwrap();
    assert!(ends(&bare));
}

#[test]
fn every_call_is_in_the_table_with_its_method_and_path() {
    let user = UserInput {
        external_id: "1".into(),
        ..UserInput::default()
    };
    let users = [user.clone()];
    fn check(endpoint: &impl Endpoint) {
        let operation = endpoint.operation();
        assert!(zd_model::operation::ALL.contains(operation));
        let request = endpoint.build().unwrap();
        assert_eq!(request.method().as_str(), operation.method.as_str());
        let template: Vec<_> = operation.path.split('/').collect();
        let path: Vec<_> = request.uri().path().split('/').collect();
        assert_eq!(template.len(), path.len(), "{}", operation.name);
        for (expected, part) in template.iter().zip(path) {
            assert!(
                expected.starts_with('{') || *expected == part,
                "{}",
                operation.name
            );
        }
        assert!(request.uri().authority().is_none(), "origin form");
    }
    check(&CreateOrUpdate::new(&user));
    check(&CreateOrUpdateMany::new(&users));
    check(&ShowUser::new(UserId::new(1)));
    check(&ShowManyUsers::by_ids(&[UserId::new(1)]));
    check(&SearchUsers::by_query("x"));
    check(&Me::new());
    check(&ShowJob::new("x".into()));
    check(&ShowManyJobs::new(["x".into()]));
    check(&ListJobs::new());
}
