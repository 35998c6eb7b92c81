//! What commands that call Zendesk have in common: send a call or print it, and write what comes back.

use std::io::{BufRead as _, IsTerminal as _, Write as _};

use futures_util::StreamExt as _;
use serde::Serialize;
use serde_json::Value;
use zd_model::Page;
use zd_users::{Endpoint, Paged, Upserted};

use crate::args::LimitArgs;
use crate::codes;
use crate::context::{Account, Context};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Shape;

/// Sends calls, or prints them with `--print curl`.
pub(crate) struct Caller<'a> {
    pub(super) context: &'a Context,
    /// None where calls are printed.
    account: Option<Account>,
}

impl<'a> Caller<'a> {
    /// Signed in, unless calls are printed.
    pub(crate) fn new(context: &'a Context) -> Result<Self, Failure> {
        let account = if context.prints_curl() {
            None
        } else {
            Some(context.account()?)
        };
        Ok(Self { context, account })
    }

    /// The account; refuses where calls are printed, since what is asked first has no answer then.
    pub(super) fn account(&self) -> Result<&Account, Failure> {
        self.account.as_ref().ok_or_else(|| {
            Failure::usage("--print curl does not go with this")
                .why("it takes several requests, and the later ones depend on what the first ones find")
                .fix("name users and organizations by number; `zd user get USER --fields id` finds it")
        })
    }

    /// Runs a call; nothing comes back where it was printed.
    pub(super) async fn call<E>(&self, call: &E) -> Result<Option<E::Output>, Failure>
    where
        E: Endpoint + Sync,
    {
        let Some(account) = &self.account else {
            self.context.print_curl(call)?;
            return Ok(None);
        };
        let result = account.client.execute(call).await;
        result.map(Some).map_err(|error| account.failure(&error))
    }

    /// Runs a call and writes the record that comes back.
    pub(super) async fn show<E>(&self, shape: &Shape, call: &E) -> Result<Exit, Failure>
    where
        E: Endpoint<Output: Serialize> + Sync,
    {
        if let Some(record) = self.call(call).await? {
            self.context.printer.record(shape, &record)?;
        }
        Ok(Exit::Done)
    }

    /// Runs a call and writes the records that come back.
    pub(super) async fn show_all<E, R>(&self, shape: &Shape, call: &E) -> Result<Exit, Failure>
    where
        E: Endpoint<Output = Vec<R>> + Sync,
        R: Serialize,
    {
        if let Some(records) = self.call(call).await? {
            self.write(shape, &records)?;
        }
        Ok(Exit::Done)
    }

    /// Writes records.
    pub(super) fn write(&self, shape: &Shape, records: &[impl Serialize]) -> Result<(), Failure> {
        let mut listing = self.context.printer.list(shape);
        for record in records {
            listing.push(record)?;
        }
        self.tell_empty(shape, listing.end()?);
        Ok(())
    }

    /// Walks a list and writes its records as they come, as many as are wanted. One page is in memory.
    pub(super) async fn list<E>(
        &self,
        shape: &Shape,
        call: E,
        limit: &LimitArgs,
    ) -> Result<Exit, Failure>
    where
        E: Paged<Output: Page<Record: Serialize>>,
    {
        let Some(account) = &self.account else {
            self.context.print_curl(&call)?;
            return Ok(Exit::Done);
        };
        let mut left = limit.wanted().unwrap_or(u64::MAX);
        let mut more = false;
        let mut listing = self.context.printer.list(shape);
        let mut pages = std::pin::pin!(account.client.pager(call).pages());
        while let Some(page) = pages.next().await {
            let page = match page {
                Ok(page) => page,
                Err(error) => {
                    listing.abandon()?;
                    return Err(account.failure(&error));
                }
            };
            let has_more = page.has_more();
            for record in page.into_records() {
                if left == 0 {
                    more = true;
                    break;
                }
                left -= 1;
                listing.push(&record)?;
            }
            if left == 0 {
                more |= has_more;
                break;
            }
            if self.context.out.is_closed() {
                return Ok(Exit::Done);
            }
        }
        let shown = listing.end()?;
        self.tell_empty(shape, shown);
        if more {
            self.context.out.note(&format!(
                "there are more than these {shown}; --limit N shows more of them, --all shows all"
            ));
        }
        Ok(Exit::Done)
    }

