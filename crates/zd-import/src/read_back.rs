//! Reading people back: which requests find the people of a batch, and what was found.
//!
//! Pure. Persons with an external id are asked for by the hundred; ids that a comma-separated list cannot hold, one by
//! one; persons known by their address only cost a search each, whose hits are then shown with their identities, since
//! a search matches words, not addresses.

use std::collections::VecDeque;

use zd_model::operation::{USERS_SEARCH, USERS_SHOW_MANY};
use zd_model::{ExternalId, Identity, Organization, User, UserId, UsersPage};

use crate::compare::email_identity;
use crate::engine::{Now, PeopleQuery};
use crate::key::PersonKeys;
use crate::{Stored, email_form, same_email, same_external_id};

/// What Zendesk takes in one request.
const MAX_KEYS: usize = 100;
/// What the keys of one request may take in its URL, of 6 KiB in all.
const MAX_KEY_BYTES: usize = 5_600;

/// More than a batch has places.
pub(crate) const BY_EXTERNAL_ID: usize = 1_000;

/// What was seen of a person.
#[derive(Clone, Debug)]
pub(crate) enum Sighting {
    /// There is exactly one such person.
    Found(Box<Person>),
    /// There is no such person.
    Absent,
    /// The answer does not say, or there are several.
    Unsure,
}

/// A person as read back.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) user: User,
    pub(crate) identities: Option<Vec<Identity>>,
    pub(crate) organizations: Option<Vec<Organization>>,
}

impl Person {
    pub(crate) fn as_stored(&self) -> Stored<'_> {
        Stored {
            identities: self.identities.as_deref(),
            organizations: self.organizations.as_deref(),
            ..Stored::new(&self.user)
        }
    }
}

/// Who is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    Id(UserId),
    ExternalId(ExternalId),
    Email(String),
}

impl Wanted {
    /// By the external id, if there is one.
    pub(crate) fn external_id(keys: &PersonKeys) -> Option<Self> {
        let id = keys.external_id.as_ref()?;
        (!id.as_str().trim().is_empty()).then(|| Self::ExternalId(id.clone()))
    }

    /// By the address, if there is one.
    pub(crate) fn email(keys: &PersonKeys) -> Option<Self> {
        let email = keys.email.as_ref()?;
        (!email.trim().is_empty()).then(|| Self::Email(email.clone()))
    }

    /// By the strongest key there is.
    fn strongest(keys: &PersonKeys) -> Option<Self> {
        Self::external_id(keys)
            .or_else(|| Self::email(keys))
            .or_else(|| keys.id.map(Self::Id))
    }
}

/// Looks for people, one request at a time.
#[derive(Debug)]
pub(crate) struct Lookup {
    queue: VecDeque<Step>,
    asked: Option<Step>,
    /// Hits of searches, to be shown with their identities.
    hits: Vec<(usize, Wanted, Vec<UserId>)>,
    /// What was seen, by the place given when it was asked for.
    pub(crate) seen: Vec<(usize, Sighting)>,
    /// Nothing of it was asked before.
    pub(crate) began: Now,
    /// Not to be asked before.
    pub(crate) due: Now,
    pub(crate) failures: u32,
    /// When it last came to know something.
    pub(crate) alive: Now,
}

#[derive(Clone, Debug)]
enum Step {
    ExternalIds(Vec<(usize, ExternalId)>),
    Ids(Vec<(usize, Wanted, Vec<UserId>)>),
    Search(usize, Wanted),
}

