//! What a journal needs from storage.

mod file;
#[cfg(feature = "sim")]
mod sim;

use std::io;

pub use file::FileDisk;
pub(super) use file::{make_directory, private};
#[cfg(feature = "sim")]
pub use sim::{Crash, SimDisk, SyncKind, Tear};

/// Storage of one file that is written at its end.
///
/// Nothing is durable before the `sync` that follows it has returned `Ok`. A `sync` that failed says nothing about what
/// was written before it, and no later `sync` makes up for it: systems forget which pages could not be written. The bytes
/// have to be written again.
///
/// A file comes into being in steps: [`create`](Self::create) it without a name, write it, `sync` it,
/// [`publish`](Self::publish) it under its name, and [`sync_name`](Self::sync_name). So whoever finds the name finds
/// what was written before.
pub trait Disk: Send + 'static {
    /// Begins a new, empty file that has no name yet.
    ///
    /// # Errors
    ///
    /// `AlreadyExists` if there is one under the name; or what the system says.
    fn create(&mut self) -> io::Result<()>;

    /// Opens the file that has the name.
    ///
    /// # Errors
    ///
    /// `NotFound` if there is none; or what the system says.
    fn open(&mut self) -> io::Result<()>;

    /// Gives the file that was begun its name.
    ///
    /// # Errors
    ///
    /// What the system says.
    fn publish(&mut self) -> io::Result<()>;

    /// Makes the name durable.
    ///
    /// # Errors
    ///
    /// If it may not be durable.
    fn sync_name(&mut self) -> io::Result<()>;

    /// The length in bytes.
    ///
    /// # Errors
    ///
    /// What the system says.
    fn length(&mut self) -> io::Result<u64>;

    /// Reads at this place until the buffer is full or the file ends; says how many bytes.
    ///
    /// # Errors
    ///
    /// What the system says.
    fn read(&mut self, at: u64, buffer: &mut [u8]) -> io::Result<usize>;

    /// Writes all these bytes at this place, which is not behind the end.
    ///
    /// # Errors
    ///
    /// What the system says. A part may have been written.
    fn write(&mut self, at: u64, bytes: &[u8]) -> io::Result<()>;

    /// Cuts the file to this length.
    ///
    /// # Errors
    ///
    /// What the system says.
    fn truncate(&mut self, length: u64) -> io::Result<()>;

    /// Makes the content and the length durable.
    ///
    /// # Errors
    ///
    /// If they may not be durable.
    fn sync(&mut self) -> io::Result<()>;

    /// Whether calls may wait for a device. If so they are made on tokio's pool of blocking threads.
    fn blocks(&self) -> bool {
        true
    }
}
