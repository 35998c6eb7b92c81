//! The time that an account's limits demand, whoever sends.

use super::scenario::Scenario;

/// From a job's end to the next in its slot: the answer that tells of it and the next request, each half a round trip.
pub(crate) const TURN: f64 = 0.1;
pub(crate) const SLOTS: f64 = 30.0;

/// Batches a second that so many requests a second and so many slots allow with jobs of so many seconds, however often is
/// asked how they do: the largest s with s ≤ J/(E+ρ+θE/2J) and s(1+1/θ) ≤ r for any θ up to J.
pub(crate) fn speed(requests: f64, slots: f64, job: f64, workers: f64) -> f64 {
    let mut best = 0.0_f64;
    let mut theta = 1e-3;
    while theta <= slots {
        let by_slots = slots / (job + TURN + theta * job / (2.0 * slots));
        let by_requests = requests / (1.0 + 1.0 / theta);
        best = best.max(by_slots.min(by_requests));
        theta *= 1.01;
    }
    best.min(workers / job)
}

/// How long so many batches take at the least at speeds that change.
pub(crate) fn time(batches: f64, speed_at: impl Fn(f64) -> f64) -> f64 {
    const STEP: f64 = 0.1;
    let (mut done, mut now) = (0.0, 0.0);
    loop {
        let speed = speed_at(now);
        if done + speed * STEP >= batches {
            return now + (batches - done) / speed;
        }
        done += speed * STEP;
        now += STEP;
    }
}

/// How long a small import takes at the least: as many jobs at once as there are slots, one round after the other.
pub(crate) fn small(scenario: &Scenario, batches: u64) -> f64 {
    let rounds = (batches as f64 / SLOTS).ceil();
    rounds * (scenario.job() + TURN)
}
