//! One thing going wrong at a time, and exactly what must come of it.

use std::time::Duration;

use zd_model::operation::{
    JOB_STATUSES_SHOW_MANY, USERS_CREATE_OR_UPDATE_MANY as SUBMIT, USERS_ME, USERS_SEARCH,
    USERS_SHOW_MANY,
};
use zd_model::{Role, User, UserId};

use super::super::super::ask::{Answer, Reply, Throttled};
use super::world::{Mischief, World, refused};
use super::{Trial, person, row};
use crate::engine::{EngineOptions, Now};
use crate::{Match, Phase, Row, Status, Stop, Trouble};

pub(super) fn people(count: u64) -> Vec<Row> {
    (0..count)
        .map(|number| row(number, None, person(&format!("own-{number}"), number)))
        .collect()
}

pub(super) fn options() -> EngineOptions {
    EngineOptions {
        seed: Some(7),
        batch_rows: 10,
        ..EngineOptions::default()
    }
}

pub(super) fn trial(rows: Vec<Row>) -> Trial {
    Trial::new(options(), World::new(1, Mischief::none()), rows)
}

pub(super) fn script(
    trial: &mut Trial,
    operation: &'static str,
    replies: impl IntoIterator<Item = Reply>,
) {
    trial
        .world
        .script
        .insert(operation, replies.into_iter().collect());
}

pub(super) fn lost() -> Reply {
    Reply::Lost(Trouble::default())
}

fn not_sent() -> Reply {
    Reply::NotSent(Trouble::default())
}

pub(super) fn asked(trial: &Trial, operation: &str) -> u64 {
    trial
        .world
        .asked
        .get(operation)
        .copied()
        .unwrap_or_default()
}

#[test]
fn bulk_import_that_is_off_stops_before_anything_is_applied() {
    let mut trial = trial(people(50));
    let off = || refused(SUBMIT.name, 403, "Forbidden");
    script(&mut trial, SUBMIT.name, std::iter::repeat_with(off).take(9));
    let report = trial.run();
    assert!(
        matches!(report.stopped, Some(Stop::BulkImportOff(_))),
        "{report:?}"
    );
    assert_eq!((report.batches_accepted, report.unprocessed), (0, 50));
    assert!(
        trial.outcomes.is_empty(),
        "a row that was never applied has no outcome"
    );
}

#[test]
fn a_missing_scope_is_not_taken_for_bulk_import_being_off() {
    let mut trial = trial(people(5));
    let mut reply = refused(SUBMIT.name, 403, "Forbidden");
    if let Reply::Refused(refusal) = &mut reply {
        refusal.message = Some("You are missing the following required scopes: write".to_owned());
    }
    script(&mut trial, SUBMIT.name, [reply]);
    assert!(matches!(trial.run().stopped, Some(Stop::Forbidden(_))));
}

#[test]
fn credentials_are_tried_before_anything_is_sent() {
    let mut trial = trial(people(5));
    script(
        &mut trial,
        USERS_ME.name,
        [refused(USERS_ME.name, 401, "invalid_token")],
    );
    let report = trial.run();
    assert!(matches!(report.stopped, Some(Stop::Unauthorized(_))));
    assert_eq!((asked(&trial, SUBMIT.name), report.requests), (0, 1));
}

#[test]
fn an_end_user_may_not_import() {
    let mut trial = trial(people(5));
    let mut user = User::new(UserId::new(5));
    user.role = Role::EndUser.into();
    script(
        &mut trial,
        USERS_ME.name,
        [Reply::Done(Answer::Me(Box::new(user)))],
    );
    assert!(matches!(trial.run().stopped, Some(Stop::Forbidden(_))));
    assert_eq!(asked(&trial, SUBMIT.name), 0);
}

#[test]
fn what_is_in_flight_is_followed_when_nothing_more_may_be_sent() {
    let mut trial = trial(people(50));
    trial.machine.options.max_jobs = 2;
    trial.world.slots = 30;
    trial.world.job_time = Some(Duration::from_secs(5));
    assert!(!trial.run_until(Now::from_millis(1_500)));
    script(
        &mut trial,
        SUBMIT.name,
        (0..9).map(|_| refused(SUBMIT.name, 401, "invalid_token")),
    );
    let report = trial.run();
    assert!(matches!(report.stopped, Some(Stop::Unauthorized(_))));
    assert_eq!(report.counts.rows, report.counts.created);
    assert_eq!(report.counts.created, 10 * report.batches_accepted);
    assert_eq!(report.unprocessed, 50 - report.counts.created);
}

