//! Ids of runs: seven signs of time and three of chance.

use std::time::{SystemTime, UNIX_EPOCH};

/// Crockford's alphabet: no letter that could be taken for another.
const SIGNS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// A new id. Later ones sort behind earlier ones.
pub(super) fn new() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let seconds = now.map_or(0, |since| since.as_secs());
    format!("{}-{}", signs(seconds, 7), signs(u64::from(chance()), 3))
}

fn chance() -> u32 {
    use std::hash::{BuildHasher, Hasher};
    let hash = std::hash::RandomState::new().build_hasher().finish();
    u32::try_from(hash & 0x7fff).unwrap_or_default()
}

fn signs(mut number: u64, count: usize) -> String {
    let mut text = vec![b'0'; count];
    for place in text.iter_mut().rev() {
        *place = SIGNS[usize::try_from(number % 32).unwrap_or_default()];
        number /= 32;
    }
    String::from_utf8(text).unwrap_or_default()
}

/// Whether this is the form of an id.
pub(super) fn is_one(text: &str) -> bool {
    let of =
        |part: &str, count| part.len() == count && part.bytes().all(|byte| SIGNS.contains(&byte));
    matches!(text.split_once('-'), Some((time, chance)) if of(time, 7) && of(chance, 3))
}

#[cfg(test)]
mod tests {
    use super::{is_one, new, signs};

    #[test]
    fn ids_are_ids_and_sort_by_time() {
        assert!(is_one(&new()));
        assert!(!is_one("journal") && !is_one("1kr4x8q-7b") && !is_one("1kr4x8u-7b2"));
        assert!(signs(1_764_000_000, 7) < signs(1_764_000_001, 7));
        assert_eq!(signs(31, 3), "00z");
    }
}
