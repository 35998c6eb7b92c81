//! A million people to begin with: how long it takes, and how much memory.

use std::path::Path;

use anyhow::ensure;
use serde_json::Value;
use tokio::time::Instant;

use super::figures::{Figures, Goal};
use super::load::Connection;
use super::process::Server;

pub(super) async fn measure(zd: &Path, figures: &mut Figures) -> anyhow::Result<()> {
    let clock = Instant::now();
    let server = Server::sandbox(zd, &["--people", "1000000"])?;
    server.answers()?;
    let seconds = clock.elapsed().as_secs_f64();
    figures.add(
        "a million people, start to first answer, s",
        seconds,
        None,
        Some(Goal::Below(5.0)),
    );
    figures.add(
        "a million people, most memory, MB",
        server.peak_megabytes()?,
        None,
        Some(Goal::Below(450.0)),
    );
    let mut connection = Connection::open(server.address).await?;
    let last = "/api/v2/users/show_many?external_ids=seed-1000000";
    let answer: Value = serde_json::from_slice(&connection.get(&last.parse()?).await?)?;
    ensure!(
        answer["users"][0]["email"] == "seed1000000@people.example",
        "the millionth person is missing: {answer}"
    );
    Ok(())
}
