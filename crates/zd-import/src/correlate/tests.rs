use proptest::prelude::*;
use serde_json::json;

use super::*;

fn user(external_id: Option<&str>, email: Option<&str>) -> UserInput {
    UserInput {
        external_id: external_id.map_or_else(Default::default, Into::into),
        email: email.map(str::to_owned),
        ..UserInput::default()
    }
}

fn verdicts(users: &[UserInput], entries: serde_json::Value) -> Vec<String> {
    let entries: Vec<JobResult> = serde_json::from_value(entries).unwrap();
    correlate(users, &entries)
        .into_iter()
        .map(|verdict| match verdict {
            RowVerdict::Created(id) => format!("created {}", id.map_or(0, UserId::get)),
            RowVerdict::Updated(id) => format!("updated {}", id.map_or(0, UserId::get)),
            RowVerdict::Failed { code, .. } => format!("failed {}", code.unwrap_or_default()),
            RowVerdict::Doubt => "doubt".to_owned(),
        })
        .collect()
}

fn two() -> [UserInput; 2] {
    [
        user(Some("A"), Some("a@x.example")),
        user(Some("B"), Some("b@x.example")),
    ]
}

#[test]
fn echoes_in_another_case_and_order_find_their_rows() {
    let got = verdicts(
        &two(),
        json!([
            {"id": 2, "status": "Updated", "external_id": "b", "email": "B@X.example"},
            {"id": 1, "status": "Created", "external_id": "a"},
        ]),
    );
    assert_eq!(got, ["created 1", "updated 2"]);
}

#[test]
fn a_failed_entry_is_found_by_index_and_by_place_but_never_by_its_id() {
    let failed = json!([{"id": 1, "status": "Created", "external_id": "a"}, {"id": 0, "error": "E", "status": "Failed"}]);
    assert_eq!(verdicts(&two(), failed), ["created 1", "failed E"]);
    let by_index = json!([{"index": 1, "id": 0, "error": "E"}, {"id": 1, "status": "Created", "external_id": "a"}]);
    assert_eq!(verdicts(&two(), by_index), ["created 1", "failed E"]);
}

#[test]
fn a_place_means_nothing_once_something_is_out_of_place() {
    // The second entry echoes the first row: the order is not the input's.
    let got = verdicts(
        &[
            user(Some("a"), None),
            user(Some("b"), None),
            user(Some("c"), None),
        ],
        json!([{"error": "E"}, {"id": 1, "status": "Created", "external_id": "a"}, {"error": "F"}]),
    );
    assert_eq!(got, ["created 1", "doubt", "doubt"]);
}

#[test]
fn too_few_entries_leave_the_rest_in_doubt() {
    let got = verdicts(&two(), json!([{"error": "E"}]));
    assert_eq!(got, ["doubt", "doubt"]);
    assert_eq!(verdicts(&two(), json!([])), ["doubt", "doubt"]);
}

#[test]
fn an_echo_outranks_an_index_and_then_no_index_is_believed() {
    let got = verdicts(
        &two(),
        json!([{"index": 1, "id": 1, "status": "Created", "external_id": "a"}, {"index": 1, "error": "E"}]),
    );
    assert_eq!(got, ["created 1", "doubt"]);
}

#[test]
fn an_entry_about_two_rows_is_evidence_for_neither() {
    let got = verdicts(
        &two(),
        json!([
            {"id": 1, "status": "Created", "external_id": "a", "email": "b@x.example"},
            {"id": 2, "status": "Created", "external_id": "b"},
        ]),
    );
    assert_eq!(got, ["doubt", "doubt"]);
}

#[test]
fn twice_the_same_is_once_and_twice_different_is_doubt() {
    let one = json!({"id": 1, "status": "Created", "external_id": "a"});
    let other = json!({"id": 9, "status": "Updated", "external_id": "a"});
    assert_eq!(verdicts(&two()[..1], json!([one, one])), ["created 1"]);
    assert_eq!(verdicts(&two()[..1], json!([one, other])), ["doubt"]);
}

#[test]
fn success_of_an_unknown_kind_is_looked_into() {
    let got = verdicts(&two()[..1], json!([{"id": 1, "index": 0}]));
    assert_eq!(got, ["doubt"]);
}

#[test]
fn another_jobs_results_prove_nothing_by_number() {
    let got = verdicts(
        &two(),
        json!([{"id": 1, "status": "Created", "external_id": "zz"}, {"index": 1, "error": "E"}]),
    );
    assert_eq!(got, ["doubt", "doubt"]);
}

