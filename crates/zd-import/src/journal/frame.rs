//! The journal's bytes, apart from what entries say: header, frames, seals, checksums.
//!
//! ```text
//! header  magic 8 │ format 4 │ id 16 │ checksum 4
//! frame   length 4 │ checksum of it 4 │ payload │ checksum 4
//! seal    the first 8 bytes of the id
//! ```
//!
//! A frame is a commit. Each checksum is CRC-32 over all that was ever written before it, lengths and payloads, from the
//! header on, so a frame stands only behind the frames that it was written behind. A seal follows when the frame's sync
//! has returned: whatever lies before a seal was durable, and cannot be what an interrupted write left.

/// What a journal begins with.
const MAGIC: [u8; 8] = *b"zdjrnl\x1a\n";
/// The header's length. Its shape is the same in all formats.
pub(super) const HEADER: usize = 32;
/// What precedes a payload.
pub(super) const HEAD: usize = 8;
/// The checksum behind a payload.
pub(super) const CHECK: usize = 4;
/// The length of a seal.
pub(super) const SEAL: usize = 8;
/// The longest payload. A single entry must fit.
pub(super) const MAX_PAYLOAD: usize = 16 << 20;

/// CRC-32 of everything so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Chain(pub(super) u32);

impl Chain {
    /// With these bytes behind.
    pub(super) fn with(self, bytes: &[u8]) -> Self {
        let mut hasher = crc32fast::Hasher::new_with_initial(self.0);
        hasher.update(bytes);
        Self(hasher.finalize())
    }

    /// Whether one flipped bit in the `length` bytes before it explains that `stored` is read where this was to be expected.
    ///
    /// A flip changes the checksum by a pattern that depends on the bit's distance from the end alone. A bit of `stored`
    /// itself does not count: bytes there that were not written may by chance be one bit from what they should be.
    pub(super) fn is_one_bit_from(self, stored: u32, length: usize) -> bool {
        let found = self.0 ^ stored;
        let mut pattern = POLYNOMIAL;
        for _ in 0..length * 8 {
            if pattern == found {
                return true;
            }
            pattern = (pattern >> 1) ^ if pattern & 1 == 1 { POLYNOMIAL } else { 0 };
        }
        false
    }
}

/// CRC-32's, lowest bit first.
const POLYNOMIAL: u32 = 0xedb8_8320;

/// A journal's header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) format: u32,
    pub(super) id: [u8; 16],
}

impl Header {
    pub(super) fn to_bytes(self) -> [u8; HEADER] {
        let mut bytes = [0; HEADER];
        bytes[..8].copy_from_slice(&MAGIC);
        bytes[8..12].copy_from_slice(&self.format.to_le_bytes());
        bytes[12..28].copy_from_slice(&self.id);
        let check = Chain(0).with(&bytes[..28]).0;
        bytes[28..].copy_from_slice(&check.to_le_bytes());
        bytes
    }

    /// None if it is not what was written.
    pub(super) fn from_bytes(bytes: &[u8; HEADER]) -> Option<Self> {
        let mut id = [0; 16];
        id.copy_from_slice(&bytes[12..28]);
        let header = Self {
            format: number(&bytes[8..]),
            id,
        };
        (header.to_bytes() == *bytes).then_some(header)
    }

    /// What the first frame is chained to.
    pub(super) fn chain(self) -> Chain {
        Chain(0).with(&self.to_bytes()[..28])
    }

    pub(super) fn seal(self) -> [u8; SEAL] {
        let mut seal = [0; SEAL];
        seal.copy_from_slice(&self.id[..SEAL]);
        seal
    }
}

/// The first four bytes as a number; 0 if there are fewer.
pub(super) fn number(bytes: &[u8]) -> u32 {
    bytes
        .first_chunk::<4>()
        .map_or(0, |bytes| u32::from_le_bytes(*bytes))
}

/// A frame of this payload, and the chain behind it. None if the payload is too long.
pub(super) fn frame(chain: Chain, payload: &[u8]) -> Option<(Vec<u8>, Chain)> {
    let length = u32::try_from(payload.len()).ok()?;
    if payload.len() > MAX_PAYLOAD {
        return None;
    }
    let head = chain.with(&length.to_le_bytes());
    let all = head.with(payload);
    let mut bytes = Vec::with_capacity(HEAD + payload.len() + CHECK);
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes.extend_from_slice(&head.0.to_le_bytes());
    bytes.extend_from_slice(payload);
    bytes.extend_from_slice(&all.0.to_le_bytes());
    Some((bytes, all))
}

/// Whether what stands in a seal's place is the seal with one bit flipped.
///
/// Not in its last byte: there it cannot be told from a seal whose last byte was not written.
pub(super) fn is_one_bit_from(expected: [u8; SEAL], found: &[u8]) -> bool {
    let mut wrong = expected
        .iter()
        .zip(found)
        .map(|(expected, found)| (expected ^ found).count_ones());
    found.len() == SEAL && wrong.next_back() == Some(0) && wrong.sum::<u32>() == 1
}

#[cfg(test)]
mod tests {
    use super::{Chain, HEADER, Header, frame, is_one_bit_from, number};

    #[test]
    fn one_flipped_bit_is_told_from_other_damage() {
        let chain = Chain(0xdead_beef);
        let bytes: Vec<u8> = (0..=255).collect();
        let stored = chain.with(&bytes).0;
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(
                chain.with(&flipped).is_one_bit_from(stored, bytes.len()),
                "bit {bit}"
            );
        }
        for bit in 0..32 {
            assert!(!chain.with(&bytes).is_one_bit_from(stored ^ (1 << bit), 256));
        }
        let mut zeroed = bytes;
        zeroed[100..].fill(0);
        assert!(!chain.with(&zeroed).is_one_bit_from(stored, 256));
    }

    #[test]
    fn a_header_with_a_flipped_bit_is_none() {
        let header = Header {
            format: 1,
            id: *b"0123456789abcdef",
        };
        let bytes = header.to_bytes();
        assert_eq!(Header::from_bytes(&bytes), Some(header));
        for bit in 0..HEADER * 8 {
            let mut flipped = bytes;
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(Header::from_bytes(&flipped), None, "bit {bit}");
        }
    }

    #[test]
    fn a_frame_is_bound_to_what_precedes_it() {
        let (one, behind) = frame(Chain(1), b"payload").unwrap();
        let (other, _) = frame(behind, b"payload").unwrap();
        assert_eq!(number(&one), 7);
        assert_eq!(one[..4], other[..4]);
        assert_ne!(one[4..8], other[4..8]);
        assert_ne!(one[15..], other[15..]);
    }

    #[test]
    fn a_flipped_seal_is_told_from_a_torn_one() {
        let seal = *b"12345678";
        for bit in 0..56 {
            let mut flipped = seal;
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(is_one_bit_from(seal, &flipped), "bit {bit}");
        }
        for torn in [
            b"\0\0\0\0\0\0\0\0",
            b"123456\0\0",
            b"1234567\0",
            b"12345679",
        ] {
            assert!(!is_one_bit_from(seal, torn), "{torn:?}");
        }
        assert!(!is_one_bit_from(seal, b"1234567"));
    }
}
