//! What holds for any JSON a server may say.

use proptest::prelude::{Strategy, any, prop, prop_assert, prop_assert_eq, prop_oneof, proptest};
use proptest::sample::select;
use proptest::strategy::Just;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use zd_model::{
    Attachment, DeliverableState, ErrorBody, Extra, IdentitiesPage, IdentityEnvelope,
    IdentityInput, IdentityType, JobResult, JobResults, JobState, JobStatusEnvelope,
    JobStatusesPage, MeEnvelope, Nullable, OrganizationEnvelope, OrganizationsPage, Role,
    Timestamp, User, UserEnvelope, UserFieldEnvelope, UserFieldType, UserFieldsPage, UserInput,
    UsersPage,
};

/// The names that the types know, so that arbitrary values meet them often.
const NAMES: &[&str] = &[
    "id",
    "index",
    "status",
    "action",
    "success",
    "error",
    "errors",
    "details",
    "email",
    "external_id",
    "title",
    "account_id",
    "results",
    "job_status",
    "job_statuses",
    "total",
    "progress",
    "message",
    "user",
    "users",
    "name",
    "role",
    "photo",
    "thumbnails",
    "tags",
    "user_fields",
    "identities",
    "organization",
    "organizations",
    "meta",
    "links",
    "has_more",
    "next",
    "count",
    "type",
    "value",
    "separation",
    "scope",
    "brand_id",
    "suspension_details",
    "channels",
    "custom_field_options",
    "user_field",
    "user_fields",
    "identity",
    "description",
    "code",
    "detail",
    "current_job_ids",
    "verified",
    "phone",
    "created_at",
    "locale_id",
];

/// The text of a number: every legal form, most of which no machine type holds. Not `-0`, which an `i64` does not keep.
fn number() -> impl Strategy<Value = Value> {
    "(-?[1-9][0-9]{0,30}|0)(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?|[0-9]"
        .prop_map(|text| serde_json::from_str(&text).expect("the pattern makes JSON numbers"))
}

/// A text; not of digits alone, which an id would write back as a number.
fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        select(
            &[
                "Created",
                "Failed",
                "queued",
                "completed",
                "email",
                "true",
                "",
                "brand"
            ][..]
        )
        .prop_map(str::to_owned),
        "\\PC{0,12}",
        any::<String>(),
    ]
    .prop_filter("digits are an id", |text| {
        text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit())
    })
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![3 => select(NAMES).prop_map(str::to_owned), 1 => "\\PC{0,8}"]
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        number(),
        words().prop_map(Value::String),
    ];
    leaf.prop_recursive(4, 48, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
            object(name(), inner).prop_map(Value::Object),
        ]
    })
}

fn object(
    names: impl Strategy<Value = String>,
    values: impl Strategy<Value = Value>,
) -> impl Strategy<Value = Map<String, Value>> {
    prop::collection::vec((names, values), 0..8).prop_map(|pairs| pairs.into_iter().collect())
}

/// Names that no type knows.
fn foreign_object() -> impl Strategy<Value = Extra> {
    object("new_[a-z]{1,5}|\\PC{0,3}%", json_value())
}

/// Reads a document; if it can be read, it is written back as it was.
fn check<T: DeserializeOwned + Serialize>(
    document: &Value,
) -> Result<(), proptest::test_runner::TestCaseError> {
    if let Ok(read) = serde_json::from_str::<T>(&document.to_string()) {
        prop_assert_eq!(&serde_json::to_value(&read).unwrap(), document);
    }
    if let Ok(read) = serde_json::from_value::<T>(document.clone()) {
        prop_assert_eq!(&serde_json::to_value(&read).unwrap(), document);
    }
    Ok(())
}

