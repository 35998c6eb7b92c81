//! Where outcomes go while an import runs.

use std::io::{self, Write};
use std::time::Duration;

use tokio::time::Instant;
use zd_import::{Entry, FileJournal, Journal as _, JournalError, Outcome, OutcomeLog};

use super::reasons::Reasons;

/// How long an outcome may wait in a buffer while others come.
const FLUSH: Duration = Duration::from_secs(1);

/// Takes every outcome: counts reasons, and streams.
pub(super) struct Ledger {
    /// Why rows were not applied.
    pub(super) reasons: Reasons,
    /// The stream, if the user asked for one.
    stream: Option<OutcomeLog<Box<dyn Write + Send>>>,
    flushed: Instant,
}

impl Ledger {
    pub(super) fn new(stream: Option<Box<dyn Write + Send>>) -> Self {
        Self {
            reasons: Reasons::default(),
            stream: stream.map(OutcomeLog::new),
            flushed: Instant::now(),
        }
    }

    /// Takes what earlier processes of the run have established: a stream tells every outcome at least once. The journal has
    /// no keys, which are the input's.
    pub(super) async fn catch_up(&mut self, journal: &mut FileJournal) -> Result<(), JournalError> {
        let mut broken = None;
        let mut take = |entry: Entry| {
            let Entry::Outcomes { job, rows } = entry else {
                return;
            };
            for row in rows {
                self.reasons.count(row.status, row.line, row.error.as_ref());
                if let Some(stream) = &mut self.stream
                    && broken.is_none()
                {
                    let outcome = Outcome::from_journal(row, job.clone());
                    broken = stream.record(&outcome).err();
                }
            }
        };
        journal.replay(&mut take).await
    }

    pub(super) fn take(&mut self, outcome: &Outcome) -> io::Result<()> {
        self.reasons
            .count(outcome.status, outcome.line, outcome.error.as_ref());
        if let Some(stream) = &mut self.stream {
            stream.record(outcome)?;
            if self.flushed.elapsed() >= FLUSH {
                stream.flush()?;
                self.flushed = Instant::now();
            }
        }
        Ok(())
    }

    pub(super) fn finish(&mut self) -> io::Result<()> {
        self.stream.as_mut().map_or(Ok(()), OutcomeLog::flush)
    }
}
