//! Gzip, decoded as it arrives (RFC 1952).
//!
//! The window and the tables that inflating needs are large beside an answer of a kilobyte, so they are kept for the next one.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use flate2::{Crc, Decompress, FlushDecompress, Status};

/// How many inflaters are kept. One takes some 60 KiB.
const KEPT: usize = 8;
/// How much is inflated at a time.
const CHUNK: usize = 16 << 10;

/// Inflaters that nobody uses now.
#[derive(Clone, Default)]
pub(in crate::hyper) struct Inflaters(Arc<Mutex<Vec<Inflater>>>);

struct Inflater {
    inflate: Decompress,
    chunk: Box<[u8]>,
}

impl Inflaters {
    fn lend(&self) -> Lent {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let inflater = kept.unwrap_or_else(|| Inflater {
            inflate: Decompress::new(false),
            chunk: vec![0; CHUNK].into(),
        });
        Lent {
            inflater: Some(inflater),
            home: self.clone(),
        }
    }
}

/// Goes back where it came from, whatever becomes of the answer.
struct Lent {
    inflater: Option<Inflater>,
    home: Inflaters,
}

impl Drop for Lent {
    fn drop(&mut self) {
        let mut kept = self.home.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < KEPT {
            kept.extend(self.inflater.take());
        }
    }
}

/// A body of gzip: members, one after the other.
pub(super) struct Gzip {
    lent: Lent,
    part: Part,
    flags: u8,
    /// Of the header, then of the content.
    crc: Crc,
}

/// What comes next.
enum Part {
    Header(Field<10>),
    ExtraLength(Field<2>),
    Extra(usize),
    Name,
    Comment,
    HeaderCrc(Field<2>),
    Content,
    Trailer(Field<8>),
}

const HAS_CRC: u8 = 1 << 1;
const HAS_EXTRA: u8 = 1 << 2;
const HAS_NAME: u8 = 1 << 3;
const HAS_COMMENT: u8 = 1 << 4;
const RESERVED: u8 = 0b1110_0000;

impl Gzip {
    pub(super) fn new(inflaters: &Inflaters) -> Self {
        Self {
            lent: inflaters.lend(),
            part: Part::Header(Field::default()),
            flags: 0,
            crc: Crc::new(),
        }
    }

    /// Decodes what arrived.
    pub(super) fn write(&mut self, mut data: &[u8], to: &mut impl Write) -> io::Result<()> {
        while !data.is_empty() {
            match &mut self.part {
                Part::Content => self.inflate(&mut data, to)?,
                Part::Trailer(field) => {
                    let Some(trailer) = field.fill(&mut data) else {
                        break;
                    };
                    let [a, b, c, d, length @ ..] = trailer;
                    // The length of the content, modulo 2³².
                    if u32::from_le_bytes([a, b, c, d]) != self.crc.sum()
                        || u32::from_le_bytes(length) != self.crc.amount()
                    {
                        return Err(corrupt("the content's checksum or length is another"));
                    }
                    self.crc.reset();
                    self.part = Part::Header(Field::default());
                }
                _ => self.head(&mut data)?,
            }
        }
        Ok(())
    }

