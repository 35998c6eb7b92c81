//! The files that an import writes, and what they must not overwrite.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use zd_import::{
    FileJournal, FileSource, Format, Layout, Match, OutcomeIndex, ResultFile, ResultFiles,
    ResultsError, ResultsWritten, RowFilter, RowSource as _, Scan, Stamp,
};

use super::begin::{Begun, absolute};
use super::source;
use crate::args::ReportingArgs;
use crate::codes;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::runs::RunDir;

/// Where rows go, by what became of them.
#[derive(Clone, Debug)]
pub(super) struct Targets {
    failed: PathBuf,
    /// Whether the user said where failed rows go.
    told: bool,
    success: Option<PathBuf>,
    unprocessed: Option<PathBuf>,
    outcomes: Option<String>,
}

impl Targets {
    /// What the flags say, once it is clear that nothing of worth is overwritten.
    pub(super) fn of(begun: &mut Begun, format: Format) -> Result<Self, Failure> {
        let reporting = &begun.args.reporting;
        let failed = match &reporting.failed_file {
            Some(path) => PathBuf::from(absolute(path)),
            None if begun.resumed => PathBuf::from(&begun.settings.failed_file),
            None => free_name(format),
        };
        let path = |path: &Option<String>| path.as_ref().map(PathBuf::from);
        let targets = Self {
            success: path(&reporting.success_file),
            unprocessed: path(&reporting.unprocessed_file),
            outcomes: reporting.outcomes.clone(),
            failed,
            told: reporting.failed_file.is_some(),
        };
        targets.check(reporting, begun.from.path.as_deref())?;
        begun.settings.failed_file = absolute(&targets.failed.display().to_string());
        Ok(targets)
    }

    fn check(&self, reporting: &ReportingArgs, input: Option<&Path>) -> Result<(), Failure> {
        let outcomes = self.outcomes.as_ref().filter(|target| *target != "-");
        let outcomes = outcomes.map(PathBuf::from);
        let all = [
            ("--failed-file", Some(&self.failed)),
            ("--success-file", self.success.as_ref()),
            ("--unprocessed-file", self.unprocessed.as_ref()),
            ("--outcomes", outcomes.as_ref()),
        ];
        let named: Vec<(&str, &PathBuf)> = (all.into_iter())
            .filter_map(|(flag, path)| Some((flag, path?)))
            .collect();
        for (place, (flag, path)) in named.iter().enumerate() {
            // A name that zd has chosen is free.
            if *flag != "--failed-file" || reporting.failed_file.is_some() {
                refuse_input(flag, path, input)?;
            }
            if let Some((other, _)) = named[..place].iter().find(|(_, one)| is_same(one, path)) {
                return Err(Failure::new(
                    &codes::FILE_UNUSABLE,
                    format!("{other} and {flag} both want {}", path.display()),
                )
                .sent("nothing")
                .fix("give them different names"));
            }
            if path.is_dir() {
                return Err(Failure::new(
                    &codes::FILE_UNUSABLE,
                    format!("{flag} {} is a directory", path.display()),
                )
                .sent("nothing"));
            }
            ResultFile::failed(*path).check().map_err(|error| {
                Failure::file(&path.display().to_string(), "write", &error)
                    .sent("nothing")
                    .fix(format!("give another place with  {flag} FILE"))
            })?;
        }
        Ok(())
    }

    /// The stream of outcomes, if one is wanted.
    pub(super) fn stream(
        &self,
        context: &Context,
    ) -> Result<Option<Box<dyn Write + Send>>, Failure> {
        Ok(match self.outcomes.as_deref() {
            None => None,
            Some("-") => Some(Box::new(context.out.read_writer())),
            Some(target) => {
                let file = File::create(target)
                    .map_err(|error| Failure::file(target, "write", &error).sent("nothing"))?;
                Some(Box::new(BufWriter::with_capacity(1 << 16, file)))
            }
        })
    }

