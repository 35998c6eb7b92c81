//! The sandbox of a scenario, and the rows.

use std::time::Duration;

use bytes::Bytes;
use zd_import::{Row, RowSource, SourceError, SourceItem};
use zd_model::UserInput;
use zd_sandbox::{ADMIN_EMAIL, API_TOKEN, JobTime, Sandbox};
use zd_transport::Credentials;
use zd_users::Client;

use super::scenario::Scenario;
use super::way::Way;

/// The account as it begins; when in a minute of its clock that is, the seed says.
pub(crate) fn open(scenario: &Scenario, batches: u64, seed: u64) -> Sandbox {
    let second = u32::try_from(seed * 17 % 60).unwrap();
    let job_time = match scenario.job_times(batches, seed) {
        Some(times) => JobTime::Trace(times.into_iter().map(Duration::from_secs_f64).collect()),
        None => scenario.job_time.parse().unwrap(),
    };
    let mut builder = Sandbox::builder()
        .seed(seed)
        .people(0)
        .requests_a_minute(scenario.limit)
        .job_time(job_time)
        .workers(usize::try_from(scenario.workers).unwrap())
        .starts_at(1_796_000_040 + second);
    if let Some(others) = scenario.others {
        builder = builder.others(others.parse().unwrap());
    }
    if let Some(others) = scenario.other_jobs {
        builder = builder.other_jobs(others.parse().unwrap());
    }
    for fault in scenario.faults {
        builder = builder.fault(fault.parse().unwrap());
    }
    builder.build()
}

pub(crate) fn client(way: Way) -> Client {
    let base: zd_users::BaseUrl = "http://127.0.0.1".parse().unwrap();
    Client::builder(base)
        .credentials(Credentials::ApiToken {
            email: ADMIN_EMAIL.to_owned(),
            token: API_TOKEN.to_owned().into(),
        })
        .transport(std::sync::Arc::new(way))
        .build()
        .unwrap()
}

pub(crate) fn user(import: u64, number: u64) -> UserInput {
    UserInput {
        name: Some(format!("Person {number}")),
        external_id: format!("i{import}-{number}").as_str().into(),
        ..UserInput::default()
    }
}

/// People who are made up as they are asked for.
#[derive(Debug)]
pub(crate) struct People {
    pub(crate) import: u64,
    pub(crate) count: u64,
    pub(crate) next: u64,
}

impl RowSource for People {
    fn next_row(&mut self) -> Result<Option<SourceItem>, SourceError> {
        if self.next >= self.count {
            return Ok(None);
        }
        let number = self.next;
        self.next += 1;
        let row = Row::new(number, number + 2, user(self.import, number), Bytes::new());
        Ok(Some(SourceItem::Row(row)))
    }

    fn rewind(&mut self) -> Result<(), SourceError> {
        self.next = 0;
        Ok(())
    }
}
