//! The journal: what an import writes down, so that it can go on after anything.
//!
//! The order of effects: an [`Entry::Intent`] is durable before its request leaves; [`Entry::Accepted`] is durable before the
//! job is followed; [`Entry::Outcomes`] are durable before anybody sees an outcome.

mod codec;
mod disk;
mod entry;
mod format;
mod frame;
mod index;
mod lock;
mod log;
mod memory;
mod reader;
mod varint;
mod walk;

#[cfg(feature = "sim")]
pub use disk::{Crash, SimDisk, SyncKind, Tear};
pub use disk::{Disk, FileDisk};
pub use entry::{AgainRow, Began, Ended, Entry, InputIdentity, Settled};
pub use index::OutcomeIndex;
pub use lock::LockHolder;
pub use log::{FileJournal, LogJournal};
pub use memory::MemoryJournal;
pub use reader::JournalReader;

use async_trait::async_trait;

/// Keeps what an import writes down.
///
/// An import that is given a journal with entries goes on where they end. One import uses a journal at a time; who
/// implements the trait sees to that.
#[async_trait]
pub trait Journal: Send + 'static {
    /// Hands out every entry, oldest first.
    ///
    /// # Errors
    ///
    /// If the journal cannot be read, or what is read is not what was written.
    ///
    /// # Cancel safety
    ///
    /// Reading changes nothing.
    async fn replay(&mut self, each: &mut (dyn FnMut(Entry) + Send)) -> Result<(), JournalError>;

    /// Makes these entries durable, in their order. When this returns they outlive a crash of the machine; after an error
    /// or a crash in between, a prefix of them does, never a part without those before it.
    ///
    /// # Errors
    ///
    /// If they may not be durable. The import sends nothing after that.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, a prefix of the entries may be durable. The journal must not be used any more.
    async fn commit(&mut self, entries: &[Entry]) -> Result<(), JournalError>;
}

/// A journal that does not do its work.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// It could not be read or written.
    #[error("the journal could not be {doing}")]
    Io {
        /// What was tried: `read`, `written`, …
        doing: &'static str,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Another process uses it.
    #[error("the journal is in use by another process{}", holder(*process))]
    Locked {
        /// The other process, if it could be told.
        process: Option<u32>,
    },
    /// Something in it is not what was written.
    #[error("the journal is damaged at byte {at}: {what}")]
    Damaged {
        /// Where.
        at: u64,
        /// What is wrong there.
        what: &'static str,
    },
    /// What it says contradicts itself.
    #[error("the journal contradicts itself: {what}")]
    Inconsistent {
        /// What is wrong.
        what: &'static str,
    },
    /// A later version of zd wrote it.
    #[error("the journal has format {found}; this version reads formats up to {known}")]
    Newer {
        /// Its format.
        found: u32,
        /// The latest that is known.
        known: u32,
    },
    /// There is none.
    #[error("there is no journal")]
    Missing,
    /// There is one already.
    #[error("there is a journal already")]
    Exists,
}

fn holder(process: Option<u32>) -> String {
    process.map_or_else(String::new, |process| format!(" (process {process})"))
}
