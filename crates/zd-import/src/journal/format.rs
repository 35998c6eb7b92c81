//! The formats that journals have had.

use super::varint::Malformed;
use super::{Entry, codec};

/// Takes an entry, or says what is wrong with it.
pub(super) type Each<'a> = dyn FnMut(Entry) -> Result<(), Malformed> + 'a;

/// How the entries of one format are written and read.
///
/// A journal keeps the format that it was begun with, also when a later version goes on with it, so every format is both
/// read and written for good. The header's shape, the frames and the seals are the same in all.
#[derive(Clone, Copy)]
pub(super) struct Format {
    pub(super) number: u32,
    pub(super) encode: fn(&Entry, &mut Vec<u8>) -> Result<(), Malformed>,
    pub(super) decode: fn(&[u8], &mut Each<'_>) -> Result<(), Malformed>,
}

impl std::fmt::Debug for Format {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Format({})", self.number)
    }
}

/// The format of new journals.
pub(super) const LATEST: Format = Format {
    number: 1,
    encode: codec::encode,
    decode: codec::decode,
};

/// Every released format, oldest first. None is ever taken out.
const FORMATS: &[Format] = &[LATEST];

/// The format with this number, if it is known.
pub(super) fn find(number: u32) -> Option<Format> {
    FORMATS
        .iter()
        .copied()
        .find(|format| format.number == number)
}
