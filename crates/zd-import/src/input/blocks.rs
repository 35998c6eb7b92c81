//! Bytes that are read twice and must be the same both times.

use std::io::{self, Read, Seek};

use super::original::Digests;
use super::unpack::{ArchiveError, Unpacked};

/// How many bytes are read, and vouched for, at a time.
const BLOCK: usize = 256 * 1024;

/// Something that can be read from its beginning more than once.
pub(crate) trait ReadSeek: Read + Seek + Send {}

impl<T: Read + Seek + Send> ReadSeek for T {}

/// Why bytes could not be had.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadError {
    #[error("the input could not be read")]
    Io(#[from] io::Error),
    #[error("{0}")]
    Archive(ArchiveError),
    #[error("the input changed after it was checked: {0}")]
    Changed(&'static str),
}

/// The bytes of an input, unpacked, block by block.
///
/// The first pass notes a digest of each block; the second compares each block *before* handing it out, so that not
/// one changed byte is ever taken for a checked one. A modification time would say less: it can move without a change,
/// and stay in spite of one.
pub(crate) struct Blocks {
    source: Unpacked,
    digests: Vec<[u8; 16]>,
    /// In the second pass, the block that comes next.
    verifying: Option<usize>,
    bytes: u64,
    block: Vec<u8>,
    /// What is wrong with the archive, once the bytes before that are handed out.
    failed: Option<ArchiveError>,
    ended: bool,
}

impl std::fmt::Debug for Blocks {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Blocks")
            .field("bytes", &self.bytes)
            .field("verifying", &self.verifying)
            .finish_non_exhaustive()
    }
}

impl Blocks {
    pub(crate) const fn new(source: Unpacked) -> Self {
        Self {
            source,
            digests: Vec::new(),
            verifying: None,
            bytes: 0,
            block: Vec::new(),
            failed: None,
            ended: false,
        }
    }

    /// How many bytes were handed out in this pass.
    pub(crate) const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// What the input's own bytes are known by, once the first pass has seen their end.
    pub(crate) fn identity(&self) -> Option<&Digests> {
        self.source.digests()
    }

    /// Goes back to the beginning, for the second pass.
    pub(crate) fn rewind(&mut self) -> Result<(), ReadError> {
        self.source.rewind()?;
        self.verifying = Some(0);
        self.bytes = 0;
        self.failed = None;
        self.ended = false;
        Ok(())
    }

    /// The next block; empty at the end.
    pub(crate) fn next_block(&mut self) -> Result<&[u8], ReadError> {
        self.block.clear();
        if let Some(error) = self.failed {
            return Err(ReadError::Archive(error));
        }
        if self.ended {
            return Ok(&self.block);
        }
        // Whole blocks, whatever the source's reads return: their borders must be the same in both passes.
        match self.source.append_to(&mut self.block, BLOCK) {
            Err(ReadError::Archive(error)) if !self.block.is_empty() => self.failed = Some(error),
            other => other?,
        }
        self.ended = self.block.len() < BLOCK && self.failed.is_none();
        self.bytes += self.block.len() as u64;
        let mut digest = [0; 16];
        digest.copy_from_slice(&blake3::hash(&self.block).as_bytes()[..16]);
        match &mut self.verifying {
            None => self.digests.push(digest),
            Some(index) => {
                match self.digests.get(*index) {
                    None => return Err(ReadError::Changed("it is longer now")),
                    Some(seen) if *seen != digest && self.ended => {
                        return Err(ReadError::Changed("its content or its length differs"));
                    }
                    Some(seen) if *seen != digest => {
                        return Err(ReadError::Changed("its content differs"));
                    }
                    Some(_) => {}
                }
                *index += 1;
                if self.ended && *index < self.digests.len() {
                    return Err(ReadError::Changed("it is shorter now"));
                }
            }
        }
        Ok(&self.block)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, SeekFrom, Write};

    use super::super::unpack::Packing;
    use super::*;

    fn blocks(source: impl ReadSeek + 'static) -> Blocks {
        Blocks::new(Unpacked::new(Box::new(source), Packing::None, true).unwrap())
    }

    fn drain(blocks: &mut Blocks) -> Result<Vec<u8>, ReadError> {
        let mut all = Vec::new();
        loop {
            let block = blocks.next_block()?;
            if block.is_empty() {
                return Ok(all);
            }
            all.extend_from_slice(block);
        }
    }

    #[test]
    fn both_passes_see_the_same_bytes() {
        for length in [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK] {
            let bytes: Vec<u8> = (0..=250).cycle().take(length).collect();
            let mut blocks = blocks(Cursor::new(bytes.clone()));
            assert_eq!(drain(&mut blocks).unwrap(), bytes);
            blocks.rewind().unwrap();
            assert_eq!(drain(&mut blocks).unwrap(), bytes, "{length} bytes");
            assert_eq!(blocks.bytes(), length as u64);
        }
    }

    /// A changed file is noticed before one byte of a changed block is handed out.
    #[test]
    fn a_change_between_the_passes_is_noticed() {
        type Change = fn(&mut std::fs::File);
        let changes: [(&str, Change); 4] = [
            ("edited", |file| {
                file.seek(SeekFrom::Start(BLOCK as u64 + 7)).unwrap();
                file.write_all(b"!").unwrap();
            }),
            ("appended", |file| {
                file.seek(SeekFrom::End(0)).unwrap();
                file.write_all(b"more").unwrap();
            }),
            ("cut", |file| file.set_len(BLOCK as u64 + 3).unwrap()),
            ("cut to whole blocks", |file| {
                file.set_len(BLOCK as u64).unwrap();
            }),
        ];
        for length in [2 * BLOCK, 2 * BLOCK + 9] {
            for (what, change) in changes {
                let mut file = tempfile::tempfile().unwrap();
                file.write_all(&vec![b'x'; length]).unwrap();
                file.seek(SeekFrom::Start(0)).unwrap();
                let mut blocks = blocks(file.try_clone().unwrap());
                drain(&mut blocks).unwrap();
                change(&mut file);
                blocks.rewind().unwrap();
                assert!(blocks.next_block().is_ok(), "the first block is unchanged");
                assert!(
                    matches!(drain(&mut blocks), Err(ReadError::Changed(_))),
                    "{what}"
                );
            }
        }
    }
}
