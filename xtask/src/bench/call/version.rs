//! How long the command takes to begin and end.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::ensure;
use tokio::time::Instant;

use crate::bench::figures::{Figures, Goal, median};

const STARTS: usize = 100;

pub(super) fn measure(zd: &Path, figures: &mut Figures) -> anyhow::Result<()> {
    let mut times = Vec::new();
    for _ in 0..STARTS {
        let clock = Instant::now();
        let status = Command::new(zd)
            .arg("version")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .status()?;
        times.push(clock.elapsed().as_secs_f64() * 1000.0);
        ensure!(status.success(), "zd version ended with {status}");
    }
    let goal = Some(Goal::Below(10.0));
    figures.add(
        "zd version, ms from start to end",
        median(times),
        None,
        goal,
    );
    Ok(())
}
