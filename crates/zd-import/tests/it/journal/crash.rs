//! Crashes and failures at every operation, with everything that may be left of what was not synced.

use std::io::ErrorKind;

use zd_import::{Crash, Entry, JournalError, LogJournal, SimDisk, SyncKind, Tear};

use super::{commit_all, commits, entries, now, reopened, seen};

/// Everything that may be left of this many bytes that were not synced.
fn crashes(unsynced: usize) -> Vec<Crash> {
    crashes_in_steps(unsynced, 1)
}

/// The same for every so many bytes.
fn crashes_in_steps(unsynced: usize, step: usize) -> Vec<Crash> {
    let mut crashes = vec![
        Crash::Process,
        Crash::Power(Tear::Lost),
        Crash::Power(Tear::Kept),
    ];
    for kept in (0..=unsynced).step_by(step) {
        crashes.push(Crash::Power(Tear::Prefix(kept)));
        crashes.push(Crash::Power(Tear::Zeros(kept)));
        crashes.push(Crash::Power(Tear::Garbage(kept, kept as u64)));
    }
    crashes.extend((0..8).map(|seed| Crash::Power(Tear::Sectors(seed))));
    crashes
}

/// Writes until the disk says no. How many commits were done, or none if not even the journal was.
fn write(disk: &SimDisk, commits: &[Vec<Entry>]) -> Option<usize> {
    // The same id, and so the same bytes, each time.
    fastrand::seed(1);
    let mut journal = LogJournal::create_on(disk.clone()).ok()?;
    let done = commit_all(&mut journal, commits);
    if let Some(next) = commits.get(done) {
        assert!(
            now(zd_import::Journal::commit(&mut journal, next)).is_err(),
            "after one that failed no other is taken"
        );
    }
    Some(done)
}

/// Whether what is found is what it should be: a prefix of what was written, with all that was said to be durable.
fn judge(
    found: Result<Vec<Entry>, JournalError>,
    written: &[Entry],
    durable: Option<usize>,
) -> Result<usize, String> {
    let found = match found {
        Err(JournalError::Missing) if durable.is_none() => return Ok(0),
        other => other.map_err(|error| error.to_string())?,
    };
    if !written.starts_with(&found) {
        return Err(format!("{} entries that are no prefix", found.len()));
    }
    if found.len() < durable.unwrap_or(0) {
        return Err(format!(
            "{} entries are gone",
            durable.unwrap_or(0) - found.len()
        ));
    }
    Ok(found.len())
}

/// Goes on after a crash: looks, opens, replays, commits the rest, and loses what was not synced in between.
fn go_on(disk: &SimDisk, commits: &[Vec<Entry>], done: Option<usize>) -> Result<(), String> {
    let durable = done.map(|done| entries(&commits[..done]).len());
    let written = entries(commits);
    judge(seen(disk), &written, durable.map(|_| 0))?;
    // What was replayed may have been shown, so it must not go any more.
    let only_replayed = disk.copy();
    let found = judge(reopened(&only_replayed), &written, durable)?;
    let lost = only_replayed.restart(Crash::Power(Tear::Lost));
    if judge(reopened(&lost), &written, durable.map(|_| found))? != found {
        return Err("another replay tells something else".to_owned());
    }
    let whole = (0..=commits.len())
        .find(|&whole| entries(&commits[..whole]).len() == found)
        .ok_or("a part of a commit was found")?;
    let mut disk = disk.clone();
    for rest in [commits.get(whole..=whole), commits.get(whole + 1..)] {
        let rest = rest.unwrap_or_default();
        let mut journal = match LogJournal::open_on(disk.clone()) {
            Err(JournalError::Missing) if durable.is_none() => LogJournal::create_on(disk.clone()),
            journal => journal,
        }
        .map_err(|error| error.to_string())?;
        if commit_all(&mut journal, rest) != rest.len() {
            return Err("it cannot go on".to_owned());
        }
        disk = disk.restart(Crash::Power(Tear::Lost));
        if !rest.is_empty() {
            judge(
                reopened(&disk),
                &written,
                Some(entries(&commits[..=whole]).len()),
            )?;
        }
    }
    judge(reopened(&disk), &written, Some(written.len()))?;
    Ok(())
}

/// How many operations it takes to write these.
fn operations(commits: &[Vec<Entry>]) -> u64 {
    let disk = SimDisk::new();
    assert_eq!(write(&disk, commits), Some(commits.len()));
    disk.operations()
}

#[test]
fn a_crash_at_any_operation_loses_nothing_that_was_durable() {
    let commits = commits(1);
    let mut cases = 0;
    for operation in 1..=operations(&commits) + 1 {
        let disk = SimDisk::new();
        disk.crash_at(operation);
        let done = write(&disk, &commits);
        for crash in crashes(disk.unsynced()) {
            let disk = disk.copy().restart(crash);
            go_on(&disk, &commits, done)
                .unwrap_or_else(|what| panic!("operation {operation}, {crash:?}: {what}"));
            cases += 1;
        }
    }
    assert!(cases > 2_000, "{cases}");
}

