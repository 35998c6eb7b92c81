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
    words(
        users,
        &serde_json::from_value::<Vec<JobResult>>(entries).unwrap(),
    )
}

fn words(users: &[UserInput], entries: &[JobResult]) -> Vec<String> {
    correlate(users, entries)
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
    assert!(echoes(&two().each_ref().map(SentKeys::of), &entries(whole)));
    for not in [
        json!([{"id": 1, "status": "Created", "external_id": "a"}]),
        json!([{"error": "E"}, {"error": "E"}]),
        json!([{"error": "E"}, {"id": 1, "status": "Created", "external_id": "a"}]),
        json!([{"id": 1, "status": "Created", "external_id": "a", "email": "other@x.example"}, {"error": "E"}]),
    ] {
        assert!(!echoes(&two().each_ref().map(SentKeys::of), &entries(not)));
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

fn truth(rng: &mut fastrand::Rng) -> Truth {
    let has_external_id = rng.bool();
    Truth {
        has_external_id,
        has_email: rng.bool() || !has_external_id,
        kind: rng.u8(..5),
        index_in_id: rng.bool(),
    }
}

fn entry_of(place: usize, truth: &Truth) -> JobResult {
    let user_id = 1_000 + place as u64;
    let mut entry = JobResult::new();
    entry.id = zd_model::Nullable::Value(user_id.into());
    match truth.kind {
        0 => entry.status = "Created".into(),
        1 => entry.status = "Updated".into(),
        kind => {
            entry.error = zd_model::Nullable::Value(format!("E{place}").into());
            if kind == 2 {
                entry.index = (place as u64).into();
            } else {
                entry.status = "Failed".into();
            }
            if truth.index_in_id {
                entry.id = zd_model::Nullable::Value(place.into());
            }
        }
    }
    if matches!(truth.kind, 0 | 1 | 4) {
        if truth.has_external_id {
            entry.external_id = format!("EXT-{place}").into();
        }
        if truth.has_email {
            entry.email = format!("Row{place}@x.example").into();
        }
    }
    entry
}

fn stranger() -> JobResult {
    let mut entry = JobResult::new();
    entry.id = zd_model::Nullable::Value(77.into());
    entry.status = "Created".into();
    entry.email = "else@x.example".into();
    entry
}

fn bare(entry: &JobResult) -> bool {
    entry.external_id.is_absent() && entry.email.is_absent() && entry.index.is_absent()
}

/// Whether the only entries out of place are such as say nothing of whose they are: nobody could notice.
fn unnoticeable(entries: &[JobResult], pristine: &[JobResult]) -> bool {
    entries.len() == pristine.len()
        && (entries.iter())
            .zip(pristine)
            .all(|(now, then)| now == then || bare(now))
}

/// Swaps, drops, doubles, strangers and rotations.
fn mischief(rng: &mut fastrand::Rng, entries: &mut Vec<JobResult>) {
    for _ in 0..rng.u8(..4) {
        if entries.is_empty() {
            return;
        }
        let (at, other) = (rng.usize(..entries.len()), rng.usize(..entries.len()));
        match rng.u8(..6) {
            0 => entries.swap(at, other),
            1 => drop(entries.remove(at)),
            2 => entries.insert(other, entries[at].clone()),
            3 => entries.insert(at, stranger()),
            4 => entries[at] = stranger(),
            _ => entries.rotate_left(at),
        }
    }
}

#[test]
fn no_row_ever_gets_another_rows_outcome() {
    let (mut damaged, mut told) = (0_u32, 0_u32);
    // `cargo xtask soak 9` asks for a million.
    let cases = std::env::var("ZD_CASES").map_or(120_000, |cases| cases.parse().unwrap());
    for seed in 0..cases {
        let mut rng = fastrand::Rng::with_seed(seed);
        let truths: Vec<Truth> = (0..rng.usize(1..8)).map(|_| truth(&mut rng)).collect();
        let keys: Vec<SentKeys<'_>> = (truths.iter().enumerate())
            .map(|(place, truth)| SentKeys {
                external_id: truth.has_external_id.then(|| format!("ext-{place}").into()),
                email: truth
                    .has_email
                    .then(|| format!("row{place}@x.example").into()),
            })
            .collect();
        let pristine: Vec<JobResult> = (truths.iter().enumerate())
            .map(|(place, truth)| entry_of(place, truth))
            .collect();
        let mut entries = pristine.clone();
        mischief(&mut rng, &mut entries);
        let whole = entries == pristine;
        if !whole && unnoticeable(&entries, &pristine) {
            continue;
        }
        damaged += u32::from(!whole);
        let echoes = read_echoes(&keys, &entries);
        let assigned = assign(keys.len(), &echoes, &entries);
        for (place, entry) in assigned.into_iter().enumerate() {
            let verdict = entry.map_or(RowVerdict::Doubt, |entry| verdict_of(&entries[entry]));
            let truth = verdict_of(&pristine[place]);
            if whole || verdict != RowVerdict::Doubt {
                assert_eq!(verdict, truth, "seed {seed}, row {place} of {entries:?}");
                told += u32::from(!whole);
            }
        }
    }
    assert!(
        damaged > 50_000 && told > 100_000,
        "{damaged} damaged, {told} told all the same"
    );
}