#[test]
fn a_row_that_has_its_batch_refused_fails_alone_with_zendesks_words() {
    for status in [400, 413, 422] {
        let mut rows = people(40);
        for poisonous in [3, 27] {
            rows[poisonous].user.notes = "poison".into();
        }
        let mut trial = trial(rows);
        trial.world.poison = Some(status);
        let report = trial.run();
        assert_eq!((report.counts.failed, report.counts.created), (2, 38));
        assert_eq!(
            (trial.code(3), trial.code(27)),
            ("TooManyValues", "TooManyValues")
        );
        assert!(!trial.outcomes[&3].error.as_ref().unwrap().retryable);
        assert_eq!(trial.outcomes[&3].attempts, 1);
        assert_eq!(
            trial.outcomes[&4].attempts, 1,
            "a batch that was turned away was no attempt"
        );
        assert!(report.halved >= 6 && asked(&trial, SUBMIT.name) < 25);
    }
}

#[test]
fn a_row_over_which_zendesk_stumbles_fails_alone() {
    let mut rows = people(40);
    rows[13].user.notes = "poison".into();
    let mut trial = trial(rows);
    trial.world.poison = Some(500);
    let report = trial.run();
    assert_eq!((report.counts.failed, report.counts.created), (1, 39));
    assert_eq!(trial.code(13), "server_error");
    assert!(trial.outcomes[&13].error.as_ref().unwrap().retryable);
    assert!(trial.world.applications(13).is_empty());
}

#[test]
fn a_batch_that_collides_goes_again_a_few_times() {
    let collision = || refused(SUBMIT.name, 409, "DatabaseConflict");
    let mut passing = trial(people(5));
    script(&mut passing, SUBMIT.name, [collision(), collision()]);
    assert_eq!(passing.run().counts.created, 5);
    let mut lasting = trial(people(5));
    script(
        &mut lasting,
        SUBMIT.name,
        std::iter::repeat_with(collision).take(9),
    );
    assert_eq!(lasting.run().counts.failed, 5);
    assert!(lasting.outcomes[&0].error.as_ref().unwrap().retryable);
}

#[test]
fn trouble_that_passes_is_waited_out_and_trouble_that_does_not_stops() {
    let mut short = trial(people(5));
    script(
        &mut short,
        SUBMIT.name,
        std::iter::repeat_with(not_sent).take(4),
    );
    let report = short.run();
    assert_eq!((report.counts.created, report.rows_resent), (5, 0));
    assert_eq!(
        short.outcomes[&0].attempts, 1,
        "what never left does not count"
    );

    let mut long = trial(people(5));
    script(
        &mut long,
        USERS_ME.name,
        std::iter::repeat_with(not_sent).take(1_000),
    );
    let report = long.run();
    assert!(
        matches!(&report.stopped, Some(Stop::Network(trouble)) if trouble.lasted >= Duration::from_secs(120))
    );
    assert_eq!(report.unprocessed, 5.min(report.unprocessed));
    assert!(long.now < Now::from_secs(200), "{:?}", long.now);
    assert!(asked(&long, USERS_ME.name) < 40, "with pauses between");
}

#[test]
fn when_the_network_goes_rows_in_flight_are_indeterminate() {
    let mut trial = trial(people(5));
    script(
        &mut trial,
        JOB_STATUSES_SHOW_MANY.name,
        std::iter::repeat_with(lost).take(1_000),
    );
    let report = trial.run();
    assert!(matches!(report.stopped, Some(Stop::Network(_))));
    assert_eq!((report.counts.indeterminate, report.unprocessed), (5, 0));
    assert_eq!(trial.code(0), "network");
}

#[test]
fn a_job_that_never_ends_leaves_its_rows_indeterminate_and_their_people_alone() {
    let rows = vec![
        row(0, Some(3), person("same", 0)),
        row(1, Some(3), person("SAME", 1)),
        row(2, None, person("other", 2)),
    ];
    let mut trial = trial(rows);
    trial.world.job_time = Some(Duration::from_secs(7 * 3600));
    let report = trial.run();
    assert_eq!(
        (trial.status(0), trial.code(0)),
        (Status::Indeterminate, "stuck")
    );
    assert_eq!(
        (trial.status(1), trial.code(1)),
        (Status::Failed, "blocked_by_earlier_row")
    );
    assert_eq!(
        (report.counts.rows, report.batches),
        (3, 1),
        "nothing is sent on top of it"
    );
}

