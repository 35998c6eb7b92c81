use serde_json::{Value, json};
use zd_model::UserInput;

use super::*;

fn users(list: Value) -> Vec<UserInput> {
    serde_json::from_value(list).unwrap()
}

fn page(page: Value) -> UsersPage {
    serde_json::from_value(page).unwrap()
}

fn lookup(users: &[UserInput]) -> Lookup {
    let keys: Vec<_> = users.iter().map(PersonKeys::of).collect();
    Lookup::of(keys.iter().enumerate(), Now::ZERO)
}

fn seen(lookup: &Lookup) -> Vec<String> {
    let mut seen: Vec<_> = lookup.seen.iter().collect();
    seen.sort_by_key(|(place, _)| *place);
    seen.into_iter()
        .map(|(place, sighting)| match sighting {
            Sighting::Found(person) => format!("{place}: {}", person.user.id),
            Sighting::Absent => format!("{place}: absent"),
            Sighting::Unsure => format!("{place}: unsure"),
        })
        .collect()
}

#[test]
fn external_ids_are_asked_for_together_and_matched_whatever_their_case_and_order() {
    let asked = users(json!([{"external_id": "A"}, {"external_id": "b"}, {"external_id": "c"}]));
    let mut lookup = lookup(&asked);
    assert!(
        matches!(lookup.next(Now::ZERO), Some(PeopleQuery::ByExternalIds(ids)) if ids.len() == 3)
    );
    assert!(lookup.next(Now::ZERO).is_none(), "one at a time");
    lookup.answered(
        page(json!({"users": [{"id": 2, "external_id": "B"}, {"id": 1, "external_id": "a"}]})),
        Now::ZERO,
    );
    assert!(lookup.is_done());
    assert_eq!(seen(&lookup), ["0: 1", "1: 2", "2: absent"]);
}

#[test]
fn an_id_that_a_list_cannot_hold_is_searched_for_and_then_shown_with_identities() {
    let asked = users(json!([{"external_id": "a,b"}]));
    let mut lookup = lookup(&asked);
    assert!(matches!(
        lookup.next(Now::ZERO),
        Some(PeopleQuery::SearchExternalId(_))
    ));
    lookup.answered(
        page(json!({"users": [{"id": 5, "external_id": "A,B"}]})),
        Now::ZERO,
    );
    assert_eq!(
        lookup.next(Now::ZERO),
        Some(PeopleQuery::ByIds(vec![UserId::new(5)]))
    );
    lookup.answered(
        page(json!({"users": [{"id": 5, "external_id": "A,B"}]})),
        Now::ZERO,
    );
    assert_eq!(seen(&lookup), ["0: 5"]);
}

#[test]
fn an_address_is_found_among_the_hits_by_its_identity_and_only_exactly() {
    let asked = users(json!([{"email": "ann@x.example"}]));
    let mut lookup = lookup(&asked);
    assert_eq!(
        lookup.next(Now::ZERO),
        Some(PeopleQuery::SearchEmail("ann@x.example".to_owned()))
    );
    lookup.answered(page(json!({"users": [{"id": 5, "email": "joann@x.example"}, {"id": 6, "email": "other@x.example"}]})), Now::ZERO);
    assert!(matches!(lookup.next(Now::ZERO), Some(PeopleQuery::ByIds(ids)) if ids.len() == 2));
    lookup.answered(
        page(json!({
            "users": [{"id": 5, "email": "joann@x.example"}, {"id": 6, "email": "other@x.example"}],
            "identities": [
                {"id": 1, "user_id": 5, "type": "email", "value": "joann@x.example"},
                {"id": 2, "user_id": 6, "type": "email", "value": "ANN@x.example"},
            ],
        })),
        Now::ZERO,
    );
    assert_eq!(seen(&lookup), ["0: 6"]);
}

#[test]
fn hits_whose_identities_do_not_show_tell_nothing() {
    let asked = users(json!([{"email": "ann@x.example"}]));
    let mut lookup = lookup(&asked);
    lookup.next(Now::ZERO);
    let hits = || page(json!({"users": [{"id": 5, "email": "joann@x.example"}]}));
    lookup.answered(hits(), Now::ZERO);
    lookup.next(Now::ZERO);
    lookup.answered(hits(), Now::ZERO);
    assert_eq!(seen(&lookup), ["0: unsure"]);
}

#[test]
fn several_or_deleted_people_are_not_taken_for_one() {
    let asked = users(json!([{"external_id": "a"}, {"external_id": "b"}]));
    let mut lookup = lookup(&asked);
    lookup.next(Now::ZERO);
    lookup.answered(
        page(json!({"users": [
            {"id": 1, "external_id": "a"}, {"id": 2, "external_id": "A"},
            {"id": 3, "external_id": "b", "active": false},
        ]})),
        Now::ZERO,
    );
    assert_eq!(seen(&lookup), ["0: unsure", "1: absent"]);
}

#[test]
fn a_failure_is_asked_again_later_and_a_refusal_is_not() {
    let asked = users(json!([{"external_id": "a"}]));
    let mut failing = lookup(&asked);
    failing.next(Now::ZERO);
    failing.failed(Now::from_secs(3));
    assert!(failing.next(Now::from_secs(2)).is_none());
    assert!(failing.next(Now::from_secs(3)).is_some());
    failing.refused();
    assert!(failing.is_done());
    assert_eq!(seen(&failing), ["0: unsure"]);
}

#[test]
fn no_request_is_longer_than_a_url_may_be() {
    let asked: Vec<UserInput> = (0..250)
        .map(|number| UserInput {
            external_id: format!("{number:03}-{}", "é".repeat(40)).as_str().into(),
            ..UserInput::default()
        })
        .collect();
    let mut lookup = lookup(&asked);
    let mut places = 0;
    while let Some(query) = lookup.next(Now::ZERO) {
        let PeopleQuery::ByExternalIds(ids) = query else {
            panic!("{query:?}");
        };
        assert!(ids.len() <= MAX_KEYS);
        let bytes: usize = ids.iter().map(|id| encoded_bytes(id.as_str()) + 3).sum();
        assert!(bytes <= MAX_KEY_BYTES, "{bytes}");
        places += ids.len();
        lookup.answered(page(json!({"users": []})), Now::ZERO);
    }
    assert_eq!(places, 250);
}

#[test]
fn only_a_search_by_address_lags() {
    let asked = users(
        json!([{"email": "a@x.example"}, {"external_id": "1", "email": "a@x.example"}, {"external_id": "1"}]),
    );
    assert_eq!(
        asked
            .iter()
            .map(PersonKeys::of)
            .map(|keys| lags(&keys))
            .collect::<Vec<_>>(),
        [true, false, false]
    );
}
