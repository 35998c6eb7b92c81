//! The engine in an account, from its first request to its last.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::Method;
use serde_json::{Value, json};
use tokio::time::Instant;
use zd_import::{EngineOptions, Import, Progress, Status};
use zd_sandbox::Sandbox;

use super::account::{self, People};
use super::reference::{self, SLOTS};
use super::scenario::{Scenario, Turns};
use super::story::{Look, Story};
use super::virtually;
use super::way::{Counted, Way};

const STORM: f64 = 30.0;

/// Sends so many batches of so many rows.
pub(crate) fn run(scenario: &Scenario, batches: u64, rows: u64, seed: u64) -> Story {
    virtually(seed, tell(scenario, batches, rows, seed))
}

async fn tell(scenario: &Scenario, batches: u64, rows: u64, seed: u64) -> Story {
    let sandbox = account::open(scenario, batches, seed);
    let there = state(&sandbox)("users");
    let began = Instant::now();
    let at_first = speed(scenario, scenario.job(), SLOTS, f64::from(scenario.limit));
    let turns = scenario
        .turns
        .map(|turns| turns.within(batches as f64 / at_first));
    let change = tokio::spawn(change(sandbox.clone(), scenario.job_time, turns));

    let (mut imports, mut progress, mut counts) = (Vec::new(), Vec::new(), Vec::new());
    for import in 0..scenario.imports {
        let counted = Arc::new(Mutex::new(Counted::default()));
        let way = Way::new(&sandbox, seed * 10 + import, Arc::clone(&counted));
        let count = batches * rows / scenario.imports;
        let run = Import::new(account::client(way))
            .options(EngineOptions {
                batch_rows: usize::try_from(rows).unwrap(),
                expected_rows: Some(count),
                seed: Some(seed * 10 + import),
                ..EngineOptions::default()
            })
            .run(People {
                import,
                count,
                next: 0,
            });
        progress.push(run.progress());
        counts.push(counted);
        imports.push(run);
    }
    let looks = tokio::spawn(look(
        sandbox.clone(),
        began,
        progress.clone(),
        scenario.limit,
    ));

    let all = batches * rows;
    let nearly = all - all / 100;
    let done_each = Arc::new(Mutex::new(vec![0_u64; imports.len()]));
    let mut ends = Vec::new();
    for (place, mut run) in imports.into_iter().enumerate() {
        let done_each = Arc::clone(&done_each);
        let share = nearly / scenario.imports;
        ends.push(tokio::spawn(async move {
            let (mut right, mut nearly_done) = (0, None);
            let mut done = 0_u64;
            while let Some(outcome) = run.next().await {
                done += 1;
                done_each.lock().unwrap()[place] = done;
                right += u64::from(matches!(outcome.status, Status::Created | Status::Updated));
                if done >= share && nearly_done.is_none() {
                    nearly_done = Some(began.elapsed().as_secs_f64());
                }
            }
            let others = done_each.lock().unwrap().clone();
            let report = run.report().await.unwrap();
            (
                right,
                nearly_done.unwrap_or(f64::INFINITY),
                began.elapsed().as_secs_f64(),
                others,
                report,
            )
        }));
    }
    let mut story = Story {
        batches,
        ..Story::default()
    };
    let mut right = 0;
    let mut first_end: Option<(f64, Vec<u64>)> = None;
    for end in ends {
        let (mine, nearly_done, done, others, report) = end.await.unwrap();
        right += mine;
        story.nearly_done = story.nearly_done.max(nearly_done);
        story.done = story.done.max(done);
        story.told = report.pace.map(|pace| (pace.share(), pace.limit.words()));
        if first_end.as_ref().is_none_or(|(first, _)| done < *first) {
            first_end = Some((done, others));
        }
    }
    change.abort();
    looks.abort();
    story.looks = looks.await.unwrap_or_default();
    if let Some(seen) = SEEN.with(|seen| seen.take()) {
        story.looks = seen;
    }
    for counted in &counts {
        let counted = counted.lock().unwrap();
        story.requests += counted.requests;
        story.refused += counted.refused;
        story.no_slot += counted.no_slot;
    }
    let seen = state(&sandbox);
    story.others_refused = seen("others_refused_total");
    let made = seen("users") - there;
    story.wrong = (all - right) + made.abs_diff(all);
    story.possible = possible(scenario, batches, seed, &story, turns);
    if let Some((end, each)) = first_end {
        let sum: u64 = each.iter().sum();
        let equal = sum as f64 / each.len() as f64;
        story.least_share = each
            .iter()
            .map(|done| *done as f64 / equal)
            .fold(1.0, f64::min);
        story.together = sum as f64 / rows as f64 / end / at_first;
    }
    story
}

