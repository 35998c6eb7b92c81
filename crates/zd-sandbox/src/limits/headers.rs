//! What responses say about the limits, in each of the spellings that were seen.

use http::{HeaderName, HeaderValue};
use zd_model::Operation;
use zd_model::operation::RateBucket;

use super::{Limits, PER_USER};
use crate::clock::Now;
use crate::plan::RateHeaders;

const NAMES: [HeaderName; 5] = [
    HeaderName::from_static("x-rate-limit"),
    HeaderName::from_static("x-rate-limit-remaining"),
    HeaderName::from_static("ratelimit-limit"),
    HeaderName::from_static("ratelimit-remaining"),
    HeaderName::from_static("ratelimit-reset"),
];
const NAMES_OF_2023: [HeaderName; 5] = [
    HeaderName::from_static("x-rate-limit"),
    HeaderName::from_static("x-rate-limit-remaining"),
    HeaderName::from_static("rate-limit"),
    HeaderName::from_static("rate-limit-remaining"),
    HeaderName::from_static("rate-limit-reset"),
];

impl Limits {
    /// The headers that every response of the API carries. Durations are in the client's seconds.
    pub(crate) fn account_headers(
        &self,
        now: Now,
        scale: u32,
    ) -> impl Iterator<Item = (HeaderName, HeaderValue)> + use<> {
        let plan = HeaderValue::from(self.plan);
        let left = HeaderValue::from(self.plan - self.used);
        let reset = client_seconds(now.rest_of_minute(), scale).into();
        let names = match self.spelling {
            RateHeaders::Current => Some(NAMES),
            RateHeaders::Of2023 => Some(NAMES_OF_2023),
            RateHeaders::None => None,
        };
        let values = [plan.clone(), left.clone(), plan, left, reset];
        names.into_iter().flatten().zip(values)
    }

    /// The header of an operation's own bucket: `total=5; remaining=4; resets=27`.
    pub(crate) fn bucket_header(
        &self,
        operation: &Operation,
        written: Option<&str>,
        job_slots: (usize, usize),
        now: Now,
        scale: u32,
    ) -> Option<(HeaderName, HeaderValue)> {
        let prefix = match self.spelling {
            RateHeaders::Current => "zendesk-ratelimit",
            RateHeaders::Of2023 => "zendesk-rate-limit",
            RateHeaders::None => return None,
        };
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
        let resets = client_seconds(resets, scale);
        let name = format!("{prefix}-{}", bucket.name());
        let value = format!("total={total}; remaining={left}; resets={resets}");
        Some((
            HeaderName::try_from(name).ok()?,
            HeaderValue::try_from(value).ok()?,
        ))
    }
}

/// Seconds of the account as the client counts them, rounded up: with a clock sixty times as fast a minute is one.
pub(crate) fn client_seconds(seconds: i64, scale: u32) -> i64 {
    let scale = i64::from(scale.max(1));
    seconds.div_euclid(scale) + i64::from(seconds.rem_euclid(scale) > 0)
}
