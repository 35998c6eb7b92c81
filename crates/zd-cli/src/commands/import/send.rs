//! Sending the rows, and telling what became of them.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use zd_import::{
    Began, Cancel, EngineOptions, FileJournal, Import, ImportError, Match, Report, Scan, Single,
    Stop,
};

use super::again::again;
use super::beacon::Beacon;
use super::begin::Begun;
use super::files::{self, Targets};
use super::ledger::Ledger;
use super::summary::Summary;
use super::watch::Watch;
use super::{SUMMARY, source, stop, unreadable, unsent};
use crate::args::ImportArgs;
use crate::codes;
use crate::commands::estimate::Estimate;
use crate::commands::intake;
use crate::commands::knowledge::Known;
use crate::context::{Account, Context};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{counted, rows};
use crate::progress::{Painter, Title};
use crate::runs::Settings;
use crate::signals::Signals;

/// Sends the rows and tells what became of them.
pub(super) async fn send(
    mut begun: Begun,
    mut scan: Scan,
    known: Known,
    context: &Context,
    mut signals: Signals,
) -> Result<Exit, Failure> {
    let targets = Targets::of(&mut begun, scan.layout().format())?;
    let name = known.account.name.clone();
    same_account(&begun, &known)?;
    if let Err(failure) = known.create(&mut scan, context, &mut signals).await {
        return unsent(failure, "organizations", scan.plan(), Some(&name), context);
    }
    let asked = known.requests();
    let Begun {
        args,
        from,
        home,
        settings,
        resumed,
        account: _,
        recorded: _,
    } = begun;
    // Only a dry run has none, and that does not get here.
    let mut home = home.ok_or_else(|| Failure::new(&codes::INTERNAL, "a run without a place"))?;
    let mut journal = if resumed {
        home.run.open()?
    } else {
        let failed = |error: zd_import::JournalError| {
            let failure = home.run.failure(&error).sent("nothing");
            failure.fix("free space, or set ZD_STATE_DIR to a directory that can be written")
        };
        FileJournal::create(home.path()).map_err(failed)?
    };
    home.keep();
    if let Some(map) = args.input.map.as_ref().filter(|_| !resumed) {
        let copied = std::fs::read(map)
            .and_then(|text| crate::runs::write_whole(&home.run.mapping(), &text));
        copied.map_err(|error| {
            Failure::file(&map.display().to_string(), "copy", &error).sent("nothing")
        })?;
    }
    warn(&scan, context);

    let mut ledger = Ledger::new(targets.stream(context)?);
    if resumed {
        let caught_up = ledger.catch_up(&mut journal).await;
        caught_up.map_err(|error| home.run.failure(&error))?;
    }
    let options = options(&args, &scan)?;
    if !resumed && !context.printer.is_for_programs() {
        let estimate = Estimate::of(
            scan.plan(),
            &options,
            0,
            known.requests_a_minute,
            &jiff::Zoned::now(),
        );
        if let Some(warning) = estimate.warning() {
            context.out.warn(&warning);
        }
    }
    let match_by = options.match_by;
    let title = title(&options, &known.account, intake::name(&from.name));
    let layout = scan.layout().clone();
    let cancel = Cancel::new();
    let began = began(&home.run.id, &scan, &settings)?;
    let rows = Arc::new(Mutex::new(source(scan)?));
    let mut run = Import::new(known.account.client.clone())
        .options(options)
        .journal(journal)
        .began(began)
        .cancel(cancel.clone())
        .run(Arc::clone(&rows));
    let watch = Watch::start(signals, cancel.clone(), home.is_lasting(), context);
    let painter = Painter::start(context.global.progress, run.progress(), title, &context.out);
    let beacon = Beacon::start(&home.path(), run.progress());
    let mut closed = None;
    while let Some(outcome) = run.next().await {
        if closed.is_none()
            && let Err(error) = ledger.take(&outcome)
        {
            // Nobody listens any more; what is in flight is followed all the same.
            closed = Some(error);
            cancel.stop();
        }
    }
    let result = run.report().await;
    watch.over();
    drop((painter, beacon));

    let (mut report, mut failure) = match result {
        Ok(report) => (report, None),
        Err(error) => {
            let report = error.report().cloned().unwrap_or_default();
            (report, Some(broken(&error, &from.name, &home.run)))
        }
    };
    if let Err(error) = ledger.finish() {
        closed.get_or_insert(error);
    }
    // Once everything is done, a reader that went away is nobody's concern.
    let closed = closed
        .filter(|error| report.stopped.is_some() || error.kind() != std::io::ErrorKind::BrokenPipe);
    if let Some(error) = closed {
        let run = home.is_lasting().then_some(home.run.id.as_str());
        let resume = go_on(run, context);
        failure.get_or_insert_with(|| files::lost(&error, &resume));
    }
    report.requests += asked;
    let aborted = matches!(report.stopped, Some(Stop::Aborted));
    let failed_file = match &failure {
        // Whoever is in such a hurry does not wait for files: the end of the resumed run makes them.
        _ if aborted && home.is_lasting() => None,
        // The input is not what was sent: no file could be made of it.
        Some(failure) if *failure.code == codes::OTHER_INPUT => None,
        _ => files::write(&targets, &home.run, match_by, layout, rows)
            .await
            .unwrap_or_else(|error| {
                failure.get_or_insert(error);
                None
            }),
    };
    let ended = Ended {
        report,
        broken: failure,
        signal: watch.seen(),
        account: name,
        run: home.is_lasting().then(|| home.run.id.clone()),
        settings,
        failed_file,
    };
    ended.tell(&args, context, ledger)
}

