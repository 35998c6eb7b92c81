//! `zd run rows`.

use std::io::Write;
use std::path::Path;

use serde_json::Value;
use tokio::sync::mpsc;
use zd_import::{
    Layout, Match, OnInvalid, Outcome, OutcomeLog, ResultFile, ResultFiles, RowFilter, Scan, Status,
};

use crate::args::{RunRowsArgs, Wanted};
use crate::codes;
use crate::commands::import::files::{index_of, refuse_input, unmade};
use crate::commands::intake;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Shape, rows};
use crate::runs::RunDir;
use crate::signals::Signals;

use super::facts::Facts;
use super::show;

const SHAPE: Shape = Shape::new(
    "row",
    "rows",
    &["line", "key", "status", "user_id", "attempts", "error.code"],
);

/// So many blocks of lines may wait for their reader.
const WAITING: usize = 4;

/// Writes the rows of a run.
pub(super) async fn run(args: RunRowsArgs, context: &Context) -> Result<Exit, Failure> {
    let facts = show::read(&args.one.run, context)?;
    if facts.began.is_none() {
        return Err(Failure::new(
            &codes::RUN_NOT_FOUND,
            format!("run {} has no rows: it ended before it began", facts.run.id),
        )
        .fix(format!("zd run rm {}", facts.run.id)));
    }
    let filter = filter(&args);
    if context.printer.is_for_programs() {
        refuse_output(&args)?;
        outcomes(&facts, filter, context).await?;
    } else {
        own_rows(&args, &facts, filter, context).await?;
    }
    Ok(Exit::Done)
}

fn filter(args: &RunRowsArgs) -> RowFilter {
    let mut filter = RowFilter::NONE;
    for wanted in &args.status {
        filter = match wanted {
            Wanted::Created => filter.or(Status::Created),
            Wanted::Updated => filter.or(Status::Updated),
            Wanted::Unchanged => filter.or(Status::Unchanged),
            Wanted::Failed => filter.or(Status::Failed),
            Wanted::Invalid => filter.or(Status::Invalid),
            Wanted::Indeterminate => filter.or(Status::Indeterminate),
            Wanted::Applied => filter
                .or(Status::Created)
                .or(Status::Updated)
                .or(Status::Unchanged),
            Wanted::NotApplied => filter
                .or(Status::Failed)
                .or(Status::Invalid)
                .or(Status::Indeterminate),
            Wanted::Unprocessed => filter.or_unprocessed(),
            Wanted::All => RowFilter::ALL,
        };
    }
    if args.retryable {
        filter.retryable()
    } else {
        filter
    }
}

fn refuse_output(args: &RunRowsArgs) -> Result<(), Failure> {
    if args.output.is_some() || args.bare {
        return Err(Failure::usage(
            "-o and --bare are for rows in your own format, not for records",
        )
        .fix("leave --json or --format out, or redirect the records with  > FILE"));
    }
    Ok(())
}

/// The rows as the user wrote them.
async fn own_rows(
    args: &RunRowsArgs,
    facts: &Facts,
    filter: RowFilter,
    context: &Context,
) -> Result<(), Failure> {
    let (scan, match_by) = scan(facts, context).await.map_err(|failure| {
        let id = &facts.run.id;
        let lacking = failure.code == &codes::FILE_NOT_FOUND;
        if lacking {
            failure
                .why("the rows are in the input alone; the journal has what became of them")
                .fix(format!(
                    "put the file back; what became of each row:  zd run rows {id} --format jsonl"
                ))
        } else {
            failure
        }
    })?;
    let target = args.output.as_deref().filter(|target| *target != "-");
    let path = target.unwrap_or_default();
    let settings = facts.settings.as_ref();
    let input = settings.and_then(|settings| settings.input.as_deref());
    if let Some(target) = target {
        refuse_input("-o", Path::new(target), input.map(Path::new))?;
    }
    let mut file = if args.bare {
        ResultFile::unprocessed(path)
    } else {
        ResultFile::failed(path)
    };
    file = file.rows(filter);
    if target.is_none() {
        file = file.to_writer(context.out.writer());
    }
    let layout = scan.layout().clone();
    let written = write(&facts.run, scan, layout, match_by, file).await?;
    let told = match (written, target) {
        (0, _) => "no such rows".to_owned(),
        (count, Some(target)) => format!("{} in {target}", rows(count)),
        (_, None) => return Ok(()),
    };
    context.out.note(&told);
    Ok(())
}

