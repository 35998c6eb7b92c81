use serde_json::{Value, json};

use super::*;

/// The verdict for one asked field against a stored user.
fn check(asked: Value, stored: Value, expected: Finding) {
    check_all(asked, stored, None, None, expected);
}

fn check_all(
    asked: Value,
    mut stored: Value,
    identities: Option<Value>,
    organizations: Option<Value>,
    expected: Finding,
) {
    stored["id"] = json!(7);
    let user: User = serde_json::from_value(stored.clone()).unwrap();
    let wanted: UserInput = serde_json::from_value(asked.clone()).unwrap();
    let identities: Option<Vec<Identity>> =
        identities.map(|list| serde_json::from_value(list).unwrap());
    let organizations: Option<Vec<Organization>> =
        organizations.map(|list| serde_json::from_value(list).unwrap());
    let found = compare(
        &wanted,
        Stored {
            identities: identities.as_deref(),
            organizations: organizations.as_deref(),
            ..Stored::new(&user)
        },
    );
    assert_eq!(
        found.verdict(),
        expected,
        "{asked} against {stored}: {found:?}"
    );
}

fn identity(kind: &str, value: &str) -> Value {
    json!({"id": 1, "user_id": 7, "type": kind, "value": value, "verified": false})
}

use Finding::{CannotTell, Different, Same};

#[test]
fn an_address_is_the_same_as_any_of_the_persons_addresses() {
    let has = json!({"email": "ann@x.example"});
    check(json!({"email": " ANN@X.example "}), has.clone(), Same);
    check(json!({"email": "other@x.example"}), has.clone(), CannotTell);
    let both = json!([
        identity("email", "ann@x.example"),
        identity("email", "Other@x.example")
    ]);
    check_all(
        json!({"email": "other@x.example"}),
        has.clone(),
        Some(both.clone()),
        None,
        Same,
    );
    check_all(
        json!({"email": "third@x.example"}),
        has,
        Some(both),
        None,
        Different,
    );
}

#[test]
fn a_second_number_does_not_show_but_its_identity_does() {
    let has = json!({"phone": "+1 555 0100"});
    check(json!({"phone": "+15550100"}), has.clone(), Same);
    check(json!({"phone": "+15550199"}), has.clone(), CannotTell);
    let both = json!([
        identity("phone_number", "+15550100"),
        identity("phone_number", "+15550199")
    ]);
    check_all(
        json!({"phone": "+15550199"}),
        has.clone(),
        Some(both),
        None,
        Same,
    );
    check_all(
        json!({"phone": "+15550199"}),
        has,
        Some(json!([])),
        None,
        Different,
    );
    check(
        json!({"phone": "+15550199"}),
        json!({"phone": null}),
        Different,
    );
    check(json!({"phone": null}), json!({"phone": ""}), Same);
    check(
        json!({"phone": ""}),
        json!({"phone": "+15550100"}),
        Different,
    );
}

#[test]
fn null_and_empty_are_one() {
    for field in ["alias", "notes", "details"] {
        for (asked, stored) in [
            (json!(null), json!("")),
            (json!(""), json!(null)),
            (json!(null), json!(null)),
        ] {
            check(json!({field: asked}), json!({field: stored}), Same);
        }
        check(json!({field: null}), json!({field: "x"}), Different);
        check(json!({field: "x"}), json!({field: null}), Different);
        check(json!({field: "x"}), json!({}), CannotTell);
        check(json!({field: "a\r\nb "}), json!({field: "a\nb"}), Same);
    }
    check(
        json!({"external_id": null}),
        json!({"external_id": null}),
        Same,
    );
    check(
        json!({"external_id": "a-1"}),
        json!({"external_id": "A-1"}),
        Same,
    );
    check(
        json!({"external_id": "a-1"}),
        json!({"external_id": "A-2"}),
        Different,
    );
}

