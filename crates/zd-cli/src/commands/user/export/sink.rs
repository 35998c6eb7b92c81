//! Where rows go: standard output, a file that appears when it is whole, or one that grows page by page.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::place::{directory_of, sync_directory};
use crate::codes;
use crate::failure::Failure;
use crate::output::Out;

/// Where rows go. Files are made readable by this user only.
pub(super) enum Sink {
    /// Standard output.
    Stdout(Out),
    /// A file that is there under its name only once it is whole.
    Whole {
        path: PathBuf,
        file: NamedTempFile,
        replace: bool,
    },
    /// A file whose pages are kept as they come.
    Growing(Growing),
}

/// A file that grows page by page; nobody else writes to it meanwhile.
pub(super) struct Growing {
    path: PathBuf,
    file: File,
    length: u64,
}

impl Sink {
    /// A file that appears at the end.
    pub(super) fn whole(path: &Path, replace: bool) -> Result<Self, Failure> {
        let file = tempfile::Builder::new()
            .prefix(".zd-export-")
            .tempfile_in(directory_of(path))
            .map_err(|error| not_written(path, &error))?;
        Ok(Self::Whole {
            path: path.to_owned(),
            file,
            replace,
        })
    }

    /// Writes a page, so that it is there even if the machine stops; its length so far, where that matters.
    pub(super) fn write(&mut self, page: &[u8]) -> Result<u64, Failure> {
        match self {
            Self::Stdout(out) => {
                // An import takes any UTF-8, and rows are made of nothing else.
                out.data(&String::from_utf8_lossy(page))?;
                out.flush()?;
                Ok(0)
            }
            Self::Whole { path, file, .. } => {
                file.write_all(page)
                    .map_err(|error| not_written(path, &error))?;
                Ok(0)
            }
            Self::Growing(growing) => {
                let written = growing
                    .file
                    .write_all(page)
                    .and_then(|()| growing.file.sync_data());
                written.map_err(|error| not_written(&growing.path, &error))?;
                growing.length += page.len() as u64;
                Ok(growing.length)
            }
        }
    }

    /// Gives the file its name.
    pub(super) fn finish(self) -> Result<(), Failure> {
        let Self::Whole {
            path,
            file,
            replace,
        } = self
        else {
            return Ok(());
        };
        let named = file.as_file().sync_all().and_then(|()| {
            let named = if replace {
                file.persist(&path)
            } else {
                file.persist_noclobber(&path)
            };
            named.map_err(|error| error.error)?;
            sync_directory(&directory_of(&path))
        });
        named.map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => is_there(&path),
            _ => not_written(&path, &error),
        })
    }
}

impl Growing {
    /// Opens the file, or makes it; nothing of it is changed yet.
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let opened = options.open(path).and_then(|file| {
            sync_directory(&directory_of(path))?;
            let length = file.metadata()?.len();
            Ok((file, length))
        });
        let (file, length) = opened.map_err(|error| not_written(path, &error))?;
        if let Err(TryLockError::WouldBlock) = file.try_lock() {
            return Err(Failure::new(
                &codes::FILE_UNUSABLE,
                format!("another export is writing {}", path.display()),
            )
            .fix("wait for it to end, or give another -o FILE"));
        }
        Ok(Self {
            path: path.to_owned(),
            file,
            length,
        })
    }

    /// How long it is.
    pub(super) const fn length(&self) -> u64 {
        self.length
    }

    /// Takes back what is beyond this length, and goes on from there.
    pub(super) fn from(mut self, length: u64) -> Result<Sink, Failure> {
        let cut = self
            .file
            .set_len(length)
            .and_then(|()| self.file.seek(SeekFrom::Start(length)));
        cut.map_err(|error| not_written(&self.path, &error))?;
        self.length = length;
        Ok(Sink::Growing(self))
    }
}

/// A file that must not be written over.
pub(super) fn is_there(path: &Path) -> Failure {
    Failure::new(
        &codes::FILE_UNUSABLE,
        format!("{} is there already", path.display()),
    )
    .why("an export does not write over a file unless told")
    .fix("give another -o FILE, or replace it with  --force")
}

fn not_written(path: &Path, error: &io::Error) -> Failure {
    Failure::file(&path.display().to_string(), "write", error)
        .fix("free the disk or give another place with  -o FILE")
}