/// What became of the rows, as records.
async fn outcomes(facts: &Facts, filter: RowFilter, context: &Context) -> Result<(), Failure> {
    let (scan, match_by) = match scan(facts, context).await {
        Ok(found) => found,
        Err(failure) if failure.code == &codes::FILE_NOT_FOUND => {
            return without_input(facts, filter, context);
        }
        Err(failure) => return Err(failure),
    };
    let (sender, mut lines) = mpsc::channel(WAITING);
    let file = ResultFile::outcomes("")
        .rows(filter)
        .to_writer(Lines(sender));
    let layout = scan.layout().clone();
    let run = facts.run.clone();
    let writing = tokio::spawn(async move { write(&run, scan, layout, match_by, file).await });
    let mut list = context.printer.list(&SHAPE);
    let mut rest = Vec::new();
    while let Some(block) = lines.recv().await {
        let block: Vec<u8> = block;
        rest.extend_from_slice(&block);
        let whole = rest
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |end| end + 1);
        for line in rest[..whole].split(|byte| *byte == b'\n') {
            if !line.is_empty() {
                list.push(&record(line)?)?;
            }
        }
        rest.drain(..whole);
        if context.out.is_closed() {
            return Ok(());
        }
    }
    let written = writing.await.map_err(|error| {
        Failure::new(&codes::INTERNAL, "writing the rows ended unexpectedly").caused_by(&error)
    })?;
    match written {
        Ok(_) => list.end().map(|_| ()),
        Err(failure) => {
            list.abandon()?;
            Err(failure)
        }
    }
}

/// The same from the journal alone.
fn without_input(facts: &Facts, filter: RowFilter, context: &Context) -> Result<(), Failure> {
    let id = &facts.run.id;
    if filter.has_unprocessed() && facts.unprocessed() > 0 {
        return Err(Failure::new(
            &codes::FILE_NOT_FOUND,
            format!("the input of run {id} is not there"),
        )
        .why("rows without an outcome are in the input alone")
        .fix("put the file back, or leave unprocessed out of --status"));
    }
    context.out.warn(&format!(
        "the input of run {id} is not there: the rows come without their keys"
    ));
    let mut index = index_of(&facts.run)?;
    let mut list = context.printer.list(&SHAPE);
    let mut next = 0;
    while let Some(row) = index.next_settled(next) {
        next = row + 1;
        let found = index.get(row).map_err(|error| facts.run.failure(&error))?;
        let Some((settled, job)) = found else {
            continue;
        };
        let outcome = Outcome::from_journal(settled, job);
        if !filter.wants(Some(&outcome)) {
            continue;
        }
        let mut log = OutcomeLog::new(Vec::new());
        log.record(&outcome).map_err(|error| {
            Failure::new(&codes::INTERNAL, "a row cannot be told").caused_by(&error)
        })?;
        list.push(&record(&log.into_inner())?)?;
        if context.out.is_closed() {
            break;
        }
    }
    list.end().map(|_| ())
}

fn record(line: &[u8]) -> Result<Value, Failure> {
    serde_json::from_slice(line)
        .map_err(|error| Failure::new(&codes::INTERNAL, "a row cannot be told").caused_by(&error))
}

/// The run's input, checked as the import checked it, without the account.
async fn scan(facts: &Facts, context: &Context) -> Result<(Scan, Match), Failure> {
    let mut signals = Signals::listen()?;
    let (args, opening) = input_of(facts)?;
    let match_by = intake::match_by(&args.input);
    let skip = OnInvalid::Skip;
    let scan = intake::scan(opening, &args.input, skip, context, &mut signals).await?;
    Ok((scan, match_by))
}

/// The run's input, and how it was read.
pub(super) fn input_of(
    facts: &Facts,
) -> Result<(crate::args::ImportArgs, intake::Opening), Failure> {
    let Some(settings) = &facts.settings else {
        return Err(Failure::new(
            &codes::RUN_DAMAGED,
            format!("run {}: its settings cannot be read", facts.run.id),
        ));
    };
    crate::commands::import::begin::input_of(&facts.run, settings)
}

/// Writes the file where waiting for a disk or a reader holds nobody up.
async fn write(
    run: &RunDir,
    scan: Scan,
    layout: Layout,
    match_by: Match,
    file: ResultFile,
) -> Result<u64, Failure> {
    let run = run.clone();
    let work = tokio::task::spawn_blocking(move || {
        let mut source = scan
            .into_source()
            .map_err(|error| Failure::new(&codes::INPUT_INVALID, error.to_string()))?;
        let written = ResultFiles::new(layout)
            .match_by(match_by)
            .with(file)
            .write(&mut index_of(&run)?, &mut source)
            .map_err(|error| unmade(&run, &error))?;
        Ok(written.files.first().map_or(0, |file| file.rows))
    });
    work.await.unwrap_or_else(|error| {
        Err(Failure::new(&codes::INTERNAL, "writing the rows ended unexpectedly").caused_by(&error))
    })
}

/// Hands on what is written, a block at a time.
struct Lines(mpsc::Sender<Vec<u8>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        // The reader goes away when nobody reads the command's output any more.
        self.0
            .blocking_send(bytes.to_vec())
            .map_err(|_| std::io::ErrorKind::BrokenPipe)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