    /// Runs a call that changes a record and tells what became of it, by the record that comes back.
    pub(super) async fn change<E>(
        &self,
        status: &str,
        shape: &Shape,
        call: &E,
    ) -> Result<Exit, Failure>
    where
        E: Endpoint<Output: Serialize> + Sync,
    {
        if let Some(record) = self.call(call).await? {
            self.changed(status, shape, &record)?;
        }
        Ok(Exit::Done)
    }

    /// Tells what became of an upsert.
    pub(super) fn upserted<T: Serialize>(
        &self,
        shape: &Shape,
        upserted: &Upserted<T>,
    ) -> Result<(), Failure> {
        let status = match upserted {
            Upserted::Created(_) => "created",
            Upserted::Updated(_) => "updated",
            // It had to be sent twice, so nobody can tell.
            _ => "created_or_updated",
        };
        self.changed(status, shape, upserted.record())
    }

    /// Tells what became of a record.
    pub(super) fn changed(
        &self,
        status: &str,
        shape: &Shape,
        record: &impl Serialize,
    ) -> Result<(), Failure> {
        let record = serde_json::to_value(record).map_err(|error| {
            Failure::new(&codes::INTERNAL, "a record cannot be written").caused_by(&error)
        })?;
        let id = match record.get("id") {
            Some(Value::String(id)) => id.clone(),
            Some(id) => id.to_string(),
            None => String::new(),
        };
        self.context.printer.change(status, shape, &id, &record)
    }

    /// Runs a call that answers with nothing and tells that it is done with the record of this id.
    pub(super) async fn done<E>(
        &self,
        status: &str,
        shape: &Shape,
        id: impl ToString,
        call: &E,
    ) -> Result<Exit, Failure>
    where
        E: Endpoint<Output = ()> + Sync,
    {
        if self.call(call).await?.is_some() {
            let id = id.to_string();
            self.context
                .printer
                .change(status, shape, &id, &Value::Null)?;
        }
        Ok(Exit::Done)
    }

    /// Runs a call that queues a bulk job, and says how to go on.
    pub(super) async fn queue<E>(&self, call: &E) -> Result<Exit, Failure>
    where
        E: Endpoint<Output = zd_model::JobStatus> + Sync,
    {
        if let Some(job) = self.call(call).await? {
            self.changed("queued", &Shape::JOB, &job)?;
            if !self.context.global.sandbox {
                self.context.out.note(&format!(
                    "a job that is queued has done nothing yet; next:  zd job wait {}",
                    crate::curl::quote(job.id.as_str())
                ));
            }
        }
        Ok(Exit::Done)
    }

    /// Asks before what cannot be undone; where nobody can be asked it takes `--yes`.
    pub(super) fn confirm(&self, what: &str, yes: bool) -> Result<(), Failure> {
        if yes || self.account.is_none() {
            return Ok(());
        }
        let declined = |failure: Failure| failure.sent("nothing");
        if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
            return Err(declined(
                Failure::usage(format!("{what} takes --yes where nobody can be asked"))
                    .fix("run it again with --yes"),
            ));
        }
        let mut stderr = std::io::stderr();
        let _nobody_to_tell = write!(stderr, "{what}? [y/N] ");
        let _nobody_to_tell = stderr.flush();
        let mut answer = String::new();
        let read = std::io::stdin().lock().read_line(&mut answer);
        match answer.trim().to_ascii_lowercase().as_str() {
            "y" | "yes" if read.is_ok() => Ok(()),
            _ => Err(declined(
                Failure::usage("not confirmed").fix("answer y, or run it again with --yes"),
            )),
        }
    }

    fn tell_empty(&self, shape: &Shape, count: u64) {
        if count == 0 && !self.context.printer.is_for_programs() {
            self.context.out.note(&format!("no {} found", shape.many));
        }
    }
}
