use super::*;

const SUBMIT: &str = "users.create_or_update_many";

fn schedule() -> Schedule {
    Schedule::new(30, Duration::from_secs(120), Some(3))
}

fn at(seconds: f64) -> Now {
    Now::from_secs_f64(seconds)
}

#[test]
fn an_accounts_refusal_holds_everything_and_an_endpoints_only_itself() {
    let mut schedule = schedule();
    schedule.throttled(
        SUBMIT,
        Throttled::Operation,
        Duration::from_secs(10),
        0,
        at(0.0),
    );
    assert!(schedule.open_at(SUBMIT) >= at(10.0) && schedule.open_at(SUBMIT) <= at(11.0));
    assert_eq!(schedule.open_at("users.search"), Now::ZERO);
    schedule.throttled(
        SUBMIT,
        Throttled::Everything,
        Duration::from_secs(40),
        0,
        at(0.0),
    );
    assert!(schedule.open_at("users.search") >= at(40.0));
    // A shorter one does not open what a longer one closed.
    schedule.throttled(SUBMIT, Throttled::Everything, Duration::ZERO, 0, at(1.0));
    assert!(schedule.closed_until() >= at(40.0));
}

#[test]
fn slots_fall_to_what_is_outstanding_and_come_back_one_by_one() {
    let mut schedule = schedule();
    assert!(schedule.has_slot(29, at(0.0)) && !schedule.has_slot(30, at(0.0)));
    schedule.throttled(
        SUBMIT,
        Throttled::Jobs,
        Duration::from_secs(60),
        12,
        at(0.0),
    );
    assert_eq!(
        schedule.open_at(SUBMIT),
        Now::ZERO,
        "a freed slot may be used at once"
    );
    assert!(schedule.has_slot(11, at(0.1)) && !schedule.has_slot(12, at(0.1)));
    let probe = schedule.next_probe().unwrap();
    assert!(schedule.has_slot(12, probe), "one more is tried");
    assert!(!schedule.has_slot(13, probe));
    // Refused again: the next try is later.
    schedule.throttled(SUBMIT, Throttled::Jobs, Duration::from_secs(60), 12, probe);
    assert!(schedule.next_probe().unwrap() - probe > probe);
    // In the end all slots are back.
    let mut now = probe;
    while let Some(next) = schedule.next_probe() {
        now = next;
        schedule.has_slot(0, now);
        schedule.job_accepted(now);
    }
    assert!(schedule.has_slot(29, now));
}

#[test]
fn with_none_of_ours_in_flight_zendesks_own_word_counts() {
    let mut schedule = schedule();
    schedule.throttled(SUBMIT, Throttled::Jobs, Duration::from_secs(45), 0, at(0.0));
    assert!(!schedule.has_slot(0, at(44.0)));
    assert!(schedule.has_slot(0, at(45.0)));
}

#[test]
fn polls_come_at_half_a_second_one_two_and_then_at_half_of_what_jobs_take() {
    let mut schedule = schedule();
    schedule.job_accepted(at(0.0));
    assert_eq!(schedule.polls.due, Some(at(0.5)));
    schedule.polls.plan(at(0.5), Some(at(0.5)));
    assert_eq!(schedule.polls.due, Some(at(1.5)));
    schedule.polls.plan(at(1.5), Some(at(1.5)));
    assert_eq!(schedule.polls.due, Some(at(3.5)));
    schedule.polls.job_took(Duration::from_secs(12));
    schedule.polls.plan(at(3.5), Some(at(3.5)));
    assert_eq!(schedule.polls.due, Some(at(9.5)));
    schedule.polls.plan(at(9.5), None);
    assert_eq!(schedule.polls.due, None, "nothing to ask for");
    schedule.job_accepted(at(20.0));
    assert_eq!(schedule.polls.due, Some(at(26.0)));
    for (took, pause) in [
        (Duration::from_millis(10), POLL_MIN),
        (Duration::from_secs(999), POLL_MAX),
    ] {
        let mut polls = Polls {
            asked: 9,
            ..Polls::default()
        };
        polls.job_took(took);
        assert_eq!(polls.pause(), pause);
    }
}

#[test]
fn it_gives_up_only_after_a_stretch_without_any_answer() {
    let mut schedule = schedule();
    let trouble = Trouble::default();
    assert!(schedule.failed(&trouble, true, at(0.0)).is_none());
    assert!(schedule.failed(&trouble, true, at(119.0)).is_none());
    schedule.answered();
    assert!(schedule.failed(&trouble, true, at(130.0)).is_none());
    // A refusal is an answer too.
    schedule.throttled(SUBMIT, Throttled::Operation, Duration::ZERO, 0, at(240.0));
    assert!(schedule.failed(&trouble, true, at(251.0)).is_none());
    let given_up = schedule.failed(&trouble, true, at(371.0)).unwrap();
    assert_eq!(given_up.lasted, Duration::from_secs(120));
}

#[test]
fn pauses_grow_and_stay_within_bounds() {
    let mut schedule = schedule();
    for failures in 0..40 {
        let pause = schedule.backoff(failures);
        let longest = (BACKOFF_MIN * 2_u32.saturating_pow(failures.min(10))).min(BACKOFF_MAX);
        assert!(
            pause >= longest / 2 && pause <= longest,
            "{failures}: {pause:?}"
        );
    }
}

#[test]
fn what_others_use_is_what_is_used_less_our_own() {
    let mut usage = Usage::default();
    let budget = |remaining| {
        let mut budget = Budget::default();
        budget.limit = Some(700);
        budget.remaining = Some(remaining);
        budget
    };
    usage.hear(budget(699));
    assert_eq!(usage.others(), Some(0));
    usage.hear(budget(640));
    assert_eq!(usage.others(), Some(58));
    usage.hear(budget(690));
    assert_eq!(usage.others(), Some(9), "a new minute");
}
