//! What reading people back costs, beforehand.
//!
//! Pure, and in round figures: what Zendesk's documentation says of pages and limits, and what recordings say of the
//! time that an answer takes.

use std::time::Duration;

use crate::{Key, Match, RowSource, SourceError, SourceItem};

/// What one request by key asks for at most.
const KEYS_A_REQUEST: u64 = 100;
/// Users on a page of the list.
const USERS_A_PAGE: u64 = 100;
/// What an answer takes, as far as nobody has measured.
const ANSWER: Duration = Duration::from_millis(300);
/// What is assumed of an account that was not asked: most plans allow 700 requests a minute or less.
const REQUESTS_A_MINUTE: u64 = 700;
/// Requests on their way at once.
const AT_ONCE: u64 = 4;

/// Requests, and the time they take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReadCost {
    /// How many requests.
    pub requests: u64,
    /// How long they take in an account that allows 700 a minute and answers in 0.3 s.
    pub time: Duration,
}

/// What it costs to read people back, in both ways that there are for people known by their address alone.
///
/// A search by address costs a request a person. A walk over the list of the account's users costs one for every
/// hundred users, whoever is looked for, and its pages come one after the other. (An incremental export has larger
/// pages, but ten requests a minute for all exports of the account together, and takes an admin.)
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuditCost {
    /// With a search for each address.
    pub by_search: ReadCost,
    /// With one walk over all users.
    pub by_walk: ReadCost,
}

impl AuditCost {
    /// The cost of reading back so many rows with an external id, and so many that are looked for by their address, in
    /// an account with so many users.
    ///
    /// A row with both keys is looked for by its address too if nobody has its external id; how many such rows there
    /// are is not known beforehand.
    ///
    /// ```
    /// use zd_import::AuditCost;
    ///
    /// let few = AuditCost::of(10_000, 50, 200_000);
    /// assert_eq!((few.by_search.requests, few.walk_pays()), (151, false));
    /// let many = AuditCost::of(0, 100_000, 200_000);
    /// assert_eq!((many.by_walk.requests, many.walk_pays()), (3_000, true));
    /// ```
    pub fn of(with_external_id: u64, by_address: u64, account_users: u64) -> Self {
        let shown = pages(with_external_id, KEYS_A_REQUEST) + pages(by_address, KEYS_A_REQUEST);
        let walk = walk(account_users);
        let shown_time = parallel(shown);
        Self {
            by_search: ReadCost {
                requests: shown + by_address,
                time: parallel(shown + by_address),
            },
            by_walk: ReadCost {
                requests: shown + walk.requests,
                time: shown_time + walk.time,
            },
        }
    }

    /// Whether the walk is the faster way.
    pub fn walk_pays(&self) -> bool {
        self.by_walk.time < self.by_search.time
    }

    /// The cost of the faster way.
    pub fn cheaper(&self) -> ReadCost {
        if self.walk_pays() {
            self.by_walk
        } else {
            self.by_search
        }
    }
}

/// How the rows of a source are looked for: what their cost depends on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RowKeys {
    /// Rows with an external id (or a user's id).
    pub with_external_id: u64,
    /// Rows that are looked for by their address from the start.
    pub by_address: u64,
}

impl RowKeys {
    /// Counts the rows of a source, from its beginning, and goes back there. Blocks for as long as reading it takes.
    ///
    /// # Errors
    ///
    /// If the source cannot be read to its end.
    pub fn count(source: &mut impl RowSource, match_by: Match) -> Result<Self, SourceError> {
        let mut keys = Self::default();
        source.rewind()?;
        while let Some(item) = source.next_row()? {
            let SourceItem::Row(row) = item else { continue };
            match Key::of(&row.user, match_by) {
                Some(Key::Email(_)) if row.user.id.is_none() => keys.by_address += 1,
                _ => keys.with_external_id += 1,
            }
        }
        source.rewind()?;
        Ok(keys)
    }
}

/// From how many searches on a walk over so many users would have been no slower.
pub(super) fn break_even(account_users: u64) -> u64 {
    let walk = walk(account_users).time.as_millis();
    let searches = walk * u128::from(REQUESTS_A_MINUTE) / 60_000;
    u64::try_from(searches).unwrap_or(u64::MAX)
}

fn walk(users: u64) -> ReadCost {
    let requests = pages(users, USERS_A_PAGE);
    ReadCost {
        requests,
        time: times(ANSWER, requests).max(paced(requests)),
    }
}

const fn pages(records: u64, a_page: u64) -> u64 {
    records.div_ceil(a_page)
}

fn parallel(requests: u64) -> Duration {
    times(ANSWER, requests.div_ceil(AT_ONCE)).max(paced(requests))
}

fn paced(requests: u64) -> Duration {
    Duration::from_millis(requests.saturating_mul(60_000) / REQUESTS_A_MINUTE)
}

fn times(one: Duration, count: u64) -> Duration {
    one.saturating_mul(u32::try_from(count).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn searches_cost_by_row_and_a_walk_by_user_of_the_account() {
        let cost = AuditCost::of(1_000_000, 0, 1_000_000);
        assert_eq!(cost.by_search.requests, 10_000);
        assert_eq!(cost.by_search.time.as_secs() / 60, 14);
        assert!(!cost.walk_pays(), "nobody is known by address alone");

        let cost = AuditCost::of(0, 1_000_000, 1_000_000);
        assert_eq!(cost.by_search.requests, 1_010_000);
        assert_eq!(cost.by_walk.requests, 20_000);
        assert!(cost.walk_pays());
        assert_eq!(cost.cheaper(), cost.by_walk);
        assert!(
            cost.by_search.time > cost.by_walk.time * 20,
            "a day against an hour: {cost:?}"
        );
        assert_eq!(AuditCost::of(0, 0, 0), AuditCost::default());
    }

    #[test]
    fn rows_are_counted_by_the_key_that_they_are_looked_for_by() {
        let row = |number, user: serde_json::Value| {
            let user = serde_json::from_value(user).unwrap();
            crate::Row::new(number, number + 2, user, bytes::Bytes::new())
        };
        let rows = vec![
            row(
                0,
                serde_json::json!({"external_id": "a", "email": "a@x.example"}),
            ),
            row(1, serde_json::json!({"email": "b@x.example"})),
        ];
        let mut source = crate::MemorySource::from(rows);
        let keys = |with_external_id, by_address| RowKeys {
            with_external_id,
            by_address,
        };
        assert_eq!(
            RowKeys::count(&mut source, Match::Auto).unwrap(),
            keys(1, 1)
        );
        assert_eq!(
            RowKeys::count(&mut source, Match::Email).unwrap(),
            keys(0, 2)
        );
        assert!(
            source.next_row().unwrap().is_some(),
            "it is at its beginning again"
        );
    }

    #[test]
    fn the_break_even_is_where_the_choice_turns() {
        for users in [0, 99, 10_000, 1_000_000] {
            let turn = break_even(users);
            let at = |rows| AuditCost::of(0, rows, users).walk_pays();
            let slack = turn / 50 + 10;
            assert!(!at(turn.saturating_sub(slack)), "{users}: {turn}");
            assert!(at(turn + slack), "{users}: {turn}");
        }
    }
}
