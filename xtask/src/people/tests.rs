//! What a reader of the file would notice.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use super::*;

/// A record: the line on which it begins, and its cells.
type Record = (u64, Vec<Vec<u8>>);

pub(super) fn generate(
    rows: u64,
    seed: u64,
    rate: f64,
    only: Option<plant::Who>,
) -> (Vec<u8>, String) {
    let settings = Settings {
        rows,
        seed,
        plan: Plan::new(rate, only),
        out: None,
    };
    let (mut people, mut errors) = (Vec::new(), Vec::new());
    write(&settings, &mut people, &mut errors).unwrap();
    (people, String::from_utf8(errors).unwrap())
}

/// Reads records by RFC 4180, apart from the code under test.
fn records(csv: &[u8]) -> Vec<Record> {
    let (mut all, mut cells, mut cell) = (Vec::new(), Vec::new(), Vec::new());
    let (mut line, mut start, mut quoted) = (1, 1, false);
    let mut bytes = csv.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' if quoted && bytes.peek() == Some(&b'"') => {
                bytes.next();
                cell.push(b'"');
            }
            b'"' => quoted = !quoted,
            b',' if !quoted => cells.push(std::mem::take(&mut cell)),
            b'\n' if !quoted => {
                cells.push(std::mem::take(&mut cell));
                line += 1;
                all.push((start, std::mem::take(&mut cells)));
                start = line;
            }
            byte => {
                line += u64::from(byte == b'\n');
                cell.push(byte);
            }
        }
    }
    assert!(!quoted && cells.is_empty() && cell.is_empty(), "cut off");
    all
}

/// The planted errors: line → (kind, who).
pub(super) fn planted(errors: &str) -> BTreeMap<u64, (String, String)> {
    errors
        .lines()
        .skip(1)
        .map(|entry| {
            let parts: Vec<_> = entry.split(',').collect();
            (
                parts[0].parse().unwrap(),
                (parts[1].to_owned(), parts[2].to_owned()),
            )
        })
        .collect()
}

fn text(cell: &[u8]) -> String {
    String::from_utf8_lossy(cell).into_owned()
}

/// The keys of a record as Zendesk compares them.
fn keys(cells: &[Vec<u8>]) -> Vec<String> {
    let key = |kind: &str, cell: &[u8]| {
        let text = text(cell).to_lowercase();
        (!text.is_empty()).then(|| format!("{kind}:{text}"))
    };
    [key("ext", &cells[0]), key("email", &cells[1])]
        .into_iter()
        .flatten()
        .collect()
}

#[test]
fn the_example_is_what_the_command_in_its_readme_writes() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/examples");
    let read = |name: &str| std::fs::read(examples.join(name)).unwrap();
    let readme = String::from_utf8(read("README.md")).unwrap();
    let command = readme
        .lines()
        .find_map(|line| line.trim().strip_prefix("cargo xtask people "))
        .unwrap();
    let directory = tempfile::tempdir().unwrap();
    let out = directory.path().join("people.csv");
    let arguments: Vec<_> = command
        .split_whitespace()
        .map(|argument| match argument {
            "docs/examples/people.csv" => out.to_str().unwrap().to_owned(),
            other => other.to_owned(),
        })
        .collect();
    run(&arguments).unwrap();
    assert!(std::fs::read(&out).unwrap() == read("people.csv"));
    assert_eq!(
        std::fs::read(out.with_extension("errors.csv")).unwrap(),
        read("people.errors.csv")
    );
    assert_eq!(records(&read("people.csv")).len(), 2001);
}

#[test]
fn the_same_seed_gives_the_same_file_and_another_another() {
    assert_eq!(generate(500, 7, 0.02, None), generate(500, 7, 0.02, None));
    assert_ne!(
        generate(500, 7, 0.02, None).0,
        generate(500, 8, 0.02, None).0
    );
}

#[test]
fn every_row_has_a_name_a_key_and_all_its_cells() {
    let (people, errors) = generate(5000, 1, 0.0, None);
    assert_eq!(errors, "line,kind,who\n");
    let records = records(&people);
    assert_eq!(records.len(), 5001);
    for (line, cells) in &records[1..] {
        assert_eq!(cells.len(), COLUMNS.len(), "line {line}");
        assert!(std::str::from_utf8(&cells.concat()).is_ok(), "line {line}");
        assert!(!cells[2].is_empty(), "line {line} has no name");
        assert!(!keys(cells).is_empty(), "line {line} has no key");
    }
}

