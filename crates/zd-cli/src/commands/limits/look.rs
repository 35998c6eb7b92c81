//! One look at an account's limits.

use serde_json::{Map, Value, json};
use zd_model::{JobState, JobStatus};
use zd_transport::{Budget, Budgets};

use crate::output::{Count, clean};

/// Zendesk's job slots: so many jobs of an account are queued or running.
const SLOTS: u64 = 30;

/// What an account's limits are like at a moment.
#[derive(Debug, Default)]
pub(super) struct Look {
    /// The account's minute, if it tells.
    pub(super) account: Option<Budget>,
    /// Jobs, if they may be listed.
    pub(super) jobs: Option<Jobs>,
    /// Budgets of endpoints that were mentioned.
    pub(super) endpoints: Vec<(String, Budget)>,
    /// Requests a minute of others.
    pub(super) others: Option<u64>,
}

/// Jobs that hold a slot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Jobs {
    queued: u64,
    running: u64,
    /// Whether there may be more of them than were listed.
    more: bool,
}

impl Jobs {
    /// Of the newest jobs; whether there are older ones.
    pub(super) fn of(jobs: &[JobStatus], older: bool) -> Self {
        let mut this = Self::default();
        for job in jobs.iter().filter(|job| !job.status.is_ended()) {
            match job.status {
                JobState::Queued => this.queued += 1,
                _ => this.running += 1,
            }
        }
        this.more = older && jobs.last().is_some_and(|job| !job.status.is_ended());
        this
    }

    const fn used(self) -> u64 {
        self.queued + self.running
    }
}

impl Look {
    /// Takes in what an answer says; gives the account's minute.
    pub(super) fn hear(&mut self, budgets: Budgets) -> Option<Budget> {
        for (name, budget) in budgets.endpoints {
            self.endpoints.retain(|(other, _)| *other != name);
            self.endpoints.push((name, budget));
        }
        self.account = budgets.account.or(self.account);
        budgets.account
    }

    /// For programs.
    pub(super) fn json(&self) -> Value {
        json!({
            "requests": self.account.map(budget_json),
            "others_a_minute": self.others,
            "jobs": self.jobs.map(|jobs| json!({
                "slots": SLOTS,
                "used": jobs.used(),
                "queued": jobs.queued,
                "running": jobs.running,
                "more": jobs.more,
            })),
            "endpoints": self.endpoints.iter()
                .map(|(name, budget)| (name.clone(), budget_json(*budget)))
                .collect::<Map<_, _>>(),
        })
    }

    /// For people: a name and a value on each line. What others use is told where there was more than one look.
    pub(super) fn lines(&self, watched: bool) -> Vec<Vec<String>> {
        let account = self.account.map_or_else(
            || "the account does not tell".to_owned(),
            |budget| words(budget, "a minute", "the next minute"),
        );
        let jobs = self.jobs.map_or_else(
            || "these credentials may not list jobs".to_owned(),
            |jobs| {
                let least = if jobs.more { "at least " } else { "" };
                format!(
                    "{least}{} of {SLOTS} slots in use: {} queued, {} running",
                    jobs.used(),
                    jobs.queued,
                    jobs.running
                )
            },
        );
        let mut lines = vec![
            vec!["requests".to_owned(), account],
            vec!["jobs".to_owned(), jobs],
        ];
        if watched {
            let others = match self.others {
                Some(others) => format!("{} requests a minute", Count(others)),
                None => "not known yet".to_owned(),
            };
            lines.insert(1, vec!["others".to_owned(), others]);
        }
        for (name, budget) in &self.endpoints {
            let text = words(*budget, "", "it begins again");
            lines.push(vec![clean(name).into_owned(), text]);
        }
        lines
    }

    /// One line of `key=value`; what is not known is left out.
    pub(super) fn plain(&self) -> String {
        let mut parts = vec!["limits".to_owned()];
        let mut put = |name: &str, value: Option<u64>| {
            parts.extend(value.map(|value| format!("{name}={value}")));
        };
        let account = self.account.unwrap_or_default();
        put("requests_limit", account.limit);
        put("requests_remaining", account.remaining);
        put("resets_s", account.reset);
        put("others_a_minute", self.others);
        put("slots", self.jobs.map(|_| SLOTS));
        put("slots_used", self.jobs.map(Jobs::used));
        put("queued", self.jobs.map(|jobs| jobs.queued));
        put("running", self.jobs.map(|jobs| jobs.running));
        for (name, budget) in &self.endpoints {
            let name = clean(name).replace(char::is_whitespace, "_");
            put(&format!("{name}_remaining"), budget.remaining);
        }
        parts.join(" ")
    }
}

fn budget_json(budget: Budget) -> Value {
    json!({"limit": budget.limit, "remaining": budget.remaining, "resets_s": budget.reset})
}

/// `612 of 700 a minute left, the next minute in 23s`.
fn words(budget: Budget, per: &str, next: &str) -> String {
    let mut text = match (budget.remaining, budget.limit) {
        (Some(left), Some(limit)) => format!("{} of {} {per}", Count(left), Count(limit)),
        (Some(left), None) => Count(left).to_string(),
        (None, Some(limit)) => return format!("{} {per}", Count(limit)).trim_end().to_owned(),
        (None, None) => return "not told".to_owned(),
    };
    text = format!("{} left", text.trim_end());
    if let Some(reset) = budget.reset {
        text.push_str(&format!(", {next} in {reset}s"));
    }
    text
}

#[cfg(test)]
mod tests {
    use zd_model::JobId;

    use super::*;

    fn job(state: JobState) -> JobStatus {
        JobStatus::new(JobId::new("V3-x"), state)
    }

    fn budget(limit: u64, remaining: u64, reset: u64) -> Budget {
        let mut budget = Budget::default();
        (budget.limit, budget.remaining) = (Some(limit), Some(remaining));
        budget.reset = Some(reset);
        budget
    }

    #[test]
    fn a_slot_is_held_until_a_job_has_ended() {
        let jobs = [
            job(JobState::Queued),
            job(JobState::Working),
            job(JobState::Completed),
            job(JobState::Killed),
        ];
        let seen = Jobs::of(&jobs, true);
        assert_eq!((seen.used(), seen.queued, seen.more), (2, 1, false));
        assert!(Jobs::of(&jobs[..2], true).more);
    }

    #[test]
    fn a_look_is_told_in_each_form() {
        let mut look = Look::default();
        assert_eq!(look.plain(), "limits");
        assert_eq!(look.lines(false)[0][1], "the account does not tell");
        look.account = Some(budget(700, 612, 23));
        look.jobs = Some(Jobs::of(&[job(JobState::Working)], false));
        look.endpoints = vec![("create-update-user".to_owned(), budget(1, 0, 1))];
        look.others = Some(84);
        let lines: Vec<String> = look.lines(true).iter().map(|line| line.join(" ")).collect();
        assert_eq!(
            lines,
            [
                "requests 612 of 700 a minute left, the next minute in 23s",
                "others 84 requests a minute",
                "jobs 1 of 30 slots in use: 0 queued, 1 running",
                "create-update-user 0 of 1 left, it begins again in 1s",
            ]
        );
        assert_eq!(
            look.plain(),
            "limits requests_limit=700 requests_remaining=612 resets_s=23 others_a_minute=84 slots=30 slots_used=1 queued=0 running=1 create-update-user_remaining=0"
        );
        assert_eq!(look.json()["jobs"]["used"], 1);
    }
}
