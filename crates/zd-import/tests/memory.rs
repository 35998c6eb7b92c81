//! How much memory reading an input takes: alone in its process, since it is the process that is asked.

#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot be set up should say where, and stop"
)]

use std::io::Write as _;

use zd_import::{Input, RowSource as _, Scan, ScanOptions};

/// The most memory that this process ever held.
fn peak_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.unwrap().trim().trim_end_matches("kB").trim();
    kib.parse::<u64>().unwrap() * 1024
}

/// Reads so many rows, some of them about one person, twice; the bytes of the file.
fn read(count: u64) -> u64 {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    let mut out = std::io::BufWriter::new(&mut file);
    writeln!(out, "external_id,email,name,notes").unwrap();
    for row in 0..count {
        let person = if row % 150 == 149 { row - 100 } else { row };
        let notes = "x".repeat(100);
        writeln!(
            out,
            "{person},p{person}@people.example,Person {row},{notes}"
        )
        .unwrap();
    }
    drop(out);
    let input = Input::open(file.path()).unwrap();
    let scan = Scan::read(input, ScanOptions::default()).unwrap();
    assert_eq!(scan.plan().valid, count);
    let mut source = scan.into_source().unwrap();
    let mut rows = 0;
    while source.next_row().unwrap().is_some() {
        rows += 1;
    }
    assert_eq!(rows, count);
    file.as_file().metadata().unwrap().len()
}

/// Two keys a row, 16 bytes each and at most 30; while rows about one person are looked for, 12 more.
#[test]
fn an_input_is_not_held_in_memory() {
    const FEW: u64 = 10_000;
    const MANY: u64 = 200_000;
    read(FEW);
    let before = peak_bytes();
    let bytes = read(MANY);
    let grown = peak_bytes() - before;
    let allowed = (MANY - FEW) * 2 * 30 + (2 << 20);
    assert!(
        bytes > 2 * allowed,
        "the input is too short to show anything"
    );
    assert!(
        grown <= allowed,
        "{grown} bytes more for {bytes} bytes of input"
    );
}
