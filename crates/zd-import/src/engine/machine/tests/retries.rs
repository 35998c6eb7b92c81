//! Rules of sending again that only a chain of things going wrong needs.

use std::time::Duration;

use zd_model::operation::USERS_CREATE_OR_UPDATE_MANY as SUBMIT;

use super::scenarios::{asked, lost, options, people, script, trial};
use super::world::{Mischief, World};
use super::{Trial, person, row};
use crate::engine::{EngineOptions, Now};
use crate::journal::Entry;
use crate::{Match, Status};

/// Goes on in small steps until something is so.
fn run_while(trial: &mut Trial, waits: impl Fn(&Trial) -> bool) {
    while waits(trial) {
        let next = trial.now + Duration::from_millis(10);
        assert!(!trial.run_until(next), "over before it happened");
    }
}

#[test]
fn a_row_that_collides_goes_again_three_times_with_growing_pauses() {
    for (collisions, status) in [(3, Status::Created), (4, Status::Failed)] {
        let mut rows = people(5);
        rows[2].user.notes = "collide".into();
        let mut trial = trial(rows);
        trial.world.collisions = collisions;
        trial.world.job_time = Some(Duration::from_millis(100));
        let mut last = Now::ZERO;
        for sent in 1..=4 {
            run_while(&mut trial, |trial| asked(trial, SUBMIT.name) < sent);
            let pause = Duration::from_secs(2 * (sent - 1));
            assert!(trial.now - last >= pause, "{sent}: {:?}", trial.now - last);
            last = trial.now;
        }
        let report = trial.run();
        assert_eq!((trial.status(2), trial.outcomes[&2].attempts), (status, 4));
        assert_eq!((trial.outcomes[&0].attempts, report.rows_resent), (1, 3));
        if status == Status::Failed {
            assert_eq!(trial.code(2), "DatabaseConflict");
            assert!(trial.outcomes[&2].error.as_ref().unwrap().retryable);
        }
    }
}

#[test]
fn a_search_that_misses_proves_nothing_for_two_minutes() {
    let mut rows = people(1);
    rows[0].user.external_id = zd_model::Nullable::Absent;
    rows[0].user.email = Some("own-0@x.example".to_owned());
    let mut trial = trial(rows);
    script(&mut trial, SUBMIT.name, [lost()]);
    assert!(!trial.run_until(Now::from_secs(30 + 119)));
    assert_eq!(asked(&trial, SUBMIT.name), 1, "it may be there, unseen");
    let report = trial.run();
    assert_eq!((report.counts.created, report.rows_resent), (1, 1));
}

/// The first attempt takes longer than any may: it makes the person just after looking missed it.
#[test]
fn a_person_made_by_the_first_of_two_lost_attempts_was_created() {
    let mut trial = trial(people(1));
    script(&mut trial, SUBMIT.name, [lost(), lost()]);
    run_while(&mut trial, |trial| asked(trial, SUBMIT.name) < 2);
    trial.world.add("own-0", "row 0", Now::from_secs(20));
    let report = trial.run();
    assert_eq!((trial.status(0), report.rows_resent), (Status::Created, 1));
}

/// The same as if the process had lived: the second attempt only mends what the first has made.
#[test]
fn a_person_made_by_an_attempt_of_an_earlier_process_was_created() {
    let mut trial = trial(people(1)).durable();
    trial.world.job_time = Some(Duration::from_secs(5));
    script(&mut trial, SUBMIT.name, [lost()]);
    assert!(!trial.run_until(Now::from_secs(5)));
    trial.world.add("own-0", "not quite", trial.now);
    let accepted = |entry: &Entry| matches!(entry, Entry::Accepted { .. });
    run_while(&mut trial, |trial| !trial.journal.iter().any(accepted));
    trial.restart();
    let report = trial.run();
    assert!(report.resumed && report.rows_resent == 0);
    assert_eq!(trial.status(0), Status::Created);
    assert_eq!(trial.world.applications(0), [false]);
}

/// Where people are found by address an external id may have been left out, and the next process does not know.
#[test]
fn a_person_made_without_the_external_id_by_an_earlier_process_was_created() {
    let mut rows = people(1);
    rows[0].user.email = Some("own-0@x.example".to_owned());
    let options = EngineOptions {
        match_by: Match::Email,
        ..options()
    };
    for (name, resent) in [("row 0", 0), ("not as asked", 1)] {
        let world = World::new(1, Mischief::none());
        let mut trial = Trial::new(options.clone(), world, rows.clone()).durable();
        script(&mut trial, SUBMIT.name, [lost()]);
        run_while(&mut trial, |trial| asked(trial, SUBMIT.name) < 1);
        let at = trial.now + Duration::from_secs(1);
        (trial.world).add_by(None, Some("own-0@x.example"), name, at);
        trial.restart();
        let report = trial.run();
        assert_eq!(
            (trial.status(0), report.rows_resent),
            (Status::Created, resent),
            "{name}"
        );
    }
}

#[test]
fn the_people_of_a_job_that_does_not_end_are_left_alone_by_the_next_process() {
    let mut rows = vec![row(0, Some(3), person("same", 0))];
    rows.extend((1..9).map(|number| row(number, None, person(&format!("own-{number}"), number))));
    rows.push(row(9, Some(3), person("SAME", 9)));
    let options = EngineOptions {
        max_jobs: 1,
        batch_rows: 1,
        ..options()
    };
    let mut trial = Trial::new(options, World::new(1, Mischief::none()), rows).durable();
    trial.world.job_time = Some(Duration::from_secs(7 * 3600));
    run_while(&mut trial, |trial| trial.world.jobs_seen() == 0);
    trial.world.job_time = None;
    run_while(&mut trial, |trial| trial.recorded().is_empty());
    assert_eq!((trial.code(0), trial.outcomes.len()), ("stuck", 1));
    trial.restart();
    let report = trial.run();
    assert_eq!(
        (trial.status(9), trial.code(9)),
        (Status::Failed, "blocked_by_earlier_row")
    );
    assert_eq!(report.counts.created, 8);
}
