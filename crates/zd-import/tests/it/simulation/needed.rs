//! Each sync, each record and their order is needed: without any one of them some trial breaks a rule, or costs more.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use zd_import::{Crash, SyncKind, Tear};

use super::drive::{Tampering, Trial, run};
use super::for_each;
use super::journal::{Kind, Sabotage};
use super::ledger::Rule;
use super::plan::{Death, Plan, Roads, When};

/// A run of 60 rows that meets refusals and killed jobs, and whose process dies at a time that the seed decides.
fn plan(seed: u64) -> Plan {
    let mut plan = Plan::quiet(60, 6);
    plan.seed = seed;
    plan.options.seed = Some(seed);
    plan.options.max_jobs = 3;
    plan.account.settings = vec![("job_time", "8s".into())];
    let faults = ["429(2)=20% POST until=40s", "job-killed=20% until=40s"];
    plan.account.faults = faults.map(str::to_owned).to_vec();
    plan.deaths = vec![Death {
        when: When::Time(Duration::from_millis(300 + 700 * (seed % 60))),
        crash: Crash::Power(Tear::Lost),
        pause: Duration::ZERO,
    }];
    plan
}

/// The rules that some of the seeds break with this journal.
fn broken_by(sabotage: Sabotage) -> BTreeSet<Rule> {
    let broken = Mutex::new(BTreeSet::new());
    for_each(0..40, |seed| {
        let tampering = Tampering {
            sabotage,
            ..Tampering::default()
        };
        let trial = run(&plan(seed), &tampering);
        let mut broken = broken.lock().unwrap_or_else(PoisonError::into_inner);
        broken.extend(trial.violations.iter().map(|violation| violation.rule));
    });
    broken.into_inner().unwrap()
}

#[test]
fn a_journal_that_does_its_work_breaks_nothing() {
    assert_eq!(broken_by(Sabotage::None), BTreeSet::new());
}

#[test]
fn without_its_beginning_a_run_cannot_go_on() {
    assert!(broken_by(Sabotage::Drop(Kind::Began)).contains(&Rule::Resume));
}

#[test]
fn without_intents_what_was_taken_is_about_nothing() {
    assert!(broken_by(Sabotage::Drop(Kind::Intent)).contains(&Rule::Resume));
}

#[test]
fn without_intents_and_what_follows_them_people_are_sent_while_they_are_on_their_way() {
    let broken = broken_by(Sabotage::DropAttempts);
    assert!(broken.contains(&Rule::Together), "{broken:?}");
}

#[test]
fn without_what_was_turned_away_a_row_is_in_two_batches() {
    assert!(broken_by(Sabotage::Drop(Kind::TurnedAway)).contains(&Rule::Resume));
}

#[test]
fn without_what_goes_again_a_row_is_in_two_batches() {
    assert!(broken_by(Sabotage::Drop(Kind::Again)).contains(&Rule::Resume));
}

#[test]
fn without_outcomes_what_was_shown_is_forgotten() {
    assert!(broken_by(Sabotage::Drop(Kind::Outcomes)).contains(&Rule::Forgotten));
}

#[test]
fn what_is_shown_before_it_is_durable_is_forgotten() {
    assert!(broken_by(Sabotage::Late).contains(&Rule::Forgotten));
}

/// The sum over plans where nothing goes wrong but one death in the middle.
fn cost_of(sabotage: Sabotage) -> Trial {
    let sum = Mutex::new(Trial::default());
    for_each(0..20, |seed| {
        let mut plan = plan(seed);
        plan.account.faults.clear();
        plan.roads = Roads::default();
        let tampering = Tampering {
            sabotage,
            ..Tampering::default()
        };
        let trial = run(&plan, &tampering);
        assert!(trial.violations.is_empty(), "{:#?}", trial.violations);
        let mut sum = sum.lock().unwrap_or_else(PoisonError::into_inner);
        sum.requests += trial.requests;
        sum.lists += trial.lists;
        sum.indeterminate += trial.indeterminate;
    });
    sum.into_inner().unwrap()
}

#[test]
fn without_what_was_taken_the_list_of_jobs_has_to_be_read() {
    let whole = cost_of(Sabotage::None);
    let without = cost_of(Sabotage::Drop(Kind::Accepted));
    assert_eq!(whole.lists, 0, "what was taken is asked for by its id");
    assert!(without.lists > 10, "{without:?}");
    assert_eq!(
        without.indeterminate, 0,
        "it costs requests, and nothing else"
    );
}

/// One job at a time, so that there are many commits.
fn one_after_another() -> Plan {
    let mut plan = Plan::quiet(30, 5);
    plan.options.max_jobs = 1;
    plan.account.settings = vec![("job_time", "8s".into())];
    plan
}

/// Ignores a sync, and lets the machine die in the operation behind the seal that follows it.
fn ignoring(kind: SyncKind, nth: u64, at: u64) -> Trial {
    let mut plan = one_after_another();
    plan.deaths = vec![Death {
        when: When::Operation(at),
        crash: Crash::Power(Tear::Lost),
        pause: Duration::ZERO,
    }];
    let tampering = Tampering {
        ignored: Some((kind, nth)),
        ..Tampering::default()
    };
    run(&plan, &tampering)
}

#[test]
fn every_sync_of_a_commit_is_needed_that_holds_more_than_the_beginning() {
    let whole = run(&one_after_another(), &Tampering::default());
    // Write, sync, name, sync of the name; then write, sync and seal for each commit. The first one is the beginning.
    let commits = (whole.operations - 4) / 3;
    assert!(commits > 5, "{whole:?}");
    let mut needless = Vec::new();
    for commit in 2..commits {
        // In the write of the next commit, once the requests of this one have left.
        let at = 4 + 3 * commit + 1;
        if ignoring(SyncKind::Content, commit + 1, at)
            .violations
            .is_empty()
        {
            needless.push(commit);
        }
    }
    // Commits of an intent and of an acceptance take turns; what a lost acceptance costs is told above.
    assert!(
        needless.iter().all(|commit| commit % 2 == 1),
        "{needless:?} of {commits}"
    );
}

#[test]
fn the_sync_of_the_name_is_needed() {
    let trial = ignoring(SyncKind::Name, 1, 14);
    assert!(!trial.violations.is_empty());
}
