//! Journals in real files.

use zd_import::{Entry, FileJournal, Journal as _, OutcomeIndex};

use super::{commits, entries};

async fn commit_all(journal: &mut FileJournal, commits: &[Vec<Entry>]) {
    for commit in commits {
        journal.commit(commit).await.unwrap();
    }
}

async fn replay(journal: &mut FileJournal) -> Vec<Entry> {
    let mut found = Vec::new();
    journal
        .replay(&mut |entry| found.push(entry))
        .await
        .unwrap();
    found
}

/// Under a paused clock: the pool of blocking threads does not make it run ahead.
#[tokio::test(start_paused = true)]
async fn a_journal_is_carried_on_in_its_file() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path().join("runs/one");
    let commits = commits(30);
    let before = tokio::time::Instant::now();
    let mut journal = FileJournal::create(&directory).unwrap();
    commit_all(&mut journal, &commits[..40]).await;
    assert_eq!(replay(&mut journal).await, entries(&commits[..40]));
    drop(journal);
    // What a kill in the middle of a write leaves.
    let file = directory.join("journal");
    let mut bytes = std::fs::read(&file).unwrap();
    bytes.extend_from_slice(&[100, 0, 0, 0, 7]);
    std::fs::write(&file, &bytes).unwrap();
    let mut journal = FileJournal::open(&directory).unwrap();
    commit_all(&mut journal, &commits[40..]).await;
    assert_eq!(replay(&mut journal).await, entries(&commits));
    assert_eq!(before.elapsed(), std::time::Duration::ZERO);

    let mut index = OutcomeIndex::build(FileJournal::read(&directory).unwrap()).unwrap();
    assert_eq!(index.counts().rows, 300, "while it is open for writing");
    assert!(index.get(299).unwrap().is_some());
}

#[tokio::test]
async fn a_commit_that_was_given_up_is_the_last() {
    let directory = tempfile::tempdir().unwrap();
    let mut journal = FileJournal::create(directory.path()).unwrap();
    let commits = commits(1);
    {
        let mut commit = std::pin::pin!(journal.commit(&commits[0]));
        let polled = std::future::poll_fn(|context| {
            std::task::Poll::Ready(commit.as_mut().poll(context).is_ready())
        });
        assert!(!polled.await, "it takes another thread");
    }
    assert!(journal.commit(&commits[1]).await.is_err());
    drop(journal);
    // The thread may still be writing; the lock is kept until it is done.
    let mut journal = loop {
        match FileJournal::open(directory.path()) {
            Err(zd_import::JournalError::Locked { .. }) => tokio::task::yield_now().await,
            journal => break journal.unwrap(),
        }
    };
    assert!(commits[0].starts_with(&replay(&mut journal).await));
}

#[test]
fn without_a_runtime_it_says_so() {
    let directory = tempfile::tempdir().unwrap();
    let mut journal = FileJournal::create(directory.path()).unwrap();
    assert!(super::now(journal.commit(&commits(1)[0])).is_err());
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path().join("runs/one");
    let _journal = FileJournal::create(&directory).unwrap();
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&directory), 0o700);
    assert_eq!(mode(directory.parent().unwrap()), 0o700);
    let mut names: Vec<_> = directory
        .read_dir()
        .unwrap()
        .map(|file| file.unwrap())
        .inspect(|file| assert_eq!(mode(&file.path()), 0o600, "{file:?}"))
        .map(|file| file.file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["journal", "lock"]);
}