#[test]
fn asked_to_end_it_follows_its_jobs_and_sends_nothing_new() {
    let mut trial = trial(people(500));
    trial.machine.options.max_jobs = 3;
    trial.world.job_time = Some(Duration::from_secs(10));
    assert!(!trial.run_until(Now::from_secs(2)));
    let sent = trial.world.jobs_seen() as u64;
    trial.machine.cancel(trial.now);
    assert_eq!(trial.machine.progress(trial.now).phase, Phase::Stopping);
    let report = trial.run();
    assert!(matches!(report.stopped, Some(Stop::Cancelled)));
    assert_eq!(trial.world.jobs_seen() as u64, sent);
    assert_eq!(report.counts.created, sent * 10);
    assert!(report.unprocessed > 0 && report.counts.indeterminate == 0);
}

#[test]
fn the_grace_is_not_for_ever() {
    let mut trial = trial(people(20));
    trial.world.job_time = Some(Duration::from_secs(3600));
    assert!(!trial.run_until(Now::from_secs(2)));
    trial.machine.cancel(trial.now);
    let report = trial.run();
    assert_eq!(
        (report.counts.indeterminate, trial.code(0)),
        (20, "interrupted")
    );
    assert!(trial.now <= Now::from_secs(62));
}

#[test]
fn made_to_end_it_ends_at_once() {
    let mut trial = trial(people(20));
    trial.world.job_time = Some(Duration::from_secs(3600));
    assert!(!trial.run_until(Now::from_secs(2)));
    trial.machine.abort(trial.now);
    let report = trial.run();
    assert_eq!(trial.now, Now::from_secs(2));
    assert!(matches!(report.stopped, Some(Stop::Aborted)));
    assert_eq!(report.counts.indeterminate, 20);
}

#[test]
fn slots_that_others_hold_are_waited_for_without_losing_rows() {
    let mut trial = trial(people(200));
    trial.world.slots = 2;
    let report = trial.run();
    assert_eq!(report.counts.created, 200);
    assert!(report.throttles > 0 && report.throttles < 40, "{report:?}");
}

#[test]
fn nothing_is_sent_before_a_retry_after_is_over() {
    for (reason, others) in [(Throttled::Everything, false), (Throttled::Operation, true)] {
        let mut trial = trial(people(30));
        trial.machine.options.max_jobs = 1;
        let wait = Duration::from_secs(300);
        assert!(!trial.run_until(Now::from_millis(900)));
        script(&mut trial, SUBMIT.name, [Reply::Throttled { reason, wait }]);
        while trial.world.script[SUBMIT.name].len() == 1 {
            let next = trial.now + Duration::from_millis(10);
            assert!(!trial.run_until(next));
        }
        let (before, at) = (trial.world.asked.clone(), trial.now);
        assert!(!trial.run_until(at + Duration::from_secs(299)));
        assert_eq!(trial.world.asked[SUBMIT.name], before[SUBMIT.name]);
        if !others {
            // One poll may have been under way.
            assert!(trial.world.asked.values().sum::<u64>() <= before.values().sum::<u64>() + 1);
        }
        assert_eq!(trial.run().counts.created, 30, "and nothing failed for it");
    }
}

#[test]
fn rows_proven_absent_are_sent_five_times_and_then_fail() {
    let mut trial = trial(people(3));
    script(
        &mut trial,
        SUBMIT.name,
        std::iter::repeat_with(lost).take(50),
    );
    let report = trial.run();
    assert_eq!(
        (trial.status(0), trial.code(0)),
        (Status::Failed, "not_applied")
    );
    assert!(trial.outcomes[&0].error.as_ref().unwrap().retryable);
    assert_eq!((trial.outcomes[&0].attempts, report.batches), (5, 5));
    assert!(trial.world.applications(0).is_empty());
}

