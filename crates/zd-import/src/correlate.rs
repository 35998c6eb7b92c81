//! Which entry of a job's results is about which row.
//!
//! Pure. The one rule behind all others: no row ever gets another row's outcome. Where the evidence is thin or
//! contradicts itself, the row has no verdict, and looking at the account decides.

use std::borrow::{Borrow, Cow};

use hashbrown::HashMap;
use zd_model::{EntryVerdict, ExternalId, JobResult, UserId, UserInput};

use crate::key::PersonKeys;
use crate::{email_form, external_id_form};

/// What a job says about a row.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RowVerdict {
    /// The person was created.
    Created(Option<UserId>),
    /// The person was updated.
    Updated(Option<UserId>),
    /// The row was refused; nothing was applied.
    Failed {
        /// Zendesk's code, if it gave one.
        code: Option<String>,
        /// Zendesk's words, if it gave any.
        details: Option<String>,
    },
    /// The results do not say.
    Doubt,
}

/// The keys under which a row was sent, in the form in which keys are compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SentKeys<'a> {
    external_id: Option<Cow<'a, str>>,
    email: Option<Cow<'a, str>>,
}

impl<'a> SentKeys<'a> {
    fn new(external_id: Option<&'a str>, email: Option<&'a str>) -> Self {
        Self {
            external_id: external_id
                .map(external_id_form)
                .filter(|form| !form.is_empty()),
            email: email.map(email_form).filter(|form| !form.is_empty()),
        }
    }

    /// The keys of a user as sent.
    fn of(user: &'a UserInput) -> Self {
        let external_id = user.external_id.value().map(ExternalId::as_str);
        Self::new(external_id, user.email.as_deref())
    }
}

impl<'a> From<&'a PersonKeys> for SentKeys<'a> {
    fn from(keys: &'a PersonKeys) -> Self {
        let external_id = keys.external_id.as_ref().map(ExternalId::as_str);
        Self::new(external_id, keys.email.as_deref())
    }
}

/// Gives each user of a batch, in the order sent, the verdict that the job's entries have for it.
///
/// Evidence, the strongest first: the echoed external id, the echoed e-mail address, `index`, and the position if
/// there are as many entries as users and everything else stands where it should. The `id` of a failed entry is never
/// used: it can be the row's place.
///
/// ```
/// use zd_import::{RowVerdict, correlate};
/// use zd_model::{JobResult, UserId, UserInput};
///
/// let users = ["a", "b"].map(|id| UserInput { external_id: id.into(), ..UserInput::default() });
/// let entries: Vec<JobResult> = serde_json::from_str(
///     r#"[{"id": 7, "status": "Created", "external_id": "B"}, {"id": 1, "error": "UserCreateError", "index": 0}]"#,
/// )?;
/// let verdicts = correlate(&users, &entries);
/// assert_eq!(verdicts[1], RowVerdict::Created(Some(UserId::new(7))));
/// assert!(matches!(verdicts[0], RowVerdict::Failed { .. }));
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn correlate(users: &[impl Borrow<UserInput>], entries: &[JobResult]) -> Vec<RowVerdict> {
    let keys: Vec<SentKeys<'_>> = users
        .iter()
        .map(|user| SentKeys::of(user.borrow()))
        .collect();
    correlate_all(&keys, entries).0
}

