use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;

type Row = (Option<u8>, Option<u8>, Option<u8>);

fn decide(rows: &[Row], policy: Duplicates) -> (Fates, DuplicateSummary, Problems) {
    let (mut keys, mut lines, mut problems) = (Keys::new(), Lines::default(), Problems::default());
    for (number, (external_id, email, id)) in (0..).zip(rows) {
        lines.note(number, u64::from(number) + 2);
        let insert = |table: &mut KeyTable, key: &Option<u8>| {
            if let Some(key) = key {
                table.insert(&key.to_string(), number);
            }
        };
        insert(&mut keys.external_ids, external_id);
        insert(&mut keys.emails, email);
        insert(&mut keys.ids, id);
    }
    let (fates, summary) = keys.decide(false, rows.len(), policy, &lines, &mut problems);
    (fates, summary, problems)
}

fn share(one: &Row, other: &Row) -> bool {
    let same = |one: Option<u8>, other: Option<u8>| one.is_some() && one == other;
    same(one.0, other.0) || same(one.1, other.1) || same(one.2, other.2)
}

/// Groups of two and more, by trying every pair until nothing changes.
fn naive_groups(rows: &[Row], of: &BTreeSet<usize>) -> BTreeSet<BTreeSet<usize>> {
    let mut label: BTreeMap<usize, usize> = of.iter().map(|row| (*row, *row)).collect();
    loop {
        let before = label.clone();
        for one in of {
            for other in of {
                if share(&rows[*one], &rows[*other]) {
                    let least = label[one].min(label[other]);
                    label.insert(*one, least);
                    label.insert(*other, least);
                }
            }
        }
        if label == before {
            break;
        }
    }
    let mut groups: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for (row, label) in label {
        groups.entry(label).or_default().insert(row);
    }
    groups
        .into_values()
        .filter(|group| group.len() > 1)
        .collect()
}

fn groups_of(fates: &Fates) -> BTreeSet<BTreeSet<usize>> {
    let mut groups: BTreeMap<u32, BTreeSet<usize>> = BTreeMap::new();
    for (row, group) in &fates.groups {
        groups.entry(*group).or_default().insert(*row as usize);
    }
    groups.into_values().collect()
}

fn settled_rows(fates: &Fates) -> BTreeSet<usize> {
    fates
        .settled
        .iter()
        .map(|(row, ..)| *row as usize)
        .collect()
}

const A: Row = (Some(1), Some(1), None);

#[test]
fn equal_rows_wait_for_each_other() {
    let (fates, summary, problems) = decide(&[A, (None, Some(9), None), A], Duplicates::InOrder);
    assert_eq!(fates.groups, [(0, 0), (2, 0)]);
    assert_eq!(fates.settled, []);
    assert_eq!((summary.rows, summary.groups), (2, 1));
    assert_eq!(summary.examples.len(), 2, "the id and the address");
    assert_eq!(summary.examples[0].lines, [2, 4]);
    assert!(problems.is_empty());
}

#[test]
fn rows_that_contradict_each_other_are_invalid_in_order() {
    let rows = [
        (Some(1), Some(1), None),
        (Some(1), Some(2), None),
        (Some(1), None, None),
        (Some(7), Some(8), None),
        (Some(9), Some(8), None),
        (None, Some(8), None),
    ];
    let (fates, summary, problems) = decide(&rows, Duplicates::InOrder);
    assert_eq!(
        fates.settled,
        [
            (0, 1, Verdict::EmailsDiffer),
            (1, 0, Verdict::EmailsDiffer),
            (3, 4, Verdict::ExternalIdsDiffer),
            (4, 3, Verdict::ExternalIdsDiffer)
        ]
    );
    assert_eq!(fates.groups, [], "the rows that are left are alone");
    assert_eq!((summary.invalid, problems.total), (4, 4));
    let told: Vec<_> = problems.first.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "line 2: lines 2, 3 have the same external_id with different e-mail addresses",
            "line 5: lines 5, 6 have the same e-mail address with different external_ids"
        ]
    );
}

#[test]
fn a_contradiction_of_many_lists_twenty_lines() {
    let rows: Vec<Row> = (0..200).map(|email| (Some(1), Some(email), None)).collect();
    let (_, _, problems) = decide(&rows, Duplicates::InOrder);
    assert_eq!((problems.total, problems.first.len()), (200, 1));
    let message = &problems.first[0].message;
    assert!(message.contains("20, 21 and 180 more"), "{message}");
}

