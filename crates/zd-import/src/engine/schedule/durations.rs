//! How long jobs take, as it is seen from outside: a job is known to have ended between two looks.

use std::collections::VecDeque;

/// How many jobs are remembered.
const KEPT: usize = 128;
/// The part of all jobs that are taken for unlike those seen: what lasts longer than any of them can still end.
const UNLIKE: f64 = 0.02;
/// The least time between two looks.
const INSTANT: f64 = 0.001;

/// The distribution of how long jobs took, in seconds.
#[derive(Debug, Default)]
pub(crate) struct Durations {
    seen: VecDeque<(f64, f64)>,
    /// Corners of the share of jobs that end by an age; straight between them.
    corners: Vec<(f64, f64)>,
    mean: f64,
}

impl Durations {
    /// A job took longer than the first and at most the second.
    pub(crate) fn took(&mut self, after: f64, by: f64) {
        let after = after.max(0.0);
        self.seen.push_back((after, by.max(after + INSTANT)));
        if self.seen.len() > KEPT {
            self.seen.pop_front();
        }
    }

    /// Makes use of what was added.
    pub(crate) fn learn(&mut self) {
        #[expect(clippy::cast_precision_loss, reason = "a hundred")]
        let count = self.seen.len().max(1) as f64;
        let middles = self
            .seen
            .iter()
            .map(|(after, by)| f64::midpoint(*after, *by));
        self.mean = middles.sum::<f64>() / count;
        let mut bends: Vec<(f64, f64)> = Vec::with_capacity(2 * self.seen.len());
        for (after, by) in &self.seen {
            let slope = 1.0 / (by - after) / count;
            bends.extend([(*after, slope), (*by, -slope)]);
        }
        bends.sort_unstable_by(|one, other| one.0.total_cmp(&other.0));
        self.corners.clear();
        let (mut share, mut slope, mut last) = (0.0, 0.0, 0.0);
        for (age, bend) in bends {
            share += slope * (age - last);
            slope += bend;
            last = age;
            self.corners.push((age, share));
        }
    }

    /// The mean of those remembered; none if there are none.
    pub(crate) fn mean(&self) -> Option<f64> {
        (!self.corners.is_empty()).then_some(self.mean)
    }

    /// The share of jobs that end by this age.
    fn ended_by(&self, age: f64) -> f64 {
        let place = self.corners.partition_point(|corner| corner.0 <= age);
        let like = match (
            place.checked_sub(1).and_then(|at| self.corners.get(at)),
            self.corners.get(place),
        ) {
            (None, _) => 0.0,
            (Some(before), None) => before.1.min(1.0),
            (Some(before), Some(next)) => {
                let part = (age - before.0) / (next.0 - before.0).max(f64::EPSILON);
                (next.1 - before.1).mul_add(part, before.1).min(1.0)
            }
        };
        let unlike = age / (age + self.mean.max(INSTANT));
        (1.0 - UNLIKE).mul_add(like, UNLIKE * unlike)
    }

    /// How likely a job that was running at one age has ended by another.
    pub(crate) fn chance(&self, running_at: f64, age: f64) -> f64 {
        let before = self.ended_by(running_at);
        let rest = 1.0 - before;
        if rest <= f64::EPSILON {
            return 1.0;
        }
        ((self.ended_by(age) - before) / rest).clamp(0.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Durations;

    #[test]
    fn what_took_about_as_long_each_time_ends_about_then() {
        let mut durations = Durations::default();
        for _ in 0..300 {
            durations.took(4.9, 5.1);
        }
        durations.learn();
        assert!((durations.mean().unwrap() - 5.0).abs() < 1e-9);
        assert!(durations.chance(0.0, 4.9) < 0.03);
        assert!((durations.chance(0.0, 5.0) - 0.5).abs() < 0.03);
        assert!(durations.chance(4.9, 5.1) > 0.97);
        // Older than all of them: it may end, and not at once.
        let overdue = durations.chance(6.0, 8.0);
        assert!(overdue > 0.05 && overdue < 0.5, "{overdue}");
    }

    #[test]
    fn one_is_enough_and_none_is_not() {
        let mut durations = Durations::default();
        durations.learn();
        assert_eq!(durations.mean(), None);
        durations.took(0.0, 0.0);
        durations.learn();
        assert!(durations.mean().unwrap() < 0.01);
        assert!(durations.chance(0.0, 1.0) > 0.9);
    }
}
