//! Which requests an audit makes, and what follows from their answers.
//!
//! Pure: rows, answers and the time go in; requests and findings come out, the findings in the order of the rows.
//!
//! ```text
//! rows ──► chunk of 100 ──► by id, by external id ──► not there, but has an address ──► searched for, or
//!              │                      │                                                 found in the walk
//!              └── held until ◄───────┴────────────── found, compared ◄─────────────────────────┘
//!                  all before it are out
//! ```

use std::collections::{HashSet, VecDeque};
use std::time::Duration;

use zd_model::{UserField, UsersPage};
use zd_users::endpoints::ListUsers;

use super::addresses::{Addresses, Route};
use super::finding::RowDiff;
use super::options::AuditOptions;
use super::report::AuditReport;
use super::source::{AuditItem, AuditRow};
use crate::Match;
use crate::engine::{Now, PeopleQuery};
use crate::key::PersonKeys;
use crate::read_back::{Lookup, Sighting, Wanted};

/// Rows that are looked up together.
const ROWS: usize = 100;
/// Items of a chunk, those that are not looked up included.
const ITEMS: usize = 1_000;
/// How often in a row an answer may be no use, before the audit ends.
const MAX_FAILURES: u32 = 8;
const PAUSE: Duration = Duration::from_secs(5);

/// A request.
#[derive(Clone, Debug)]
pub(super) enum Ask {
    /// The definitions of the custom fields.
    Fields,
    /// How many users the account has.
    Count,
    /// A page of the account's users.
    Walk(ListUsers),
    People(PeopleQuery),
}

/// A usable answer.
#[derive(Debug)]
pub(super) enum Answer {
    Fields(Vec<UserField>),
    Count(u64),
    Page(Box<UsersPage>, Option<ListUsers>),
    People(Box<UsersPage>),
}

/// Names a request, so that its answer finds its way back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum CallId {
    Fields,
    /// Whatever the addresses need.
    Addresses,
    /// Of the chunk of this number.
    Chunk(u64),
}

/// What to do next.
#[derive(Debug)]
pub(super) enum Step {
    Give(Box<RowDiff>),
    Call(CallId, Ask),
    /// Offer the next item of the source, or say that it has ended.
    Pull,
    /// Wait for an answer, or until then.
    Wait(Option<Now>),
    Done,
}

#[derive(Debug)]
pub(super) struct Machine {
    in_flight: usize,
    match_by: Match,
    addresses: Addresses,
    definitions: Definitions,
    chunks: VecDeque<Chunk>,
    /// The number of the first chunk.
    first: u64,
    forming: Chunk,
    ended: bool,
    ready: VecDeque<RowDiff>,
    /// Requests on their way.
    asked: usize,
    failures: u32,
    /// Nothing is asked before.
    due: Now,
    /// Groups of which a row has been seen that is not sent yet.
    seen: HashSet<u32>,
    report: AuditReport,
}

#[derive(Debug, PartialEq)]
enum Definitions {
    Wanted,
    Asked,
    /// None: they could not be had.
    Known(Option<Vec<UserField>>),
}

#[derive(Debug, Default)]
struct Chunk {
    slots: Vec<Slot>,
    /// How many of them are to be looked up.
    open: usize,
    lookup: Option<Lookup>,
    /// Places to be looked for by address next.
    by_address: Vec<usize>,
}

#[derive(Debug)]
enum Slot {
    Done(Box<RowDiff>),
    Open {
        row: Box<AuditRow>,
        follows: bool,
        tried: Tried,
    },
}

/// How a person was looked for last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tried {
    Key,
    Walk,
    Search,
}

impl Machine {
    pub(super) fn new(options: &AuditOptions) -> Self {
        Self {
            in_flight: options.in_flight.clamp(1, 16),
            match_by: options.match_by,
            addresses: Addresses::new(options.by_address, options.known_by_address),
            definitions: match options
                .account
                .as_ref()
                .and_then(|facts| facts.user_fields())
            {
                Some(known) => Definitions::Known(Some(known.to_vec())),
                None => Definitions::Wanted,
            },
            chunks: VecDeque::new(),
            first: 0,
            forming: Chunk::default(),
            ended: false,
            ready: VecDeque::new(),
            asked: 0,
            failures: 0,
            due: Now::ZERO,
            seen: HashSet::new(),
            report: AuditReport::default(),
        }
    }

    pub(super) fn report(&self, now: Now) -> AuditReport {
        AuditReport {
            users_walked: self.addresses.users_walked(),
            elapsed: now,
            ..self.report.clone()
        }
    }

