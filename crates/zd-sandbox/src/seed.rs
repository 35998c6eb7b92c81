//! What a new account holds, and who may sign in. Documented in `docs/sandbox.md`; tests rely on it.

mod people;

use serde_json::{Value, json};

pub(crate) use people::more_people;

use crate::clock::Now;
use crate::state::Account;
use crate::state::groups::Group;
use crate::state::ids;
use crate::state::organizations::Organization;
use crate::state::upsert::Entry;
use crate::state::write::{OWNER, Writer};

/// The admin's address.
pub const ADMIN_EMAIL: &str = "admin@sandbox.example";
/// The admin's password.
pub const ADMIN_PASSWORD: &str = "sandbox-password";
/// The address of an agent, who writes end users only; signs in with [`API_TOKEN`].
pub const AGENT_EMAIL: &str = "agent@sandbox.example";
/// The account's API token: with it one acts as any verified user, whose address stands before `/token`.
pub const API_TOKEN: &str = "sandbox-api-token";
/// An OAuth token of the admin that never expires, for `read write`.
pub const OAUTH_TOKEN: &str = "sandbox-oauth-token";
/// A refresh token of the admin that can be exchanged as often as one likes; those that are given out can once.
pub const REFRESH_TOKEN: &str = "sandbox-refresh-token";
/// An OAuth client that may exchange its credentials for tokens.
pub const CLIENT_ID: &str = "sandbox-client";
/// The secret of [`CLIENT_ID`].
pub const CLIENT_SECRET: &str = "sandbox-client-secret";

const ORGANIZATIONS: [&str; 10] = [
    "Alder & Sons",
    "Birch Logistics",
    "Cedar Health",
    "Dogwood Media",
    "Elm Street Books",
    "Fir Robotics",
    "Gingko Foods",
    "Hazel Insurance",
    "Ivy Travel",
    "Juniper Water",
];

/// Name, description, and whether it is the account's default one.
const GROUPS: [(&str, &str, bool); 3] = [
    ("Support", "", true),
    ("Billing", "Invoices and payments", false),
    ("Escalations", "What nobody else could solve", false),
];

/// So many of the first users, the staff among them, are signed in with a browser.
const SIGNED_IN: usize = 3;

/// The last of the seed came a day before the start, so that what the seed wrote is never fresh.
const AGE_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// From one person to the next, so that exports by time have pages, as those of real accounts do.
const APART_MILLIS: i64 = 97 * 1000;

/// An account with organizations, an admin, an agent, and so many people.
pub(crate) fn account(people: u32, start: Now) -> Account {
    let came =
        |number: u32| start.plus_millis(-AGE_MILLIS - i64::from(people - number) * APART_MILLIS);
    let then = came(0);
    let mut account = Account::default();
    for (number, name) in (1..).zip(ORGANIZATIONS) {
        let organization = Organization {
            name: name.into(),
            created_at: then.seconds(),
            updated_at: then.seconds(),
            ..Organization::default()
        };
        account.organizations.put(number, organization);
    }
    for (name, description, is_default) in GROUPS {
        account.groups.add(Group {
            name,
            description,
            is_default,
            created_at: then.seconds(),
        });
    }
    for (position, entry) in (0..).zip(fields()) {
        let mut entry = entry;
        entry["position"] = json!(position);
        let created = entry
            .as_object()
            .map(|entry| account.create_field(entry, then.seconds(), &mut Vec::new()));
        debug_assert!(
            matches!(created, Some(Ok(_))),
            "the seed is valid: {created:?}"
        );
    }
    // The agent is in a second group beside the default one.
    let groups = [0, 1].map(ids::group);
    let staff = [
        json!({"name": "Sandbox Admin", "email": ADMIN_EMAIL, "verified": true, "role": "admin"}),
        json!({"name": "Sandbox Agent", "email": AGENT_EMAIL, "verified": true, "role": "agent", "group_ids": groups}),
    ];
    for entry in staff {
        let entry: Entry = match entry {
            Value::Object(entry) => entry,
            _ => continue,
        };
        let seeded = account.create(&entry, Writer::OF_THE_SEED, then);
        debug_assert!(seeded.is_ok(), "the seed is valid: {seeded:?}");
    }
    people::first(&mut account, people, |number| came(number).seconds());
    let password = account.set_password(OWNER, ADMIN_PASSWORD);
    debug_assert!(password.is_ok(), "the seed is valid: {password:?}");
    let yesterday = start.plus_millis(-AGE_MILLIS);
    for slot in (OWNER..account.users.next_slot()).take(SIGNED_IN) {
        account.sessions.begin(slot, yesterday);
    }
    account
}

/// By position.
fn fields() -> [Value; 10] {
    let options = |values: &[&str]| -> Vec<Value> {
        values
            .iter()
            .map(|value| json!({"name": value, "value": value}))
            .collect()
    };
    let interests = options(&["sports", "music", "film", "travel"]);
    let tiers = options(&["gold", "silver", "bronze"]);
    [
        json!({"key": "nickname", "title": "Nickname", "type": "text"}),
        json!({"key": "bio", "title": "Bio", "type": "textarea"}),
        json!({
            "key": "crm_id", "title": "CRM ID", "type": "regexp",
            "regexp_for_validation": r"\ACRM-[0-9]{6}\z",
        }),
        json!({"key": "seats", "title": "Seats", "type": "integer"}),
        json!({"key": "discount", "title": "Discount", "type": "decimal"}),
        json!({"key": "newsletter", "title": "Newsletter", "type": "checkbox", "tag": "newsletter_optin"}),
        json!({"key": "customer_since", "title": "Customer Since", "type": "date"}),
        json!({"key": "plan_tier", "title": "Plan Tier", "type": "dropdown", "custom_field_options": tiers}),
        json!({"key": "interests", "title": "Interests", "type": "multiselect", "custom_field_options": interests}),
        json!({
            "key": "account_manager", "title": "Account Manager", "type": "lookup",
            "relationship_target_type": "zen:user",
        }),
    ]
}
