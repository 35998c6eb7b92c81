//! Creating and updating organizations.

use serde_json::Value;

use super::Account;
use super::draft::{LONGEST_LINE, nullable, sent_text};
use super::field_values::{LONGEST_TEXT, boolean, integer};
use super::organizations::Organization;
use super::problem::{Problem, Refusal};
use super::tags;
use super::upsert::Entry;
use super::user::Role;

/// What an agent without further permissions may write (documented), and by what they name the organization.
const FOR_AGENTS: [&str; 3] = ["notes", "id", "external_id"];

impl Account {
    /// Creates an organization, or updates the one that `entry` names: by id, else by external id, never by name. Gives its
    /// number and whether it is new; a refused entry changes nothing.
    ///
    /// The entry's JSON types were checked before.
    pub(crate) fn upsert_organization(
        &mut self,
        entry: &Entry,
        role: Role,
        seconds: u32,
    ) -> Result<(u32, bool), Refusal> {
        let target = self.target_organization(entry)?;
        let may = role == Role::Admin
            || (target.is_some() && entry.keys().all(|key| FOR_AGENTS.contains(&&**key)));
        if !may {
            return Err(Refusal::Forbidden);
        }
        let number = target.unwrap_or_else(|| self.organizations.next_number());
        let old = self.organizations.get(number).map(|(_, old)| old.clone());
        let mut organization = old.clone().unwrap_or_else(|| Organization {
            created_at: seconds,
            ..Organization::default()
        });
        let problems = self.draft_organization(&mut organization, number, entry);
        if !problems.is_empty() {
            return Err(Refusal::Invalid(problems));
        }
        if old.is_none_or(|old| old != organization) {
            organization.updated_at = seconds;
        }
        self.organizations.put(number, organization);
        Ok((number, target.is_none()))
    }

    fn target_organization(&self, entry: &Entry) -> Result<Option<u32>, Refusal> {
        if let Some(id) = entry.get("id").filter(|id| id.as_str() != Some("")) {
            let by_id = integer(id).and_then(|id| self.organizations.by_id(id));
            return by_id.map(Some).ok_or(Refusal::NotFound);
        }
        let external_id = sent_text(entry, "external_id");
        Ok(external_id.and_then(|external_id| self.organizations.by_external_id(external_id)))
    }

    /// Writes what was sent into `organization`, or finds what is wrong with it.
    fn draft_organization(
        &self,
        organization: &mut Organization,
        number: u32,
        entry: &Entry,
    ) -> Vec<Problem> {
        let mut problems = Vec::new();
        let is_other = |found: Option<u32>| found.is_some_and(|found| found != number);
        match sent_text(entry, "name").map(str::trim) {
            Some(name) if name.chars().count() > LONGEST_LINE => {
                problems.push(Problem::too_long("name", "Name", LONGEST_LINE));
            }
            Some(name) if is_other(self.organizations.by_name(name)) => {
                problems.push(Problem::taken("name", "Name"));
            }
            Some(name) => organization.name = name.into(),
            None if entry.contains_key("name") || organization.name.is_empty() => {
                problems.push(Problem::blank("name", "Name"));
            }
            None => {}
        }
        let mut text = |key, label, most| -> Option<Option<Box<str>>> {
            let sent = nullable(entry, &[key])?.and_then(Value::as_str);
            if sent.is_some_and(|text| text.chars().count() > most) {
                problems.push(Problem::too_long(key, label, most));
            }
            Some(sent.map(Box::from))
        };
        if let Some(external_id) = text("external_id", "External", LONGEST_LINE) {
            organization.external_id = external_id.filter(|text| !text.trim().is_empty());
        }
        if let Some(details) = text("details", "Details", LONGEST_TEXT) {
            organization.details = details;
        }
        if let Some(notes) = text("notes", "Notes", LONGEST_TEXT) {
            organization.notes = notes;
        }
        let external_id = organization.external_id.as_deref();
        if is_other(external_id.and_then(|id| self.organizations.by_external_id(id))) {
            problems.push(Problem::external_id_taken());
        }
        for (key, list) in [
            ("domain_names", &mut organization.domain_names),
            ("tags", &mut organization.tags),
        ] {
            // Domains too are in lower case, once each, and hold neither spaces nor commas (assumed).
            if let Some(sent) = entry.get(key) {
                *list = tags::listed(sent);
            }
        }
        for (key, flag) in [
            ("shared_tickets", &mut organization.shared_tickets),
            ("shared_comments", &mut organization.shared_comments),
        ] {
            if let Some(sent) = entry.get(key).and_then(boolean) {
                *flag = sent;
            }
        }
        match nullable(entry, &["group_id"]) {
            None => {}
            Some(None) => organization.group_id = None,
            Some(Some(id)) => {
                let known = integer(id).filter(|id| self.groups.by_id(*id).is_some());
                if known.is_none() {
                    problems.push(Problem::invalid("group", "Group"));
                }
                organization.group_id = known;
            }
        }
        problems
    }
}
