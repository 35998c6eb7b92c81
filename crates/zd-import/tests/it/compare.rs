//! Comparing is reflexive on what the sandbox makes of what it was asked.

use serde_json::{Value, json};
use zd_import::{Finding, Stored, compare};
use zd_model::{UserId, UserInput};
use zd_sandbox::Sandbox;
use zd_users::Client;
use zd_users::endpoints::{Include, ShowManyUsers};

use crate::client;

struct Made {
    id: UserId,
    asked: UserInput,
}

fn maybe(rng: &mut fastrand::Rng, user: &mut Value, field: &str, values: &[Value]) {
    if rng.u8(..3) == 0 {
        user[field] = values[rng.usize(..values.len())].clone();
    }
}

/// A person as a file of people would have them, whatever of it.
pub(crate) fn anybody(rng: &mut fastrand::Rng, number: u64) -> Value {
    let mut user = json!({"external_id": format!("C-{number}"), "name": format!("  Ánn {number}")});
    maybe(
        rng,
        &mut user,
        "email",
        &[
            json!(format!("Ann{number}@X.example")),
            json!(format!(" ann+{number}@x.example")),
        ],
    );
    maybe(
        rng,
        &mut user,
        "phone",
        &[
            json!(format!("+1555{number:07}")),
            json!(format!("555-{number:04}")),
            json!(""),
        ],
    );
    maybe(
        rng,
        &mut user,
        "notes",
        &[json!("a\r\nb"), json!(""), json!(null), json!("2020-08-19")],
    );
    maybe(rng, &mut user, "details", &[json!("d"), json!(null)]);
    maybe(
        rng,
        &mut user,
        "alias",
        &[json!("al"), json!(null), json!("")],
    );
    maybe(
        rng,
        &mut user,
        "tags",
        &[
            json!(["A", "b"]),
            json!([]),
            json!(["vip"]),
            json!(["Two words"]),
        ],
    );
    maybe(
        rng,
        &mut user,
        "organization",
        &[
            json!({"name": "Birch Logistics"}),
            json!({"name": "cedar health"}),
        ],
    );
    maybe(rng, &mut user, "skip_verify_email", &[json!(true)]);
    maybe(rng, &mut user, "suspended", &[json!(true), json!(false)]);
    let mut fields = json!({});
    maybe(
        rng,
        &mut fields,
        "nickname",
        &[json!("nick"), json!(""), json!(null), json!("007")],
    );
    maybe(rng, &mut fields, "bio", &[json!("a\nb"), json!(null)]);
    maybe(
        rng,
        &mut fields,
        "crm_id",
        &[json!("CRM-000123"), json!(null)],
    );
    maybe(
        rng,
        &mut fields,
        "seats",
        &[json!(3), json!("12"), json!(0), json!(null)],
    );
    maybe(
        rng,
        &mut fields,
        "discount",
        &[json!(3.10), json!("2.50"), json!(0), json!(null)],
    );
    maybe(
        rng,
        &mut fields,
        "newsletter",
        &[json!(true), json!(false), json!(null)],
    );
    maybe(
        rng,
        &mut fields,
        "customer_since",
        &[
            json!("2020-08-19"),
            json!("2020-08-19T10:00:00Z"),
            json!(null),
        ],
    );
    maybe(
        rng,
        &mut fields,
        "plan_tier",
        &[json!("gold"), json!("bronze"), json!(null)],
    );
    maybe(
        rng,
        &mut fields,
        "interests",
        &[json!(["music", "film"]), json!([]), json!(["travel"])],
    );
    maybe(rng, &mut fields, "no_such_field", &[json!("x")]);
    if rng.bool() {
        user["user_fields"] = fields;
    }
    user
}

async fn upsert(client: &Client, asked: Value) -> Made {
    let asked: UserInput = serde_json::from_value(asked).unwrap();
    let done = client.users().create_or_update(&asked).await.unwrap();
    Made {
        id: done.into_record().id,
        asked,
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_just_applied_is_the_same_as_asked() {
    let sandbox = Sandbox::builder().rate_limits(false).seed(1).build();
    let client = client(&sandbox);
    let mut rng = fastrand::Rng::with_seed(5);
    for number in 0..400 {
        // Some are made, some changed once or twice; the last word counts.
        let mut made = upsert(&client, anybody(&mut rng, number)).await;
        while rng.u8(..3) == 0 {
            made = upsert(&client, anybody(&mut rng, number)).await;
        }
        let show = ShowManyUsers::by_ids(&[made.id])
            .include(Include::Identities)
            .include(Include::Organizations);
        let page = client.execute(&show).await.unwrap();
        let stored = Stored {
            identities: page.identities.value().map(Vec::as_slice),
            organizations: page.organizations.value().map(Vec::as_slice),
            ..Stored::new(&page.users[0])
        };
        let found = compare(&made.asked, stored);
        assert_eq!(
            found.verdict(),
            Finding::Same,
            "{number}: {found:?}\nasked {}\nstored {}",
            serde_json::to_string(&made.asked).unwrap(),
            serde_json::to_string(&page.users[0]).unwrap(),
        );
        // And something else is not the same.
        let mut other = made.asked.clone();
        other.name = Some("Somebody Else".to_owned());
        assert_eq!(compare(&other, stored).verdict(), Finding::Different);
    }
}
