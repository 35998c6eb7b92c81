//! The server's clock, as far as its `Date` headers tell.

use super::ask::Now;

/// A lower bound of the server's time: `created_at` and job messages are in its time, never in ours.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ServerClock {
    /// The last `Date` and when it was heard.
    last: Option<(i64, Now)>,
}

impl ServerClock {
    pub(crate) fn hear(&mut self, date: i64, now: Now) {
        self.last = Some((date, now));
    }

    /// The second that the server's clock shows at least; none if it has never told.
    pub(crate) fn at_least(&self, now: Now) -> Option<i64> {
        let (date, heard) = self.last?;
        let since = i64::try_from(now.saturating_sub(heard).as_secs()).unwrap_or(i64::MAX);
        Some(date.saturating_add(since))
    }
}

/// The moment a batch was sent: nothing that happened before it can be the batch's doing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Intent {
    pub(crate) at: Now,
    /// The server's second, floored.
    pub(crate) server: Option<i64>,
}
