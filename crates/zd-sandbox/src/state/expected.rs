//! Whether writing a user would change anything.

use serde_json::Value;

use super::Account;
use super::ids::Slot;
use super::problem::Refusal;
use super::upsert::Entry;
use super::user::{Rare, User};

impl Account {
    /// The keys of an entry that would change this user, `user_fields.KEY` each on its own; none if nothing would change.
    ///
    /// Nothing does change. The error says why the entry would be refused.
    pub(crate) fn would_change(
        &mut self,
        slot: Slot,
        entry: &Entry,
    ) -> Result<Vec<String>, String> {
        if !self.changes(slot, entry)? {
            return Ok(Vec::new());
        }
        let mut keys = Vec::new();
        for (key, value) in entry {
            let alone = |key: &str, value| Entry::from_iter([(key.to_owned(), value)]);
            match (key.as_str(), value.as_object()) {
                ("user_fields", Some(fields)) => {
                    for (field, value) in fields {
                        let fields = alone(field, value.clone());
                        if self.changes(slot, &alone(key, fields.into()))? {
                            keys.push(format!("user_fields.{field}"));
                        }
                    }
                }
                _ => {
                    if self.changes(slot, &alone(key, value.clone()))? {
                        keys.push(key.clone());
                    }
                }
            }
        }
        // Keys that change something only together.
        if keys.is_empty() {
            keys.extend(entry.keys().cloned());
        }
        Ok(keys)
    }

    fn changes(&mut self, slot: Slot, entry: &Entry) -> Result<bool, String> {
        let Some(user) = self.users.get(slot).cloned() else {
            return Ok(false);
        };
        let entry = &*self.as_taken(entry);
        let clashes = self.clashes(entry, Some(slot));
        let made = self.users.identities();
        let draft = self.draft(entry, Some(slot), user.clone(), clashes, user.updated_at);
        self.users.forget_identities(made);
        let draft = draft.map_err(|problems| Refusal::Invalid(problems).spelled())?;
        let leaves = match self.sent_organizations(entry) {
            Ok(Some(organizations)) => {
                let own = self.memberships.of(slot, &user);
                own.len() != organizations.len()
                    || own
                        .iter()
                        .any(|own| !organizations.contains(&own.organization))
            }
            _ => false,
        };
        // Writing them does nothing to whom there is, so only a look says whether they have them.
        let lacks = match entry.get("identities") {
            Some(Value::Array(sent)) => !sent.iter().all(|sent| has_identity(&user, sent)),
            _ => false,
        };
        Ok(plain(draft) != plain(user) || leaves || lacks)
    }
}

fn has_identity(user: &User, sent: &Value) -> bool {
    let text = |key: &str| sent.get(key).and_then(Value::as_str).unwrap_or_default();
    user.identities.iter().any(|own| {
        own.kind.name() == text("type")
            && own.value.trim().eq_ignore_ascii_case(text("value").trim())
    })
}

/// A cleared alias is none, however it is shown.
fn plain(mut user: User) -> User {
    if let Some(rare) = &mut user.rare {
        rare.alias.take_if(|alias| alias.is_empty());
        user.rare.take_if(|rare| **rare == Rare::default());
    }
    user
}