#[test]
fn only_a_whole_and_orderly_echo_claims_a_strangers_job() {
    let entries = |json| -> Vec<JobResult> { serde_json::from_value(json).unwrap() };
    let whole = json!([{"id": 1, "status": "Created", "external_id": "a"}, {"error": "E"}]);
    assert!(echoes(&two(), &entries(whole)));
    for not in [
        json!([{"id": 1, "status": "Created", "external_id": "a"}]),
        json!([{"error": "E"}, {"error": "E"}]),
        json!([{"error": "E"}, {"id": 1, "status": "Created", "external_id": "a"}]),
        json!([{"id": 1, "status": "Created", "external_id": "a", "email": "other@x.example"}, {"error": "E"}]),
    ] {
        assert!(!echoes(&two(), &entries(not)));
    }
}

/// A row's true outcome and how its entry looks.
#[derive(Clone, Debug)]
struct Truth {
    has_external_id: bool,
    has_email: bool,
    /// 0 created, 1 updated, 2 failed with an index, 3 failed without, 4 failed with an echo.
    kind: u8,
    /// Whether the index sits in `id`.
    index_in_id: bool,
}

fn truths() -> impl Strategy<Value = Vec<Truth>> {
    let truth = (any::<bool>(), any::<bool>(), 0_u8..5, any::<bool>()).prop_map(
        |(has_external_id, has_email, kind, index_in_id)| Truth {
            has_external_id,
            has_email: has_email || !has_external_id,
            kind,
            index_in_id,
        },
    );
    proptest::collection::vec(truth, 1..9)
}

/// What happens to the results on their way: (kind, at, other).
fn mischief() -> impl Strategy<Value = Vec<(u8, usize, usize)>> {
    proptest::collection::vec((0_u8..6, 0_usize..16, 0_usize..16), 0..4)
}

fn entry_of(place: usize, truth: &Truth) -> serde_json::Value {
    let user_id = 1_000 + place;
    let mut entry = match truth.kind {
        0 => json!({"id": user_id, "status": "Created"}),
        1 => json!({"id": user_id, "status": "Updated"}),
        2 => json!({"index": place, "error": format!("E{place}")}),
        _ => json!({"error": format!("E{place}"), "status": "Failed"}),
    };
    if truth.kind >= 2 {
        entry["id"] = if truth.index_in_id {
            json!(place)
        } else {
            json!(user_id)
        };
    }
    if matches!(truth.kind, 0 | 1 | 4) {
        if truth.has_external_id {
            entry["external_id"] = json!(format!("EXT-{place}"));
        }
        if truth.has_email {
            entry["email"] = json!(format!("Row{place}@x.example"));
        }
    }
    entry
}

fn truth_of(place: usize, truth: &Truth) -> String {
    let user_id = 1_000 + place;
    match truth.kind {
        0 => format!("created {user_id}"),
        1 => format!("updated {user_id}"),
        _ => format!("failed E{place}"),
    }
}

fn bare(entry: &serde_json::Value) -> bool {
    ["external_id", "email", "index"]
        .iter()
        .all(|key| entry.get(key).is_none())
}

/// Whether the only entries out of place are such as say nothing of whose they are: nobody could notice.
fn unnoticeable(entries: &[serde_json::Value], pristine: &[serde_json::Value]) -> bool {
    entries.len() == pristine.len()
        && entries
            .iter()
            .zip(pristine)
            .all(|(now, then)| now == then || bare(now))
}

proptest! {
    // Small cases, many of them: 4 × 32,768 runs take a few seconds in a debug build.
    #![proptest_config(ProptestConfig { cases: 131_072, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_row_ever_gets_another_rows_outcome(truths in truths(), mischief in mischief()) {
        let users: Vec<UserInput> = truths.iter().enumerate().map(|(place, truth)| UserInput {
            external_id: if truth.has_external_id { format!("ext-{place}").as_str().into() } else { zd_model::Nullable::Absent },
            email: truth.has_email.then(|| format!("row{place}@x.example")),
            ..UserInput::default()
        }).collect();
        let pristine: Vec<_> = truths.iter().enumerate().map(|(place, truth)| entry_of(place, truth)).collect();
        let mut entries = pristine.clone();
        for (kind, at, other) in mischief {
            let (at, other) = (at % entries.len().max(1), other % entries.len().max(1));
            match kind {
                _ if entries.is_empty() => {}
                0 => entries.swap(at, other),
                1 => { entries.remove(at); }
                2 => { let again = entries[at].clone(); entries.insert(other, again); }
                3 => entries.insert(at, json!({"id": 77, "status": "Created", "external_id": "somebody", "email": "else@x.example"})),
                4 => entries[at] = json!({"id": 78, "status": "Updated", "email": "else@x.example"}),
                _ => entries.rotate_left(at),
            }
        }
        prop_assume!(entries == pristine || !unnoticeable(&entries, &pristine));
        let whole = entries == pristine;
        for (place, (verdict, truth)) in verdicts(&users, json!(entries)).into_iter().zip(&truths).enumerate() {
            if whole || verdict != "doubt" {
                prop_assert_eq!(&verdict, &truth_of(place, truth), "row {} of {:?}", place, entries);
            }
        }
    }
}
