//! The account's clock: real, scaled, standing still, or moved on by hand.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::span;

/// A moment: milliseconds since 1970, UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Now(i64);

impl Now {
    /// 2100-01-01. Records keep seconds in 32 bits, and beyond 2106 there are none.
    pub(crate) const LAST: Self = Self(4_102_444_800_000);
    /// Later than anything.
    pub(crate) const NEVER: Self = Self(i64::MAX);

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

    /// `2023-09-18T23:28:11.500Z`
    pub(crate) fn spelled(self) -> String {
        jiff::Timestamp::from_millisecond(self.0)
            .unwrap_or_default()
            .to_string()
    }
}

/// Where the clock stands and how it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClockState {
    /// Milliseconds since 1970, UTC.
    pub unix_millis: i64,
    /// How many seconds pass for the account in one second.
    pub scale: u32,
    /// Whether it stands still.
    pub frozen: bool,
}

/// Follows tokio's clock, so that a paused clock makes jobs instant in-process. Never goes backwards.
#[derive(Debug)]
pub(crate) struct Clock {
    setting: Mutex<Setting>,
}

/// It was `base` at `since`.
#[derive(Clone, Copy, Debug)]
struct Setting {
    base: Now,
    since: Instant,
    scale: u32,
    frozen: bool,
}

impl Setting {
    fn now(&self) -> Now {
        if self.frozen {
            return self.base;
        }
        let passed = self.since.elapsed().saturating_mul(self.scale);
        self.base.plus_millis(span::millis(passed)).min(Now::LAST)
    }
}

impl Clock {
    pub(crate) fn new(base: Now, scale: u32, frozen: bool) -> Self {
        let since = Instant::now();
        let setting = Setting {
            base: base.min(Now::LAST),
            since,
            scale: scale.max(1),
            frozen,
        };
        Self {
            setting: Mutex::new(setting),
        }
    }

    pub(crate) fn now(&self) -> Now {
        self.setting().now()
    }

    pub(crate) fn state(&self) -> ClockState {
        let setting = self.setting();
        ClockState {
            unix_millis: setting.now().millis(),
            scale: setting.scale,
            frozen: setting.frozen,
        }
    }

    /// Moves on, to the last moment at most.
    pub(crate) fn advance(&self, span: Duration) {
        self.change(|setting| {
            setting.base = setting.base.plus_millis(span::millis(span)).min(Now::LAST);
        });
    }

    /// Jumps to a moment, unless it has passed.
    pub(crate) fn jump_to(&self, moment: Now) -> bool {
        let mut ahead = false;
        self.change(|setting| {
            ahead = moment >= setting.base;
            setting.base = setting.base.max(moment);
        });
        ahead
    }

    pub(crate) fn freeze(&self, frozen: bool) {
        self.change(|setting| setting.frozen = frozen);
    }

    pub(crate) fn scale(&self, scale: u32) {
        self.change(|setting| setting.scale = scale.max(1));
    }

    /// What has passed so far stays as it was.
    fn change(&self, change: impl FnOnce(&mut Setting)) {
        let mut setting = self.setting.lock().unwrap_or_else(PoisonError::into_inner);
        setting.base = setting.now();
        setting.since = Instant::now();
        change(&mut setting);
    }

    fn setting(&self) -> Setting {
        *self.setting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Clock, Now};

    #[tokio::test(start_paused = true)]
    async fn goes_as_it_is_told() {
        let clock = Clock::new(Now::from_millis(1000), 60, false);
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!(clock.now().millis(), 61_000);
        clock.freeze(true);
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!(clock.now().millis(), 61_000);
        clock.advance(Duration::from_secs(9));
        assert_eq!(clock.now().millis(), 70_000);
        clock.scale(1);
        clock.freeze(false);
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!(clock.now().millis(), 71_000);
        assert!(!clock.jump_to(Now::from_millis(70_999)));
        assert_eq!(clock.now().millis(), 71_000);
        assert!(clock.jump_to(Now::from_millis(80_000)));
        assert_eq!(clock.state().unix_millis, 80_000);
    }
}
