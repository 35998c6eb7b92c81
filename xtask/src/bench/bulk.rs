//! People created in bulk, from the first request until every job is completed.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, ensure};
use bytes::Bytes;
use http::Uri;
use serde_json::{Value, json};
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::figures::{Figures, Goal, median};
use super::load::Connection;
use super::process::Server;

const CONNECTIONS: usize = 4;
const REQUESTS: usize = 100;
const ROWS: usize = 100;
/// One to warm up, and those that count.
const ROUNDS: usize = 16;

pub(super) async fn measure(zd: &Path, figures: &mut Figures) -> anyhow::Result<()> {
    let server = Server::sandbox(zd, &["--job-time", "0"])?;
    let mut rates = Vec::new();
    let mut cpu = 0.0;
    for round in 0..ROUNDS {
        let bodies = (0..REQUESTS)
            .map(|request| body(round * REQUESTS + request))
            .collect();
        let before = server.cpu_micros()?;
        let rate = rate(&server, bodies).await?;
        if round > 0 {
            rates.push(rate);
            cpu += server.cpu_micros()? - before;
        }
    }
    figures.add(
        "bulk, rows/s until completed",
        median(rates),
        None,
        Some(Goal::AtLeast(100_000.0)),
    );
    // Of all rounds together: one is too short for the kernel's clock.
    let rows = (ROUNDS - 1) * REQUESTS * ROWS;
    figures.add("bulk, server's CPU µs a row", cpu / rows as f64, None, None);
    Ok(())
}

/// Rows in a second: sends each body, and asks for its job until that is completed.
async fn rate(server: &Server, bodies: Vec<Bytes>) -> anyhow::Result<f64> {
    let mut connections = Vec::new();
    for _ in 0..CONNECTIONS {
        connections.push(Connection::open(server.address).await?);
    }
    let rows = bodies.len() * ROWS;
    let waiting = Arc::new(Mutex::new(bodies));
    let clock = Instant::now();
    let tasks: Vec<_> = connections
        .into_iter()
        .map(|connection| tokio::spawn(work(connection, Arc::clone(&waiting))))
        .collect();
    let mut completed = Vec::new();
    for task in tasks {
        completed.extend(task.await.context("a connection's task ended early")??);
    }
    let seconds = clock.elapsed().as_secs_f64();
    let created: usize = completed
        .iter()
        .map(|job| {
            let job: Value = serde_json::from_slice(job)?;
            let results = job["job_status"]["results"]
                .as_array()
                .into_iter()
                .flatten();
            anyhow::Ok(results.filter(|row| row["status"] == "Created").count())
        })
        .sum::<anyhow::Result<usize>>()?;
    ensure!(created == rows, "{created} of {rows} rows were created");
    Ok(rows as f64 / seconds)
}

/// The answers that say that a job is completed, for all bodies that this connection got hold of.
async fn work(
    mut connection: Connection,
    waiting: Arc<Mutex<Vec<Bytes>>>,
) -> anyhow::Result<Vec<Bytes>> {
    let bulk = Uri::from_static("/api/v2/users/create_or_update_many.json");
    let mut completed = Vec::new();
    loop {
        let Some(body) = waiting.lock().await.pop() else {
            return Ok(completed);
        };
        let queued = connection.post(&bulk, body).await?;
        let queued: Value = serde_json::from_slice(&queued)?;
        let id = queued["job_status"]["id"].as_str().context("no job")?;
        let job: Uri = format!("/api/v2/job_statuses/{id}.json").parse()?;
        loop {
            let answer = connection.get(&job).await?;
            // Looked for as a text: reading the answer would take the server's time away.
            let is_completed = answer
                .windows(COMPLETED.len())
                .any(|part| part == COMPLETED);
            if is_completed {
                completed.push(answer);
                break;
            }
        }
    }
}

const COMPLETED: &[u8] = br#""status":"completed""#;

/// A hundred people as a file of people has them.
fn body(request: usize) -> Bytes {
    let users: Vec<Value> = (0..ROWS)
        .map(|row| {
            let number = request * ROWS + row;
            json!({
                "name": format!("Person Number {number}"),
                "email": format!("person.{number}@bulk.example"),
                "external_id": format!("bulk-{number}"),
                "phone": format!("+49305{number:07}"),
                "organization": {"name": "Alder & Sons"},
                "tags": ["imported", "bulk"],
                "user_fields": {
                    "crm_id": format!("CRM-{:06}", number % 1_000_000),
                    "seats": number % 40,
                    "newsletter": number.is_multiple_of(2),
                    "plan_tier": "gold",
                },
            })
        })
        .collect();
    json!({"users": users}).to_string().into()
}
