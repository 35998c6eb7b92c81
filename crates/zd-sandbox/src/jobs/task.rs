//! What a job does: one kind of work, entry by entry.

use std::sync::Arc;

use serde_json::Value;

use crate::applied::{self, Tally, Write};
use crate::clock::Now;
use crate::state::Account;
use crate::state::draft::sent_text;
use crate::state::field_values::integer;
use crate::state::ids::{self, Slot};
use crate::state::problem::{Problem, Refusal, Refused};
use crate::state::upsert::{Entry, Upserted};
use crate::state::write::Writer;

/// What became of an entry.
#[derive(Clone, Debug)]
pub(crate) struct Done {
    pub(super) verdict: Verdict,
    pub(super) email: Option<Box<str>>,
    pub(super) external_id: Option<Box<str>>,
}

#[derive(Clone, Debug)]
pub(super) enum Verdict {
    Applied(Slot, Outcome),
    /// Boxed, because few fail and a day's results are kept.
    Failed(Box<Failure>),
}

/// What was done with a user.
#[derive(Clone, Copy, Debug)]
pub(super) enum Outcome {
    Created,
    /// Found by what was sent, and updated.
    Upserted,
    /// Named, and updated.
    Updated,
    Deleted,
}

#[derive(Clone, Debug)]
pub(super) struct Failure {
    pub(super) error: &'static str,
    pub(super) id: u64,
    pub(super) details: String,
    /// What was to be done, for the shapes that say it.
    pub(super) action: &'static str,
}

impl Done {
    pub(super) const fn is_about(&self, slot: Slot) -> bool {
        matches!(self.verdict, Verdict::Applied(applied, _) if applied == slot)
    }
}

/// What is to be done with one user.
#[derive(Clone, Debug)]
pub(crate) enum Task {
    Create(Entry),
    CreateOrUpdate(Entry),
    /// The change may be the same for many.
    Update {
        whom: Key,
        change: Arc<Entry>,
    },
    Delete(Key),
}

/// Whom a request names.
#[derive(Clone, Debug)]
pub(crate) enum Key {
    Id(String),
    ExternalId(String),
    Nobody,
}

impl Key {
    /// Whom an entry of `update_many` is about: its id, else its external id.
    pub(crate) fn of(entry: &Entry) -> Self {
        let id = entry.get("id").filter(|id| id.as_str() != Some(""));
        match (id, sent_text(entry, "external_id")) {
            (Some(Value::String(id)), _) => Self::Id(id.clone()),
            (Some(id), _) => Self::Id(id.to_string()),
            (None, Some(external_id)) => Self::ExternalId(external_id.to_owned()),
            (None, None) => Self::Nobody,
        }
    }

    fn live(&self, account: &Account) -> Option<Slot> {
        match self {
            Self::Id(id) => {
                let (slot, _) = account.users.by_id(id.trim().parse().ok()?)?;
                account.live(slot).map(|_| slot)
            }
            Self::ExternalId(text) => account.users.by_external_id(text),
            Self::Nobody => None,
        }
    }

    /// The id that was asked for, if it is one.
    fn id(&self) -> Option<u64> {
        match self {
            Self::Id(id) => integer(&Value::String(id.trim().to_owned())),
            Self::ExternalId(_) | Self::Nobody => None,
        }
    }
}

impl Task {
    /// Does it, and says what became of it. The tally counts what was applied.
    pub(super) fn apply(
        &self,
        index: usize,
        account: &mut Account,
        tally: &mut Tally,
        writer: Writer,
        now: Now,
    ) -> Done {
        let verdict = match self.outcome(account, writer, now) {
            Ok((slot, outcome)) => {
                let write = match outcome {
                    Outcome::Created => Write::Created,
                    Outcome::Upserted | Outcome::Updated => Write::Updated,
                    Outcome::Deleted => Write::Deleted,
                };
                let id = ids::user(slot);
                let nothing = Entry::new();
                tally.count(applied::key(self.entry().unwrap_or(&nothing), id), write);
                Verdict::Applied(slot, outcome)
            }
            Err(refused) => Verdict::Failed(Box::new(self.failure(index, &refused))),
        };
        Done {
            verdict,
            email: self.echo("email"),
            external_id: self.echo("external_id"),
        }
    }

