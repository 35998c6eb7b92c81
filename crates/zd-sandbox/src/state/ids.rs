//! Ids, computed from positions, so that no table is needed to find a record by its id.

/// Where a user is kept.
pub(crate) type Slot = u32;

const USERS: u64 = 6_164_039_664_282;
const IDENTITIES: u64 = 6_271_118_403_610;
const ORGANIZATIONS: u64 = 6_130_869_157_658;
const MEMBERSHIPS: u64 = 6_131_250_884_506;
const GROUPS: u64 = 6_130_794_215_322;
const GROUP_MEMBERSHIPS: u64 = 6_130_801_337_242;
const FIELDS: u64 = 6_164_048_830_490;
const FIELD_OPTIONS: u64 = 6_164_051_207_194;
const ATTACHMENTS: u64 = 6_302_771_055_386;
const SESSIONS: u64 = 6_304_115_921_178;
/// The id of the one brand.
pub(crate) const BRAND: u64 = 6_130_842_517_274;
/// The id of the one OAuth client.
pub(crate) const OAUTH_CLIENT: u64 = 6_305_770_204_442;
const BRAND_AGENTS: u64 = 6_306_482_190_874;
const STEP: u64 = 128;

/// The id of the user in this slot.
///
/// Real ids come from several pools and do not grow with time; here sixteen at a time are shuffled, so that nobody takes
/// the order of ids for the order of creation.
pub(crate) const fn user(slot: Slot) -> u64 {
    USERS + rank(slot) as u64 * STEP
}

/// Grows as the ids of users do, in four bytes.
pub(crate) const fn rank(slot: Slot) -> u32 {
    (slot & !15) | ((slot & 15) * 7 + 3) & 15
}

/// The slot of this rank.
pub(crate) const fn ranked(rank: u32) -> Slot {
    // 7 is its own inverse modulo 16.
    (rank & !15) | ((rank & 15).wrapping_sub(3).wrapping_mul(7)) & 15
}

/// How many ranks have ids up to this one.
pub(crate) const fn ranks_to(id: u64) -> u64 {
    match id.checked_sub(USERS) {
        Some(above) => above / STEP + 1,
        None => 0,
    }
}

/// The slot that a user of this id would have.
pub(crate) fn user_slot(id: u64) -> Option<Slot> {
    place_above(USERS, id).map(ranked)
}

fn place_above(base: u64, id: u64) -> Option<u32> {
    let above = id.checked_sub(base)?;
    let place = u32::try_from(above / STEP).ok()?;
    above.is_multiple_of(STEP).then_some(place)
}

/// The slots of the first `count` users in the order of their ids, from this id on.
pub(crate) fn users_by_id(from: u64, count: u32) -> impl Iterator<Item = (u64, Slot)> {
    // The shuffle stays within sixteen, so the last ids are below the next multiple of it.
    let end = u64::from(count).next_multiple_of(16);
    let start = from.saturating_sub(USERS).div_ceil(STEP);
    (start..end)
        .map(|place| USERS + place * STEP)
        .filter_map(move |id| Some((id, user_slot(id).filter(|slot| *slot < count)?)))
}

/// The id of the identity of this number.
pub(crate) const fn identity(number: u32) -> u64 {
    IDENTITIES + number as u64 * STEP
}

/// The number that an identity of this id would have.
pub(crate) fn identity_number(id: u64) -> Option<u32> {
    place_above(IDENTITIES, id)
}

/// The id of the attachment of this number.
pub(crate) const fn attachment(number: u32) -> u64 {
    ATTACHMENTS + number as u64 * STEP
}

/// The id of the user field of this number.
pub(crate) const fn field(number: u32) -> u64 {
    FIELDS + number as u64 * STEP
}

/// The number that a user field of this id would have.
pub(crate) fn field_number(id: u64) -> Option<u32> {
    place_above(FIELDS, id)
}

/// The id of the option of this number.
pub(crate) const fn field_option(number: u32) -> u64 {
    FIELD_OPTIONS + number as u64 * STEP
}

/// The number that an option of this id would have.
pub(crate) fn field_option_number(id: u64) -> Option<u32> {
    place_above(FIELD_OPTIONS, id)
}

/// The id of the organization of this number, from 1.
pub(crate) const fn organization(number: u32) -> u64 {
    ORGANIZATIONS + (number as u64).saturating_sub(1) * STEP
}

/// The number that an organization of this id would have.
pub(crate) fn organization_number(id: u64) -> Option<u32> {
    place_above(ORGANIZATIONS, id)?.checked_add(1)
}

/// The id of the organization membership of this number.
pub(crate) const fn membership(number: u64) -> u64 {
    MEMBERSHIPS + number * STEP
}

/// The id of the group at this place.
pub(crate) const fn group(place: u32) -> u64 {
    GROUPS + place as u64 * STEP
}

/// The place that a group of this id would have.
pub(crate) fn group_place(id: u64) -> Option<u32> {
    place_above(GROUPS, id)
}

/// The id of the group membership of this number.
pub(crate) const fn group_membership(number: u32) -> u64 {
    GROUP_MEMBERSHIPS + number as u64 * STEP
}

/// The id of the session of this number.
pub(crate) const fn session(number: u32) -> u64 {
    SESSIONS + number as u64 * STEP
}

/// The number that a session of this id would have.
pub(crate) fn session_number(id: u64) -> Option<u32> {
    place_above(SESSIONS, id)
}

/// The id of what says that the user in this slot serves the brand.
pub(crate) const fn brand_agent(slot: Slot) -> u64 {
    BRAND_AGENTS + slot as u64 * STEP
}

#[cfg(test)]
mod tests {
    use super::{user, user_slot, users_by_id};

    #[test]
    fn users_come_in_the_order_of_their_ids_from_anywhere() {
        for count in [0, 1, 15, 16, 17, 100] {
            let mut expected: Vec<_> = (0..count).map(|slot| (user(slot), slot)).collect();
            expected.sort_unstable();
            for from in [0, user(0), user(5), user(5) + 1, u64::MAX] {
                let wanted: Vec<_> = expected
                    .iter()
                    .copied()
                    .filter(|(id, _)| *id >= from)
                    .collect();
                let found: Vec<_> = users_by_id(from, count).collect();
                assert_eq!(found, wanted, "{count} users from {from}");
            }
        }
    }

    #[test]
    fn ids_lead_back_to_their_slots() {
        for slot in (0..100)
            .chain(999_990..1_000_010)
            .chain(u32::MAX - 20..=u32::MAX)
        {
            assert_eq!(user_slot(user(slot)), Some(slot));
        }
        for id in [0, 1, user(5) + 1, u64::MAX] {
            assert_eq!(user_slot(id), None, "{id}");
        }
        assert!(user(0) > user(2), "ids do not grow with time");
    }
}
