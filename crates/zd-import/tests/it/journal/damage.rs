//! Flipped bits and cuts, everywhere.

use zd_import::{Entry, JournalError, LogJournal, SimDisk};

use super::{commit_all, commits, entries, reopened, seen, written};

/// The whole journal, and its length after each commit.
fn measured(commits: &[Vec<Entry>]) -> (SimDisk, Vec<usize>) {
    let disk = SimDisk::new();
    let mut journal = LogJournal::create_on(disk.clone()).unwrap();
    let lengths = commits
        .iter()
        .map(|commit| {
            assert_eq!(commit_all(&mut journal, std::slice::from_ref(commit)), 1);
            disk.bytes().len()
        })
        .collect();
    (disk, lengths)
}

fn is_damage<T>(found: &Result<T, JournalError>) -> bool {
    matches!(found, Err(JournalError::Damaged { .. }))
}

#[test]
fn a_flipped_bit_is_found_wherever_it_is() {
    let disk = written(&commits(3));
    let whole = disk.bytes();
    for bit in 0..whole.len() * 8 {
        let damaged = disk.copy();
        damaged.flip(bit);
        let before = damaged.bytes();
        if bit / 8 == whole.len() - 1 {
            // The last byte of the last seal may as well never have been written. Nothing is gone.
            assert_eq!(reopened(&damaged).unwrap(), entries(&commits(3)));
            assert_eq!(damaged.bytes(), whole, "it is sealed again");
            continue;
        }
        assert!(is_damage(&seen(&damaged)), "bit {bit}");
        let found = reopened(&damaged);
        let Err(JournalError::Damaged { at, .. }) = found else {
            panic!("bit {bit}: {found:?}");
        };
        assert!(at <= bit as u64 / 8, "bit {bit} is said to be at {at}");
        assert_eq!(damaged.bytes(), before, "and nothing is changed");
    }
}

/// The last commit's seal says that it was durable, so any damage to it is damage.
#[test]
fn a_sealed_commit_is_never_taken_for_a_torn_one() {
    let (disk, lengths) = measured(&commits(3));
    let whole = disk.bytes();
    let last = lengths[lengths.len() - 2]..whole.len() - 8;
    for from in last.clone() {
        for length in [1, 2, 4, 16, 512] {
            let mut bytes = whole.clone();
            bytes[from..(from + length).min(last.end)].fill(0);
            if bytes == whole {
                continue;
            }
            let found = reopened(&SimDisk::holding(bytes));
            assert!(is_damage(&found), "{length} zeros at {from}: {found:?}");
        }
    }
}

#[test]
fn a_cut_leaves_every_commit_before_it() {
    let commits = commits(3);
    let (disk, lengths) = measured(&commits);
    for length in 0..=disk.bytes().len() {
        let cut = disk.copy();
        cut.cut(length);
        if length < 32 {
            assert!(
                is_damage(&reopened(&cut)),
                "cut at {length}: its header is gone"
            );
            continue;
        }
        // A commit is whole without its seal.
        let whole = lengths.iter().filter(|&&end| end - 8 <= length).count();
        assert_eq!(
            reopened(&cut).unwrap(),
            entries(&commits[..whole]),
            "cut at {length}"
        );
        let sealed = lengths
            .iter()
            .filter(|&&end| end <= cut.bytes().len())
            .count();
        assert_eq!(sealed, whole, "and it is sealed again");
    }
}

#[test]
fn commits_cannot_be_dropped_swapped_doubled_or_taken_from_elsewhere() {
    let commits = commits(3);
    let (disk, lengths) = measured(&commits);
    let bytes = disk.bytes();
    let other = written(&commits).bytes();
    let mut ends = vec![32];
    ends.extend(lengths);
    let part = |bytes: &[u8], commit: usize| bytes[ends[commit]..ends[commit + 1]].to_vec();
    let last = ends.len() - 2;
    for commit in 0..last {
        let before = &bytes[..ends[commit]];
        let behind = &bytes[ends[commit + 1]..];
        let dropped = [before, behind].concat();
        assert!(
            is_damage(&reopened(&SimDisk::holding(dropped))),
            "{commit} dropped"
        );
        let this = part(&bytes, commit);
        let doubled = [before, &this, &this, behind].concat();
        assert!(
            is_damage(&reopened(&SimDisk::holding(doubled))),
            "{commit} doubled"
        );
        let next = part(&bytes, commit + 1);
        let swapped = [before, &next, &this, &bytes[ends[commit + 2]..]].concat();
        assert!(
            is_damage(&reopened(&SimDisk::holding(swapped))),
            "{commit} swapped"
        );
        let foreign = [before, &part(&other, commit), behind].concat();
        assert!(
            is_damage(&reopened(&SimDisk::holding(foreign))),
            "{commit} foreign"
        );
    }
    let again = [&bytes[..], &part(&bytes, 2)].concat();
    assert!(
        is_damage(&reopened(&SimDisk::holding(again))),
        "an old one at the end"
    );
}

/// Zeros for sixteen megabytes are no torn commit.
#[test]
fn a_tail_longer_than_any_commit_is_damage() {
    let (disk, lengths) = measured(&commits(3));
    let mut bytes = disk.bytes();
    bytes[lengths[2]..].fill(0);
    assert_eq!(
        reopened(&SimDisk::holding(bytes.clone())).unwrap(),
        entries(&commits(3)[..3]),
        "so short a one may be"
    );
    bytes.resize(17 << 20, 0);
    assert!(is_damage(&reopened(&SimDisk::holding(bytes))));
}

#[test]
fn random_damage_in_a_large_journal_is_found() {
    let commits = commits(2_000);
    let (disk, lengths) = measured(&commits);
    let length = disk.bytes().len();
    assert!(length > 400_000, "{length}");
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..60 {
        let bit = random.usize(..length * 8);
        let damaged = disk.copy();
        damaged.flip(bit);
        assert!(
            is_damage(&LogJournal::open_on(damaged.clone())),
            "bit {bit}"
        );
        let place = random.usize(32..length);
        let zeroed = random.usize(1..9_000).min(length - place);
        let mut bytes = disk.bytes();
        bytes[place..place + zeroed].fill(0);
        // Zeros up to the end are what a crash may leave.
        if place + zeroed < length - 8 {
            let found = LogJournal::open_on(SimDisk::holding(bytes));
            assert!(is_damage(&found), "{zeroed} zeros at {place}");
        }
    }
    for _ in 0..20 {
        let cut = random.usize(32..length);
        let disk = disk.copy();
        disk.cut(cut);
        let whole = lengths.iter().filter(|&&end| end - 8 <= cut).count();
        assert_eq!(
            reopened(&disk).unwrap().len(),
            entries(&commits[..whole]).len(),
            "cut at {cut}"
        );
    }
}
