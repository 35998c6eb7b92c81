//! `zd import`.
//!
//! ```text
//! FILE ── check (pass 1) ── plan ── send (pass 2) ──▶ Ledger ── outcomes, failed file, reasons
//!                            │            │                          │
//!                       --dry-run    progress, Ctrl-C            summary, exit code
//!                       (=diff reads the account)
//! ```

mod again;
mod diff;
mod files;
mod ledger;
mod reasons;
mod stop;
mod summary;
mod watch;

use std::path::PathBuf;

use zd_import::{
    Cancel, EngineOptions, FileSource, Import, ImportError, Match, OnInvalid, Plan, Report,
    RowSource as _, Scan, SourceError, SourceItem,
};
use zd_users::endpoints::CreateOrUpdateMany;

use super::{intake, plan};
use crate::args::{self, ImportArgs};
use crate::codes;
use crate::context::{Account, Context};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Shape, counted, rows};
use crate::progress::{Painter, Title};
use crate::signals::Signals;

use again::again;
use ledger::Ledger;
use plan::Estimate;
use summary::Summary;
use watch::Watch;

/// The summary, for programs.
const SUMMARY: Shape = Shape::new("import", "imports", &[]);

/// Imports a file.
pub(crate) async fn run(args: ImportArgs, context: &Context) -> Result<Exit, Failure> {
    check_usage(&args, context)?;
    let mut signals = Signals::listen()?;
    let on_invalid = match args.sending.on_invalid {
        args::OnInvalid::Stop => OnInvalid::Stop,
        args::OnInvalid::Skip => OnInvalid::Skip,
    };
    let scan = intake::scan(&args.input, on_invalid, context, &mut signals).await?;
    match args.sending.dry_run {
        Some(args::DryRun::Counts) => return dry_run(&args, context, &scan),
        Some(args::DryRun::Diff) if scan.is_sound() => {
            return diff::run(&args, context, scan, signals).await;
        }
        // There is nothing to compare: of an unsound input nothing would be sent.
        Some(args::DryRun::Diff) => return dry_run(&args, context, &scan),
        Some(args::DryRun::Off) | None => {}
    }
    if !scan.is_sound() {
        return refuse(scan.plan(), context);
    }
    if context.prints_curl() {
        return print_first_batch(scan, context);
    }
    send(&args, context, scan, signals).await
}

/// What clap cannot see.
fn check_usage(args: &ImportArgs, context: &Context) -> Result<(), Failure> {
    if context.printer.is_for_programs() && args.reporting.outcomes.as_deref() == Some("-") {
        return Err(
            Failure::usage("the summary and --outcomes - both want standard output")
                .fix("give --outcomes a file"),
        );
    }
    Ok(())
}

/// Tells what would be done. The exit code is that of the import, as far as it can be known without sending.
fn dry_run(args: &ImportArgs, context: &Context, scan: &Scan) -> Result<Exit, Failure> {
    let plan = scan.plan();
    let exit = match plan.invalid {
        0 => Exit::Done,
        _ if scan.is_sound() => Exit::Rows,
        _ => Exit::Input,
    };
    let batches = if scan.is_sound() { plan.batches } else { 0 };
    let estimate = Estimate::of(batches, args.sending.max_jobs);
    if context.printer.is_for_programs() {
        let plan = plan::json(plan, Some(estimate), exit.number())?;
        context.printer.record(&plan::SHAPE, &plan)?;
    } else {
        context
            .out
            .data(&plan::human(plan, Some(estimate), context.out.style()))?;
    }
    Ok(exit)
}

/// Sends nothing, since rows are invalid.
fn refuse(plan: &Plan, context: &Context) -> Result<Exit, Failure> {
    let skip = format!(
        "correct the rows, or import the others:  {} --on-invalid skip",
        context.typed
    );
    unsent(intake::unsound(plan, &skip), "invalid", plan, None, context)
}

/// Ends an import of which nothing was sent; programs get the same object as of any other.
fn unsent(
    failure: Failure,
    stopped: &'static str,
    plan: &Plan,
    account: Option<&str>,
    context: &Context,
) -> Result<Exit, Failure> {
    if context.printer.is_for_programs() {
        let mut report = Report::default();
        report.counts.rows = plan.invalid;
        report.counts.invalid = plan.invalid;
        report.unprocessed = plan.rows - plan.invalid;
        let summary = Summary {
            report: &report,
            reasons: &[],
            account,
            rehearsal: context.global.sandbox,
            failed_file: None,
            next: "",
            exit: failure.exit.number(),
            stopped: Some(stopped),
        };
        context.printer.record(&SUMMARY, &summary.json())?;
    }
    Err(failure)
}

