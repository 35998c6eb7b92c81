//! `zd import`.
//!
//! ```text
//! FILE ── check (pass 1) ── plan ── send (pass 2) ──▶ Ledger ── outcomes, failed file, reasons
//!                            │            │                          │
//!                       --dry-run    progress, Ctrl-C            summary, exit code
//! ```

mod again;
mod beacon;
mod begin;
mod files;
mod home;
mod ledger;
mod reasons;
mod send;
mod stop;
mod summary;
mod watch;

use zd_import::{FileSource, Plan, Report, RowSource as _, Scan, SourceError, SourceItem};
use zd_users::endpoints::CreateOrUpdateMany;

use super::{intake, plan};
use crate::args::ImportArgs;
use crate::codes;
use crate::context::{Account, Context};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Shape;
use crate::signals::Signals;

use plan::Estimate;
use summary::Summary;

/// The summary, for programs.
const SUMMARY: Shape = Shape::new("import", "imports", &[]);

/// Imports a file, or goes on with an import.
pub(crate) async fn run(args: ImportArgs, context: &Context) -> Result<Exit, Failure> {
    check_usage(&args, context)?;
    let mut signals = Signals::listen()?;
    let prepared = if let Some(run) = &args.resume {
        begin::resume(&args, run, context, &mut signals).await?
    } else if let Some(run) = &args.retry_failed {
        begin::retry(&args, run, context, &mut signals).await?
    } else {
        begin::fresh(args, context, &mut signals).await?
    };
    let (args, scan) = (&prepared.args, &prepared.scan);
    if args.sending.dry_run {
        return dry_run(args, context, scan);
    }
    if !scan.is_sound() {
        return refuse(scan.plan(), context);
    }
    if context.prints_curl() {
        return print_first_batch(prepared.scan, context);
    }
    send::send(prepared, context, signals).await
}

/// What clap cannot see.
fn check_usage(args: &ImportArgs, context: &Context) -> Result<(), Failure> {
    if context.printer.is_for_programs() && args.reporting.outcomes.as_deref() == Some("-") {
        return Err(
            Failure::usage("the summary and --outcomes - both want standard output")
                .fix("give --outcomes a file"),
        );
    }
    if args.resume.is_some() && !args.typed.input.is_empty() {
        return Err(Failure::usage(format!(
            "{} cannot be changed for an import that has begun",
            args.typed.input.join(" ")
        ))
        .why("the rows would be others than those that were sent")
        .fix("leave it out, or import the file as a new run"));
    }
    if context.global.sandbox && (args.resume.is_some() || args.retry_failed.is_some()) {
        return Err(
            Failure::usage("a rehearsal cannot be resumed").why("its sandbox is gone when it ends")
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