thread_local! {
    static SEEN: std::cell::RefCell<Option<Vec<Look>>> = const { std::cell::RefCell::new(None) };
}

/// Batches a second that are possible.
fn speed(scenario: &Scenario, job: f64, slots: f64, a_minute: f64) -> f64 {
    reference::speed(a_minute / 60.0, slots, job, scenario.workers as f64)
}

/// The least time that so many batches take in this account.
fn possible(
    scenario: &Scenario,
    batches: u64,
    seed: u64,
    story: &Story,
    turns: Option<Turns>,
) -> f64 {
    let limit = f64::from(scenario.limit);
    let count = batches as f64;
    if scenario.name.starts_with("S10") {
        return reference::small(scenario, batches);
    }
    if let Some(turns) = turns {
        let fast = speed(scenario, scenario.job(), SLOTS, limit);
        let slow = speed(scenario, 30.0, SLOTS, limit);
        return reference::time(count, |second| {
            if (turns.slow_from..turns.slow_until).contains(&second) {
                slow
            } else if (turns.storm_from..turns.storm_from + STORM).contains(&second) {
                0.0
            } else {
                fast
            }
        });
    }
    if scenario.others.is_some() {
        let busy = speed(scenario, scenario.job(), SLOTS, limit - 560.0);
        let calm = speed(scenario, scenario.job(), SLOTS, limit - 100.0);
        return reference::time(
            count,
            |second| if second % 120.0 < 60.0 { busy } else { calm },
        );
    }
    if scenario.other_jobs.is_some() {
        let looks = &story.looks;
        let speeds: Vec<f64> = (0..=30)
            .map(|held| speed(scenario, scenario.job(), SLOTS - f64::from(held), limit))
            .collect();
        return reference::time(count, |second| {
            let place = looks.partition_point(|look| look.second <= second);
            let held = looks
                .get(place)
                .or(looks.last())
                .map_or(0, |look| look.other_jobs);
            speeds[usize::try_from(held).unwrap()]
        });
    }
    let times = scenario.job_times(batches, seed);
    let job = times.map_or(scenario.job(), |times| times.iter().sum::<f64>() / count);
    count / speed(scenario, job, SLOTS, limit)
}

impl Turns {
    fn within(self, seconds: f64) -> Self {
        Self {
            slow_from: self.slow_from * seconds,
            slow_until: self.slow_until * seconds,
            storm_from: self.storm_from * seconds,
        }
    }
}

/// Lets jobs take longer for a while, and refuses everything for a while.
async fn change(sandbox: Sandbox, job_time: &'static str, turns: Option<Turns>) {
    let Some(turns) = turns else { return };
    let began = Instant::now();
    let at = |second: f64| tokio::time::sleep_until(began + Duration::from_secs_f64(second));
    at(turns.slow_from).await;
    sandbox.set(&json!({"job_time": "30s"})).unwrap();
    at(turns.slow_until).await;
    sandbox.set(&json!({"job_time": job_time})).unwrap();
    at(turns.storm_from).await;
    sandbox.add_fault("429(5)".parse().unwrap());
    at(turns.storm_from + STORM).await;
    sandbox.clear_faults();
}

/// Looks at the account now and then.
async fn look(
    sandbox: Sandbox,
    began: Instant,
    progress: Vec<tokio::sync::watch::Receiver<Progress>>,
    limit: u32,
) -> Vec<Look> {
    let pause = Duration::from_secs(if limit < 100 { 30 } else { 2 });
    SEEN.with(|seen| seen.replace(Some(Vec::new())));
    loop {
        let seen = state(&sandbox);
        let (mut rows, mut requests, mut jobs) = (0, 0, 0);
        for progress in &progress {
            let progress = progress.borrow();
            rows += progress.done.rows;
            requests += progress.requests;
            jobs += progress.jobs_in_flight;
        }
        let look = Look {
            second: began.elapsed().as_secs_f64(),
            rows,
            requests,
            others: seen("others_requests_total"),
            jobs,
            other_jobs: seen("others_jobs"),
        };
        SEEN.with(|seen| {
            if let Some(looks) = seen.borrow_mut().as_mut() {
                looks.push(look);
            }
        });
        tokio::time::sleep(pause).await;
    }
}

/// What the account says of itself, by name.
fn state(sandbox: &Sandbox) -> impl Fn(&str) -> u64 + use<> {
    let metrics = sandbox
        .inspect(&Method::GET, "metrics", &Value::Null)
        .unwrap();
    let text = metrics.as_str().unwrap().to_owned();
    move |name| {
        let line = text.lines().find_map(|line| {
            let rest = line.strip_prefix("zd_sandbox_")?.strip_prefix(name)?;
            rest.strip_prefix(' ').map(str::to_owned)
        });
        line.map_or(0, |number| number.parse().unwrap())
    }
}
