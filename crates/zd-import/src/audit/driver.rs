//! The driver: makes the machine's requests and reads its rows. All the I/O of an audit is here.

use std::collections::HashMap;

use tokio::task::{JoinError, JoinSet};
use tokio::time::Instant;
use zd_users::endpoints::{
    CountUsers, Include, ListUserFields, SearchQuery, SearchUsers, ShowManyUsers,
};
use zd_users::{Client, Error, ErrorKind, Paged};

use super::machine::{Answer, Ask, CallId, Machine, Step};
use super::{AuditError, AuditOptions, AuditReport, AuditSource, RowDiff};
use crate::engine::{Now, PeopleQuery};

/// Pages of definitions; an account has a few hundred fields at the very most.
const FIELD_PAGES: u32 = 20;

/// An audit under way: see [`Audit::run`](super::Audit::run).
#[derive(Debug)]
pub struct Auditing<S> {
    client: Client,
    source: S,
    machine: Machine,
    calls: JoinSet<Result<Answer, Error>>,
    /// Which request each task carries.
    carried: HashMap<tokio::task::Id, CallId>,
    started: Instant,
    over: bool,
}

impl<S: AuditSource> Auditing<S> {
    pub(super) fn new(client: Client, options: &AuditOptions, source: S) -> Self {
        Self {
            client,
            source,
            machine: Machine::new(options),
            calls: JoinSet::new(),
            carried: HashMap::new(),
            started: Instant::now(),
            over: false,
        }
    }

    /// The next row, in the order of the input; none at the end, and after an error.
    ///
    /// # Errors
    ///
    /// If the rows cannot be read to their end, or Zendesk cannot be read: credentials refused, or no usable answer
    /// though it was asked again. What it refuses of single people is no error; of them nothing can be told.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing: requests on their way go on, and the next call gives the row that this one
    /// would have given. Dropping the audit ends them.
    pub async fn next(&mut self) -> Result<Option<RowDiff>, AuditError> {
        if self.over {
            return Ok(None);
        }
        let next = self.advance().await;
        if !matches!(next, Ok(Some(_))) {
            self.over = true;
            self.calls.abort_all();
        }
        next
    }

    /// The sum up to the row that was given last.
    pub fn report(&self) -> AuditReport {
        self.machine.report(self.now())
    }

    fn now(&self) -> Now {
        self.started.elapsed()
    }

    async fn advance(&mut self) -> Result<Option<RowDiff>, AuditError> {
        loop {
            match self.machine.step(self.now()) {
                Step::Give(diff) => return Ok(Some(*diff)),
                Step::Done => return Ok(None),
                Step::Pull => match self.source.next_item()? {
                    Some(item) => self.machine.offer(item),
                    None => self.machine.source_ended(),
                },
                Step::Call(id, ask) => {
                    let client = self.client.clone();
                    let task = self.calls.spawn(async move { perform(&client, ask).await });
                    self.carried.insert(task.id(), id);
                }
                Step::Wait(until) => {
                    // What lies beyond all clocks never comes.
                    let until = until.and_then(|until| self.started.checked_add(until));
                    // Both are safe to drop: an answer stays with its task until it is taken.
                    tokio::select! {
                        biased;
                        Some(answer) = self.calls.join_next_with_id() => self.hear(answer)?,
                        () = sleep_until(until) => {}
                    }
                }
            }
        }
    }

    fn hear(
        &mut self,
        answer: Result<(tokio::task::Id, Result<Answer, Error>), JoinError>,
    ) -> Result<(), AuditError> {
        let now = self.now();
        let (task, answer) = match answer {
            Ok((task, answer)) => (task, answer),
            Err(died) => {
                self.carried.remove(&died.id());
                return Err(AuditError::Died);
            }
        };
        let Some(id) = self.carried.remove(&task) else {
            return Ok(());
        };
        match answer {
            Ok(answer) => self.machine.answered(id, answer, now),
            Err(error) if is_about_this_request(&error, id) => self.machine.refused(id),
            Err(error) => {
                let again = self.machine.failed(id, error.retry_after(), now);
                if !error.is_retryable() || !again {
                    return Err(AuditError::Call(Box::new(error)));
                }
            }
        }
        Ok(())
    }
}

/// Whether another request may well be answered.
fn is_about_this_request(error: &Error, id: CallId) -> bool {
    match error.kind() {
        ErrorKind::Request | ErrorKind::Invalid => true,
        // Without definitions, a count or a walk it goes on, if not as well.
        ErrorKind::NotFound | ErrorKind::Forbidden | ErrorKind::Unexpected => {
            !matches!(id, CallId::Chunk(_))
        }
        _ => false,
    }
}

async fn perform(client: &Client, ask: Ask) -> Result<Answer, Error> {
    match ask {
        Ask::Fields => definitions(client).await.map(Answer::Fields),
        Ask::Count => {
            let count = client.execute(&CountUsers::new()).await?;
            Ok(Answer::Count(count.value))
        }
        Ask::Walk(list) => {
            let page = client.execute(&list).await?;
            let next = following(&list, &page)?;
            Ok(Answer::Page(Box::new(page), next))
        }
        Ask::People(query) => {
            let page = match query {
                PeopleQuery::ByExternalIds(ids) => {
                    let call = whole(ShowManyUsers::by_external_ids(&ids));
                    client.execute(&call).await?
                }
                PeopleQuery::ByIds(ids) => {
                    client.execute(&whole(ShowManyUsers::by_ids(&ids))).await?
                }
                PeopleQuery::SearchExternalId(id) => {
                    client.execute(&SearchUsers::by_external_id(&id)).await?
                }
                PeopleQuery::SearchEmail(email) => {
                    let call = SearchUsers::by_query(SearchQuery::email(&email));
                    client.execute(&call).await?
                }
            };
            Ok(Answer::People(Box::new(page)))
        }
    }
}

/// With all that is compared.
fn whole(call: ShowManyUsers) -> ShowManyUsers {
    call.include(Include::Identities)
        .include(Include::Organizations)
}

async fn definitions(client: &Client) -> Result<Vec<zd_model::UserField>, Error> {
    let mut call = ListUserFields::new();
    let mut all = Vec::new();
    for _ in 0..FIELD_PAGES {
        let page = client.execute(&call).await?;
        let next = following(&call, &page)?;
        all.extend(page.user_fields);
        match next {
            Some(next) => call = next,
            None => break,
        }
    }
    Ok(all)
}

fn following<E: Paged>(call: &E, page: &E::Output) -> Result<Option<E>, Error> {
    call.following(page)
        .map_err(|source| Error::paging(call.operation(), source))
}

async fn sleep_until(until: Option<Instant>) {
    match until {
        Some(until) => tokio::time::sleep_until(until).await,
        None => std::future::pending().await,
    }
}