/// A run goes on in its own account only: not even an organization is created in another.
fn same_account(begun: &Begun, known: &Known) -> Result<(), Failure> {
    let found = known.account.client.base_url().authority();
    match (&begun.account, &begun.home) {
        (Some(recorded), Some(home)) if recorded != found => {
            let (recorded, found) = (recorded.clone(), found.to_owned());
            let error = ImportError::OtherAccount { recorded, found };
            Err(broken(&error, &begun.from.name, &home.run))
        }
        _ => Ok(()),
    }
}

fn began(run: &str, scan: &Scan, settings: &Settings) -> Result<Began, Failure> {
    let mut began = Began::default();
    run.clone_into(&mut began.run);
    began.at = crate::args::now();
    began.rows = Some(scan.plan().rows);
    began.settings = serde_json::to_value(settings).map_err(|error| {
        Failure::new(&codes::INTERNAL, "the settings cannot be written").caused_by(&error)
    })?;
    Ok(began)
}

/// How the engine is to behave.
pub(super) fn options(args: &ImportArgs, scan: &Scan) -> Result<EngineOptions, Failure> {
    let sending = &args.sending;
    let rows = scan.plan().rows;
    let left =
        match sending.deadline {
            Some(deadline) => Some(deadline.left(&jiff::Zoned::now()).ok_or_else(|| {
                Failure::usage("the deadline has passed").fix("give a later one")
            })?),
            None => sending.max_duration,
        };
    Ok(EngineOptions {
        max_jobs: sending.max_jobs.into(),
        reserve_jobs: sending.reserve_jobs.into(),
        rate: sending.rate.clone().unwrap_or_default(),
        headroom: sending.headroom,
        match_by: intake::match_by(&args.input),
        if_changed: sending.if_changed,
        make_primary: args.input.email_change == crate::args::EmailChange::Primary,
        canary: !sending.no_canary,
        single: if sending.single {
            Single::Always
        } else {
            Single::IfSmall
        },
        max_errors: sending.max_errors.map(|most| most.of(rows)),
        max_duration: left,
        stuck_after: sending.stuck_after,
        attempt_timeout: sending.attempt_timeout,
        expected_rows: Some(rows),
        ..EngineOptions::default()
    })
}