proptest! {
    #[test]
    fn any_json_is_read_whole_or_refused_by_every_type(document in json_value()) {
        check::<User>(&document)?;
        check::<UserInput>(&document)?;
        check::<IdentityInput>(&document)?;
        check::<Attachment>(&document)?;
        check::<Timestamp>(&document)?;
        for (key, inner) in [("user", document.clone()), ("users", json!([document]))] {
            let envelope = json!({ key: inner });
            check::<UserEnvelope>(&envelope)?;
            check::<MeEnvelope>(&envelope)?;
            check::<UsersPage>(&envelope)?;
        }
        check::<IdentityEnvelope>(&json!({"identity": document}))?;
        check::<IdentitiesPage>(&json!({"identities": [document]}))?;
        check::<OrganizationEnvelope>(&json!({"organization": document}))?;
        check::<OrganizationsPage>(&json!({"organizations": [document]}))?;
        check::<UserFieldEnvelope>(&json!({"user_field": document}))?;
        check::<UserFieldsPage>(&json!({"user_fields": [document], "meta": document}))?;
        check::<JobStatusEnvelope>(&json!({"job_status": document}))?;
        check::<JobStatusesPage>(&json!({"job_statuses": [document]}))?;
        check::<zd_model::IdentityUpdate>(&document)?;
        check::<zd_model::UserFieldInput>(&document)?;
        check::<zd_model::OrganizationUpsert>(&document)?;
        check::<zd_model::Entitlements>(&document)?;
        check::<zd_model::UserSettings>(&document)?;
        check::<zd_model::Ability>(&document)?;
        check::<zd_model::ComplianceDeletionStatus>(&document)?;
        check::<zd_model::DeletedUsersPage>(&json!({"deleted_users": [document]}))?;
        check::<zd_model::GroupsPage>(&json!({"groups": [document]}))?;
        check::<zd_model::GroupMembershipsPage>(&json!({"group_memberships": [document]}))?;
        check::<zd_model::OrganizationMembershipsPage>(&json!({"organization_memberships": [document]}))?;
        check::<zd_model::SessionsPage>(&json!({"sessions": [document]}))?;
        check::<zd_model::CountEnvelope>(&json!({"count": document}))?;
        check::<zd_model::CustomFieldOptionsPage>(&json!({"custom_field_options": [document]}))?;
        check::<zd_model::OAuthClientsPage>(&json!({"clients": [document]}))?;
        check::<zd_model::UsersByTimePage>(&json!({"users": [document], "end_time": document}))?;
        check::<zd_model::UsersByCursorPage>(&json!({"users": [document], "after_cursor": document}))?;
    }

    #[test]
    fn any_error_body_is_read_and_answers(document in json_value(), bytes in any::<Vec<u8>>()) {
        let body = ErrorBody::from_bytes(document.to_string().as_bytes());
        prop_assert_eq!(serde_json::to_value(&body).unwrap(), document);
        for body in [body, ErrorBody::from_bytes(&bytes)] {
            let _ = (body.code(), body.message(), body.details(), body.items());
            let _ = (body.is_html(), body.is_too_many_jobs(), body.current_job_ids());
        }
    }

    #[test]
    fn any_error_with_details_answers(details in json_value()) {
        let document = json!({"error": "RecordInvalid", "details": details, "current_job_ids": details});
        let body = ErrorBody::from(document.clone());
        let _ = (body.details(), body.current_job_ids());
        prop_assert_eq!(serde_json::to_value(&body).unwrap(), document);
    }

    #[test]
    fn any_results_are_read_and_written_back(results in json_value()) {
        let document = json!({"job_status": {"id": "V3-0", "status": "completed", "results": results}});
        let read: JobStatusEnvelope = serde_json::from_str(&document.to_string()).unwrap();
        prop_assert_eq!(serde_json::to_value(&read).unwrap(), document.clone());
        let read: JobStatusEnvelope = serde_json::from_value(document.clone()).unwrap();
        prop_assert_eq!(serde_json::to_value(&read).unwrap(), document);
    }

    #[test]
    fn any_entry_is_read_judged_and_written_back(entries in prop::collection::vec(object(name(), json_value()), 0..3)) {
        let document = Value::Array(entries.into_iter().map(Value::Object).collect());
        let read: JobResults = serde_json::from_str(&document.to_string()).unwrap();
        let entries = read.entries().expect("objects are entries");
        for entry in entries {
            let _ = JobResult::verdict(entry);
        }
        prop_assert_eq!(serde_json::to_value(&read).unwrap(), document);
    }

    #[test]
    fn unknown_fields_survive(extra in foreign_object()) {
        let mut fields = extra.clone();
        fields.insert("id".to_owned(), json!(7));
        fields.insert("photo".to_owned(), Value::Object(extra.clone()));
        let document = Value::Object(fields);
        let user: User = serde_json::from_str(&document.to_string()).unwrap();
        prop_assert_eq!(&user.extra, &extra);
        prop_assert_eq!(&user.photo.value().unwrap().extra, &extra);
        prop_assert_eq!(serde_json::to_value(&user).unwrap(), document);

        let input: UserInput = serde_json::from_value(Value::Object(extra.clone())).unwrap();
        prop_assert_eq!(serde_json::to_value(&input).unwrap(), Value::Object(extra));
    }

    #[test]
    fn unknown_texts_survive(text in any::<String>()) {
        fn check<T: DeserializeOwned + Serialize + From<String> + std::fmt::Display + PartialEq + std::fmt::Debug>(
            text: &str,
        ) -> Result<(), proptest::test_runner::TestCaseError> {
            let read: T = serde_json::from_value(json!(text)).unwrap();
            prop_assert_eq!(serde_json::to_value(&read).unwrap(), json!(text));
            prop_assert_eq!(read.to_string(), text);
            prop_assert_eq!(read, T::from(text.to_owned()));
            Ok(())
        }
        check::<Role>(&text)?;
        check::<JobState>(&text)?;
        check::<IdentityType>(&text)?;
        check::<DeliverableState>(&text)?;
        check::<UserFieldType>(&text)?;
    }

    #[test]
    fn absent_is_never_sent(values in prop::collection::vec(select(vec![Nullable::Absent, Nullable::Null, Nullable::Value("x".to_owned())]), 6)) {
        let [phone, alias, notes, details, locale, time_zone] =
            <[Nullable<String>; 6]>::try_from(values.clone()).expect("six were asked for");
        let input = UserInput { phone, alias, notes, details, locale, time_zone, ..UserInput::default() };
        let written = serde_json::to_value(&input).unwrap();
        for (key, value) in ["phone", "alias", "notes", "details", "locale", "time_zone"].iter().zip(values) {
            let expected = match value {
                Nullable::Absent => None,
                Nullable::Null => Some(Value::Null),
                Nullable::Value(text) => Some(Value::String(text)),
            };
            prop_assert_eq!(written.get(key), expected.as_ref());
        }
        prop_assert_eq!(serde_json::from_value::<UserInput>(written).unwrap(), input);
    }

    #[test]
    fn any_text_may_stand_for_a_time(text in any::<String>(), seconds in any::<i64>()) {
        let time = Timestamp::new(text.clone());
        let _ = time.unix_seconds();
        prop_assert_eq!(serde_json::to_value(&time).unwrap(), json!(text));
        let sane = seconds.rem_euclid(4_000_000_000);
        prop_assert_eq!(Timestamp::from_unix_seconds(sane).unix_seconds(), Some(sane));
        prop_assert!(Timestamp::from_unix_seconds(seconds).unix_seconds().is_some());
    }
}
