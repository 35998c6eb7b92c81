//! An account that lasts: everything that changes it is written down before it is answered, and done again at the start.
//!
//! Handlers are functions of the account, a request and the time, so the requests are all there is to keep. A process that
//! is killed loses nothing that it answered; a machine that loses power may lose the last seconds.

mod deed;
mod journal;
mod record;
mod replay;

use std::io;
use std::path::PathBuf;

pub(crate) use deed::Deed;
pub(crate) use journal::Journal;
pub(crate) use replay::open;

/// A data directory that cannot be used. It says which, why, and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DataError {
    /// It cannot be read or written.
    #[error("cannot use {}", .path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Another sandbox uses it.
    #[error("{} is in use{}; end that sandbox, or take another directory", .path.display(), of_process(*.process))]
    InUse {
        /// The directory.
        path: PathBuf,
        /// The other one's process, if it said so.
        process: Option<u32>,
    },
    /// It was written by a sandbox that behaves differently.
    #[error("{} was written by version {found} of the sandbox, and this is {ours}; use that one, or another directory", .path.display())]
    OtherVersion {
        /// The file.
        path: PathBuf,
        /// The version that wrote it.
        found: String,
        /// This one.
        ours: String,
    },
    /// It began differently from what is asked for now.
    #[error("{} began with {began}, and now {asked} is asked for; leave that out, or take another directory", .path.display())]
    BeganOtherwise {
        /// The file.
        path: PathBuf,
        /// How it began.
        began: String,
        /// What is asked for.
        asked: String,
    },
    /// It is not what was written.
    #[error("{} is damaged at byte {byte}: {what}; restore it from a copy, or take another directory", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where, from 0.
        byte: u64,
        /// What is wrong there.
        what: String,
    },
}

fn of_process(process: Option<u32>) -> String {
    process.map_or_else(String::new, |process| format!(" by process {process}"))
}
