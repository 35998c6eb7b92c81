//! The physical limits: how many batches a second an account lets through, and how often to ask for that.
//!
//! A batch takes a request to submit and a share of a request to ask how it went. Who asks whenever θ jobs have ended newly
//! makes 1 + 1/θ requests for each batch, and leaves a slot idle for about θE/2J of its turn, where J slots are in use and a
//! job takes E. The more often, the more requests; the less often, the longer the turns. Where both limits meet is the best.

/// No reason to ask more often: it costs everybody requests and shortens no turn that anybody would notice.
const LEAST: f64 = 0.5;
/// Of all slots so many can be found to have ended at once: the latest jobs are still running.
const MOST: f64 = 0.93;

/// Where the limits meet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Balance {
    /// Batches a second.
    pub(crate) batches: f64,
    /// Jobs that should have ended newly when they are asked for.
    pub(crate) theta: f64,
    /// Whether it is the requests that limit it, rather than the slots.
    pub(crate) by_requests: bool,
}

/// The best of so many requests a second, so many slots, so many seconds a job and from one job to the next in its slot.
pub(crate) fn balance(requests: f64, slots: f64, job: f64, turn: f64) -> Balance {
    let by_slots = |theta: f64| slots / (job + turn + theta * job / (2.0 * slots)).max(1e-3);
    let by_requests = |theta: f64| requests / (1.0 + 1.0 / theta);
    let most = (slots * MOST).max(LEAST);
    let (mut low, mut high) = (LEAST, most);
    if by_requests(low) >= by_slots(low) {
        return Balance {
            batches: by_slots(low),
            theta: low,
            by_requests: false,
        };
    }
    if by_requests(high) <= by_slots(high) {
        return Balance {
            batches: by_requests(high),
            theta: high,
            by_requests: true,
        };
    }
    for _ in 0..30 {
        let middle = f64::midpoint(low, high);
        if by_requests(middle) < by_slots(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    Balance {
        batches: by_requests(low),
        theta: low,
        by_requests: false,
    }
}

#[cfg(test)]
mod tests {
    use super::balance;

    #[test]
    fn slots_bind_long_jobs_and_requests_short_ones() {
        // 2,500 a minute, jobs of 20 s: asking is cheap.
        let long = balance(2500.0 / 60.0, 30.0, 20.0, 0.1);
        assert!(!long.by_requests && long.theta == 0.5, "{long:?}");
        assert!((long.batches - 30.0 / 20.27).abs() < 0.01, "{long:?}");
        // Ten a minute: as seldom as can be.
        let slow = balance(10.0 / 60.0, 30.0, 5.0, 0.1);
        assert!(slow.by_requests && slow.theta > 27.0, "{slow:?}");
        // 700 a minute, jobs of 5 s: both.
        let both = balance(700.0 / 60.0, 30.0, 5.0, 0.1);
        assert!(
            (both.batches * (1.0 + 1.0 / both.theta) - 700.0 / 60.0).abs() < 0.01,
            "{both:?}"
        );
        assert!(both.theta > 0.9 && both.theta < 1.1, "{both:?}");
    }

    #[test]
    fn nothing_that_is_told_makes_it_nonsense() {
        for requests in [0.0, 1e-9, 1e9] {
            for slots in [0.0, 1.0, 30.0] {
                for job in [0.0, 1e-3, 1e6] {
                    let balance = balance(requests, slots, job, 0.0);
                    assert!(
                        balance.batches.is_finite() && balance.theta >= 0.5,
                        "{balance:?}"
                    );
                }
            }
        }
    }
}