/// The same, and whether somebody is among the entries who is not among the users: these may be another job's results.
pub(crate) fn correlate_all(
    keys: &[SentKeys<'_>],
    entries: &[JobResult],
) -> (Vec<RowVerdict>, bool) {
    let echoes = read_echoes(keys, entries);
    let strange = echoes.iter().any(|echo| matches!(echo, Echo::Stranger));
    let verdicts = assign(keys.len(), &echoes, entries)
        .into_iter()
        .map(|entry| entry.map_or(RowVerdict::Doubt, |entry| verdict_of(&entries[entry])))
        .collect();
    (verdicts, strange)
}

/// Whether a job's entries are, beyond reasonable doubt, the results of exactly this batch: as many entries as users,
/// every echo the key of the user at its place, and at least one echo.
pub(crate) fn echoes(keys: &[SentKeys<'_>], entries: &[JobResult]) -> bool {
    let mut echoed = false;
    keys.len() == entries.len()
        && keys.iter().zip(entries).all(|(sent, entry)| {
            let said = echo_of(entry);
            echoed |= said != SentKeys::default();
            (said.external_id.is_none() || said.external_id == sent.external_id)
                && (said.email.is_none() || said.email == sent.email)
        })
        && echoed
}

fn verdict_of(entry: &JobResult) -> RowVerdict {
    match entry.verdict() {
        EntryVerdict::Created(id) => RowVerdict::Created(id),
        EntryVerdict::Updated(id) => RowVerdict::Updated(id),
        EntryVerdict::Failed { code, details } => RowVerdict::Failed { code, details },
        // It was applied, but as what? Reading the person back tells.
        _ => RowVerdict::Doubt,
    }
}

fn echo_of(entry: &JobResult) -> SentKeys<'_> {
    SentKeys::new(entry.external_id.as_deref(), entry.email.as_deref())
}

/// What an entry's echoes say.
enum Echo {
    /// It is about this row.
    Row(usize),
    /// It has no echo.
    None,
    /// It is about nobody in this batch.
    Stranger,
    /// It is about two rows at once: neither can trust it.
    Torn(usize, usize),
}

/// The entries that say they are about a row.
#[derive(Clone, Copy, Default)]
struct Claim {
    first: Option<usize>,
    /// Whether another says something else: the same thing said twice is said, two different things are not.
    contested: bool,
}

impl Claim {
    fn add(&mut self, place: usize, entries: &[JobResult]) {
        match self.first {
            None => self.first = Some(place),
            Some(first) => self.contested |= entries[place] != entries[first],
        }
    }
}

/// For each row the entry that is about it.
fn assign(rows: usize, echoes: &[Echo], entries: &[JobResult]) -> Vec<Option<usize>> {
    let mut claims = vec![Claim::default(); rows];
    let mut spoiled = vec![false; rows];
    // Whether every entry that says whose it is says so at its own place: only then does a place mean anything.
    let mut in_order = entries.len() == rows;
    // Whether all that is echoed is ours: else these may be another job's results, and a bare number proves nothing.
    let mut ours = true;
    for (place, echo) in echoes.iter().enumerate() {
        match *echo {
            Echo::Row(row) => {
                claims[row].add(place, entries);
                in_order &= row == place;
            }
            Echo::None => {}
            Echo::Stranger => ours = false,
            Echo::Torn(one, other) => {
                (spoiled[one], spoiled[other], ours) = (true, true, false);
            }
        }
    }
    if ours {
        in_order &= by_index(echoes, entries, &mut claims);
        if in_order {
            by_place(echoes, entries, &mut claims);
        }
    }
    claims
        .iter()
        .zip(spoiled)
        .map(|(claim, spoiled)| claim.first.filter(|_| !claim.contested && !spoiled))
        .collect()
}

fn read_echoes(keys: &[SentKeys<'_>], entries: &[JobResult]) -> Vec<Echo> {
    let external_ids = unique(keys.iter().map(|key| key.external_id.as_deref()));
    let emails = unique(keys.iter().map(|key| key.email.as_deref()));
    entries
        .iter()
        .map(|entry| {
            let echo = echo_of(entry);
            let find = |map: &HashMap<&str, Option<usize>>, said: &Option<Cow<'_, str>>| {
                said.as_deref().map(|said| map.get(said).copied().flatten())
            };
            match (
                find(&external_ids, &echo.external_id),
                find(&emails, &echo.email),
            ) {
                (None, None) => Echo::None,
                (Some(Some(one)), Some(Some(other))) if one != other => Echo::Torn(one, other),
                // The external id decides; an address that is nobody's here may be the person's primary one.
                (Some(Some(row)), _) => Echo::Row(row),
                (None, Some(Some(row))) => Echo::Row(row),
                // An external id of a stranger with an address of ours: a stranger with our address.
                (Some(None), _) | (None, Some(None)) => Echo::Stranger,
            }
        })
        .collect()
}

/// The row of each key; none where two rows share it.
fn unique<'a>(keys: impl Iterator<Item = Option<&'a str>>) -> HashMap<&'a str, Option<usize>> {
    let mut rows = HashMap::with_capacity(keys.size_hint().0);
    for (row, key) in keys.enumerate() {
        if let Some(key) = key {
            rows.entry(key)
                .and_modify(|earlier| *earlier = None)
                .or_insert(Some(row));
        }
    }
    rows
}

/// Lets entries without an echo claim the row at their `index`; the result is whether places may be trusted after that.
fn by_index(echoes: &[Echo], entries: &[JobResult], claims: &mut [Claim]) -> bool {
    let index_of = |place: usize| {
        let index = entries[place].index.value().copied()?;
        Some(usize::try_from(index).unwrap_or(usize::MAX))
    };
    // Where an echo and an index contradict each other the echo wins, and indices mean something else here.
    let meant = echoes
        .iter()
        .enumerate()
        .all(|(place, echo)| match (echo, index_of(place)) {
            (Echo::Row(row), Some(index)) => *row == index,
            (_, Some(index)) => index < claims.len(),
            (_, None) => true,
        });
    if !meant {
        return false;
    }
    let mut in_order = true;
    let echoed: Vec<bool> = claims.iter().map(|claim| claim.first.is_some()).collect();
    for (place, echo) in echoes.iter().enumerate() {
        if let (Echo::None, Some(index)) = (echo, index_of(place)) {
            in_order &= index == place && !echoed[index];
            if !echoed[index] {
                claims[index].add(place, entries);
            }
        }
    }
    in_order
}

fn by_place(echoes: &[Echo], entries: &[JobResult], claims: &mut [Claim]) {
    for (place, (echo, entry)) in echoes.iter().zip(entries).enumerate() {
        if matches!(echo, Echo::None) && !entry.index.is_value() {
            claims[place].add(place, entries);
        }
    }
}

#[cfg(test)]
mod tests;
