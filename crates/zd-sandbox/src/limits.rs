//! Rate limits: windows are wall-clock minutes, for the account and for some endpoints beside it.

use hashbrown::HashMap;
use http::{HeaderName, HeaderValue};
use serde_json::Value;
use zd_model::Operation;
use zd_model::operation::RateBucket;

use crate::clock::Now;
use crate::errors;
use crate::reply::Reply;
use crate::state::index::folded;
use crate::state::upsert::Entry;

/// Writes of one user in a minute.
const PER_USER: u32 = 5;
/// Searches in a minute, unless the plan has more.
const SEARCHES: u32 = 2500;

/// Incremental exports in a minute, of all kinds together.
const EXPORTS: u32 = 10;
/// Permanent deletions in ten minutes.
const PERMANENT_DELETIONS: u32 = 700;
/// Exports of searches in a minute.
const SEARCH_EXPORTS: u32 = 100;

/// So many in each window of so many clock minutes, for the account as a whole.
#[derive(Debug)]
struct Bucket {
    most: u32,
    minutes: i64,
    window: i64,
    used: u32,
}

impl Bucket {
    const fn new(most: u32, minutes: i64) -> Self {
        Self {
            most,
            minutes,
            window: i64::MIN,
            used: 0,
        }
    }

    /// Counts one more; says how many seconds to wait if that is one too many.
    fn take(&mut self, now: Now) -> Result<(), i64> {
        let window = now.minute().div_euclid(self.minutes);
        if self.window != window {
            self.window = window;
            self.used = 0;
        }
        if self.used >= self.most {
            return Err(self.rest(now));
        }
        self.used += 1;
        Ok(())
    }

    /// As the header tells it: how many there are, how many are left, when there are new ones.
    fn state(&self, now: Now) -> (usize, usize, i64) {
        let left = self.most - self.used;
        (self.most as usize, left as usize, self.rest(now))
    }

    /// Seconds until the next window.
    fn rest(&self, now: Now) -> i64 {
        let length = self.minutes * 60;
        length - now.second().rem_euclid(length)
    }
}

/// What has been used of this minute.
#[derive(Debug)]
pub(crate) struct Limits {
    plan: u32,
    /// Off: the headers are sent, nothing is refused.
    enforced: bool,
    minute: i64,
    used: u32,
    searches: u32,
    writes: HashMap<Box<str>, u32>,
    last_write: Option<i64>,
    exports: Bucket,
    permanent_deletions: Bucket,
    search_exports: Bucket,
}

/// Whose writes are counted: what the request says about the user.
#[derive(Debug)]
pub(crate) struct WrittenUser<'a> {
    email: &'a str,
    id: String,
    external_id: &'a str,
    /// The id in the path, which goes before all others.
    path_id: &'a str,
}

impl<'a> WrittenUser<'a> {
    pub(crate) fn of(entry: &'a Entry) -> Self {
        let text = |key: &str| entry.get(key).and_then(Value::as_str).unwrap_or_default();
        Self {
            email: text("email"),
            id: entry
                .get("id")
                .filter(|id| !id.is_null())
                .map(|id| id.to_string().trim_matches('"').to_owned())
                .unwrap_or_default(),
            external_id: text("external_id"),
            path_id: "",
        }
    }

    /// The user of this id: updates by id and upserts by other keys do not share a count (recorded).
    pub(crate) fn of_id(path_id: &'a str, entry: &'a Entry) -> Self {
        Self {
            path_id,
            ..Self::of(entry)
        }
    }

    /// What the writes are counted under. Who sends a name only makes somebody new each time: that is nobody's count.
    pub(crate) fn key(&self) -> Option<String> {
        let keys = [
            ("id", self.path_id),
            ("ext", self.external_id),
            ("email", self.email),
            ("id", &*self.id),
        ];
        let (kind, text) = keys
            .into_iter()
            .map(|(kind, text)| (kind, text.trim()))
            .find(|(_, text)| !text.is_empty())?;
        Some(format!("{kind}:{}", folded(text)))
    }
}

impl Limits {
    pub(crate) fn new(plan: u64, enforced: bool) -> Self {
        Self {
            plan: u32::try_from(plan).unwrap_or(u32::MAX),
            enforced,
            minute: i64::MIN,
            used: 0,
            searches: 0,
            writes: HashMap::new(),
            last_write: None,
            exports: Bucket::new(EXPORTS, 1),
            permanent_deletions: Bucket::new(PERMANENT_DELETIONS, 10),
            search_exports: Bucket::new(SEARCH_EXPORTS, 1),
        }
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

    /// The headers that every response of the API carries.
    pub(crate) fn account_headers(&self, now: Now) -> [(HeaderName, HeaderValue); 5] {
        let left = self.plan - self.used;
        [
            ("x-rate-limit", i64::from(self.plan)),
            ("x-rate-limit-remaining", i64::from(left)),
            ("ratelimit-limit", i64::from(self.plan)),
            ("ratelimit-remaining", i64::from(left)),
            ("ratelimit-reset", now.rest_of_minute()),
        ]
        .map(|(name, number)| (HeaderName::from_static(name), HeaderValue::from(number)))
    }

    /// The header of an operation's own bucket: `total=5; remaining=4; resets=27`.
    pub(crate) fn bucket_header(
        &self,
        operation: &Operation,
        written: Option<&str>,
        job_slots: (usize, usize),
        now: Now,
    ) -> Option<(HeaderName, HeaderValue)> {
        let bucket = operation.bucket?;
        let (total, left, resets) = match bucket {
            RateBucket::InflightJobs => (job_slots.1, job_slots.0, 60),
            RateBucket::SearchIndex => {
                let total = self.searches_allowed();
                let left = total.saturating_sub(self.searches);
                (total as usize, left as usize, now.rest_of_minute())
            }
            RateBucket::IncrementalExports => self.exports.state(now),
            RateBucket::SearchExports => self.search_exports.state(now),
            RateBucket::PermanentDeletions => self.permanent_deletions.state(now),
            _ => {
                let left = written.map_or(PER_USER, |key| self.writes_left(key));
                (PER_USER as usize, left as usize, now.rest_of_minute())
            }
        };
        let name = format!("zendesk-ratelimit-{}", bucket.name());
        let value = format!("total={total}; remaining={left}; resets={resets}");
        Some((
            HeaderName::try_from(name).ok()?,
            HeaderValue::try_from(value).ok()?,
        ))
    }
}
