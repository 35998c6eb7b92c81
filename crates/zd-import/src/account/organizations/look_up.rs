//! Asking the account which organizations are there.

use std::pin::pin;

use futures_util::TryStreamExt as _;
use futures_util::future::join_all;
use zd_model::{ExternalId, Organization, OrganizationId, Page as _};
use zd_users::Client;
use zd_users::endpoints::{
    ListOrganizations, MAX_AT_ONCE, SearchOrganizations, ShowManyOrganizations,
};

use super::table::Fate;
use super::texts::Place;
use super::{By, LookUpError, OrganizationRef, Organizations};
use crate::external_id_form;

/// How many searches are under way at once: the account has other work too.
const AT_ONCE: usize = 4;

/// Up to so many names are searched for one by one without a look at the list of all organizations.
const FEW: u64 = 5;

/// How long a list of external ids in an address may be, percent-encoded.
const LONGEST_LIST: usize = 6 * 1024;

impl Organizations {
    /// Asks the account for all of them; `create_missing` says what is to become of those that are not there: created
    /// later, by [`Scan::create_organizations`](crate::Scan::create_organizations), or a fault of their rows.
    ///
    /// External ids are asked for a hundred at a time. Names are looked for in the account's list of organizations as long
    /// as that takes fewer requests than searching for each, and then searched for, four at a time. So it takes at most
    /// about twice as many requests as there are names, or as there are hundreds of organizations in the account.
    ///
    /// # Errors
    ///
    /// If the account cannot be asked, or the temporary file not be read.
    ///
    /// # Cancel safety
    ///
    /// Only reads; what was learnt stays.
    pub async fn look_up(
        &mut self,
        client: &Client,
        create_missing: bool,
    ) -> Result<(), LookUpError> {
        self.by_external_ids(client).await?;
        self.by_names(client).await?;
        self.creates = create_missing;
        if create_missing {
            self.names_of_missing(client).await?;
        }
        self.looked_up = true;
        Ok(())
    }

    /// The next few that are of this kind and of which this is known.
    pub(super) fn next(
        &mut self,
        from: &mut Place,
        most: usize,
        by: By,
        fate: Fate,
    ) -> Result<Vec<(usize, OrganizationRef)>, LookUpError> {
        let Self { texts, table, .. } = self;
        texts
            .read(from, most, |number, named| {
                table.at(number) == fate && named.key().0 == by
            })
            .map_err(LookUpError::texts)
    }

    async fn by_external_ids(&mut self, client: &Client) -> Result<(), LookUpError> {
        let mut place = Place::default();
        loop {
            let some = self.next(&mut place, MAX_AT_ONCE, By::ExternalId, Fate::Unknown)?;
            if some.is_empty() {
                return Ok(());
            }
            let (listable, others): (Vec<_>, Vec<_>) =
                some.into_iter().partition(|(_, named)| is_listable(named));
            for batch in batches(&listable) {
                let ids: Vec<ExternalId> = batch
                    .iter()
                    .map(|(_, named)| ExternalId::new(named.text()))
                    .collect();
                let call = ShowManyOrganizations::by_external_ids(&ids);
                for organization in client.organizations().show_many(&call).await? {
                    if let Some(id) = organization.external_id.value() {
                        self.table
                            .found(By::ExternalId, id.as_str(), organization.id);
                    }
                }
                for (number, _) in batch {
                    self.missing_unless_found(*number);
                }
            }
            self.search(client, others).await?;
        }
    }

    async fn by_names(&mut self, client: &Client) -> Result<(), LookUpError> {
        let mut place = Place::default();
        let (mut wanted, mut few) = (0, Vec::new());
        loop {
            let some = self.next(&mut place, MAX_AT_ONCE, By::Name, Fate::Unknown)?;
            if some.is_empty() {
                break;
            }
            wanted += some.len() as u64;
            if wanted <= FEW {
                few.extend(some);
            }
        }
        if wanted <= FEW {
            return self.search(client, few).await;
        }
        let whole = self.walk(client, wanted).await?;
        let mut place = Place::default();
        loop {
            let some = self.next(&mut place, MAX_AT_ONCE, By::Name, Fate::Unknown)?;
            if some.is_empty() {
                return Ok(());
            }
            if whole {
                for (number, _) in some {
                    self.table.set_at(number, Fate::Missing);
                }
            } else {
                self.search(client, some).await?;
            }
        }
    }