#[test]
fn the_file_holds_what_files_hold() {
    let (people, _) = generate(5000, 1, 0.0, None);
    let all = String::from_utf8(people.clone()).unwrap();
    for sample in [
        "Müller",
        "Шевченко",
        "Παπα",
        "فاطمة",
        "כהן",
        "शर्मा",
        "歐陽",
        "髙橋",
        "김",
        "ใจดี",
        "\u{308}",
        "O'Brien",
        "D’Angelo",
        "+news@",
        "\"\"call me",
        "\r\n",
        "\\N",
        "EMP-000",
        "seed-00",
    ] {
        assert!(all.contains(sample), "{sample:?}");
    }
    let records = records(&people);
    assert!(
        records
            .iter()
            .any(|(_, cells)| cells[0].starts_with(b"0000"))
    );
    assert!(records.iter().any(|(_, cells)| cells[8].contains(&b'\n')));
    assert!(records.iter().any(|(_, cells)| cells[0].is_empty()));
    assert!(records.iter().any(|(_, cells)| cells[1].is_empty()));
}

#[test]
fn rows_that_share_a_key_are_about_one_person_and_never_contradict() {
    let (people, _) = generate(8000, 3, 0.0, None);
    let mut seen: HashMap<String, Vec<String>> = HashMap::new();
    let mut again = 0;
    for (line, cells) in &records(&people)[1..] {
        let keys = keys(cells);
        again += usize::from(keys.iter().any(|key| seen.contains_key(key)));
        for key in &keys {
            let before = seen.entry(key.clone()).or_insert_with(|| keys.clone());
            assert_eq!(*before, keys, "line {line}");
        }
    }
    assert!(
        (20..150).contains(&again),
        "{again} rows about somebody seen"
    );
}

#[test]
fn phone_numbers_are_not_shared_by_two_people() {
    let (people, _) = generate(8000, 3, 0.0, None);
    let mut owners: HashMap<String, Vec<String>> = HashMap::new();
    for (line, cells) in &records(&people)[1..] {
        let digits: String = text(&cells[3])
            .chars()
            .filter(char::is_ascii_digit)
            .collect();
        let digits = digits[digits.len().saturating_sub(10)..].to_owned();
        if !digits.is_empty() {
            let owner = owners.entry(digits).or_insert_with(|| keys(cells));
            assert_eq!(*owner, keys(cells), "line {line}");
        }
    }
    assert!(owners.len() > 4000);
}

#[test]
fn some_of_the_sandbox_s_people_are_in_every_file_that_is_not_tiny() {
    for (rows, expected) in [(10, 0), (100, 5), (2000, 100), (5000, 120)] {
        let (people, _) = generate(rows, 4, 0.0, None);
        let seeded: HashSet<_> = records(&people)
            .iter()
            .map(|(_, cells)| text(&cells[0]).to_lowercase())
            .filter(|id| id.starts_with("seed-"))
            .collect();
        assert_eq!(seeded.len(), expected, "of {rows} rows");
    }
}

