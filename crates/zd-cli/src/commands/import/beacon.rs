//! Tells other processes where a live run stands.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use zd_import::Progress;

use crate::runs::PROGRESS;

/// How often.
const EVERY: Duration = Duration::from_secs(1);

/// Writes a snapshot into the run's directory once a second, until it is dropped.
pub(super) struct Beacon {
    task: JoinHandle<()>,
    path: PathBuf,
}

impl Beacon {
    pub(super) fn start(directory: &Path, progress: watch::Receiver<Progress>) -> Self {
        let path = directory.join(PROGRESS);
        let target = path.clone();
        let task = tokio::spawn(async move {
            let mut ticks = tokio::time::interval(EVERY);
            loop {
                ticks.tick().await;
                let snapshot = *progress.borrow();
                let target = target.clone();
                // Who watches sees a whole snapshot or the one before. A watcher is no reason to fail an import.
                let _ = tokio::task::spawn_blocking(move || write(&target, &snapshot)).await;
            }
        });
        Self { task, path }
    }
}

impl Drop for Beacon {
    fn drop(&mut self) {
        self.task.abort();
        let _ = std::fs::remove_file(&self.path);
    }
}

fn write(target: &Path, snapshot: &Progress) -> std::io::Result<()> {
    crate::runs::write_whole(target, &serde_json::to_vec(snapshot)?)
}