    fn outcome(
        &self,
        account: &mut Account,
        writer: Writer,
        now: Now,
    ) -> Result<(Slot, Outcome), Refused> {
        let live = |account: &Account, whom: &Key| {
            whom.live(account).ok_or(Refused {
                refusal: Refusal::NotFound,
                target: None,
            })
        };
        Ok(match self {
            Self::Create(entry) => (account.create(entry, writer, now)?, Outcome::Created),
            Self::CreateOrUpdate(entry) => {
                let Upserted { slot, created } = account.upsert(entry, writer, now)?;
                let outcome = if created {
                    Outcome::Created
                } else {
                    Outcome::Upserted
                };
                (slot, outcome)
            }
            Self::Update { whom, change } => {
                let slot = live(account, whom)?;
                account.update(slot, change, writer, now)?;
                (slot, Outcome::Updated)
            }
            Self::Delete(whom) => {
                let slot = live(account, whom)?;
                account
                    .delete(slot, writer, now)
                    .map_err(|refusal| Refused {
                        refusal,
                        target: Some(slot),
                    })?;
                (slot, Outcome::Deleted)
            }
        })
    }

    /// The user that was sent.
    fn entry(&self) -> Option<&Entry> {
        match self {
            Self::Create(entry) | Self::CreateOrUpdate(entry) => Some(entry),
            Self::Update { change, .. } => Some(change),
            Self::Delete(_) => None,
        }
    }

    /// Results repeat these keys as they were sent, when users are created or perhaps created.
    fn echo(&self, key: &str) -> Option<Box<str>> {
        let (Self::Create(entry) | Self::CreateOrUpdate(entry)) = self else {
            return None;
        };
        let text = entry.get(key)?.as_str()?;
        (!text.is_empty()).then(|| text.into())
    }

    /// The shape of a failed entry is not known for users; this is the one recorded for organizations. Without a user,
    /// `id` is the id that was asked for, else the place in the request, as forums and maintainers report.
    fn failure(&self, index: usize, refused: &Refused) -> Failure {
        let (error, details) = match &refused.refusal {
            Refusal::Invalid(problems) => {
                let error = match self {
                    Self::Delete(_) => "UserDeleteFailed",
                    _ if refused.target.is_some() => "UserUpdateFailed",
                    _ => "UserCreateFailed",
                };
                let details: Vec<String> = problems.iter().map(Problem::in_job).collect();
                (error, details.join(" "))
            }
            Refusal::NotFound => ("RecordNotFound", "Not found".to_owned()),
            Refusal::Forbidden => (
                "Forbidden",
                "You do not have access to this user".to_owned(),
            ),
        };
        let asked = match self {
            Self::Update { whom, .. } | Self::Delete(whom) => whom.id(),
            Self::Create(_) | Self::CreateOrUpdate(_) => None,
        };
        Failure {
            error,
            id: refused
                .target
                .map(ids::user)
                .or(asked)
                .unwrap_or(index as u64),
            details,
            action: self.action(),
        }
    }

    const fn action(&self) -> &'static str {
        match self {
            Self::Create(_) => "create",
            Self::CreateOrUpdate(_) | Self::Update { .. } => "update",
            Self::Delete(_) => "delete",
        }
    }

    /// Whom it is about, if that one is there.
    pub(super) fn target(&self, account: &Account) -> Option<Slot> {
        match self {
            Self::Create(_) => None,
            Self::CreateOrUpdate(entry) => account.target(entry).ok().flatten(),
            Self::Update { whom, .. } | Self::Delete(whom) => whom.live(account),
        }
    }

    /// It fails because somebody else writes the same record (the shape is assumed); it would not the next time.
    pub(super) fn collision(&self, index: usize) -> Done {
        let failure = Failure {
            error: "DatabaseConflict",
            id: index as u64,
            details: "Database collision".to_owned(),
            action: self.action(),
        };
        Done {
            verdict: Verdict::Failed(Box::new(failure)),
            email: self.echo("email"),
            external_id: self.echo("external_id"),
        }
    }
}
