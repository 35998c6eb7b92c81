//! Where a file goes, and how it gets there whole.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

/// What a file is known by, to find out whether somebody has changed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Stamp {
    /// Its length in bytes.
    pub bytes: u64,
    /// CRC-32 of its content. It tells changes, not forgeries.
    pub crc32: u32,
}

impl Stamp {
    /// Whether the file there is still the one that had this stamp. Reads all of it.
    pub fn is_of(&self, path: &Path) -> bool {
        let read = || -> io::Result<bool> {
            let mut file = File::open(path)?;
            if file.metadata()?.len() != self.bytes {
                return Ok(false);
            }
            let (mut tally, mut buffer) = (Tally::default(), vec![0; 64 << 10]);
            loop {
                match file.read(&mut buffer)? {
                    0 => return Ok(tally.stamp() == *self),
                    read => tally.count(&buffer[..read]),
                }
            }
        };
        read().unwrap_or(false)
    }
}

/// Counts a file's bytes as they are written.
#[derive(Debug, Default)]
pub(super) struct Tally {
    bytes: u64,
    crc: crc32fast::Hasher,
}

impl Tally {
    pub(super) fn count(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        self.crc.update(bytes);
    }

    pub(super) fn stamp(self) -> Stamp {
        Stamp {
            bytes: self.bytes,
            crc32: self.crc.finalize(),
        }
    }
}

/// Where the bytes go until the file is whole.
pub(super) enum Place {
    /// Beside the target, under another name.
    Beside {
        target: PathBuf,
        file: NamedTempFile,
        /// What is there from an earlier end of the run.
        own: Option<Stamp>,
    },
    /// Nowhere yet, since the target is no plain file: renaming over it would take the device itself away.
    Special { target: PathBuf, waiting: File },
    /// Straight to the caller's writer.
    Writer(Box<dyn Write + Send>),
}

impl Place {
    pub(super) fn check(target: &Path) -> io::Result<()> {
        if is_special(target)? {
            return Ok(());
        }
        tempfile::tempfile_in(directory_of(target)).map(drop)
    }

    pub(super) fn prepare(target: &Path, own: Option<Stamp>) -> io::Result<Self> {
        let target = target.to_owned();
        if is_special(&target)? {
            let waiting = tempfile::tempfile()?;
            return Ok(Self::Special { target, waiting });
        }
        let file = tempfile::Builder::new()
            .prefix(".zd-rows-")
            .tempfile_in(directory_of(&target))?;
        Ok(Self::Beside { target, file, own })
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Beside { file, .. } => file.write_all(bytes),
            Self::Special { waiting, .. } => waiting.write_all(bytes),
            Self::Writer(writer) => writer.write_all(bytes),
        }
    }

    /// Makes durable what was written: a file with so many rows.
    pub(super) fn finish(self, rows: u64) -> io::Result<Finished> {
        match self {
            Self::Beside { target, own, .. } if rows == 0 => Ok(Finished::Nothing { target, own }),
            Self::Beside { target, file, .. } => {
                file.as_file().sync_all()?;
                Ok(Finished::File { target, file })
            }
            Self::Special { .. } if rows == 0 => Ok(Finished::Done),
            Self::Special {
                target,
                mut waiting,
            } => {
                waiting.seek(SeekFrom::Start(0))?;
                Ok(Finished::Special { target, waiting })
            }
            Self::Writer(mut writer) => {
                writer.flush()?;
                Ok(Finished::Done)
            }
        }
    }
}

/// A file that is whole and has no name yet.
pub(super) enum Finished {
    File {
        target: PathBuf,
        file: NamedTempFile,
    },
    Special {
        target: PathBuf,
        waiting: File,
    },
    /// No file is to be there.
    Nothing {
        target: PathBuf,
        own: Option<Stamp>,
    },
    Done,
}

impl Finished {
    /// Gives it its name; says whether an earlier file was removed because there is nothing to be in it.
    pub(super) fn place(self) -> io::Result<bool> {
        match self {
            Self::File { target, file } => {
                file.persist(target).map_err(|error| error.error)?;
                Ok(false)
            }
            Self::Special {
                target,
                mut waiting,
            } => {
                let mut target = File::options().write(true).open(target)?;
                io::copy(&mut waiting, &mut target)?;
                Ok(false)
            }
            Self::Nothing { target, own } => {
                let stale = own.is_some_and(|own| own.is_of(&target));
                if stale {
                    std::fs::remove_file(target)?;
                }
                Ok(stale)
            }
            Self::Done => Ok(false),
        }
    }
}

/// Whether the target is there and no plain file.
fn is_special(target: &Path) -> io::Result<bool> {
    match std::fs::metadata(target) {
        Ok(there) if there.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        Ok(there) => Ok(!there.is_file()),
        Err(_) => Ok(false),
    }
}

fn directory_of(target: &Path) -> &Path {
    match target.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}
