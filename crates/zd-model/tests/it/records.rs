//! What the records say, read from the fixtures.

use zd_model::{
    BrandAgent, BrandAgentEnvelope, CurrentUser, CustomFieldOptionEnvelope, DeletedUserEnvelope,
    DeliverableState, EntitlementsEnvelope, EntryVerdict, ErrorBody, ErrorItem,
    GroupMembershipEnvelope, GroupsPage, IdentityEnvelope, IdentityType, JobId, JobResults,
    JobState, JobStatusEnvelope, JobStatusesPage, MeEnvelope, Nullable, OAuthClientsPage,
    OrganizationEnvelope, OrganizationMembershipEnvelope, RenewedSession, Role, SeparationScope,
    SessionEnvelope, UserEnvelope, UserField, UserFieldEnvelope, UserFieldType, UserFieldsPage,
    UserId, UserRelatedEnvelope, UserSettingsEnvelope, UsersByCursorPage, UsersByTimePage,
    UsersPage,
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

/// Rule 16.1.
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

/// Rule 16.6.
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

/// Rules 16.2 to 16.4.
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

/// Every field of the vendor's document has a name of its own in these records.
#[test]
fn nothing_documented_is_left_over_in_the_records_about_people() {
    let whole = read::<UserEnvelope>("user/sideloaded");
    assert!(whole.extra.is_empty(), "{:?}", whole.extra);
    assert!(whole.roles.value().unwrap()[0].extra.is_empty());
    assert!(whole.abilities.value().unwrap()[0].extra.is_empty());
    let empty = [
        read::<DeletedUserEnvelope>("deleted_user/soft")
            .deleted_user
            .extra,
        read::<CustomFieldOptionEnvelope>("custom_field_option/full")
            .custom_field_option
            .extra,
        read::<GroupsPage>("groups_page/full").groups[0]
            .extra
            .clone(),
        read::<GroupMembershipEnvelope>("group_membership/full")
            .group_membership
            .extra,
        read::<OrganizationMembershipEnvelope>("organization_membership/full")
            .organization_membership
            .extra,
        read::<SessionEnvelope>("session/full").session.extra,
        read::<OAuthClientsPage>("oauth_clients_page/one").clients[0]
            .extra
            .clone(),
        read::<BrandAgentEnvelope>("brand_agent/text_id")
            .brand_agent
            .extra,
        read::<UserRelatedEnvelope>("user_related/full")
            .user_related
            .extra,
        read::<EntitlementsEnvelope>("entitlements/full")
            .entitlements
            .extra,
    ];
    assert!(empty.iter().all(serde_json::Map::is_empty), "{empty:?}");
    let settings = read::<UserSettingsEnvelope>("user_settings/full").settings;
    assert!(settings.extra.is_empty() && settings.lotus.value().unwrap().extra.is_empty());
}

#[test]
fn secrets_of_sessions_and_clients_are_not_shown() {
    let renewed: RenewedSession = read("renewed_session/token");
    let clients: OAuthClientsPage = read("oauth_clients_page/one");
    let shown = format!("{renewed:?} {clients:?}");
    assert!(!shown.contains("made-up"), "{shown}");
}

/// The vendor's document shows an array where there is one session.
#[test]
fn a_session_is_read_alone_and_from_an_array() {
    let check = |text: &str, expected: Option<u64>| {
        let read = serde_json::from_str::<SessionEnvelope>(text);
        assert_eq!(
            read.ok().map(|read| read.session.id.get()),
            expected,
            "{text}"
        );
    };
    check(r#"{"session": {"id": 7}}"#, Some(7));
    check(r#"{"session": [{"id": 8}]}"#, Some(8));
    check(r#"{"session": []}"#, None);
    check(r#"{"session": null}"#, None);
    check(r#"{"sessions": [{"id": 8}]}"#, None);
}

#[test]
fn a_brand_agent_may_have_a_number_or_a_text_as_its_id() {
    for (text, expected) in [
        (r#"{"id": 7}"#, Some("7")),
        (r#"{"id": "a-7"}"#, Some("a-7")),
        (r#"{"id": null}"#, None),
    ] {
        let read = serde_json::from_str::<BrandAgent>(text).ok();
        assert_eq!(
            read.as_ref().map(|read| read.id.as_str()),
            expected,
            "{text}"
        );
    }
}

/// `end_of_stream` ends an export, whatever the length of its pages.
#[test]
fn exports_end_where_they_say() {
    use zd_model::Page as _;
    let by_time = |case: &str| read::<UsersByTimePage>(&format!("users_by_time_page/{case}"));
    assert!(!by_time("last").has_more() && !by_time("empty").has_more());
    let more: UsersByCursorPage = read("users_by_cursor_page/more");
    assert!(more.has_more());
    assert_eq!(more.after_cursor(), Some("MTc2"));
    let silent: UsersByCursorPage =
        serde_json::from_str(r#"{"users": [], "after_cursor": null}"#).unwrap();
    assert!(
        silent.has_more(),
        "what says nothing of an end has not ended"
    );
}
