//! An input's own bytes, and what they are known by.

use std::io::{self, BufRead, Read, SeekFrom};

use super::blocks::ReadSeek;

/// How many bytes are read ahead for an archive.
const AHEAD: usize = 256 * 1024;

/// How many bytes each of an identity's blocks has.
pub(crate) const IDENTITY_BLOCK: usize = 1024 * 1024;

/// The bytes as they are on the disk, packed or not. The first pass over them tells what they are known by.
pub(crate) struct Original {
    source: Box<dyn ReadSeek>,
    buffer: Vec<u8>,
    start: usize,
    /// How many bytes were taken out in this pass.
    taken: u64,
    digests: Option<Digests>,
    /// Whether the source itself failed, rather than what unpacks it.
    failed: bool,
}

/// The digests of what was read in the first pass.
#[derive(Clone, Debug)]
pub(crate) struct Digests {
    pub(crate) bytes: u64,
    whole: blake3::Hasher,
    block: blake3::Hasher,
    in_block: usize,
    pub(crate) blocks: Vec<u64>,
    /// Whether the end was seen.
    complete: bool,
}

impl Default for Digests {
    fn default() -> Self {
        Self {
            bytes: 0,
            whole: blake3::Hasher::new(),
            block: blake3::Hasher::new(),
            in_block: 0,
            blocks: Vec::new(),
            complete: false,
        }
    }
}

impl Digests {
    fn update(&mut self, mut bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        self.whole.update(bytes);
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(IDENTITY_BLOCK - self.in_block));
            self.block.update(now);
            self.in_block += now.len();
            if self.in_block == IDENTITY_BLOCK {
                self.end_block();
            }
            bytes = later;
        }
    }

    fn end_block(&mut self) {
        let digest = self.block.finalize();
        let mut short = [0; 8];
        short.copy_from_slice(&digest.as_bytes()[..8]);
        self.blocks.push(u64::from_be_bytes(short));
        self.block.reset();
        self.in_block = 0;
    }

    fn complete(&mut self) {
        if !self.complete && self.in_block > 0 {
            self.end_block();
        }
        self.complete = true;
    }

    /// The digest of everything, in hexadecimal digits.
    pub(crate) fn whole(&self) -> String {
        self.whole.finalize().to_hex().to_string()
    }
}

impl Original {
    /// The bytes of this source, from where it stands; digests are made only of those that are read from its beginning.
    pub(crate) fn new(source: Box<dyn ReadSeek>, digests: bool) -> Self {
        Self {
            source,
            buffer: Vec::new(),
            start: 0,
            taken: 0,
            digests: digests.then(Digests::default),
            failed: false,
        }
    }

    /// The source again.
    pub(crate) fn into_source(self) -> Box<dyn ReadSeek> {
        self.source
    }

    /// How many bytes were taken out in this pass.
    pub(crate) const fn taken(&self) -> u64 {
        self.taken
    }

    /// Whether reading the source itself failed.
    pub(crate) const fn failed(&self) -> bool {
        self.failed
    }

    /// What the bytes are known by, once a pass has seen their end.
    pub(crate) fn digests(&self) -> Option<&Digests> {
        self.digests.as_ref().filter(|digests| digests.complete)
    }

    /// Goes back to the beginning. A first pass that did not see the end is forgotten.
    pub(crate) fn rewind(&mut self) -> io::Result<()> {
        self.buffer.clear();
        (self.start, self.taken, self.failed) = (0, 0, false);
        if let Some(digests) = self.digests.as_mut().filter(|digests| !digests.complete) {
            *digests = Digests::default();
        }
        self.source.seek(SeekFrom::Start(0)).map(drop)
    }

    /// Reads from the source itself.
    fn fetch(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.source.read(into) {
                Ok(length) => {
                    if let Some(digests) = self.digests.as_mut().filter(|them| !them.complete) {
                        if length == 0 && !into.is_empty() {
                            digests.complete();
                        } else {
                            digests.update(into.get(..length).unwrap_or_default());
                        }
                    }
                    return Ok(length);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.failed = true;
                    return Err(error);
                }
            }
        }
    }
}

impl Read for Original {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let length = if self.start < self.buffer.len() {
            let ahead = self.buffer.get(self.start..).unwrap_or_default();
            let length = ahead.len().min(into.len());
            into[..length].copy_from_slice(&ahead[..length]);
            self.start += length;
            length
        } else {
            self.fetch(into)?
        };
        self.taken += length as u64;
        Ok(length)
    }
}

impl BufRead for Original {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.start >= self.buffer.len() {
            let mut buffer = std::mem::take(&mut self.buffer);
            buffer.resize(AHEAD, 0);
            let length = self.fetch(&mut buffer);
            buffer.truncate(*length.as_ref().unwrap_or(&0));
            (self.buffer, self.start) = (buffer, 0);
            length?;
        }
        Ok(self.buffer.get(self.start..).unwrap_or_default())
    }

    fn consume(&mut self, amount: usize) {
        let amount = amount.min(self.buffer.len() - self.start);
        self.start += amount;
        self.taken += amount as u64;
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn digests(bytes: &[u8], through_buffer: bool) -> Digests {
        let mut original = Original::new(Box::new(Cursor::new(bytes.to_vec())), true);
        if through_buffer {
            while let length @ 1.. = original.fill_buf().unwrap().len() {
                original.consume(length.min(1_000_003));
            }
        } else {
            original.read_to_end(&mut Vec::new()).unwrap();
        }
        assert_eq!(original.taken(), bytes.len() as u64);
        original.digests().unwrap().clone()
    }

    /// However the bytes were read, they are known by the same.
    #[test]
    fn the_same_bytes_have_the_same_digests() {
        for length in [
            0,
            1,
            IDENTITY_BLOCK - 1,
            IDENTITY_BLOCK,
            IDENTITY_BLOCK + 1,
            2_500_000,
        ] {
            let bytes: Vec<u8> = (0..=250).cycle().take(length).collect();
            let (one, other) = (digests(&bytes, false), digests(&bytes, true));
            assert_eq!(one.whole(), blake3::hash(&bytes).to_hex().to_string());
            assert_eq!(one.whole(), other.whole());
            assert_eq!(one.blocks, other.blocks);
            assert_eq!(one.blocks.len(), length.div_ceil(IDENTITY_BLOCK));
            assert_eq!(one.bytes, length as u64);
        }
    }

    #[test]
    fn half_a_pass_is_known_by_nothing() {
        let bytes = vec![b'x'; 1000];
        let mut original = Original::new(Box::new(Cursor::new(bytes.clone())), true);
        original.read_exact(&mut [0; 10]).unwrap();
        assert!(original.digests().is_none());
        original.rewind().unwrap();
        original.read_to_end(&mut Vec::new()).unwrap();
        assert_eq!(
            original.digests().unwrap().whole(),
            digests(&bytes, false).whole()
        );
    }
}
