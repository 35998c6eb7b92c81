//! What ends an import early, and what sends people in another way.

use std::time::Duration;

use zd_model::operation::{
    USERS_CREATE_OR_UPDATE as UPSERT, USERS_CREATE_OR_UPDATE_MANY as SUBMIT, USERS_SHOW_MANY,
};

use super::scenarios::asked;
use super::world::{Mischief, World, refused};
use super::{Trial, check, mixed_rows, person, row};
use crate::engine::{EngineOptions, Now, Single};
use crate::{Row, Status, Stop};

fn people(count: u64, refused: impl Fn(u64) -> bool) -> Vec<Row> {
    (0..count)
        .map(|number| {
            let mut user = person(&format!("own-{number}"), number);
            if refused(number) {
                user.notes = "refuse me".into();
            }
            row(number, None, user)
        })
        .collect()
}

fn options(rows: u64) -> EngineOptions {
    EngineOptions {
        seed: Some(7),
        batch_rows: 10,
        expected_rows: Some(rows),
        ..EngineOptions::default()
    }
}

fn trial(options: EngineOptions, rows: Vec<Row>) -> Trial {
    Trial::new(options, World::new(1, Mischief::none()), rows)
}

#[test]
fn a_large_import_stops_when_most_of_its_first_batch_fails() {
    let rows = people(600, |number| number < 6);
    let mut trial = trial(options(600), rows);
    let report = trial.run();
    assert!(
        matches!(report.stopped, Some(Stop::Canary { failed: 6, of: 10 })),
        "{report:?}"
    );
    assert_eq!((asked(&trial, SUBMIT.name), report.unprocessed), (1, 590));
}

#[test]
fn the_first_batch_goes_alone_and_then_all_go() {
    let rows = people(600, |number| number < 5);
    let mut trial = trial(options(600), rows);
    trial.world.job_time = Some(Duration::from_secs(10));
    trial.run_until(Now::from_secs(5));
    assert_eq!(asked(&trial, SUBMIT.name), 1, "it is out");
    let report = trial.run();
    assert_eq!((report.counts.created, report.counts.failed), (595, 5));
    assert!(report.stopped.is_none() && report.finished);
    assert!(report.max_jobs_seen > 20);
}

#[test]
fn a_small_import_has_no_canary_and_nobody_need_have_one() {
    for (rows, canary) in [(500, true), (600, false)] {
        let all = people(rows, |_| true);
        let options = EngineOptions {
            canary,
            ..options(rows)
        };
        let report = trial(options, all).run();
        assert!(report.stopped.is_none());
        assert_eq!(report.counts.failed, rows);
    }
}

#[test]
fn a_first_batch_that_goes_wrong_in_between_is_followed_to_its_outcome() {
    for seed in 0..200 {
        let rows = people(120, |number| number.is_multiple_of(11));
        let options = EngineOptions {
            batch_rows: 2,
            seed: Some(seed),
            ..options(120)
        };
        let mut trial = Trial::new(options, World::new(seed, Mischief::all()), rows);
        let report = trial.run();
        if report.stopped.is_none() {
            check(&trial, 120, seed);
        }
    }
}

#[test]
fn too_many_errors_stop_the_sending_and_not_what_is_in_flight() {
    let options = EngineOptions {
        max_errors: Some(5),
        max_jobs: 2,
        ..options(400)
    };
    let mut trial = trial(options, people(400, |number| number.is_multiple_of(4)));
    let report = trial.run();
    assert!(
        matches!(report.stopped, Some(Stop::TooManyErrors { failed }) if failed > 5),
        "{report:?}"
    );
    let sent = 10 * asked(&trial, SUBMIT.name);
    assert_eq!(
        report.counts.rows, sent,
        "all that was sent has its outcome"
    );
    assert!(sent < 100 && report.unprocessed == 400 - sent);
}

#[test]
fn time_that_is_over_stops_the_sending() {
    let options = EngineOptions {
        max_duration: Some(Duration::from_secs(30)),
        max_jobs: 1,
        ..options(400)
    };
    let mut trial = trial(options, people(400, |_| false));
    trial.world.job_time = Some(Duration::from_secs(12));
    let report = trial.run();
    assert!(matches!(report.stopped, Some(Stop::TimeUp)), "{report:?}");
    assert_eq!(report.counts.created, 30);
    assert!(report.elapsed < Duration::from_secs(45));
}

#[test]
fn where_bulk_import_is_off_few_people_go_one_by_one() {
    let off = || refused(SUBMIT.name, 403, "Forbidden");
    let mut few = trial(options(40), people(40, |number| number == 7));
    few.world
        .script
        .insert(SUBMIT.name, (0..99).map(|_| off()).collect());
    let report = few.run();
    assert_eq!((report.counts.created, report.counts.failed), (39, 1));
    assert_eq!(asked(&few, UPSERT.name), 40);
    assert!(
        report.elapsed >= Duration::from_secs(39),
        "one a second is what Zendesk takes: {:?}",
        report.elapsed
    );
    check(&few, 40, 0);

    for (single, rows) in [(Single::IfSmall, 301), (Single::Never, 40)] {
        let options = EngineOptions {
            single,
            ..options(rows)
        };
        let mut many = trial(options, people(rows, |_| false));
        many.world
            .script
            .insert(SUBMIT.name, (0..99).map(|_| off()).collect());
        let report = many.run();
        assert!(matches!(report.stopped, Some(Stop::BulkImportOff(_))));
        assert_eq!(asked(&many, UPSERT.name), 0);
    }
}

#[test]
fn people_who_go_one_by_one_come_to_the_same() {
    for seed in 0..100 {
        let mut rng = fastrand::Rng::with_seed(seed);
        let rows = mixed_rows(&mut rng, 40, seed % 2 == 0);
        let options = EngineOptions {
            single: Single::Always,
            seed: Some(seed),
            ..EngineOptions::default()
        };
        let mut trial = Trial::new(options, World::new(seed, Mischief::all()), rows);
        trial.run();
        check(&trial, 40, seed);
        assert_eq!(asked(&trial, SUBMIT.name), 0);
    }
}

#[test]
fn who_is_as_asked_is_left_alone() {
    let options = EngineOptions {
        if_changed: true,
        ..options(100)
    };
    let rows = people(100, |_| false);
    let mut trial = trial(options, rows);
    for number in (0..100).filter(|number| number % 5 != 0) {
        let name = format!("row {number}");
        trial.world.add(&format!("own-{number}"), &name, Now::ZERO);
    }
    let report = trial.run();
    assert_eq!((report.counts.unchanged, report.counts.created), (80, 20));
    assert_eq!(trial.status(1), Status::Unchanged);
    assert!(
        trial.world.applications(1).is_empty(),
        "nothing was written"
    );
    assert_eq!(
        asked(&trial, SUBMIT.name),
        2,
        "the others are sent in full batches"
    );
    assert!(asked(&trial, USERS_SHOW_MANY.name) <= 20);
}
