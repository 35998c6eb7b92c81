//! The account's minute: what is left of it, when it ends, and what others take of it.
//!
//! Zendesk counts in fixed minutes of its own clock and tells in whole seconds when one ends. Each answer narrows that
//! instant down; after a few it is known to about the time that an answer takes.

use std::collections::VecDeque;

use zd_transport::Budget;

use super::super::ask::Now;
use super::headroom::Headroom;
use super::others::Others;

/// A minute.
const LENGTH: f64 = 60.0;
/// How far two clocks drift apart in a minute, and more.
const DRIFT: f64 = 0.005;
/// In the first part of a minute what others use is taken for somewhat less than it is, so that two imports of one account,
/// each of which is the other's others, come to equal shares instead of keeping whatever they began with.
const CLAIM: f64 = 0.9;
/// In this last part it is taken for what it is: nothing is claimed that could be missing in the end.
const NO_CLAIM: f64 = 20.0;
/// Within this time it is seen that others use more than they did.
const REACTION: f64 = 6.0;
/// So many times the spread of what they do by chance is kept for them.
const CHANCE: f64 = 1.25;
/// And this share of the minute at most is kept for that: a single burst must not stop us for minutes.
const SUDDEN: f64 = 0.15;
/// What is left is released faster in the last part of a minute: nobody can save it up.
const RELEASE: f64 = 10.0;
/// What of the minute is left alone after a refusal, more with each, and how much of that comes back with each minute.
const WIDER: f64 = 0.05;
const NARROWER: f64 = 0.01;
const WIDEST: f64 = 0.3;

/// What may be sent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Allowance {
    /// As much as there is to send.
    Ample,
    /// So many requests a second.
    Rate(f64),
    /// Nothing before then.
    Shut(Now),
}

/// The account's minute, as its answers tell it.
#[derive(Debug, Default)]
pub(crate) struct Window {
    last: Budget,
    /// What was left by the answer that told least.
    remaining: f64,
    /// When it ends: not before the first, by the second at the latest.
    end: Option<(f64, f64)>,
    /// Requests on their way, by number, and those without an answer since one was heard: they may be counted or not.
    sent: u64,
    flying: VecDeque<u64>,
    unsure: f64,
    /// The latest request in this minute that was answered: its number, what it left, when, how many were on their way.
    heard: Option<(u64, f64, f64, f64)>,
    others: Others,
    /// Kept for others, as a share of the limit, besides what was asked for.
    widened: f64,
}

impl Window {
    /// Takes note of a request that leaves; gives its number.
    pub(crate) fn leaves(&mut self) -> u64 {
        self.sent += 1;
        self.flying.push_back(self.sent);
        self.sent
    }

