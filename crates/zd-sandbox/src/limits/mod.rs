//! Rate limits: windows are wall-clock minutes, for the account and for some endpoints beside it.

mod bucket;
mod headers;
mod written;

use hashbrown::HashMap;

use crate::clock::Now;
use crate::errors;
use crate::others::Arrivals;
use crate::plan::RateHeaders;
use crate::reply::Reply;
use crate::settings::Settings;
use bucket::Bucket;
pub(crate) use headers::client_seconds;
pub(crate) use written::WrittenUser;

/// Writes of one user in a minute.
const PER_USER: u32 = 5;
/// Searches in a minute, unless the plan has more.
const SEARCHES: u32 = 2500;
/// Permanent deletions in ten minutes.
const PERMANENT_DELETIONS: u32 = 700;
/// Exports of searches in a minute.
const SEARCH_EXPORTS: u32 = 100;
/// What others did longer ago is not gone through one by one.
const LONGEST_LOOK_BACK_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// What has been used of this minute.
#[derive(Clone, Debug)]
pub(crate) struct Limits {
    plan: u32,
    /// Off: the headers are sent, nothing is refused.
    enforced: bool,
    spelling: RateHeaders,
    minute: i64,
    used: u32,
    searches: u32,
    writes: HashMap<Box<str>, u32>,
    last_write: Option<i64>,
    exports: Bucket,
    permanent_deletions: Bucket,
    search_exports: Bucket,
    others: Option<Arrivals>,
    /// Requests of others so far, and those of them that were refused.
    pub(crate) others_sent: u64,
    pub(crate) others_refused: u64,
}

impl Limits {
    pub(crate) fn new(settings: &Settings, now: Now) -> Self {
        let mut limits = Self {
            plan: 0,
            enforced: true,
            spelling: RateHeaders::Current,
            minute: i64::MIN,
            used: 0,
            searches: 0,
            writes: HashMap::new(),
            last_write: None,
            exports: Bucket::new(0, 1),
            permanent_deletions: Bucket::new(PERMANENT_DELETIONS, 10),
            search_exports: Bucket::new(SEARCH_EXPORTS, 1),
            others: None,
            others_sent: 0,
            others_refused: 0,
        };
        limits.configure(settings, now);
        limits
    }

    /// Takes over new settings; what was used of this minute stays used.
    pub(crate) fn configure(&mut self, settings: &Settings, now: Now) {
        self.plan = settings.plan.requests_a_minute();
        self.used = self.used.min(self.plan);
        self.exports.most = settings.plan.exports_a_minute();
        self.enforced = settings.rate_limits;
        self.spelling = settings.rate_headers;
        if self.others.as_ref().map(Arrivals::spec) != settings.others.as_ref() {
            let others = settings.others.clone();
            self.others = others.map(|others| Arrivals::new(others, now));
        }
    }

    /// Whether refusals are on.
    pub(crate) fn enforce(&mut self, enforced: bool) {
        self.enforced = enforced;
    }

    /// Lets the requests of others arrive that were due by now.
    pub(crate) fn advance(&mut self, now: Now) {
        let Some(mut others) = self.others.take() else {
            return;
        };
        self.others_sent += others.skip_to(now.plus_millis(-LONGEST_LOOK_BACK_MILLIS));
        while let Some(due) = others.next_until(now) {
            self.others_sent += 1;
            if self.count(due) {
                self.others_refused += 1;
            }
        }
        self.others = Some(others);
    }

    /// Counts a request of the account; says whether it is one too many.
    pub(crate) fn count(&mut self, now: Now) -> bool {
        if self.minute != now.minute() {
            self.minute = now.minute();
            self.used = 0;
            self.searches = 0;
            self.writes.clear();
        }
        let over = self.enforced && self.used >= self.plan;
        self.used = self.used.saturating_add(1).min(self.plan);
        over
    }

    /// Counts a search.
    pub(crate) fn search(&mut self, now: Now) -> Result<(), Reply> {
        if self.enforced && self.searches >= self.searches_allowed() {
            return Err(errors::account_limit(now.rest_of_minute()));
        }
        self.searches = self.searches.saturating_add(1);
        Ok(())
    }

    /// Counts an incremental export.
    pub(crate) fn incremental_export(&mut self, now: Now) -> Result<(), Reply> {
        let taken = self.exports.take(now);
        taken.or_else(|wait| self.refuse(errors::export_limit(wait)))
    }

    /// Counts an export of a search; the body that answers one too many is not known, the account's is assumed.
    pub(crate) fn search_export(&mut self, now: Now) -> Result<(), Reply> {
        let taken = self.search_exports.take(now);
        taken.or_else(|wait| self.refuse(errors::account_limit(wait)))
    }

    /// Counts a permanent deletion; the body that answers one too many is not known, the account's is assumed.
    pub(crate) fn permanent_deletion(&mut self, now: Now) -> Result<(), Reply> {
        let taken = self.permanent_deletions.take(now);
        taken.or_else(|wait| self.refuse(errors::account_limit(wait)))
    }

    fn refuse(&self, refusal: Reply) -> Result<(), Reply> {
        if self.enforced { Err(refusal) } else { Ok(()) }
    }

    /// Counts the write of one user: 5 a minute for each, one a second for the account.
    ///
    /// The body that answers the second write in a second is not known; the account's is assumed.
    pub(crate) fn write(&mut self, user: &WrittenUser<'_>, now: Now) -> Result<(), Reply> {
        let key = user.key();
        if self.enforced {
            if key.as_deref().is_some_and(|key| self.writes_left(key) == 0) {
                let rest = now.rest_of_minute();
                return Err(errors::user_limit(
                    user.email,
                    &user.id,
                    user.external_id,
                    rest,
                ));
            }
            if self.last_write == Some(now.second()) {
                return Err(errors::account_limit(1));
            }
        }
        if let Some(key) = key {
            *self.writes.entry(key.into_boxed_str()).or_default() += 1;
        }
        self.last_write = Some(now.second());
        Ok(())
    }

    /// How often this user can still be written this minute.
    fn writes_left(&self, key: &str) -> u32 {
        let used = self.writes.get(key).copied().unwrap_or_default();
        PER_USER.saturating_sub(used)
    }

    fn searches_allowed(&self) -> u32 {
        self.plan.max(SEARCHES)
    }
}
