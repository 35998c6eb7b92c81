//! What kind of Zendesk.

use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::choices::Choices;
use crate::clock::Now;
use crate::others::{OtherJobs, Others};
use crate::plan::{Plan, RateHeaders};
use crate::{Fault, JobTime, span};

/// How the sandbox behaves; see [`SandboxBuilder`](crate::SandboxBuilder) for each.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) plan: Plan,
    pub(crate) rate_limits: bool,
    pub(crate) rate_headers: RateHeaders,
    pub(crate) others: Option<Others>,
    pub(crate) other_jobs: Option<OtherJobs>,
    pub(crate) job_time: JobTime,
    pub(crate) workers: usize,
    pub(crate) job_retention: Duration,
    pub(crate) job_visible_after: Duration,
    pub(crate) choices: Choices,
    pub(crate) bulk_import: bool,
    pub(crate) admins_set_passwords: bool,
    pub(crate) search_delay: Duration,
    pub(crate) token_lifetime: Duration,
    pub(crate) api_tokens_end: Option<Now>,
    // What it begins with; later changes of these would mean nothing.
    pub(crate) faults: Vec<Fault>,
    pub(crate) seed: u64,
    pub(crate) people: u32,
    /// As far as somebody asked for them: a data directory brings its own.
    pub(crate) asked_seed: Option<u64>,
    pub(crate) asked_people: Option<u32>,
    /// The wall time at the start; the machine's if there is none.
    pub(crate) starts_at: Option<Now>,
    pub(crate) time_scale: u32,
    pub(crate) frozen: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            plan: Plan::default(),
            rate_limits: true,
            rate_headers: RateHeaders::default(),
            others: None,
            other_jobs: None,
            job_time: JobTime::default(),
            workers: 10,
            job_retention: Duration::from_secs(24 * 60 * 60),
            job_visible_after: Duration::ZERO,
            choices: Choices::default(),
            bulk_import: true,
            admins_set_passwords: true,
            search_delay: Duration::ZERO,
            token_lifetime: Duration::from_secs(7200),
            api_tokens_end: None,
            faults: Vec::new(),
            seed: 0,
            people: 200,
            asked_seed: None,
            asked_people: None,
            starts_at: None,
            time_scale: 1,
            frozen: false,
        }
    }
}

impl Settings {
    /// Those that can be changed while it runs, each as [`Settings::set`] reads it.
    pub(crate) fn changeable(&self) -> Map<String, Value> {
        let choose: Map<String, Value> = self
            .choices
            .chosen()
            .map(|(key, value)| (key.to_owned(), value.into()))
            .collect();
        let or_null = |text: Option<String>| text.map_or(Value::Null, Value::from);
        let settings = json!({
            "plan": self.plan.to_string(),
            "rate_limits": self.rate_limits,
            "rate_headers": self.rate_headers.to_string(),
            "others": or_null(self.others.as_ref().map(ToString::to_string)),
            "other_jobs": or_null(self.other_jobs.as_ref().map(ToString::to_string)),
            "job_time": self.job_time.to_string(),
            "workers": self.workers,
            "job_retention": span::display(self.job_retention),
            "job_visible_after": span::display(self.job_visible_after),
            "bulk_import": self.bulk_import,
            "admins_set_passwords": self.admins_set_passwords,
            "search_delay": span::display(self.search_delay),
            "token_lifetime": span::display(self.token_lifetime),
            "api_tokens_end": or_null(self.api_tokens_end.map(Now::spelled)),
            "choose": choose,
        });
        match settings {
            Value::Object(settings) => settings,
            _ => Map::new(),
        }
    }