/// Asks the account who we are, as any single call does: a wrong address or wrong credentials are told within seconds. The
/// import itself has more patience, since it may have sent something.
async fn knock(account: &Account, signals: &mut Signals, typed: &str) -> Result<(), Failure> {
    let users = account.client.users();
    tokio::select! {
        me = users.me() => me.map(|_| ()).map_err(|error| account.failure(&error)),
        exit = signals.next() => Err(Failure::new(&codes::INTERRUPTED, "interrupted before anything was sent")
            .sent("nothing")
            .fix(typed)
            .exit(exit)),
    }
}

/// Prints the first request that the import would send.
fn print_first_batch(scan: Scan, context: &Context) -> Result<Exit, Failure> {
    let name = scan.plan().input.clone();
    let mut source = source(scan)?;
    let (mut users, mut groups) = (Vec::new(), Vec::new());
    while users.len() < zd_users::endpoints::MAX_AT_ONCE {
        let item = source
            .next_row()
            .map_err(|error| unreadable(&error, &name))?;
        let Some(item) = item else { break };
        // Rows about one person are never sent in one request.
        if let SourceItem::Row(row) = item
            && row.group.is_none_or(|group| !groups.contains(&group))
        {
            groups.extend(row.group);
            users.push(row.user);
        }
    }
    context.print_curl(&CreateOrUpdateMany::new(&users))?;
    Ok(Exit::Done)
}

fn source(scan: Scan) -> Result<FileSource, Failure> {
    // It was asked before whether it is sound.
    scan.into_source()
        .map_err(|error| Failure::new(&codes::INPUT_INVALID, error.to_string()))
}

/// Sends the rows and tells what became of them.
async fn send(
    args: &ImportArgs,
    context: &Context,
    scan: Scan,
    mut signals: Signals,
) -> Result<Exit, Failure> {
    let account = match context.account() {
        Ok(account) => account,
        Err(failure) => return unsent(failure, "not_signed_in", scan.plan(), None, context),
    };
    let file = &args.input.file;
    let failed_path = files::failed_path(&args.reporting, file, scan.layout().format())?;
    let failed = files::failed_file(&failed_path, scan.layout().clone())?;
    if let Err(failure) = knock(&account, &mut signals, &context.typed).await {
        return unsent(
            failure,
            "not_reached",
            scan.plan(),
            Some(&account.name),
            context,
        );
    }
    // Not before: an old ledger is not given up for an import that cannot begin.
    let outcomes = match &args.reporting.outcomes {
        Some(target) => Some(files::outcomes(target, file, context)?),
        None => None,
    };
    warn(&scan, context);

    let options = EngineOptions {
        max_jobs: args.sending.max_jobs.into(),
        match_by: intake::match_by(&args.input),
        expected_rows: Some(scan.plan().rows),
        ..EngineOptions::default()
    };
    let title = Title {
        input: intake::name(file).to_owned(),
        account: account.name.clone(),
        key: match options.match_by {
            Match::Auto => "external_id, then e-mail",
            Match::ExternalId => "external_id",
            Match::Email => "e-mail",
        },
    };
    let import = Import::new(account.client.clone()).options(options);
    let cancel = Cancel::new();
    let watch = Watch::start(signals, cancel.clone(), context);
    let painter = Painter::start(
        context.global.progress,
        import.progress(),
        title,
        &context.out,
    );
    let mut ledger = Ledger::new(failed, outcomes);
    let result = import.run(source(scan)?, &mut ledger, cancel).await;
    drop(painter);

    let (mut report, broken) = match result {
        Ok(report) => (report, None),
        Err(error) => (error.report().clone(), Some(broken(&error, file))),
    };
    // The one that asked who we are.
    report.requests += 1;
    let ended = Ended {
        report,
        broken,
        signal: watch.seen(),
        account: account.name,
        failed_path,
    };
    ended.tell(args, context, ledger)
}