#[test]
fn an_answer_of_the_wrong_kind_is_no_answer() {
    let mut trial = trial(people(3));
    script(
        &mut trial,
        SUBMIT.name,
        [Reply::Done(Answer::Jobs(Vec::new()))],
    );
    let report = trial.run();
    assert_eq!((report.counts.created, report.doubts_resolved), (3, 1));
}

/// The first attempt made the person but not as asked; the second sets it right. All in all it was created.
#[test]
fn a_person_made_by_a_lost_attempt_and_mended_by_the_next_was_created() {
    let mut trial = trial(people(1));
    script(&mut trial, SUBMIT.name, [lost()]);
    assert!(!trial.run_until(Now::from_secs(5)));
    trial.world.add("own-0", "not quite", trial.now);
    let report = trial.run();
    assert_eq!((trial.status(0), report.rows_resent), (Status::Created, 1));
    assert_eq!(
        trial.world.applications(0),
        [false],
        "though the second attempt only updated"
    );
}

#[test]
fn reading_back_what_somebody_else_made_before_is_an_update() {
    let mut trial = trial(people(1));
    trial.world.add("own-0", "row 0", Now::ZERO);
    script(&mut trial, SUBMIT.name, [lost()]);
    // So that the row is sent some seconds after the person was made.
    script(
        &mut trial,
        USERS_ME.name,
        std::iter::repeat_with(not_sent).take(4),
    );
    trial.run();
    assert_eq!(trial.status(0), Status::Updated);
}

#[test]
fn a_person_who_cannot_be_read_back_is_indeterminate() {
    let mut trial = trial(people(2));
    script(&mut trial, SUBMIT.name, [lost()]);
    script(
        &mut trial,
        USERS_SHOW_MANY.name,
        [refused(USERS_SHOW_MANY.name, 400, "Odd")],
    );
    trial.run();
    assert_eq!(
        (trial.status(0), trial.code(0)),
        (Status::Indeterminate, "cannot_tell")
    );
}

#[test]
fn matching_by_address_keeps_the_external_ids_that_people_have() {
    let sent = |external_id: &str, email: &str, number| {
        let mut user = person(external_id, number);
        user.email = Some(email.to_owned());
        row(number, None, user)
    };
    let rows = vec![
        sent("new", "shared-0@x.example", 0),
        sent("SHARED-1", "shared-1@x.example", 1),
        sent("mine", "nobody@x.example", 2),
        sent("Shared-2", "stranger@x.example", 3),
    ];
    let options = EngineOptions {
        match_by: Match::Email,
        ..options()
    };
    let mut trial = Trial::new(options, World::new(1, Mischief::none()), rows);
    let report = trial.run();
    assert_eq!((report.counts.updated, report.counts.created), (2, 2));
    assert_eq!(
        (
            trial.world.external_id_of("shared-2@x.example"),
            trial.world.external_id_of("stranger@x.example")
        ),
        (Some("shared-2"), None),
        "an external id never leads to somebody with another address"
    );
    assert!(
        trial.now < Now::from_secs(60),
        "it waits for nothing: {:?}",
        trial.now
    );
    assert_eq!(
        trial.world.external_id_of("shared-0@x.example"),
        Some("shared-0")
    );
    assert_eq!(
        trial.world.external_id_of("shared-1@x.example"),
        Some("SHARED-1")
    );
    assert_eq!(trial.world.external_id_of("nobody@x.example"), Some("mine"));
    assert_eq!(
        trial.outcomes[&0].key.as_deref(),
        Some("email:shared-0@x.example")
    );
}

#[test]
fn a_row_waits_for_the_earlier_one_about_the_same_person() {
    let rows = (0..40)
        .map(|number| row(number, Some(1), person("one", number)))
        .collect();
    let mut trial = trial(rows);
    let report = trial.run();
    assert_eq!((report.counts.created, report.counts.updated), (1, 39));
    assert_eq!((trial.status(0), report.batches), (Status::Created, 40));
    assert!(trial.outcomes[&5].user_id.is_some());
}

/// Another import runs in the same account, with jobs as large as ours, for hours.
#[test]
fn a_doubt_does_not_wait_for_jobs_that_others_queue_later() {
    let mut trial = trial(people(10));
    trial.world.others = Some(10);
    script(&mut trial, SUBMIT.name, [lost()]);
    let report = trial.run();
    assert_eq!((report.counts.created, report.rows_resent), (10, 10));
    let ended = trial.now;
    assert!(
        ended > Now::from_secs(40) && ended < Now::from_secs(120),
        "those that were there are waited for, and only those: {ended:?}"
    );
}

