use zd_transport::Budget;

use super::*;

const SUBMIT: &str = "users.create_or_update_many";

fn schedule() -> Schedule {
    Schedule::new(&EngineOptions {
        seed: Some(3),
        ..EngineOptions::default()
    })
}

fn at(seconds: f64) -> Now {
    Now::from_secs_f64(seconds)
}

fn wait(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn an_accounts_refusal_holds_everything_and_an_endpoints_only_itself() {
    let mut schedule = schedule();
    schedule.throttled(SUBMIT, (Throttled::Operation, wait(10)), 0, None, at(0.0));
    assert!(schedule.open_at(SUBMIT) >= at(10.0) && schedule.open_at(SUBMIT) <= at(11.0));
    assert_eq!(schedule.open_at("users.search"), Now::ZERO);
    schedule.throttled(SUBMIT, (Throttled::Everything, wait(40)), 0, None, at(0.0));
    assert!(schedule.open_at("users.search") >= at(40.0));
    // A shorter one does not open what a longer one closed.
    schedule.throttled(SUBMIT, (Throttled::Everything, wait(0)), 0, None, at(1.0));
    assert!(schedule.closed_until() >= at(40.0));
}

#[test]
fn a_refused_job_holds_jobs_only() {
    let mut schedule = schedule();
    schedule.throttled(SUBMIT, (Throttled::Jobs, wait(60)), 12, None, at(0.0));
    assert_eq!(
        schedule.open_at(SUBMIT),
        Now::ZERO,
        "a freed slot may be used at once"
    );
    assert!(schedule.has_slot(11, at(0.1)) && !schedule.has_slot(12, at(0.1)));
}

#[test]
fn with_a_rate_of_zero_nothing_is_sent() {
    let mut schedule = Schedule::new(&EngineOptions {
        rate: "08:00,0/min 18:00,60/min".parse().unwrap(),
        ..EngineOptions::default()
    });
    let began = jiff::civil::date(2026, 11, 27).at(17, 30, 0, 0);
    schedule.begins(began.to_zoned(jiff::tz::TimeZone::UTC).unwrap());
    assert_eq!(schedule.paced_until(at(0.0)), at(1_800.0));
    assert_eq!(schedule.paced_until(at(1_800.0)), at(1_800.0));
    let mut sent = 0;
    let mut now = at(1_800.0);
    while now < at(1_860.0) {
        let opens = schedule.paced_until(now);
        if opens <= now {
            schedule.leaves(CallId(sent), now);
            sent += 1;
        }
        now = opens.max(now);
    }
    assert!((60..=63).contains(&sent), "{sent}");
}

/// Whatever was sent ahead of its time in a minute, the next has an allowance of its own.
#[test]
fn a_minute_that_is_used_up_does_not_hold_up_the_next() {
    let mut schedule = schedule();
    let number = schedule.window.leaves();
    let mut budget = Budget::default();
    (budget.limit, budget.remaining, budget.reset) = (Some(10), Some(2), Some(5));
    (schedule.window).arrives(number, at(0.0), Some(budget), None, at(0.1));
    for _ in 0..6 {
        schedule.pacer.take();
    }
    let opens = schedule.paced_until(at(0.1));
    assert!(opens > at(4.0) && opens < at(6.0), "{opens:?}");
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
    schedule.throttled(SUBMIT, (Throttled::Operation, wait(0)), 0, None, at(240.0));
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
