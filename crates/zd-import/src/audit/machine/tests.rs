use bytes::Bytes;
use serde_json::{Value, json};
use zd_model::{UserId, UserInput};

use super::super::finding::RowFinding;
use super::super::options::ByAddress;
use super::*;
use crate::Row;

/// The lines of the rows that came out, with what was found.
type Found = Vec<(u64, String)>;

fn row(number: u64, user: Value) -> AuditRow {
    let user: UserInput = serde_json::from_value(user).unwrap();
    AuditRow::new(Row::new(number, number + 2, user, Bytes::from("raw")))
}

fn page(users: Value) -> Answer {
    let page = json!({"users": users, "identities": [], "organizations": []});
    Answer::People(Box::new(serde_json::from_value(page).unwrap()))
}

fn word(diff: &RowDiff) -> String {
    match &diff.finding {
        RowFinding::New => "new".to_owned(),
        RowFinding::Unchanged => "unchanged".to_owned(),
        RowFinding::Changed(fields) => {
            let fields: Vec<&str> = fields.iter().map(|field| field.field.as_str()).collect();
            format!("changed {}", fields.join(","))
        }
        RowFinding::CannotTell => format!("cannot tell {}", diff.cannot_tell.join(",")),
        RowFinding::Gone => "gone".to_owned(),
        RowFinding::Settled(_) => "settled".to_owned(),
    }
}

/// A machine that has its definitions and these rows.
fn begun(options: AuditOptions, rows: Vec<AuditRow>) -> Machine {
    let mut machine = Machine::new(&options);
    for row in rows {
        machine.offer(AuditItem::Row(row));
    }
    machine.source_ended();
    assert!(matches!(call(&mut machine), (CallId::Fields, Ask::Fields)));
    machine.answered(CallId::Fields, Answer::Fields(Vec::new()), Now::ZERO);
    machine
}

