//! `zd run verify`.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;
use zd_import::{
    AppliedRows, Audit, AuditError, AuditOptions, AuditReport, FileSource, JournalError, OnInvalid,
    RowDiff, RowFate, RowFinding, Sample,
};

use crate::args::RunVerifyArgs;
use crate::codes;
use crate::commands::import::diff::text;
use crate::commands::import::files::index_of;
use crate::commands::intake;
use crate::commands::knowledge::Known;
use crate::context::{Account, Context};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Count, Elapsed, Shape, clean, counted, rows};
use crate::signals::Signals;

use super::facts::{Facts, State};
use super::{rows as rows_of, show};

const SHAPE: Shape = Shape::new(
    "verification",
    "verifications",
    &["run", "ok", "rows", "drifted"],
);

/// So many people are shown field by field.
const SHOWN: usize = 20;
/// How often progress is drawn.
const DRAW: Duration = Duration::from_millis(200);

/// What was found.
#[derive(Default)]
struct Found {
    report: AuditReport,
    /// Rows whose person is not as the row asked: a field differs or was ignored, or the person is gone.
    drifted: u64,
    /// Rows with a field that the account does not have.
    ignored: u64,
    first: Vec<RowDiff>,
}

/// Reads the people of the applied rows back, and compares.
pub(super) async fn run(args: RunVerifyArgs, context: &Context) -> Result<Exit, Failure> {
    if context.global.sandbox {
        return Err(Failure::usage("--sandbox does not go with zd run verify")
            .why("a rehearsal's account is gone when it ends"));
    }
    let facts = show::read(&args.one.run, context)?;
    if facts.state() == State::Running {
        context.out.warn(&format!(
            "run {} is still running: only rows with an outcome are verified",
            facts.run.id
        ));
    }
    let mut signals = Signals::listen()?;
    let (account, source, options) = prepare(&facts, context, &mut signals).await?;
    let found = read(
        &args,
        &facts,
        context,
        &mut signals,
        &account,
        source,
        options,
    )
    .await?;
    tell(&facts, &found, context)?;
    if found.drifted == 0 {
        return Ok(Exit::Done);
    }
    Err(Failure::new(
        &codes::RUN_DIFFERS,
        format!(
            "{} of {} are not as asked",
            Count(found.drifted),
            rows(found.report.rows)
        ),
    )
    .at("account", &account.name)
    .sent("nothing was changed"))
}

/// Signs in, and reads the input as the import did.
async fn prepare(
    facts: &Facts,
    context: &Context,
    signals: &mut Signals,
) -> Result<(Account, FileSource, AuditOptions), Failure> {
    let (args, opening) = rows_of::input_of(facts)?;
    let name = opening.name.clone();
    let known = match Known::ask(true, context, signals).await? {
        Ok(known) => known,
        Err(unreached) => return Err(unreached.failure),
    };
    let here = known.account.client.base_url().authority().to_owned();
    if here != facts.account() {
        return Err(Failure::new(
            &codes::OTHER_ACCOUNT,
            format!(
                "run {} was begun in {}, not in {here}",
                facts.run.id,
                facts.account()
            ),
        )
        .sent("nothing was changed"));
    }
    let skip = OnInvalid::Skip;
    let opened = intake::open(opening, &args.input, skip, context, signals).await?;
    let scan = opened.scan(known.facts.clone(), context, signals).await?;
    let scan = known
        .join(scan, &args.input, &name, context, signals)
        .await?;
    let source = scan
        .into_source()
        .map_err(|error| Failure::new(&codes::INPUT_INVALID, error.to_string()))?;
    let options = AuditOptions {
        match_by: intake::match_by(&args.input),
        account: known.facts.clone(),
        ..AuditOptions::default()
    };
    Ok((known.account, source, options))
}

async fn read(
    args: &RunVerifyArgs,
    facts: &Facts,
    context: &Context,
    signals: &mut Signals,
    account: &Account,
    source: FileSource,
    options: AuditOptions,
) -> Result<Found, Failure> {
    let mut index = index_of(&facts.run)?;
    let broken: Arc<Mutex<Option<JournalError>>> = Arc::default();
    let noted = Arc::clone(&broken);
    let fate = move |row| match index.get(row) {
        Ok(found) => found.map(|(settled, _)| RowFate::from(&settled)),
        Err(error) => {
            noted
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .get_or_insert(error);
            None
        }
    };
    let sample = args.sample.map(|rows| Sample {
        rows,
        seed: args.seed,
    });
    let mut audit = Audit::new(account.client.clone())
        .options(options)
        .run(AppliedRows::new(source, fate).sample(sample));
    let mut found = Found::default();
    let mut drawn = Instant::now();
    loop {
        let next = tokio::select! {
            next = audit.next() => next.map_err(|error| failure(&error, account)),
            exit = signals.next() => Err(Failure::new(&codes::INTERRUPTED, "interrupted while reading the account")
                .sent("nothing was changed")
                .fix(&context.typed)
                .exit(exit)),
        };
        let Some(diff) = next.inspect_err(|_| context.out.erase())? else {
            break;
        };
        let ignored = !diff.ignored.is_empty();
        found.ignored += u64::from(ignored);
        if ignored || matches!(diff.finding, RowFinding::Changed(_) | RowFinding::Gone) {
            found.drifted += 1;
            if found.first.len() < SHOWN {
                found.first.push(diff);
            }
        }
        if drawn.elapsed() >= DRAW && context.out.can_redraw() {
            drawn = Instant::now();
            let line = format!("reading {} … {}", account.name, rows(audit.report().rows));
            context.out.draw(&[line]);
        }
    }
    context.out.erase();
    let broken = broken.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(error) = broken {
        return Err(facts.run.failure(&error));
    }
    found.report = audit.report();
    Ok(found)
}

