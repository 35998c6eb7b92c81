//! Going through a journal, commit by commit, and telling where it ends from where it is damaged.

use super::disk::Disk;
use super::format::{self, Format};
use super::frame::{
    CHECK, Chain, HEAD, HEADER, Header, MAX_PAYLOAD, SEAL, is_one_bit_from, number,
};
use super::{JournalError, format::LATEST};

/// How much is read at a time.
const WINDOW: usize = 64 << 10;
/// The most that an interrupted commit can leave, the seal before it included.
const MOST_TORN: u64 = (SEAL + HEAD + MAX_PAYLOAD + CHECK) as u64;

/// What stands at a place of a journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A commit that is as it was written.
    Commit(Place),
    /// Nothing, or what an interrupted commit may have left.
    End,
}

/// Where a commit is and what it is chained to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Its first byte.
    pub(super) at: u64,
    /// What it is chained to.
    pub(super) before: Chain,
    /// What the next one is chained to.
    pub(super) behind: Chain,
    /// The length of its payload.
    pub(super) length: usize,
    /// Whether its seal follows: it was durable when it was written, and still is.
    pub(super) sealed: bool,
}

impl Place {
    /// The first byte behind it, where its seal is or will be.
    pub(super) const fn end(&self) -> u64 {
        self.at + (HEAD + self.length + CHECK) as u64
    }
}

/// A place in a journal, and a window of its bytes.
#[derive(Debug)]
pub(super) struct Walk {
    pub(super) header: Header,
    pub(super) format: Format,
    /// Where the next commit begins.
    pub(super) at: u64,
    /// What it is chained to.
    pub(super) chain: Chain,
    window: Window,
}

impl Walk {
    /// At the beginning, the header read.
    pub(super) fn begin<D: Disk>(disk: &mut D) -> Result<Self, JournalError> {
        let mut bytes = [0; HEADER];
        let read = disk.read(0, &mut bytes).map_err(unreadable)?;
        if read < HEADER {
            return Err(damaged(read as u64, "it ends within its header"));
        }
        let header =
            Header::from_bytes(&bytes).ok_or(damaged(0, "the header is not what was written"))?;
        let format = format::find(header.format).ok_or(if header.format > LATEST.number {
            JournalError::Newer {
                found: header.format,
                known: LATEST.number,
            }
        } else {
            damaged(8, "the header has a format that never was")
        })?;
        Ok(Self::at_first(header, format))
    }

    /// At the first commit of a journal with this header.
    pub(super) fn at_first(header: Header, format: Format) -> Self {
        Self {
            header,
            format,
            at: HEADER as u64,
            chain: header.chain(),
            window: Window::default(),
        }
    }

    /// What stands here. Does not go on.
    ///
    /// What was read before is forgotten, as the file may have changed, before anything is called damaged: somebody else
    /// may be writing at its end.
    pub(super) fn look<D: Disk>(&mut self, disk: &mut D) -> Result<Found, JournalError> {
        match self.judge(disk) {
            Err(JournalError::Damaged { .. }) => {
                self.window.forget();
                self.judge(disk)
            }
            found => found,
        }
    }

    /// Forgets what was read: the end of the file may have changed since.
    pub(super) fn forget(&mut self) {
        self.window.forget();
    }

    /// Goes behind a commit and its seal.
    pub(super) fn pass(&mut self, commit: &Place) {
        self.at = commit.end() + SEAL as u64;
        self.chain = commit.behind;
    }

    /// The payload of a commit that was found.
    pub(super) fn payload<D: Disk>(
        &mut self,
        disk: &mut D,
        commit: &Place,
    ) -> Result<&[u8], JournalError> {
        let bytes = self
            .window
            .bytes(disk, commit.at + HEAD as u64, commit.length)?;
        if bytes.len() < commit.length {
            return Err(damaged(commit.at, "it became shorter while it was read"));
        }
        Ok(bytes)
    }

