//! What is the same as what, rule by rule.

use serde_json::{Value, json};

use super::*;
use Finding::{CannotTell, Different, Same};

/// A person as stored, with whatever is known beside the user.
struct Known {
    user: Value,
    identities: Option<Value>,
    organizations: Option<Value>,
    memberships: Option<Vec<u64>>,
    definitions: Option<Value>,
}

fn user(user: Value) -> Known {
    Known {
        user,
        identities: None,
        organizations: None,
        memberships: None,
        definitions: None,
    }
}

fn fields(fields: Value) -> Known {
    let definitions = json!([
        {"id": 1, "key": "seats", "type": "integer"},
        {"id": 2, "key": "discount", "type": "decimal"},
        {"id": 3, "key": "tier", "type": "dropdown"},
        {"id": 4, "key": "hobbies", "type": "multiselect"},
        {"id": 5, "key": "optin", "type": "checkbox", "tag": "opted_in"},
        {"id": 6, "key": "since", "type": "date"},
        {"id": 7, "key": "boss", "type": "lookup"},
    ]);
    Known {
        definitions: Some(definitions),
        ..user(json!({"user_fields": fields}))
    }
}

fn list<T: serde::de::DeserializeOwned>(value: &Option<Value>) -> Option<Vec<T>> {
    (value.as_ref()).map(|value| serde_json::from_value(value.clone()).unwrap())
}

/// One rule: what is asked, and against each of these people what is found.
#[track_caller]
fn rule(name: &str, asked: Value, against: Vec<(Known, Finding)>) {
    let wanted: UserInput = serde_json::from_value(asked.clone()).unwrap();
    for (mut known, expected) in against {
        known.user["id"] = json!(7);
        let user: User = serde_json::from_value(known.user.clone()).unwrap();
        let (identities, organizations) = (list(&known.identities), list(&known.organizations));
        let definitions = list(&known.definitions);
        let memberships: Option<Vec<OrganizationId>> =
            (known.memberships).map(|ids| ids.into_iter().map(OrganizationId::new).collect());
        let stored = Stored {
            identities: identities.as_deref(),
            organizations: organizations.as_deref(),
            memberships: memberships.as_deref(),
            definitions: definitions.as_deref(),
            ..Stored::new(&user)
        };
        let found = compare(&wanted, stored);
        let stored = &known.user;
        assert_eq!(
            found.verdict(),
            expected,
            "{name}: {asked} against {stored}: {found:?}"
        );
    }
}

fn identities(kind: &str, values: &[&str], user: Value) -> Known {
    let identity = |value: &&str| json!({"id": 1, "user_id": 7, "type": kind, "value": value});
    Known {
        identities: Some(values.iter().map(identity).collect()),
        ..self::user(user)
    }
}

#[test]
fn an_address_is_any_address_of_the_person() {
    let has = |values: &[&str]| identities("email", values, json!({"email": "first@x.example"}));
    rule(
        "email",
        json!({"email": "  New@X.example "}),
        vec![
            (has(&["first@x.example", "new@x.EXAMPLE"]), Same),
            (has(&["first@x.example"]), Different),
            (user(json!({"email": "new@x.example"})), Same),
            (user(json!({"email": "first@x.example"})), CannotTell),
        ],
    );
}

#[test]
fn a_number_is_the_one_shown_or_an_identity() {
    let has = |values: &[&str]| identities("phone_number", values, json!({"phone": "+15550100"}));
    rule(
        "phone",
        json!({"phone": "+1 (555) 0199"}),
        vec![
            (has(&["+15550100", "+15550199"]), Same),
            (has(&["+15550100"]), Different),
            (user(json!({"phone": "+15550199"})), Same),
            (user(json!({"phone": "+15550100"})), CannotTell),
            (user(json!({"phone": null})), Different),
        ],
    );
}

#[test]
fn null_and_empty_are_null_or_empty() {
    for asked in [json!(null), json!("")] {
        for field in ["alias", "notes", "details", "signature", "phone"] {
            rule(
                "null",
                json!({field: asked}),
                vec![
                    (user(json!({field: null, "role": "agent"})), Same),
                    (user(json!({field: "", "role": "agent"})), Same),
                    (user(json!({field: "x", "role": "agent"})), Different),
                ],
            );
        }
        rule(
            "null",
            json!({"user_fields": {"tier": asked}}),
            vec![
                (fields(json!({"tier": null})), Same),
                (fields(json!({"tier": ""})), Same),
                (fields(json!({"tier": "gold"})), Different),
            ],
        );
    }
}

#[test]
fn a_date_is_a_day_whatever_its_zone() {
    for asked in [
        "2020-08-19",
        "2020-08-19T00:00:00Z",
        "2020-08-19T00:00:00+00:00",
        "2020-08-19T15:30:00.000Z",
        "2020-08-19T00:00:00+02:00",
    ] {
        let since = |text: &str| fields(json!({"since": text}));
        rule(
            "date",
            json!({"user_fields": {"since": asked}}),
            vec![
                (since("2020-08-19T00:00:00+00:00"), Same),
                (since("2020-08-19T00:00:00Z"), Same),
                (since("2020-08-19T00:00:00.000+00:00"), Same),
                (since("2020-08-19"), Same),
                (since("2020-08-21T00:00:00+00:00"), Different),
                (fields(json!({"since": null})), Different),
            ],
        );
    }
}

