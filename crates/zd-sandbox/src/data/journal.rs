//! The file, open for whoever does something.

use std::fs::File;
use std::io::{self, Write as _};

use super::deed::Deed;
use super::record;

/// A journal that is written. While it is, no other sandbox uses the directory.
#[derive(Debug)]
pub(crate) struct Journal {
    file: File,
    /// Where the last whole record ends.
    length: u64,
    /// Once something could not be written, nothing behind it may be.
    failed: bool,
    _lock: File,
}

impl Journal {
    pub(super) const fn new(file: File, length: u64, lock: File) -> Self {
        Self {
            file,
            length,
            failed: false,
            _lock: lock,
        }
    }

    /// Writes down what was done. What is written survives the process, whatever ends it.
    pub(crate) fn keep(&mut self, deed: &Deed) -> io::Result<()> {
        self.write(&record::line(deed))
    }

    pub(super) fn write(&mut self, line: &[u8]) -> io::Result<()> {
        if self.failed {
            return Err(io::Error::other(
                "an earlier change could not be written; start the sandbox again",
            ));
        }
        let written = self.file.write_all(line);
        if written.is_ok() {
            self.length += line.len() as u64;
        } else {
            self.failed = true;
            // Half a line would be taken for a torn one anyway.
            let _best_effort = self.file.set_len(self.length);
        }
        written
    }
}
