//! What the same work costs at least: bare hyper reads the file, builds the bodies, posts them, asks for the jobs and reads the
//! results. It checks nothing, keeps no journal, and stops at the first thing that goes wrong.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs::File;
use std::io::BufReader;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use http::Uri;
use serde::Deserialize;

use super::bodies::Bodies;
use crate::bench::load::Connection;

/// Between two looks at a job that has not ended.
const BREATH: Duration = Duration::from_millis(10);

type Shared = Arc<Mutex<Bodies<BufReader<File>>>>;

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    job_status: Job<'a>,
}

#[derive(Deserialize)]
struct Job<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow)]
    status: Cow<'a, str>,
    #[serde(borrow)]
    results: Option<Vec<RowResult<'a>>>,
}

#[derive(Deserialize)]
#[expect(
    dead_code,
    reason = "what a client needs of a row's result is read, as a client would"
)]
struct RowResult<'a> {
    index: Option<u64>,
    id: Option<u64>,
    #[serde(borrow)]
    status: Option<Cow<'a, str>>,
    #[serde(borrow)]
    error: Option<Cow<'a, str>>,
    #[serde(borrow)]
    details: Option<Cow<'a, str>>,
}

/// `FILE URL JOBS`: so many jobs at once. Says how many rows there were, and how many were applied.
pub(in crate::bench) fn run(words: &[String]) -> anyhow::Result<()> {
    let [file, url, jobs] = words else {
        anyhow::bail!("FILE URL JOBS");
    };
    let address = url.strip_prefix("http://").unwrap_or(url).parse()?;
    let jobs: usize = jobs.parse()?;
    // One thread is the cheapest.
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(async {
            let mut first = Connection::open(address).await?;
            let organizations = organizations(&mut first).await?;
            let file = BufReader::with_capacity(256 * 1024, File::open(file)?);
            let bodies: Shared = Arc::new(Mutex::new(Bodies::new(file, organizations)?));
            let mut connections = vec![first];
            while connections.len() < jobs {
                connections.push(Connection::open(address).await?);
            }
            let mut tasks = Vec::new();
            for connection in connections {
                tasks.push(tokio::spawn(work(connection, Arc::clone(&bodies))));
            }
            let mut applied = 0;
            for task in tasks {
                applied += task.await.context("a connection's task ended early")??;
            }
            let rows = bodies.lock().unwrap_or_else(PoisonError::into_inner).rows();
            println!("{{\"rows\":{rows},\"applied\":{applied}}}");
            Ok(())
        })
}

/// Their ids by name; an account has more than one page of them only where this bench does not look.
async fn organizations(connection: &mut Connection) -> anyhow::Result<HashMap<String, u64>> {
    #[derive(Deserialize)]
    struct Page {
        organizations: Vec<Organization>,
    }
    #[derive(Deserialize)]
    struct Organization {
        id: u64,
        name: String,
    }
    let page = Uri::from_static("/api/v2/organizations.json?per_page=100");
    let page: Page = serde_json::from_slice(&connection.get(&page).await?)?;
    let organizations = page.organizations.into_iter();
    Ok(organizations.map(|each| (each.name, each.id)).collect())
}

/// Sends bodies one after the other, each when the job of the one before has ended; how many rows were applied.
async fn work(mut connection: Connection, bodies: Shared) -> anyhow::Result<u64> {
    let bulk = Uri::from_static("/api/v2/users/create_or_update_many.json");
    let mut applied = 0;
    loop {
        let body = bodies
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .next()?;
        let Some(body) = body else {
            return Ok(applied);
        };
        let queued = connection.post(&bulk, body).await?;
        let queued: Answer<'_> = serde_json::from_slice(&queued)?;
        let job: Uri = format!("/api/v2/job_statuses/{}.json", queued.job_status.id).parse()?;
        loop {
            let answer = connection.get(&job).await?;
            let Answer { job_status } = serde_json::from_slice(&answer)?;
            match &*job_status.status {
                "queued" | "working" => tokio::time::sleep(BREATH).await,
                status => {
                    ensure!(status == "completed", "a job is {status}");
                    let results = job_status.results.unwrap_or_default();
                    let status = |row: &RowResult<'_>| {
                        matches!(row.status.as_deref(), Some("Created" | "Updated"))
                    };
                    applied += results.iter().filter(|row| status(row)).count() as u64;
                    break;
                }
            }
        }
    }
}
