//! A set of rows: one bit each.

/// A set of row numbers.
#[derive(Clone, Debug, Default)]
pub(crate) struct RowSet {
    words: Vec<u64>,
}

impl RowSet {
    /// Adds a row; false if it was there.
    pub(crate) fn insert(&mut self, row: u64) -> bool {
        let (Ok(word), bit) = (usize::try_from(row / 64), 1 << (row % 64)) else {
            return true;
        };
        if word >= self.words.len() {
            self.words.resize(word + 1, 0);
        }
        let was = self.words[word] & bit != 0;
        self.words[word] |= bit;
        !was
    }

    pub(crate) fn has(&self, row: u64) -> bool {
        let word = usize::try_from(row / 64).ok();
        let word = word.and_then(|word| self.words.get(word));
        word.is_some_and(|word| word & 1 << (row % 64) != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_added_is_in_it() {
        let mut set = RowSet::default();
        assert!(set.insert(64) && set.insert(0) && !set.insert(64));
        assert!(set.has(0) && set.has(64) && !set.has(63) && !set.has(10_000));
    }
}
