//! A file of the system.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use super::Disk;

/// The journal's file in a run's directory.
const NAME: &str = "journal";
/// The same before it is whole.
const UNNAMED: &str = "journal.new";

/// A file of the system, `journal` in a directory. Only its owner may read it (0600).
#[derive(Debug)]
pub struct FileDisk {
    directory: PathBuf,
    file: Option<File>,
    read_only: bool,
}

impl FileDisk {
    /// The file in this directory. Nothing is opened or made yet.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self {
            directory: directory.into(),
            file: None,
            read_only: false,
        }
    }

    /// The same, for reading only.
    pub fn read_only(directory: impl Into<PathBuf>) -> Self {
        Self {
            read_only: true,
            ..Self::new(directory)
        }
    }

    fn file(&self) -> io::Result<&File> {
        self.file
            .as_ref()
            .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "the file is not open"))
    }
}

impl Disk for FileDisk {
    fn create(&mut self) -> io::Result<()> {
        if self.directory.join(NAME).try_exists()? {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        // One that is left over from a crash is written over.
        self.file = Some(
            private()
                .read(true)
                .write(true)
                .truncate(true)
                .open(self.directory.join(UNNAMED))?,
        );
        Ok(())
    }

    fn open(&mut self) -> io::Result<()> {
        self.file = Some(
            OpenOptions::new()
                .read(true)
                .write(!self.read_only)
                .open(self.directory.join(NAME))?,
        );
        Ok(())
    }

    fn publish(&mut self) -> io::Result<()> {
        fs::rename(self.directory.join(UNNAMED), self.directory.join(NAME))
    }

    fn sync_name(&mut self) -> io::Result<()> {
        sync_directory(&self.directory)
    }

    fn length(&mut self) -> io::Result<u64> {
        Ok(self.file()?.metadata()?.len())
    }

    fn read(&mut self, at: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let mut file = self.file()?;
        file.seek(SeekFrom::Start(at))?;
        let mut filled = 0;
        while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match file.read(rest) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(filled)
    }

    fn write(&mut self, at: u64, bytes: &[u8]) -> io::Result<()> {
        let mut file = self.file()?;
        file.seek(SeekFrom::Start(at))?;
        file.write_all(bytes)
    }

    fn truncate(&mut self, length: u64) -> io::Result<()> {
        self.file()?.set_len(length)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.file()?.sync_data()
    }
}

/// Makes a directory that only its owner may enter (0700), with what is missing above it, and makes their names durable.
/// One that is there stays as it is.
pub(in crate::journal) fn make_directory(directory: &Path) -> io::Result<()> {
    let existed = directory.try_exists()?;
    let mut new = Vec::new();
    for place in directory.ancestors() {
        // The name of the directory itself always: who made it may not have come to it.
        if place != directory && (place.as_os_str().is_empty() || place.try_exists()?) {
            break;
        }
        new.push(place);
    }
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)?;
    for place in new {
        let synced = match place.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => sync_directory(parent),
            Some(_) => sync_directory(Path::new(".")),
            None => Ok(()),
        };
        match synced {
            // Someone else made it, where we may not look.
            Err(error) if existed && error.kind() == io::ErrorKind::PermissionDenied => {}
            other => other?,
        }
    }
    Ok(())
}

/// How files are made that only their owner may read.
pub(in crate::journal) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Where directories cannot be opened, the system makes names durable itself.
fn sync_directory(directory: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(directory)?.sync_all()?;
    }
    Ok(())
}
