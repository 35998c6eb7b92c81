//! Compact keys, by which rows about the same person are found.

use std::hash::{BuildHasher, RandomState};

use crate::row_set::RowSet;

/// How many buckets keys are spread over once all are there, so that sorting touches little at a time.
const BUCKETS: usize = 256;

/// How many keys a chunk has while they come: 1 MiB of them.
const CHUNK: usize = 1 << 16;

/// The keys of one kind: which rows have an equal one.
///
/// A key is 16 bytes: 96 bits of a hash with secret keys, and the row. Nobody can make two keys collide on purpose, and
/// among ten million by chance they do with a probability below 10⁻¹⁴.
///
/// They are appended one behind the other and spread over buckets at the end: a row that wrote to two of many buckets would
/// find neither in the cache, and a buffer that doubles would take twice its size.
#[derive(Debug)]
pub(crate) struct KeyTable {
    hashers: [RandomState; 2],
    chunks: Vec<Vec<u128>>,
    /// Empty until the table is sorted.
    buckets: Vec<Vec<u128>>,
}

/// Rows that share one key, in ascending order, among others of that kind.
#[derive(Debug, Default)]
pub(crate) struct Runs {
    rows: Vec<u32>,
    ends: Vec<usize>,
}

impl Runs {
    pub(crate) const fn len(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn get(&self, index: usize) -> &[u32] {
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.rows[start..self.ends[index]]
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &[u32]> {
        (0..self.len()).map(|index| self.get(index))
    }
}

impl KeyTable {
    pub(crate) fn new() -> Self {
        Self {
            hashers: [RandomState::new(), RandomState::new()],
            chunks: Vec::new(),
            buckets: Vec::new(),
        }
    }

    /// Notes that this row has a key of this form.
    pub(crate) fn insert(&mut self, form: &str, row: u32) {
        let [first, second] = &self.hashers;
        let hash = u128::from(first.hash_one(form)) << 64 | u128::from(second.hash_one(form));
        let entry = hash >> 32 << 32 | u128::from(row);
        match self.chunks.last_mut() {
            Some(chunk) if chunk.len() < CHUNK => chunk.push(entry),
            last => {
                // A small input has one small chunk.
                let room = if last.is_some() { CHUNK } else { 0 };
                let mut chunk = Vec::with_capacity(room);
                chunk.push(entry);
                self.chunks.push(chunk);
            }
        }
    }

    /// Puts equal keys side by side, once all are there.
    pub(crate) fn sort(&mut self) {
        if self.chunks.is_empty() {
            return;
        }
        let mut sizes = [0; BUCKETS];
        for entry in self.chunks.iter().flatten() {
            sizes[bucket_of(*entry)] += 1;
        }
        self.buckets = sizes.map(Vec::with_capacity).into();
        // A chunk goes when its keys have left it, so that no more is held than before.
        for chunk in std::mem::take(&mut self.chunks) {
            for entry in chunk {
                self.buckets[bucket_of(entry)].push(entry);
            }
        }
        for bucket in &mut self.buckets {
            bucket.sort_unstable();
        }
    }

    /// Leaves rows out, of a table that is sorted.
    pub(crate) fn leave_out(&mut self, rows: &RowSet) {
        for bucket in &mut self.buckets {
            bucket.retain(|entry| !rows.has(row_of(*entry).into()));
        }
    }

    /// The rows of each key, for a table that is sorted.
    fn groups(&self) -> impl Iterator<Item = &[u128]> {
        self.buckets
            .iter()
            .flat_map(|bucket| bucket.chunk_by(|one, other| one >> 32 == other >> 32))
    }

    /// The keys that several rows share.
    pub(crate) fn shared(&self) -> Runs {
        let mut runs = Runs::default();
        for group in self.groups().filter(|group| group.len() > 1) {
            runs.rows.extend(group.iter().map(|entry| row_of(*entry)));
            runs.ends.push(runs.rows.len());
        }
        runs
    }

    /// For the rows of these runs, a number for the key of this table that they have; equal keys, equal numbers. The
    /// answer is by row, and 0 where a row is in no run or has no key.
    pub(crate) fn numbered(&self, runs: &Runs, rows: usize) -> Vec<u32> {
        if runs.len() == 0 {
            return Vec::new();
        }
        let mut numbers = vec![0; rows];
        const WANTED: u32 = u32::MAX;
        for row in &runs.rows {
            numbers[*row as usize] = WANTED;
        }
        let mut number = 0;
        for group in self.groups() {
            number += 1;
            for entry in group {
                let place = &mut numbers[row_of(*entry) as usize];
                if *place == WANTED {
                    *place = number;
                }
            }
        }
        for place in &mut numbers {
            if *place == WANTED {
                *place = 0;
            }
        }
        numbers
    }
}

const fn bucket_of(entry: u128) -> usize {
    (entry >> 120) as usize % BUCKETS
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the low 32 bits are the row"
)]
const fn row_of(entry: u128) -> u32 {
    entry as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_with_an_equal_key_are_found() {
        let mut table = KeyTable::new();
        for (row, key) in (0..).zip(["a", "b", "a", "c", "b", "a"]) {
            table.insert(key, row);
        }
        table.sort();
        let runs = table.shared();
        let mut found: Vec<_> = runs.iter().map(<[u32]>::to_vec).collect();
        found.sort();
        assert_eq!(found, [vec![0, 2, 5], vec![1, 4]]);
        let numbers = table.numbered(&runs, 7);
        assert_eq!(numbers[0], numbers[2]);
        assert_ne!(numbers[0], numbers[1]);
        assert_eq!((numbers[3], numbers[6]), (0, 0), "not asked for");
        let mut out = RowSet::default();
        out.insert(2);
        out.insert(4);
        table.leave_out(&out);
        table.sort();
        let left: Vec<_> = table.shared().iter().map(<[u32]>::to_vec).collect();
        assert_eq!(left, [[0, 5]]);
    }

    #[test]
    fn a_key_costs_sixteen_bytes() {
        let keys = 300_000;
        let mut table = KeyTable::new();
        let held = |lists: &[Vec<u128>]| lists.iter().map(Vec::capacity).sum::<usize>() * 16;
        for row in 0..keys {
            table.insert(&row.to_string(), row);
            if row == keys / 2 {
                table.insert("1", row);
            }
        }
        // The last chunk has room.
        let keys = keys as usize + 1;
        assert!(held(&table.chunks) < 16 * (keys + CHUNK));
        table.sort();
        assert_eq!(held(&table.buckets), 16 * keys);
        assert_eq!(held(&table.chunks), 0);
        let found: Vec<_> = table.shared().iter().map(<[u32]>::to_vec).collect();
        assert_eq!(found, [vec![1, 150_000]], "across chunks");
    }
}
