//! The failed file: the rows that were not applied, ready to be imported again.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::Outcome;
use crate::layout::Layout;

/// How much is held before it is written.
const BUFFER: usize = 64 * 1024;

/// A file of the rows that were not applied: the user's own header and cells, byte for byte, and what became of them.
///
/// It goes back into an import as it is, since columns named `zd_*` (and the member `_zd`) are not read. Rows come in any
/// order and end up in the order of the input; until [`finish`](Self::finish) they wait in a temporary file beside the
/// target, and only 24 bytes a row in memory. A file that is there is replaced as a whole or not at all; a device or a
/// pipe is written to.
#[derive(Debug)]
pub struct FailedFile {
    target: PathBuf,
    /// Whether the target is no plain file: renaming another over it would take the device itself away.
    special: bool,
    layout: Layout,
    /// Unnamed, so that nothing is left behind whatever happens.
    waiting: BufWriter<File>,
    written: u64,
    /// The row's number, where it waits and how long it is.
    index: Vec<(u64, u64, u32)>,
}

impl FailedFile {
    /// Prepares a failed file for an input of this layout. Nothing is there under the target's name before
    /// [`finish`](Self::finish).
    ///
    /// # Errors
    ///
    /// If the target is a directory, or no file can be made beside it.
    pub fn create(target: impl Into<PathBuf>, layout: Layout) -> io::Result<Self> {
        let target = target.into();
        let kind = std::fs::metadata(&target).map(|there| there.file_type());
        if kind.as_ref().is_ok_and(std::fs::FileType::is_dir) {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        let special = kind.is_ok_and(|kind| !kind.is_file());
        let waiting = if special {
            tempfile::tempfile()?
        } else {
            tempfile::tempfile_in(directory_of(&target))?
        };
        Ok(Self {
            target,
            special,
            layout,
            waiting: BufWriter::with_capacity(BUFFER, waiting),
            written: 0,
            index: Vec::new(),
        })
    }

    /// How many rows there are.
    pub const fn rows(&self) -> usize {
        self.index.len()
    }

    /// Puts the rows in order and the file in its place, readable by this user only. Without rows there is no file, and
    /// one that was there stays.
    ///
    /// # Errors
    ///
    /// If the file cannot be written; one that was there stays.
    pub fn finish(mut self) -> io::Result<Option<PathBuf>> {
        if self.index.is_empty() {
            return Ok(None);
        }
        self.index.sort_unstable();
        let mut waiting = self
            .waiting
            .into_inner()
            .map_err(|error| error.into_error())?;
        waiting.seek(SeekFrom::Start(0))?;
        let waiting = BufReader::with_capacity(BUFFER, waiting);
        let start = self.layout.begin();
        if self.special {
            let target = File::options().write(true).open(&self.target)?;
            write_sorted(target, &start, waiting, &self.index)?;
            return Ok(Some(self.target));
        }
        let file = tempfile::Builder::new()
            .prefix(".zd-failed-")
            .tempfile_in(directory_of(&self.target))?;
        let sorted = write_sorted(file, &start, waiting, &self.index)?;
        sorted.as_file().sync_all()?;
        sorted.persist(&self.target).map_err(|error| error.error)?;
        Ok(Some(self.target))
    }
}

/// Writes the rows in the order of the index.
fn write_sorted<W: Write>(
    target: W,
    start: &[u8],
    mut waiting: BufReader<File>,
    index: &[(u64, u64, u32)],
) -> io::Result<W> {
    let mut sorted = BufWriter::with_capacity(BUFFER, target);
    sorted.write_all(start)?;
    let (mut at, mut row) = (0_u64, Vec::new());
    for (_, start, length) in index {
        // Mostly the rows wait in order already: then this reads straight on.
        let offset = start.wrapping_sub(at).cast_signed();
        waiting.seek_relative(offset)?;
        row.resize(*length as usize, 0);
        waiting.read_exact(&mut row)?;
        sorted.write_all(&row)?;
        at = start + u64::from(*length);
    }
    sorted.into_inner().map_err(|error| error.into_error())
}

impl FailedFile {
    /// Keeps a row that was not applied and lets others pass.
    ///
    /// # Errors
    ///
    /// If the temporary file cannot be written.
    pub fn record(&mut self, outcome: &Outcome) -> io::Result<()> {
        if outcome.status.is_success() {
            return Ok(());
        }
        let raw = outcome.raw.as_deref().unwrap_or_default();
        let row = self.layout.row(raw, outcome);
        self.waiting.write_all(&row)?;
        let length = u32::try_from(row.len()).map_err(io::Error::other)?;
        self.index.push((outcome.number, self.written, length));
        self.written += u64::from(length);
        Ok(())
    }
}

fn directory_of(target: &Path) -> &Path {
    match target.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}
