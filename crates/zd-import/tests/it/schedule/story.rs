//! What a run was like.

use serde_json::{Value, json};

use super::scenario::Scenario;

/// What a run was like.
#[derive(Clone, Debug, Default)]
pub(crate) struct Story {
    /// Seconds until 99 % were done, and until all were.
    pub(crate) nearly_done: f64,
    pub(crate) done: f64,
    /// Seconds that the account's limits demand.
    pub(crate) possible: f64,
    pub(crate) batches: u64,
    pub(crate) requests: u64,
    pub(crate) refused: u64,
    pub(crate) no_slot: u64,
    pub(crate) others_refused: u64,
    /// Rows without an outcome, or with another than is true.
    pub(crate) wrong: u64,
    /// The least share of an equal one, and what all did together beside what one could.
    pub(crate) least_share: f64,
    pub(crate) together: f64,
    /// What was seen each so often.
    pub(crate) looks: Vec<Look>,
    /// What the import says of itself.
    pub(crate) told: Option<(f64, &'static str)>,
}

/// What was seen at one time.
#[derive(Clone, Debug, Default)]
pub(crate) struct Look {
    pub(crate) second: f64,
    pub(crate) rows: u64,
    pub(crate) requests: u64,
    pub(crate) others: u64,
    pub(crate) jobs: usize,
    pub(crate) other_jobs: u64,
}

impl Story {
    /// The time beside what is possible.
    pub(crate) fn ratio(&self) -> f64 {
        self.nearly_done / self.possible
    }

    pub(crate) fn requests_a_batch(&self) -> f64 {
        self.requests as f64 / self.batches as f64
    }

    pub(crate) fn to_json(&self, scenario: &Scenario) -> Value {
        let column = |of: fn(&Look) -> Value| self.looks.iter().map(of).collect::<Value>();
        json!({
            "scenario": scenario.name,
            "about": scenario.about,
            "limit": scenario.limit,
            "batches": self.batches,
            "seconds": self.done,
            "nearly_done": self.nearly_done,
            "possible": self.possible,
            "looks": {
                "second": column(|look| look.second.into()),
                "rows": column(|look| look.rows.into()),
                "requests": column(|look| look.requests.into()),
                "others": column(|look| look.others.into()),
                "jobs": column(|look| look.jobs.into()),
                "other_jobs": column(|look| look.other_jobs.into()),
            },
        })
    }
}
