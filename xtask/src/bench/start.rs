//! How long until a new server answers.

use std::path::Path;

use tokio::time::Instant;

use super::figures::{Figures, Goal, median};
use super::process::Server;

const STARTS: usize = 20;

pub(super) fn measure(zd: &Path, figures: &mut Figures) -> anyhow::Result<()> {
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        ours.push(timed(|| Server::sandbox(zd, &[]))?);
        bare.push(timed(Server::hello)?);
    }
    figures.add(
        "start to first answer, ms",
        median(ours),
        Some(median(bare)),
        Some(Goal::Below(50.0)),
    );
    Ok(())
}

/// Milliseconds from before it is started until it has answered.
fn timed(start: impl Fn() -> anyhow::Result<Server>) -> anyhow::Result<f64> {
    let clock = Instant::now();
    let server = start()?;
    server.answers()?;
    Ok(clock.elapsed().as_secs_f64() * 1000.0)
}
