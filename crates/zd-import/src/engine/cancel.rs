//! Ending an import early.

use tokio_util::sync::CancellationToken;

/// Ends an import early, gracefully or at once. Clones end the same import.
///
/// A [`CancellationToken`] becomes one that ends gracefully.
#[derive(Clone, Debug, Default)]
pub struct Cancel {
    graceful: CancellationToken,
    abort: CancellationToken,
}

impl Cancel {
    /// A cancel that nobody has asked for yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks for a graceful end: nothing new is sent, jobs in flight are followed to their end for a while.
    pub fn stop(&self) {
        self.graceful.cancel();
    }

    /// Ends at once: whatever is in flight is indeterminate.
    pub fn abort(&self) {
        self.abort.cancel();
    }

    pub(crate) const fn graceful(&self) -> &CancellationToken {
        &self.graceful
    }

    pub(crate) const fn aborted(&self) -> &CancellationToken {
        &self.abort
    }
}

impl From<CancellationToken> for Cancel {
    fn from(graceful: CancellationToken) -> Self {
        Self {
            graceful,
            abort: CancellationToken::new(),
        }
    }
}