impl Lookup {
    /// Looks for the people who have these keys, each by the strongest.
    pub(crate) fn of<'a>(people: impl Iterator<Item = (usize, &'a PersonKeys)>, due: Now) -> Self {
        let mut unknown = Vec::new();
        let wanted = people.filter_map(|(place, keys)| {
            let wanted = Wanted::strongest(keys);
            if wanted.is_none() {
                unknown.push((place, Sighting::Unsure));
            }
            Some((place, wanted?))
        });
        let mut lookup = Self::of_wanted(wanted, due);
        lookup.seen = unknown;
        lookup
    }

    /// Looks for these people.
    pub(crate) fn of_wanted(people: impl Iterator<Item = (usize, Wanted)>, due: Now) -> Self {
        let mut lookup = Self::empty(due);
        let mut by_external_id = Vec::new();
        for (place, wanted) in people {
            match wanted {
                Wanted::ExternalId(id) if listable(&id) => by_external_id.push((place, id)),
                Wanted::Id(id) => lookup.hits.push((place, Wanted::Id(id), vec![id])),
                wanted => lookup.search(place, wanted),
            }
        }
        let mut chunk: Vec<(usize, ExternalId)> = Vec::new();
        let mut bytes = 0;
        for (place, id) in by_external_id {
            let size = encoded_bytes(id.as_str()) + 3;
            if chunk.len() == MAX_KEYS || !chunk.is_empty() && bytes + size > MAX_KEY_BYTES {
                lookup
                    .queue
                    .push_front(Step::ExternalIds(std::mem::take(&mut chunk)));
                bytes = 0;
            }
            bytes += size;
            chunk.push((place, id));
        }
        if !chunk.is_empty() {
            lookup.queue.push_front(Step::ExternalIds(chunk));
        }
        lookup
    }

    /// Looks for someone who is probably one of these at most 100 users.
    pub(crate) fn look_among(&mut self, place: usize, wanted: Wanted, ids: Vec<UserId>) {
        self.hits.push((place, wanted, ids));
    }

    /// Looks for who has the address of each person, and, at a place that is [`BY_EXTERNAL_ID`] more, for who has the
    /// external id.
    pub(crate) fn of_both_keys<'a>(
        people: impl Iterator<Item = (usize, &'a PersonKeys)>,
        due: Now,
    ) -> Self {
        let people: Vec<_> = people.collect();
        let by_id = people
            .iter()
            .map(|(place, keys)| (place + BY_EXTERNAL_ID, *keys));
        let mut lookup = Self::of(by_id, due);
        for (place, keys) in people {
            if let Some(email) = &keys.email {
                lookup.search(place, Wanted::Email(email.clone()));
            }
        }
        lookup
    }

    const fn empty(due: Now) -> Self {
        Self {
            queue: VecDeque::new(),
            asked: None,
            hits: Vec::new(),
            seen: Vec::new(),
            began: due,
            due,
            failures: 0,
            alive: due,
        }
    }

    /// Looks for someone by a search.
    pub(crate) fn search(&mut self, place: usize, wanted: Wanted) {
        self.queue.push_back(Step::Search(place, wanted));
    }

    pub(crate) const fn is_asking(&self) -> bool {
        self.asked.is_some()
    }

    /// Whether everything has been seen.
    pub(crate) fn is_done(&self) -> bool {
        self.asked.is_none() && self.queue.is_empty() && self.hits.is_empty()
    }

    /// The operation of the next request, if none is on its way and it is time.
    pub(crate) fn next_operation(&mut self, now: Now) -> Option<&'static str> {
        let step = self.next_step(now)?;
        Some(match step {
            Step::ExternalIds(_) | Step::Ids(_) => USERS_SHOW_MANY.name,
            Step::Search(..) => USERS_SEARCH.name,
        })
    }

    /// The next request, if none is on its way and it is time.
    pub(crate) fn next(&mut self, now: Now) -> Option<PeopleQuery> {
        let query = match self.next_step(now)? {
            Step::ExternalIds(ids) => {
                PeopleQuery::ByExternalIds(ids.iter().map(|(_, id)| id.clone()).collect())
            }
            Step::Ids(hits) => {
                PeopleQuery::ByIds(hits.iter().flat_map(|(.., ids)| ids).copied().collect())
            }
            Step::Search(_, Wanted::Email(email)) => PeopleQuery::SearchEmail(email.clone()),
            Step::Search(_, Wanted::ExternalId(id)) => PeopleQuery::SearchExternalId(id.clone()),
            Step::Search(_, Wanted::Id(id)) => PeopleQuery::ByIds(vec![*id]),
        };
        self.asked = self.queue.pop_front();
        Some(query)
    }

    fn next_step(&mut self, now: Now) -> Option<&Step> {
        if self.asked.is_some() || now < self.due {
            return None;
        }
        let hits: usize = self.hits.iter().map(|(.., ids)| ids.len()).sum();
        if hits >= MAX_KEYS || self.queue.is_empty() && hits > 0 {
            let hits = self.take_hits();
            self.queue.push_front(hits);
        }
        self.queue.front()
    }

    /// As many hits as fit into one request; a search gives at most 100, so one always fits.
    fn take_hits(&mut self) -> Step {
        let (mut taken, mut count) = (Vec::new(), 0);
        while let Some((_, _, ids)) = self.hits.last() {
            if !taken.is_empty() && count + ids.len() > MAX_KEYS {
                break;
            }
            count += ids.len();
            taken.extend(self.hits.pop());
        }
        Step::Ids(taken)
    }

    /// Reads the answer to the request on its way.
    pub(crate) fn answered(&mut self, page: UsersPage, now: Now) {
        (self.failures, self.alive) = (0, now);
        match self.asked.take() {
            Some(Step::ExternalIds(ids)) => {
                let people = people_of(page);
                for (place, id) in ids {
                    self.see(place, &Wanted::ExternalId(id), &people, None);
                }
            }
            Some(Step::Ids(hits)) => {
                let people = people_of(page);
                for (place, wanted, ids) in hits {
                    self.see(place, &wanted, &people, Some(&ids));
                }
            }
            Some(Step::Search(place, wanted)) => self.searched(place, wanted, page),
            None => {}
        }
    }

    fn searched(&mut self, place: usize, wanted: Wanted, page: UsersPage) {
        let more = page.next_page.is_value();
        let mut ids: Vec<UserId> = page.users.iter().map(|user| user.id).collect();
        ids.truncate(MAX_KEYS);
        // Whoever shows the key needs no second look among the others, only one with identities.
        let exact: Vec<UserId> = (page.users.iter())
            .filter(|user| shows(user, &wanted))
            .map(|user| user.id)
            .take(MAX_KEYS)
            .collect();
        if !exact.is_empty() {
            self.hits.push((place, wanted, exact));
        } else if more {
            self.seen.push((place, Sighting::Unsure));
        } else if ids.is_empty() {
            self.seen.push((place, Sighting::Absent));
        } else {
            self.hits.push((place, wanted, ids));
        }
    }

    fn see(&mut self, place: usize, wanted: &Wanted, people: &[Person], among: Option<&[UserId]>) {
        let mut unsure = false;
        let mut found = people.iter().filter(|person| {
            if among.is_some_and(|ids| !ids.contains(&person.user.id))
                || person.user.active.value() == Some(&false)
            {
                return false;
            }
            if shows(&person.user, wanted) {
                return true;
            }
            match (wanted, &person.identities) {
                (Wanted::Email(email), Some(identities)) => {
                    email_identity(identities, email).is_some()
                }
                (Wanted::Email(_), None) => {
                    unsure = true;
                    false
                }
                _ => false,
            }
        });
        let sighting = match (found.next(), found.next()) {
            (Some(person), None) => Sighting::Found(Box::new(person.clone())),
            (Some(_), Some(_)) => Sighting::Unsure,
            (None, _) if unsure => Sighting::Unsure,
            (None, _) => Sighting::Absent,
        };
        self.seen.push((place, sighting));
    }

    /// The request on its way came to nothing: it is asked again at `due`.
    pub(crate) fn failed(&mut self, due: Now) {
        self.failures += 1;
        self.due = due;
        if let Some(step) = self.asked.take() {
            self.queue.push_front(step);
        }
    }

    /// Looks no longer: whoever was not seen yet will not be.
    pub(crate) fn give_up(&mut self) {
        self.refused();
        let hits = std::mem::take(&mut self.hits);
        self.queue.push_back(Step::Ids(hits));
        while let Some(step) = self.queue.pop_front() {
            self.asked = Some(step);
            self.refused();
        }
    }

    /// The request on its way is refused for good: whoever it was about cannot be seen.
    pub(crate) fn refused(&mut self) {
        let places: Vec<usize> = match self.asked.take() {
            Some(Step::ExternalIds(ids)) => ids.into_iter().map(|(place, _)| place).collect(),
            Some(Step::Ids(hits)) => hits.into_iter().map(|(place, ..)| place).collect(),
            Some(Step::Search(place, _)) => vec![place],
            None => Vec::new(),
        };
        self.seen
            .extend(places.into_iter().map(|place| (place, Sighting::Unsure)));
    }
}

