//! The people of the seed. They are what requests would have made of them, a test holds that; they are made without requests,
//! because there may be a million.

use serde_json::{Value, json};

use super::ORGANIZATIONS;
use crate::clock::Now;
use crate::state::Account;
use crate::state::field_values::{self, FieldValue};
use crate::state::fields::{FieldNumber, Fields};
use crate::state::organizations::Organizations;
use crate::state::tags;
use crate::state::user::{Identity, IdentityKind, User};
use crate::state::users::Users;

const FIRST_NAMES: [&str; 16] = [
    "Ada", "Bao", "Chidi", "Dunja", "Elif", "Farid", "Greta", "Hanako", "Ines", "Jomo", "Kalle",
    "Lucía", "Mei", "Noor", "Oskar", "Priya",
];

const LAST_NAMES: [&str; 13] = [
    "Andersson",
    "Bianchi",
    "Castro",
    "Dimitrov",
    "Eze",
    "Fischer",
    "Garcia",
    "Haddad",
    "Ito",
    "Jansen",
    "Kaya",
    "Lindgren",
    "Moreau",
];

const TAGS: [&str; 3] = ["vip", "trial", "partner"];
const TIERS: [&str; 3] = ["gold", "silver", "bronze"];

/// What the external ids begin with.
const EXTERNAL_ID: &str = "seed-";

/// Everybody has an external id and an address, one in five a number.
fn keys(people: u32) -> usize {
    let people = people as usize;
    people * 2 + people / 5
}

/// The people of a new account, numbered from 1; `came` says in which second each of them did.
pub(super) fn first(account: &mut Account, count: u32, came: impl Fn(u32) -> u32) {
    let Account {
        users,
        organizations,
        fields,
        ..
    } = account;
    let mut numbers = 1..=count;
    users.add_many(count, keys(count), |users| {
        let number = numbers.next()?;
        let person = Person::at(number);
        Some(person.user(users, organizations, fields, came(number)))
    });
}

/// Seeds people beside those that are there; how many it made, which is all unless the numbers end.
///
/// Their external ids go on behind the last one that anybody has; numbers whose external id or address is taken are left
/// out. The rest is drawn by `seed`.
pub(crate) fn more_people(account: &mut Account, count: u32, seed: u64, now: Now) -> u32 {
    let Account {
        users,
        organizations,
        fields,
        ..
    } = account;
    let before = users.next_slot();
    let last = users.iter().filter_map(|(_, user)| number_of(user)).max();
    let mut numbers = (last.unwrap_or_default()..=u32::MAX).skip(1);
    let mut chance = fastrand::Rng::with_seed(seed);
    users.add_many(count, keys(count), |users| {
        let number = numbers.find(|number| {
            users.by_external_id(&external_id(*number)).is_none()
                && users
                    .by_identity(IdentityKind::Email, &address(*number))
                    .is_none()
        })?;
        let person = Person::drawn(number, &mut chance);
        Some(person.user(users, organizations, fields, now.seconds()))
    });
    users.next_slot() - before
}

fn external_id(number: u32) -> String {
    format!("{EXTERNAL_ID}{number:04}")
}

fn address(number: u32) -> String {
    format!("seed{number:04}@people.example")
}

/// The number in the external id of somebody seeded.
fn number_of(user: &User) -> Option<u32> {
    let digits = user.external_id.as_deref()?.strip_prefix(EXTERNAL_ID)?;
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok())?
}

/// What is different from person to person.
#[derive(Clone, Copy)]
struct Person {
    number: u32,
    first: &'static str,
    last: &'static str,
    tag: &'static str,
    organization: Option<&'static str>,
    has_phone: bool,
    seats: u32,
    newsletter: bool,
    tier: Option<&'static str>,
}

impl Person {
    /// The one of this number in a new account, always the same.
    fn at(number: u32) -> Self {
        let place = number as usize;
        Self {
            number,
            first: FIRST_NAMES[place % FIRST_NAMES.len()],
            last: LAST_NAMES[place % LAST_NAMES.len()],
            tag: TAGS[place % TAGS.len()],
            organization: (!number.is_multiple_of(4))
                .then(|| ORGANIZATIONS[place % ORGANIZATIONS.len()]),
            has_phone: number.is_multiple_of(5),
            seats: number % 40 + 1,
            newsletter: number.is_multiple_of(2),
            tier: number
                .is_multiple_of(3)
                .then(|| TIERS[place / 3 % TIERS.len()]),
        }
    }

