//! `zd limits`: the account's minute and job slots, and what others use of them.

mod look;
mod others;

use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior};
use zd_model::JobStatusesPage;
use zd_transport::Budgets;
use zd_users::endpoints::{ListJobs, Me};
use zd_users::{Endpoint, ErrorKind};

use crate::args::{Format, LimitsArgs};
use crate::context::{Account, Context};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Elapsed, Shape, shorten};
use crate::signals::Signals;

use look::{Jobs, Look};
use others::Others;

const SHAPE: Shape = Shape::new("limits", "limits", &[]);

/// Looks once, or again and again until a signal comes or nobody reads any more.
pub(super) async fn run(args: &LimitsArgs, context: &Context) -> Result<Exit, Failure> {
    context.refuse_print()?;
    let mut watcher = Watcher {
        account: context.account()?,
        began: Instant::now(),
        ours: 0,
        others: Others::default(),
        drawn: None,
    };
    if !args.watch {
        let look = watcher.look().await?;
        context
            .printer
            .record_as(&SHAPE, &look.json(), &look.lines(false))?;
        return Ok(Exit::Done);
    }
    let mut signals = Signals::listen()?;
    let ended = tokio::select! {
        ended = watcher.watch(args.every, context) => ended,
        exit = signals.next() => Ok(exit),
    };
    if let Some(drawn) = watcher.drawn {
        // What was seen last stays.
        context.out.erase();
        context.out.data(&format!("{}\n", drawn.join("\n")))?;
    }
    ended
}

/// An account that is looked at.
struct Watcher {
    account: Account,
    began: Instant,
    /// Our own requests, in all.
    ours: u64,
    others: Others,
    /// What stands on the terminal.
    drawn: Option<Vec<String>>,
}

impl Watcher {
    /// Looks again and again, until nobody reads any more.
    async fn watch(&mut self, every: Duration, context: &Context) -> Result<Exit, Failure> {
        let out = &context.out;
        let draws = out.is_terminal() && out.can_redraw() && !context.printer.is_for_programs();
        let mut table = (context.global.output.format == Some(Format::Csv))
            .then(|| context.printer.list(&SHAPE));
        let mut ticks = tokio::time::interval(every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let look = self.look().await?;
            if draws {
                let drawn = self.drawing(&look, every, out.width());
                out.draw(&drawn);
                self.drawn = Some(drawn);
            } else if let Some(table) = &mut table {
                table.push(&look.json())?;
            } else if context.printer.is_plain() {
                out.data(&format!("{}\n", look.plain()))?;
            } else {
                context.printer.record(&SHAPE, &look.json())?;
            }
            out.flush()?;
            if out.is_closed() {
                return Ok(Exit::Done);
            }
        }
    }

    /// What stands on a terminal until the next look.
    fn drawing(&self, look: &Look, every: Duration, width: usize) -> Vec<String> {
        let lines = look.lines(true);
        let column = lines.iter().map(|line| line[0].chars().count()).max();
        let column = column.unwrap_or_default();
        let mut drawn = vec![format!(
            "{} · two requests every {} · Ctrl-C ends it",
            self.account.name,
            Elapsed(every)
        )];
        drawn.extend(
            lines
                .iter()
                .map(|line| format!("  {:<column$}  {}", line[0], line[1])),
        );
        drawn.iter().map(|line| shorten(line, width)).collect()
    }

    /// Two requests: who we are, and the newest jobs.
    async fn look(&mut self) -> Result<Look, Failure> {
        let mut look = Look::default();
        self.ask(&Me, &mut look)
            .await
            .map_err(|error| self.account.failure(&error))?;
        match self.ask(&ListJobs::new(), &mut look).await {
            Ok(page) => look.jobs = Some(jobs(&page)),
            // End users and some agents have the account's minute, but not its jobs.
            Err(error) if error.kind() == ErrorKind::Forbidden => {}
            Err(error) => return Err(self.account.failure(&error)),
        }
        look.others = self.others.a_minute();
        Ok(look)
    }

    async fn ask<E: Endpoint + Sync>(
        &mut self,
        endpoint: &E,
        look: &mut Look,
    ) -> Result<E::Output, zd_users::Error> {
        let client = &self.account.client;
        let response = client
            .execute_raw(endpoint, http::Extensions::new())
            .await?;
        self.ours += 1;
        if let Some(budget) = look.hear(Budgets::of(&response)) {
            self.others.saw(budget, self.began.elapsed(), self.ours);
        }
        endpoint.parse(response)
    }
}

fn jobs(page: &JobStatusesPage) -> Jobs {
    Jobs::of(&page.job_statuses, zd_model::Page::has_more(page))
}
