//! What the records say, read from the fixtures.

use zd_model::{
    CurrentUser, DeliverableState, EntryVerdict, ErrorBody, ErrorItem, IdentityEnvelope,
    IdentityType, JobId, JobResults, JobState, JobStatusEnvelope, JobStatusesPage, MeEnvelope,
    Nullable, OrganizationEnvelope, Role, SeparationScope, UserEnvelope, UserField,
    UserFieldEnvelope, UserFieldType, UserFieldsPage, UserId, UsersPage,
};

use crate::fixtures::read;

#[test]
fn no_documented_field_is_left_to_chance() {
    for case in ["full", "new_end_user", "for_end_user", "deleted"] {
        let read: UserEnvelope = read(&format!("user/{case}"));
        assert!(read.extra.is_empty(), "{case}: {:?}", read.extra);
        assert!(read.user.extra.is_empty(), "{case}: {:?}", read.user.extra);
    }
    let user = read::<UserEnvelope>("user/full").user;
    let photo = user.photo.value().unwrap();
    assert!(photo.extra.is_empty() && photo.height.is_null());
    assert!(photo.thumbnails.value().unwrap()[0].thumbnails.is_absent());
    assert!(
        read::<IdentityEnvelope>("identity/full")
            .identity
            .extra
            .is_empty()
    );
    assert!(
        read::<OrganizationEnvelope>("organization/full")
            .organization
            .extra
            .is_empty()
    );
    assert!(
        read::<UserFieldEnvelope>("user_field/regexp")
            .user_field
            .extra
            .is_empty()
    );
    let fields = read::<UserFieldsPage>("user_fields_page/types").user_fields;
    assert!(
        fields
            .iter()
            .all(|field: &UserField| field.extra.is_empty())
    );
    for case in [
        "queued",
        "upsert_completed",
        "update_completed",
        "tickets_completed",
    ] {
        let job = read::<JobStatusEnvelope>(&format!("job_status/{case}")).job_status;
        assert!(job.extra.is_empty(), "{case}");
        let entries = job.results.entries().unwrap_or_default();
        assert!(entries.iter().all(|entry| entry.extra.is_empty()), "{case}");
    }
    assert!(
        read::<ErrorBody>("error/list")
            .items()
            .iter()
            .all(|item: &ErrorItem| item.extra.is_empty())
    );
}

#[test]
fn what_nobody_has_seen_survives_by_name() {
    let read_user: UserEnvelope = read("user/future");
    assert_eq!(
        read_user.user.role,
        Nullable::Value(Role::Unknown("wizard".to_owned()))
    );
    assert_eq!(read_user.user.extra["shoe_size"].to_string(), "3.10");
    assert_eq!(read_user.extra["sideload"][0]["a"], 1);
    let separation = read_user.user.separation.value().unwrap();
    assert_eq!(
        separation.scope,
        Nullable::Value(SeparationScope::Unknown("region".to_owned()))
    );
    let identity = read::<IdentityEnvelope>("identity/future").identity;
    assert_eq!(
        identity.r#type,
        Nullable::Value(IdentityType::Unknown("telepathy".to_owned()))
    );
    assert_eq!(
        identity.deliverable_state,
        Nullable::Value(DeliverableState::Unknown("maybe".to_owned()))
    );
    let field = read::<UserFieldEnvelope>("user_field/future").user_field;
    assert_eq!(
        field.r#type,
        Nullable::Value(UserFieldType::Unknown("colour".to_owned()))
    );
    let job = read::<JobStatusEnvelope>("job_status/future").job_status;
    assert_eq!(job.status, JobState::Unknown("paused".to_owned()));
    assert!(!job.status.is_ended());
}

#[test]
fn an_anonymous_caller_is_nobody() {
    let me: MeEnvelope = read("me/anonymous");
    assert!(matches!(me.user, CurrentUser::Anonymous(_)), "{me:?}");
    let me: MeEnvelope = read("me/admin");
    let CurrentUser::User(admin) = me.user else {
        panic!("{me:?}");
    };
    assert_eq!(admin.role, Nullable::Value(Role::Admin));
    let shown = format!("{admin:?}");
    assert!(!shown.contains("made-up-token"), "{shown}");
    assert_eq!(
        admin.authenticity_token.value().unwrap().expose(),
        "made-up-token"
    );
}

