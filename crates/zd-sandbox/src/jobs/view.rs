//! Jobs and their results as the API shows them, in the recorded order of keys.

use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};

use super::Jobs;
use super::job::{Ending, Job};
use super::task::{Done, Failure, Outcome, Verdict};
use crate::choices::{Choices, Echo, FailedRows, ResultsOrder, Rows};
use crate::clock::Now;
use crate::faults::Results as Spoilt;
use crate::state::ids;

impl Job {
    /// The job as it was when it was queued.
    pub(crate) fn as_queued<'a>(&'a self, base: &'a str) -> JobView<'a> {
        JobView {
            job: self,
            base,
            phase: Phase::Queued,
            before: None,
        }
    }

    /// The job as it is, among the others.
    pub(crate) fn as_of<'a>(&'a self, jobs: &'a Jobs, base: &'a str, now: Now) -> JobView<'a> {
        let phase = if self.has_ended(now) {
            Phase::Ended
        } else if self.is_queued(now) {
            Phase::Queued
        } else {
            Phase::Working
        };
        JobView {
            job: self,
            base,
            phase,
            before: jobs.before(self),
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
    /// The job before it, whose results a fault may show.
    before: Option<&'a Job>,
}

impl Serialize for JobView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self {
            job, base, phase, ..
        } = self;
        let id = job.id();
        let applied = job.applied();
        let mut map = serializer.serialize_map(Some(8))?;
        map.serialize_entry("id", &id)?;
        map.serialize_entry("job_type", job.kind.job_type())?;
        map.serialize_entry("url", &format!("{base}/api/v2/job_statuses/{id}.json"))?;
        map.serialize_entry("total", &job.total())?;
        let progress = (*phase != Phase::Queued).then_some(applied);
        map.serialize_entry("progress", &progress)?;
        let status = match phase {
            Phase::Queued => "queued",
            Phase::Working => "working",
            Phase::Ended => job.ending.status(),
        };
        map.serialize_entry("status", status)?;
        let message = match (phase, job.ending) {
            (Phase::Queued, _) => None,
            (Phase::Working, _) | (_, Ending::Never) => Some(job.kind.message(applied)),
            (_, Ending::Completed) => Some(format!("Completed at {}", spelled(job.end()))),
            (_, Ending::Killed) => Some(format!("Killed at {}", spelled(job.end()))),
            (_, Ending::Failed) => {
                Some("The task failed because of an error: the sandbox was told so".to_owned())
            }
        };
        map.serialize_entry("message", &message)?;
        let is_whole = *phase == Phase::Ended && job.ending == Ending::Completed;
        match job.results {
            _ if !is_whole => map.serialize_entry("results", &())?,
            Some(Spoilt::Null) => map.serialize_entry("results", &())?,
            Some(Spoilt::Object) => {
                map.serialize_entry("results", &serde_json::json!({"success": true}))?;
            }
            Some(Spoilt::Foreign) => {
                let foreign = self.before.map_or(&[][..], |job| &job.done);
                map.serialize_entry("results", &Results::of(job, foreign, None))?;
            }
            spoilt => map.serialize_entry("results", &Results::of(job, &job.done, spoilt))?,
        }
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

struct Results<'a> {
    done: &'a [Done],
    /// Places of `done`, in the order in which they are told.
    order: Vec<usize>,
    choices: Choices,
}

impl<'a> Results<'a> {
    fn of(job: &Job, done: &'a [Done], spoilt: Option<Spoilt>) -> Self {
        let mut order: Vec<usize> = (0..done.len()).collect();
        let mut chance = fastrand::Rng::with_seed(job.number());
        let shuffles = job.choices.results_order == ResultsOrder::Shuffled;
        match spoilt {
            Some(Spoilt::Shuffled) => chance.shuffle(&mut order),
            _ if shuffles => chance.shuffle(&mut order),
            _ => {}
        }
        match (spoilt, order.len()) {
            (Some(Spoilt::Short), length @ 1..) => order.truncate(chance.usize(0..length)),
            (Some(Spoilt::Doubled), length @ 1..) => {
                let place = chance.usize(0..length);
                order.insert(place, order[place]);
            }
            _ => {}
        }
        Self {
            done,
            order,
            choices: job.choices,
        }
    }
}

impl Serialize for Results<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.order.iter().filter_map(|index| {
            Some(ResultView {
                index: *index,
                done: self.done.get(*index)?,
                choices: self.choices,
            })
        }))
    }
}

struct ResultView<'a> {
    index: usize,
    done: &'a Done,
    choices: Choices,
}

impl Serialize for ResultView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let (slot, outcome) = match &self.done.verdict {
            Verdict::Applied(slot, outcome) => (*slot, *outcome),
            Verdict::Failed(failure) => {
                failed(&mut map, self.choices.failed_rows, self.index, failure)?;
                return map.end();
            }
        };
        let id = ids::user(slot);
        let is_documented = self.choices.rows == Rows::Documented;
        match outcome {
            Outcome::Created if is_documented => {
                map.serialize_entry("id", &id)?;
                map.serialize_entry("index", &self.index)?;
            }
            Outcome::Upserted if is_documented => {
                map.serialize_entry("action", "update")?;
                map.serialize_entry("id", &id)?;
                map.serialize_entry("status", "Updated")?;
                map.serialize_entry("success", &true)?;
            }
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
        if self.choices.echo == Echo::Sent && !is_documented {
            if let Some(email) = &self.done.email {
                map.serialize_entry("email", email)?;
            }
            if let Some(external_id) = &self.done.external_id {
                map.serialize_entry("external_id", external_id)?;
            }
        }
        map.end()
    }
}

/// A failed entry in one of the shapes that were seen somewhere.
fn failed<M: serde::ser::SerializeMap>(
    map: &mut M,
    shape: FailedRows,
    index: usize,
    failure: &Failure,
) -> Result<(), M::Error> {
    match shape {
        FailedRows::Indexed => {
            map.serialize_entry("index", &index)?;
            map.serialize_entry("error", failure.error)?;
            map.serialize_entry("id", &failure.id)?;
            map.serialize_entry("details", &failure.details)
        }
        FailedRows::Schema => {
            map.serialize_entry("action", failure.action)?;
            map.serialize_entry("id", &failure.id)?;
            map.serialize_entry("success", &false)?;
            map.serialize_entry("error", failure.error)?;
            map.serialize_entry("details", &failure.details)
        }
        FailedRows::Forum => {
            map.serialize_entry("id", &index)?;
            map.serialize_entry("error", failure.error)?;
            map.serialize_entry("details", &failure.details)?;
            map.serialize_entry("status", "Failed")
        }
        FailedRows::Bare => {
            map.serialize_entry("error", failure.error)?;
            map.serialize_entry("details", &failure.details)
        }
    }
}
