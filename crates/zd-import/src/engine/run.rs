//! An import that is running, as its caller sees it.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use crate::{Cancel, ImportError, Outcome, Progress, Report};

/// An import that is running: a stream of outcomes, and a report at its end.
///
/// An outcome appears once it is durable in the journal, if there is one, and only if this process established it: who
/// resumes a run and needs the earlier ones finds them in the journal.
///
/// Dropping it ends the import at once. With a durable journal nothing is lost by that: the next import with the journal
/// goes on. Without one the rows in flight are never known; end it with [`Cancel`] instead.
#[derive(Debug)]
pub struct Run {
    outcomes: mpsc::Receiver<Vec<Outcome>>,
    ready: std::vec::IntoIter<Outcome>,
    progress: watch::Receiver<Progress>,
    cancel: Cancel,
    task: JoinHandle<Result<Report, ImportError>>,
}

impl Run {
    pub(super) fn new(
        outcomes: mpsc::Receiver<Vec<Outcome>>,
        progress: watch::Receiver<Progress>,
        cancel: Cancel,
        task: JoinHandle<Result<Report, ImportError>>,
    ) -> Self {
        Self {
            outcomes,
            ready: Vec::new().into_iter(),
            progress,
            cancel,
            task,
        }
    }

    /// The next outcome, in no particular order; none at the end.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost if the future is dropped; the import goes on meanwhile, until eight commits of outcomes wait.
    pub async fn next(&mut self) -> Option<Outcome> {
        std::future::poll_fn(|context| self.poll_outcome(context)).await
    }

    /// Takes the outcomes that are left, and waits for the end.
    ///
    /// # Errors
    ///
    /// If the import could not begin or not go on.
    ///
    /// # Panics
    ///
    /// If the import did, which is a defect of this crate or of a source or journal that it was given.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops the run.
    pub async fn report(mut self) -> Result<Report, ImportError> {
        while self.next().await.is_some() {}
        match (&mut self.task).await {
            Ok(result) => result,
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            Err(_) => Err(ImportError::RuntimeEnded),
        }
    }

    /// Ends it early.
    pub const fn cancel(&self) -> &Cancel {
        &self.cancel
    }

    /// Where it stands, as it changes.
    pub fn progress(&self) -> watch::Receiver<Progress> {
        self.progress.clone()
    }

    fn poll_outcome(&mut self, context: &mut Context<'_>) -> Poll<Option<Outcome>> {
        loop {
            if let Some(outcome) = self.ready.next() {
                return Poll::Ready(Some(outcome));
            }
            match std::task::ready!(self.outcomes.poll_recv(context)) {
                Some(outcomes) => self.ready = outcomes.into_iter(),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl Stream for Run {
    type Item = Outcome;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Outcome>> {
        self.get_mut().poll_outcome(context)
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        self.task.abort();
    }
}