#[test]
fn tags_are_a_set_beside_those_that_fields_and_organizations_add() {
    let person = |tags: Value| {
        let values = json!({"tier": "gold", "hobbies": ["chess", "go"], "optin": true, "seats": 3});
        let mut known = fields(values);
        known.user["tags"] = tags;
        known.user["organization_id"] = json!(3);
        known.organizations = Some(json!([{"id": 3, "name": "Elm", "tags": ["wood"]}]));
        known
    };
    rule(
        "tags",
        json!({"tags": ["VIP", "new customer", "vip"]}),
        vec![
            (person(json!(["vip", "new", "customer"])), Same),
            (person(json!(["vip", "new_customer"])), Same),
            (
                person(json!([
                    "customer", "new", "vip", "gold", "chess", "go", "opted_in", "wood"
                ])),
                Same,
            ),
            (
                person(json!(["vip", "new", "customer", "stray"])),
                Different,
            ),
            (
                person(json!(["vip", "new", "customer", "silver"])),
                Different,
            ),
            (person(json!(["vip"])), Different),
        ],
    );
    let mut unset = fields(json!({"optin": false}));
    unset.user["tags"] = json!(["opted_in"]);
    rule("tags", json!({"tags": []}), vec![(unset, Different)]);
}

#[test]
fn the_organization_is_the_default_one_and_of_several_nothing_can_be_told() {
    let member = |memberships: Vec<u64>| Known {
        organizations: Some(
            json!([{"id": 3, "name": "Birch Logistics"}, {"id": 4, "name": "Elm"}]),
        ),
        memberships: Some(memberships),
        ..user(json!({"organization_id": 3}))
    };
    let rules = [
        (json!({"organization_id": 3}), Same),
        (json!({"organization_id": 4}), Different),
        (json!({"organization_id": null}), Different),
        (json!({"organization": {"name": " birch logistics"}}), Same),
        (json!({"organization": {"name": "Elm"}}), Different),
    ];
    for (asked, alone) in rules {
        rule(
            "organization",
            asked,
            vec![(member(vec![3]), alone), (member(vec![3, 4]), CannotTell)],
        );
    }
}

#[test]
fn numbers_are_equal_as_numbers_and_ids_to_the_last_digit() {
    for asked in [
        json!(12),
        json!("12"),
        json!("012"),
        json!(12.0),
        json!("1.2e1"),
    ] {
        rule(
            "number",
            json!({"user_fields": {"seats": asked}}),
            vec![
                (fields(json!({"seats": 12})), Same),
                (fields(json!({"seats": "12"})), Same),
                (fields(json!({"seats": 13})), Different),
            ],
        );
    }
    rule(
        "number",
        json!({"user_fields": {"discount": "3.10"}}),
        vec![
            (fields(json!({"discount": 3.1})), Same),
            (fields(json!({"discount": 3.11})), Different),
        ],
    );
    rule(
        "id",
        json!({"user_fields": {"boss": 9_007_199_254_740_993_u64}}),
        vec![
            (fields(json!({"boss": "9007199254740993"})), Same),
            (
                fields(json!({"boss": 9_007_199_254_740_992_u64})),
                Different,
            ),
        ],
    );
}

#[test]
fn options_are_their_values_lists_are_sets_and_false_is_unset() {
    rule(
        "dropdown",
        json!({"user_fields": {"tier": "gold"}}),
        vec![
            (fields(json!({"tier": "gold"})), Same),
            (fields(json!({"tier": "silver"})), Different),
        ],
    );
    rule(
        "multiselect",
        json!({"user_fields": {"hobbies": ["go", "chess", "go"]}}),
        vec![
            (fields(json!({"hobbies": ["chess", "go"]})), Same),
            (fields(json!({"hobbies": ["chess"]})), Different),
            (fields(json!({"hobbies": null})), Different),
        ],
    );
    for no in [json!(false), json!("false"), json!(null)] {
        rule(
            "checkbox",
            json!({"user_fields": {"optin": no}}),
            vec![
                (fields(json!({"optin": false})), Same),
                (fields(json!({"optin": null})), Same),
                (fields(json!({"optin": true})), Different),
            ],
        );
    }
    rule(
        "checkbox",
        json!({"user_fields": {"optin": true}}),
        vec![
            (fields(json!({"optin": true})), Same),
            (fields(json!({"optin": null})), Different),
        ],
    );
}

#[test]
fn a_custom_role_makes_an_agent() {
    let agent = || user(json!({"role": "agent", "custom_role_id": 5}));
    let rules = [
        (json!({"role": "end-user", "custom_role_id": 5}), Same),
        (json!({"role": "agent", "custom_role_id": 5}), Same),
        (json!({"custom_role_id": 5}), Same),
        (json!({"role": "agent", "custom_role_id": 6}), Different),
        (json!({"role": "end-user"}), Different),
    ];
    for (asked, expected) in rules {
        rule("role", asked, vec![(agent(), expected)]);
    }
}

#[test]
fn what_does_not_show_cannot_be_told_and_is_no_difference() {
    for (field, value) in [
        ("remote_photo_url", json!("https://x.example/a.png")),
        ("identities", json!([{"type": "twitter", "value": "ann"}])),
        ("password", json!("hush-hush")),
    ] {
        rule(
            field,
            json!({"name": "Ann", field: value}),
            vec![
                (user(json!({"name": "Ann", "photo": null})), CannotTell),
                (user(json!({"name": "Bob", "photo": null})), Different),
            ],
        );
    }
    // An instruction, not a value: alone it would make every row one that cannot be told.
    let asked: UserInput = serde_json::from_value(json!({"skip_verify_email": true})).unwrap();
    let user: User = serde_json::from_value(json!({"id": 7})).unwrap();
    let found = compare(&asked, Stored::new(&user));
    assert_eq!(found.fields[0].finding, CannotTell);
    assert_eq!(found.verdict(), Same);
}