    /// The file of outcomes in its final form; what is no plain file has had its stream.
    fn outcomes_file(&self) -> Option<PathBuf> {
        let target = self.outcomes.as_ref().filter(|target| *target != "-")?;
        let path = PathBuf::from(target);
        path.is_file().then_some(path)
    }
}

/// `failed.csv` or `failed.jsonl` in this directory, with a number if there is such a file already: it may be one that
/// somebody is just correcting.
fn free_name(format: Format) -> PathBuf {
    let ending = match format {
        Format::Csv => "csv",
        _ => "jsonl",
    };
    let mut path = PathBuf::from(format!("failed.{ending}"));
    for number in 2.. {
        if path.symlink_metadata().is_err() {
            break;
        }
        path = PathBuf::from(format!("failed-{number}.{ending}"));
    }
    path
}

/// Where a run keeps what the files that it has written are known by.
const STAMPS: &str = "files.json";

fn stamps(run: &RunDir) -> BTreeMap<PathBuf, Stamp> {
    let text = std::fs::read(run.path.join(STAMPS)).unwrap_or_default();
    serde_json::from_slice(&text).unwrap_or_default()
}

/// Makes the files of a run from its journal and its input. The path of the failed file, if there are failed rows.
pub(super) async fn write(
    targets: &Targets,
    run: &RunDir,
    match_by: Match,
    layout: Layout,
    rows: Arc<Mutex<FileSource>>,
) -> Result<Option<PathBuf>, Failure> {
    let (targets, run) = (targets.clone(), run.clone());
    let work = tokio::task::spawn_blocking(move || {
        let mut rows = rows.lock().unwrap_or_else(PoisonError::into_inner);
        make(&targets, &run, match_by, layout, &mut rows)
    });
    work.await.unwrap_or_else(|error| {
        Err(
            Failure::new(&codes::INTERNAL, "writing the files ended unexpectedly")
                .caused_by(&error),
        )
    })
}

/// Where failed rows go: to the file that an earlier end of the run has left, unless somebody has changed it since, or else
/// where nothing is.
fn failed_target(targets: &Targets, before: &BTreeMap<PathBuf, Stamp>) -> PathBuf {
    let failed = &targets.failed;
    if targets.told {
        return failed.clone();
    }
    let of_failed = |path: &Path| {
        path.file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with("failed"))
    };
    let own = before
        .iter()
        .find(|(path, stamp)| of_failed(path) && stamp.is_of(path));
    match own {
        Some((path, _)) => path.clone(),
        None if failed.symlink_metadata().is_err() => failed.clone(),
        None => free_beside(failed),
    }
}

/// A name like this one that is free.
fn free_beside(path: &Path) -> PathBuf {
    let ending = path
        .extension()
        .map_or_else(String::new, |ending| ending.to_string_lossy().into_owned());
    for number in 2_u32.. {
        let other = path.with_file_name(format!("failed-{number}.{ending}"));
        if other.symlink_metadata().is_err() {
            return other;
        }
    }
    path.to_owned()
}

fn make(
    targets: &Targets,
    run: &RunDir,
    match_by: Match,
    layout: Layout,
    rows: &mut FileSource,
) -> Result<Option<PathBuf>, Failure> {
    let mut index = index_of(run)?;
    let before = stamps(run);
    let failed = &failed_target(targets, &before);
    let counts = index.counts();
    let nothing_failed = counts.rows == counts.applied() && !before.contains_key(failed);
    let others = [&targets.success, &targets.unprocessed];
    let outcomes = targets.outcomes_file();
    if nothing_failed && others.iter().all(|path| path.is_none()) && outcomes.is_none() {
        return Ok(None);
    }
    let own = |path: &PathBuf| before.get(path).copied();
    let mut files = ResultFiles::new(layout)
        .match_by(match_by)
        .with(ResultFile::failed(failed).own(own(failed)));
    if let Some(path) = &targets.success {
        files = files.with(ResultFile::success(path).own(own(path)));
    }
    if let Some(path) = &targets.unprocessed {
        files = files.with(ResultFile::unprocessed(path).own(own(path)));
    }
    if let Some(path) = outcomes {
        files = files.with(ResultFile::outcomes(path));
    }
    rows.rewind().map_err(|error| unmade(run, &error.into()))?;
    let written = files
        .write(&mut index, rows)
        .map_err(|error| unmade(run, &error))?;
    remember(run, &written);
    Ok(written.files.first().and_then(|file| file.path.clone()))
}

