//! Texts of which there are millions: short ones lie in the record itself.

use std::fmt;
use std::ops::Deref;

use serde::{Serialize, Serializer};

/// A text. Up to `N` bytes, 254 at most, need no memory of their own; longer ones are on the heap, exactly as long as they
/// are.
#[derive(Clone)]
pub(crate) struct Text<const N: usize>(Kept<N>);

#[derive(Clone)]
enum Kept<const N: usize> {
    /// The length, and the text with zeros behind it.
    Here(u8, [u8; N]),
    Elsewhere(Box<str>),
}

impl<const N: usize> Text<N> {
    pub(crate) fn as_str(&self) -> &str {
        match &self.0 {
            // What was put in was a text, so this never fails.
            Kept::Here(length, bytes) => bytes
                .get(..usize::from(*length))
                .and_then(|bytes| std::str::from_utf8(bytes).ok())
                .unwrap_or_default(),
            Kept::Elsewhere(text) => text,
        }
    }
}

impl<const N: usize> Deref for Text<N> {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl<const N: usize> From<&str> for Text<N> {
    fn from(text: &str) -> Self {
        let mut bytes = [0; N];
        match (u8::try_from(text.len()), bytes.get_mut(..text.len())) {
            (Ok(length), Some(place)) => {
                place.copy_from_slice(text.as_bytes());
                Self(Kept::Here(length, bytes))
            }
            _ => Self(Kept::Elsewhere(text.into())),
        }
    }
}

impl<const N: usize> From<String> for Text<N> {
    fn from(text: String) -> Self {
        if text.len() <= N {
            Self::from(text.as_str())
        } else {
            Self(Kept::Elsewhere(text.into_boxed_str()))
        }
    }
}

impl<const N: usize> Default for Text<N> {
    fn default() -> Self {
        Self(Kept::Here(0, [0; N]))
    }
}

impl<const N: usize> PartialEq for Text<N> {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl<const N: usize> Eq for Text<N> {}

impl<const N: usize> fmt::Debug for Text<N> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), formatter)
    }
}

impl<const N: usize> Serialize for Text<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::Text;

    #[test]
    fn texts_of_every_length_come_back() {
        for length in 0..300 {
            let text: String = "aé€🦀".chars().cycle().take(length).collect();
            for kept in [Text::<22>::from(text.as_str()), text.clone().into()] {
                assert_eq!(*kept, *text);
                assert_eq!(kept, kept.clone());
            }
        }
        assert_eq!(&*Text::<22>::default(), "");
    }

    #[test]
    fn short_ones_take_no_memory_of_their_own() {
        assert_eq!(size_of::<Text<22>>(), 24);
        assert_eq!(size_of::<Option<Text<22>>>(), 24);
    }
}
