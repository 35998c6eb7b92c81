//! A line of the journal: a checksum and JSON.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// The longest line: a body of 1 MiB, each byte escaped, and more beside it.
pub(super) const LONGEST: u64 = 32 << 20;

/// A line, its end included.
pub(super) fn line(record: &impl Serialize) -> Vec<u8> {
    let json = serde_json::to_vec(record).expect("every map in a record has texts as keys");
    let mut line = format!("{:08x} ", crc32fast::hash(&json)).into_bytes();
    line.extend(json);
    line.push(b'\n');
    line
}

/// What a line without its end says, or what is wrong with it.
pub(super) fn read<T: DeserializeOwned>(line: &[u8]) -> Result<T, String> {
    let checksum = line
        .get(..8)
        .and_then(|digits| std::str::from_utf8(digits).ok())
        .and_then(|digits| u32::from_str_radix(digits, 16).ok());
    let (Some(checksum), Some((b' ', json))) =
        (checksum, line.get(8..).and_then(<[u8]>::split_first))
    else {
        return Err("there is no checksum".to_owned());
    };
    if crc32fast::hash(json) != checksum {
        return Err("the checksum does not fit".to_owned());
    }
    serde_json::from_slice(json).map_err(|error| error.to_string())
}