/// Remembers what the files are known by, so that a later end of the run knows which are its own.
fn remember(run: &RunDir, written: &ResultsWritten) {
    let known: BTreeMap<&PathBuf, &Stamp> = (written.files.iter())
        .filter_map(|file| Some((file.path.as_ref()?, file.stamp.as_ref()?)))
        .collect();
    if let Ok(text) = serde_json::to_vec(&known) {
        // Without it a stale file stays, which is no harm.
        let _ = crate::runs::write_whole(&run.path.join(STAMPS), &text);
    }
}

/// Writes the rows of a run that may pass another time, and says how many there are.
pub(super) fn retryable(run: &RunDir, scan: Scan, path: &Path) -> Result<u64, Failure> {
    let layout = scan.layout().clone();
    let mut rows = source(scan)?;
    let filter = RowFilter::NOT_APPLIED.retryable();
    let written = ResultFiles::new(layout)
        .with(ResultFile::failed(path).rows(filter))
        .write(&mut index_of(run)?, &mut rows)
        .map_err(|error| unmade(run, &error))?;
    Ok(written.files.first().map_or(0, |file| file.rows))
}

pub(in crate::commands) fn index_of(run: &RunDir) -> Result<OutcomeIndex, Failure> {
    let reader = FileJournal::read(&run.path).map_err(|error| run.failure(&error))?;
    OutcomeIndex::build(reader).map_err(|error| run.failure(&error))
}

pub(in crate::commands) fn unmade(run: &RunDir, error: &ResultsError) -> Failure {
    let again = format!("zd run rows {} -o FILE  makes it again", run.id);
    match error {
        ResultsError::Write { path, source } => {
            let path = path
                .as_ref()
                .map_or_else(|| "a file".to_owned(), |path| path.display().to_string());
            Failure::file(&path, "write", source).fix(again)
        }
        other => Failure::new(
            &codes::OTHER_INPUT,
            format!("the files of run {} cannot be written: {other}", run.id),
        )
        .caused_by(other)
        .fix(again),
    }
}

/// The stream of outcomes could not be written, so the import was ended.
pub(super) fn lost(error: &std::io::Error, resume: &str) -> Failure {
    if error.kind() == std::io::ErrorKind::BrokenPipe {
        return Failure::new(
            &codes::INTERRUPTED,
            "nobody reads the outcomes any more; nothing was sent after that",
        )
        .fix(resume)
        .exit(Exit::Interrupted);
    }
    Failure::new(
        &codes::OUTPUT,
        format!(
            "an outcome could not be written: {}",
            crate::failure::plain(error)
        ),
    )
    .fix(format!("free space or give another place:  {resume}"))
}

/// Refuses to write over the input, by whatever name it goes.
pub(in crate::commands) fn refuse_input(
    flag: &str,
    path: &Path,
    input: Option<&Path>,
) -> Result<(), Failure> {
    if input.is_some_and(|input| is_same(path, input)) {
        return Err(Failure::new(
            &codes::FILE_UNUSABLE,
            format!("{flag} {} would overwrite the input", path.display()),
        )
        .sent("nothing")
        .fix(format!("{flag} with another name")));
    }
    Ok(())
}

#[cfg(unix)]
fn is_same(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let id = |path: &Path| path.metadata().map(|file| (file.dev(), file.ino())).ok();
    let path = |path: &Path| std::path::absolute(path).ok();
    path(one) == path(other) || id(one).is_some_and(|one| Some(one) == id(other))
}

#[cfg(not(unix))]
fn is_same(one: &Path, other: &Path) -> bool {
    let path = |path: &Path| {
        path.canonicalize()
            .or_else(|_| std::path::absolute(path))
            .ok()
    };
    path(one) == path(other)
}
