//! What is sent is what was said: no more, no less.

use serde_json::{Value, json};
use zd_model::{
    IdentityInput, IdentityType, Nullable, OrganizationInput, Role, Secret, UserId, UserInput,
};

use crate::fixtures::{read, text};

#[test]
fn nothing_said_is_nothing_sent() {
    assert_eq!(serde_json::to_string(&UserInput::default()).unwrap(), "{}");
}

#[test]
fn absent_null_and_value_are_three_things() {
    let input = UserInput {
        phone: Nullable::Null,
        alias: "".into(),
        tags: vec!["a".to_owned()].into(),
        ..UserInput::default()
    };
    let json = serde_json::to_string(&input).unwrap();
    assert_eq!(json, r#"{"phone":null,"tags":["a"],"alias":""}"#);
    let back: UserInput = serde_json::from_str(&json).unwrap();
    assert_eq!(back, input);
    assert!(back.notes.is_absent() && back.phone.is_null());
}

/// The fixtures hold every attribute of the three schemas; none of them may end in `extra`.
#[test]
fn every_documented_attribute_has_a_place() {
    let full: UserInput = read("user_input/full");
    assert_eq!(full.extra.keys().collect::<Vec<_>>(), ["shoe_size"]);
    let cleared: UserInput = read("user_input/cleared");
    assert!(cleared.extra.is_empty(), "{:?}", cleared.extra);
}

/// Rule 16.19: a null id would have a whole bulk call refused.
#[test]
fn what_cannot_be_cleared_refuses_null() {
    let full: Value = serde_json::from_str(&text("user_input/full")).unwrap();
    let cleared: Value = serde_json::from_str(&text("user_input/cleared")).unwrap();
    let mut refused = Vec::new();
    for key in full.as_object().unwrap().keys() {
        let input = serde_json::from_value::<UserInput>(json!({ key: null }));
        match input {
            Ok(input) => {
                assert_eq!(serde_json::to_value(&input).unwrap(), json!({ key: null }));
                assert!(cleared.get(key).is_some() || key == "shoe_size", "{key}");
            }
            Err(error) => {
                assert!(error.to_string().contains("cannot be cleared"), "{error}");
                refused.push(key.as_str());
            }
        }
    }
    let expected = [
        "id",
        "email",
        "name",
        "role",
        "identities",
        "group_ids",
        "password",
        "separation",
    ];
    assert_eq!(refused, expected);
}

#[test]
fn secrets_are_not_shown() {
    let input = UserInput {
        name: Some("Ann".to_owned()),
        password: Some(Secret::new("hunter2")),
        ..UserInput::default()
    };
    for shown in [format!("{input:?}"), format!("{input:#?}")] {
        assert!(
            !shown.contains("hunter2") && shown.contains("Ann"),
            "{shown}"
        );
    }
    assert_eq!(
        serde_json::to_value(&input).unwrap(),
        json!({"name": "Ann", "password": "hunter2"})
    );
}

#[test]
fn the_three_calls_have_one_type() {
    let create = UserInput {
        name: Some("Ann".to_owned()),
        role: Some(Role::EndUser),
        organization: OrganizationInput::new("Alder & Sons").into(),
        identities: Some(vec![IdentityInput::new(
            IdentityType::Email,
            "ann@people.example",
        )]),
        skip_verify_email: true.into(),
        ..UserInput::default()
    };
    assert_eq!(
        serde_json::to_value(&create).unwrap(),
        json!({"name": "Ann", "role": "end-user", "organization": {"name": "Alder & Sons"}, "identities": [{"type": "email", "value": "ann@people.example"}], "skip_verify_email": true})
    );
    let update = UserInput {
        id: Some(UserId::new(7)),
        external_id: Nullable::Null,
        ..UserInput::default()
    };
    assert_eq!(
        serde_json::to_value(&update).unwrap(),
        json!({"id": 7, "external_id": null})
    );
}
