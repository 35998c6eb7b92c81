//! One writer at a time.

use std::fs::{File, TryLockError};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use super::JournalError;
use super::disk::private;

/// The file that is locked; it holds the process id, for messages.
const NAME: &str = "lock";

/// A run's directory is ours until this is dropped or the process ends, however it ends.
#[derive(Debug)]
pub(super) struct RunLock {
    /// The system's lock goes with the open file.
    _file: File,
}

impl RunLock {
    /// Takes the lock.
    pub(super) fn take(directory: &Path) -> Result<Self, JournalError> {
        let failed = |source| JournalError::Io {
            doing: "locked",
            source,
        };
        let mut file = private()
            .read(true)
            .write(true)
            .truncate(false)
            .open(directory.join(NAME))
            .map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                let _unreadable = (&file).take(32).read_to_string(&mut text);
                return Err(JournalError::Locked {
                    process: text.trim().parse().ok(),
                });
            }
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        let mut tell = || {
            file.set_len(0)?;
            file.seek(SeekFrom::Start(0))?;
            writeln!(file, "{}", std::process::id())
        };
        tell().map_err(failed)?;
        Ok(Self { _file: file })
    }
}
