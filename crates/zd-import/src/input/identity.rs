//! What an input is known by, and how two differ.

use std::io::{self, Read, SeekFrom};

use super::Input;
use super::original::{Digests, IDENTITY_BLOCK, Original};
use crate::InputIdentity;

/// What an input is known by, from the digests of a pass over all of it.
pub(crate) fn identity_of(name: &str, modified: Option<i128>, digests: &Digests) -> InputIdentity {
    InputIdentity {
        name: name.to_owned(),
        bytes: digests.bytes,
        modified,
        digest: digests.whole(),
        blocks: digests.blocks.clone(),
    }
}

impl InputIdentity {
    /// What differs between this input, as it was recorded, and the present one, in one sentence; none if they are the
    /// same. The content decides: a file that was only touched, renamed or copied is the same.
    ///
    /// `first` is the digest of the present input's first [`bytes`](Self::bytes) bytes
    /// ([`Input::digest_of_first`]), if somebody made it: with it, what was only appended is told for certain. Places are
    /// told in blocks of 1,048,576 bytes, counted from 0.
    pub fn difference(&self, present: &Self, first: Option<&str>) -> Option<String> {
        if self.bytes == present.bytes && self.digest == present.digest {
            return None;
        }
        let block = IDENTITY_BLOCK as u64;
        let (old, new) = (self.bytes, present.bytes);
        // Only whole blocks of both can be compared, and the last one if both end with it.
        let comparable = if old == new {
            self.blocks.len()
        } else {
            usize::try_from(old.min(new) / block).unwrap_or(usize::MAX)
        };
        let pairs = self.blocks.iter().zip(&present.blocks).take(comparable);
        let same: Vec<bool> = pairs.map(|(one, other)| one == other).collect();
        let differing = same.iter().position(|same| !same);
        let alike = block * differing.unwrap_or(same.len()) as u64;
        let by = match old.abs_diff(new) {
            1 => "1 byte".to_owned(),
            count => format!("{} bytes", Thousands(count)),
        };
        Some(match differing {
            _ if new > old && first == Some(&*self.digest) => format!(
                "appended: {by} after the first {}, which are the same",
                Thousands(old)
            ),
            Some(0) if same.iter().all(|same| !same) => {
                let length = if old == new {
                    "the same length".to_owned()
                } else {
                    format!("{} bytes instead of {}", Thousands(new), Thousands(old))
                };
                format!("replaced or edited throughout: {length}, and no part of it is as it was")
            }
            Some(at) if old == new => {
                let last = same.iter().rposition(|same| !same).unwrap_or(at) as u64;
                let end = (block * (last + 1)).min(new) - 1;
                format!(
                    "the same length, but bytes {} to {} differ, in whole or in part",
                    Thousands(alike),
                    Thousands(end)
                )
            }
            _ => {
                let longer = if new > old { "longer" } else { "shorter" };
                let rest = match (differing, alike) {
                    (Some(_), 0) => "its beginning differs".to_owned(),
                    (Some(_), alike) => format!(
                        "the first {} bytes are the same, those after that differ",
                        Thousands(alike)
                    ),
                    (None, 0) => "it is too short to tell what else".to_owned(),
                    (None, alike) => {
                        format!("the first {} bytes are the same", Thousands(alike))
                    }
                };
                format!("{by} {longer}; {rest}")
            }
        })
    }
}

impl Input {
    /// What it is known by. Reads all of it, and goes back to its beginning.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    pub fn identity(&mut self) -> io::Result<InputIdentity> {
        let nothing = Box::new(io::Cursor::new(Vec::new()));
        let source = std::mem::replace(&mut self.source, nothing);
        let mut original = Original::new(source, true);
        original.rewind()?;
        let read = io::copy(&mut original, &mut io::sink());
        let identity =
            (original.digests()).map(|digests| identity_of(&self.name, self.modified, digests));
        self.source = original.into_source();
        self.source.seek(SeekFrom::Start(0))?;
        read?;
        identity.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }

    /// The digest of its first bytes, as many as an [`InputIdentity`] has, to see whether more was only appended. Reads
    /// them; for when a difference is known already.
    ///
    /// # Errors
    ///
    /// If they cannot be read.
    pub fn digest_of_first(&mut self, bytes: u64) -> io::Result<String> {
        self.source.seek(SeekFrom::Start(0))?;
        let mut hasher = blake3::Hasher::new();
        io::copy(&mut (&mut self.source).take(bytes), &mut hasher)?;
        self.source.seek(SeekFrom::Start(0))?;
        Ok(hasher.finalize().to_hex().to_string())
    }
}

