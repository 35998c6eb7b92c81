//! So many in each window.

use crate::clock::Now;

/// So many in each window of so many clock minutes, for the account as a whole.
#[derive(Clone, Debug)]
pub(super) struct Bucket {
    pub(super) most: u32,
    minutes: i64,
    window: i64,
    used: u32,
}

impl Bucket {
    pub(super) const fn new(most: u32, minutes: i64) -> Self {
        Self {
            most,
            minutes,
            window: i64::MIN,
            used: 0,
        }
    }

    /// Counts one more; says how many seconds to wait if that is one too many.
    pub(super) fn take(&mut self, now: Now) -> Result<(), i64> {
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
    pub(super) fn state(&self, now: Now) -> (usize, usize, i64) {
        let left = self.most.saturating_sub(self.used);
        (self.most as usize, left as usize, self.rest(now))
    }

    /// Seconds until the next window.
    fn rest(&self, now: Now) -> i64 {
        let length = self.minutes * 60;
        length - now.second().rem_euclid(length)
    }
}
