//! The journal: what survives what.

mod crash;
mod damage;
mod files;
mod formats;
mod index;
mod lock;

use zd_import::{
    AgainRow, Began, Disk, Ended, Entry, Journal, JournalError, JournalReader, LogJournal,
    RowError, Settled, SimDisk, Status,
};
use zd_model::{JobId, UserId};

fn job(batch: u64) -> JobId {
    JobId::from(format!("V3-{batch:032x}"))
}

fn began() -> Entry {
    let mut began = Began::default();
    began.run = "2026-12-01-people".to_owned();
    began.at = 1_796_000_000;
    began.account = "acme.zendesk.com".to_owned();
    began.rows = Some(1_000);
    Entry::Began(Box::new(began))
}

fn ended() -> Entry {
    let mut ended = Ended::default();
    ended.finished = true;
    Entry::Ended(Box::new(ended))
}

fn settled(row: u64) -> Settled {
    let mut settled = Settled::new(row, row + 2, Status::Created);
    settled.attempts = 1;
    match row % 7 {
        3 => {
            settled.status = Status::Failed;
            settled.error = Some(RowError::new("DuplicateValue", "Email: taken", false));
        }
        5 => settled.status = Status::Indeterminate,
        _ => settled.user_id = Some(UserId::new(38_000_000_000 + row * 13)),
    }
    settled
}

/// The commits of a run of batches of ten rows.
fn commits(batches: u64) -> Vec<Vec<Entry>> {
    let mut commits = vec![vec![began()]];
    for batch in 0..batches {
        let rows = batch * 10..batch * 10 + 10;
        commits.push(vec![Entry::Intent {
            batch,
            server: Some(1_796_000_000),
            rows: rows.clone().collect(),
        }]);
        commits.push(vec![
            Entry::Accepted {
                batch,
                job: job(batch),
            },
            Entry::TurnedAway { batch: batch + 90 },
            Entry::Again {
                rows: vec![AgainRow::new(batch, true, false)],
            },
        ]);
        commits.push(vec![Entry::Outcomes {
            job: Some(job(batch)),
            rows: rows.map(settled).collect(),
        }]);
    }
    commits.push(vec![ended()]);
    commits
}

fn entries(commits: &[Vec<Entry>]) -> Vec<Entry> {
    commits.iter().flatten().cloned().collect()
}

/// Runs what never waits, without a runtime.
fn now<T>(future: impl Future<Output = T>) -> T {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).poll(&mut context) {
        std::task::Poll::Ready(done) => done,
        std::task::Poll::Pending => panic!("it waits"),
    }
}

/// Commits until one fails; says how many were done.
fn commit_all<D: Disk>(journal: &mut LogJournal<D>, commits: &[Vec<Entry>]) -> usize {
    commits
        .iter()
        .take_while(|commit| now(journal.commit(commit)).is_ok())
        .count()
}

fn replay<D: Disk>(journal: &mut LogJournal<D>) -> Result<Vec<Entry>, JournalError> {
    let mut found = Vec::new();
    now(journal.replay(&mut |entry| found.push(entry)))?;
    Ok(found)
}

/// What whoever goes on with it finds.
fn reopened(disk: &SimDisk) -> Result<Vec<Entry>, JournalError> {
    replay(&mut LogJournal::open_on(disk.clone())?)
}

/// What somebody sees who only looks.
fn seen(disk: &SimDisk) -> Result<Vec<Entry>, JournalError> {
    let mut found = Vec::new();
    JournalReader::new(disk.clone())?.read(&mut |entry| found.push(entry))?;
    Ok(found)
}

/// A whole journal.
fn written(commits: &[Vec<Entry>]) -> SimDisk {
    let disk = SimDisk::new();
    let mut journal = LogJournal::create_on(disk.clone()).unwrap();
    assert_eq!(commit_all(&mut journal, commits), commits.len());
    disk
}

#[test]
fn what_was_committed_is_replayed_in_order() {
    let commits = commits(5);
    let disk = written(&commits);
    assert_eq!(reopened(&disk).unwrap(), entries(&commits));
    assert_eq!(seen(&disk).unwrap(), entries(&commits));
    let mut journal = LogJournal::open_on(disk).unwrap();
    now(journal.commit(&[])).unwrap();
    now(journal.commit(&commits[1])).unwrap();
    let found = replay(&mut journal).unwrap();
    assert_eq!(found.len(), entries(&commits).len() + 1);
    assert_eq!(found.last(), commits[1].last());
}

#[test]
fn a_large_commit_is_split_and_one_that_is_too_large_refused() {
    let mut rows: Vec<Settled> = (0..20_000).map(settled).collect();
    for row in &mut rows {
        row.error = Some(RowError::new("code", format!("no {}", row.row), false));
    }
    let commit: Vec<Entry> = rows
        .chunks(1_000)
        .map(|rows| Entry::Outcomes {
            job: None,
            rows: rows.to_vec(),
        })
        .collect();
    let disk = SimDisk::new();
    let mut journal = LogJournal::create_on(disk.clone()).unwrap();
    let before = disk.syncs(zd_import::SyncKind::Content);
    now(journal.commit(&commit)).unwrap();
    assert!(disk.syncs(zd_import::SyncKind::Content) > before + 1);
    assert_eq!(replay(&mut journal).unwrap(), commit);
    let mut huge = settled(0);
    huge.error = Some(RowError::new("code", "x".repeat(17 << 20), false));
    let refused = Entry::Outcomes {
        job: None,
        rows: vec![huge],
    };
    assert!(matches!(
        now(journal.commit(&[refused])),
        Err(JournalError::Io { .. })
    ));
    assert_eq!(
        reopened(&disk).unwrap(),
        commit,
        "and nothing of it is there"
    );
}