#[track_caller]
fn call(machine: &mut Machine) -> (CallId, Ask) {
    match machine.step(Now::ZERO) {
        Step::Call(id, ask) => (id, ask),
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn people(machine: &mut Machine) -> (CallId, PeopleQuery) {
    match call(machine) {
        (id, Ask::People(query)) => (id, query),
        other => panic!("{other:?}"),
    }
}

fn drain(machine: &mut Machine) -> Found {
    let mut found = Vec::new();
    loop {
        match machine.step(Now::ZERO) {
            Step::Give(diff) => found.push((diff.line, word(&diff))),
            Step::Done => return found,
            other => panic!("{other:?} after {found:?}"),
        }
    }
}

#[test]
fn a_person_is_looked_for_as_an_upsert_does() {
    let rows = vec![
        row(
            0,
            json!({"external_id": "a", "email": "a@x.example", "name": "A"}),
        ),
        row(
            1,
            json!({"external_id": "b", "email": "b@x.example", "name": "B"}),
        ),
        row(2, json!({"external_id": "c", "name": "C"})),
        row(3, json!({"email": "d@x.example", "name": "D"})),
        row(4, json!({"name": "nobody"})),
    ];
    let mut machine = begun(AuditOptions::default(), rows);
    let (id, query) = people(&mut machine);
    assert!(matches!(query, PeopleQuery::ByExternalIds(ids) if ids.len() == 3));
    assert!(
        matches!(machine.step(Now::ZERO), Step::Wait(None)),
        "one at a time in a chunk"
    );
    let stored = json!({"id": 1, "external_id": "A", "email": "a@x.example", "name": "A"});
    machine.answered(id, page(json!([stored])), Now::ZERO);
    // Row 1 has an address too, row 2 has none, row 3 has nothing else.
    let mut searched = Vec::new();
    for _ in 0..2 {
        let (id, query) = people(&mut machine);
        let PeopleQuery::SearchEmail(address) = query else {
            panic!("{query:?}");
        };
        let hits = if address == "b@x.example" {
            json!([{"id": 2, "external_id": null, "email": "b@x.example", "name": "B"}])
        } else {
            json!([])
        };
        machine.answered(id, page(hits), Now::ZERO);
        searched.push(address);
    }
    searched.sort();
    assert_eq!(searched, ["b@x.example", "d@x.example"]);
    let (id, query) = people(&mut machine);
    assert_eq!(query, PeopleQuery::ByIds(vec![UserId::new(2)]));
    let stored = json!({"id": 2, "external_id": null, "email": "b@x.example", "name": "B"});
    machine.answered(id, page(json!([stored])), Now::ZERO);
    let expected = [
        (2, "unchanged"),
        (3, "changed external_id"),
        (4, "new"),
        (5, "new"),
        (6, "cannot tell "),
    ];
    let found = drain(&mut machine);
    assert!(
        found
            .iter()
            .map(|(line, word)| (*line, word.as_str()))
            .eq(expected),
        "{found:?}"
    );
    let report = machine.report(Now::ZERO);
    assert_eq!(
        (
            report.rows,
            report.new,
            report.changed,
            report.unchanged,
            report.cannot_tell
        ),
        (5, 2, 1, 1, 1)
    );
    assert_eq!(
        (report.requests, report.fields["external_id"].different),
        (5, 1)
    );
}

#[test]
fn the_match_key_decides_who_is_looked_for() {
    let user = json!({"external_id": "mine", "email": "a@x.example", "name": "A"});
    let options = |match_by| AuditOptions {
        match_by,
        ..AuditOptions::default()
    };
    let mut by_id = begun(options(Match::ExternalId), vec![row(0, user.clone())]);
    let (id, _) = people(&mut by_id);
    by_id.answered(id, page(json!([])), Now::ZERO);
    assert_eq!(
        drain(&mut by_id),
        [(2, "new".to_owned())],
        "the address is not tried"
    );

    // Somebody with another external id keeps it: an import by address does not send the row's.
    let mut by_email = begun(options(Match::Email), vec![row(0, user)]);
    let stored = json!([{"id": 1, "external_id": "theirs", "email": "A@x.example", "name": "A"}]);
    for _ in 0..2 {
        let (id, _) = people(&mut by_email);
        by_email.answered(id, page(stored.clone()), Now::ZERO);
    }
    assert_eq!(drain(&mut by_email), [(2, "unchanged".to_owned())]);
}

#[test]
fn rows_of_a_run_are_read_by_their_users_and_who_is_not_there_is_gone() {
    let applied = |number, id, user| AuditRow {
        user_id: Some(UserId::new(id)),
        applied: true,
        ..row(number, user)
    };
    let overridden = AuditRow {
        overridden: true,
        ..applied(2, 3, json!({"external_id": "c", "name": "C"}))
    };
    let rows = vec![
        applied(
            0,
            1,
            json!({"external_id": "a", "email": "a@x.example", "name": "A"}),
        ),
        applied(
            1,
            2,
            json!({"external_id": "b", "email": "b@x.example", "name": "B"}),
        ),
        overridden,
    ];
    let mut machine = begun(AuditOptions::default(), rows);
    let (id, query) = people(&mut machine);
    assert!(matches!(query, PeopleQuery::ByIds(ids) if ids.len() == 3));
    let stored = json!([
        {"id": 1, "external_id": "a", "email": "a@x.example", "name": "Changed"},
        {"id": 3, "external_id": "c", "name": "Later"},
    ]);
    machine.answered(id, page(stored), Now::ZERO);
    let found = drain(&mut machine);
    let words: Vec<&str> = found.iter().map(|(_, word)| word.as_str()).collect();
    assert_eq!(words, ["changed name", "gone", "cannot tell name"]);
}

#[test]
fn a_second_row_about_a_person_is_told_to_follow_the_first() {
    let mut rows: Vec<_> = (0..2)
        .map(|number| row(number, json!({"external_id": "a", "name": "A"})))
        .collect();
    for row in &mut rows {
        row.row.group = Some(5);
    }
    let mut machine = begun(AuditOptions::default(), rows);
    let (id, _) = people(&mut machine);
    machine.answered(id, page(json!([])), Now::ZERO);
    let mut found = Vec::new();
    while let Step::Give(diff) = machine.step(Now::ZERO) {
        found.push((diff.follows, word(&diff)));
    }
    let second = "cannot tell external_id,name".to_owned();
    assert_eq!(found, [(false, "new".to_owned()), (true, second)]);
}

#[test]
fn outcomes_keep_the_order_of_the_rows_and_little_is_held() {
    let mut machine = Machine::new(&AuditOptions {
        in_flight: 3,
        ..AuditOptions::default()
    });
    let mut number = 0;
    let mut calls = VecDeque::new();
    let mut found = Vec::new();
    let mut most = 0;
    loop {
        match machine.step(Now::ZERO) {
            Step::Pull if number < 2_050 => {
                let user = json!({"external_id": number.to_string(), "name": "A"});
                machine.offer(AuditItem::Row(row(number, user)));
                number += 1;
                most = most.max(number - found.len() as u64);
            }
            Step::Pull => machine.source_ended(),
            Step::Call(id, ask) => {
                calls.push_back((id, ask));
                assert!(calls.len() <= 3);
            }
            Step::Give(diff) => found.push(diff.number),
            Step::Wait(_) => {
                // The last one asked is answered first.
                let (id, ask) = calls.pop_back().unwrap();
                let answer = match ask {
                    Ask::Fields => Answer::Fields(Vec::new()),
                    _ => page(json!([])),
                };
                machine.answered(id, answer, Now::ZERO);
            }
            Step::Done => break,
        }
    }
    assert!(found.iter().copied().eq(0..2_050));
    assert!(most <= 700, "{most}");
    assert_eq!(machine.report(Now::ZERO).requests, 22);
}

#[test]
fn a_request_that_fails_is_made_again_after_a_while_and_not_for_ever() {
    let rows = vec![row(0, json!({"external_id": "a", "name": "A"}))];
    let mut machine = begun(AuditOptions::default(), rows);
    let mut now = Now::ZERO;
    for failure in 1..=MAX_FAILURES + 1 {
        let (id, _) = match machine.step(now) {
            Step::Call(id, ask) => (id, ask),
            other => panic!("{other:?}"),
        };
        let wait = (failure == 1).then(|| Duration::from_secs(60));
        assert_eq!(machine.failed(id, wait, now), failure <= MAX_FAILURES);
        let Step::Wait(Some(until)) = machine.step(now) else {
            panic!("it waits");
        };
        if failure == 1 {
            assert_eq!(until, now + Duration::from_secs(60));
        }
        now = until;
    }
}

#[test]
fn what_is_refused_leaves_the_others_alone() {
    let rows = vec![
        row(0, json!({"external_id": "a", "name": "A"})),
        row(1, json!({"email": "b@x.example"})),
    ];
    let mut machine = begun(AuditOptions::default(), rows);
    let (id, _) = people(&mut machine);
    machine.answered(id, page(json!([])), Now::ZERO);
    let (id, _) = people(&mut machine);
    machine.refused(id);
    assert_eq!(
        drain(&mut machine),
        [(2, "new".to_owned()), (3, "cannot tell ".to_owned())]
    );
}

#[test]
fn a_walk_finds_people_and_a_search_whoever_changed_since() {
    let rows = (0..3)
        .map(|number| row(number, json!({"email": format!("{number}@x.example")})))
        .collect();
    let options = AuditOptions {
        by_address: ByAddress::Walk,
        ..AuditOptions::default()
    };
    let mut machine = begun(options, rows);
    let (id, ask) = call(&mut machine);
    assert!(matches!((id, &ask), (CallId::Addresses, Ask::Walk(_))));
    assert!(matches!(machine.step(Now::ZERO), Step::Wait(None)));
    let users = json!({"users": [{"id": 1, "email": "0@x.example"}, {"id": 2, "email": "1@x.example"}], "identities": []});
    let users = Box::new(serde_json::from_value(users).unwrap());
    machine.answered(id, Answer::Page(users, None), Now::ZERO);
    let (id, query) = people(&mut machine);
    assert!(matches!(query, PeopleQuery::ByIds(ids) if ids.len() == 2));
    // User 2 has another address by now.
    let shown = json!([{"id": 1, "email": "0@x.example"}, {"id": 2, "email": "new@x.example"}]);
    machine.answered(id, page(shown), Now::ZERO);
    let (id, query) = people(&mut machine);
    assert_eq!(query, PeopleQuery::SearchEmail("1@x.example".to_owned()));
    machine.answered(id, page(json!([])), Now::ZERO);
    let found = drain(&mut machine);
    let words: Vec<&str> = found.iter().map(|(_, word)| word.as_str()).collect();
    assert_eq!(words, ["unchanged", "new", "new"]);
    assert_eq!(machine.report(Now::ZERO).users_walked, 2);
}

#[test]
fn definitions_that_are_known_are_not_asked_for() {
    let account = crate::AccountFacts::from_json(
        br#"{"user_fields": [{"id": 1, "key": "code", "type": "text"}]}"#,
    );
    let mut machine = Machine::new(&AuditOptions {
        account: Some(std::sync::Arc::new(account.unwrap())),
        ..AuditOptions::default()
    });
    let user = json!({"external_id": "a", "user_fields": {"code": "1.0"}});
    machine.offer(AuditItem::Row(row(0, user)));
    machine.source_ended();
    let (id, _) = people(&mut machine);
    let stored = json!([{"id": 1, "external_id": "a", "user_fields": {"code": "1"}}]);
    machine.answered(id, page(stored), Now::ZERO);
    // In a text field a number is a text.
    assert_eq!(
        drain(&mut machine),
        [(2, "changed user_fields.code".to_owned())]
    );
}