    /// Somebody, with everything as often as in a new account.
    fn drawn(number: u32, chance: &mut fastrand::Rng) -> Self {
        Self {
            number,
            first: FIRST_NAMES[chance.usize(..FIRST_NAMES.len())],
            last: LAST_NAMES[chance.usize(..LAST_NAMES.len())],
            tag: TAGS[chance.usize(..TAGS.len())],
            organization: (chance.u8(..4) > 0)
                .then(|| ORGANIZATIONS[chance.usize(..ORGANIZATIONS.len())]),
            has_phone: chance.u8(..5) == 0,
            seats: chance.u32(1..=40),
            newsletter: chance.bool(),
            tier: (chance.u8(..3) == 0).then(|| TIERS[chance.usize(..TIERS.len())]),
        }
    }

    fn name(&self) -> String {
        format!("{} {}", self.first, self.last)
    }

    fn phone(&self) -> Option<String> {
        self.has_phone
            .then(|| format!("+4930555{:04}", self.number))
    }

    /// Values of user fields, by key. The field takes six digits.
    fn fields(&self) -> [(&'static str, Value); 4] {
        [
            (
                "crm_id",
                format!("CRM-{:06}", self.number % 1_000_000).into(),
            ),
            ("seats", self.seats.into()),
            ("newsletter", self.newsletter.into()),
            ("plan_tier", json!(self.tier)),
        ]
    }

    /// The user whom [`Account::create`] would have made of this person. Organizations and fields that are gone by now are
    /// left out.
    fn user(
        self,
        users: &mut Users,
        organizations: &Organizations,
        fields: &Fields,
        seconds: u32,
    ) -> User {
        let mut user = User::new(seconds);
        user.name = self.name().into();
        user.external_id = Some(external_id(self.number).into());
        user.tags = self.tag.into();
        let organization = self
            .organization
            .and_then(|name| organizations.by_name(name));
        user.organization = organization.unwrap_or_default();
        let values = self.fields();
        let mut set: Vec<(FieldNumber, FieldValue)> = Vec::with_capacity(values.len());
        for (key, value) in values {
            let Some(field) = fields.known(key) else {
                continue;
            };
            // None of these names another record.
            if let Ok(Some(value)) = field_values::parse(field, &value, |_, _| false) {
                set.push((field.number, value));
            }
        }
        set.sort_unstable_by_key(|(of, _)| *of);
        user.fields = set.into_boxed_slice();
        tags::follow_fields(&mut user, &[], fields);
        let email = Identity {
            verified: true,
            primary: true,
            ..users.new_identity(IdentityKind::Email, &address(self.number), seconds)
        };
        user.identities = match self.phone() {
            None => Box::new([email]),
            Some(number) => {
                let is_shared = users
                    .by_identity(IdentityKind::PhoneNumber, &number)
                    .is_some();
                user.phone = Some(number.as_str().into());
                user.shared_phone = is_shared;
                if is_shared {
                    Box::new([email])
                } else {
                    let phone = Identity {
                        primary: true,
                        ..users.new_identity(IdentityKind::PhoneNumber, &number, seconds)
                    };
                    Box::new([email, phone])
                }
            }
        };
        user
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Person, address, external_id, more_people};
    use crate::clock::Now;
    use crate::seed;
    use crate::state::Account;
    use crate::state::upsert::Entry;
    use crate::state::user::IdentityKind;
    use crate::state::write::Writer;

    const START: Now = Now::from_millis(1_700_000_000_000);

    /// What a request would have sent.
    fn sent(person: &Person) -> Entry {
        let mut entry = json!({
            "name": person.name(),
            "email": address(person.number),
            "external_id": external_id(person.number),
            "verified": true,
            "tags": [person.tag],
            "user_fields": person
                .fields()
                .map(|(key, value)| (key.to_owned(), value))
                .into_iter()
                .collect::<Entry>(),
        });
        if let Some(name) = person.organization {
            entry["organization"] = json!({"name": name});
        }
        if let Some(phone) = person.phone() {
            entry["phone"] = json!(phone);
        }
        let Value::Object(entry) = entry else {
            unreachable!("it was made as one");
        };
        entry
    }

    /// Makes these people by requests, and the account with all that came of it as text.
    fn requested(mut account: Account, people: impl Iterator<Item = Person>) -> Vec<String> {
        for person in people {
            let came = START.plus_millis(i64::from(person.number) * 1000);
            account
                .create(&sent(&person), Writer::OF_THE_SEED, came)
                .unwrap();
        }
        told(&account)
    }

    fn told(account: &Account) -> Vec<String> {
        let mut told: Vec<String> = account
            .users
            .iter()
            .map(|(slot, user)| format!("{slot} {user:?} {:?}", account.memberships.of(slot, user)))
            .collect();
        let changes = account.users.changed_since(0, 0);
        told.extend(changes.map(|change| format!("{change:?}")));
        told
    }

    #[test]
    fn people_are_what_requests_would_have_made() {
        let mut seeded = seed::account(0, START);
        let seconds = |number| START.seconds() + number;
        super::first(&mut seeded, 600, seconds);
        let expected = requested(seed::account(0, START), (1..=600).map(Person::at));
        assert_eq!(told(&seeded), expected);
        for number in 1..=600 {
            let slot = seeded.users.by_external_id(&external_id(number));
            assert_eq!(slot, Some(number + 1));
            let by_address = seeded
                .users
                .by_identity(IdentityKind::Email, &address(number));
            assert_eq!(by_address, slot);
        }
    }

    #[test]
    fn more_people_come_behind_the_last_one_past_what_is_taken() {
        let mut account = seed::account(5, START);
        let entry = |entry: Value| entry.as_object().cloned().unwrap();
        for taken in [
            json!({"name": "Ann", "email": "seed0007@people.example", "phone": "+49305550008"}),
            json!({"name": "Ben", "external_id": "seed-none"}),
        ] {
            account
                .create(&entry(taken), Writer::OF_THE_SEED, START)
                .unwrap();
        }
        assert_eq!(more_people(&mut account, 300, 7, START), 300);
        let has = |account: &Account, number| {
            account.users.by_external_id(&external_id(number)).is_some()
        };
        assert!(has(&account, 6) && !has(&account, 7) && has(&account, 306));
        assert!(!has(&account, 307));
        // And again, behind those.
        assert_eq!(more_people(&mut account, 2, 7, START), 2);
        assert!(has(&account, 308));
        assert_eq!(account.users.iter().count(), 2 + 5 + 2 + 302);
    }

    #[test]
    fn the_same_seed_draws_the_same_people_and_another_one_others() {
        let drawn = |seed| {
            let mut account = seed::account(0, START);
            more_people(&mut account, 300, seed, START);
            told(&account)
        };
        assert_eq!(drawn(1), drawn(1));
        assert_ne!(drawn(1), drawn(2));
        // They too are what requests would have made.
        let mut chance = fastrand::Rng::with_seed(1);
        let people = (1..=300).map(|number| Person::drawn(number, &mut chance));
        let mut account = seed::account(0, START);
        for person in people {
            account
                .create(&sent(&person), Writer::OF_THE_SEED, START)
                .unwrap();
        }
        assert_eq!(drawn(1), told(&account));
    }

    #[test]
    fn numbers_go_on_beyond_what_six_digits_hold() {
        let mut account = seed::account(0, START);
        let last = json!({"name": "Ann", "external_id": "seed-999999"});
        account
            .create(last.as_object().unwrap(), Writer::OF_THE_SEED, START)
            .unwrap();
        assert_eq!(more_people(&mut account, 2, 0, START), 2);
        let slot = account.users.by_external_id("seed-1000001").unwrap();
        let user = account.users.get(slot).unwrap();
        assert_eq!(user.email(), Some("seed1000001@people.example"));
        // Until they end.
        let end = json!({"name": "Ben", "external_id": format!("seed-{}", u32::MAX - 1)});
        account
            .create(end.as_object().unwrap(), Writer::OF_THE_SEED, START)
            .unwrap();
        assert_eq!(more_people(&mut account, 2, 0, START), 1);
    }
}
