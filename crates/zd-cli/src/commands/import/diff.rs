//! `zd import --dry-run=diff`: what would change in the account.

mod record;
pub(in crate::commands) mod text;

use std::time::Duration;

use tokio::time::Instant;
use zd_import::{
    Audit, AuditCost, AuditError, AuditOptions, AuditReport, Auditing, FileSource, RowDiff,
    RowFinding, RowKeys, Scan,
};
use zd_users::endpoints::CountUsers;

use super::begin::Begun;
use super::{source, unreadable};
use crate::args::ImportArgs;
use crate::codes;
use crate::commands::intake;
use crate::commands::knowledge::Known;
use crate::context::{Account, Context};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Count, Elapsed, Shape, counted};
use crate::signals::Signals;

/// What would become of a row, for programs.
const SHAPE: Shape = Shape::new(
    "row",
    "rows",
    &["line", "key", "action", "user_id", "changes"],
);

/// How often progress is drawn.
const DRAW: Duration = Duration::from_millis(200);

/// Compares the rows with the account and changes nothing. The exit code is that of a dry run.
pub(super) async fn run(
    begun: &Begun,
    known: Known,
    context: &Context,
    scan: Scan,
    mut signals: Signals,
) -> Result<Exit, Failure> {
    let (args, account) = (&begun.args, known.account);
    let exit = match scan.plan().invalid {
        0 => Exit::Done,
        _ => Exit::Rows,
    };
    let rows = scan.plan().rows;
    let mut options = AuditOptions {
        match_by: intake::match_by(&args.input),
        account: known.facts,
        ..AuditOptions::default()
    };
    let mut source = source(scan)?;
    let keys = RowKeys::count(&mut source, options.match_by)
        .map_err(|error| unreadable(&error, &begun.from.name))?;
    options.known_by_address = keys.by_address;
    let cost = tokio::select! {
        cost = cost(&account, keys) => cost?,
        exit = signals.next() => return Err(interrupted(context, exit)),
    };
    if !context.printer.is_for_programs() {
        context.out.note(&format!(
            "reading {}: at least {}, about {}",
            account.name,
            counted(cost.cheaper().requests, "request", "requests"),
            Elapsed(cost.cheaper().time)
        ));
    }
    let audit = Audit::new(account.client.clone())
        .options(options)
        .run(source);
    let mut reading = Reading {
        args,
        name: &begun.from.name,
        context,
        account: &account,
        rows,
        audit,
        drawn: Instant::now(),
    };
    let report = if context.printer.is_for_programs() {
        reading.for_programs(&mut signals).await?
    } else {
        reading.for_people(&mut signals).await?
    };
    if context.printer.is_for_programs() && context.out.can_redraw() {
        context.out.note(&text::counts(&report));
    }
    Ok(exit)
}

/// Asks how large the account is, where the cost depends on it. Wrong credentials show here at once.
async fn cost(account: &Account, keys: RowKeys) -> Result<AuditCost, Failure> {
    let users = if keys.by_address > 0 {
        let count = account.client.execute(&CountUsers::new()).await;
        count.map_err(|error| account.failure(&error))?.value
    } else {
        0
    };
    Ok(AuditCost::of(keys.with_external_id, keys.by_address, users))
}

fn interrupted(context: &Context, exit: Exit) -> Failure {
    Failure::new(&codes::INTERRUPTED, "interrupted while reading the account")
        .sent("nothing was changed")
        .fix(&context.typed)
        .exit(exit)
}

/// An audit on its way to its reader.
struct Reading<'a> {
    args: &'a ImportArgs,
    name: &'a str,
    context: &'a Context,
    account: &'a Account,
    rows: u64,
    audit: Auditing<FileSource>,
    drawn: Instant,
}

impl Reading<'_> {
    /// A record for each row, as it is read.
    async fn for_programs(&mut self, signals: &mut Signals) -> Result<AuditReport, Failure> {
        let printer = &self.context.printer;
        let mut list = printer.list(&SHAPE);
        while let Some(diff) = self.next(signals).await? {
            list.push(&record::of(&diff))?;
            if self.context.out.is_closed() {
                break;
            }
        }
        list.end()?;
        Ok(self.audit.report())
    }

    /// The counts, then the first people who would change.
    async fn for_people(&mut self, signals: &mut Signals) -> Result<AuditReport, Failure> {
        let mut first = Vec::new();
        while let Some(diff) = self.next(signals).await? {
            let shown = matches!(diff.finding, RowFinding::Changed(_) | RowFinding::Gone);
            if shown && first.len() < self.args.sending.show {
                first.push(diff);
            }
        }
        let report = self.audit.report();
        let out = &self.context.out;
        let width = out.is_terminal().then(|| out.width());
        let name = intake::name(self.name);
        let words = text::whole(
            name,
            &self.account.name,
            &report,
            &first,
            width,
            out.style(),
        );
        out.data(&words)?;
        Ok(report)
    }

    async fn next(&mut self, signals: &mut Signals) -> Result<Option<RowDiff>, Failure> {
        if self.drawn.elapsed() >= DRAW && self.context.out.can_redraw() {
            self.drawn = Instant::now();
            let done = self.audit.report().rows;
            let of = Count(self.rows);
            let line = format!(
                "reading {} … {} of {of} rows",
                self.account.name,
                Count(done)
            );
            self.context.out.draw(&[line]);
        }
        let next = tokio::select! {
            next = self.audit.next() => next.map_err(|error| self.failure(&error)),
            exit = signals.next() => Err(interrupted(self.context, exit)),
        };
        if !matches!(next, Ok(Some(_))) {
            self.context.out.erase();
        }
        next
    }

    fn failure(&self, error: &AuditError) -> Failure {
        match error {
            AuditError::Source(source) => unreadable(source, self.name).sent("nothing was changed"),
            AuditError::Call(error) => self.account.failure(error),
            other => Failure::new(&codes::INTERNAL, other.to_string()).caused_by(other),
        }
    }
}
