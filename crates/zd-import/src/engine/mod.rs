//! The engine: rows in, outcomes out.

mod ask;
mod batch;
mod cancel;
mod clock;
mod doubt;
mod driver;
mod error;
mod logbook;
mod machine;
mod options;
mod plan;
mod recovery;
mod reply;
mod run;
mod schedule;
mod survey;
mod written;

use tokio::sync::{mpsc, watch};
use zd_users::Client;

pub(crate) use ask::{Now, PeopleQuery};

pub use cancel::Cancel;
pub use error::ImportError;
pub use options::{EngineOptions, Single};
pub use run::Run;
pub use schedule::{
    Conditions, Forecast, Headroom, Limit, Pace, ParseHeadroomError, ParseTimetableError, Timetable,
};

use crate::journal::{Began, Journal};
use crate::{Progress, RowSource};
use driver::Driver;

/// How many commits' outcomes may wait for whoever takes them.
const OUTCOMES_WAITING: usize = 8;

/// An import into one account.
///
/// ```
/// # async fn example(client: zd_users::Client, rows: zd_import::MemorySource) -> Result<(), zd_import::ImportError> {
/// let mut run = zd_import::Import::new(client).run(rows);
/// while let Some(outcome) = run.next().await {
///     println!("line {}: {}", outcome.line, outcome.status.as_str());
/// }
/// let report = run.report().await?;
/// # Ok(())
/// # }
/// ```
pub struct Import {
    client: Client,
    options: EngineOptions,
    journal: Option<Box<dyn Journal>>,
    began: Began,
    cancel: Cancel,
}

impl std::fmt::Debug for Import {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Import")
            .field("options", &self.options)
            .field("journal", &self.journal.is_some())
            .finish_non_exhaustive()
    }
}

impl Import {
    /// An import through this client.
    pub fn new(client: Client) -> Self {
        Self {
            client,
            options: EngineOptions::default(),
            journal: None,
            began: Began::default(),
            cancel: Cancel::new(),
        }
    }

    /// Sets how it behaves.
    #[must_use]
    pub fn options(mut self, options: EngineOptions) -> Self {
        self.options = options;
        self
    }

    /// Writes down in this journal what it does, and goes on with what is in it. Without one an import that ends early cannot
    /// be resumed, and what is in flight then is indeterminate.
    #[must_use]
    pub fn journal(mut self, journal: impl Journal) -> Self {
        self.journal = Some(Box::new(journal));
        self
    }

    /// What a new journal says of how the run began; the account and the input are filled in.
    #[must_use]
    pub fn began(mut self, began: Began) -> Self {
        self.began = began;
        self
    }

    /// Lets this end it early.
    #[must_use]
    pub fn cancel(mut self, cancel: impl Into<Cancel>) -> Self {
        self.cancel = cancel.into();
        self
    }

    /// Imports the rows. It runs as a task of its own, at once; outcomes that nobody takes make it wait.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub fn run(self, source: impl RowSource) -> Run {
        let (progress, progress_seen) = watch::channel(Progress::default());
        let (outcomes, outcomes_seen) = mpsc::channel(OUTCOMES_WAITING);
        let cancel = self.cancel.clone();
        let driver = Driver::new(self, Box::new(source), progress, outcomes);
        let task = tokio::spawn(driver.run());
        Run::new(outcomes_seen, progress_seen, cancel, task)
    }
}
