//! The journal on a disk.

use std::path::Path;

use async_trait::async_trait;

use super::disk::{Disk, FileDisk, make_directory};
use super::format::{Format, LATEST};
use super::frame::{Chain, HEADER, Header, MAX_PAYLOAD, SEAL, frame};
use super::lock::{self, LockHolder, RunLock};
use super::reader::{JournalReader, entries, open};
use super::varint::Malformed;
use super::walk::{Found, Place, Walk, damaged};
use super::{Entry, Journal, JournalError};

/// The payload at which a commit of many entries is split: what is read at a time, and what a crash may leave torn, stays
/// small.
const SPLIT: usize = 256 << 10;
/// How many bytes of payload are replayed between two returns to the caller's thread.
const REPLAYED: usize = 32 << 10;

/// A journal in a run's directory.
pub type FileJournal = LogJournal<FileDisk>;

/// A journal on a disk: a file that grows at its end, one write and one sync a commit.
///
/// Commits are written on tokio's pool of blocking threads, so a tokio runtime is needed, unless the disk says that it does
/// not block. After a commit that failed, and after a future that was dropped, it takes no more: open it anew.
#[derive(Debug)]
pub struct LogJournal<D: Disk> {
    /// None while a commit is on its way, and for good if that commit's future was dropped.
    writer: Option<Writer<D>>,
}

impl FileJournal {
    /// Begins a journal in this directory, which is made if it is missing (0700), and takes the run's lock.
    ///
    /// Waits for the device.
    ///
    /// # Errors
    ///
    /// [`Exists`](JournalError::Exists) if there is one; [`Locked`](JournalError::Locked); or if it may not be durable.
    pub fn create(directory: impl AsRef<Path>) -> Result<Self, JournalError> {
        let directory = directory.as_ref();
        make_directory(directory).map_err(unwritten)?;
        let lock = RunLock::take(directory)?;
        Ok(Self::create_on(FileDisk::new(directory))?.locked(lock))
    }

    /// Opens the journal in this directory to go on with it, and takes the run's lock. A commit that was interrupted is cut
    /// off.
    ///
    /// Reads all of it. Waits for the device.
    ///
    /// # Errors
    ///
    /// [`Missing`](JournalError::Missing); [`Locked`](JournalError::Locked) while another process has it open;
    /// [`Damaged`](JournalError::Damaged); [`Newer`](JournalError::Newer); or what the system says.
    pub fn open(directory: impl AsRef<Path>) -> Result<Self, JournalError> {
        let directory = directory.as_ref();
        let mut disk = FileDisk::new(directory);
        // No lock file is left where there is no journal.
        open(&mut disk)?;
        let lock = RunLock::take(directory)?;
        Ok(Self::open_on(disk)?.locked(lock))
    }

    /// Reads the journal in this directory, also while another process writes it. Changes nothing.
    ///
    /// # Errors
    ///
    /// As [`JournalReader::new`].
    pub fn read(directory: impl AsRef<Path>) -> Result<JournalReader, JournalError> {
        JournalReader::new(FileDisk::read_only(directory.as_ref()))
    }

    /// The process that has the journal in this directory open to write it; none if nobody has.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn holder(directory: impl AsRef<Path>) -> Result<Option<LockHolder>, JournalError> {
        lock::holder(directory.as_ref())
    }

    fn locked(mut self, lock: RunLock) -> Self {
        if let Some(writer) = &mut self.writer {
            writer.lock = Some(lock);
        }
        self
    }
}

impl<D: Disk> LogJournal<D> {
    /// Begins a journal on this disk. The caller sees to it that nobody else writes there.
    ///
    /// # Errors
    ///
    /// As [`FileJournal::create`], save for the lock.
    pub fn create_on(disk: D) -> Result<Self, JournalError> {
        Self::create_with_id(disk, fastrand::u128(..).to_le_bytes())
    }

    /// Opens the journal on this disk. The caller sees to it that nobody else writes there.
    ///
    /// # Errors
    ///
    /// As [`FileJournal::open`], save for the lock.
    pub fn open_on(disk: D) -> Result<Self, JournalError> {
        Writer::open(disk).map(Self::from)
    }

