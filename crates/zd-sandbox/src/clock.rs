//! The account's clock: a base wall time plus what tokio's clock says has passed.

use tokio::time::Instant;

/// A moment: milliseconds since 1970, UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Now(i64);

impl Now {
    pub(crate) const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    pub(crate) const fn millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970, as records keep them.
    pub(crate) fn seconds(self) -> u32 {
        u32::try_from(self.0.div_euclid(1000)).unwrap_or_default()
    }

    /// Which wall-clock second it is.
    pub(crate) const fn second(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// Which wall-clock minute it is.
    pub(crate) const fn minute(self) -> i64 {
        self.second().div_euclid(60)
    }

    /// Seconds until the next wall-clock minute, 1 to 60.
    pub(crate) const fn rest_of_minute(self) -> i64 {
        60 - self.second().rem_euclid(60)
    }

    pub(crate) const fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }
}

/// Follows tokio's clock, so that a paused clock makes jobs instant in-process.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    base: Now,
    started: Instant,
}

impl Clock {
    pub(crate) fn starting_at(base: Now) -> Self {
        Self {
            base,
            started: Instant::now(),
        }
    }

    pub(crate) fn now(&self) -> Now {
        let passed = i64::try_from(self.started.elapsed().as_millis()).unwrap_or(i64::MAX);
        self.base.plus_millis(passed)
    }
}
