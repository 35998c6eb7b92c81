//! Organizations by a hash of what names them.

use std::hash::{BuildHasher, RandomState};

use hashbrown::HashTable;
use zd_model::OrganizationId;

use super::By;
use crate::external_id_form;

/// What is known of an organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// Nothing yet.
    Unknown,
    Missing,
    /// Several have the name.
    Ambiguous,
    /// Nobody has the external id, and somebody else has the name.
    NameTaken,
    Found(OrganizationId),
}

/// Ids that no organization has stand for the other fates, so that an entry has 24 bytes.
const UNKNOWN: u64 = u64::MAX;
const MISSING: u64 = u64::MAX - 1;
const AMBIGUOUS: u64 = u64::MAX - 2;
const NAME_TAKEN: u64 = u64::MAX - 3;

impl Fate {
    const fn of(word: u64) -> Self {
        match word {
            UNKNOWN => Self::Unknown,
            MISSING => Self::Missing,
            AMBIGUOUS => Self::Ambiguous,
            NAME_TAKEN => Self::NameTaken,
            id => Self::Found(OrganizationId::new(id)),
        }
    }

    const fn word(self) -> u64 {
        match self {
            Self::Unknown => UNKNOWN,
            Self::Missing => MISSING,
            Self::Ambiguous => AMBIGUOUS,
            Self::NameTaken => NAME_TAKEN,
            Self::Found(id) => id.get(),
        }
    }
}

/// 96 bits of a hash with secret keys: nobody can make two organizations collide on purpose, and a million do so by chance
/// with a probability below 10⁻¹⁶.
#[derive(Debug)]
struct Entry {
    hash: u64,
    check: u32,
    by: By,
    /// Whether a row says its name.
    has_name: bool,
    fate: u64,
}

/// What is known of each, in the order in which they were first named.
#[derive(Debug)]
pub(super) struct Table {
    hashers: [RandomState; 2],
    places: HashTable<u32>,
    entries: Vec<Entry>,
}

impl Table {
    pub(super) fn new() -> Self {
        Self {
            hashers: [RandomState::new(), RandomState::new()],
            places: HashTable::new(),
            entries: Vec::new(),
        }
    }

    fn hash(&self, by: By, text: &str) -> (u64, u32) {
        // The form is that of people's external ids: Zendesk compares both without case.
        let form = external_id_form(text);
        let [first, second] = &self.hashers;
        let check = second.hash_one((by, &*form)) >> 32;
        let check = check as u32;
        (first.hash_one((by, &*form)), check)
    }

    fn place(&self, (hash, check): (u64, u32)) -> Option<usize> {
        let is_it = |place: &u32| {
            let entry = &self.entries[*place as usize];
            (entry.hash, entry.check) == (hash, check)
        };
        self.places.find(hash, is_it).map(|place| *place as usize)
    }

    /// The place of this one, and whether it was added; none if there is no room for more.
    pub(super) fn insert(&mut self, by: By, text: &str) -> Option<(u32, bool)> {
        let (hash, check) = self.hash(by, text);
        if let Some(place) = self.place((hash, check)) {
            return Some((u32::try_from(place).ok()?, false));
        }
        let place = u32::try_from(self.entries.len()).ok()?;
        self.entries.push(Entry {
            hash,
            check,
            by,
            has_name: by == By::Name,
            fate: UNKNOWN,
        });
        let entries = &self.entries;
        let rehash = |place: &u32| entries[*place as usize].hash;
        self.places.insert_unique(hash, place, rehash);
        Some((place, true))
    }

    /// The place of this one, if it is named.
    pub(super) fn find(&self, by: By, text: &str) -> Option<usize> {
        self.place(self.hash(by, text))
    }

    #[cfg(test)]
    pub(super) fn get(&self, by: By, text: &str) -> Fate {
        self.find(by, text)
            .map_or(Fate::Unknown, |place| self.at(place))
    }

    /// How the one is known that was named as the `place`-th.
    pub(super) fn by(&self, place: usize) -> By {
        self.entries.get(place).map_or(By::Name, |entry| entry.by)
    }

    /// Whether a row says its name.
    pub(super) fn has_name(&self, place: usize) -> bool {
        self.entries.get(place).is_some_and(|entry| entry.has_name)
    }

    /// Notes that a row says its name; false if that is not new.
    pub(super) fn name(&mut self, place: usize) -> bool {
        let entry = self.entries.get_mut(place);
        entry.is_some_and(|entry| !std::mem::replace(&mut entry.has_name, true))
    }

    /// What is known of it.
    pub(super) fn at(&self, place: usize) -> Fate {
        let entry = self.entries.get(place);
        entry.map_or(Fate::Unknown, |entry| Fate::of(entry.fate))
    }

    pub(super) fn set_at(&mut self, place: usize, fate: Fate) {
        if let Some(entry) = self.entries.get_mut(place) {
            entry.fate = fate.word();
        }
    }

    /// Notes an organization of the account, if it is named. A second one of the same key makes it ambiguous.
    pub(super) fn found(&mut self, by: By, text: &str, id: OrganizationId) {
        let Some(place) = self.place(self.hash(by, text)) else {
            return;
        };
        self.found_at(place, id);
    }

    pub(super) fn found_at(&mut self, place: usize, id: OrganizationId) {
        let fate = match self.at(place) {
            Fate::Unknown | Fate::Missing => Fate::Found(id),
            Fate::Found(other) if other == id => return,
            _ => Fate::Ambiguous,
        };
        self.set_at(place, fate);
    }

    /// What is known of each, and whether a row says its name.
    pub(super) fn fates(&self) -> impl Iterator<Item = (Fate, bool)> {
        let entries = self.entries.iter();
        entries.map(|entry| (Fate::of(entry.fate), entry.has_name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_the_same_but_for_case_and_blanks() {
        let mut table = Table::new();
        assert_eq!(table.insert(By::Name, "Alder & Sons"), Some((0, true)));
        assert_eq!(table.insert(By::Name, " ALDER & sons "), Some((0, false)));
        let another_kind = table.insert(By::ExternalId, "Alder & Sons");
        assert_eq!(another_kind, Some((1, true)));
        assert_eq!(table.by(1), By::ExternalId);
        table.found(By::Name, "alder & sons", OrganizationId::new(7));
        table.found(By::Name, "nobody's", OrganizationId::new(8));
        assert_eq!(
            table.get(By::Name, "Alder & Sons"),
            Fate::Found(OrganizationId::new(7))
        );
        assert_eq!(table.get(By::ExternalId, "Alder & Sons"), Fate::Unknown);
        table.found(By::Name, "Alder & Sons", OrganizationId::new(7));
        assert!(matches!(table.at(0), Fate::Found(_)));
        table.found(By::Name, "Alder & Sons", OrganizationId::new(9));
        assert_eq!(table.at(0), Fate::Ambiguous);
        assert_eq!(table.fates().count(), 2);
    }

    #[test]
    fn an_entry_has_24_bytes() {
        assert_eq!(size_of::<Entry>(), 24);
        for fate in [
            Fate::Unknown,
            Fate::Missing,
            Fate::Ambiguous,
            Fate::NameTaken,
            Fate::Found(OrganizationId::new(3)),
        ] {
            assert_eq!(Fate::of(fate.word()), fate);
        }
    }
}
