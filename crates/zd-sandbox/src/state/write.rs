//! Who may write whom, and how a user is created, updated and deleted softly.

use std::borrow::Cow;

use serde_json::Value;

use super::Account;
use super::draft::{LONGEST_LINE, sent_text};
use super::email;
use super::ids::Slot;
use super::memberships;
use super::organizations::Organization;
use super::problem::{Problem, Refusal, Refused};
use super::upsert::{Entry, value_of};
use super::user::{IdentityKind, Role, User};
use crate::choices::{LongTexts, UnknownOrganization};
use crate::clock::Now;

/// The owner of the account is its first user.
pub(crate) const OWNER: Slot = 0;

/// Who writes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Writer {
    pub(crate) role: Role,
    /// Their own record, which the seed does not have.
    pub(crate) slot: Option<Slot>,
}

impl Writer {
    /// Writes anybody.
    pub(crate) const OF_THE_SEED: Self = Self {
        role: Role::Admin,
        slot: None,
    };

    /// Admins change anybody, agents end users and themselves, end users themselves.
    pub(crate) fn may_change(self, slot: Slot, user: &User) -> bool {
        match self.role {
            Role::Admin => true,
            Role::Agent => user.role == Role::EndUser || self.slot == Some(slot),
            Role::EndUser => self.slot == Some(slot),
        }
    }

    /// Only admins change what somebody may do.
    fn may_write(self, old: Option<(Slot, &User)>, entry: &Entry) -> bool {
        let role = old.map_or(Role::EndUser, |(_, user)| user.role);
        let same_role = value_of(entry, "role")
            .and_then(Value::as_str)
            .is_none_or(|sent| sent == role.name());
        let no_custom_role = value_of(entry, "custom_role_id").is_none_or(Value::is_null);
        let may_touch = match old {
            Some((slot, user)) => self.may_change(slot, user),
            None => self.role != Role::EndUser,
        };
        self.role == Role::Admin || (may_touch && same_role && no_custom_role)
    }
}

impl Account {
    /// Creates a user; a refused entry changes nothing.
    ///
    /// The entry's JSON types were checked before; an `id` in it means nothing.
    pub(crate) fn create(
        &mut self,
        entry: &Entry,
        writer: Writer,
        now: Now,
    ) -> Result<Slot, Refused> {
        self.write(entry, None, writer, now)
    }

    /// Updates the live user in this slot; a refused entry changes nothing.
    ///
    /// The entry's JSON types were checked before; an `id` in it means nothing.
    pub(crate) fn update(
        &mut self,
        slot: Slot,
        entry: &Entry,
        writer: Writer,
        now: Now,
    ) -> Result<(), Refused> {
        if self.live(slot).is_none() {
            return Err(Refused {
                refusal: Refusal::NotFound,
                target: None,
            });
        }
        self.write(entry, Some(slot), writer, now).map(|_| ())
    }

    /// Deletes the live user in this slot softly. The owner stays, and nobody deletes themselves (assumed).
    pub(crate) fn delete(&mut self, slot: Slot, writer: Writer, now: Now) -> Result<(), Refusal> {
        let user = self.live(slot).ok_or(Refusal::NotFound)?;
        if !writer.may_change(slot, user) {
            return Err(Refusal::Forbidden);
        }
        if slot == OWNER {
            let text = "The account owner cannot be deleted";
            return Err(Refusal::Invalid(vec![Problem::base(text)]));
        }
        if writer.slot == Some(slot) {
            let text = "You cannot delete yourself";
            return Err(Refusal::Invalid(vec![Problem::base(text)]));
        }
        self.soft_delete(slot, now.seconds());
        Ok(())
    }

    /// Deletes softly whoever it is; false if there is no such live user. They can never sign in again, so what was kept
    /// for that goes too.
    pub(crate) fn soft_delete(&mut self, slot: Slot, seconds: u32) -> bool {
        if !self.users.soft_delete(slot, seconds) {
            return false;
        }
        self.sessions.end_all(slot);
        self.passwords.remove(slot);
        self.preferences.remove(slot);
        true
    }

    /// The user in this slot, unless deleted.
    pub(crate) fn live(&self, slot: Slot) -> Option<&User> {
        self.users.get(slot).filter(|user| user.active)
    }

