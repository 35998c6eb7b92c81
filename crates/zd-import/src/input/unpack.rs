//! Archives of one file: gzip and zstd, unpacked while they are read.

use std::io::{self, Read};

use flate2::bufread::MultiGzDecoder;

use super::blocks::{ReadError, ReadSeek};
use super::original::{Digests, Original};

/// How much memory zstd may want to look back into, as a power of two: 32 MiB. Archives of `zstd -19` want 8.
const WINDOW_LOG: u32 = 25;

/// How an input is packed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum Packing {
    #[default]
    None,
    Gzip,
    Zstd,
}

impl Packing {
    /// What the first bytes say.
    pub(crate) const fn sniff(start: &[u8]) -> Self {
        match start {
            [0x1F, 0x8B, 8, ..] => Self::Gzip,
            // A zstd archive may begin with a frame that is to be skipped.
            [0x28, 0xB5, 0x2F, 0xFD, ..] | [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..] => Self::Zstd,
            _ => Self::None,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::None => "no",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }
}

/// An archive that cannot be unpacked to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ArchiveError {
    packing: Packing,
    /// How many bytes of the archive were used up.
    pub(crate) at: u64,
    pub(crate) fault: ArchiveFault,
}

/// What is wrong with an archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ArchiveFault {
    Truncated,
    Corrupt,
    /// It wants more memory than it may have.
    Window,
}

impl ArchiveError {
    /// The kind of fault, as a word that stays the same between versions.
    pub(crate) const fn code(self) -> &'static str {
        match self.fault {
            ArchiveFault::Truncated => "archive_truncated",
            ArchiveFault::Corrupt => "archive_corrupt",
            ArchiveFault::Window => "archive_window",
        }
    }
}

impl std::fmt::Display for ArchiveError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (name, at) = (self.packing.name(), self.at);
        match self.fault {
            ArchiveFault::Truncated => write!(
                formatter,
                "the {name} archive is cut off: it ends after {at} bytes, in the middle"
            ),
            ArchiveFault::Corrupt => write!(
                formatter,
                "the {name} archive is damaged at or before its byte {at}"
            ),
            ArchiveFault::Window => write!(
                formatter,
                "the {name} archive takes more than 32 MiB of memory to unpack; pack it with -19 or less, without --long"
            ),
        }
    }
}

/// The bytes of an input, unpacked. Nothing is held of them but what the formats look back into.
pub(crate) struct Unpacked {
    /// None only while it is exchanged, or after that failed.
    reader: Option<Reader>,
}

enum Reader {
    Plain(Box<Original>),
    Gzip(Box<MultiGzDecoder<Original>>),
    Zstd(Box<zstd::stream::read::Decoder<'static, Original>>),
}

impl Reader {
    fn new(original: Original, packing: Packing) -> io::Result<Self> {
        Ok(match packing {
            Packing::None => Self::Plain(Box::new(original)),
            Packing::Gzip => Self::Gzip(Box::new(MultiGzDecoder::new(original))),
            Packing::Zstd => {
                let mut decoder = zstd::stream::read::Decoder::with_buffer(original)?;
                decoder.window_log_max(WINDOW_LOG)?;
                Self::Zstd(Box::new(decoder))
            }
        })
    }

    const fn packing(&self) -> Packing {
        match self {
            Self::Plain(_) => Packing::None,
            Self::Gzip(_) => Packing::Gzip,
            Self::Zstd(_) => Packing::Zstd,
        }
    }

    fn original(&self) -> &Original {
        match self {
            Self::Plain(original) => original,
            Self::Gzip(decoder) => decoder.get_ref(),
            Self::Zstd(decoder) => decoder.get_ref(),
        }
    }

    fn into_original(self) -> Original {
        match self {
            Self::Plain(original) => *original,
            Self::Gzip(decoder) => decoder.into_inner(),
            Self::Zstd(decoder) => decoder.finish(),
        }
    }
}

impl Unpacked {
    /// What is in this source, which stands at its beginning.
    pub(crate) fn new(
        source: Box<dyn ReadSeek>,
        packing: Packing,
        digests: bool,
    ) -> io::Result<Self> {
        let reader = Reader::new(Original::new(source, digests), packing)?;
        Ok(Self {
            reader: Some(reader),
        })
    }

    /// Bytes that are packed by nothing, and not to be known by anything.
    pub(crate) fn plain(source: Box<dyn ReadSeek>) -> Self {
        Self {
            reader: Some(Reader::Plain(Box::new(Original::new(source, false)))),
        }
    }

    /// The source again, wherever it stands.
    pub(crate) fn into_source(self) -> Option<Box<dyn ReadSeek>> {
        Some(self.reader?.into_original().into_source())
    }

    /// What the input's own bytes are known by, once their end was seen.
    pub(crate) fn digests(&self) -> Option<&Digests> {
        self.reader.as_ref()?.original().digests()
    }

    /// Goes back to the beginning.
    pub(crate) fn rewind(&mut self) -> io::Result<()> {
        let reader = self.reader.take().ok_or_else(gone)?;
        let packing = reader.packing();
        let mut original = reader.into_original();
        original.rewind()?;
        self.reader = Some(Reader::new(original, packing)?);
        Ok(())
    }

