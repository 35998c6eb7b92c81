//! Lists that come in pages: which call follows a page, and walks over all of them.

use std::collections::VecDeque;

use futures_core::Stream;
use futures_util::stream::try_unfold;
use zd_model::Page;

use crate::{Client, Endpoint, Error};

/// A call that gives one page of several.
///
/// Every list of this crate is one, and so can be your own: then [`Client::pager`] walks it.
pub trait Paged: Endpoint<Output: Page + Send> + Clone + Send + Sync + 'static {
    /// The call for the page after this one, or `None` if `page` was the last.
    ///
    /// # Errors
    ///
    /// If there is more and it cannot be had: see [`PagingError`].
    fn following(&self, page: &Self::Output) -> Result<Option<Self>, PagingError>;

    /// Where this call begins, such as its cursor; `None` for the first page. Two calls of a walk that begin at the same
    /// place would go round in circles.
    fn position(&self) -> Option<String>;
}

/// Why a walk over pages cannot go on though the server says that there is more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PagingError {
    /// The page's cursor leads to a page that was there before: the walk would never end.
    #[error("the cursor of the next page does not move on, so the list would never end")]
    Unmoving,
    /// The page says that there is more and gives no cursor.
    #[error("there is another page, but no cursor that leads to it")]
    NoCursor,
    /// Offset paging ends after so many records.
    #[error("there are more than the {max} records that can be had in pages by number")]
    #[non_exhaustive]
    TooDeep {
        /// How many records can be had.
        max: u32,
    },
}

/// A list of an account, not yet asked for: a page of it, its pages, or its records one by one.
///
/// ```
/// use std::pin::pin;
/// use futures_util::TryStreamExt;
/// use zd_model::Role;
/// use zd_users::endpoints::{Include, ListUsers};
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = zd_sandbox::Sandbox::builder().build();
/// # let client = zd_users::Client::builder(zd_users::Subdomain::new("acme")?)
/// #     .credentials(zd_users::Credentials::Bearer(zd_sandbox::OAUTH_TOKEN.into()))
/// #     .transport(sandbox.transport()).build()?;
///
/// // One by one, as many as there are.
/// let admins = client.users().list(ListUsers::new().role(Role::Admin));
/// let mut admins = pin!(admins.stream());
/// while let Some(admin) = admins.try_next().await? {
///     println!("{} {:?}", admin.id, admin.name);
/// }
///
/// // Page by page, with the records that came along.
/// let members = client.users().list(ListUsers::new().include(Include::Organizations));
/// let mut pages = pin!(members.pages());
/// while let Some(page) = pages.try_next().await? {
///     println!("{} users, {:?} organizations", page.users.len(), page.organizations.value().map(Vec::len));
/// }
///
/// // One page.
/// let first = client.users().list(ListUsers::new().page_size(3)).page().await?;
/// assert_eq!(first.users.len(), 3);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a pager does nothing until it is asked for pages"]
pub struct Pager<E> {
    client: Client,
    call: E,
}

impl<E: Paged> Pager<E> {
    pub(crate) const fn new(client: Client, call: E) -> Self {
        Self { client, call }
    }

    /// The page that the call asks for; [`Paged::following`] makes the call for the next one.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    ///
    /// # Cancel safety
    ///
    /// Only reads.
    pub async fn page(&self) -> Result<E::Output, Error> {
        self.client.execute(&self.call).await
    }

    /// The pages from this one on, with whatever came along with their records.
    ///
    /// One page is in memory at a time, and nothing is fetched unless the stream is polled. It ends after the last page, or
    /// after the first error: [`Error::Paging`] behind the last page that can be had if there are more, whatever a call may
    /// meet otherwise (see [`Error`]).
    ///
    /// Dropping a `next` of it loses nothing: the next one goes on with the page that was under way. Dropping the stream ends
    /// the exchange.
    pub fn pages(self) -> impl Stream<Item = Result<E::Output, Error>> + Send + 'static {
        let walk = Walk::new(self.call);
        try_unfold((self.client, walk), |(client, mut walk)| async move {
            let page = walk.advance(&client).await?;
            Ok(page.map(|page| (page, (client, walk))))
        })
    }

    /// The records from this page on, one by one; what [`pages`](Self::pages) says of memory and ends holds here too.
    pub fn stream(
        self,
    ) -> impl Stream<Item = Result<<E::Output as Page>::Record, Error>> + Send + 'static
    where
        <E::Output as Page>::Record: Send,
    {
        let start = (self.client, Walk::new(self.call), VecDeque::new());
        try_unfold(start, |(client, mut walk, mut records)| async move {
            loop {
                if let Some(record) = records.pop_front() {
                    return Ok(Some((record, (client, walk, records))));
                }
                match walk.advance(&client).await? {
                    // An empty page in the middle is no end.
                    Some(page) => records = page.into_records().into(),
                    None => return Ok(None),
                }
            }
        })
    }
}

/// A walk from page to page that notices when it goes round in circles, in constant memory: it remembers one position, and
/// another one after twice as many pages (Brent's way to find a cycle).
#[derive(Debug)]
struct Walk<E> {
    /// The call for the next page, or why there is none to be had though there should be.
    next: Option<Result<E, Error>>,
    remembered: Option<String>,
    steps: u64,
    renew_at: u64,
}

impl<E: Paged> Walk<E> {
    const fn new(first: E) -> Self {
        Self {
            next: Some(Ok(first)),
            remembered: None,
            steps: 0,
            renew_at: 1,
        }
    }

    async fn advance(&mut self, client: &Client) -> Result<Option<E::Output>, Error> {
        let call = match self.next.take() {
            Some(call) => call?,
            None => return Ok(None),
        };
        let page = client.execute(&call).await?;
        // A page is given even if the one after it cannot be had: its records are as good as any.
        self.next = self
            .following(&call, &page)
            .map_err(|source| Error::paging(call.operation(), source))
            .transpose();
        Ok(Some(page))
    }

    fn following(&mut self, call: &E, page: &E::Output) -> Result<Option<E>, PagingError> {
        let Some(next) = call.following(page)? else {
            return Ok(None);
        };
        let position = next.position();
        if position == call.position() || (position.is_some() && position == self.remembered) {
            return Err(PagingError::Unmoving);
        }
        self.steps += 1;
        if self.steps == self.renew_at {
            self.renew_at *= 2;
            self.remembered = position;
        }
        Ok(Some(next))
    }
}
