//! Where outcomes go while an import runs.

use std::io::{self, Write};
use std::time::Duration;

use tokio::time::Instant;
use zd_import::{FailedFile, Outcome, OutcomeLog, OutcomeSink};

use super::reasons::Reasons;

/// How long an outcome may wait in a buffer while others come.
const FLUSH: Duration = Duration::from_secs(1);

/// Takes every outcome: counts reasons, keeps the rows that were not applied, and streams.
pub(super) struct Ledger {
    /// Why rows were not applied.
    pub(super) reasons: Reasons,
    /// The rows that were not applied.
    pub(super) failed: FailedFile,
    /// The stream, if the user asked for one.
    pub(super) outcomes: Option<OutcomeLog<Box<dyn Write + Send>>>,
    flushed: Instant,
}

impl Ledger {
    pub(super) fn new(
        failed: FailedFile,
        outcomes: Option<OutcomeLog<Box<dyn Write + Send>>>,
    ) -> Self {
        Self {
            reasons: Reasons::default(),
            failed,
            outcomes,
            flushed: Instant::now(),
        }
    }
}

impl OutcomeSink for Ledger {
    fn record(&mut self, outcome: &Outcome) -> io::Result<()> {
        self.reasons.count(outcome);
        self.failed.record(outcome)?;
        if let Some(outcomes) = &mut self.outcomes {
            outcomes.record(outcome)?;
            if self.flushed.elapsed() >= FLUSH {
                outcomes.flush()?;
                self.flushed = Instant::now();
            }
        }
        Ok(())
    }
}