    /// A journal whose id is known beforehand, so that its bytes are.
    pub(super) fn create_with_id(disk: D, id: [u8; 16]) -> Result<Self, JournalError> {
        Writer::create(disk, id).map(Self::from)
    }

    /// Does something with the disk where it may wait.
    async fn with_writer<T: Send + 'static>(
        &mut self,
        doing: &'static str,
        work: impl FnOnce(&mut Writer<D>) -> Result<T, JournalError> + Send + 'static,
    ) -> Result<T, JournalError> {
        let mut writer = self.writer.take().ok_or_else(|| refused(doing))?;
        if !writer.disk.blocks() {
            let done = work(&mut writer);
            self.writer = Some(writer);
            return done;
        }
        let failed = |source| JournalError::Io { doing, source };
        let runtime = tokio::runtime::Handle::try_current()
            .map_err(|error| failed(std::io::Error::other(error)))?;
        let (writer, done) = runtime
            .spawn_blocking(move || {
                let done = work(&mut writer);
                (writer, done)
            })
            .await
            .map_err(|error| failed(error.into()))?;
        self.writer = Some(writer);
        done
    }
}

impl<D: Disk> From<Writer<D>> for LogJournal<D> {
    fn from(writer: Writer<D>) -> Self {
        Self {
            writer: Some(writer),
        }
    }
}

#[async_trait]
impl<D: Disk> Journal for LogJournal<D> {
    async fn replay(&mut self, each: &mut (dyn FnMut(Entry) + Send)) -> Result<(), JournalError> {
        let mut walk = self
            .with_writer("read", |writer| Walk::begin(&mut writer.disk))
            .await?;
        loop {
            let (back, some) = self
                .with_writer("read", move |writer| {
                    let some = writer.some_entries(&mut walk)?;
                    Ok((walk, some))
                })
                .await?;
            if some.is_empty() {
                return Ok(());
            }
            walk = back;
            some.into_iter().for_each(&mut *each);
        }
    }

    async fn commit(&mut self, entries: &[Entry]) -> Result<(), JournalError> {
        let writer = self.writer.as_mut().ok_or_else(|| refused("written"))?;
        let payloads = payloads(writer.format, entries).inspect_err(|_| writer.broken = true)?;
        self.with_writer("written", move |writer| {
            payloads
                .iter()
                .try_for_each(|payload| writer.commit(payload))
        })
        .await
    }
}

/// The entries as bytes, in as many commits as they take.
fn payloads(format: Format, entries: &[Entry]) -> Result<Vec<Vec<u8>>, JournalError> {
    let unfit = |what| unwritten(std::io::Error::new(std::io::ErrorKind::InvalidInput, what));
    let mut payloads = Vec::new();
    let mut payload = Vec::new();
    for entry in entries {
        let before = payload.len();
        (format.encode)(entry, &mut payload).map_err(|Malformed(what)| unfit(what))?;
        if payload.len() - before > MAX_PAYLOAD {
            return Err(unfit("an entry is too long"));
        }
        if before > 0 && payload.len() > SPLIT {
            let last = payload.split_off(before);
            payloads.push(std::mem::replace(&mut payload, last));
        }
    }
    if !payload.is_empty() {
        payloads.push(payload);
    }
    Ok(payloads)
}

/// Writes commits.
#[derive(Debug)]
struct Writer<D> {
    disk: D,
    header: Header,
    format: Format,
    chain: Chain,
    /// Behind the last seal.
    end: u64,
    /// Whether something failed, so that nobody knows what the end looks like.
    broken: bool,
    /// Goes with whoever writes: a commit that was given up is still on its way.
    lock: Option<RunLock>,
}

