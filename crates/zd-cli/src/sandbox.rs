//! The sandbox that `--sandbox` starts.

use std::time::Duration;

use zd_sandbox::{JobTime, Sandbox};

/// An account that hurries: a rehearsal shows what would happen, not how long it would take.
pub(crate) fn rehearsal() -> Sandbox {
    Sandbox::builder()
        .requests_a_minute(100_000)
        .job_time(JobTime::Fixed(Duration::from_millis(50)))
        .build()
}
