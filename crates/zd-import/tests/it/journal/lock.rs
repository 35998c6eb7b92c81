//! One writer, also among processes.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use zd_import::{FileJournal, JournalError};

/// Where the helper's journal is.
const DIRECTORY: &str = "ZD_TEST_JOURNAL_HOLDER";

/// Not a test of its own: the other process of the tests below. It opens a journal, says so, and keeps it until its input
/// ends.
#[test]
fn hold() {
    let Some(directory) = std::env::var_os(DIRECTORY) else {
        return;
    };
    let _journal = FileJournal::open(&directory).unwrap();
    let mut out = std::io::stdout();
    out.write_all(b"\nheld\n").unwrap();
    out.flush().unwrap();
    std::io::stdin().read_line(&mut String::new()).unwrap();
}

/// Another process that has the journal open.
fn holder(directory: &Path) -> Child {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "--nocapture", "journal::lock::hold"])
        .env(DIRECTORY, directory)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let out = BufReader::new(child.stdout.take().unwrap());
    let held = out.lines().any(|line| line.unwrap() == "held");
    assert!(held, "the helper opened the journal");
    child
}

#[test]
fn another_process_is_refused_and_its_lock_ends_with_it() {
    let directory = tempfile::tempdir().unwrap();
    drop(FileJournal::create(directory.path()).unwrap());
    let mut child = holder(directory.path());
    for refused in [
        FileJournal::open(directory.path()),
        FileJournal::create(directory.path()),
    ] {
        let Err(JournalError::Locked { process }) = refused else {
            panic!("{refused:?}");
        };
        assert_eq!(process, Some(child.id()));
    }
    assert!(FileJournal::read(directory.path()).is_ok(), "one may look");
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(FileJournal::open(directory.path()).is_ok(), "taken over");
}

#[test]
fn the_lock_ends_with_the_journal() {
    let directory = tempfile::tempdir().unwrap();
    let journal = FileJournal::create(directory.path()).unwrap();
    let refused = FileJournal::open(directory.path()).unwrap_err();
    let process = std::process::id();
    assert_eq!(
        refused.to_string(),
        format!("the journal is in use by another process (process {process})")
    );
    drop(journal);
    let journal = FileJournal::open(directory.path()).unwrap();
    drop(journal);
    let exists = FileJournal::create(directory.path());
    assert!(matches!(exists, Err(JournalError::Exists)), "{exists:?}");
}

/// Who only asks for a journal that is not there leaves nothing behind.
#[test]
fn where_there_is_no_journal_none_is_made() {
    let directory = tempfile::tempdir().unwrap();
    let missing = FileJournal::open(directory.path());
    assert!(matches!(missing, Err(JournalError::Missing)), "{missing:?}");
    let missing = FileJournal::read(directory.path().join("nowhere"));
    assert!(matches!(missing, Err(JournalError::Missing)), "{missing:?}");
    assert_eq!(directory.path().read_dir().unwrap().count(), 0);
}
