//! What organizations are called, kept outside of memory once there are many.

use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};

use tempfile::SpooledTempFile;

use super::OrganizationRef;

/// How many bytes are kept in memory.
const IN_MEMORY: usize = 256 * 1024;

/// The longest text, in bytes; longer ones do not pass the checks.
const LONGEST: u32 = 64 * 1024;

/// What organizations are called, in the order in which they were first named.
#[derive(Debug)]
pub(super) struct Texts {
    file: SpooledTempFile,
    unwritten: Vec<u8>,
}

/// A place among them, where reading goes on.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place {
    offset: u64,
    /// How many stand before it.
    pub(super) number: usize,
}

impl Texts {
    pub(super) fn new() -> Self {
        Self {
            file: SpooledTempFile::new(IN_MEMORY),
            unwritten: Vec::new(),
        }
    }

    pub(super) fn push(&mut self, named: &OrganizationRef) -> io::Result<()> {
        for text in [&named.name, &named.external_id] {
            let length = text.as_ref().map_or(Ok(u32::MAX), |text| {
                let length = u32::try_from(text.len()).ok();
                length
                    .filter(|length| *length <= LONGEST)
                    .ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))
            })?;
            self.unwritten.extend(length.to_le_bytes());
            self.unwritten
                .extend(text.as_deref().unwrap_or_default().as_bytes());
        }
        if self.unwritten.len() >= 16 * 1024 {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.seek(SeekFrom::End(0))?;
        self.file.write_all(&self.unwritten)?;
        self.unwritten.clear();
        Ok(())
    }

    /// Reads on from a place: up to `most` of those that are wanted, each with its number.
    pub(super) fn read(
        &mut self,
        from: &mut Place,
        most: usize,
        mut wanted: impl FnMut(usize, &OrganizationRef) -> bool,
    ) -> io::Result<Vec<(usize, OrganizationRef)>> {
        self.flush()?;
        self.file.seek(SeekFrom::Start(from.offset))?;
        let mut reader = BufReader::with_capacity(16 * 1024, &mut self.file);
        let mut found = Vec::new();
        while found.len() < most {
            let Some(name) = text(&mut reader, &mut from.offset)? else {
                break;
            };
            let external_id = text(&mut reader, &mut from.offset)?.flatten();
            let named = OrganizationRef { name, external_id };
            if wanted(from.number, &named) {
                found.push((from.number, named));
            }
            from.number += 1;
        }
        Ok(found)
    }
}

/// The next text, if there is one at all, and if this one is there.
fn text(reader: &mut impl Read, offset: &mut u64) -> io::Result<Option<Option<String>>> {
    let mut length = [0; 4];
    match reader.read_exact(&mut length) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    *offset += 4;
    let length = u32::from_le_bytes(length);
    if length == u32::MAX {
        return Ok(Some(None));
    }
    let mut text = String::new();
    reader.take(length.into()).read_to_string(&mut text)?;
    *offset += u64::from(length);
    Ok(Some(Some(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_texts_come_back_in_order_from_any_place() {
        let named = |number: usize| OrganizationRef {
            name: (number % 3 != 1).then(|| format!("Ácme {number}")),
            external_id: (!number.is_multiple_of(3)).then(|| format!("c-{number}")),
        };
        let mut texts = Texts::new();
        for number in 0..50_000 {
            texts.push(&named(number)).unwrap();
        }
        assert!(texts.file.is_rolled(), "not in memory");
        let mut place = Place::default();
        let mut seen = 0;
        loop {
            let some = texts
                .read(&mut place, 100, |number, _| number % 7 == 0)
                .unwrap();
            for (number, text) in &some {
                assert_eq!((*number, text), (seen * 7, &named(*number)));
                seen += 1;
            }
            if some.len() < 100 {
                break;
            }
        }
        assert_eq!((seen, place.number), (50_000_usize.div_ceil(7), 50_000));
        texts.push(&named(1)).unwrap();
        let more = texts.read(&mut place, 100, |_, _| true).unwrap();
        assert_eq!(more, [(50_000, named(1))]);
    }
}