#[test]
fn paging_ends_where_the_server_says() {
    let next = |case: &str| {
        read::<UsersPage>(&format!("users_page/{case}"))
            .next_url()
            .map(str::to_owned)
    };
    let cursor = "https://acme.zendesk.test/api/v2/users.json?page%5Bafter%5D=bWFkZQ%3D%3D";
    assert_eq!(
        next("offset").as_deref(),
        Some("https://acme.zendesk.test/api/v2/users.json?page=2")
    );
    assert_eq!(next("cursor").as_deref(), Some(cursor));
    for last in ["offset_last", "cursor_last", "cursor_empty", "sideloaded"] {
        assert_eq!(next(last), None, "{last}");
    }
    assert_eq!(
        read::<JobStatusesPage>("job_statuses_page/cursor").next_url(),
        None
    );
}

#[test]
fn jobs_in_every_phase() {
    let job = |case: &str| read::<JobStatusEnvelope>(&format!("job_status/{case}")).job_status;
    for (case, state, ended, results) in [
        ("queued", JobState::Queued, false, JobResults::Null),
        ("working", JobState::Working, false, JobResults::Null),
        ("killed", JobState::Killed, true, JobResults::Null),
        (
            "failed",
            JobState::Failed,
            true,
            JobResults::Entries(Vec::new()),
        ),
        (
            "completed_without_results",
            JobState::Completed,
            true,
            JobResults::Null,
        ),
        ("bare", JobState::Working, false, JobResults::Absent),
    ] {
        let job = job(case);
        assert_eq!(job.status, state, "{case}");
        assert_eq!(job.status.is_ended(), ended, "{case}");
        assert_eq!(job.results, results, "{case}");
    }
    for case in ["single_deletion", "strange_entries"] {
        let results = job(case).results;
        assert!(
            matches!(results, JobResults::Other(_)),
            "{case}: {results:?}"
        );
        assert_eq!(results.entries(), None);
    }
}

#[test]
fn entries_say_what_became_of_each_row() {
    let verdicts = |case: &str| {
        let job = read::<JobStatusEnvelope>(&format!("job_status/{case}")).job_status;
        job.results
            .entries()
            .unwrap()
            .iter()
            .map(zd_model::JobResult::verdict)
            .collect::<Vec<_>>()
    };
    let user = |number| Some(UserId::new(number));
    let failed = |code: &str, details: &str| EntryVerdict::Failed {
        code: Some(code.to_owned()),
        details: Some(details.to_owned()),
    };
    assert_eq!(
        verdicts("upsert_completed"),
        [
            EntryVerdict::Created(user(9_000_000_000_101)),
            EntryVerdict::Updated(user(9_000_000_000_102)),
            failed(
                "UserUpdateError",
                "Name: Email: zoe@ is not properly formatted"
            ),
            failed("UserCreateFailed", "Email:  zoe@ is not properly formatted"),
        ]
    );
    assert_eq!(
        verdicts("update_completed"),
        [
            EntryVerdict::Updated(user(9_000_000_000_101)),
            failed("RecordInvalid", "Name: is too short"),
        ]
    );
    assert_eq!(
        verdicts("tickets_completed"),
        [
            EntryVerdict::Succeeded(user(55)),
            failed("UpdateConflict", "Safe update timestamp prevented it"),
            EntryVerdict::Deleted(user(57)),
        ]
    );
    assert_eq!(
        verdicts("misfits"),
        [
            EntryVerdict::Created(user(9_000_000_000_101)),
            failed(r#"{"code":7}"#, r#"["a",{"b":1.0}]"#),
            EntryVerdict::Unclear,
        ]
    );
    assert_eq!(verdicts("future"), [EntryVerdict::Unclear]);
}

#[test]
fn ids_read_as_numbers_or_digits_and_nothing_else() {
    for (text, expected) in [
        ("7", Some(7)),
        (r#""7""#, Some(7)),
        (r#""007""#, Some(7)),
        ("18446744073709551615", Some(u64::MAX)),
        ("18446744073709551616", None),
        ("-1", None),
        ("7.0", None),
        ("7e0", None),
        (r#""""#, None),
        (r#""+7""#, None),
        (r#"" 7""#, None),
        ("null", None),
        ("[7]", None),
        (r#"{"id":7}"#, None),
        ("true", None),
    ] {
        let read = serde_json::from_str::<UserId>(text).ok();
        assert_eq!(read, expected.map(UserId::new), "{text}");
    }
    assert_eq!(serde_json::to_string(&UserId::new(7)).unwrap(), "7");
    let error = serde_json::from_str::<UserId>(r#""zoe@people.example""#).unwrap_err();
    assert!(!error.to_string().contains("zoe"), "{error}");
    let ids = [
        JobId::from("V3-00000000000000000000000000000001"),
        JobId::from("V3-00000000000000000000000000000002"),
    ];
    assert_eq!(
        read::<ErrorBody>("error/too_many_jobs").current_job_ids(),
        ids
    );
}
