//! The directory of a run, from its first byte on.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::codes;
use crate::context::Context;
use crate::failure::Failure;
use crate::runs::{RunDir, RunStore, discard};

/// The directory of a run. Unless something was written down in it, it is gone with this.
#[derive(Debug)]
pub(super) struct Home {
    pub(super) run: RunDir,
    /// A rehearsal's: its sandbox is gone at the end, so nobody could go on.
    rehearsal: Option<TempDir>,
    keep: bool,
}

impl Home {
    /// A place for a new run.
    pub(super) fn new(context: &Context) -> Result<Self, Failure> {
        if !context.global.sandbox {
            return Ok(Self {
                run: RunStore::of(context)?.reserve(),
                rehearsal: None,
                keep: false,
            });
        }
        let temporary = TempDir::new()
            .map_err(|error| Failure::file("a temporary directory", "write", &error))?;
        Ok(Self {
            run: RunDir {
                id: "rehearsal".to_owned(),
                path: temporary.path().join("run"),
            },
            rehearsal: Some(temporary),
            keep: false,
        })
    }

    /// The directory of a run that is there.
    pub(super) const fn of(run: RunDir) -> Self {
        Self {
            run,
            rehearsal: None,
            keep: true,
        }
    }

    /// Makes the directory, for this user only.
    pub(super) fn make(&self) -> Result<&Path, Failure> {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.run.path).map_err(|error| {
            let what = format!("run {} has no place to be kept", self.run.id);
            Failure::new(&codes::JOURNAL_UNWRITABLE, what)
                .caused_by(&error)
                .at("directory", self.run.path.display().to_string())
                .sent("nothing")
                .fix("free space, or set ZD_STATE_DIR to a directory that can be written")
        })?;
        Ok(&self.run.path)
    }

    /// From here on it stays: something is written down in it.
    pub(super) const fn keep(&mut self) {
        self.keep = self.rehearsal.is_none();
    }

    /// Whether somebody can go on with it later.
    pub(super) const fn is_lasting(&self) -> bool {
        self.rehearsal.is_none()
    }

    pub(super) fn path(&self) -> PathBuf {
        self.run.path.clone()
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        if !self.keep {
            discard(&self.run.path);
        }
    }
}
