//! Creating the organizations that are not there.

use zd_model::{ExternalId, OrganizationUpsert};
use zd_users::{Client, Error, ErrorKind};

use super::look_up::search;
use super::table::Fate;
use super::texts::Place;
use super::{By, LookUpError, OrganizationRef, Organizations};

impl Organizations {
    /// Creates those that are not there, one after the other, and gives how many it were. Each is looked for once more
    /// before, so nothing is created twice, whenever an earlier run ended.
    ///
    /// # Cancel safety
    ///
    /// What was created stays created and is found by a later run.
    pub(crate) async fn create_missing(&mut self, client: &Client) -> Result<u64, LookUpError> {
        let mut created = 0;
        if !self.creates {
            return Ok(created);
        }
        for by in [By::ExternalId, By::Name] {
            let mut place = Place::default();
            while let [(number, named)] = &*self.next(&mut place, 1, by, Fate::Missing)? {
                let Some(name) = &named.name else {
                    continue;
                };
                let mut found = search(client, named).await?;
                if found.is_empty() {
                    let wanted = organization(name, named);
                    match client.organizations().create_or_update(&wanted).await {
                        Ok(done) => {
                            created += 1;
                            found.push(done.record().id);
                        }
                        Err(error) => {
                            let (again, ours) = after(&error);
                            if again {
                                found = search(client, named).await?;
                            }
                            if found.is_empty() {
                                return Err(error.into());
                            }
                            created += u64::from(ours);
                        }
                    }
                }
                for id in found {
                    self.table.found_at(*number, id);
                }
            }
        }
        Ok(created)
    }
}

fn organization(name: &str, named: &OrganizationRef) -> OrganizationUpsert {
    let mut wanted = OrganizationUpsert::new();
    wanted.name = name.trim().into();
    if let Some(id) = &named.external_id {
        wanted.external_id = ExternalId::new(id.as_str()).into();
    }
    wanted
}

/// Whether the organization may be there after this, and whether by our doing. A name that is taken was taken since we
/// looked.
fn after(error: &Error) -> (bool, bool) {
    let applied = error.may_have_been_applied();
    let taken = matches!(error.kind(), ErrorKind::Invalid | ErrorKind::Conflict);
    (applied || taken, applied)
}