#[test]
fn custom_fields_are_compared_by_what_zendesk_makes_of_them() {
    let table = [
        (
            json!("2020-08-19"),
            json!("2020-08-19T00:00:00+00:00"),
            Same,
        ),
        (
            json!("2020-08-19T23:30:00Z"),
            json!("2020-08-19T00:00:00+00:00"),
            Same,
        ),
        (
            json!("2020-08-20"),
            json!("2020-08-19T00:00:00+00:00"),
            Different,
        ),
        (json!("2020-08-19 one"), json!("2020-08-19 two"), Different),
        (
            json!("2020-08-19 one"),
            json!("2020-08-19T00:00:00+00:00"),
            Different,
        ),
        (json!(12), json!(12), Same),
        (json!("12"), json!(12), Same),
        (json!("3.10"), json!(3.1), Same),
        (json!(12), json!("12"), Same),
        (json!("12"), json!(13), Different),
        (json!(true), json!(true), Same),
        (json!("true"), json!(true), Same),
        (json!(1), json!(true), Same),
        (json!(false), json!(null), Same),
        (json!("0"), json!(false), Same),
        (json!(true), json!(false), Different),
        (json!(null), json!(false), Same),
        (json!(null), json!(null), Same),
        (json!(""), json!(null), Same),
        (json!(null), json!("gold"), Different),
        (json!(["b", "a"]), json!(["a", "b"]), Same),
        (json!("a, b"), json!(["b", "a"]), Same),
        (json!(["a"]), json!(["a", "b"]), Different),
        (json!([]), json!(null), Same),
        (json!("gold"), json!("gold"), Same),
        (json!("gold"), json!("silver"), Different),
        (json!("007"), json!("007"), Same),
        (json!("007"), json!("7"), Different),
    ];
    for (asked, stored, expected) in table {
        check(
            json!({"user_fields": {"f": asked}}),
            json!({"user_fields": {"f": stored}}),
            expected,
        );
    }
}

