//! The runs of this user, a directory each.
//!
//! ```text
//! STATE/runs/ID/journal        what happened, and the lock beside it
//!               input          standard input, if rows came from there
//!               mapping.toml   a copy of the mapping file, if there is one
//!               progress.json  where a live run stands
//! ```

mod id;
mod settings;

use std::fs;
use std::path::{Path, PathBuf};

use zd_import::{FileJournal, JournalError};

pub(crate) use settings::Settings;

use crate::codes;
use crate::context::Context;
use crate::failure::Failure;

/// What a live run writes about where it stands.
pub(crate) const PROGRESS: &str = "progress.json";

/// Where runs are kept.
#[derive(Clone, Debug)]
pub(crate) struct RunStore {
    root: PathBuf,
}

/// The directory of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RunDir {
    /// The run's id: `1kr4x8q-7b2`.
    pub(crate) id: String,
    /// Its directory.
    pub(crate) path: PathBuf,
}

impl RunStore {
    /// The runs of this user: in `ZD_STATE_DIR`, or where the system keeps such things.
    pub(crate) fn of(context: &Context) -> Result<Self, Failure> {
        let get = |name: &str| context.environment.get(name).map(PathBuf::from);
        let state = get("ZD_STATE_DIR")
            .or_else(|| get("XDG_STATE_HOME").map(|state| state.join("zd")))
            .or_else(|| get("HOME").map(|home| home.join(".local/state/zd")))
            .or_else(|| get("LOCALAPPDATA").map(|data| data.join("zd")));
        let state = state.ok_or_else(|| {
            Failure::usage("there is no directory for runs")
                .why("neither ZD_STATE_DIR nor XDG_STATE_HOME nor HOME is set")
                .fix("set ZD_STATE_DIR to a directory of your own")
        })?;
        // Commands that are printed for later must work from anywhere.
        let state = std::path::absolute(&state).unwrap_or(state);
        Ok(Self {
            root: state.join("runs"),
        })
    }

    /// The directory for a new run. Nothing is there yet.
    pub(crate) fn reserve(&self) -> RunDir {
        loop {
            let run = self.dir(id::new());
            if !run.path.exists() {
                return run;
            }
        }
    }

    fn dir(&self, id: String) -> RunDir {
        let path = self.root.join(&id);
        RunDir { id, path }
    }

    /// All runs, the newest first.
    pub(crate) fn list(&self) -> Result<Vec<RunDir>, Failure> {
        let entries = match fs::read_dir(&self.root) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => {
                return Err(Failure::file(
                    &self.root.display().to_string(),
                    "read",
                    &error,
                ));
            }
        };
        let mut runs: Vec<RunDir> = entries
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .filter(|name| id::is_one(name))
            .map(|id| self.dir(id))
            .collect();
        // Ids begin with the time.
        runs.sort_by(|one, other| other.id.cmp(&one.id));
        Ok(runs)
    }

    /// The run of this id, of which a beginning that is unique will do; `last` is the newest.
    pub(crate) fn find(&self, name: &str) -> Result<RunDir, Failure> {
        let runs = self.list()?;
        if name == "last" {
            return runs.into_iter().next().ok_or_else(|| {
                Failure::new(&codes::RUN_NOT_FOUND, "there are no runs yet")
                    .fix("zd import FILE  begins one")
            });
        }
        let wanted = name.to_ascii_lowercase();
        let mut found: Vec<RunDir> = runs
            .iter()
            .filter(|run| run.id.starts_with(&wanted) && !wanted.is_empty())
            .cloned()
            .collect();
        match found.len() {
            1 => Ok(found.remove(0)),
            0 => Err(
                Failure::new(&codes::RUN_NOT_FOUND, format!("there is no run {name}"))
                    .why(nearest(&runs))
                    .fix("zd run list"),
            ),
            _ => Err(Failure::new(
                &codes::RUN_NOT_FOUND,
                format!("several runs begin with {name}"),
            )
            .why(nearest(&found))
            .fix("give more of its id")),
        }
    }
}

