//! Jobs and their results as the API shows them, in the recorded order of keys.

use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};

use super::{Done, Job, Outcome, Verdict};
use crate::clock::Now;
use crate::state::ids;

impl Job {
    /// The job as it was when it was queued.
    pub(crate) fn as_queued<'a>(&'a self, base: &'a str) -> JobView<'a> {
        self.view(base, Phase::Queued)
    }

    /// The job as it is.
    pub(crate) fn as_of<'a>(&'a self, base: &'a str, now: Now) -> JobView<'a> {
        let phase = if self.has_ended(now) {
            Phase::Ended
        } else if now < self.start {
            Phase::Queued
        } else {
            Phase::Working
        };
        self.view(base, phase)
    }

    fn view<'a>(&'a self, base: &'a str, phase: Phase) -> JobView<'a> {
        JobView {
            job: self,
            base,
            phase,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Queued,
    Working,
    Ended,
}

/// A job in the recorded order of keys.
pub(crate) struct JobView<'a> {
    job: &'a Job,
    base: &'a str,
    phase: Phase,
}

impl Serialize for JobView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { job, base, phase } = self;
        let id = job.id();
        let applied = job.done.len();
        let mut map = serializer.serialize_map(Some(8))?;
        map.serialize_entry("id", &id)?;
        map.serialize_entry("job_type", job.kind.job_type())?;
        map.serialize_entry("url", &format!("{base}/api/v2/job_statuses/{id}.json"))?;
        map.serialize_entry("total", &job.total)?;
        let progress = (*phase != Phase::Queued).then_some(applied);
        map.serialize_entry("progress", &progress)?;
        let status = match phase {
            Phase::Queued => "queued",
            Phase::Working => "working",
            Phase::Ended if job.killed => "killed",
            Phase::Ended => "completed",
        };
        map.serialize_entry("status", status)?;
        let message = match phase {
            Phase::Queued => None,
            Phase::Working => Some(job.kind.message(applied)),
            Phase::Ended => {
                let verb = if job.killed { "Killed" } else { "Completed" };
                Some(format!("{verb} at {}", spelled(job.end())))
            }
        };
        map.serialize_entry("message", &message)?;
        let results = (*phase == Phase::Ended && !job.killed).then_some(Results(&job.done));
        map.serialize_entry("results", &results)?;
        map.end()
    }
}

/// `2023-09-18 23:26:10 +0000`, as only job messages write times.
fn spelled(moment: Now) -> String {
    jiff::Timestamp::from_second(moment.second())
        .unwrap_or_default()
        .strftime("%Y-%m-%d %H:%M:%S +0000")
        .to_string()
}

struct Results<'a>(&'a [Done]);

impl Serialize for Results<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(
            self.0
                .iter()
                .enumerate()
                .map(|(index, done)| ResultView { index, done }),
        )
    }
}

struct ResultView<'a> {
    index: usize,
    done: &'a Done,
}

impl Serialize for ResultView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let (slot, outcome) = match &self.done.verdict {
            Verdict::Applied(slot, outcome) => (*slot, outcome),
            Verdict::Failed(failure) => {
                map.serialize_entry("index", &self.index)?;
                map.serialize_entry("error", failure.error)?;
                map.serialize_entry("id", &failure.id)?;
                map.serialize_entry("details", &failure.details)?;
                return map.end();
            }
        };
        let id = ids::user(slot);
        match outcome {
            Outcome::Created => {
                map.serialize_entry("id", &id)?;
                map.serialize_entry("status", "Created")?;
            }
            Outcome::Upserted => {
                map.serialize_entry("id", &id)?;
                map.serialize_entry("status", "Updated")?;
            }
            Outcome::Updated => {
                map.serialize_entry("id", &id)?;
                map.serialize_entry("action", "update")?;
                map.serialize_entry("status", "Updated")?;
                map.serialize_entry("success", &true)?;
            }
            Outcome::Deleted => {
                map.serialize_entry("action", "delete")?;
                map.serialize_entry("id", &id)?;
                map.serialize_entry("status", "Deleted")?;
                map.serialize_entry("success", &true)?;
            }
        }
        if let Some(email) = &self.done.email {
            map.serialize_entry("email", email)?;
        }
        if let Some(external_id) = &self.done.external_id {
            map.serialize_entry("external_id", external_id)?;
        }
        map.end()
    }
}
