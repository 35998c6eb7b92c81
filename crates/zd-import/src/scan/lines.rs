//! On which line a row began, long after it was read.

/// The lines of all rows, noted only where they do not simply count on.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    /// A row, and by how much its line and those that follow are ahead of the row.
    jumps: Vec<(u32, u64)>,
}

impl Lines {
    /// Notes the line of the next row; rows come in order.
    pub(crate) fn note(&mut self, row: u32, line: u64) {
        let ahead = line - u64::from(row);
        if self.jumps.last().is_none_or(|(_, last)| *last != ahead) {
            self.jumps.push((row, ahead));
        }
    }

    /// The line of a row that was noted.
    pub(crate) fn line(&self, row: u32) -> u64 {
        let after = self.jumps.partition_point(|(from, _)| *from <= row);
        let ahead = after.checked_sub(1).map_or(1, |index| self.jumps[index].1);
        u64::from(row) + ahead
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_remembered_in_little_space() {
        let mut lines = Lines::default();
        let noted = [2, 3, 4, 9, 10, 12, 13, 14];
        for (row, line) in (0..).zip(noted) {
            lines.note(row, line);
        }
        for (row, line) in (0..).zip(noted) {
            assert_eq!(lines.line(row), line);
        }
        assert_eq!(lines.jumps.len(), 3);
    }
}