/// Tells beforehand what may surprise.
fn warn(scan: &Scan, context: &Context) {
    let duplicates = &scan.plan().duplicates;
    if duplicates.rows > 0 && !context.printer.is_for_programs() {
        let what = match duplicates.superseded {
            0 => "they are sent one after the other".to_owned(),
            superseded => format!("{superseded} of them are left out"),
        };
        context.out.warn(&format!(
            "{} about {}; {what}",
            rows(duplicates.rows),
            counted(duplicates.groups, "person", "people")
        ));
    }
}

/// An import that is over.
struct Ended {
    report: Report,
    /// It could not read its input or keep an outcome.
    broken: Option<Failure>,
    signal: Option<Exit>,
    account: String,
    failed_path: PathBuf,
}

impl Ended {
    /// Finishes the files, writes the summary, and says how the command ends.
    fn tell(self, args: &ImportArgs, context: &Context, ledger: Ledger) -> Result<Exit, Failure> {
        let Ledger {
            reasons,
            failed,
            outcomes,
            ..
        } = ledger;
        let mut broken = self.broken;
        if let Some(mut outcomes) = outcomes
            && let Err(error) = outcomes.flush()
        {
            broken.get_or_insert_with(|| lost(&error));
        }
        let failed_file = failed.finish().unwrap_or_else(|error| {
            let path = self.failed_path.display().to_string();
            broken.get_or_insert_with(|| Failure::file(&path, "write", &error));
            None
        });
        let failed_file = failed_file.map(|path| path.display().to_string());

        let stopped = self.report.stopped.as_ref().map(|stop| {
            let same = &context.typed;
            stop::failure(stop, &self.report, &self.account, self.signal, same)
        });
        let (failure, stopped) = match (broken, stopped) {
            (Some(failure), _) => (Some(failure), Some("input_or_output")),
            (None, Some((failure, name))) => (Some(failure), Some(name)),
            (None, None) => (None, None),
        };
        let exit = match &failure {
            Some(failure) => failure.exit,
            None if self.report.counts.rows == self.report.counts.applied() => Exit::Done,
            None => Exit::Rows,
        };
        let reasons = reasons.into_groups();
        let next = match failed_file.as_deref() {
            // Rows that were not sent are in no failed file: it takes the input again.
            _ if self.report.unprocessed > 0 => context.typed.clone(),
            Some(file) => again(args, context, file),
            None => String::new(),
        };
        let summary = Summary {
            report: &self.report,
            reasons: &reasons,
            account: Some(&self.account),
            rehearsal: context.global.sandbox,
            failed_file: failed_file.as_deref(),
            next: &next,
            exit: exit.number(),
            stopped,
        };
        let told = write(args, context, &summary);
        match failure {
            Some(failure) => Err(failure),
            None => told.map(|()| exit),
        }
    }
}

/// Writes the summary: it is the command's data, unless the outcomes are.
fn write(args: &ImportArgs, context: &Context, summary: &Summary<'_>) -> Result<(), Failure> {
    let out = &context.out;
    if context.printer.is_for_programs() {
        return context.printer.record(&SUMMARY, &summary.json());
    }
    let width = if out.is_terminal() { out.width() } else { 140 };
    if args.reporting.outcomes.as_deref() == Some("-") {
        out.note(summary.human(width, out.note_style()).trim_end());
        return Ok(());
    }
    out.data(&summary.human(width, out.style()))
}

fn unreadable(error: &SourceError, file: &str) -> Failure {
    let name = intake::name(file);
    match error {
        SourceError::Changed(what) => Failure::new(
            &codes::INPUT_CHANGED,
            format!("{name} changed while it was being imported"),
        )
        .why(*what),
        SourceError::Read(error) => Failure::file(name, "read", error),
        other => Failure::new(&codes::FILE_UNUSABLE, other.to_string()),
    }
}

fn lost(error: &std::io::Error) -> Failure {
    Failure::new(
        &codes::OUTPUT,
        format!(
            "an outcome could not be written: {}",
            crate::failure::plain(error)
        ),
    )
}

/// An import that could not keep its contract.
fn broken(error: &ImportError, file: &str) -> Failure {
    let failure = match error {
        ImportError::Source { source, .. } => unreadable(source, file),
        ImportError::Sink { source, .. } => lost(source),
        other => Failure::new(&codes::INTERNAL, other.to_string()),
    };
    failure
        .caused_by(error)
        .sent("what the summary says; it stays sent")
}