#[test]
fn numbers_keep_every_digit() {
    let user: User =
        serde_json::from_str(r#"{"id": 7, "user_fields": {"f": 9007199254740993}}"#).unwrap();
    for (asked, expected) in [("9007199254740993", Same), ("9007199254740992", Different)] {
        let asked: UserInput =
            serde_json::from_str(&format!(r#"{{"user_fields": {{"f": {asked}}}}}"#)).unwrap();
        assert_eq!(compare(&asked, Stored::new(&user)).verdict(), expected);
    }
}

#[test]
fn definitions_settle_what_a_value_alone_does_not() {
    let definitions: Vec<UserField> = serde_json::from_value(json!([
        {"id": 1, "key": "code", "type": "text"},
        {"id": 2, "key": "when", "type": "date"},
        {"id": 3, "key": "tier", "type": "dropdown"},
        {"id": 4, "key": "optin", "type": "checkbox", "tag": "Opted_In"},
        {"id": 5, "key": "boss", "type": "lookup"},
        {"id": 6, "key": "likes", "type": "multiselect"},
        {"id": 7, "key": "seats", "type": "integer"},
        {"id": 8, "key": "old", "type": "text", "active": false},
    ]))
    .unwrap();
    let against = |asked: Value, stored: Value| {
        let user: User = serde_json::from_value(stored).unwrap();
        let asked: UserInput = serde_json::from_value(asked).unwrap();
        let definitions = Some(definitions.as_slice());
        compare(
            &asked,
            Stored {
                definitions,
                ..Stored::new(&user)
            },
        )
        .verdict()
    };
    let fields = |fields: Value| json!({"id": 7, "user_fields": fields});
    // In a text field a number is a text: `1.0` was not stored as `1`.
    assert_eq!(
        against(
            json!({"user_fields": {"code": "1.0"}}),
            fields(json!({"code": "1"}))
        ),
        Different
    );
    assert_eq!(
        against(
            json!({"user_fields": {"boss": 35436}}),
            fields(json!({"boss": "35436"}))
        ),
        Same
    );
    assert_eq!(
        against(
            json!({"user_fields": {"when": "2020-08-19"}}),
            fields(json!({"when": "2020-08-19T00:00:00Z"}))
        ),
        Same
    );
    let user_fields =
        |asked: Value, shown: Value| against(json!({"user_fields": asked}), fields(shown));
    for (asked, shown, expected) in [
        // Unset is false, however it shows.
        (json!({"optin": false}), json!({"optin": null}), Same),
        (json!({"optin": true}), json!({"optin": null}), Different),
        (json!({"optin": "0"}), json!({"optin": false}), Same),
        (
            json!({"likes": ["b", "a"]}),
            json!({"likes": ["a", "b"]}),
            Same,
        ),
        (json!({"likes": "a, b"}), json!({"likes": ["a", "b"]}), Same),
        (
            json!({"likes": ["a"]}),
            json!({"likes": ["a", "b"]}),
            Different,
        ),
        (json!({"tier": "gold"}), json!({"tier": null}), Different),
        (json!({"seats": "012"}), json!({"seats": 12}), Same),
        (
            json!({"seats": "9007199254740993"}),
            json!({"seats": 9007199254740992_u64}),
            Different,
        ),
        // It should show and does not; what is not in use never shows.
        (json!({"seats": 1}), json!({}), CannotTell),
        (json!({"old": "x"}), json!({}), Same),
        (json!({"unheard_of": "x"}), json!({}), Same),
    ] {
        assert_eq!(user_fields(asked.clone(), shown), expected, "{asked}");
    }
    let tagged = |tags: Value| json!({"id": 7, "tags": tags, "user_fields": {"optin": true, "tier": "gold"}});
    assert_eq!(
        against(
            json!({"tags": ["a"]}),
            tagged(json!(["a", "opted_in", "gold"]))
        ),
        Same
    );
    assert_eq!(
        against(
            json!({"tags": ["a"]}),
            tagged(json!(["a", "opted_in", "other"]))
        ),
        Different
    );
}

#[test]
fn tags_are_a_set_to_which_fields_add_their_own() {
    check(
        json!({"tags": ["B", "a b"]}),
        json!({"tags": ["a", "b"]}),
        Same,
    );
    check(
        json!({"tags": ["big fish"]}),
        json!({"tags": ["big_fish"]}),
        Same,
    );
    check(json!({"tags": ["a"]}), json!({"tags": []}), Different);
    check(json!({"tags": null}), json!({"tags": []}), Same);
    check(json!({"tags": []}), json!({"tags": ["old"]}), Different);
    check(json!({"tags": ["a"]}), json!({}), CannotTell);
    check(
        json!({"tags": ["a"]}),
        json!({"tags": ["a", "gold"], "user_fields": {"tier": "gold"}}),
        Same,
    );
    check(
        json!({"tags": ["a"]}),
        json!({"tags": ["a", "optin"], "user_fields": {"newsletter": true}}),
        Same,
    );
    let one_box = json!({"tags": ["a", "one", "two"], "user_fields": {"newsletter": true}});
    check(json!({"tags": ["a"]}), one_box, Different);
    let organization = json!([{"id": 3, "name": "Birch", "tags": ["Wood"]}]);
    let member = json!({"tags": ["a", "wood"], "organization_id": 3});
    check_all(
        json!({"tags": ["a"]}),
        member,
        None,
        Some(organization),
        Same,
    );
}

#[test]
fn the_organization_is_the_default_one() {
    let known = json!([{"id": 3, "name": "Birch Logistics"}]);
    let member = json!({"organization_id": 3});
    check_all(
        json!({"organization": {"name": "birch logistics"}}),
        member.clone(),
        None,
        Some(known.clone()),
        Same,
    );
    check_all(
        json!({"organization": {"name": "Elm"}}),
        member.clone(),
        None,
        Some(known),
        Different,
    );
    check(
        json!({"organization": {"name": "Elm"}}),
        member.clone(),
        CannotTell,
    );
    check(
        json!({"organization": {"name": "Elm"}}),
        json!({"organization_id": null}),
        Different,
    );
    check(json!({"organization_id": 3}), member.clone(), Same);
    check(json!({"organization_id": 4}), member.clone(), Different);
    check(json!({"organization_id": null}), member.clone(), Different);
    let user: User = serde_json::from_value(json!({"id": 7, "organization_id": 3})).unwrap();
    let asked: UserInput = serde_json::from_value(json!({"organization_id": 4})).unwrap();
    let memberships = [OrganizationId::new(3), OrganizationId::new(4)];
    let several = Stored {
        memberships: Some(&memberships),
        ..Stored::new(&user)
    };
    assert_eq!(compare(&asked, several).verdict(), CannotTell);
}

#[test]
fn a_custom_role_makes_an_agent() {
    let agent = json!({"role": "agent", "custom_role_id": 5});
    check(
        json!({"role": "end-user", "custom_role_id": 5}),
        agent.clone(),
        Same,
    );
    check(json!({"role": "end-user"}), agent.clone(), Different);
    check(
        json!({"role": "agent", "custom_role_id": 6}),
        agent,
        Different,
    );
    check(json!({"role": "admin"}), json!({"role": "admin"}), Same);
}

#[test]
fn what_does_not_show_cannot_be_told_and_an_instruction_does_not_count() {
    check(
        json!({"skip_verify_email": true, "name": "Ann"}),
        json!({"name": "Ann"}),
        Same,
    );
    check(
        json!({"password": "secret", "name": "Ann"}),
        json!({"name": "Ann"}),
        CannotTell,
    );
    check(
        json!({"remote_photo_url": "http://x.example/a.png"}),
        json!({"photo": null}),
        CannotTell,
    );
    check(
        json!({"identities": [{"type": "twitter", "value": "ann"}]}),
        json!({}),
        CannotTell,
    );
    let has = Some(json!([identity("twitter", "Ann")]));
    check_all(
        json!({"identities": [{"type": "twitter", "value": "ann"}]}),
        json!({}),
        has,
        None,
        Same,
    );
    check(
        json!({"password": "secret", "name": "Ann"}),
        json!({"name": "Bob"}),
        Different,
    );
    check(
        json!({"user_fields": {"no_such": 1}}),
        json!({"user_fields": {"f": 1}}),
        Same,
    );
}

#[test]
fn attributes_one_by_one() {
    let table = [
        (
            json!({"name": "Ann  Lee"}),
            json!({"name": "Ann Lee"}),
            Same,
        ),
        (json!({"name": "Ann"}), json!({"name": "Anne"}), Different),
        (
            json!({"suspended": false}),
            json!({"suspended": null}),
            Same,
        ),
        (
            json!({"suspended": true}),
            json!({"suspended": false}),
            Different,
        ),
        (
            json!({"time_zone": "Europe/Berlin"}),
            json!({"time_zone": "Berlin", "iana_time_zone": "Europe/Berlin"}),
            Same,
        ),
        (
            json!({"time_zone": "Paris"}),
            json!({"time_zone": "Berlin", "iana_time_zone": "Europe/Berlin"}),
            Different,
        ),
        (json!({"locale": "en-us"}), json!({"locale": "en-US"}), Same),
        (
            json!({"locale": "de"}),
            json!({"locale": "en-US"}),
            Different,
        ),
        (
            json!({"locale": "en-US", "locale_id": 8}),
            json!({"locale": "en-US", "locale_id": 1}),
            CannotTell,
        ),
        (json!({"locale_id": 8}), json!({"locale_id": 1}), Different),
        (json!({"verified": true}), json!({"verified": true}), Same),
        (
            json!({"verified": true}),
            json!({"verified": false}),
            Different,
        ),
        (
            json!({"verified": false}),
            json!({"verified": true}),
            CannotTell,
        ),
        (
            json!({"signature": "x"}),
            json!({"signature": null, "role": "end-user"}),
            CannotTell,
        ),
        (
            json!({"signature": "x"}),
            json!({"signature": null, "role": "agent"}),
            Different,
        ),
        (
            json!({"ticket_restriction": "groups"}),
            json!({"ticket_restriction": "requested", "role": "end-user"}),
            CannotTell,
        ),
        (
            json!({"restricted_agent": false}),
            json!({"restricted_agent": true}),
            CannotTell,
        ),
        (json!({"id": 7}), json!({}), Same),
        (json!({"id": 8}), json!({}), Different),
        (json!({"shoe_size": 3}), json!({"shoe_size": 3}), Same),
        (json!({"shoe_size": 3}), json!({}), CannotTell),
    ];
    for (asked, stored, expected) in table {
        check(asked, stored, expected);
    }
}

#[test]
fn each_field_is_named_and_what_differs_is_listed() {
    let user: User =
        serde_json::from_value(json!({"id": 7, "name": "Ann", "user_fields": {"seats": 1}}))
            .unwrap();
    let asked: UserInput = serde_json::from_value(
        json!({"name": "Ann", "user_fields": {"seats": 2}, "skip_verify_email": true}),
    )
    .unwrap();
    let found = compare(&asked, Stored::new(&user));
    assert_eq!(found.different().collect::<Vec<_>>(), ["user_fields.seats"]);
    let names: Vec<_> = found
        .fields
        .iter()
        .map(|field| field.field.as_str())
        .collect();
    assert_eq!(names, ["name", "skip_verify_email", "user_fields.seats"]);
}
