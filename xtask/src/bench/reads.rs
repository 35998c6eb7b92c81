//! Single reads, beside a bare server's answers: turn by turn, so that what else the machine does hits both.

use std::time::Duration;

use anyhow::ensure;
use http::Uri;
use serde_json::Value;

use super::figures::{Figures, Goal, median};
use super::load::{self, Connection};
use super::process::Server;
use super::sandbox::Settings;

const CONNECTIONS: usize = 16;
/// Before anything is counted.
const WARM_UP: Duration = Duration::from_millis(500);

/// What one server did in one round.
#[derive(Clone, Copy, Debug)]
struct Round {
    per_second: f64,
    cpu_micros: f64,
}

pub(super) async fn measure(settings: &Settings, figures: &mut Figures) -> anyhow::Result<()> {
    let sandbox = Server::sandbox(&settings.zd, &[])?;
    let hello = Server::hello()?;
    let uris = people(&sandbox).await?;
    for server in [&sandbox, &hello] {
        load::reads(server.address, uris, CONNECTIONS, WARM_UP).await?;
    }
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..settings.rounds {
        ours.push(round(&sandbox, uris, settings.time).await?);
        bare.push(round(&hello, uris, settings.time).await?);
    }
    let of = |rounds: &[Round], figure: fn(&Round) -> f64| median(rounds.iter().map(figure));
    let rates = [&ours, &bare].map(|rounds| of(rounds, |round| round.per_second));
    let cpu = [&ours, &bare].map(|rounds| of(rounds, |round| round.cpu_micros));
    figures.add("reads, answers/s", rates[0], Some(rates[1]), None);
    let share = 100.0 * rates[0] / rates[1];
    figures.add(
        "reads, % of the bare server's",
        share,
        None,
        Some(Goal::AtLeast(50.0)),
    );
    figures.add("reads, server's CPU µs each", cpu[0], Some(cpu[1]), None);
    let share = 100.0 * cpu[1] / cpu[0];
    figures.add("reads, % of the bare server's by CPU", share, None, None);
    figures.add(
        "reads, answers per second of CPU",
        1e6 / cpu[0],
        Some(1e6 / cpu[1]),
        Some(Goal::AtLeast(20_000.0)),
    );
    Ok(())
}

async fn round(server: &Server, uris: &'static [Uri], time: Duration) -> anyhow::Result<Round> {
    let before = server.cpu_micros()?;
    let (answers, seconds) = load::reads(server.address, uris, CONNECTIONS, time).await?;
    ensure!(answers > 0, "nothing was answered");
    let answers = answers as f64;
    Ok(Round {
        per_second: answers / seconds,
        cpu_micros: (server.cpu_micros()? - before) / answers,
    })
}

/// Where a hundred people are, each of whom is looked at once to see that the answer is about them.
async fn people(sandbox: &Server) -> anyhow::Result<&'static [Uri]> {
    let mut connection = Connection::open(sandbox.address).await?;
    let page = connection
        .get(&"/api/v2/users.json?per_page=100".parse()?)
        .await?;
    let page: Value = serde_json::from_slice(&page)?;
    let mut uris = Vec::new();
    for user in page["users"].as_array().into_iter().flatten() {
        let uri: Uri = format!("/api/v2/users/{}", user["id"]).parse()?;
        let answer: Value = serde_json::from_slice(&connection.get(&uri).await?)?;
        ensure!(answer["user"] == *user, "{uri} answers with somebody else");
        uris.push(uri);
    }
    ensure!(uris.len() == 100, "{} people were listed", uris.len());
    Ok(uris.leak())
}
