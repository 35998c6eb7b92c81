//! `zd import`.
//!
//! ```text
//! FILE ── check (pass 1) ── plan ── send (pass 2) ──▶ Ledger ── outcomes, failed file, reasons
//!                            │            │                          │
//!                       --dry-run    progress, Ctrl-C            summary, exit code
//! ```

pub(super) mod again;
mod beacon;
pub(super) mod begin;
pub(super) mod diff;
pub(super) mod files;
mod home;
mod ledger;
pub(super) mod pace;
pub(super) mod reasons;
mod send;
mod stop;
pub(super) mod summary;
mod watch;

use zd_import::{FileSource, Plan, Report, RowSource as _, Scan, SourceError, SourceItem};
use zd_users::endpoints::{CreateOrUpdateMany, WrittenUser};

use super::estimate::Estimate;
use super::knowledge::Known;
use super::{intake, plan};
use crate::args::{DryRun, ImportArgs};
use crate::codes;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Shape;
use crate::signals::Signals;

use summary::Summary;

/// The summary, for programs.
const SUMMARY: Shape = Shape::new("import", "imports", &[]);

/// Imports a file, or goes on with an import.
pub(crate) async fn run(mut args: ImportArgs, context: &Context) -> Result<Exit, Failure> {
    args.sending.dry_run = args.sending.dry_run.filter(|what| *what != DryRun::Off);
    check_usage(&args, context)?;
    let mut signals = Signals::listen()?;
    let begun = if let Some(run) = &args.resume {
        begin::resume(&args, run, context)?
    } else if let Some(run) = &args.retry_failed {
        begin::retry(&args, run, context, &mut signals).await?
    } else {
        begin::fresh(args, context)?
    };
    let dry_run = begun.args.sending.dry_run;
    let opened = begun.open(context, &mut signals).await?;
    let known = if dry_run == Some(DryRun::Counts) || context.prints_curl() {
        None
    } else {
        let checks = !begun.args.sending.no_account_checks;
        Some(Known::ask(checks, context, &mut signals).await?)
    };
    // Also if the account was not reached: what is wrong with the file is told first, and all of it at once.
    let facts = known
        .as_ref()
        .and_then(|known| known.as_ref().ok()?.facts.clone());
    let mut scan = opened.scan(facts, context, &mut signals).await?;
    if let Some(Ok(known)) = &known {
        scan = begun.join(scan, known, context, &mut signals).await?;
    }
    if !scan.is_sound() || dry_run == Some(DryRun::Counts) {
        return unsent_or_plan(&begun.args, &scan, context);
    }
    let known = match known {
        None => return print_first_batch(scan, context),
        Some(Ok(known)) => known,
        Some(Err(unreached)) if dry_run.is_some() => return Err(unreached.failure),
        Some(Err(unreached)) => {
            let (name, why) = (unreached.name.as_deref(), unreached.stopped);
            return unsent(unreached.failure, why, scan.plan(), name, context);
        }
    };
    if dry_run.is_some() {
        return Box::pin(diff::run(&begun, known, context, scan, signals)).await;
    }
    send::send(begun, scan, known, context, signals).await
}

/// Ends without sending: with the plan if that is all that was wanted, or because rows are invalid.
fn unsent_or_plan(args: &ImportArgs, scan: &Scan, context: &Context) -> Result<Exit, Failure> {
    match args.sending.dry_run {
        Some(_) => tell_plan(args, context, scan),
        None => refuse(scan.plan(), context),
    }
}

/// What clap cannot see.
fn check_usage(args: &ImportArgs, context: &Context) -> Result<(), Failure> {
    if context.printer.is_for_programs() && args.reporting.outcomes.as_deref() == Some("-") {
        return Err(
            Failure::usage("the summary and --outcomes - both want standard output")
                .fix("give --outcomes a file"),
        );
    }
    if args.sending.dry_run == Some(DryRun::Diff) {
        context.refuse_print()?;
    }
    if args.resume.is_some() && args.sending.dry_run.is_some() {
        return Err(Failure::usage("--dry-run does not go with --resume")
            .fix("look at the run with  zd run show"));
    }
    if args.resume.is_some() && !args.typed.typed_input.is_empty() {
        return Err(Failure::usage(format!(
            "{} cannot be changed for an import that has begun",
            args.typed.typed_input.join(" ")
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
fn tell_plan(args: &ImportArgs, context: &Context, scan: &Scan) -> Result<Exit, Failure> {
    let plan = scan.plan();
    let exit = match plan.invalid {
        0 => Exit::Done,
        _ if scan.is_sound() => Exit::Rows,
        _ => Exit::Input,
    };
    let (options, now) = (send::options(args, scan)?, jiff::Zoned::now());
    // Who we are, and for custom fields.
    let questions = 1 + u64::from(!args.sending.no_account_checks);
    let estimate = if scan.is_sound() {
        Estimate::of(plan, &options, questions, None, &now)
    } else {
        Estimate::nothing(&options, &now)
    };
    if context.printer.is_for_programs() {
        let plan = plan::json(plan, Some(&estimate), exit.number())?;
        context.printer.record(&plan::SHAPE, &plan)?;
    } else {
        context
            .out
            .data(&plan::human(plan, Some(&estimate), context.out.style()))?;
        if let Some(warning) = estimate.warning() {
            context.out.warn(&warning);
        }
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
            run: None,
            failed_file: None,
            next: "",
            exit: failure.exit.number(),
            stopped: Some(stopped),
        };
        context.printer.record(&SUMMARY, &summary.json())?;
    }
    Err(failure)
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
            users.push(WrittenUser::new(&row.user));
        }
    }
    context.print_curl(&CreateOrUpdateMany::written(&users))?;
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
