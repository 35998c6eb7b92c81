//! What moves a job on.

use crate::JobTime;
use crate::clock::Now;
use crate::span;

/// What moves a job on.
#[derive(Clone, Copy, Debug)]
pub(super) enum Pace {
    /// Milliseconds in the queue, then from the start to the last entry.
    Timed {
        wait: i64,
        run: i64,
    },
    /// It ends when it is asked for so often.
    Polls {
        needed: u32,
    },
    Hand,
}

impl Pace {
    /// How a job of so many entries will go.
    pub(super) fn draw(
        time: &JobTime,
        entries: usize,
        drawn: &mut usize,
        chance: &mut fastrand::Rng,
    ) -> Self {
        let timed = |wait, run| Self::Timed { wait, run };
        match time {
            JobTime::PerUser { queued, each } => {
                let entries = i64::try_from(entries).unwrap_or(i64::MAX);
                let run = span::millis(*each).saturating_mul(entries);
                timed(span::millis(*queued), run)
            }
            JobTime::Fixed(time) => timed(0, span::millis(*time)),
            JobTime::LogNormal { mean, variation } => {
                let run = lognormal(mean.as_secs_f64() * 1000.0, *variation, chance);
                // Saturates, and what is not a number is nothing.
                #[expect(clippy::cast_possible_truncation, reason = "it saturates")]
                timed(0, run.round() as i64)
            }
            JobTime::Trace(times) => {
                let time = times.get(*drawn % times.len().max(1));
                *drawn += 1;
                timed(0, time.copied().map_or(0, span::millis))
            }
            JobTime::Polls(needed) => Self::Polls { needed: *needed },
            JobTime::Hand => Self::Hand,
        }
    }

    /// When it starts, given the worker that is free first, and when that one is free again.
    pub(super) fn start(self, now: Now, workers: &mut [Now]) -> Now {
        let Self::Timed { wait, run } = self else {
            return now;
        };
        let mut start = now.plus_millis(wait);
        if let Some(free) = workers.iter_mut().min() {
            start = start.max(*free);
            *free = start.plus_millis(run);
        }
        start
    }
}

/// A number drawn from the lognormal distribution of this mean and coefficient of variation.
fn lognormal(mean: f64, variation: f64, chance: &mut fastrand::Rng) -> f64 {
    let variance = variation.mul_add(variation, 1.0).ln();
    // Box and Muller; the first number must not be zero.
    let (first, second) = (1.0 - chance.f64(), chance.f64());
    let normal = (-2.0 * first.ln()).sqrt() * (std::f64::consts::TAU * second).cos();
    mean * (normal.mul_add(variance.sqrt(), -variance / 2.0)).exp()
}

#[cfg(test)]
mod tests {
    use super::lognormal;

    #[test]
    fn drawn_times_have_the_mean_and_the_variation_that_were_asked_for() {
        let mut chance = fastrand::Rng::with_seed(7);
        let count = 200_000;
        let times: Vec<f64> = std::iter::repeat_with(|| lognormal(5000.0, 0.8, &mut chance))
            .take(count)
            .collect();
        let mean = times.iter().sum::<f64>() / count as f64;
        let variance = times.iter().map(|time| (time - mean).powi(2)).sum::<f64>() / count as f64;
        assert!((mean / 5000.0 - 1.0).abs() < 0.01, "{mean}");
        assert!(
            (variance.sqrt() / mean / 0.8 - 1.0).abs() < 0.03,
            "{}",
            variance.sqrt() / mean
        );
    }
}