    fn judge<D: Disk>(&mut self, disk: &mut D) -> Result<Found, JournalError> {
        let at = self.at;
        let head = self.window.bytes(disk, at, HEAD)?;
        let Some((length, check)) = head.split_at_checked(HEAD / 2) else {
            return self.end(disk, at, "a commit is cut");
        };
        if head.len() < HEAD {
            return self.end(disk, at, "a commit is cut");
        }
        let stored = number(check);
        let chain = self.chain.with(length);
        let length = number(length) as usize;
        if chain.0 != stored {
            if chain.is_one_bit_from(stored, HEAD / 2) {
                return Err(damaged(at, "a bit of a commit's length is flipped"));
            }
            return self.end(disk, at, "a commit's length is not what was written");
        }
        if length > MAX_PAYLOAD {
            return Err(damaged(at, "a commit is too long"));
        }
        let rest = self
            .window
            .bytes(disk, at + HEAD as u64, length + CHECK + SEAL)?;
        let Some((payload, behind)) = rest
            .split_at_checked(length)
            .filter(|(_, behind)| behind.len() >= CHECK)
        else {
            return self.end(disk, at, "a commit is cut");
        };
        let (check, seal) = behind.split_at(CHECK);
        let behind = chain.with(payload);
        if behind.0 != number(check) {
            if behind.is_one_bit_from(number(check), length) {
                return Err(damaged(at, "a bit of a commit is flipped"));
            }
            return self.end(disk, at, "a commit is not what was written");
        }
        let sealed = seal == self.header.seal();
        let commit = Place {
            at,
            before: self.chain,
            behind,
            length,
            sealed,
        };
        if !sealed {
            if is_one_bit_from(self.header.seal(), seal) {
                return Err(damaged(commit.end(), "a bit of a commit's seal is flipped"));
            }
            self.end(
                disk,
                commit.end(),
                "a commit's seal is not what was written",
            )?;
        }
        Ok(Found::Commit(commit))
    }

    /// Takes what begins at `at`, and is not whole, for what an interrupted commit left, unless it cannot be.
    ///
    /// It cannot be if a seal stands behind it, for then it was durable once; nor if it is longer than a commit can be.
    fn end<D: Disk>(
        &mut self,
        disk: &mut D,
        at: u64,
        what: &'static str,
    ) -> Result<Found, JournalError> {
        let length = disk.length().map_err(unreadable)?;
        if length.saturating_sub(at) > MOST_TORN {
            return Err(damaged(at, what));
        }
        let seal = self.header.seal();
        let mut place = at;
        while place < length {
            let bytes = self.window.bytes(disk, place, WINDOW)?;
            if memchr::memmem::find(bytes, &seal).is_some() {
                return Err(damaged(at, what));
            }
            if bytes.len() < WINDOW {
                break;
            }
            place += (WINDOW - (SEAL - 1)) as u64;
        }
        Ok(Found::End)
    }
}

/// Bytes that were read.
#[derive(Debug, Default)]
struct Window {
    at: u64,
    /// How many of `room` are the file's.
    filled: usize,
    room: Vec<u8>,
}

impl Window {
    fn forget(&mut self) {
        self.filled = 0;
    }

    /// The bytes at this place; fewer only if the file ends.
    fn bytes<D: Disk>(
        &mut self,
        disk: &mut D,
        at: u64,
        length: usize,
    ) -> Result<&[u8], JournalError> {
        if self.slice(at, length).len() < length {
            let needed = length.max(WINDOW);
            // Room for a commit of unusual length is not kept for the others.
            if self.room.len() < needed || self.room.len() > 4 * needed {
                self.room = vec![0; needed];
            }
            self.filled = 0;
            self.filled = disk.read(at, &mut self.room).map_err(unreadable)?;
            self.at = at;
        }
        Ok(self.slice(at, length))
    }

    /// What there is of it in the window.
    fn slice(&self, at: u64, length: usize) -> &[u8] {
        let bytes = self.room.get(..self.filled).unwrap_or_default();
        at.checked_sub(self.at)
            .and_then(|offset| usize::try_from(offset).ok())
            .and_then(|offset| bytes.get(offset..))
            .map_or(&[], |bytes| bytes.get(..length).unwrap_or(bytes))
    }
}

pub(super) fn damaged(at: u64, what: &'static str) -> JournalError {
    JournalError::Damaged { at, what }
}

pub(super) fn unreadable(source: std::io::Error) -> JournalError {
    JournalError::Io {
        doing: "read",
        source,
    }
}