    pub(super) fn step(&mut self, now: Now) -> Step {
        loop {
            if let Some(diff) = self.ready.pop_front() {
                self.report.count(&diff);
                return Step::Give(Box::new(diff));
            }
            self.route();
            if self.give_first() {
                continue;
            }
            if let Some((id, ask)) = self.next_call(now) {
                self.asked += 1;
                self.report.requests += 1;
                return Step::Call(id, ask);
            }
            if !self.ended && self.chunks.len() < 2 * self.in_flight {
                return Step::Pull;
            }
            if self.chunks.is_empty() && self.asked == 0 {
                return Step::Done;
            }
            let waits = self.asked < self.in_flight && now < self.due;
            return Step::Wait(waits.then_some(self.due));
        }
    }

    /// Takes an item of the source.
    pub(super) fn offer(&mut self, item: AuditItem) {
        let slot = match item {
            AuditItem::Settled(outcome) => Slot::Done(Box::new(RowDiff::settled(outcome))),
            AuditItem::Row(mut row) => {
                self.forming.open += 1;
                // Nobody will ask for its bytes.
                row.row.raw = bytes::Bytes::new();
                let group = row.row.group.filter(|_| !row.applied);
                Slot::Open {
                    follows: group.is_some_and(|group| !self.seen.insert(group)),
                    row: Box::new(row),
                    tried: Tried::Key,
                }
            }
        };
        self.forming.slots.push(slot);
        if self.forming.open >= ROWS || self.forming.slots.len() >= ITEMS {
            self.close();
        }
    }

    /// The source has nothing more.
    pub(super) fn source_ended(&mut self) {
        self.ended = true;
        self.close();
    }

    fn close(&mut self) {
        let mut chunk = std::mem::take(&mut self.forming);
        if !chunk.slots.is_empty() {
            chunk.begin(self.match_by);
            self.chunks.push_back(chunk);
        }
    }

    /// Gives out the first chunk if everybody in it was seen.
    fn give_first(&mut self) -> bool {
        let done = self.chunks.front().is_some_and(Chunk::is_done);
        if done && let Some(chunk) = self.chunks.pop_front() {
            self.first += 1;
            let diffs = chunk.slots.into_iter().filter_map(|slot| match slot {
                Slot::Done(diff) => Some(*diff),
                Slot::Open { .. } => None,
            });
            self.ready.extend(diffs);
        }
        done
    }

    fn next_call(&mut self, now: Now) -> Option<(CallId, Ask)> {
        if self.asked >= self.in_flight || now < self.due || self.chunks.is_empty() {
            return None;
        }
        match self.definitions {
            Definitions::Wanted if self.chunks.iter().any(|chunk| chunk.open > 0) => {
                self.definitions = Definitions::Asked;
                return Some((CallId::Fields, Ask::Fields));
            }
            // Nothing can be compared yet.
            Definitions::Wanted | Definitions::Asked => return None,
            Definitions::Known(_) => {}
        }
        for (number, chunk) in (self.first..).zip(&mut self.chunks) {
            if let Some(query) = chunk.lookup.as_mut().and_then(|lookup| lookup.next(now)) {
                return Some((CallId::Chunk(number), Ask::People(query)));
            }
        }
        let ask = self.addresses.next_ask()?;
        Some((CallId::Addresses, ask))
    }

    /// Has people looked for by address where that comes next.
    fn route(&mut self) {
        let Definitions::Known(definitions) = &self.definitions else {
            return;
        };
        for chunk in &mut self.chunks {
            // Again, if somebody is not as the walk has it.
            while chunk.wants_addresses() && self.addresses.is_ready() {
                chunk.route(&mut self.addresses);
                chunk.settle(self.match_by, definitions.as_deref());
            }
        }
    }

    /// Reads an answer.
    pub(super) fn answered(&mut self, id: CallId, answer: Answer, now: Now) {
        (self.asked, self.failures) = (self.asked.saturating_sub(1), 0);
        match answer {
            Answer::Fields(definitions) => self.definitions = Definitions::Known(Some(definitions)),
            Answer::Count(users) => self.addresses.counted(users),
            Answer::Page(page, next) => self.addresses.page(&page, next),
            Answer::People(page) => self.look(id, |lookup| lookup.answered(*page, now)),
        }
    }

    /// A request came to nothing. Gives whether it will be made again, after a while.
    pub(super) fn failed(&mut self, id: CallId, wait: Option<Duration>, now: Now) -> bool {
        self.asked = self.asked.saturating_sub(1);
        self.failures += 1;
        self.due = now + wait.unwrap_or(PAUSE * self.failures);
        match id {
            CallId::Fields => self.definitions = Definitions::Wanted,
            CallId::Addresses => self.addresses.failed(),
            CallId::Chunk(_) => self.look(id, |lookup| lookup.failed(now)),
        }
        self.failures <= MAX_FAILURES
    }