#[test]
fn the_list_names_the_lines_on_which_planted_records_begin() {
    let (people, errors) = generate(8000, 5, 0.025, None);
    let records = records(&people);
    assert_eq!(records.len(), 8001);
    let planted = planted(&errors);
    assert!((120..280).contains(&planted.len()), "{}", planted.len());
    let by_line: HashMap<u64, &Vec<Vec<u8>>> =
        records.iter().map(|(line, cells)| (*line, cells)).collect();
    for (line, (kind, who)) in &planted {
        let cells = by_line[line];
        let cell = |column: person::Column| text(&cells[column as usize]);
        let (wrong, expected_who) = match kind.as_str() {
            "malformed_email" => (
                cell(person::Column::Email).contains("ann")
                    || cell(person::Column::Email).starts_with('@'),
                "zd",
            ),
            "no_key" => (keys(cells).is_empty(), "zd"),
            "too_few_cells" => (cells.len() == COLUMNS.len() - 2, "zd"),
            "too_many_cells" => (cells.len() == COLUMNS.len() + 1, "zd"),
            "bad_utf8" => (std::str::from_utf8(&cells[2]).is_err(), "zd"),
            "bad_boolean" => (cell(person::Column::Newsletter) == "perhaps", "zd"),
            "bad_integer" => (cell(person::Column::Seats) == "a dozen", "zd"),
            "bad_date" => (cell(person::Column::CustomerSince) == "2023-02-30", "zd"),
            "name_too_long" => (cell(person::Column::Name).chars().count() > 255, "zd"),
            "unknown_role" => (cell(person::Column::Role) == "wizard", "zd"),
            "unknown_organization" => (
                cell(person::Column::Organization) == "Quince Aerospace",
                "account",
            ),
            "unknown_option" => (cell(person::Column::PlanTier) == "platinum", "account"),
            "crm_id_mismatch" => (cell(person::Column::CrmId) == "CRM-12A456", "account"),
            "no_name" => (cell(person::Column::Name).is_empty(), "zendesk"),
            "email_taken" => {
                let number = |text: String| {
                    text.chars()
                        .filter(char::is_ascii_digit)
                        .collect::<String>()
                };
                (
                    number(cell(person::Column::ExternalId)) != number(cell(person::Column::Email)),
                    "zendesk",
                )
            }
            other => panic!("unknown kind {other}"),
        };
        assert!(wrong, "line {line} is no {kind}");
        assert_eq!(who, expected_who, "line {line}");
    }
    let kinds: HashSet<_> = planted.values().map(|(kind, _)| kind.clone()).collect();
    assert_eq!(kinds.len(), 15, "every kind appears");
}

#[test]
fn planted_rows_share_no_key_with_any_other() {
    let (people, errors) = generate(8000, 6, 0.1, None);
    let planted = planted(&errors);
    let mut lines: HashMap<String, Vec<u64>> = HashMap::new();
    for (line, cells) in &records(&people)[1..] {
        for key in keys(cells) {
            lines.entry(key).or_default().push(*line);
        }
    }
    for (key, lines) in lines {
        let wrong = lines.iter().any(|line| planted.contains_key(line));
        assert!(!wrong || lines.len() == 1, "{key} is on lines {lines:?}");
    }
    let taken = planted.values().filter(|(kind, _)| kind == "email_taken");
    assert_eq!(taken.count(), 40, "as many as the seed has people for");
}

#[test]
fn one_side_s_errors_can_be_planted_alone() {
    for (only, word) in [
        (plant::Who::Zd, "zd"),
        (plant::Who::Account, "account"),
        (plant::Who::Zendesk, "zendesk"),
    ] {
        let (_, errors) = generate(2000, 1, 0.02, Some(only));
        let planted = planted(&errors);
        assert!(planted.len() > 10);
        assert!(planted.values().all(|(_, who)| who == word));
    }
}

#[test]
fn a_file_without_errors_leaves_no_list_of_an_earlier_one() {
    let directory = tempfile::tempdir().unwrap();
    let out = directory.path().join("p.csv");
    let list = directory.path().join("p.errors.csv");
    let run_with = |errors: &str| {
        let arguments = [
            "--rows",
            "50",
            "--seed",
            "1",
            "--errors",
            errors,
            "--out",
            out.to_str().unwrap(),
        ];
        run(&arguments.map(str::to_owned)).unwrap();
    };
    run_with("100");
    assert_eq!(std::fs::read_to_string(&list).unwrap().lines().count(), 51);
    run_with("0");
    assert!(!list.exists());
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let check = |arguments: &[&str], expected: &str| {
        let arguments: Vec<_> = arguments.iter().map(|&text| text.to_owned()).collect();
        let error = run(&arguments).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    };
    check(&["--seed", "1"], "--rows is missing");
    check(&["--rows", "1"], "--seed is missing");
    check(&["--rows"], "--rows needs a value");
    check(&["--rows", "many", "--seed", "1"], "needs a number");
    check(
        &[
            "--rows", "1", "--seed", "1", "--errors", "101%", "--out", "x",
        ],
        "from 0 to 100",
    );
    check(
        &[
            "--rows", "1", "--seed", "1", "--errors", "NaN", "--out", "x",
        ],
        "from 0 to 100",
    );
    check(
        &["--rows", "1", "--seed", "1", "--errors", "1%"],
        "needs --out",
    );
    check(
        &["--rows", "1", "--seed", "1", "--only", "me"],
        "zd, account or zendesk",
    );
    check(&["--cols", "1"], "unknown option");
}