    /// Takes note of what came of a request: what its answer says, if one came.
    pub(crate) fn arrives(
        &mut self,
        number: u64,
        sent: Now,
        budget: Option<Budget>,
        date: Option<i64>,
        now: Now,
    ) {
        self.flying.retain(|flying| *flying != number);
        let Some(budget) = budget.filter(|budget| budget.remaining.is_some()) else {
            self.unsure += 1.0;
            return;
        };
        self.roll(now);
        let (sent, now) = (sent.as_secs_f64(), now.as_secs_f64());
        let reset = (budget.reset).or_else(|| {
            let second = date?.rem_euclid(60);
            u64::try_from(60 - second).ok()
        });
        #[expect(
            clippy::cast_precision_loss,
            reason = "seconds of a minute, requests of a minute"
        )]
        let (reset, remaining) = (
            // Whatever is told, a minute is over after a minute: nobody is to be kept waiting for years.
            reset.map(|reset| (reset as f64).min(LENGTH)),
            budget.remaining.unwrap_or_default() as f64,
        );
        match self.place(sent, now, reset, remaining) {
            Place::Before => return,
            Place::Next => {
                self.heard = None;
                self.remaining = remaining;
                self.widened = (self.widened - NARROWER).max(0.0);
            }
            Place::Here => self.remaining = self.remaining.min(remaining),
        }
        self.last = budget;
        self.unsure = 0.0;
        #[expect(clippy::cast_precision_loss, reason = "a handful")]
        let flying = self.flying.len() as f64;
        match self.heard {
            Some((before, left, at, then)) if number > before => {
                #[expect(clippy::cast_precision_loss, reason = "requests of a minute")]
                let ours = (number - before) as f64;
                // Requests that left later may have been counted before.
                let doubt = flying.max(then);
                self.others
                    .saw(left - remaining - ours, now - at, doubt, now);
                self.heard = Some((number, remaining, now, flying));
            }
            None => self.heard = Some((number, remaining, now, flying)),
            Some(_) => {}
        }
    }

    /// In which minute an answer was counted; narrows its end down.
    fn place(&mut self, sent: f64, now: f64, reset: Option<f64>, remaining: f64) -> Place {
        let known = self.last.remaining.is_some();
        let Some(reset) = reset else {
            return if known && remaining <= self.remaining {
                Place::Here
            } else {
                Place::Next
            };
        };
        let (early, late) = (sent + reset - 1.0, now + reset);
        let Some((earliest, latest)) = self.end else {
            self.end = Some((early, late));
            return Place::Next;
        };
        if late < earliest - LENGTH / 2.0 {
            return Place::Before;
        }
        let (place, earliest, latest) = if early > latest + LENGTH / 2.0 {
            (Place::Next, earliest + LENGTH, latest + LENGTH)
        } else if known {
            (Place::Here, earliest, latest)
        } else {
            (Place::Next, earliest, latest)
        };
        let (narrow_early, narrow_late) = (earliest.max(early), latest.min(late));
        self.end = if narrow_early <= narrow_late {
            Some((narrow_early, narrow_late))
        } else {
            // A clock was set.
            Some((early, late))
        };
        place
    }

    /// Goes on to the minute that this time is in.
    fn roll(&mut self, now: Now) {
        let now = now.as_secs_f64();
        let Some((earliest, latest)) = self.end else {
            return;
        };
        if now < latest {
            return;
        }
        let minutes = ((now - latest) / LENGTH).floor() + 1.0;
        self.end = Some((
            earliest + minutes * (LENGTH - DRIFT),
            latest + minutes * (LENGTH + DRIFT),
        ));
        self.heard = None;
        // What was sent in a minute that is over counts no more, whether it arrived or not.
        self.unsure = 0.0;
        self.widened = (self.widened - NARROWER * minutes).max(0.0);
        if let Some(limit) = self.limit() {
            self.remaining = limit;
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "requests of a minute")]
    fn limit(&self) -> Option<f64> {
        self.last.limit.map(|limit| limit as f64)
    }

    /// A refusal: more is left alone for a while.
    pub(crate) fn refused(&mut self) {
        self.widened = (self.widened + WIDER).min(WIDEST);
    }

    /// What may be sent now, with so many requests left to make, and so many a minute left alone for others.
    pub(crate) fn allowance(&mut self, now: Now, demand: f64, headroom: Headroom) -> Allowance {
        self.roll(now);
        let (Some(limit), Some(_)) = (self.limit(), self.last.remaining) else {
            return Allowance::Ample;
        };
        #[expect(clippy::cast_precision_loss, reason = "a handful")]
        let free = self.remaining - self.flying.len() as f64 - self.unsure;
        let seconds = now.as_secs_f64();
        let Some((_, latest)) = self.end else {
            // Nobody says when it ends: spread it as if it had just begun.
            let spare = free - headroom.of(limit);
            return Allowance::Rate((spare / LENGTH).max(FLOOR));
        };
        let left = (latest - seconds).max(0.001);
        let (others, surge) = self.others.expected(seconds);
        let is_last = left < PROBE && free < others.mul_add(left.min(1.0), 1.0);
        if free < 1.0 || is_last {
            // What others ask for within the next second is not ours. Only in the end: what they seem to use may be wrong, and
            // without an answer now and then that would never be seen.
            return Allowance::Shut(after(latest));
        }
        let claim = if left > NO_CLAIM { CLAIM } else { 1.0 };
        // And what they may make more than usual: by chance, and until it is seen that they do.
        let sudden = (surge * left.min(REACTION)).min(limit * SUDDEN);
        let kept =
            headroom.of(limit) + self.widened * limit + CHANCE * (others * left).sqrt() + sudden;
        let spare = free - kept - others * claim * left;
        let floor = FLOOR.min(limit / LENGTH / 2.0);
        if spare < 1.0 {
            return Allowance::Rate(floor);
        }
        if demand <= spare / 2.0 {
            return Allowance::Ample;
        }
        let over = if left < RELEASE { left / 2.0 } else { left };
        Allowance::Rate((spare / over).max(floor))
    }

    /// When this minute is over for sure, if that is known.
    pub(crate) fn ends(&self, now: Now) -> Option<Now> {
        let (_, latest) = self.end?;
        Some(after(latest)).filter(|ends| *ends > now)
    }

    /// Requests a second that are ours in the long run.
    pub(crate) fn ours(&self, now: Now, headroom: Headroom) -> Option<f64> {
        let limit = self.limit()?;
        let (others, _) = self.others.expected(now.as_secs_f64());
        let ours = (limit - headroom.of(limit) - self.widened * limit) / LENGTH - others;
        Some(ours.max(limit / LENGTH / 100.0))
    }

    /// Whether others have changed what they do since this was asked last.
    pub(crate) const fn others_have_changed(&mut self) -> bool {
        self.others.has_changed()
    }

    /// What the last answer said.
    pub(crate) const fn last(&self) -> Budget {
        self.last
    }

    /// Requests a minute that others make.
    pub(crate) fn others(&self, now: Now) -> Option<f64> {
        (self.others)
            .is_known()
            .then(|| self.others.expected(now.as_secs_f64()).0 * LENGTH)
    }
}

/// A little after an instant: rounded, it must not fall into the minute before.
fn after(second: f64) -> Now {
    Now::from_secs_f64(second) + Now::from_millis(1)
}

/// Never fewer requests a second than one in five seconds, as long as the account has any left: without answers nothing would
/// ever be learned again.
const FLOOR: f64 = 1.0 / PROBE;
const PROBE: f64 = 5.0;

/// Which minute an answer belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Before,
    Here,
    Next,
}

#[cfg(test)]
mod tests;
