//! A journal that is watched, and one that does not do its work.

use async_trait::async_trait;
use zd_import::{Entry, Journal, JournalError, LogJournal, SimDisk};

use super::ledger::Ledger;

/// What a journal leaves out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Sabotage {
    #[default]
    None,
    /// It keeps no entry of this kind.
    Drop(Kind),
    /// It keeps nothing of what was sent, as if intents were not written before requests leave.
    DropAttempts,
    /// It says that a commit is durable, and writes it with the next one.
    Late,
}

/// The kinds of entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Began,
    Intent,
    Accepted,
    TurnedAway,
    Again,
    Outcomes,
    Ended,
}

pub(crate) const fn kind(entry: &Entry) -> Kind {
    match entry {
        Entry::Began(_) => Kind::Began,
        Entry::Intent { .. } => Kind::Intent,
        Entry::Accepted { .. } => Kind::Accepted,
        Entry::TurnedAway { .. } => Kind::TurnedAway,
        Entry::Again { .. } => Kind::Again,
        Entry::Outcomes { .. } => Kind::Outcomes,
        _ => Kind::Ended,
    }
}

impl Sabotage {
    const fn keeps(self, kind: Kind) -> bool {
        match self {
            Self::Drop(dropped) => dropped as u8 != kind as u8,
            Self::DropAttempts => matches!(kind, Kind::Began | Kind::Outcomes | Kind::Ended),
            Self::None | Self::Late => true,
        }
    }
}

/// The journal of a trial.
#[derive(Debug)]
pub(crate) struct Watched {
    journal: LogJournal<SimDisk>,
    ledger: Ledger,
    sabotage: Sabotage,
    late: Vec<Entry>,
}

impl Watched {
    pub(crate) const fn new(
        journal: LogJournal<SimDisk>,
        ledger: Ledger,
        sabotage: Sabotage,
    ) -> Self {
        Self {
            journal,
            ledger,
            sabotage,
            late: Vec::new(),
        }
    }
}

#[async_trait]
impl Journal for Watched {
    async fn replay(&mut self, each: &mut (dyn FnMut(Entry) + Send)) -> Result<(), JournalError> {
        self.journal.replay(each).await
    }

    async fn commit(&mut self, entries: &[Entry]) -> Result<(), JournalError> {
        match self.sabotage {
            Sabotage::None => self.journal.commit(entries).await?,
            Sabotage::Drop(_) | Sabotage::DropAttempts => {
                let kept = entries
                    .iter()
                    .filter(|entry| self.sabotage.keeps(kind(entry)));
                let kept: Vec<Entry> = kept.cloned().collect();
                if !kept.is_empty() {
                    self.journal.commit(&kept).await?;
                }
            }
            Sabotage::Late => {
                let before = std::mem::replace(&mut self.late, entries.to_vec());
                if !before.is_empty() {
                    self.journal.commit(&before).await?;
                }
            }
        }
        self.ledger.committed(entries);
        Ok(())
    }
}
