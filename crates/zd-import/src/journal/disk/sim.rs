//! A disk that loses what was not synced, fails and crashes, when it is told to.

mod state;

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Disk;
use state::{Change, Failure, Machine, Verdict};

/// A simulated disk with one file. Clones share it.
///
/// Operations are counted from 1: writes, cuts, syncs, namings and syncs of the name. What a sync that failed should have
/// made durable never will be, unless it is written again, though programs go on seeing it: as systems do it.
#[derive(Clone, Debug, Default)]
pub struct SimDisk {
    machine: Arc<Mutex<Machine>>,
    /// A process that was there before a restart can do nothing any more.
    restarts: u64,
}

/// What ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crash {
    /// The process: the system still has what was written, and may make it durable one day.
    Process,
    /// The machine.
    Power(Tear),
}

/// What is left of writes that were not synced when the machine went down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tear {
    /// Nothing.
    Lost,
    /// All.
    Kept,
    /// This many bytes of them, in order; the file ends there.
    Prefix(usize),
    /// This many bytes of them; the file has its new length, and zeros where it was not written.
    Zeros(usize),
    /// The same with garbage.
    Garbage(usize, u64),
    /// Half of their sectors of 512 bytes, by this seed; the others are as before.
    Sectors(u64),
}

/// What a sync makes durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SyncKind {
    /// The content and the length of the file.
    Content,
    /// Its name.
    Name,
}

impl SimDisk {
    /// A disk without a file.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many operations were begun.
    pub fn operations(&self) -> u64 {
        self.machine().operations
    }

    /// The machine goes down in the `nth` operation from now, which is the last to be begun.
    pub fn crash_at(&self, nth: u64) {
        let mut machine = self.machine();
        machine.crash_at = Some(machine.operations + nth);
    }

    /// The `nth` operation from now fails, and those after it do not.
    pub fn fail_at(&self, nth: u64, kind: io::ErrorKind) {
        self.fail(nth, kind, false);
    }

    /// The `nth` operation from now and all after it fail.
    pub fn fail_from(&self, nth: u64, kind: io::ErrorKind) {
        self.fail(nth, kind, true);
    }

    fn fail(&self, nth: u64, kind: io::ErrorKind, on: bool) {
        let mut machine = self.machine();
        let at = machine.operations + nth;
        machine.failure = Some(Failure { at, kind, on });
    }

    /// The `nth` sync of this kind from now says that it was done, and was not.
    pub fn ignore_sync(&self, kind: SyncKind, nth: u64) {
        let mut machine = self.machine();
        let at = machine.syncs(kind) + nth;
        machine.ignored.push((kind, at));
    }

    /// How many syncs of this kind were done or ignored.
    pub fn syncs(&self, kind: SyncKind) -> u64 {
        self.machine().syncs(kind)
    }

    /// How many bytes were written and not synced.
    pub fn unsynced(&self) -> usize {
        self.machine().unsynced()
    }

    /// Begins anew after a crash, with nothing planned any more. Gives the disk as the next process sees it; the handles
    /// there were fail from now on.
    #[must_use]
    pub fn restart(&self, crash: Crash) -> Self {
        let mut machine = self.machine();
        machine.restart(crash);
        let restarts = machine.restarts;
        drop(machine);
        Self {
            machine: Arc::clone(&self.machine),
            restarts,
        }
    }

    /// A disk of its own that is as this one is now.
    #[must_use]
    pub fn copy(&self) -> Self {
        Self {
            machine: Arc::new(Mutex::new(self.machine().clone())),
            restarts: self.restarts,
        }
    }

    /// A disk with a file.
    pub fn holding(bytes: Vec<u8>) -> Self {
        let disk = Self::default();
        disk.machine().hold(bytes);
        disk
    }

    /// What programs see.
    pub fn bytes(&self) -> Vec<u8> {
        self.machine().seen.clone()
    }

    /// Flips a bit, counted from the lowest of the first byte.
    pub fn flip(&self, bit: usize) {
        self.machine().change_bytes(|bytes| {
            if let Some(byte) = bytes.get_mut(bit / 8) {
                *byte ^= 1 << (bit % 8);
            }
        });
    }

    /// Cuts the file, as no program did.
    pub fn cut(&self, length: usize) {
        self.machine().change_bytes(|bytes| bytes.truncate(length));
    }

    fn machine(&self) -> MutexGuard<'_, Machine> {
        self.machine.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The machine for an operation that is counted, and how that is to go.
    fn begin(&self) -> io::Result<(MutexGuard<'_, Machine>, Verdict)> {
        let mut machine = self.up()?;
        let verdict = machine.begin();
        Ok((machine, verdict))
    }

    /// The machine, if this process still is.
    fn up(&self) -> io::Result<MutexGuard<'_, Machine>> {
        let machine = self.machine();
        if machine.down || machine.restarts != self.restarts {
            return Err(down());
        }
        Ok(machine)
    }
}

fn down() -> io::Error {
    io::Error::other("the machine is down")
}

impl Disk for SimDisk {
    fn create(&mut self) -> io::Result<()> {
        let mut machine = self.up()?;
        if machine.named {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        machine.seen.clear();
        machine.durable.clear();
        machine.pending.clear();
        Ok(())
    }

    fn open(&mut self) -> io::Result<()> {
        if self.up()?.named {
            Ok(())
        } else {
            Err(io::ErrorKind::NotFound.into())
        }
    }

    fn publish(&mut self) -> io::Result<()> {
        let (mut machine, verdict) = self.begin()?;
        machine.named |= !matches!(verdict, Verdict::Fail(_));
        verdict.result()
    }

    fn sync_name(&mut self) -> io::Result<()> {
        let (mut machine, verdict) = self.begin()?;
        if machine.sync_does(SyncKind::Name) && matches!(verdict, Verdict::Do) {
            machine.named_durably = machine.named;
        }
        verdict.result()
    }

    fn length(&mut self) -> io::Result<u64> {
        Ok(self.up()?.seen.len() as u64)
    }

    fn read(&mut self, at: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let machine = self.up()?;
        let rest = usize::try_from(at)
            .ok()
            .and_then(|at| machine.seen.get(at..))
            .unwrap_or_default();
        let length = rest.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..length), rest.get(..length)) {
            to.copy_from_slice(from);
        }
        Ok(length)
    }

    fn write(&mut self, at: u64, bytes: &[u8]) -> io::Result<()> {
        let (mut machine, verdict) = self.begin()?;
        // A write that fails has written half of it.
        let written = match verdict {
            Verdict::Fail(_) => bytes.len() / 2,
            Verdict::Do | Verdict::Crash => bytes.len(),
        };
        let at = usize::try_from(at).map_err(io::Error::other)?;
        let bytes = bytes.get(..written).unwrap_or_default().to_vec();
        machine.change(Change::Write { at, bytes });
        verdict.result()
    }

    fn truncate(&mut self, length: u64) -> io::Result<()> {
        let (mut machine, verdict) = self.begin()?;
        if !matches!(verdict, Verdict::Fail(_)) {
            let length = usize::try_from(length).map_err(io::Error::other)?;
            machine.change(Change::Cut { length });
        }
        verdict.result()
    }

    fn sync(&mut self) -> io::Result<()> {
        let (mut machine, verdict) = self.begin()?;
        let does = machine.sync_does(SyncKind::Content);
        match verdict {
            Verdict::Do if does => machine.sync(),
            Verdict::Fail(_) => machine.pending.clear(),
            Verdict::Do | Verdict::Crash => {}
        }
        verdict.result()
    }

    fn blocks(&self) -> bool {
        false
    }
}
