//! The files that a run leaves are its input, each row once.

use std::path::Path;

use proptest::prelude::*;
use zd_import::{
    Began, Ended, Entry, FailedFile, Input, Journal as _, JournalReader, Layout, LogJournal,
    Outcome, OutcomeIndex, OutcomeLog, ResultFile, ResultFiles, ResultsError, ResultsWritten,
    RowError, RowFilter, RowSource as _, Scan, Settled, SimDisk, SourceItem, Stamp, Status,
};
use zd_model::{JobId, UserId};

use crate::people::skip;

/// A journal of these outcomes, in commits of seven.
async fn journal(rows: Option<u64>, outcomes: &[Settled], ended: Option<bool>) -> SimDisk {
    let disk = SimDisk::new();
    let mut journal = LogJournal::create_on(disk.clone()).unwrap();
    let mut began = Began::default();
    began.rows = rows;
    journal
        .commit(&[Entry::Began(Box::new(began))])
        .await
        .unwrap();
    for some in outcomes.chunks(7) {
        let entry = Entry::Outcomes {
            job: Some(JobId::new("V3-1")),
            rows: some.to_vec(),
        };
        journal.commit(&[entry]).await.unwrap();
    }
    if let Some(finished) = ended {
        let mut ended = Ended::default();
        ended.finished = finished;
        journal
            .commit(&[Entry::Ended(Box::new(ended))])
            .await
            .unwrap();
    }
    disk
}

fn index(disk: &SimDisk) -> OutcomeIndex<SimDisk> {
    OutcomeIndex::build(JournalReader::new(disk.clone()).unwrap()).unwrap()
}

fn scan(text: &str) -> Scan {
    let name = if text.trim_start_matches('\u{feff}').starts_with('{') {
        "people.jsonl"
    } else {
        "people.csv"
    };
    Scan::read(
        Input::from_bytes(name, text.to_owned().into_bytes()).unwrap(),
        skip(),
    )
    .unwrap()
}

fn settled(row: u64, line: u64, status: Status) -> Settled {
    let mut settled = Settled::new(row, line, status);
    settled.attempts = 1;
    if status.is_success() {
        settled.user_id = Some(UserId::new(900 + row));
    } else {
        settled.error = Some(RowError::new(
            "taken",
            "=is \"taken\"",
            row.is_multiple_of(2),
        ));
    }
    settled
}

/// The lines on which the rows begin.
fn lines(text: &str) -> Vec<u64> {
    let mut source = scan(text).into_source().unwrap();
    let mut lines = Vec::new();
    while let Some(item) = source.next_row().unwrap() {
        lines.push(match item {
            SourceItem::Row(row) => row.line,
            SourceItem::Settled(outcome) => outcome.line,
        });
    }
    lines
}