    /// Appends up to so many bytes; fewer only at the end. Those before an error are appended too.
    pub(crate) fn append_to(&mut self, bytes: &mut Vec<u8>, most: usize) -> Result<(), ReadError> {
        let reader = self.reader.as_mut().ok_or_else(gone)?;
        let most = most as u64;
        let read = match reader {
            Reader::Plain(original) => original.by_ref().take(most).read_to_end(bytes),
            Reader::Gzip(decoder) => decoder.by_ref().take(most).read_to_end(bytes),
            Reader::Zstd(decoder) => decoder.by_ref().take(most).read_to_end(bytes),
        };
        let Err(error) = read else {
            return Ok(());
        };
        let original = reader.original();
        let packing = reader.packing();
        if original.failed() || packing == Packing::None {
            return Err(ReadError::Io(error));
        }
        let fault = match error.kind() {
            io::ErrorKind::UnexpectedEof => ArchiveFault::Truncated,
            _ if error.to_string().contains("too much memory") => ArchiveFault::Window,
            _ => ArchiveFault::Corrupt,
        };
        let at = original.taken();
        Err(ReadError::Archive(ArchiveError { packing, at, fault }))
    }
}

fn gone() -> io::Error {
    io::Error::other("the input could not be opened a second time")
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn unpacked(packed: &[u8]) -> Unpacked {
        let packing = Packing::sniff(packed);
        Unpacked::new(Box::new(Cursor::new(packed.to_vec())), packing, true).unwrap()
    }

    fn all(unpacked: &mut Unpacked) -> Result<Vec<u8>, ReadError> {
        let mut bytes = Vec::new();
        loop {
            let before = bytes.len();
            unpacked.append_to(&mut bytes, 1000)?;
            if bytes.len() < before + 1000 {
                return Ok(bytes);
            }
        }
    }

    fn archives(text: &[u8]) -> [Vec<u8>; 4] {
        let (one, other) = text.split_at(text.len() / 3);
        let zstd = |bytes| zstd::encode_all(bytes, 3).unwrap();
        [
            gzip(text),
            [gzip(one), gzip(b""), gzip(other)].concat(),
            zstd(text),
            [
                b"\x50\x2a\x4d\x18\x02\0\0\0ab".to_vec(),
                zstd(one),
                zstd(other),
            ]
            .concat(),
        ]
    }

    #[test]
    fn archives_of_one_part_and_of_several_are_unpacked_twice() {
        let text: Vec<u8> = (0..=250).cycle().take(100_000).collect();
        for packed in archives(&text) {
            let mut reading = unpacked(&packed);
            for _ in 0..2 {
                assert_eq!(all(&mut reading).unwrap(), text);
                let digests = reading.digests().unwrap();
                assert_eq!(digests.whole(), blake3::hash(&packed).to_hex().to_string());
                reading.rewind().unwrap();
            }
        }
    }

    /// Wherever it is cut, it is an error that says so, or the bytes up to there were whole parts.
    #[test]
    fn an_archive_that_is_cut_off_is_never_taken_for_a_whole_one() {
        let text: Vec<u8> = (0..300_u32)
            .flat_map(|number| number.to_string().into_bytes())
            .collect();
        for (index, packed) in archives(&text).into_iter().enumerate() {
            let mut whole = 0;
            for length in 1..packed.len() {
                match all(&mut unpacked(&packed[..length])) {
                    Err(ReadError::Archive(error)) => {
                        assert_eq!(error.code(), "archive_truncated", "{index} {length}");
                        assert!(error.at <= length as u64);
                    }
                    // The first bytes alone are no archive, and an archive may be cut between its parts.
                    Ok(_) if length < 4 => {}
                    Ok(bytes) => {
                        whole += 1;
                        assert!(text.starts_with(&bytes));
                    }
                    Err(other) => panic!("{other}"),
                }
            }
            assert!(whole <= 3, "{index}: {whole}");
        }
    }

    #[test]
    fn a_damaged_archive_is_noticed() {
        let text: Vec<u8> = (0..300_u32)
            .flat_map(|number| number.to_string().into_bytes())
            .collect();
        let packed = gzip(&text);
        for at in 10..packed.len() {
            let mut damaged = packed.clone();
            damaged[at] ^= 0x10;
            // A few bits mean nothing: those that fill up the last byte of the packed text.
            if let Ok(bytes) = all(&mut unpacked(&damaged)) {
                assert_eq!(bytes, text, "byte {at}");
            }
        }
        let garbage = [packed, b"garbage".to_vec()].concat();
        let error = all(&mut unpacked(&garbage)).unwrap_err();
        assert!(matches!(error, ReadError::Archive(_)), "{error}");
    }

    #[test]
    fn an_archive_may_not_want_much_memory() {
        let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 1).unwrap();
        encoder.window_log(27).unwrap();
        encoder.write_all(&[b'x'; 1000]).unwrap();
        let packed = encoder.finish().unwrap();
        match all(&mut unpacked(&packed)) {
            Err(ReadError::Archive(error)) => assert_eq!(error.fault, ArchiveFault::Window),
            other => panic!("{other:?}"),
        }
    }
}
