//! Making the asked address a person's primary one: an update only adds it as a secondary address.
//!
//! A row that was applied is not settled before that: first its person's addresses are read, a hundred people at a time,
//! and where the address is not the primary one, one request makes it so.

use std::collections::VecDeque;

use zd_model::operation::{IDENTITIES_MAKE_PRIMARY, USERS_SHOW_MANY};
use zd_model::{Identity, IdentityId, IdentityType, UserId, UsersPage};

use super::{About, Machine};
use crate::engine::ask::{Answer, Ask, Now, PeopleQuery, Reply};
use crate::engine::plan::Pending;
use crate::read_back::Person;
use crate::{Phase, RowError, Status, same_email};

/// How many people are read at once.
const AT_ONCE: usize = 100;
/// How many requests that make an address the primary one are on their way at once.
const CHANGES: usize = 3;
/// How many rows may wait.
const MOST: usize = 1_000;
/// How often such a request is made for a row whose answers are lost.
const TRIES: u32 = 5;

/// A row that was applied, and whose address is not known to be the primary one.
#[derive(Debug)]
pub(super) struct Promotion {
    pub(super) pending: Pending,
    user: UserId,
    tries: u32,
}

/// Rows on their way to a primary address.
#[derive(Debug, Default)]
pub(super) struct Promotions {
    to_read: VecDeque<Promotion>,
    to_change: VecDeque<(Promotion, IdentityId)>,
    reading: bool,
    changing: usize,
    failures: u32,
    /// Nothing is asked before.
    due: Now,
}

impl Promotions {
    pub(super) fn is_empty(&self) -> bool {
        self.to_read.is_empty() && self.to_change.is_empty() && !self.reading && self.changing == 0
    }

    /// Whether there are so many that nothing new is sent until there are fewer: they are held in memory.
    pub(super) fn are_many(&self) -> bool {
        self.to_read.len() + self.to_change.len() >= MOST
    }

    /// The rows that are on no request's way.
    pub(super) fn drain(&mut self) -> impl Iterator<Item = Pending> {
        let changing = self.to_change.drain(..).map(|(promotion, _)| promotion);
        let all = self.to_read.drain(..).chain(changing);
        all.map(|promotion| promotion.pending)
    }

    const fn forget_asked(&mut self) {
        (self.reading, self.changing) = (false, 0);
    }
}

impl Machine {
    /// Whether an applied row has to be looked at before it is settled.
    pub(super) fn wants_primary(&self, pending: &Pending, status: Status) -> bool {
        self.options.make_primary && status == Status::Updated && pending.row.keys.email.is_some()
    }

    /// Whether a person who is as asked otherwise has the asked address as a secondary one only.
    pub(super) fn lacks_primary(&self, pending: &Pending, person: &Person) -> bool {
        let (wanted, shown) = (&pending.row.keys.email, person.user.email.value());
        self.options.make_primary
            && wanted
                .as_deref()
                .is_some_and(|wanted| !shown.is_some_and(|shown| same_email(wanted, shown)))
    }

    pub(super) fn promote(&mut self, pending: Pending, user: UserId) {
        self.promotions.to_read.push_back(Promotion {
            pending,
            user,
            tries: 0,
        });
    }

    pub(super) fn next_promotion(&mut self, now: Now) -> Option<(About, Ask)> {
        let waiting = &mut self.promotions;
        if now < waiting.due {
            return None;
        }
        let open = |operation: &'static str| self.schedule.open_at(operation) <= now;
        if waiting.changing < CHANGES
            && !waiting.to_change.is_empty()
            && open(IDENTITIES_MAKE_PRIMARY.name)
            && let Some((promotion, identity)) = waiting.to_change.pop_front()
        {
            waiting.changing += 1;
            let ask = Ask::MakePrimary(promotion.user, identity);
            return Some((About::MakePrimary(Box::new(promotion), identity), ask));
        }
        if !self.reads_addresses() || self.schedule.open_at(USERS_SHOW_MANY.name) > now {
            return None;
        }
        let waiting = &mut self.promotions;
        waiting.reading = true;
        let count = waiting.to_read.len().min(AT_ONCE);
        let people: Vec<Promotion> = waiting.to_read.drain(..count).collect();
        let ids = people.iter().map(|promotion| promotion.user).collect();
        let ask = Ask::People(PeopleQuery::ByIds(ids));
        Some((About::Addresses(people), ask))
    }

    /// Whether addresses are to be read now: a hundred cost what one costs, but nobody waits for rows that do not come.
    fn reads_addresses(&self) -> bool {
        let waiting = &self.promotions;
        let enough = waiting.to_read.len() >= AT_ONCE
            || self.batches.is_empty()
            || self.phase != Phase::Running;
        enough && !waiting.reading && !waiting.to_read.is_empty()
    }