    /// Writes a new user, or the one in `target`.
    pub(super) fn write(
        &mut self,
        entry: &Entry,
        target: Option<Slot>,
        writer: Writer,
        now: Now,
    ) -> Result<Slot, Refused> {
        let refuse = |refusal| Refused { refusal, target };
        let entry = &*self.as_taken(entry);
        let old = target.and_then(|slot| Some((slot, self.users.get(slot)?)));
        if !writer.may_write(old, entry) {
            return Err(refuse(Refusal::Forbidden));
        }
        let memberships = old.map(|(slot, user)| self.memberships.of(slot, user));
        let was_agent = old.is_some_and(|(_, user)| user.role != Role::EndUser);
        let user = old.map_or_else(|| User::new(now.seconds()), |(_, user)| user.clone());
        let clashes = self.clashes(entry, target);
        let identities = self.users.identities();
        self.make_organization(entry, target, &user, &clashes, now);
        let draft = self
            .draft(entry, target, user, clashes, now.seconds())
            .map_err(|problems| {
                // What is refused leaves no trace, not even in the numbers of what comes next.
                self.users.forget_identities(identities);
                refuse(Refusal::Invalid(problems))
            })?;
        let slot = target.unwrap_or_else(|| self.users.next_slot());
        // Who is suspended is signed out (assumed).
        if draft.suspended {
            self.sessions.end_all(slot);
        }
        self.users.put(slot, draft);
        if let Ok(Some(organizations)) = self.sent_organizations(entry) {
            self.replace_memberships(slot, memberships, &organizations, now.seconds());
        }
        self.follow_groups(slot, entry, was_agent, writer.role, now.seconds());
        Ok(slot)
    }

    /// The entry as it counts: too long texts are cut, where that is chosen.
    pub(super) fn as_taken<'a>(&self, entry: &'a Entry) -> Cow<'a, Entry> {
        let too_long = |key: &&str| {
            let text = entry.get(*key).and_then(Value::as_str);
            text.is_some_and(|text| text.chars().count() > LONGEST_LINE)
        };
        let cuts = self.choices.long_texts == LongTexts::Cut;
        let mut entry = Cow::Borrowed(entry);
        for key in ["name", "external_id", "alias"].iter().filter(|_| cuts) {
            if too_long(key)
                && let Some(Value::String(text)) = entry.to_mut().get_mut(*key)
            {
                *text = text.chars().take(LONGEST_LINE).collect();
            }
        }
        entry
    }

    /// Makes the organization that an entry names and that is not there, where that is chosen, unless the entry is refused
    /// for something else.
    fn make_organization(
        &mut self,
        entry: &Entry,
        target: Option<Slot>,
        user: &User,
        clashes: &[Problem],
        now: Now,
    ) {
        let creates = self.choices.unknown_organization == UnknownOrganization::Create;
        if !creates || self.sent_organizations(entry).is_ok() {
            return;
        }
        let Some(name) = memberships::sent_name(entry) else {
            return;
        };
        let mut rest = entry.clone();
        rest.retain(|key, _| !matches!(&**key, "organization" | "organization_name"));
        let seconds = now.seconds();
        let draft = self.draft(&rest, target, user.clone(), clashes.to_vec(), seconds);
        if draft.is_ok() {
            let organization = Organization {
                name: name.trim().into(),
                created_at: seconds,
                updated_at: seconds,
                ..Organization::default()
            };
            let number = self.organizations.next_number();
            self.organizations.put(number, organization);
        }
    }

    /// What somebody else has already.
    pub(super) fn clashes(&self, entry: &Entry, target: Option<Slot>) -> Vec<Problem> {
        let is_other = |slot: &Slot| Some(*slot) != target;
        let external_id = sent_text(entry, "external_id")
            .and_then(|external_id| self.users.by_external_id(external_id))
            .filter(is_other)
            .map(|_| Problem::external_id_taken());
        let address = sent_text(entry, "email").map(email::normalized);
        let email = address.and_then(|address| {
            self.users
                .by_identity(IdentityKind::Email, &address)
                .filter(is_other)
                .map(|_| Problem::email_taken(&address))
        });
        external_id.into_iter().chain(email).collect()
    }
}
