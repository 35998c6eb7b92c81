//! Create or update: which user is meant.

use serde_json::{Map, Value};

use super::Account;
use super::draft::sent_text;
use super::email;
use super::field_values::integer;
use super::ids::Slot;
use super::problem::{Refusal, Refused};
use super::user::IdentityKind;
use super::write::Writer;
use crate::choices::MatchBy;
use crate::clock::Now;

/// A user as a request sends one.
pub(crate) type Entry = Map<String, Value>;

/// A user as people send one has no more keys than this.
const FEW: usize = 24;

/// What an entry says under this key: among few keys, looking at each is faster than hashing one.
pub(crate) fn value_of<'a>(entry: &'a Entry, key: &str) -> Option<&'a Value> {
    if entry.len() > FEW {
        return entry.get(key);
    }
    let mut keys = entry.iter();
    keys.find(|(own, _)| *own == key).map(|(_, value)| value)
}

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
        writer: Writer,
        now: Now,
    ) -> Result<Upserted, Refused> {
        let target = self.target(entry).map_err(|refusal| Refused {
            refusal,
            target: None,
        })?;
        let slot = self.write(entry, target, writer, now)?;
        Ok(Upserted {
            slot,
            created: target.is_none(),
        })
    }

    /// A live id wins; else a live user's external id; else any of a live user's addresses, unless it is chosen the other
    /// way round. Case never matters.
    ///
    /// An external id and an address of two different people are refused on the address: nothing is merged.
    pub(crate) fn target(&self, entry: &Entry) -> Result<Option<Slot>, Refusal> {
        if let Some(id) = value_of(entry, "id").filter(|id| id.as_str() != Some("")) {
            let by_id = integer(id).and_then(|id| self.users.by_id(id));
            return match by_id {
                Some((slot, user)) if user.active => Ok(Some(slot)),
                _ => Err(Refusal::NotFound),
            };
        }
        let by_external_id = || {
            let external_id = sent_text(entry, "external_id")?;
            self.users.by_external_id(external_id)
        };
        let by_email = || {
            let address = email::normalized(sent_text(entry, "email")?);
            self.users.by_identity(IdentityKind::Email, &address)
        };
        Ok(match self.choices.match_by {
            MatchBy::ExternalId => by_external_id().or_else(by_email),
            MatchBy::Email => by_email().or_else(by_external_id),
        })
    }
}