/// A number with commas between its thousands.
struct Thousands(u64);

impl std::fmt::Display for Thousands {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let digits = self.0.to_string();
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                formatter.write_str(",")?;
            }
            write!(formatter, "{digit}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn identity(bytes: &[u8]) -> InputIdentity {
        let mut original = Original::new(Box::new(Cursor::new(bytes.to_vec())), true);
        original.read_to_end(&mut Vec::new()).unwrap();
        identity_of("people.csv", Some(7), original.digests().unwrap())
    }

    #[test]
    fn an_input_is_known_before_it_is_read() {
        let text = b"email\na@b.example\n";
        let mut input = Input::from_bytes("people.csv", text.to_vec()).unwrap();
        for _ in 0..2 {
            let known = input.identity().unwrap();
            assert_eq!(known.digest, identity(text).digest);
            assert_eq!((known.bytes, known.blocks.len()), (18, 1));
        }
    }

    fn difference(old: &[u8], new: &[u8]) -> Option<String> {
        let mut source = [b"email\n".to_vec(), new.to_vec()].concat();
        source.drain(..6);
        let mut input = Input::from_bytes("x", "email\n").unwrap();
        input.source = Box::new(Cursor::new(source));
        let first = input.digest_of_first(old.len() as u64).unwrap();
        identity(old).difference(&identity(new), Some(&first))
    }

    #[test]
    fn what_is_only_touched_or_renamed_is_the_same() {
        let old = identity(b"email\n");
        let mut new = old.clone();
        (new.name, new.modified) = ("people (1).csv".into(), Some(8));
        assert_eq!(old.difference(&new, None), None);
        assert_eq!(difference(b"", b""), None);
    }

    #[test]
    fn what_differs_is_told_in_a_sentence() {
        let text: Vec<u8> = (0..=250).cycle().take(3_500_000).collect();
        let edited = |places: &[usize]| {
            let mut text = text.clone();
            for place in places {
                text[*place] ^= 1;
            }
            text
        };
        let appended = [&text[..1024], b"twelve bytes".as_slice()].concat();
        for (old, new, expected) in [
            (
                &text[..1024],
                appended.as_slice(),
                "appended: 12 bytes after the first 1,024, which are the same",
            ),
            (
                &text,
                &[&text[..], b"x"].concat(),
                "appended: 1 byte after the first 3,500,000, which are the same",
            ),
            (
                &text,
                &text[..3_499_988],
                "12 bytes shorter; the first 3,145,728 bytes are the same",
            ),
            (
                &text,
                &text[..1_048_576],
                "2,451,424 bytes shorter; the first 1,048,576 bytes are the same",
            ),
            (
                &text,
                &edited(&[1_048_576]),
                "the same length, but bytes 1,048,576 to 2,097,151 differ, in whole or in part",
            ),
            (
                &text,
                &edited(&[1_048_576, 3_499_999]),
                "the same length, but bytes 1,048,576 to 3,499,999 differ, in whole or in part",
            ),
            (
                &text,
                &edited(&[5, 1_048_576, 2_100_000, 3_499_999]),
                "replaced or edited throughout: the same length, and no part of it is as it was",
            ),
            (
                b"email\na\n",
                b"email\nb\n",
                "replaced or edited throughout: the same length, and no part of it is as it was",
            ),
            (
                &text,
                &[&edited(&[2_100_000])[..], b"x"].concat(),
                "1 byte longer; the first 2,097,152 bytes are the same, those after that differ",
            ),
            (
                &text,
                b"email\n",
                "3,499,994 bytes shorter; it is too short to tell what else",
            ),
        ] {
            assert_eq!(difference(old, new).as_deref(), Some(expected));
        }
        let longer = identity(&text).difference(&identity(&[&text[..], b"xy"].concat()), None);
        assert_eq!(
            longer.as_deref(),
            Some("2 bytes longer; the first 3,145,728 bytes are the same")
        );
    }
}
