//! What organizations are called, kept outside of memory once there are many.

use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};

use tempfile::SpooledTempFile;

use super::OrganizationRef;

/// How many bytes are kept in memory.
const IN_MEMORY: usize = 256 * 1024;

/// The longest text, in bytes; longer ones do not pass the checks.
const LONGEST: u32 = 64 * 1024;

/// What organizations are called, each with its place among them, in the order in which they were first named. One that was
/// first named without its name comes once more, with it.
#[derive(Debug)]
pub(super) struct Texts {
    file: SpooledTempFile,
    unwritten: Vec<u8>,
}

/// A place among them, where reading goes on.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place {
    offset: u64,
}

impl Texts {
    pub(super) fn new() -> Self {
        Self {
            file: SpooledTempFile::new(IN_MEMORY),
            unwritten: Vec::new(),
        }
    }

    pub(super) fn push(&mut self, place: u32, named: &OrganizationRef) -> io::Result<()> {
        self.unwritten.extend(place.to_le_bytes());
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
            let Some(number) = number(&mut reader, &mut from.offset)? else {
                break;
            };
            let name = text(&mut reader, &mut from.offset)?;
            let external_id = text(&mut reader, &mut from.offset)?;
            let named = OrganizationRef { name, external_id };
            if wanted(number as usize, &named) {
                found.push((number as usize, named));
            }
        }
        Ok(found)
    }
}

/// The next number; none at the end.
fn number(reader: &mut impl Read, offset: &mut u64) -> io::Result<Option<u32>> {
    let mut bytes = [0; 4];
    match reader.read_exact(&mut bytes) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    *offset += 4;
    Ok(Some(u32::from_le_bytes(bytes)))
}

/// The next text, if it is there.
fn text(reader: &mut impl Read, offset: &mut u64) -> io::Result<Option<String>> {
    let length = number(reader, offset)?.unwrap_or(u32::MAX);
    if length == u32::MAX {
        return Ok(None);
    }
    let mut text = String::new();
    reader.take(length.into()).read_to_string(&mut text)?;
    *offset += u64::from(length);
    Ok(Some(text))
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
            let place = u32::try_from(number).unwrap();
            texts.push(place, &named(number)).unwrap();
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
        assert_eq!(seen, 50_000_usize.div_ceil(7));
        texts.push(7, &named(1)).unwrap();
        let more = texts.read(&mut place, 100, |_, _| true).unwrap();
        assert_eq!(more, [(7, named(1))], "once more");
    }
}
