//! Create or update: which user is meant, may the caller write it, and what becomes of it.

use serde_json::{Map, Value};

use super::Account;
use super::draft::sent_text;
use super::email;
use super::field_values::integer;
use super::ids::Slot;
use super::problem::{Problem, Refusal, Refused};
use super::user::{IdentityKind, Role, User};
use crate::clock::Now;

/// A user as a request sends one.
pub(crate) type Entry = Map<String, Value>;

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Upserted {
    pub(crate) slot: Slot,
    pub(crate) created: bool,
}

impl Account {
    /// Creates or updates the user that `entry` names; a refused entry changes nothing.
    ///
    /// The entry's JSON types were checked before.
    pub(crate) fn upsert(
        &mut self,
        entry: &Entry,
        caller: Role,
        now: Now,
    ) -> Result<Upserted, Refused> {
        let target = self
            .target(entry)
            .map_err(|(refusal, target)| Refused { refusal, target })?;
        let refuse = |refusal| Refused { refusal, target };
        let old = target.and_then(|slot| self.users.get(slot));
        if !may_write(caller, old, entry) {
            return Err(refuse(Refusal::Forbidden));
        }
        let user = old.cloned().unwrap_or_else(|| User::new(now.seconds()));
        let draft = self
            .draft(entry, target, user, now.seconds())
            .map_err(|problems| refuse(Refusal::Invalid(problems)))?;
        let slot = target.unwrap_or_else(|| self.users.next_slot());
        self.users.put(slot, draft);
        Ok(Upserted {
            slot,
            created: target.is_none(),
        })
    }

    /// A live id wins; else a live user's external id; else any of a live user's addresses. Case never matters.
    ///
    /// An external id and an address of two different people are refused on the address: nothing is merged.
    fn target(&self, entry: &Entry) -> Result<Option<Slot>, (Refusal, Option<Slot>)> {
        let by_id = match entry.get("id").filter(|id| id.as_str() != Some("")) {
            None => None,
            Some(id) => match integer(id).and_then(|id| self.users.by_id(id)) {
                Some((slot, user)) if user.active => Some(slot),
                _ => return Err((Refusal::NotFound, None)),
            },
        };
        let by_external_id = sent_text(entry, "external_id")
            .and_then(|external_id| self.users.by_external_id(external_id));
        let address = sent_text(entry, "email").map(email::normalized);
        let by_email = address
            .as_deref()
            .and_then(|address| self.users.by_identity(IdentityKind::Email, address));
        let target = by_id.or(by_external_id).or(by_email);
        let invalid = |problem| Err((Refusal::Invalid(vec![problem]), target));
        if by_external_id.is_some() && by_external_id != target {
            return invalid(Problem::external_id_taken());
        }
        if by_email.is_some() && by_email != target {
            return invalid(Problem::email_taken(&address.unwrap_or_default()));
        }
        Ok(target)
    }
}

/// Admins write anybody; agents write end users, and make none of them staff.
fn may_write(caller: Role, old: Option<&User>, entry: &Entry) -> bool {
    let staff_asked = entry
        .get("role")
        .and_then(Value::as_str)
        .is_some_and(|role| role != Role::EndUser.name())
        || entry.get("custom_role_id").is_some_and(|id| !id.is_null());
    match caller {
        Role::Admin => true,
        Role::Agent => old.is_none_or(|user| user.role == Role::EndUser) && !staff_asked,
        Role::EndUser => false,
    }
}