impl<D: Disk> Writer<D> {
    fn create(mut disk: D, id: [u8; 16]) -> Result<Self, JournalError> {
        let header = Header {
            format: LATEST.number,
            id,
        };
        disk.create().map_err(|source| match source.kind() {
            std::io::ErrorKind::AlreadyExists => JournalError::Exists,
            _ => unwritten(source),
        })?;
        // Whoever finds the name finds a whole header.
        disk.write(0, &header.to_bytes()).map_err(unwritten)?;
        disk.sync().map_err(unwritten)?;
        disk.publish().map_err(unwritten)?;
        disk.sync_name().map_err(unwritten)?;
        Ok(Self {
            disk,
            header,
            format: LATEST,
            chain: header.chain(),
            end: HEADER as u64,
            broken: false,
            lock: None,
        })
    }

    fn open(mut disk: D) -> Result<Self, JournalError> {
        open(&mut disk)?;
        let mut walk = Walk::begin(&mut disk)?;
        let mut unsealed = None;
        while let Found::Commit(commit) = walk.look(&mut disk)? {
            if !commit.sealed {
                unsealed = Some(commit);
                break;
            }
            walk.pass(&commit);
        }
        let mut writer = Self {
            disk,
            header: walk.header,
            format: walk.format,
            chain: walk.chain,
            end: walk.at,
            broken: false,
            lock: None,
        };
        writer.mend(unsealed).map_err(unwritten)?;
        Ok(writer)
    }

    /// Cuts off what an interrupted commit left, and makes durable what can be seen: its process may have ended before it
    /// was.
    fn mend(&mut self, unsealed: Option<Place>) -> std::io::Result<()> {
        let end = unsealed.map_or(self.end, |commit| commit.end());
        if self.disk.length()? > end {
            self.disk.truncate(end)?;
        }
        // If a sync failed before, also one of an earlier opening, the system shows what was written and yet will not write
        // it again: of the last commit and of the seal before it nobody knows. Bytes that are written over by themselves
        // are safe at any instant.
        let from = self.end.saturating_sub(SEAL as u64).max(HEADER as u64);
        if from < end {
            let length = usize::try_from(end - from).map_err(std::io::Error::other)?;
            let mut bytes = vec![0; length];
            if self.disk.read(from, &mut bytes)? < length {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            self.disk.write(from, &bytes)?;
        }
        // The name, too: who made the file may not have come to it.
        self.disk.sync_name()?;
        self.disk.sync()?;
        if let Some(commit) = unsealed {
            self.seal(&commit.behind, end)?;
        }
        Ok(())
    }

    fn commit(&mut self, payload: &[u8]) -> Result<(), JournalError> {
        if self.broken {
            return Err(refused("written"));
        }
        self.broken = true;
        let (bytes, behind) = frame(self.chain, payload)
            .ok_or_else(|| unwritten(std::io::ErrorKind::InvalidInput.into()))?;
        self.disk.write(self.end, &bytes).map_err(unwritten)?;
        self.disk.sync().map_err(unwritten)?;
        self.seal(&behind, self.end + bytes.len() as u64)
            .map_err(unwritten)?;
        self.broken = false;
        Ok(())
    }

    /// Says that what precedes is durable. The saying itself need not be.
    fn seal(&mut self, behind: &Chain, at: u64) -> std::io::Result<()> {
        self.disk.write(at, &self.header.seal())?;
        self.chain = *behind;
        self.end = at + SEAL as u64;
        Ok(())
    }

    /// The next entries, some commits full; none at the end.
    fn some_entries(&mut self, walk: &mut Walk) -> Result<Vec<Entry>, JournalError> {
        let mut some = Vec::new();
        let mut bytes = 0;
        while bytes < REPLAYED && walk.at < self.end {
            let Found::Commit(commit) = walk.look(&mut self.disk)? else {
                return Err(damaged(walk.at, "a commit is gone"));
            };
            entries(walk, &mut self.disk, &commit, &mut |_, entry| {
                some.push(entry);
                Ok(())
            })?;
            bytes += commit.length;
            walk.pass(&commit);
        }
        Ok(some)
    }
}

fn unwritten(source: std::io::Error) -> JournalError {
    JournalError::Io {
        doing: "written",
        source,
    }
}

/// What a journal says after something went wrong.
fn refused(doing: &'static str) -> JournalError {
    JournalError::Io {
        doing,
        source: std::io::Error::other(
            "an earlier write failed or was given up; what is on disk can be resumed",
        ),
    }
}
