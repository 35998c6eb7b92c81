//! What a user will be: a copy with what was sent, or everything that is wrong with it.

use serde_json::Value;

use super::Account;
use super::contacts;
use super::email;
use super::field_values::{self, LONGEST_TEXT, boolean, integer};
use super::fields::{Lookup, LookupTarget};
use super::ids::Slot;
use super::locales;
use super::problem::Problem;
use super::tags;
use super::upsert::{Entry, value_of};
use super::user::{Role, TicketRestriction, User};

/// The longest name, external id and alias (assumed: a usual column).
pub(super) const LONGEST_LINE: usize = 255;

/// A text that was sent and is not blank.
pub(crate) fn sent_text<'a>(entry: &'a Entry, key: &str) -> Option<&'a str> {
    value_of(entry, key)
        .and_then(Value::as_str)
        .filter(|text| !text.trim().is_empty())
}

/// Absent: `None`; null or empty: `Some(None)`.
pub(crate) fn nullable<'a>(entry: &'a Entry, keys: &[&str]) -> Option<Option<&'a Value>> {
    let value = keys.iter().find_map(|key| value_of(entry, key))?;
    Some(Some(value).filter(|value| !value.is_null() && value.as_str() != Some("")))
}

impl Account {
    /// The user as it will be, from what it is; or all `problems`, those that are known already and those that are found.
    /// Only counters of this account change.
    pub(super) fn draft(
        &mut self,
        entry: &Entry,
        slot: Option<Slot>,
        mut user: User,
        mut problems: Vec<Problem>,
        seconds: u32,
    ) -> Result<User, Vec<Problem>> {
        let is_new = slot.is_none();
        set_name(&mut user, entry, is_new, &mut problems);
        set_external_id(&mut user, entry, &mut problems);
        let address = address(entry, &mut problems);
        self.set_organization(&mut user, entry, &mut problems);
        set_role(&mut user, entry, &mut problems);
        if user.role != Role::EndUser && !self.knows_groups(entry) {
            problems.push(Problem::invalid("group", "Group"));
        }
        // Tags first: those of fields that are set now come after those that were sent (recorded).
        if let Some(sent) = value_of(entry, "tags") {
            tags::replace(&mut user, sent, &self.fields);
        }
        self.set_fields(&mut user, entry, &mut problems);
        set_flags(&mut user, entry);
        set_rare(&mut user, entry, is_new, &mut problems);
        let verified = value_of(entry, "verified").and_then(boolean);
        if let Some(address) = &address {
            self.set_email(&mut user, address, verified, seconds);
        }
        if let Some(phone) = nullable(entry, &["phone"]) {
            let share = value_of(entry, "shared_phone_number").and_then(boolean);
            let number = phone.and_then(Value::as_str);
            self.set_phone(&mut user, slot, number, share == Some(true), seconds);
        }
        if let Some(Value::Array(sent)) = value_of(entry, "identities").filter(|_| is_new) {
            self.add_identities(&mut user, sent, seconds, &mut problems);
        }
        // Only now, because a new user's primary address may have come among the identities.
        if let Some(verified) = verified.filter(|_| address.is_none()) {
            contacts::set_primary_verified(&mut user, verified, seconds);
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let old = slot.and_then(|slot| self.users.get(slot));
        if old.is_none_or(|old| *old != user) {
            user.updated_at = seconds;
        }
        Ok(user)
    }

    /// The default organization.
    fn set_organization(&self, user: &mut User, entry: &Entry, problems: &mut Vec<Problem>) {
        match self.sent_organizations(entry) {
            Ok(None) => {}
            Ok(Some(numbers)) => user.organization = numbers.first().copied().unwrap_or(0),
            Err(problem) => problems.push(problem),
        }
    }

    /// Fields not sent keep their values; unknown ones were warned about before.
    fn set_fields(&self, user: &mut User, entry: &Entry, problems: &mut Vec<Problem>) {
        let Some(Value::Object(sent)) = value_of(entry, "user_fields") else {
            return;
        };
        let said = tags::of_fields(user, &self.fields);
        let mut values = std::mem::take(&mut user.fields).into_vec();
        for (key, value) in sent {
            let Some(field) = self.fields.known(key) else {
                continue;
            };
            let exists = |lookup: &Lookup, id| self.has_record(lookup, id);
            match field_values::parse(field, value, exists) {
                Ok(value) => {
                    values.retain(|(of, _)| *of != field.number);
                    values.extend(value.map(|value| (field.number, value)));
                }
                Err(problem) => problems.push(problem),
            }
        }
        values.sort_unstable_by_key(|(of, _)| *of);
        user.fields = values.into_boxed_slice();
        tags::follow_fields(user, &said, &self.fields);
    }

    /// Whether a lookup field can name this id. There are no tickets and custom objects here, so any id is one (assumed).
    fn has_record(&self, lookup: &Lookup, id: u64) -> bool {
        match lookup.target {
            LookupTarget::User => self.users.by_id(id).is_some_and(|(_, user)| user.active),
            LookupTarget::Organization => self.organizations.by_id(id).is_some(),
            LookupTarget::Ticket | LookupTarget::CustomObject(_) => id > 0,
        }
    }
}

fn set_name(user: &mut User, entry: &Entry, is_new: bool, problems: &mut Vec<Problem>) {
    match (value_of(entry, "name"), sent_text(entry, "name")) {
        (_, Some(name)) if name.chars().count() > LONGEST_LINE => {
            problems.push(Problem::too_long("name", "Name", LONGEST_LINE));
        }
        (_, Some(name)) => user.name = name.into(),
        (None, None) if !is_new => {}
        (_, None) => problems.push(Problem::no_name()),
    }
}

fn set_external_id(user: &mut User, entry: &Entry, problems: &mut Vec<Problem>) {
    match nullable(entry, &["external_id"]).map(|value| value.and_then(Value::as_str)) {
        None => {}
        Some(Some(text)) if text.chars().count() > LONGEST_LINE => {
            problems.push(Problem::too_long("external_id", "External", LONGEST_LINE));
        }
        Some(text) => {
            user.external_id = text.filter(|text| !text.trim().is_empty()).map(Into::into);
        }
    }
}

fn address(entry: &Entry, problems: &mut Vec<Problem>) -> Option<String> {
    let address = email::normalized(sent_text(entry, "email")?);
    if !email::is_well_formed(&address) {
        problems.push(Problem::malformed_email(&address));
    } else if address.chars().count() > LONGEST_LINE {
        problems.push(Problem::too_long("email", "Email", LONGEST_LINE));
    } else {
        return Some(address);
    }
    None
}

/// An end user with a custom role is an agent; only agents keep a custom role.
fn set_role(user: &mut User, entry: &Entry, problems: &mut Vec<Problem>) {
    if let Some(text) = value_of(entry, "role").and_then(Value::as_str) {
        match Role::parse(text) {
            Some(role) => user.role = role,
            None => problems.push(Problem::invalid("role", "Role")),
        }
    }
    if let Some(custom) = nullable(entry, &["custom_role_id"]) {
        let custom = custom.and_then(integer);
        if custom.is_some() && user.role == Role::EndUser {
            user.role = Role::Agent;
        }
        if custom.is_some() || user.rare.is_some() {
            user.rare_mut().custom_role_id = custom;
        }
    }
    if user.role != Role::Agent && user.rare().custom_role_id.is_some() {
        user.rare_mut().custom_role_id = None;
    }
}

fn set_flags(user: &mut User, entry: &Entry) {
    let flag = |key: &str, flag: &mut bool| {
        if let Some(value) = value_of(entry, key).and_then(boolean) {
            *flag = value;
        }
    };
    flag("suspended", &mut user.suspended);
    flag("moderator", &mut user.moderator);
    flag("only_private_comments", &mut user.only_private_comments);
}

fn set_rare(user: &mut User, entry: &Entry, is_new: bool, problems: &mut Vec<Problem>) {
    let text = |keys: &[&str], most: usize, attribute: &'static str, label: &'static str| {
        let sent = nullable(entry, keys)?.and_then(Value::as_str);
        match sent {
            Some(text) if text.chars().count() > most => {
                Some(Err(Problem::too_long(attribute, label, most)))
            }
            sent => Some(Ok(sent.map(Box::<str>::from))),
        }
    };
    let is_staff = user.role != Role::EndUser;
    let mut rare = user.rare.take().map(|rare| *rare).unwrap_or_default();
    let mut set = |place: &mut Option<Box<str>>,
                   sent: Option<Result<Option<Box<str>>, Problem>>| {
        match sent {
            None => {}
            Some(Ok(text)) => *place = text,
            Some(Err(problem)) => problems.push(problem),
        }
    };
    let zone = text(&["time_zone"], LONGEST_LINE, "time_zone", "Time zone");
    set(&mut rare.time_zone, zone);
    // The text wins over the id; an id that is not known is ignored.
    let by_id = || {
        let id = value_of(entry, "locale_id").and_then(integer)?;
        Some(Ok(Some(locales::by_id(id)?.into())))
    };
    let locale = text(&["locale", "language"], LONGEST_LINE, "locale", "Locale").or_else(by_id);
    set(&mut rare.locale, locale);
    // Cleared on an update, an alias reads back as an empty text (recorded).
    let alias = text(&["alias"], LONGEST_LINE, "alias", "Alias")
        .map(|alias| alias.map(|alias| alias.or_else(|| (!is_new).then(Box::default))));
    set(&mut rare.alias, alias);
    let details = text(&["details"], LONGEST_TEXT, "details", "Details");
    set(&mut rare.details, details);
    let notes = text(&["notes"], LONGEST_TEXT, "notes", "Notes");
    set(&mut rare.notes, notes);
    if is_staff {
        let signature = text(&["signature"], LONGEST_TEXT, "signature", "Signature");
        set(&mut rare.signature, signature);
    }
    if let Some(restriction) = nullable(entry, &["ticket_restriction"]) {
        let restriction = restriction
            .and_then(Value::as_str)
            .and_then(TicketRestriction::parse);
        rare.ticket_restriction = match restriction {
            // Only staff can be restricted to groups or to what is assigned to them.
            Some(TicketRestriction::Groups | TicketRestriction::Assigned) if !is_staff => None,
            restriction => restriction,
        };
    }
    let is_empty = rare == super::user::Rare::default();
    user.rare = (!is_empty).then(|| Box::new(rare));
}
