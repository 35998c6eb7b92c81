//! Faults on purpose: rules, and when one strikes.

mod effect;
mod rule;
pub(crate) mod spoil;

pub(crate) use effect::{Effect, JobEffect, Results, RetryAfter, Stage};
pub use rule::{Fault, ParseFaultError};
pub(crate) use rule::{Look, globbed};

use crate::clock::Now;
use crate::settings::Settings;

/// A fault that strikes: what, and what its own chance begins with.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Strike {
    pub(crate) effect: Effect,
    pub(crate) probability: f64,
    pub(crate) seed: u64,
}

impl Strike {
    /// A fault that struck once, with the same chance.
    pub(crate) fn again(fault: &Fault, seed: u64) -> Self {
        Self {
            effect: fault.effect.clone(),
            probability: fault.probability(),
            seed,
        }
    }

    /// What makes the same fault again, apart from its chance.
    pub(crate) fn rule_text(&self) -> String {
        Fault::always(self.effect.clone(), self.probability).to_string()
    }

    pub(crate) fn chance(&self) -> fastrand::Rng {
        fastrand::Rng::with_seed(self.seed)
    }
}

/// The rules of a sandbox, each with its own stream of chance, so that adding one leaves the others as they were.
#[derive(Clone, Debug, Default)]
pub(crate) struct Faults {
    rules: Vec<Rule>,
    made: u64,
    seed: u64,
}

#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) id: u64,
    pub(crate) fault: Fault,
    /// Requests that fitted, and those that were struck.
    pub(crate) seen: u64,
    pub(crate) struck: u64,
    since: Now,
    chance: fastrand::Rng,
}

impl Faults {
    /// The rules that a sandbox begins with.
    pub(crate) fn of(settings: &Settings, now: Now) -> Self {
        let mut faults = Self {
            seed: settings.seed,
            ..Self::default()
        };
        for fault in &settings.faults {
            faults.add(fault.clone(), now);
        }
        faults
    }

    pub(crate) fn rules(&self) -> &[Rule] {
        &self.rules
    }

    pub(crate) fn add(&mut self, fault: Fault, now: Now) {
        self.made += 1;
        let stream = self.seed ^ (self.made + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.rules.push(Rule {
            id: self.made,
            fault,
            seen: 0,
            struck: 0,
            since: now,
            chance: fastrand::Rng::with_seed(stream),
        });
    }

    pub(crate) fn clear(&mut self) {
        self.rules.clear();
    }

    /// Removes one; false if there is no such rule.
    pub(crate) fn remove(&mut self, id: u64) -> bool {
        let before = self.rules.len();
        self.rules.retain(|rule| rule.id != id);
        self.rules.len() < before
    }

    pub(crate) fn struck(&self) -> u64 {
        self.rules.iter().map(|rule| rule.struck).sum()
    }

    /// The first rule that strikes a request before or after it is carried out. Every rule that fits draws, struck or not.
    pub(crate) fn strike(&mut self, look: Look<'_>, now: Now) -> Option<Strike> {
        let mut first = None;
        for rule in &mut self.rules {
            if let Some(strike) = rule.strike(look, now)
                && first.is_none()
            {
                rule.struck += 1;
                first = Some(strike);
            }
        }
        first
    }

    /// Takes over what rules of a stage have counted and drawn since they were cloned.
    pub(crate) fn adopt(&mut self, since: Self, stage: Stage) {
        for (rule, later) in self.rules.iter_mut().zip(since.rules) {
            if rule.id == later.id && rule.fault.effect.stage() == stage {
                *rule = later;
            }
        }
    }

    /// All rules that strike a job. Rows fail one by one: that rule draws for each row.
    pub(crate) fn strike_job(&mut self, look: Look<'_>, now: Now) -> Vec<Strike> {
        let mut all = Vec::new();
        for rule in &mut self.rules {
            if let Some(strike) = rule.strike(look, now) {
                rule.struck += 1;
                all.push(strike);
            }
        }
        all
    }
}

impl Rule {
    fn strike(&mut self, look: Look<'_>, now: Now) -> Option<Strike> {
        let millis = now.millis().saturating_sub(self.since.millis());
        if !self.fault.fits(Look { millis, ..look }) {
            return None;
        }
        self.seen += 1;
        let probability = self.fault.probability();
        let draws_by_row = self.fault.effect == Effect::Job(JobEffect::RowFailed);
        let drawn = draws_by_row || self.chance.f64() < probability;
        let seed = self.chance.u64(..);
        (drawn && self.fault.is_due(self.seen, self.struck)).then(|| Strike {
            effect: self.fault.effect.clone(),
            probability,
            seed,
        })
    }
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::{Faults, Look, Stage};
    use crate::clock::Now;
    use crate::settings::Settings;

    fn struck(rules: &[&str], seed: u64, requests: usize) -> Vec<bool> {
        let settings = Settings {
            seed,
            ..Settings::default()
        };
        let mut faults = Faults::of(&settings, Now::from_millis(0));
        for rule in rules {
            faults.add(rule.parse().unwrap(), Now::from_millis(0));
        }
        (0..requests)
            .map(|number| {
                let look = Look {
                    stage: Stage::Before,
                    method: &Method::GET,
                    path: "/api/v2/users/me",
                    body: b"",
                    millis: 0,
                };
                let now = Now::from_millis(i64::try_from(number).unwrap() * 1000);
                faults.strike(look, now).is_some()
            })
            .collect()
    }

    #[test]
    fn the_same_seed_strikes_at_the_same_requests() {
        let strikes = |seed| struck(&["5xx=10%"], seed, 1000);
        assert_eq!(strikes(7), strikes(7));
        assert_ne!(strikes(7), strikes(8));
        let count = strikes(7).into_iter().filter(|struck| *struck).count();
        assert!((60..140).contains(&count), "{count} of 1000 at 10 %");
    }

    #[test]
    fn conditions_hold_together() {
        let places = |rules: &[&str]| -> Vec<usize> {
            let struck = struck(rules, 7, 10);
            (0..10).filter(|place| struck[*place]).collect()
        };
        assert_eq!(places(&["5xx nth=3..4"]), [2, 3]);
        assert_eq!(places(&["5xx times=2"]), [0, 1]);
        assert_eq!(places(&["5xx from=3s until=5s"]), [3, 4]);
        assert_eq!(places(&["5xx from=3s nth=2"]), [4]);
        assert!(places(&["5xx POST"]).is_empty());
        assert!(places(&["5xx /api/v2/jobs/*"]).is_empty());
        assert!(places(&["5xx body=x"]).is_empty());
        assert!(places(&["answer-lost"]).is_empty());
        assert_eq!(places(&["5xx nth=2", "429 nth=4"]), [1, 3]);
    }
}