    /// Changes one; the error says what is expected.
    pub(crate) fn set(&mut self, key: &str, value: &Value) -> Result<(), String> {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Null => String::new(),
            other => other.to_string(),
        };
        let flag = || match &*text {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err("expected true or false".to_owned()),
        };
        let a_span = || span::parse(&text).ok_or_else(|| format!("expected {}", span::EXPECTED));
        match key {
            "plan" => self.plan = read(&text)?,
            "rate_limits" => self.rate_limits = flag()?,
            "rate_headers" => self.rate_headers = read(&text)?,
            "others" => self.others = or_none(&text)?,
            "other_jobs" => self.other_jobs = or_none(&text)?,
            "job_time" => self.job_time = read(&text)?,
            "workers" => match text.parse() {
                Ok(workers @ 1..=1000) => self.workers = workers,
                _ => return Err("expected a number of workers from 1 to 1000".to_owned()),
            },
            "job_retention" => self.job_retention = a_span()?,
            "job_visible_after" => self.job_visible_after = a_span()?,
            "bulk_import" => self.bulk_import = flag()?,
            "admins_set_passwords" => self.admins_set_passwords = flag()?,
            "search_delay" => self.search_delay = a_span()?,
            "token_lifetime" => self.token_lifetime = a_span()?,
            "api_tokens_end" => {
                self.api_tokens_end = match &*text {
                    "" | "none" => None,
                    text => Some(moment(text)?),
                };
            }
            "choose" => {
                let Value::Object(choices) = value else {
                    return Err("expected an object of choices".to_owned());
                };
                for (key, value) in choices {
                    let value = value.as_str().unwrap_or_default();
                    self.choices
                        .set(key, value)
                        .map_err(|error| error.to_string())?;
                }
            }
            _ => {
                let keys: Vec<String> = self.changeable().keys().cloned().collect();
                return Err(format!("expected one of {}", keys.join(", ")));
            }
        }
        Ok(())
    }
}

fn read<T: std::str::FromStr<Err: std::fmt::Display>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error: T::Err| error.to_string())
}

fn or_none<T: std::str::FromStr<Err: std::fmt::Display>>(text: &str) -> Result<Option<T>, String> {
    match text {
        "" | "none" => Ok(None),
        text => read(text).map(Some),
    }
}

/// Reads a time: `2027-04-30`, `2027-04-30T00:00:00Z`, or seconds since 1970.
pub(crate) fn moment(text: &str) -> Result<Now, String> {
    let day = || {
        text.parse::<jiff::civil::Date>()
            .ok()?
            .to_zoned(jiff::tz::TimeZone::UTC)
            .ok()
    };
    let seconds = || {
        text.parse::<u32>()
            .ok()
            .map(|seconds| i64::from(seconds) * 1000)
    };
    let timestamp = || {
        text.parse::<jiff::Timestamp>()
            .ok()
            .map(jiff::Timestamp::as_millisecond)
    };
    timestamp()
        .or_else(|| day().map(|day| day.timestamp().as_millisecond()))
        .or_else(seconds)
        .map(Now::from_millis)
        .ok_or_else(|| "expected a time such as 2027-04-30 or 2027-04-30T12:00:00Z".to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Settings;

    #[test]
    fn whatever_is_told_can_be_set() {
        let mut settings = Settings::default();
        for (key, value) in [
            ("plan", json!("team")),
            ("rate_limits", json!(false)),
            ("rate_headers", json!("2023")),
            ("others", json!("400/min")),
            ("other_jobs", json!("0-20")),
            ("job_time", json!("polls:3")),
            ("workers", json!(8)),
            ("job_retention", json!("3600s")),
            ("job_visible_after", json!("500ms")),
            ("bulk_import", json!(false)),
            ("admins_set_passwords", json!(false)),
            ("search_delay", json!("30s")),
            ("token_lifetime", json!("60s")),
            ("api_tokens_end", json!("2027-04-30T00:00:00Z")),
        ] {
            settings.set(key, &value).unwrap();
            assert_eq!(settings.changeable()[key], value, "{key}");
        }
        settings
            .set("choose", &json!({"failed-rows": "forum"}))
            .unwrap();
        let told = settings.changeable();
        assert_eq!(told["choose"]["failed-rows"], "forum");
        let mut again = Settings::default();
        for (key, value) in &told {
            again.set(key, value).unwrap();
        }
        assert_eq!(again.changeable(), told);
        settings.set("others", &json!(null)).unwrap();
        assert_eq!(settings.changeable()["others"], json!(null));
    }

    #[test]
    fn what_cannot_be_set_says_what_could() {
        let mut settings = Settings::default();
        for (key, value, expected) in [
            ("plan", json!("free"), "team"),
            ("rate_limits", json!("maybe"), "true or false"),
            ("workers", json!(0), "from 1"),
            ("job_retention", json!("soon"), "250ms"),
            ("choose", json!({"who": "knows"}), "failed-rows"),
            ("choose", json!("x"), "object"),
            ("api_tokens_end", json!("soon"), "2027-04-30"),
            ("colour", json!("red"), "job_time"),
        ] {
            let error = settings.set(key, &value).unwrap_err();
            assert!(error.contains(expected), "{error}");
        }
    }
}