/// Whether the user record itself shows the key.
fn shows(user: &User, wanted: &Wanted) -> bool {
    match wanted {
        Wanted::Id(id) => user.id == *id,
        Wanted::ExternalId(wanted) => (user.external_id.value())
            .is_some_and(|id| same_external_id(id.as_str(), wanted.as_str())),
        Wanted::Email(wanted) => {
            (user.email.value()).is_some_and(|email| same_email(email, wanted))
        }
    }
}

fn people_of(page: UsersPage) -> Vec<Person> {
    let (identities, organizations) = (
        page.identities.into_value(),
        page.organizations.into_value(),
    );
    page.users
        .into_iter()
        .map(|user| Person {
            identities: identities.as_ref().map(|identities| {
                identities
                    .iter()
                    .filter(|identity| identity.user_id.value() == Some(&user.id))
                    .cloned()
                    .collect()
            }),
            organizations: organizations.as_ref().map(|organizations| {
                organizations
                    .iter()
                    .filter(|organization| user.organization_id.value() == Some(&organization.id))
                    .cloned()
                    .collect()
            }),
            user,
        })
        .collect()
}

/// Whether a comma-separated list in a URL can hold the id.
fn listable(id: &ExternalId) -> bool {
    let text = id.as_str();
    !text.is_empty()
        && !text.contains(',')
        && text.trim() == text
        && encoded_bytes(text) <= MAX_KEY_BYTES / 2
}

/// At most so many bytes once percent-encoded.
fn encoded_bytes(text: &str) -> usize {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { 1 } else { 3 })
        .sum()
}

/// Whether what was looked for by address was looked for in an index that lags behind writes.
pub(crate) fn lags(keys: &PersonKeys) -> bool {
    keys.external_id
        .as_ref()
        .is_none_or(|id| id.as_str().trim().is_empty())
        && keys
            .email
            .as_deref()
            .is_some_and(|email| !email_form(email).is_empty())
}

#[cfg(test)]
mod tests;
