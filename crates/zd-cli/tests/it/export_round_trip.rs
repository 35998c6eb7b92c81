//! What is exported is imported again, and nothing is another than before.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use zd_model::UserInput;
use zd_sandbox::Sandbox;

use crate::process::{Ran, Zd};
use crate::served::Served;

/// Texts that CSV, JSON, a shell or a spreadsheet could trip over.
const HOSTILE: [&str; 16] = [
    "=HYPERLINK(\"http://x.example\",\"click\")",
    "+1+1",
    "-2",
    "@SUM(A1)",
    "say \"hello\"",
    "\"",
    "one,two;three\tfour",
    "first line\nsecond line\r\nthird\rfourth",
    "  blanks around  ",
    "Zoë Łukasz 木村 🙂 \u{202e}right to left",
    "null",
    "true",
    "007",
    "1e5",
    "{\"a\": [1]}",
    "'quoted', \\back\\slash\\ ' end",
];

fn hostile(number: usize) -> &'static str {
    HOSTILE[number % HOSTILE.len()]
}

/// People of all kinds: with one key or two, with hostile texts in every place that takes them.
fn people(count: usize) -> Vec<UserInput> {
    let person = |number: usize| {
        let mut person = json!({
            "name": format!("{} {number}", hostile(number)),
            "verified": number.is_multiple_of(2),
            "user_fields": {
                "nickname": hostile(number + 1),
                "seats": number,
                "discount": "12.50",
                "newsletter": number.is_multiple_of(3),
                "interests": if number.is_multiple_of(5) { json!(["music", "film"]) } else { json!(null) },
                "customer_since": if number.is_multiple_of(7) { json!("2024-02-29") } else { json!(null) },
            },
        });
        if !number.is_multiple_of(11) {
            person["external_id"] = json!(format!("{number:06},\"x\"; é"));
        }
        if number.is_multiple_of(11) || !number.is_multiple_of(4) {
            person["email"] = json!(format!("p{number}@people.example"));
        }
        match number % 6 {
            0 => person["notes"] = json!(hostile(number / 6)),
            1 => person["details"] = json!(hostile(number / 6)),
            2 => person["alias"] = json!(hostile(number / 6)),
            3 => person["phone"] = json!(format!("+49 30 {number}")),
            4 => person["tags"] = json!([format!("a;b-{number}"), "=tag", "\"quoted\"", "ünï"]),
            _ => person["suspended"] = json!(true),
        }
        if number.is_multiple_of(13) {
            person["time_zone"] = json!("Berlin");
            person["locale"] = json!("de");
            person["organization"] = json!({"name": "Cedar Health"});
        }
        serde_json::from_value(person).unwrap()
    };
    (0..count).map(person).collect()
}

#[track_caller]
fn sound(ran: &Ran, rows: u64, created: u64) {
    let json = ran.json();
    let number = |name: &str| json[name].as_u64().unwrap();
    assert_eq!(
        (number("rows"), number("created")),
        (rows, created),
        "{json}"
    );
    assert_eq!(
        number("updated") + number("unchanged"),
        rows - created,
        "{json}"
    );
}

/// Everybody without the time of the last change.
async fn dump(served: &Served) -> BTreeMap<u64, Map<String, Value>> {
    let mut all = served.everybody().await;
    for user in all.values_mut() {
        user.remove("updated_at");
    }
    all
}

/// So many ordinary people, and among them so many of [`people`].
async fn there_and_back(ordinary: u32, special: usize, format: &str) {
    let served = Served::start(Sandbox::builder().people(ordinary)).await;
    served.upsert(&people(special)).await;
    served.later().await;
    let zd = served.zd();
    let file = format!("people.{format}");
    // Neither changes anything, so they may go on at the same time.
    let export = ["user", "export", "--format", format, "-o", &file];
    let (before, ran) = tokio::join!(dump(&served), Served::run(&zd, &export));
    let ran = ran.code(0);
    let all = u64::from(ordinary) + special as u64 + 2;
    assert_eq!(before.len() as u64, all);
    assert!(!ran.stderr.contains("left out"), "{}", ran.stderr);
    let ran = Served::run(&zd, &["import", &file, "--json"]).await.code(0);
    sound(&ran, all, 0);
    served.later().await;
    let after = dump(&served).await;
    for (id, user) in &before {
        assert_eq!(after.get(id), Some(user), "{format}");
    }
    assert_eq!(after.len(), before.len());
}

#[tokio::test]
async fn fifty_thousand_people_go_out_and_come_back_unchanged() {
    there_and_back(45_000, 5_000, "csv").await;
}

#[tokio::test]
async fn people_go_out_as_json_lines_and_come_back_unchanged() {
    there_and_back(200, 3_000, "jsonl").await;
}

/// What another account gives its own way, or an export leaves to a flag.
const OF_THE_ACCOUNT: [&str; 4] = ["id", "url", "created_at", "organization_id"];

#[tokio::test]
async fn people_go_to_another_account_and_are_the_same_there() {
    let from = Served::start(Sandbox::builder()).await;
    from.upsert(&people(2_000)).await;
    from.later().await;
    let by_key =
        |users: BTreeMap<u64, Map<String, Value>>| -> BTreeMap<String, Map<String, Value>> {
            let users = users.into_values().map(|mut user| {
                for name in OF_THE_ACCOUNT {
                    user.remove(name);
                }
                (format!("{} {}", user["external_id"], user["email"]), user)
            });
            users.collect()
        };
    let expected = by_key(dump(&from).await);
    for format in ["csv", "jsonl"] {
        let file = format!("people.{format}");
        let zd = from.zd();
        Served::run(&zd, &["user", "export", "--format", format, "-o", &file])
            .await
            .code(0);
        let to = Served::start(Sandbox::builder().empty()).await;
        let other: Zd = to.zd().file(&file, zd.read(&file));
        let ran = Served::run(&other, &["import", &file, "--json"])
            .await
            .code(0);
        // The admin and the agent are there already.
        sound(&ran, 2_202, 2_200);
        to.later().await;
        let found = by_key(dump(&to).await);
        for (key, user) in &expected {
            assert_eq!(found.get(key), Some(user), "{format}");
        }
        assert_eq!(found.len(), expected.len());
    }
}