    /// That nothing is missing at the end.
    pub(super) fn finish(&self) -> io::Result<()> {
        match &self.part {
            Part::Header(field) if field.filled == 0 => Ok(()),
            _ => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }

    /// Reads one part of a header, or as much of it as there is.
    fn head(&mut self, data: &mut &[u8]) -> io::Result<()> {
        let before = *data;
        let is_over = match &mut self.part {
            Part::Header(field) => match field.fill(data) {
                Some([0x1f, 0x8b, 8, flags, ..]) if flags & RESERVED == 0 => {
                    self.flags = flags;
                    true
                }
                Some(_) => return Err(corrupt("no header of gzip")),
                None => false,
            },
            Part::ExtraLength(field) => match field.fill(data) {
                Some(length) => {
                    let length = u16::from_le_bytes(length);
                    self.part = Part::Extra(usize::from(length));
                    length == 0
                }
                None => false,
            },
            Part::Extra(left) => {
                let (_, rest) = data.split_at((*left).min(data.len()));
                *left -= data.len() - rest.len();
                *data = rest;
                *left == 0
            }
            Part::Name | Part::Comment => {
                let end = data.iter().position(|byte| *byte == 0);
                *data = end.map_or(&[], |end| &data[end + 1..]);
                end.is_some()
            }
            Part::HeaderCrc(field) => match field.fill(data) {
                Some(crc) if self.crc.sum().to_le_bytes().starts_with(&crc) => true,
                Some(_) => return Err(corrupt("the header's checksum is another")),
                None => return Ok(()),
            },
            Part::Content | Part::Trailer(_) => return Ok(()),
        };
        self.crc.update(&before[..before.len() - data.len()]);
        if is_over {
            self.next_part();
        }
        Ok(())
    }

    /// Goes on to the next part of the header that there is.
    fn next_part(&mut self) {
        let has = |flag| self.flags & flag != 0;
        let at = match self.part {
            Part::Header(_) => 0,
            Part::ExtraLength(_) | Part::Extra(_) => 1,
            Part::Name => 2,
            Part::Comment => 3,
            Part::HeaderCrc(_) | Part::Content | Part::Trailer(_) => 4,
        };
        self.part = if at < 1 && has(HAS_EXTRA) {
            Part::ExtraLength(Field::default())
        } else if at < 2 && has(HAS_NAME) {
            Part::Name
        } else if at < 3 && has(HAS_COMMENT) {
            Part::Comment
        } else if at < 4 && has(HAS_CRC) {
            Part::HeaderCrc(Field::default())
        } else {
            self.crc.reset();
            if let Some(inflater) = &mut self.lent.inflater {
                inflater.inflate.reset(false);
            }
            Part::Content
        };
    }

    fn inflate(&mut self, data: &mut &[u8], to: &mut impl Write) -> io::Result<()> {
        let Some(Inflater { inflate, chunk }) = &mut self.lent.inflater else {
            return Ok(());
        };
        loop {
            let (read, written) = (inflate.total_in(), inflate.total_out());
            let status = inflate
                .decompress(data, chunk, FlushDecompress::None)
                .map_err(io::Error::other)?;
            let count = |from, to: u64| usize::try_from(to - from).unwrap_or(usize::MAX);
            let read = count(read, inflate.total_in());
            let written = count(written, inflate.total_out());
            *data = data.get(read..).unwrap_or_default();
            let content = chunk.get(..written).unwrap_or_default();
            self.crc.update(content);
            to.write_all(content)?;
            if status == Status::StreamEnd {
                self.part = Part::Trailer(Field::default());
                return Ok(());
            }
            // A chunk that was filled may have left something behind.
            if data.is_empty() && written < chunk.len() {
                return Ok(());
            }
            if read == 0 && written == 0 {
                return Err(corrupt("the content does not go on"));
            }
        }
    }
}

/// Bytes that may arrive in pieces.
struct Field<const N: usize> {
    bytes: [u8; N],
    filled: usize,
}

impl<const N: usize> Default for Field<N> {
    fn default() -> Self {
        Self {
            bytes: [0; N],
            filled: 0,
        }
    }
}

impl<const N: usize> Field<N> {
    /// Takes what is missing; the bytes, once there are all.
    fn fill(&mut self, data: &mut &[u8]) -> Option<[u8; N]> {
        let missing = &mut self.bytes[self.filled..];
        let (taken, rest) = data.split_at(missing.len().min(data.len()));
        missing[..taken.len()].copy_from_slice(taken);
        self.filled += taken.len();
        *data = rest;
        (self.filled == N).then_some(self.bytes)
    }
}

fn corrupt(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests;
