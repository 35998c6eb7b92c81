//! A batch on its way.

use zd_model::JobId;
use zd_users::endpoints::WrittenUser;

use super::ask::Now;
use super::clock::Intent;
use super::plan::Pending;
use crate::correlate::SentKeys;
use crate::read_back::Lookup;

/// Names a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct BatchId(pub(crate) u64);

/// Up to 100 rows that are sent together; what is settled leaves, what is in doubt stays.
#[derive(Debug)]
pub(crate) struct Batch {
    /// In the order sent, as long as results can still refer to it.
    pub(crate) rows: Vec<Pending>,
    /// When it was last sent.
    pub(crate) intent: Intent,
    pub(crate) collisions: u32,
    /// How often Zendesk had trouble of its own (5xx) with it and had applied nothing of it.
    pub(crate) troubles: u32,
    /// How often it was halved.
    pub(crate) halvings: u32,
    /// Whether its one row goes as a single upsert.
    pub(crate) single: bool,
    pub(crate) state: State,
}

/// Where a batch stands.
#[derive(Debug)]
pub(crate) enum State {
    /// Its people are looked up before sending: to see whose external id may be sent, or who is already as asked.
    Checking(Lookup),
    /// To be sent, not before then.
    Ready(Now),
    /// Sent, not answered.
    Submitting,
    /// Queued by Zendesk as a job.
    Accepted(Job),
    /// Sent, and its effect is unknown.
    Doubt(Doubt),
}

#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) id: JobId,
    /// Since when it is known.
    pub(crate) since: Now,
    /// When it was queued, unless an earlier process did that.
    pub(crate) queued: Option<Now>,
    /// When it was known to run last.
    pub(crate) seen: Now,
    /// Since when polls do not show it.
    pub(crate) missing_since: Option<Now>,
}

#[derive(Debug)]
pub(crate) struct Doubt {
    pub(crate) fate: Fate,
    /// The answer was an error of Zendesk's own: its status, 5xx.
    pub(crate) server_error: Option<u16>,
    /// The job, if one was answered.
    pub(crate) job: Option<JobId>,
    /// The unfinished jobs that could be its own, once all of them have been seen. Whatever is queued later is not.
    pub(crate) suspects: Option<Vec<JobId>>,
    /// The people, as they are read back.
    pub(crate) reading: Lookup,
}

/// What is known of a batch's fate.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fate {
    /// It may still arrive, or be running as a job that cannot be seen. After this time only the latter.
    Unknown { settles_at: Now },
    /// Whatever it did, it has done by now.
    Over { at: Now },
}

impl Batch {
    pub(crate) fn new(rows: Vec<Pending>, state: State) -> Self {
        let intent = Intent {
            at: Now::ZERO,
            server: None,
        };
        Self {
            rows,
            intent,
            collisions: 0,
            troubles: 0,
            halvings: 0,
            single: false,
            state,
        }
    }

    /// What its people are found by in a job's results.
    pub(crate) fn keys(&self) -> Vec<SentKeys<'_>> {
        let rows = self.rows.iter();
        rows.map(|pending| (&pending.row.keys).into()).collect()
    }

    /// Its people as they are sent.
    pub(crate) fn written(&self) -> Vec<WrittenUser> {
        let rows = self.rows.iter();
        rows.map(|pending| pending.row.written.clone()).collect()
    }

    /// Whether it takes, or is about to take, one of the account's job slots.
    pub(crate) const fn holds_slot(&self) -> bool {
        matches!(
            self.state,
            State::Checking(_) | State::Ready(_) | State::Submitting | State::Accepted(_)
        )
    }

    pub(crate) const fn is_job(&self) -> bool {
        matches!(self.state, State::Submitting | State::Accepted(_))
    }

    pub(crate) const fn is_doubt(&self) -> bool {
        matches!(self.state, State::Doubt(_))
    }

    /// The lookup that is going on, if one is.
    pub(crate) const fn lookup(&mut self) -> Option<&mut Lookup> {
        match &mut self.state {
            State::Checking(lookup)
            | State::Doubt(Doubt {
                fate: Fate::Over { .. },
                reading: lookup,
                ..
            }) => Some(lookup),
            _ => None,
        }
    }
}