    pub(super) fn promotion_wake(&self) -> Option<Now> {
        let waiting = &self.promotions;
        let open = |operation| waiting.due.max(self.schedule.open_at(operation));
        let read = self.reads_addresses().then(|| open(USERS_SHOW_MANY.name));
        let change = (!waiting.to_change.is_empty() && waiting.changing < CHANGES)
            .then(|| open(IDENTITIES_MAKE_PRIMARY.name));
        read.into_iter().chain(change).min()
    }

    /// The addresses of people were read.
    pub(super) fn heard_addresses(&mut self, people: Vec<Promotion>, reply: Reply, now: Now) {
        self.promotions.reading = false;
        let page = match reply {
            Reply::Done(Answer::People(page)) => page,
            Reply::Refused(refusal) if matches!(refusal.status, Some(401 | 403)) => {
                self.promotions.to_read.extend(people);
                return self.refused_for_good(refusal, now);
            }
            Reply::Refused(refusal) => {
                let words = refusal.message.unwrap_or_default();
                for promotion in people {
                    self.not_primary(promotion, &words);
                }
                return;
            }
            reply => {
                self.pause_promotions(&reply, now);
                self.promotions.to_read.extend(people);
                return;
            }
        };
        self.promotions.failures = 0;
        for promotion in people {
            match address_of(&promotion, &page) {
                Some(address) if address.primary.value() == Some(&true) => {
                    self.settle_as_primary(promotion);
                }
                Some(address) => {
                    let identity = address.id;
                    self.promotions.to_change.push_back((promotion, identity));
                }
                None => self.not_primary(promotion, "it is not among the person's addresses"),
            }
        }
    }

    /// What came of making an address the primary one.
    pub(super) fn heard_primary(
        &mut self,
        mut promotion: Promotion,
        identity: IdentityId,
        reply: Reply,
        now: Now,
    ) {
        self.promotions.changing = self.promotions.changing.saturating_sub(1);
        match reply {
            Reply::Done(_) => {
                self.promotions.failures = 0;
                self.settle_as_primary(promotion);
            }
            Reply::Refused(refusal) if refusal.status == Some(401) => {
                self.promotions.to_change.push_back((promotion, identity));
                self.refused_for_good(refusal, now);
            }
            Reply::Refused(refusal) => {
                let words = refusal.message.unwrap_or_default();
                self.not_primary(promotion, &words);
            }
            reply => {
                // It is the same done twice.
                promotion.tries += u32::from(matches!(reply, Reply::Lost(_)));
                if promotion.tries >= TRIES {
                    return self.not_primary(promotion, "Zendesk did not answer");
                }
                self.pause_promotions(&reply, now);
                self.promotions.to_change.push_back((promotion, identity));
            }
        }
    }

    fn pause_promotions(&mut self, reply: &Reply, now: Now) {
        if matches!(reply, Reply::NotSent(_) | Reply::Lost(_)) {
            self.report.retries += 1;
            self.promotions.due = now + self.schedule.backoff(self.promotions.failures);
            self.promotions.failures += 1;
        }
    }

    fn settle_as_primary(&mut self, promotion: Promotion) {
        let user = Some(promotion.user);
        self.settle_now(promotion.pending, Status::Updated, user, None);
    }

    fn not_primary(&mut self, promotion: Promotion, words: &str) {
        let message = super::bounded(&format!(
            "updated, but the address could not be made the primary one: {words}"
        ));
        let error = RowError::new("email_not_primary", message, true);
        let user = Some(promotion.user);
        self.settle_now(promotion.pending, Status::Failed, user, Some(error));
    }

    /// The rows whose addresses are being looked at, when nobody will wait for that any more.
    pub(super) fn take_promotions(&mut self) -> Vec<Pending> {
        let mut rows: Vec<Pending> = self.promotions.drain().collect();
        self.promotions.forget_asked();
        let asked = |about: &About| matches!(about, About::Addresses(_) | About::MakePrimary(..));
        let calls: Vec<_> = (self.calls.iter())
            .filter(|(_, about)| asked(about))
            .map(|(call, _)| *call)
            .collect();
        for call in calls {
            match self.calls.remove(&call) {
                Some(About::Addresses(people)) => {
                    rows.extend(people.into_iter().map(|promotion| promotion.pending));
                }
                Some(About::MakePrimary(promotion, _)) => rows.push(promotion.pending),
                _ => {}
            }
        }
        rows
    }
}

/// The person's e-mail identity that has the asked address.
fn address_of<'a>(promotion: &Promotion, page: &'a UsersPage) -> Option<&'a Identity> {
    let wanted = promotion.pending.row.keys.email.as_deref()?;
    let identities = page.identities.value()?;
    identities.iter().find(|identity| {
        identity.user_id.value() == Some(&promotion.user)
            && identity.r#type.value() == Some(&IdentityType::Email)
            && (identity.value.value()).is_some_and(|address| same_email(address, wanted))
    })
}