    /// A request is refused for good: whatever it was about cannot be told.
    pub(super) fn refused(&mut self, id: CallId) {
        self.asked = self.asked.saturating_sub(1);
        match id {
            CallId::Fields => self.definitions = Definitions::Known(None),
            CallId::Addresses => self.addresses.refused(),
            CallId::Chunk(_) => self.look(id, Lookup::refused),
        }
    }

    /// Tells the lookup of a chunk, and takes what it has seen.
    fn look(&mut self, id: CallId, tell: impl FnOnce(&mut Lookup)) {
        let CallId::Chunk(number) = id else { return };
        let place = usize::try_from(number.saturating_sub(self.first)).unwrap_or(usize::MAX);
        let Some(chunk) = self.chunks.get_mut(place) else {
            return;
        };
        if let Some(lookup) = &mut chunk.lookup {
            tell(lookup);
        }
        if let Definitions::Known(definitions) = &self.definitions {
            chunk.settle(self.match_by, definitions.as_deref());
        }
    }
}

impl Chunk {
    /// Decides how each person is looked for first.
    fn begin(&mut self, match_by: Match) {
        let mut wanted = Vec::new();
        for (place, slot) in self.slots.iter_mut().enumerate() {
            let Slot::Open { row, .. } = slot else {
                continue;
            };
            let keys = PersonKeys::of(&row.row.user);
            let by_external_id = || Wanted::external_id(&keys).filter(|_| match_by != Match::Email);
            if let Some(id) = row.user_id.or(keys.id) {
                wanted.push((place, Wanted::Id(id)));
            } else if let Some(by_external_id) = by_external_id() {
                wanted.push((place, by_external_id));
            } else if Wanted::email(&keys).is_some() {
                self.by_address.push(place);
            } else {
                let diff = RowDiff::of(row, false, match_by, &Sighting::Unsure, None);
                *slot = Slot::Done(Box::new(diff));
                self.open -= 1;
            }
        }
        if !wanted.is_empty() {
            self.lookup = Some(Lookup::of_wanted(wanted.into_iter(), Now::ZERO));
        }
    }

    const fn is_done(&self) -> bool {
        self.open == 0
    }

    /// Whether all that is left to do is to look for people by their address.
    fn wants_addresses(&self) -> bool {
        !self.by_address.is_empty() && self.lookup.is_none()
    }

    /// Looks for people by their address.
    fn route(&mut self, addresses: &mut Addresses) {
        let mut lookup = Lookup::of_wanted(std::iter::empty(), Now::ZERO);
        for place in std::mem::take(&mut self.by_address) {
            let Some(Slot::Open { row, tried, .. }) = self.slots.get_mut(place) else {
                continue;
            };
            let keys = PersonKeys::of(&row.row.user);
            let Some(wanted) = Wanted::email(&keys) else {
                continue;
            };
            let address = row.row.user.email.as_deref().unwrap_or_default();
            let route = if *tried == Tried::Walk {
                Route::Search
            } else {
                addresses.route(address)
            };
            match route {
                Route::Search => {
                    *tried = Tried::Search;
                    lookup.search(place, wanted);
                }
                Route::Among(ids) => {
                    *tried = Tried::Walk;
                    lookup.look_among(place, wanted, ids);
                }
                Route::Nobody => {
                    *tried = Tried::Search;
                    lookup.seen.push((place, Sighting::Absent));
                }
            }
        }
        self.lookup = Some(lookup);
    }

    /// Compares whoever was seen, and decides how to go on with whoever was not there.
    fn settle(&mut self, match_by: Match, definitions: Option<&[UserField]>) {
        let Some(lookup) = &mut self.lookup else {
            return;
        };
        for (place, sighting) in lookup.seen.drain(..) {
            let Some(slot) = self.slots.get_mut(place) else {
                continue;
            };
            let Slot::Open {
                row,
                follows,
                tried,
            } = slot
            else {
                continue;
            };
            if matches!(sighting, Sighting::Absent) && goes_on(row, *tried, match_by) {
                self.by_address.push(place);
                continue;
            }
            let diff = RowDiff::of(row, *follows, match_by, &sighting, definitions);
            *slot = Slot::Done(Box::new(diff));
            self.open -= 1;
        }
        if lookup.is_done() {
            self.lookup = None;
        }
    }
}

/// Whether somebody who is not there by one key is looked for by another, as an upsert does.
fn goes_on(row: &AuditRow, tried: Tried, match_by: Match) -> bool {
    match tried {
        // What the walk has may have changed since.
        Tried::Walk => true,
        Tried::Search => false,
        Tried::Key => {
            row.user_id.or(row.row.user.id).is_none()
                && match_by == Match::Auto
                && Wanted::email(&PersonKeys::of(&row.row.user)).is_some()
        }
    }
}

#[cfg(test)]
mod tests;