fn failure(error: &AuditError, account: &Account) -> Failure {
    match error {
        AuditError::Call(error) => account.failure(error),
        AuditError::Source(error) => {
            Failure::new(&codes::INPUT_CHANGED, "the input cannot be read to its end")
                .caused_by(error)
                .sent("nothing was changed")
        }
        other => Failure::new(&codes::INTERNAL, other.to_string()).caused_by(other),
    }
}

fn tell(facts: &Facts, found: &Found, context: &Context) -> Result<(), Failure> {
    if context.printer.is_for_programs() {
        return context.printer.record(&SHAPE, &record(facts, found));
    }
    let out = &context.out;
    let width = out.is_terminal().then(|| out.width());
    out.data(&human(facts, found, width, out.style()))
}

fn human(
    facts: &Facts,
    found: &Found,
    width: Option<usize>,
    style: crate::output::Style,
) -> String {
    let report = &found.report;
    let mark = match found.drifted {
        0 => style.green("✓"),
        _ => style.red("✗"),
    };
    let mut lines = vec![format!(
        "{mark} run {}: {} read back in {}, {}",
        facts.run.id,
        rows(report.rows),
        Elapsed(report.elapsed),
        counted(report.requests, "request", "requests")
    )];
    let mut counts = format!(
        "  as asked {}  changed {}  gone {}  cannot tell {}",
        Count(report.unchanged),
        Count(report.changed),
        Count(report.gone),
        Count(report.cannot_tell)
    );
    if report.new > 0 {
        // Of rows whose effect was not known.
        counts.push_str(&format!("  not there {}", Count(report.new)));
    }
    lines.push(counts);
    for (title, count) in [
        (
            "changed",
            (|field| field.different) as fn(&zd_import::FieldCounts) -> u64,
        ),
        ("ignored", |field| field.ignored),
        ("cannot tell", |field| field.cannot_tell),
    ] {
        if let Some(words) = text::fields(report, count) {
            lines.push(format!("  {title:<12} {words}"));
        }
    }
    for diff in &found.first {
        let who = clean(diff.key.as_deref().unwrap_or("no key")).into_owned();
        let user = diff
            .user_id
            .map_or_else(String::new, |id| format!("  user {id}"));
        lines.push(format!(
            "line {}  {}{user}",
            Count(diff.line),
            style.bold(&who)
        ));
        text::person(diff, width, style, &mut |line| lines.push(line));
    }
    if found.drifted > found.first.len() as u64 {
        lines.push(format!(
            "and {} more",
            Count(found.drifted - found.first.len() as u64)
        ));
    }
    lines.join("\n") + "\n"
}

fn record(facts: &Facts, found: &Found) -> Value {
    let report = &found.report;
    let fields: serde_json::Map<String, Value> = report
        .fields
        .iter()
        .map(|(name, counts)| {
            let counts = json!({
                "different": counts.different,
                "ignored": counts.ignored,
                "cannot_tell": counts.cannot_tell,
            });
            (name.clone(), counts)
        })
        .collect();
    let first: Vec<Value> = found
        .first
        .iter()
        .map(|diff| {
            let changes: Vec<Value> = match &diff.finding {
                RowFinding::Changed(fields) => fields
                    .iter()
                    .map(|field| json!({"field": field.field, "asked": field.asked, "stored": field.stored}))
                    .collect(),
                _ => Vec::new(),
            };
            json!({
                "line": diff.line,
                "key": diff.key,
                "user_id": diff.user_id,
                "gone": matches!(diff.finding, RowFinding::Gone),
                "changes": changes,
                "ignored": diff.ignored,
            })
        })
        .collect();
    json!({
        "run": facts.run.id,
        "ok": found.drifted == 0,
        "rows": report.rows,
        "drifted": found.drifted,
        "as_asked": report.unchanged,
        "changed": report.changed,
        "gone": report.gone,
        "with_ignored_fields": found.ignored,
        "cannot_tell": report.cannot_tell,
        "not_there": report.new,
        "fields": fields,
        "first": first,
        "requests": report.requests,
        "elapsed_s": report.elapsed.as_millis() as f64 / 1000.0,
    })
}