#[test]
fn first_and_last_choose() {
    // The first and the third row share nothing, so giving up one for the other would lose a person.
    let rows = [
        (Some(1), Some(1), None),
        (Some(1), Some(2), None),
        (Some(2), Some(2), None),
    ];
    let (fates, summary, problems) = decide(&rows, Duplicates::First);
    assert_eq!(fates.settled, [(1, 0, Verdict::Superseded)]);
    assert_eq!((summary.superseded, fates.groups.len()), (1, 0));
    assert!(problems.is_empty(), "superseded rows are no problem");
    let (fates, ..) = decide(&[A, A, A], Duplicates::Last);
    assert_eq!(
        fates.settled,
        [(0, 2, Verdict::Superseded), (1, 2, Verdict::Superseded)]
    );
}

#[test]
fn duplicates_can_be_forbidden() {
    let (fates, _, problems) = decide(&[A, (None, Some(9), None), A], Duplicates::Error);
    assert_eq!(settled_rows(&fates), BTreeSet::from([0, 2]));
    assert_eq!(problems.by_code.get("duplicate"), Some(&4), "both keys");
}

fn any_rows() -> impl Strategy<Value = Vec<Row>> {
    let key = || prop::option::of(0..12_u8);
    prop::collection::vec((key(), key(), prop::option::weighted(0.1, 0..12_u8)), 0..24)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn groups_are_exactly_the_transitive_closure(rows in any_rows()) {
        let (fates, summary, _) = decide(&rows, Duplicates::InOrder);
        let all: BTreeSet<usize> = (0..rows.len()).collect();
        let left: BTreeSet<usize> = all.difference(&settled_rows(&fates)).copied().collect();
        prop_assert_eq!(groups_of(&fates), naive_groups(&rows, &left));
        let groups = naive_groups(&rows, &all);
        prop_assert_eq!(summary.groups, groups.len() as u64);
        prop_assert_eq!(summary.rows, groups.iter().map(BTreeSet::len).sum::<usize>() as u64);
        prop_assert!(fates.groups.is_sorted() && fates.settled.is_sorted_by_key(|(row, ..)| *row));
    }

    #[test]
    fn contradictions_are_exactly_those_of_every_pair(rows in any_rows()) {
        let (fates, ..) = decide(&rows, Duplicates::InOrder);
        let differ = |one: Option<u8>, other: Option<u8>| one.is_some() && other.is_some() && one != other;
        let same = |one: Option<u8>, other: Option<u8>| one.is_some() && one == other;
        let clash = |one: &Row, other: &Row| {
            same(one.0, other.0) && differ(one.1, other.1) || same(one.1, other.1) && differ(one.0, other.0)
        };
        // A row that names both keys contradicts whoever shares a contradictory one, so the rows of a key fall together.
        let involved = |row: &Row| {
            let of_id: BTreeSet<u8> = rows.iter().filter(|other| same(row.0, other.0)).filter_map(|other| other.1).collect();
            let of_email: BTreeSet<u8> = rows.iter().filter(|other| same(row.1, other.1)).filter_map(|other| other.0).collect();
            row.0.is_some() && row.1.is_some() && (of_id.len() > 1 || of_email.len() > 1)
        };
        let expected: BTreeSet<usize> = (0..rows.len()).filter(|row| involved(&rows[*row])).collect();
        prop_assert_eq!(settled_rows(&fates), expected);
        for (row, other, _) in &fates.settled {
            prop_assert!(share(&rows[*row as usize], &rows[*other as usize]) && row != other);
        }
        for one in 0..rows.len() {
            for other in 0..one {
                let left = !settled_rows(&fates).contains(&one) && !settled_rows(&fates).contains(&other);
                prop_assert!(!(left && clash(&rows[one], &rows[other])));
            }
        }
    }

    /// Of those that are sent no two share a key; each that is not shares one with an earlier (or later) one that is.
    #[test]
    fn first_and_last_leave_nobody_out_and_nobody_twice(rows in any_rows(), last: bool) {
        let policy = if last { Duplicates::Last } else { Duplicates::First };
        let (fates, ..) = decide(&rows, policy);
        let settled = settled_rows(&fates);
        for one in (0..rows.len()).filter(|row| !settled.contains(row)) {
            for other in (0..one).filter(|row| !settled.contains(row)) {
                prop_assert!(!share(&rows[one], &rows[other]));
            }
        }
        for (row, other, verdict) in &fates.settled {
            prop_assert_eq!(*verdict, Verdict::Superseded);
            prop_assert!(!settled.contains(&(*other as usize)));
            prop_assert!(share(&rows[*row as usize], &rows[*other as usize]));
            prop_assert_eq!(last, other > row);
        }
    }
}
