//! Finding outcomes.

use zd_import::{
    Crash, Entry, Journal, JournalError, JournalReader, LogJournal, OutcomeIndex, Settled, SimDisk,
    Status, Tear,
};

use super::{began, commit_all, commits, ended, job, now, settled, written};

fn index(disk: &SimDisk) -> Result<OutcomeIndex<SimDisk>, JournalError> {
    OutcomeIndex::build(JournalReader::new(disk.clone())?)
}

#[test]
fn every_row_is_found_with_its_job() {
    let mut index = index(&written(&commits(40))).unwrap();
    for row in (0..400).chain((0..400).rev()).chain([17, 390, 17]) {
        assert_eq!(
            index.get(row).unwrap(),
            Some((settled(row), Some(job(row / 10))))
        );
    }
    assert_eq!(index.get(400).unwrap(), None);
    assert_eq!(index.get(u64::MAX).unwrap(), None);
    let counts = index.counts();
    assert_eq!(
        (counts.rows, counts.failed, counts.indeterminate),
        (400, 57, 57)
    );
    assert_eq!(
        Entry::Began(Box::new(index.began().unwrap().clone())),
        began()
    );
    assert_eq!(index.ended().len(), 1);
    assert_eq!(Entry::Ended(Box::new(index.ended()[0].clone())), ended());
}

#[test]
fn it_follows_a_journal_that_is_being_written() {
    let disk = SimDisk::new();
    let mut journal = LogJournal::create_on(disk.clone()).unwrap();
    let mut index = index(&disk).unwrap();
    for (number, commit) in commits(9).iter().enumerate() {
        now(journal.commit(commit)).unwrap();
        index.refresh().unwrap();
        assert_eq!(index.counts().rows, number.min(27) as u64 / 3 * 10);
    }
    assert_eq!(index.get(88).unwrap(), Some((settled(88), Some(job(8)))));
    // The writer dies in the middle of a commit, and another goes on.
    let before = disk.bytes().len();
    disk.crash_at(1);
    let more = Entry::Outcomes {
        job: None,
        rows: (1_000..1_400).map(settled).collect(),
    };
    assert!(now(journal.commit(std::slice::from_ref(&more))).is_err());
    let disk = disk.restart(Crash::Power(Tear::Garbage(700, 5)));
    assert!(disk.bytes().len() > before);
    let mut index = OutcomeIndex::build(JournalReader::new(disk.clone()).unwrap()).unwrap();
    assert_eq!(index.counts().rows, 90);
    let mut journal = LogJournal::open_on(disk).unwrap();
    assert_eq!(commit_all(&mut journal, &[vec![more]]), 1);
    index.refresh().unwrap();
    assert_eq!(
        index.counts().rows,
        490,
        "what was garbage then is not any more"
    );
    assert_eq!(index.get(1_399).unwrap(), Some((settled(1_399), None)));
}

#[test]
fn a_row_that_is_settled_twice_is_damage() {
    let mut twice = commits(3);
    twice.push(vec![Entry::Outcomes {
        job: None,
        rows: vec![Settled::new(11, 13, Status::Failed)],
    }]);
    let disk = written(&twice[..twice.len() - 1]);
    let at = disk.bytes().len() as u64;
    let mut journal = LogJournal::open_on(disk.clone()).unwrap();
    now(journal.commit(&twice[twice.len() - 1])).unwrap();
    let found = index(&disk);
    let Err(JournalError::Damaged { at: found, what }) = found else {
        panic!("{found:?}");
    };
    assert_eq!((found, what), (at, "a row is settled twice"));
}

#[test]
fn rows_that_are_far_apart_take_no_room() {
    let rows = [u64::MAX, 5, 1 << 40].map(|row| Settled::new(row, 1, Status::Updated));
    let disk = written(&[vec![Entry::Outcomes {
        job: None,
        rows: rows.to_vec(),
    }]]);
    let mut index = index(&disk).unwrap();
    for row in rows {
        assert_eq!(index.get(row.row).unwrap(), Some((row, None)));
    }
}