    /// Goes through the list of organizations, so many pages at most. Whether that was all of it.
    async fn walk(&mut self, client: &Client, most: u64) -> Result<bool, LookUpError> {
        let list = client.organizations().list(ListOrganizations::new());
        let mut pages = pin!(list.pages());
        for _ in 0..most {
            let Some(page) = pages.try_next().await? else {
                return Ok(true);
            };
            for organization in page.into_records() {
                if let Some(name) = organization.name.as_deref() {
                    self.table.found(By::Name, name, organization.id);
                }
            }
        }
        Ok(pages.try_next().await?.is_none())
    }

    async fn search(
        &mut self,
        client: &Client,
        named: Vec<(usize, OrganizationRef)>,
    ) -> Result<(), LookUpError> {
        for some in named.chunks(AT_ONCE) {
            let found = join_all(some.iter().map(|(_, named)| search(client, named))).await;
            for ((number, _), found) in some.iter().zip(found) {
                for id in found? {
                    self.table.found_at(*number, id);
                }
                self.missing_unless_found(*number);
            }
        }
        Ok(())
    }

    /// An organization that is to be created with an external id needs a name that nobody has.
    async fn names_of_missing(&mut self, client: &Client) -> Result<(), LookUpError> {
        let mut place = Place::default();
        loop {
            let some = self.next(&mut place, MAX_AT_ONCE, By::ExternalId, Fate::Missing)?;
            if some.is_empty() {
                return Ok(());
            }
            let by_name: Vec<(usize, OrganizationRef)> = some
                .into_iter()
                .filter(|(_, named)| named.name.is_some())
                .map(|(number, named)| {
                    let external_id = None;
                    (
                        number,
                        OrganizationRef {
                            external_id,
                            ..named
                        },
                    )
                })
                .collect();
            for some in by_name.chunks(AT_ONCE) {
                let found = join_all(some.iter().map(|(_, named)| search(client, named))).await;
                for ((number, _), found) in some.iter().zip(found) {
                    if !found?.is_empty() {
                        self.table.set_at(*number, Fate::NameTaken);
                    }
                }
            }
        }
    }

    fn missing_unless_found(&mut self, number: usize) {
        if self.table.at(number) == Fate::Unknown {
            self.table.set_at(number, Fate::Missing);
        }
    }
}

/// The organizations that have exactly this name or external id, but for case.
pub(super) async fn search(
    client: &Client,
    named: &OrganizationRef,
) -> Result<Vec<OrganizationId>, zd_users::Error> {
    let (by, text) = named.key();
    let call = match by {
        By::Name => SearchOrganizations::by_name(text),
        By::ExternalId => SearchOrganizations::by_external_id(&ExternalId::new(text)),
    };
    let form = external_id_form(text);
    let has = |organization: &Organization| {
        let key = match by {
            By::Name => organization.name.as_deref(),
            By::ExternalId => organization.external_id.value().map(ExternalId::as_str),
        };
        key.is_some_and(|key| external_id_form(key) == form)
    };
    let found = client.organizations().search(&call).await?;
    Ok(found
        .iter()
        .filter(|found| has(found))
        .map(|organization| organization.id)
        .collect())
}

/// Whether a list parted by commas can hold its external id.
fn is_listable(named: &OrganizationRef) -> bool {
    let id = named.text();
    !id.contains(',') && id.trim() == id && !id.is_empty()
}

/// As many at once as an address can hold.
fn batches(named: &[(usize, OrganizationRef)]) -> Vec<&[(usize, OrganizationRef)]> {
    let (mut batches, mut start, mut length) = (Vec::new(), 0, 0);
    for (index, (_, one)) in named.iter().enumerate() {
        // Percent-encoded, a byte becomes three at most.
        let takes = one.text().len() * 3 + 3;
        if length + takes > LONGEST_LIST && index > start {
            batches.extend(named.get(start..index));
            (start, length) = (index, 0);
        }
        length += takes;
    }
    if start < named.len() {
        batches.extend(named.get(start..));
    }
    batches
}