/// The second crash meets a process that cuts, writes over and seals what the first one left.
#[test]
fn so_does_a_crash_while_it_is_opened() {
    let commits = commits(1);
    for operation in 1..=operations(&commits) {
        for first in [
            Crash::Process,
            Crash::Power(Tear::Prefix(40)),
            Crash::Power(Tear::Garbage(30, 3)),
        ] {
            let disk = SimDisk::new();
            disk.crash_at(operation);
            let done = write(&disk, &commits);
            let disk = disk.restart(first);
            for second in 1..=5 {
                let disk = disk.copy();
                disk.crash_at(second);
                let _down = LogJournal::open_on(disk.clone());
                for crash in crashes_in_steps(disk.unsynced(), 13) {
                    let disk = disk.copy().restart(crash);
                    go_on(&disk, &commits, done).unwrap_or_else(|what| {
                        panic!("operation {operation}, {first:?}, {second}, {crash:?}: {what}")
                    });
                }
            }
        }
    }
}

#[test]
fn a_failure_at_any_operation_ends_it_and_it_can_be_resumed() {
    let commits = commits(1);
    for operation in 1..=operations(&commits) {
        for kind in [ErrorKind::StorageFull, ErrorKind::Other] {
            for on in [false, true] {
                let disk = SimDisk::new();
                if on {
                    disk.fail_from(operation, kind);
                } else {
                    disk.fail_at(operation, kind);
                }
                let done = write(&disk, &commits);
                assert_ne!(done, Some(commits.len()), "operation {operation} failed");
                for crash in crashes_in_steps(disk.unsynced(), 7) {
                    let disk = disk.copy().restart(crash);
                    go_on(&disk, &commits, done)
                        .unwrap_or_else(|what| panic!("operation {operation}, {crash:?}: {what}"));
                }
            }
        }
    }
}

/// Whether a crash at some operation finds something wrong when a sync of the first process, or of the one that goes on,
/// only says that it was done.
fn goes_wrong(kind: SyncKind, nth: u64, first: bool) -> bool {
    let commits = commits(1);
    (1..=operations(&commits) + 1).any(|operation| {
        [Crash::Process, Crash::Power(Tear::Lost)]
            .into_iter()
            .any(|crash| {
                let disk = SimDisk::new();
                disk.crash_at(operation);
                if first {
                    disk.ignore_sync(kind, nth);
                }
                let done = write(&disk, &commits);
                let disk = disk.restart(crash);
                if !first {
                    disk.ignore_sync(kind, nth);
                }
                go_on(&disk, &commits, done).is_err()
            })
    })
}

#[test]
fn every_sync_is_needed() {
    let commits = commits(1);
    let disk = SimDisk::new();
    write(&disk, &commits);
    let content = disk.syncs(SyncKind::Content);
    assert_eq!(
        content,
        1 + commits.len() as u64,
        "one for the header, one for each commit"
    );
    for nth in 1..=content {
        assert!(goes_wrong(SyncKind::Content, nth, true), "content {nth}");
    }
    assert_eq!(disk.syncs(SyncKind::Name), 1);
    assert!(goes_wrong(SyncKind::Name, 1, true), "the name's");
    assert!(
        goes_wrong(SyncKind::Content, 1, false),
        "the content's when it is opened"
    );
    assert!(
        goes_wrong(SyncKind::Name, 1, false),
        "the name's when it is opened"
    );
    assert!(
        !goes_wrong(SyncKind::Content, 1_000, true),
        "and with all of them nothing does"
    );
}

/// A system forgets what it could not write, and shows it all the same. The next process must not build on it.
#[test]
fn a_commit_whose_sync_failed_is_written_again_by_who_goes_on() {
    let commits = commits(2);
    let disk = SimDisk::new();
    let mut journal = LogJournal::create_on(disk.clone()).unwrap();
    assert_eq!(commit_all(&mut journal, &commits[..3]), 3);
    disk.fail_at(2, ErrorKind::Other);
    assert_eq!(commit_all(&mut journal, &commits[3..]), 0);
    assert_eq!(disk.unsynced(), 0, "it is forgotten");
    let disk = disk.restart(Crash::Process);
    assert_eq!(
        seen(&disk).unwrap(),
        entries(&commits[..3]),
        "who only looks is not shown it"
    );
    assert_eq!(reopened(&disk).unwrap(), entries(&commits[..4]));
    let disk = disk.restart(Crash::Power(Tear::Lost));
    assert_eq!(reopened(&disk).unwrap(), entries(&commits[..4]));
}

/// The same when what could not be written was the last seal, in an opening that failed.
#[test]
fn a_seal_whose_sync_failed_is_written_again_by_who_goes_on() {
    let commits = commits(2);
    for operation in 1..8 {
        let disk = SimDisk::new();
        let mut journal = LogJournal::create_on(disk.clone()).unwrap();
        assert_eq!(commit_all(&mut journal, &commits[..1]), 1);
        let disk = disk.restart(Crash::Process);
        disk.fail_at(operation, ErrorKind::Other);
        let _ = LogJournal::open_on(disk.clone());
        let disk = disk.restart(Crash::Process);
        let mut journal = LogJournal::open_on(disk.clone()).unwrap();
        assert_eq!(commit_all(&mut journal, &commits[1..3]), 2);
        let disk = disk.restart(Crash::Power(Tear::Lost));
        let found = reopened(&disk);
        assert_eq!(found.unwrap(), entries(&commits[..3]), "{operation}");
    }
}
