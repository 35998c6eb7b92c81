//! The files that an import writes, and what they must not overwrite.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use zd_import::{FailedFile, Format, Layout, OutcomeLog};

use crate::args::ReportingArgs;
use crate::codes;
use crate::context::Context;
use crate::failure::Failure;

/// Where the rows go that were not applied: where the user says, else `failed.csv` or `failed.jsonl` in this directory, with
/// a number if there is such a file already. It may be one that somebody is just correcting.
pub(super) fn failed_path(
    reporting: &ReportingArgs,
    input: &str,
    format: Format,
) -> Result<PathBuf, Failure> {
    if let Some(path) = &reporting.failed_file {
        let path = PathBuf::from(path);
        refuse_input("--failed-file", &path, input)?;
        if let Some(outcomes) = &reporting.outcomes
            && outcomes != "-"
            && is_same(&path, Path::new(outcomes))
        {
            return Err(Failure::new(
                &codes::FILE_UNUSABLE,
                format!("--failed-file and --outcomes both want {}", path.display()),
            )
            .sent("nothing")
            .fix("give them different names"));
        }
        if path.is_dir() {
            return Err(Failure::new(
                &codes::FILE_UNUSABLE,
                format!("--failed-file {} is a directory", path.display()),
            )
            .sent("nothing"));
        }
        return Ok(path);
    }
    let ending = if format == Format::JsonLines {
        "jsonl"
    } else {
        "csv"
    };
    let first = PathBuf::from(format!("failed.{ending}"));
    let mut path = first;
    for number in 2.. {
        if path.symlink_metadata().is_err() {
            break;
        }
        path = PathBuf::from(format!("failed-{number}.{ending}"));
    }
    Ok(path)
}

/// The failed file; nothing is there under its name until it is finished.
pub(super) fn failed_file(path: &Path, layout: Layout) -> Result<FailedFile, Failure> {
    FailedFile::create(path, layout).map_err(|error| {
        Failure::file(&path.display().to_string(), "write", &error)
            .sent("nothing")
            .fix("give another place with  --failed-file FILE")
    })
}

/// A line of JSON for each row.
pub(super) fn outcomes(
    target: &str,
    input: &str,
    context: &Context,
) -> Result<OutcomeLog<Box<dyn Write + Send>>, Failure> {
    if target == "-" {
        return Ok(OutcomeLog::new(Box::new(context.out.writer())));
    }
    let path = Path::new(target);
    refuse_input("--outcomes", path, input)?;
    let file = File::create(path)
        .map_err(|error| Failure::file(target, "write", &error).sent("nothing"))?;
    Ok(OutcomeLog::new(Box::new(BufWriter::with_capacity(
        1 << 16,
        file,
    ))))
}

/// Refuses to write over the input, by whatever name it goes.
fn refuse_input(flag: &str, path: &Path, input: &str) -> Result<(), Failure> {
    if input != "-" && is_same(path, Path::new(input)) {
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