#[test]
fn a_job_is_not_given_up_while_zendesk_has_us_wait() {
    let mut trial = trial(people(10));
    let wait = Duration::from_secs(600);
    let wait = || Reply::Throttled {
        reason: Throttled::Everything,
        wait,
    };
    script(
        &mut trial,
        JOB_STATUSES_SHOW_MANY.name,
        std::iter::repeat_with(wait).take(4),
    );
    let report = trial.run();
    assert!(trial.now > options().stuck_after);
    assert_eq!(
        (report.counts.created, report.counts.indeterminate),
        (10, 0)
    );
}

#[test]
fn a_person_who_cannot_be_looked_at_for_long_is_given_up_alone() {
    let by_email = |number, email: &str| {
        let mut user = person("", number);
        user.external_id = zd_model::Nullable::Absent;
        user.email = Some(email.to_owned());
        user
    };
    // A chain of rows about somebody else keeps other requests going meanwhile.
    let mut rows = vec![row(0, Some(9), by_email(0, "odd@x.example"))];
    rows.extend((1..60).map(|number| row(number, Some(1), person("one", number))));
    rows.push(row(60, Some(9), by_email(60, "odd@x.example")));
    let mut trial = Trial::new(
        EngineOptions {
            stuck_after: Duration::from_secs(300),
            batch_rows: 1,
            ..options()
        },
        World::new(1, Mischief::none()),
        rows,
    );
    trial.world.job_time = Some(Duration::from_secs(30));
    script(&mut trial, SUBMIT.name, [lost()]);
    script(
        &mut trial,
        USERS_SEARCH.name,
        std::iter::repeat_with(lost).take(10_000),
    );
    let report = trial.run();
    assert_eq!(
        (trial.status(0), trial.code(0)),
        (Status::Indeterminate, "cannot_tell")
    );
    assert_eq!(
        trial.status(60),
        Status::Created,
        "its job had ended, so nothing speaks against the next"
    );
    assert!(report.stopped.is_none() && report.counts.indeterminate == 1);
}

#[test]
fn a_503_that_says_how_long_is_obeyed() {
    let mut trial = trial(people(30));
    trial.world.wait = Some(Duration::from_secs(300));
    script(&mut trial, SUBMIT.name, [lost()]);
    assert!(!trial.run_until(Now::from_secs(5)));
    let before = trial.world.asked.clone();
    assert!(!trial.run_until(Now::from_secs(299)));
    let sum = |asked: &std::collections::BTreeMap<_, u64>| asked.values().sum::<u64>();
    assert_eq!(sum(&trial.world.asked), sum(&before), "nothing goes out");
    trial.world.wait = None;
    let report = trial.run();
    assert!(report.stopped.is_none());
    assert_eq!(report.counts.created, 30);
}

/// It was turned away for ten minutes, in which somebody else made the person.
#[test]
fn a_request_that_was_turned_away_made_nobody() {
    let mut trial = trial(people(1));
    let throttled = Reply::Throttled {
        reason: Throttled::Everything,
        wait: Duration::from_secs(600),
    };
    script(&mut trial, SUBMIT.name, [throttled, lost()]);
    assert!(!trial.run_until(Now::from_secs(300)));
    trial.world.add("own-0", "row 0", trial.now);
    trial.run();
    assert_eq!(trial.status(0), Status::Updated);
}

#[test]
fn a_row_that_is_not_sent_again_after_all_keeps_what_is_known_of_it() {
    // Somebody made the person after the row was sent, but not as asked; then the import is ended.
    let mut trial = trial(people(1));
    script(&mut trial, SUBMIT.name, [lost(), not_sent(), not_sent()]);
    assert!(!trial.run_until(Now::from_secs(5)));
    trial.world.add("own-0", "not quite", trial.now);
    while asked(&trial, SUBMIT.name) < 2 {
        let next = trial.now + Duration::from_millis(100);
        assert!(!trial.run_until(next));
    }
    trial.machine.cancel(trial.now);
    trial.run();
    assert_eq!(
        (trial.status(0), trial.code(0)),
        (Status::Indeterminate, "differs")
    );
}
