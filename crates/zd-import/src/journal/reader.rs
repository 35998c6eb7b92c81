//! Reading a journal, while somebody else may be writing it.

use super::disk::{Disk, FileDisk};
use super::varint::Malformed;
use super::walk::{Found, Place, Walk, damaged, unreadable};
use super::{Entry, JournalError};

/// Reads a journal without a lock, also while another process writes it.
///
/// It shows only commits that are known to be durable. The one that is being written, or was when its process ended, is
/// left out until a writer has settled what became of it.
#[derive(Debug)]
pub struct JournalReader<D: Disk = FileDisk> {
    disk: D,
    walk: Walk,
}

impl<D: Disk> JournalReader<D> {
    /// A reader of what is on this disk.
    ///
    /// # Errors
    ///
    /// If there is no journal, it cannot be read, or its header is damaged or of a later format.
    pub fn new(mut disk: D) -> Result<Self, JournalError> {
        open(&mut disk)?;
        let walk = Walk::begin(&mut disk)?;
        Ok(Self { disk, walk })
    }

    /// Hands out the entries that were written since the last call; at first all of them. Holds one commit at a time.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or is damaged.
    pub fn read(&mut self, each: &mut dyn FnMut(Entry)) -> Result<(), JournalError> {
        self.read_commits(&mut |_, entry| {
            each(entry);
            Ok(())
        })
    }

    /// The same with the place of each entry's commit. What `each` refuses is damage.
    pub(super) fn read_commits(
        &mut self,
        each: &mut dyn FnMut(&Place, Entry) -> Result<(), Malformed>,
    ) -> Result<(), JournalError> {
        self.walk.forget();
        while let Found::Commit(commit) = self.walk.look(&mut self.disk)? {
            if !commit.sealed {
                break;
            }
            entries(&mut self.walk, &mut self.disk, &commit, each)?;
            self.walk.pass(&commit);
        }
        Ok(())
    }

    /// Hands out the entries of a commit that was met earlier.
    pub(super) fn read_again(
        &mut self,
        at: u64,
        before: super::frame::Chain,
        each: &mut dyn FnMut(Entry),
    ) -> Result<(), JournalError> {
        let mut walk = Walk::at_first(self.walk.header, self.walk.format);
        walk.at = at;
        walk.chain = before;
        let Found::Commit(commit) = walk.look(&mut self.disk)? else {
            return Err(damaged(at, "a commit is gone"));
        };
        entries(&mut walk, &mut self.disk, &commit, &mut |_, entry| {
            each(entry);
            Ok(())
        })
    }
}

/// Opens what is there.
pub(super) fn open<D: Disk>(disk: &mut D) -> Result<(), JournalError> {
    disk.open().map_err(|source| match source.kind() {
        std::io::ErrorKind::NotFound => JournalError::Missing,
        _ => unreadable(source),
    })
}

/// Hands out the entries of a commit.
pub(super) fn entries<D: Disk>(
    walk: &mut Walk,
    disk: &mut D,
    commit: &Place,
    each: &mut dyn FnMut(&Place, Entry) -> Result<(), Malformed>,
) -> Result<(), JournalError> {
    let decode = walk.format.decode;
    decode(walk.payload(disk, commit)?, &mut |entry| {
        each(commit, entry)
    })
    .map_err(|Malformed(what)| damaged(commit.at, what))
}
