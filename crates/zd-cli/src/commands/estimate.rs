//! What an import would cost, as far as that can be told beforehand.

use std::time::Duration;

use jiff::Zoned;
use serde_json::{Value, json};
use zd_import::{Conditions, EmailChange, EngineOptions, Forecast, Plan, Timetable};

use crate::output::{Count, Elapsed, counted};

/// How many requests it takes to make somebody's address the primary one: for the identities, and for the change.
pub(super) const MAKING_PRIMARY: u64 = 2;

/// What an import would cost.
#[derive(Clone, Debug)]
pub(super) struct Estimate {
    forecast: Forecast,
    conditions: Conditions,
    /// Whether the account has told its limit; otherwise it is assumed.
    told: bool,
    jobs: usize,
    rate: Timetable,
    /// The time that the import is given.
    allowed: Option<Duration>,
}

impl Estimate {
    /// For this plan, sent this way, after so many questions about the account; its requests a minute, if it was asked.
    pub(super) fn of(
        plan: &Plan,
        options: &EngineOptions,
        questions: u64,
        limit: Option<u64>,
        now: &Zoned,
    ) -> Self {
        let mut others = questions;
        if plan.email_change == EmailChange::Primary {
            others += plan.overwrites.emails * MAKING_PRIMARY;
        }
        if options.if_changed {
            // A hundred people are read with a request.
            others += plan.batches;
        }
        Self::new(plan.batches, others, options, limit, now)
    }

    /// For an import that sends nothing.
    pub(super) fn nothing(options: &EngineOptions, now: &Zoned) -> Self {
        Self::new(0, 0, options, None, now)
    }

    fn new(
        batches: u64,
        others: u64,
        options: &EngineOptions,
        limit: Option<u64>,
        now: &Zoned,
    ) -> Self {
        let mut conditions = Conditions::default();
        if let Some(limit) = limit {
            conditions.requests_a_minute = limit;
        }
        Self {
            forecast: Forecast::of(batches, others, options, conditions, now),
            conditions,
            told: limit.is_some(),
            jobs: options.max_jobs.min(30 - options.reserve_jobs.min(29)),
            rate: options.rate.clone(),
            allowed: options.max_duration,
        }
    }

    /// For people: what it would take, and under which conditions.
    pub(super) fn words(&self) -> String {
        let requests = counted(self.forecast.requests, "request", "requests");
        let time = match self.forecast.time {
            Some(time) => Elapsed(time).to_string(),
            None => "no end".to_owned(),
        };
        let mut given = vec![format!("a job takes {}", Elapsed(self.conditions.job))];
        if self.jobs < 30 {
            given.push(format!(
                "{} run at once",
                counted(self.jobs as u64, "job", "jobs")
            ));
        }
        let limit = Count(self.conditions.requests_a_minute);
        if self.rate != Timetable::default() {
            given.push(format!("--rate {} holds", self.rate));
        }
        given.push(if self.told {
            format!("nobody else needs the account's {limit} requests a minute")
        } else {
            format!("the account allows {limit} requests a minute")
        });
        let (last, first) = given
            .split_last()
            .map_or(("", &[][..]), |(last, first)| (last, first));
        format!(
            "about {requests} and {time}, if {} and {last}",
            first.join(", ")
        )
    }

    /// Whether it can be done in the time that it is given.
    const fn fits(&self) -> bool {
        match (self.allowed, self.forecast.time) {
            (Some(allowed), Some(time)) => time.as_millis() <= allowed.as_millis(),
            (None, Some(_)) => true,
            (_, None) => false,
        }
    }

    /// What is to be said if the time does not suffice.
    pub(super) fn warning(&self) -> Option<String> {
        if self.fits() {
            return None;
        }
        let Some(time) = self.forecast.time else {
            return Some(format!("with --rate {} nothing is ever sent", self.rate));
        };
        let allowed = Elapsed(self.allowed.unwrap_or_default());
        Some(format!(
            "this takes about {}, and it is given {allowed}: it stops then, and  zd import --resume  goes on with what is left",
            Elapsed(time)
        ))
    }

    /// For programs.
    pub(super) fn json(&self) -> Value {
        json!({
            "requests": self.forecast.requests,
            "seconds": self.forecast.time.map(|time| time.as_secs()),
            "limit": self.forecast.limit,
            "if": {
                "job_seconds": self.conditions.job.as_secs(),
                "jobs_at_once": self.jobs,
                "requests_a_minute": self.conditions.requests_a_minute,
                "requests_a_minute_told": self.told,
                "rate": self.rate.to_string(),
            },
            "allowed_seconds": self.allowed.map(|allowed| allowed.as_secs()),
            "fits": self.fits(),
            "warning": self.warning(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(batches: u64, options: &EngineOptions, limit: Option<u64>) -> Estimate {
        let now = "2026-12-01T09:00:00Z[UTC]".parse().unwrap();
        Estimate::new(batches, 0, options, limit, &now)
    }

    #[test]
    fn conditions_are_told_and_what_was_told_is_none() {
        let assumed = of(1, &EngineOptions::default(), None).words();
        assert!(
            assumed.ends_with("if a job takes 10s and the account allows 700 requests a minute"),
            "{assumed}"
        );
        let options = EngineOptions {
            max_jobs: 5,
            rate: "100/min".parse().unwrap(),
            ..EngineOptions::default()
        };
        let told = of(1, &options, Some(2_500)).words();
        assert!(
            told.ends_with("5 jobs run at once, --rate 100/min holds and nobody else needs the account's 2,500 requests a minute"),
            "{told}"
        );
    }

    #[test]
    fn what_does_not_fit_is_said_with_both_times() {
        let options = |allowed| EngineOptions {
            max_duration: Some(Duration::from_secs(allowed)),
            ..EngineOptions::default()
        };
        assert_eq!(of(3_000, &options(3_600), None).warning(), None);
        let warning = of(3_000, &options(600), None).warning().unwrap();
        for part in ["about 17m ", "given 10m 0s", "zd import --resume"] {
            assert!(warning.contains(part), "{warning}");
        }
        let never = EngineOptions {
            rate: "0/min".parse().unwrap(),
            ..EngineOptions::default()
        };
        assert!(
            of(1, &never, None)
                .warning()
                .unwrap()
                .contains("--rate 0/min")
        );
        assert_eq!(of(1, &never, None).json()["seconds"], Value::Null);
    }
}