fn title(options: &EngineOptions, account: &Account, input: &str) -> Title {
    Title {
        input: input.to_owned(),
        account: account.name.clone(),
        key: match options.match_by {
            Match::Auto => "external_id, then e-mail",
            Match::ExternalId => "external_id",
            Match::Email => "e-mail",
        },
    }
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

/// The command that goes on; a rehearsal can only begin again.
fn go_on(run: Option<&str>, context: &Context) -> String {
    run.map_or_else(
        || context.typed.clone(),
        |run| format!("zd import --resume {run}"),
    )
}

/// An import that is over.
struct Ended {
    report: Report,
    /// It could not read its input, keep its journal or write a file.
    broken: Option<Failure>,
    signal: Option<Exit>,
    account: String,
    /// The run, if somebody can go on with it.
    run: Option<String>,
    settings: Settings,
    failed_file: Option<PathBuf>,
}

impl Ended {
    /// Writes the summary, and says how the command ends.
    fn tell(self, args: &ImportArgs, context: &Context, ledger: Ledger) -> Result<Exit, Failure> {
        let failed_file = self.failed_file.map(|path| path.display().to_string());
        let resume = go_on(self.run.as_deref(), context);
        let stopped = self
            .report
            .stopped
            .as_ref()
            .map(|stop| stop::failure(stop, &self.report, &self.account, self.signal, &resume));
        let (failure, stopped) = match (self.broken, stopped) {
            (Some(failure), _) => (Some(failure), Some("input_or_output")),
            (None, Some((failure, name))) => (Some(failure), Some(name)),
            (None, None) => (None, None),
        };
        let exit = match &failure {
            Some(failure) => failure.exit,
            None if self.report.counts.rows == self.report.counts.applied() => Exit::Done,
            None => Exit::Rows,
        };
        let reasons = ledger.reasons.into_groups();
        let next = match failed_file.as_deref() {
            // Rows that were not sent are in no failed file.
            _ if self.report.unprocessed > 0 => resume,
            Some(file) => again(&self.settings, context, file),
            None => String::new(),
        };
        let summary = Summary {
            report: &self.report,
            reasons: &reasons,
            account: Some(&self.account),
            rehearsal: context.global.sandbox,
            run: self.run.as_deref(),
            failed_file: failed_file.as_deref(),
            next: &next,
            exit: exit.number(),
            stopped,
        };
        let told = match &failure {
            // Nothing is to be told of a run that was not gone on with.
            Some(failure)
                if *failure.code == codes::OTHER_ACCOUNT && !context.printer.is_for_programs() =>
            {
                Ok(())
            }
            _ => write(args, context, &summary),
        };
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

/// An import that could not begin, or not go on.
fn broken(error: &ImportError, file: &str, run: &crate::runs::RunDir) -> Failure {
    let resume = format!("zd import --resume {}", run.id);
    match error {
        ImportError::Source { source, .. } => unreadable(source, file)
            .caused_by(error)
            .sent("what the summary says; it stays sent"),
        ImportError::Journal { source, .. } => run
            .failure(source)
            .caused_by(error)
            .sent("what the summary says; it stays sent"),
        ImportError::OtherInput { recorded, found } => {
            let difference = recorded.difference(found, None);
            Failure::new(
                &codes::OTHER_INPUT,
                format!(
                    "{} is not what run {} was begun with",
                    intake::name(file),
                    run.id
                ),
            )
            .why(difference.unwrap_or_else(|| "its content differs".to_owned()))
            .sent("nothing")
            .fix(format!("restore the file, then  {resume}"))
        }
        ImportError::OtherAccount { recorded, found } => Failure::new(
            &codes::OTHER_ACCOUNT,
            format!("run {} was begun in {recorded}, not in {found}", run.id),
        )
        .sent("nothing")
        .fix(format!(
            "set the address and credentials of {recorded}, then  {resume}"
        )),
        other => Failure::new(&codes::INTERNAL, other.to_string()).caused_by(error),
    }
}
