//! What kind of Zendesk.

use crate::clock::Now;
use crate::{Fault, JobTime};

/// How the sandbox behaves; see [`SandboxBuilder`](crate::SandboxBuilder) for each.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) plan: u64,
    pub(crate) rate_limits: bool,
    pub(crate) job_time: JobTime,
    pub(crate) workers: usize,
    pub(crate) faults: Vec<Fault>,
    pub(crate) seed: u64,
    pub(crate) bulk_import: bool,
    pub(crate) admins_set_passwords: bool,
    pub(crate) people: u32,
    pub(crate) search_delay_millis: i64,
    pub(crate) token_seconds: u32,
    /// The wall time at the start; the machine's if there is none.
    pub(crate) starts_at: Option<Now>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            plan: 700,
            rate_limits: true,
            job_time: JobTime::default(),
            workers: 10,
            faults: Vec::new(),
            seed: 0,
            bulk_import: true,
            admins_set_passwords: true,
            people: 200,
            search_delay_millis: 0,
            token_seconds: 7200,
            starts_at: None,
        }
    }
}
