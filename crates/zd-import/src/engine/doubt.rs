//! What a sighting says about a row in doubt.
//!
//! Pure: the decision, and nothing else. A row is sent again only if looking proved that it was not applied.

use zd_model::{UserId, UserInput};

use super::plan::Pending;
use crate::read_back::Sighting;
use crate::{Finding, Status, compare};

/// What follows for a row in doubt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// What is stored is what was asked.
    Applied(Status, UserId),
    /// There is no such person: it was not applied.
    Absent,
    /// The person is there but not as asked. `ours`: it was made after the row was first sent.
    Differs { ours: bool },
    /// Looking does not tell.
    CannotTell(Option<UserId>),
}

/// Decides by what was seen. `asked`: what the row says, if it can be told. `touched`: an earlier row of this run has, or may
/// have, made or changed the person.
pub(crate) fn decide(
    pending: &Pending,
    asked: Option<&UserInput>,
    touched: bool,
    sighting: &Sighting,
) -> Decision {
    let person = match sighting {
        Sighting::Absent => return Decision::Absent,
        Sighting::Unsure => return Decision::CannotTell(None),
        Sighting::Found(person) => person,
    };
    let made = person
        .user
        .created_at
        .value()
        .and_then(|at| at.unix_seconds());
    // By the server's clock, never by ours. Without either time there is no evidence of a creation.
    // What an earlier row did was seen, with a time, before this one was sent: only in that very second may it have been
    // the one.
    let since = match (made, pending.first_intent) {
        (Some(made), Some(sent)) if touched => made > sent,
        (Some(made), Some(sent)) => made >= sent,
        _ => false,
    };
    let ours = pending.created_by_us || since;
    let Some(asked) = asked else {
        return Decision::CannotTell(Some(person.user.id));
    };
    match compare(asked, person.as_stored()).verdict() {
        Finding::Same => {
            let status = if ours {
                Status::Created
            } else {
                Status::Updated
            };
            Decision::Applied(status, person.user.id)
        }
        Finding::Different => Decision::Differs { ours },
        _ => Decision::CannotTell(Some(person.user.id)),
    }
}

#[cfg(test)]
mod tests;
