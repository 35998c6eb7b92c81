//! `zd run report`.

mod html;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::facts::State;
use super::show;
use crate::args::RunReportArgs;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;

/// Writes a report of a run.
pub(super) fn run(args: &RunReportArgs, context: &Context) -> Result<Exit, Failure> {
    let facts = show::read(&args.one.run, context)?;
    if context.printer.is_for_programs() {
        if args.output.is_some() {
            return Err(Failure::usage("-o is for the report in HTML")
                .fix("redirect the record with  > FILE"));
        }
        context
            .printer
            .record(&show::SHAPE, &show::record(&facts, context))?;
        return Ok(Exit::Done);
    }
    let text = html::report(&facts, &facts.next(context), crate::args::now());
    if args.output.as_deref() == Some("-") {
        context.out.data(&text)?;
        return Ok(Exit::Done);
    }
    let path = args
        .output
        .as_ref()
        .map_or_else(|| facts.run.path.join("report.html"), PathBuf::from);
    write(&path, &text)
        .map_err(|error| Failure::file(&path.display().to_string(), "write", &error))?;
    if facts.state() == State::Running {
        context
            .out
            .note("the run is still running: the report is of this moment");
    }
    context.out.data(&format!("{}\n", path.display()))?;
    Ok(Exit::Done)
}

/// Writes the whole file, for this user only; what is no plain file is written to.
fn write(path: &Path, text: &str) -> std::io::Result<()> {
    if path.metadata().is_ok_and(|there| !there.is_file()) {
        return std::fs::File::options()
            .write(true)
            .open(path)?
            .write_all(text.as_bytes());
    }
    let directory = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    let mut file = tempfile::NamedTempFile::new_in(directory)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}
