//! A journal in memory: for imports that need not outlive their process, and for tests.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

use super::{Entry, Journal, JournalError};

/// Keeps entries in memory. Clones share them: keep one to look at, or to go on with.
#[derive(Clone, Debug, Default)]
pub struct MemoryJournal {
    entries: Arc<Mutex<Vec<Entry>>>,
}

impl MemoryJournal {
    /// An empty journal.
    pub fn new() -> Self {
        Self::default()
    }

    /// What was written so far.
    pub fn entries(&self) -> Vec<Entry> {
        self.lock().clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl From<Vec<Entry>> for MemoryJournal {
    fn from(entries: Vec<Entry>) -> Self {
        Self {
            entries: Arc::new(Mutex::new(entries)),
        }
    }
}

#[async_trait]
impl Journal for MemoryJournal {
    async fn replay(&mut self, each: &mut (dyn FnMut(Entry) + Send)) -> Result<(), JournalError> {
        self.entries().into_iter().for_each(each);
        Ok(())
    }

    async fn commit(&mut self, entries: &[Entry]) -> Result<(), JournalError> {
        self.lock().extend_from_slice(entries);
        Ok(())
    }
}
