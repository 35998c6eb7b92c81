//! Archives: unpacked while they are read, known by their own bytes, and never trusted.

use std::io::Write as _;

use zd_import::{
    Foreign, Format, Input, InputError, RowSource as _, Scan, ScanError, ScanOptions, SourceError,
};

use crate::people::{items, skip};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 1).unwrap()
}

fn people(rows: u32) -> String {
    let rows: String = (0..rows)
        .map(|row| format!("p{row}@people.example,Person {row}\n"))
        .collect();
    format!("email,name\n{rows}")
}

fn read(packed: impl Into<Vec<u8>>) -> Result<Scan, ScanError> {
    let input = Input::from_bytes("people", packed.into()).unwrap();
    Scan::read(input, ScanOptions::default())
}

#[test]
fn an_archive_says_what_is_in_it() {
    let text = people(20_000);
    let halves = text.as_bytes().split_at(text.len() / 2);
    let directory = tempfile::tempdir().unwrap();
    for (name, packed) in [
        ("people.csv.gz", gzip(text.as_bytes())),
        ("people.csv.zst", zstd(text.as_bytes())),
        // Archives put behind one another, as log rotation does.
        ("people.1", [gzip(halves.0), gzip(halves.1)].concat()),
        ("people.2", [zstd(halves.0), zstd(halves.1)].concat()),
        // The name says nothing that the content does not.
        ("people.csv", gzip(text.as_bytes())),
        ("people.gz", text.clone().into_bytes()),
    ] {
        let path = directory.path().join(name);
        std::fs::write(&path, &packed).unwrap();
        let scan = Scan::read(Input::open(&path).unwrap(), skip()).unwrap();
        assert_eq!(scan.plan().rows, 20_000, "{name}");
        assert_eq!(scan.plan().bytes, text.len() as u64, "unpacked");
        let identity = scan.identity().unwrap();
        assert_eq!(identity.bytes, packed.len() as u64, "the file's own");
        assert_eq!(identity.digest, blake3::hash(&packed).to_hex().to_string());
        assert!(identity.modified.is_some());
        let source = scan.into_source().unwrap();
        assert_eq!(source.identity(), Some(identity));
    }
    let spooled = Input::spool("standard input", gzip(text.as_bytes()).as_slice()).unwrap();
    let scan = Scan::read(spooled, skip()).unwrap();
    let rows = items(scan).0;
    assert_eq!((rows.len(), rows[19_999].line), (20_000, 20_001));
    assert_eq!(&rows[19_999].raw[..], b"p19999@people.example,Person 19999");
}

#[test]
fn an_archive_of_json_is_read_too() {
    let directory = tempfile::tempdir().unwrap();
    for (text, format) in [
        ("{\"email\":\"a@b.example\"}\n", Format::JsonLines),
        ("[{\"email\":\"a@b.example\"}]", Format::JsonArray),
    ] {
        let path = directory.path().join("people.json.zst");
        std::fs::write(&path, zstd(text.as_bytes())).unwrap();
        let scan = Scan::read(Input::open(&path).unwrap(), skip()).unwrap();
        assert_eq!((scan.plan().format, scan.plan().valid), (format, 1));
    }
}

/// The line that was being read, and the byte of the archive.
#[test]
fn an_archive_that_is_cut_off_or_damaged_says_where() {
    let text = people(50_000);
    for (packed, name) in [
        (gzip(text.as_bytes()), "gzip"),
        (zstd(text.as_bytes()), "zstd"),
    ] {
        let cut = packed.len() / 2;
        let error = read(&packed[..cut]).unwrap_err();
        assert!(matches!(error, ScanError::Archive(_)), "{error}");
        let problem = &error.problems()[0];
        assert_eq!(problem.code, "archive_truncated");
        assert!(
            problem.line > 5_000,
            "rows before that were read: {problem}"
        );
        assert!(
            problem.message.contains(&format!(
                "the {name} archive is cut off: it ends after {cut} bytes"
            )),
            "{problem}"
        );
        let mut damaged = packed.clone();
        damaged[cut..cut + 20].fill(0xAA);
        let error = read(damaged).unwrap_err();
        assert_eq!(error.problems()[0].code, "archive_corrupt", "{name}");
        let error =
            read([packed, b"rest that is no archive at all".to_vec()].concat()).unwrap_err();
        assert_eq!(error.problems()[0].code, "archive_corrupt", "{name}");
    }
    let short = gzip(b"email\n");
    let error = Input::from_bytes("x", short[..10].to_vec()).unwrap_err();
    assert!(matches!(error, InputError::Archive(_)), "{error}");
    let twice = Input::from_bytes("x", gzip(&zstd(b"email\na@b.example\n"))).unwrap_err();
    assert!(matches!(twice, InputError::Foreign(Foreign::PackedTwice)));
}

/// A small archive of a large text: refused after a mebibyte if that is one row, and else read without being held.
#[test]
fn an_archive_that_bursts_takes_no_memory() {
    let size = 16 << 20;
    let field = [b"email,name\na@b.example,".to_vec(), vec![b'x'; size]].concat();
    let quoted = [b"email,name\na@b.example,\"".to_vec(), vec![b'\n'; size]].concat();
    let array = [b"[{\"email\":\"".to_vec(), vec![b'x'; size]].concat();
    for (text, code, line) in [
        (&field, "record_too_long", 2),
        (&quoted, "quote_open", 2),
        (&array, "json_array_malformed", 1),
    ] {
        for packed in [gzip(text), zstd(text)] {
            assert!(packed.len() < size / 100);
            let error = read(packed).unwrap_err();
            assert_eq!(
                (error.problems()[0].code, error.problems()[0].line),
                (code, line)
            );
        }
    }
    let blank = [
        b"email\n".to_vec(),
        vec![b'\n'; size],
        b"a@b.example\n".to_vec(),
    ]
    .concat();
    let scan = read(gzip(&blank)).unwrap();
    assert_eq!(
        (scan.plan().rows, scan.plan().bytes),
        (1, blank.len() as u64)
    );
}

#[test]
fn an_archive_that_changes_between_the_passes_is_noticed() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("people.csv.gz");
    let packed = gzip(people(60_000).as_bytes());
    let other = gzip(
        people(60_000)
            .replace("Person 50000", "Person fifty")
            .as_bytes(),
    );
    for changed in [
        other,
        packed[..packed.len() / 2].to_vec(),
        gzip(b""),
        b"email\n".to_vec(),
    ] {
        std::fs::write(&path, &packed).unwrap();
        let scan = Scan::read(Input::open(&path).unwrap(), skip()).unwrap();
        std::fs::write(&path, &changed).unwrap();
        let mut source = scan.into_source().unwrap();
        let error = loop {
            match source.next_row() {
                Ok(Some(_)) => {}
                Ok(None) => panic!("not noticed"),
                Err(error) => break error,
            }
        };
        assert!(matches!(error, SourceError::Changed(_)), "{error}");
    }
}

/// What a resumed run needs of standard input: the same bytes, known by the same.
#[test]
fn a_spooled_copy_is_the_same_input_later() {
    let directory = tempfile::tempdir().unwrap();
    let packed = zstd(people(3).as_bytes());
    let input = Input::spool_into(&directory, "standard input", packed.as_slice()).unwrap();
    let before = Scan::read(input, skip()).unwrap().identity().unwrap();
    let path = directory.path().join(zd_import::SPOOLED);
    let input = Input::open(path).unwrap().named("standard input");
    let after = Scan::read(input, skip()).unwrap().identity().unwrap();
    assert_eq!(before.difference(&after, None), None);
    assert_eq!(after.name, "standard input");
}
