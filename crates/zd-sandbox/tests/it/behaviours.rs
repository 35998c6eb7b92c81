//! What is known of each behaviour, and the page that says so.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;

use serde_json::{Value, json};
use zd_sandbox::{Behaviour, CHOICES, Known, behaviours};

use super::support::{Client, both_ways, builder};

const BEGINNING: &str = "\
# What the sandbox does, and how it is known

Written from `crates/zd-sandbox/src/behaviours/` by `ZD_UPDATE_DOCS=1 cargo test -p zd-sandbox behaviours`.

- *Recorded*: seen in real traffic.
- *Documented*: the vendor's reference says so.
- *Reported*: users or authors of clients say so.
- *Inferred*: follows from what is recorded or documented of something else.
- *Assumed*: nobody knows; this is a guess.
- *Differs*: Zendesk does otherwise, or the limit is the sandbox's own.
";

/// `user_fields` as `User fields`.
fn heading(area: &str) -> String {
    let words = area.replace('_', " ");
    let (first, rest) = words.split_at(1);
    first.to_uppercase() + rest
}

fn page() -> String {
    let all: Vec<Behaviour> = behaviours().collect();
    let mut page = BEGINNING.to_owned();
    let counted = Known::ALL.map(|known| {
        let count = all.iter().filter(|each| each.known == known).count();
        format!("{count} {known}")
    });
    writeln!(page, "\n{} in all: {}.", all.len(), counted.join(", ")).unwrap();
    for area in all.chunk_by(|one, next| one.area == next.area) {
        let name = heading(area[0].area);
        write!(page, "\n## {name}\n\n| behaviour | known |\n|---|---|\n").unwrap();
        for Behaviour {
            behaviour,
            known,
            note,
            ..
        } in area
        {
            let note = note.map(|note| format!(" ({note})")).unwrap_or_default();
            writeln!(page, "| {behaviour} | {known}{note} |").unwrap();
        }
    }
    page
}

#[test]
fn the_page_of_behaviours_is_what_the_crate_says() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/sandbox-behaviour.md");
    let expected = page();
    if std::env::var_os("ZD_UPDATE_DOCS").is_some() {
        std::fs::write(&path, &expected).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == expected,
        "docs/sandbox-behaviour.md is not what zd_sandbox::behaviours() says; run  ZD_UPDATE_DOCS=1 cargo test -p zd-sandbox behaviours\n{expected}"
    );
}

#[test]
fn every_area_is_there_once_and_every_behaviour_fits_a_row() {
    let all: Vec<Behaviour> = behaviours().collect();
    let mut areas = BTreeSet::new();
    for area in all.chunk_by(|one, next| one.area == next.area) {
        assert!(
            areas.insert(area[0].area),
            "{} is there twice",
            area[0].area
        );
    }
    for area in [
        "users",
        "identities",
        "organizations",
        "user_fields",
        "jobs",
        "limits",
        "errors",
    ] {
        assert!(areas.contains(area), "nothing is said of {area}");
    }
    let mut seen = BTreeSet::new();
    for each in all {
        assert!(seen.insert((each.area, each.behaviour)), "twice: {each:?}");
        for text in [Some(each.behaviour), each.note].into_iter().flatten() {
            assert!(
                !text.is_empty() && text == text.trim() && !text.ends_with('.'),
                "{each:?}"
            );
            assert!(!text.contains(['\n', '|']), "no row of a table: {each:?}");
            assert_eq!(text.matches('`').count() % 2, 0, "{each:?}");
        }
    }
}

#[test]
fn a_behaviour_as_json_has_area_behaviour_known_and_a_note_if_there_is_one() {
    let json = |behaviour: &str| -> Value {
        let found = behaviours().find(|each| each.behaviour.contains(behaviour));
        serde_json::to_value(found.unwrap()).unwrap()
    };
    assert_eq!(
        json("is always null"),
        json!({"area": "users", "behaviour": "`last_login_at` is always null", "known": "differs"})
    );
    assert_eq!(
        json("`report_csv`"),
        json!({"area": "users", "behaviour": "`report_csv` is false", "known": "recorded", "note": "except for one of two admins"})
    );
}

#[test]
fn every_choice_stands_beside_what_it_changes() {
    for choice in CHOICES {
        let named = format!("choice `{}`", choice.key);
        let is_named = |each: &Behaviour| each.note.is_some_and(|note| note.contains(&named));
        assert!(
            behaviours().any(|each| is_named(&each)),
            "no behaviour says {named}"
        );
    }
}

#[tokio::test]
async fn the_sandbox_says_what_it_does_and_what_can_be_chosen() {
    both_ways(builder, async |client: Client| {
        let told = client.get("/__zd/differences").await.expect(200).json();
        let count = told["behaviours"].as_array().unwrap().len();
        assert_eq!(count, behaviours().count());
        assert_eq!(told["behaviours"][0]["area"], "users");
        assert_eq!(told["choices"].as_array().unwrap().len(), CHOICES.len());
    })
    .await;
}
