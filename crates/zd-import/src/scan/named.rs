//! Which organization each row names, so that rows are refused for theirs without being read again.

use crate::account::Naming;

/// How many rows a chunk is for: a list that doubles would take twice its size.
const CHUNK: usize = 1 << 16;

/// How rows name their organization: 4 bytes a row, from the first that names one on.
#[derive(Debug, Default)]
pub(crate) struct NamedOrganizations {
    chunks: Vec<Vec<Option<Naming>>>,
}

impl NamedOrganizations {
    /// Notes what a row names; rows come in order.
    pub(crate) fn note(&mut self, row: u32, naming: Naming) {
        let (chunk, place) = (row as usize / CHUNK, row as usize % CHUNK);
        if self.chunks.len() <= chunk {
            self.chunks.resize_with(chunk + 1, Vec::new);
        }
        let chunk = &mut self.chunks[chunk];
        chunk.resize(place, None);
        chunk.push(Some(naming));
    }

    /// The rows that name one, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, Naming)> {
        let firsts = (0..).step_by(CHUNK);
        let rows = self.chunks.iter().zip(firsts);
        let rows = rows.flat_map(|(chunk, first)| (first..).zip(chunk));
        rows.filter_map(|(row, naming)| Some((row, (*naming)?)))
    }
}
