//! What the machine has to say and nobody may see before it is durable.

use crate::journal::{Entry, Settled};
use crate::{Outcome, Status};

/// Entries and outcomes in the order in which they became true.
#[derive(Debug, Default)]
pub(crate) struct Logbook {
    entries: Vec<Entry>,
    outcomes: Vec<Outcome>,
}

impl Logbook {
    pub(crate) fn note(&mut self, entry: Entry) {
        if let (Some(Entry::Again { rows }), Entry::Again { rows: more }) =
            (self.entries.last_mut(), &entry)
        {
            rows.extend_from_slice(more);
            return;
        }
        self.entries.push(entry);
    }

    pub(crate) fn settle(&mut self, outcome: Outcome) {
        add(&mut self.entries, &outcome);
        self.outcomes.push(outcome);
    }

    /// How much there is.
    pub(crate) const fn len(&self) -> usize {
        self.entries.len() + self.outcomes.len()
    }

    /// Takes what there is: what to write down, and what may be shown once that is durable.
    pub(crate) fn take(&mut self) -> (Vec<Entry>, Vec<Outcome>) {
        let Self { entries, outcomes } = std::mem::take(self);
        (entries, outcomes)
    }
}

/// Writes an outcome down, together with those before it that are of the same job.
fn add(entries: &mut Vec<Entry>, outcome: &Outcome) {
    let settled = Settled {
        user_id: outcome.user_id,
        attempts: outcome.attempts,
        error: outcome.error.clone(),
        ..Settled::new(outcome.number, outcome.line, outcome.status)
    };
    if let Some(Entry::Outcomes { job, rows }) = entries.last_mut()
        && *job == outcome.job
    {
        rows.push(settled);
        return;
    }
    entries.push(Entry::Outcomes {
        job: outcome.job.clone(),
        rows: vec![settled],
    });
}

/// Whether later rows about the person have to know that this row may have changed it.
pub(crate) const fn touches(status: Status) -> bool {
    matches!(
        status,
        Status::Created | Status::Updated | Status::Indeterminate
    )
}

#[cfg(test)]
mod tests {
    use zd_model::{JobId, UserInput};

    use super::*;
    use crate::Row;

    #[test]
    fn outcomes_of_one_job_are_written_together_and_in_their_place() {
        let outcome = |number: u64, job: &str| {
            let row = Row::new(
                number,
                number + 2,
                UserInput::default(),
                bytes::Bytes::new(),
            );
            let mut outcome = Outcome::new(&row, Status::Created);
            outcome.job = Some(JobId::new(job));
            outcome
        };
        let mut book = Logbook::default();
        book.settle(outcome(0, "a"));
        book.settle(outcome(1, "a"));
        book.note(Entry::TurnedAway { batch: 3 });
        book.settle(outcome(2, "a"));
        book.settle(outcome(3, "b"));
        let (entries, outcomes) = book.take();
        assert_eq!(outcomes.len(), 4);
        let rows = |entry: &Entry| match entry {
            Entry::Outcomes { rows, .. } => rows.iter().map(|row| row.row).collect(),
            _ => Vec::new(),
        };
        let rows: Vec<Vec<u64>> = entries.iter().map(rows).collect();
        assert_eq!(rows, [vec![0, 1], vec![], vec![2], vec![3]]);
        assert_eq!(book.len(), 0);
    }
}