fn nearest(runs: &[RunDir]) -> String {
    let ids: Vec<&str> = runs.iter().take(5).map(|run| run.id.as_str()).collect();
    match ids.is_empty() {
        true => "there are none".to_owned(),
        false => format!("there are {}", ids.join(", ")),
    }
}

impl RunDir {
    /// Opens the journal, to go on with it.
    pub(crate) fn open(&self) -> Result<FileJournal, Failure> {
        FileJournal::open(&self.path).map_err(|error| self.failure(&error))
    }

    /// Where the mapping file is kept: the run goes on with what it was begun with.
    pub(crate) fn mapping(&self) -> PathBuf {
        self.path.join("mapping.toml")
    }

    /// Where standard input is kept.
    pub(crate) fn input(&self) -> PathBuf {
        self.path.join("input")
    }

    /// What is wrong with the journal, for people.
    pub(crate) fn failure(&self, error: &JournalError) -> Failure {
        let place = self.path.display().to_string();
        let id = &self.id;
        match error {
            JournalError::Missing => {
                Failure::new(&codes::RUN_NOT_FOUND, format!("run {id} has no journal"))
                    .at("directory", place)
                    .fix(format!("zd run rm {id}"))
            }
            JournalError::Locked { .. } => {
                Failure::new(&codes::RUN_BUSY, format!("run {id}: {error}"))
                    .at("directory", place)
                    .fix(format!(
                        "watch it with  zd run watch {id}, or end it with  zd run cancel {id}"
                    ))
            }
            JournalError::Damaged { .. } | JournalError::Inconsistent { .. } => {
                Failure::new(&codes::RUN_DAMAGED, format!("run {id}: {error}"))
                    .at("directory", place)
                    .fix("import the file again as a new run: an upsert is safe to repeat")
            }
            JournalError::Newer { .. } => {
                Failure::new(&codes::RUN_NEWER, format!("run {id}: {error}"))
                    .at("directory", place)
                    .fix("go on with the version of zd that began it")
            }
            _ => Failure::new(&codes::JOURNAL_UNWRITABLE, format!("run {id}: {error}"))
                .caused_by(error)
                .at("directory", place)
                .fix(format!(
                    "free space or repair the disk, then  zd import --resume {id}"
                )),
        }
    }
}

/// Writes a file of a run, whole or not at all, for this user only.
pub(crate) fn write_whole(path: &Path, text: &[u8]) -> std::io::Result<()> {
    use std::io::Write as _;

    let mut file = tempfile::NamedTempFile::new_in(path.parent().unwrap_or(Path::new(".")))?;
    file.write_all(text)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Takes an empty or half-made directory away again, if nothing of worth is in it.
pub(crate) fn discard(path: &Path) {
    // What cannot be removed is only in the way.
    let _ = fs::remove_dir_all(path);
}

#[cfg(test)]
mod tests {
    use super::RunStore;

    #[test]
    fn a_run_is_found_by_what_is_unique_of_its_id() {
        let directory = tempfile::tempdir().unwrap();
        let store = RunStore {
            root: directory.path().to_owned(),
        };
        assert!(store.find("last").is_err() && store.list().unwrap().is_empty());
        for id in ["1kr4x8q-7b2", "1kr4x8q-9zz", "1kr4x9a-111", "notes"] {
            std::fs::create_dir(directory.path().join(id)).unwrap();
        }
        let ids: Vec<String> = (store.list().unwrap().into_iter())
            .map(|run| run.id)
            .collect();
        assert_eq!(ids, ["1kr4x9a-111", "1kr4x8q-9zz", "1kr4x8q-7b2"]);
        assert_eq!(store.find("last").unwrap().id, "1kr4x9a-111");
        assert_eq!(store.find("1KR4X8Q-7").unwrap().id, "1kr4x8q-7b2");
        assert!(store.find("1kr4x8q").is_err() && store.find("").is_err());
        assert!(store.find("../x").is_err());
    }
}
