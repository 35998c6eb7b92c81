//! What must hold for any input at all.

use std::io::Write as _;

use proptest::prelude::*;
use zd_import::{
    Duplicates, Format, Input, MAX_RECORD, RowSource as _, Scan, ScanOptions, SourceError, Status,
};

use crate::people::{items, skip};

fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
    let csv = "email,external_id,tags\n([a-c@.\",\n\r\\\\N]|a@b\\.example|,|\n|é|\u{0}){0,60}";
    let json = "(\\{\"email\": ?\"(a@b\\.example|[a-c@.\\\\]{0,5})\"(,\"(tags|_zd|x)\":(1|null|\\[\"a\"\\]|\\{\\}))?\\}\n|[{}\\[\\]\",:a1\n]{0,5}){0,8}";
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..200),
        csv.prop_map(String::into_bytes),
        json.prop_map(String::into_bytes),
        csv.prop_map(|text| text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// No bytes make it panic; every row is counted once; and the second pass says of each what the first did.
    #[test]
    fn rows_are_conserved(bytes in any_bytes(), as_json: bool, policy in 0..4_u8) {
        let Ok(input) = Input::from_bytes("any", bytes) else {
            return Ok(());
        };
        let format = if as_json { Format::JsonLines } else { Format::Csv };
        let duplicates = match policy {
            0 => Duplicates::InOrder,
            1 => Duplicates::First,
            2 => Duplicates::Last,
            _ => Duplicates::Error,
        };
        let options = ScanOptions { duplicates, ..skip() };
        let Ok(scan) = Scan::read(input.format(format), options) else {
            return Ok(());
        };
        let plan = scan.plan().clone();
        prop_assert_eq!(plan.rows, plan.valid + plan.invalid + plan.superseded);
        prop_assert_eq!(plan.problems.is_empty(), plan.invalid == 0);
        let (rows, settled) = items(scan);
        let count = |status| settled.iter().filter(|outcome| outcome.status == status).count() as u64;
        prop_assert_eq!(rows.len() as u64, plan.valid);
        prop_assert_eq!(count(Status::Invalid), plan.invalid);
        prop_assert_eq!(count(Status::Unchanged), plan.superseded);
        let numbers = rows.iter().map(|row| row.number);
        let mut numbers: Vec<u64> = numbers.chain(settled.iter().map(|outcome| outcome.number)).collect();
        numbers.sort_unstable();
        prop_assert!(numbers.into_iter().eq(0..plan.rows));
    }
}

/// Whatever is done to the file between the passes: not one row of changed content comes out, and an error does.
#[test]
fn a_file_that_changes_is_noticed() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("people.csv");
    let rows: String = (0..60_000)
        .map(|row| format!("p{row}@people.example,Person {row}\n"))
        .collect();
    let text = format!("email,name\n{rows}");
    let edited = text.replace("Person 50000", "Person fifty");
    let appended = format!("{text}x@people.example,X\n");
    let cut = &text[..text.len() - 20];
    for (what, new) in [
        ("edited", edited.as_str()),
        ("appended", &appended),
        ("cut", cut),
        ("emptied", ""),
    ] {
        std::fs::write(&path, &text).unwrap();
        let scan = Scan::read(Input::open(&path).unwrap(), skip()).unwrap();
        // In place, so that the open file sees it.
        let mut file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
        file.set_len(0).unwrap();
        file.write_all(new.as_bytes()).unwrap();
        let mut source = scan.into_source().unwrap();
        let mut seen = 0;
        let error = loop {
            match source.next_row() {
                Ok(Some(_)) => seen += 1,
                Ok(None) => panic!("{what}: not noticed"),
                Err(error) => break error,
            }
        };
        assert!(matches!(error, SourceError::Changed(_)), "{what}: {error}");
        assert!(seen < 60_000, "{what}");
        assert!(source.next_row().is_err(), "{what}: nothing comes after");
    }
    // Replaced under its name, the file that was checked is still the one that is read.
    std::fs::write(&path, &text).unwrap();
    let scan = Scan::read(Input::open(&path).unwrap(), skip()).unwrap();
    let other = directory.path().join("other.csv");
    std::fs::write(&other, "email\n").unwrap();
    std::fs::rename(&other, &path).unwrap();
    assert_eq!(items(scan).0.len(), 60_000);
}

/// What is read in pieces says the same as what is read at once: rows lie across the borders of blocks.
#[test]
fn rows_across_blocks_stay_whole() {
    let note = "é,\"\"\n".repeat(50_000);
    let rows: String = (0..7)
        .map(|row| format!("{row},\"{note}{row}\"\r\n"))
        .collect();
    let text = format!("external_id,user_fields.note\r\n{rows}");
    let options = ScanOptions::default();
    let scan = Scan::read(Input::from_bytes("big", text.clone()).unwrap(), options).unwrap();
    assert_eq!(scan.plan().bytes, text.len() as u64);
    let codes: Vec<_> = scan.plan().problems.by_code.keys().collect();
    assert_eq!(
        codes,
        [&"text_too_long"],
        "each is far longer than a field may be"
    );
    let line = scan.plan().problems.first[6].line;
    assert_eq!(line, 2 + 6 * 50_001);
    assert!(note.len() < MAX_RECORD);
}
