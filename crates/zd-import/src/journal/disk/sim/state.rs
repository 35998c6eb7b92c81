//! The simulated machine.

use std::io;

use super::{Crash, SyncKind, Tear, down};

const SECTOR: usize = 512;

/// What was done to the file.
#[derive(Clone, Debug)]
pub(super) enum Change {
    Write { at: usize, bytes: Vec<u8> },
    Cut { length: usize },
}

impl Change {
    fn apply(&self, to: &mut Vec<u8>) {
        match self {
            Self::Write { at, bytes } => {
                if to.len() < at + bytes.len() {
                    to.resize(at + bytes.len(), 0);
                }
                if let Some(to) = to.get_mut(*at..at + bytes.len()) {
                    to.copy_from_slice(bytes);
                }
            }
            Self::Cut { length } => to.truncate(*length),
        }
    }

    /// What it counts for where a part of the changes is kept.
    fn size(&self) -> usize {
        match self {
            Self::Write { bytes, .. } => bytes.len(),
            Self::Cut { .. } => 1,
        }
    }
}

/// How an operation is to go.
#[derive(Clone, Copy, Debug)]
pub(super) enum Verdict {
    Do,
    Fail(io::ErrorKind),
    Crash,
}

impl Verdict {
    pub(super) fn result(self) -> io::Result<()> {
        match self {
            Self::Do => Ok(()),
            Self::Fail(kind) => Err(kind.into()),
            Self::Crash => Err(down()),
        }
    }
}

/// When operations fail.
#[derive(Clone, Copy, Debug)]
pub(super) struct Failure {
    pub(super) at: u64,
    pub(super) kind: io::ErrorKind,
    pub(super) on: bool,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Machine {
    /// What programs see.
    pub(super) seen: Vec<u8>,
    /// What survives the machine.
    pub(super) durable: Vec<u8>,
    /// What was done since, and may still become durable.
    pub(super) pending: Vec<Change>,
    pub(super) named: bool,
    pub(super) named_durably: bool,
    pub(super) operations: u64,
    pub(super) crash_at: Option<u64>,
    pub(super) failure: Option<Failure>,
    pub(super) ignored: Vec<(SyncKind, u64)>,
    content_syncs: u64,
    name_syncs: u64,
    pub(super) down: bool,
    pub(super) restarts: u64,
}

impl Machine {
    pub(super) fn begin(&mut self) -> Verdict {
        self.operations += 1;
        if self.crash_at == Some(self.operations) {
            self.down = true;
            return Verdict::Crash;
        }
        match self.failure {
            Some(Failure { at, kind, on })
                if self.operations == at || (on && self.operations > at) =>
            {
                Verdict::Fail(kind)
            }
            _ => Verdict::Do,
        }
    }

    pub(super) const fn syncs(&self, kind: SyncKind) -> u64 {
        match kind {
            SyncKind::Content => self.content_syncs,
            SyncKind::Name => self.name_syncs,
        }
    }

    /// Counts a sync; says whether it does its work.
    pub(super) fn sync_does(&mut self, kind: SyncKind) -> bool {
        let count = match kind {
            SyncKind::Content => &mut self.content_syncs,
            SyncKind::Name => &mut self.name_syncs,
        };
        *count += 1;
        !self.ignored.contains(&(kind, *count))
    }

    pub(super) fn unsynced(&self) -> usize {
        self.pending.iter().map(Change::size).sum()
    }

    pub(super) fn change(&mut self, change: Change) {
        change.apply(&mut self.seen);
        self.pending.push(change);
    }

    pub(super) fn sync(&mut self) {
        for change in self.pending.drain(..) {
            change.apply(&mut self.durable);
        }
    }

    pub(super) fn hold(&mut self, bytes: Vec<u8>) {
        self.durable.clone_from(&bytes);
        self.seen = bytes;
        self.named = true;
        self.named_durably = true;
    }

    pub(super) fn change_bytes(&mut self, change: impl Fn(&mut Vec<u8>)) {
        change(&mut self.seen);
        change(&mut self.durable);
    }

    pub(super) fn restart(&mut self, crash: Crash) {
        if let Crash::Power(tear) = crash {
            let left = self.left(tear);
            self.durable.clone_from(&left);
            self.seen = left;
            self.pending.clear();
            self.named_durably |= self.named && tear == Tear::Kept;
            self.named = self.named_durably;
        }
        self.down = false;
        self.crash_at = None;
        self.failure = None;
        self.ignored.clear();
        self.restarts += 1;
    }

    /// What the machine has when it comes up again.
    fn left(&self, tear: Tear) -> Vec<u8> {
        match tear {
            Tear::Lost => self.durable.clone(),
            Tear::Kept => self.part(usize::MAX, &mut || None),
            Tear::Prefix(bytes) => self.part(bytes, &mut || None),
            Tear::Zeros(bytes) => self.part(bytes, &mut || Some(0)),
            Tear::Garbage(bytes, seed) => {
                let mut random = fastrand::Rng::with_seed(seed);
                self.part(bytes, &mut || Some(random.u8(..)))
            }
            Tear::Sectors(seed) => self.sectors(seed),
        }
    }

    /// The first `kept` bytes of what is pending. Then the new part of the file holds what `fill` says, if anything.
    fn part(&self, mut kept: usize, fill: &mut dyn FnMut() -> Option<u8>) -> Vec<u8> {
        let mut left = self.durable.clone();
        let mut fills = Vec::new();
        for change in &self.pending {
            if change.size() <= kept {
                kept -= change.size();
                change.apply(&mut left);
                continue;
            }
            if let Change::Write { at, bytes } = change {
                let part = bytes.get(..kept).unwrap_or_default().to_vec();
                if !part.is_empty() {
                    Change::Write {
                        at: *at,
                        bytes: part,
                    }
                    .apply(&mut left);
                }
                fills.push(at + bytes.len());
            }
            kept = 0;
        }
        // What was there before is written over sector by sector: it is the old or the new, nothing else.
        while left.len() < fills.iter().copied().max().unwrap_or_default()
            && let Some(byte) = fill()
        {
            left.push(byte);
        }
        left
    }

    fn sectors(&self, seed: u64) -> Vec<u8> {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut left = self.part(usize::MAX, &mut || None);
        for (index, sector) in left.chunks_mut(SECTOR).enumerate() {
            if random.bool() {
                for (offset, byte) in sector.iter_mut().enumerate() {
                    *byte = self
                        .durable
                        .get(index * SECTOR + offset)
                        .copied()
                        .unwrap_or_default();
                }
            }
        }
        left
    }
}