fn write(
    text: &str,
    disk: &SimDisk,
    files: impl FnOnce(ResultFiles) -> ResultFiles,
) -> Result<ResultsWritten, ResultsError> {
    let scan = scan(text);
    let all = files(ResultFiles::new(scan.layout().clone()));
    let mut source = scan.into_source().unwrap();
    all.write(&mut index(disk), &mut source)
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

/// How an input is laid out.
#[derive(Clone, Copy, Debug)]
struct Style {
    json: bool,
    mark: &'static str,
    end: &'static str,
    delimiter: char,
    /// Whether it is the failed file of an earlier import.
    again: bool,
}

impl Style {
    fn header(&self) -> String {
        let d = self.delimiter;
        format!("external_id{d}\"Name\"{d}notes")
    }

    /// What the user wrote of a row.
    fn users(&self, row: usize, seed: u8) -> String {
        let d = self.delimiter;
        if self.json {
            return [
                format!("{{\"external_id\": \"e{row}\" }}"),
                format!("{{ \"name\":\"\\u00e9}}\",\"external_id\":\"e{row}\"}}"),
                format!("{{\"email\":\"bad\",\"n\":[1,{{\"_zd\":{row}}}]}}"),
            ][usize::from(seed % 3)]
            .clone();
        }
        [
            format!("e{row}{d}A{d}"),
            format!(" e{row}{d}\"A{d} \"\"{row}\"\"\"{d}=1+2"),
            format!("e{row}{d}\"two{}lines\"{d}é", self.end),
            format!("e{}{d}again{d}", row / 2),
            format!("ragged{row}"),
        ][usize::from(seed % 5)]
        .clone()
    }

    /// The row as it stands in the input.
    fn row(&self, users: &str, row: usize) -> String {
        if !self.again {
            return users.to_owned();
        }
        match (self.json, users.rfind('}')) {
            (true, Some(end)) => {
                let end = users[..end].trim_end().len();
                let (before, behind) = users.split_at(end);
                format!("{before},\"_zd\":{{\"line\":{row}}}{behind}")
            }
            _ => format!("{users}{0}{row}{0}failed", self.delimiter),
        }
    }

    fn text(&self, rows: &[String]) -> String {
        let mut text = self.mark.to_owned();
        if !self.json {
            text.push_str(&self.header());
            if self.again {
                text.push_str(&format!("{0}zd_line{0}zd_status", self.delimiter));
            }
            text.push_str(self.end);
        }
        for (number, row) in rows.iter().enumerate() {
            text.push_str(&self.row(row, number));
            text.push_str(self.end);
        }
        text
    }

    /// The user's part of the rows of a file with our columns: what is left of `text` begins with a row of `rows`.
    fn without_ours(&self, mut text: &str, rows: &[&str]) -> String {
        let mut plain = String::new();
        for row in rows {
            let row = row.strip_suffix('}').map_or(*row, str::trim_end);
            let rest = text
                .strip_prefix(row)
                .unwrap_or_else(|| panic!("{row:?} is not the start of {text:?}"));
            let (ours, behind) = rest.split_once(self.end).unwrap();
            let begins = if self.json {
                ",\"_zd\":{\"line\":".to_owned()
            } else {
                self.delimiter.to_string()
            };
            assert!(ours.starts_with(&begins), "{ours}");
            plain.push_str(row);
            plain.push_str(self.end);
            text = behind;
        }
        assert_eq!(text, "", "there is nothing else in it");
        plain
    }
}

fn style() -> impl Strategy<Value = Style> {
    (
        any::<bool>(),
        prop::sample::select(vec!["", "\u{feff}"]),
        prop::sample::select(vec!["\n", "\r\n"]),
        prop::sample::select(vec![',', ';', '\t']),
        any::<bool>(),
    )
        .prop_map(|(json, mark, end, delimiter, again)| Style {
            json,
            mark,
            end: if json { "\n" } else { end },
            delimiter,
            again,
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Whatever became of the rows, and in whatever order: the three files are the input in three parts.
    #[test]
    fn success_failed_and_unprocessed_are_the_input(
        style in style(),
        rows in prop::collection::vec((any::<u8>(), 0..7_usize), 1..60),
        turn in any::<prop::sample::Index>(),
    ) {
        let users: Vec<String> = rows
            .iter()
            .enumerate()
            .map(|(row, (seed, _))| style.users(row, *seed))
            .collect();
        let text = style.text(&users);
        let lines = lines(&text);
        prop_assert_eq!(lines.len(), rows.len());
        let mut outcomes: Vec<Settled> = rows
            .iter()
            .enumerate()
            .filter_map(|(row, (_, fate))| {
                let status = *Status::ALL.get(*fate)?;
                Some(settled(row as u64, lines[row], status))
            })
            .collect();
        if !outcomes.is_empty() {
            let turn = turn.index(outcomes.len());
            outcomes.rotate_left(turn);
        }
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let disk = runtime.block_on(journal(Some(rows.len() as u64), &outcomes, None));
        let directory = tempfile::tempdir().unwrap();
        let path = |name: &str| directory.path().join(name);
        let written = write(&text, &disk, |files| {
            files
                .with(ResultFile::success(path("success")))
                .with(ResultFile::failed(path("failed")))
                .with(ResultFile::unprocessed(path("unprocessed")))
                .with(ResultFile::outcomes(path("outcomes")))
        })
        .unwrap();

        let part = |wanted: &dyn Fn(usize) -> bool| -> Vec<&str> {
            let fates = rows.iter().zip(&users);
            fates.filter(|((_, fate), _)| wanted(*fate)).map(|(_, user)| user.as_str()).collect()
        };
        let parts = [part(&|fate| fate < 3), part(&|fate| (3..6).contains(&fate)), part(&|fate| fate == 6)];
        let counts: Vec<u64> = written.files.iter().map(|file| file.rows).collect();
        let expected: Vec<u64> = parts.iter().map(|part| part.len() as u64).collect();
        prop_assert_eq!(&counts[..3], &expected[..]);
        prop_assert_eq!(counts[3], outcomes.len() as u64);
        prop_assert_eq!(written.counts.rows + written.unprocessed, rows.len() as u64);

        let start = if style.json { String::new() } else { style.header() };
        for (name, rows) in ["success", "failed"].iter().zip(&parts) {
            let file = read(&path(name));
            prop_assert_eq!(file.is_empty(), rows.is_empty());
            if rows.is_empty() {
                continue;
            }
            let body = file.strip_prefix(style.mark).and_then(|file| file.strip_prefix(&start));
            let mut body = body.expect("it begins as the input");
            if !style.json {
                body = body.split_once(style.end).unwrap().1;
            }
            let plain = style.without_ours(body, rows);
            prop_assert_eq!(plain.is_empty(), false);
        }
        if !parts[2].is_empty() {
            let mut plain = format!("{}{start}", style.mark);
            if !style.json {
                plain.push_str(style.end);
            }
            for row in &parts[2] {
                plain.push_str(row);
                plain.push_str(style.end);
            }
            prop_assert_eq!(read(&path("unprocessed")), plain);
        }
        prop_assert_eq!(read(&path("outcomes")).lines().count(), outcomes.len());
    }
}

const PEOPLE: &str = "external_id,name\n1,A\n2,B\n\n3,C\n4,D\n";

/// Rows 1 and 3 failed, the first of them may pass; row 2 was updated; row 4 has no outcome.
fn fates() -> Vec<Settled> {
    vec![
        settled(2, 5, Status::Indeterminate),
        settled(1, 3, Status::Updated),
        settled(0, 2, Status::Failed),
    ]
}

#[tokio::test]
async fn the_files_are_those_that_a_running_import_writes() {
    let mut fates = fates();
    fates[2].user_id = Some(UserId::new(17));
    let disk = journal(Some(4), &fates, None).await;
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    let layout: Layout = scan(PEOPLE).layout().clone();
    let mut failed = FailedFile::create(path("live"), layout).unwrap();
    let mut log = OutcomeLog::new(Vec::new());
    let mut source = scan(PEOPLE).into_source().unwrap();
    while let Some(SourceItem::Row(row)) = source.next_row().unwrap() {
        let Some(fate) = fates.iter().find(|fate| fate.row == row.number) else {
            continue;
        };
        let mut outcome = Outcome::new(&row, fate.status);
        outcome.job = Some(JobId::new("V3-1"));
        (outcome.user_id, outcome.attempts) = (fate.user_id, fate.attempts);
        outcome.error.clone_from(&fate.error);
        failed.record(&outcome).unwrap();
        log.record(&outcome).unwrap();
    }
    failed.finish().unwrap();
    let written = write(PEOPLE, &disk, |files| {
        files
            .with(ResultFile::failed(path("failed")))
            .with(ResultFile::outcomes(path("outcomes")))
            .with(ResultFile::failed(path("retry")).rows(RowFilter::NOT_APPLIED.retryable()))
            .with(ResultFile::failed(path("told")).rows(RowFilter::UNPROCESSED))
    })
    .unwrap();
    assert_eq!(read(&path("failed")), read(&path("live")));
    assert_eq!(read(&path("outcomes")).into_bytes(), log.into_inner());
    assert_eq!(written.files[0].path, Some(path("failed")));
    assert_eq!((written.counts.failed, written.unprocessed), (1, 1));
    assert_eq!(written.reasons.retryable(), 2);
    assert_eq!(written.reasons.largest_first().len(), 2);
    assert_eq!(read(&path("retry")), read(&path("failed")));
    assert!(read(&path("told")).ends_with("\n4,D,6,unprocessed,,,,,,\n"));
}

#[tokio::test]
async fn a_file_that_an_earlier_end_left_goes_when_its_rows_are_done() {
    let directory = tempfile::tempdir().unwrap();
    let left = directory.path().join("unprocessed.csv");
    let early = journal(Some(4), &fates(), Some(false)).await;
    let unprocessed = |own: Option<Stamp>| {
        let left = left.clone();
        move |files: ResultFiles| files.with(ResultFile::unprocessed(left).own(own))
    };
    let first = write(PEOPLE, &early, unprocessed(None)).unwrap();
    let stamp = first.files[0].stamp;
    assert!(stamp.is_some_and(|stamp| stamp.is_of(&left)));

    let mut all = fates();
    all.push(settled(3, 6, Status::Created));
    let done = journal(Some(4), &all, Some(true)).await;
    let other = write(PEOPLE, &done, unprocessed(None)).unwrap();
    assert!(
        left.exists() && !other.files[0].removed,
        "not known as its own"
    );

    std::fs::write(&left, "external_id,name\n4,Corrected\n").unwrap();
    let edited = write(PEOPLE, &done, unprocessed(stamp)).unwrap();
    assert!(left.exists() && !edited.files[0].removed, "somebody's work");

    write(PEOPLE, &early, unprocessed(None)).unwrap();
    let gone = write(PEOPLE, &done, unprocessed(stamp)).unwrap();
    assert!(!left.exists() && gone.files[0].removed);
    assert_eq!(gone.files[0].path, None);
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn an_input_that_is_not_the_journal_s_is_told_and_nothing_is_written() {
    let directory = tempfile::tempdir().unwrap();
    let target = directory.path().join("failed.csv");
    std::fs::write(&target, "old").unwrap();
    let refuse = |text: &'static str, disk: SimDisk| {
        let error =
            write(text, &disk, |files| files.with(ResultFile::failed(&target))).unwrap_err();
        assert_eq!(read(&target), "old");
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1);
        error.to_string()
    };
    let short = "external_id,name\n1,A\n2,B\n";
    let said = refuse(short, journal(None, &fates(), None).await);
    assert!(
        said.contains("row 3: the journal has a row that the input does not have"),
        "{said}"
    );
    let said = refuse(short, journal(Some(3), &fates()[1..], None).await);
    assert!(said.contains("another number of rows"), "{said}");
    let said = refuse(PEOPLE, journal(None, &fates(), Some(true)).await);
    assert!(
        said.contains("the input has rows that the journal does not have"),
        "{said}"
    );
    let moved = "external_id,name\n\n1,A\n2,B\n3,C\n4,D\n";
    let said = refuse(moved, journal(None, &fates(), None).await);
    assert!(
        said.contains("row 1: the journal has it on another line"),
        "{said}"
    );
}

#[cfg(unix)]
#[tokio::test]
async fn files_are_private_and_pipes_are_written_to() {
    use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
    let directory = tempfile::tempdir().unwrap();
    let (plain, fifo) = (
        directory.path().join("plain"),
        directory.path().join("fifo"),
    );
    let made = std::process::Command::new("mkfifo").arg(&fifo).status();
    assert!(made.unwrap().success());
    let disk = journal(None, &fates(), None).await;
    let reader = std::thread::spawn({
        let fifo = fifo.clone();
        move || read(&fifo)
    });
    ResultFile::failed(&fifo).check().unwrap();
    let written = write(PEOPLE, &disk, |files| {
        files
            .with(ResultFile::failed(&plain))
            .with(ResultFile::failed(&fifo))
    })
    .unwrap();
    // First, so that the test fails instead of waiting for a writer that never comes.
    assert!(std::fs::metadata(&fifo).unwrap().file_type().is_fifo());
    assert_eq!(reader.join().unwrap(), read(&plain));
    assert_eq!(written.files[1].stamp, None);
    let mode = std::fs::metadata(&plain).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(ResultFile::failed(directory.path()).check().is_err());
    assert!(
        ResultFile::failed(directory.path().join("no/file"))
            .check()
            .is_err()
    );
}
