//! What people write instead: thirty workers that each ask for their own job every five seconds, and one that waits for each.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::Instant;
use zd_model::{JobId, UserInput};
use zd_transport::Pacing;
use zd_users::endpoints::{CreateOrUpdateMany, ShowJob};
use zd_users::{Client, Endpoint};

use super::account;
use super::reference::{self, SLOTS};
use super::scenario::Scenario;
use super::virtually;
use super::way::{Counted, Way};

/// How often a worker asks for its job.
const PAUSE: Duration = Duration::from_secs(5);
/// They do a tenth of the batches: their speed does not change with time.
const PART: u64 = 10;

/// How a policy did.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Naive {
    /// The time beside what is possible, and requests refused for each hundred batches.
    pub(crate) ratio: f64,
    pub(crate) refused: f64,
}

/// Thirty workers, and one; none where something changes over time or faults strike: they have no answer to those.
pub(crate) fn both(scenario: &Scenario, batches: u64) -> Option<[Naive; 2]> {
    let steady = scenario.turns.is_none() && scenario.faults.is_empty();
    let steady =
        steady && !scenario.uneven && scenario.others.is_none() && scenario.other_jobs.is_none();
    if !steady || scenario.imports > 1 {
        return None;
    }
    let batches = if batches > 100 {
        batches / PART
    } else {
        batches
    };
    Some([30, 1].map(|workers| virtually(0, run(scenario, batches, workers))))
}

async fn run(scenario: &Scenario, batches: u64, workers: u64) -> Naive {
    let sandbox = account::open(scenario, batches, 0);
    let counted = Arc::new(Mutex::new(Counted::default()));
    let client = account::client(Way::new(&sandbox, 0, Arc::clone(&counted)));
    let next = Arc::new(AtomicU64::new(0));
    let began = Instant::now();
    let mut all = JoinSet::new();
    for _ in 0..workers {
        let (client, next) = (client.clone(), Arc::clone(&next));
        all.spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= batches {
                    return;
                }
                work(&client, account::user(0, number)).await;
            }
        });
    }
    all.join_all().await;
    let took = began.elapsed().as_secs_f64();
    let limit = f64::from(scenario.limit) / 60.0;
    let possible = if scenario.name.starts_with("S10") {
        reference::small(scenario, batches)
    } else {
        batches as f64 / reference::speed(limit, SLOTS, scenario.job(), scenario.workers as f64)
    };
    let counted = counted.lock().unwrap();
    let refused = counted.refused + counted.no_slot;
    Naive {
        ratio: took / possible,
        refused: refused as f64 * 100.0 / batches as f64,
    }
}

async fn work(client: &Client, user: UserInput) {
    let users = [user];
    let job = ask(client, &CreateOrUpdateMany::new(&users)).await;
    let id: JobId = job.id;
    loop {
        tokio::time::sleep(PAUSE).await;
        if ask(client, &ShowJob::new(id.clone()))
            .await
            .status
            .is_ended()
        {
            return;
        }
    }
}

/// Asks until there is an answer; a refusal says how long to wait.
async fn ask<E: Endpoint + Sync>(client: &Client, endpoint: &E) -> E::Output {
    loop {
        let mut extensions = http::Extensions::new();
        extensions.insert(Pacing::Caller);
        let response = client.execute_raw(endpoint, extensions).await.unwrap();
        match zd_transport::Throttle::of(&response, std::time::SystemTime::UNIX_EPOCH) {
            Some(throttle) => tokio::time::sleep(throttle.wait).await,
            None => return endpoint.parse(response).unwrap(),
        }
    }
}
