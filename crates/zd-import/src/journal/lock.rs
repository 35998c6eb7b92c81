//! One writer at a time.

use std::fs::{File, TryLockError};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::time::Duration;

use super::JournalError;
use super::disk::private;

/// The file that is locked; it holds the process id, for messages.
const NAME: &str = "lock";

/// Somebody who only looks whether the lock is held has it for an instant; that is no reason to be turned away.
const TRIES: u32 = 4;
/// Between two tries.
const PAUSE: Duration = Duration::from_millis(5);

/// The process that is at a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LockHolder {
    /// Its id, if it could be told.
    pub process: Option<u32>,
}

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
        let mut locked = file.try_lock();
        for _ in 1..TRIES {
            if !matches!(locked, Err(TryLockError::WouldBlock)) {
                break;
            }
            std::thread::sleep(PAUSE);
            locked = file.try_lock();
        }
        match locked {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(JournalError::Locked {
                    process: process(&file),
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

/// Who holds the lock of the run in this directory.
pub(super) fn holder(directory: &Path) -> Result<Option<LockHolder>, JournalError> {
    let failed = |source| JournalError::Io {
        doing: "read",
        source,
    };
    let file = match File::open(directory.join(NAME)) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    match file.try_lock_shared() {
        // Given up again with the file.
        Ok(()) => Ok(None),
        Err(TryLockError::WouldBlock) => Ok(Some(LockHolder {
            process: process(&file),
        })),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}

/// What the lock's file says of its holder.
fn process(file: &File) -> Option<u32> {
    let mut text = String::new();
    let _unreadable = file.take(32).read_to_string(&mut text);
    text.trim().parse().ok()
}
