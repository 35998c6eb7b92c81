//! What a journal costs a row: bytes, processor time, memory of the index.
//!
//! `cargo run --release -p zd-import --example journal_cost -- DIRECTORY [ROWS]...`, on a file system that is to be measured.
//! Beside it stands the same number of bare writes and syncs of the same lengths.

use std::io::Write as _;
use std::path::Path;

use tokio::time::Instant;
use zd_import::{Entry, FileJournal, Journal as _, OutcomeIndex, RowError, Settled, Status};
use zd_model::{JobId, UserId};

/// One batch's commits; every fiftieth row fails, ids are as far apart as they get.
fn batch(number: u64, random: &mut fastrand::Rng) -> [Vec<Entry>; 3] {
    let job = JobId::from(format!("V3-{:032x}", random.u128(..)));
    let rows = number * 100..number * 100 + 100;
    let settled = rows.clone().map(|row| {
        let mut settled = Settled::new(row, row + 2, Status::Created);
        settled.attempts = 1;
        if row % 50 == 7 {
            settled.status = Status::Failed;
            let message = format!("Email: p{row}@people.example is already being used");
            settled.error = Some(RowError::new("DuplicateValue", message, false));
        } else {
            settled.user_id = Some(UserId::new(38_000_000_000_000 + random.u64(..1 << 40)));
        }
        settled
    });
    [
        vec![Entry::Intent {
            batch: number,
            server: Some(1_796_000_000),
            rows: rows.clone().collect(),
        }],
        vec![Entry::Accepted {
            batch: number,
            job: job.clone(),
        }],
        vec![Entry::Outcomes {
            job: Some(job),
            rows: settled.collect(),
        }],
    ]
}

/// This process's processor time in seconds and its memory in KiB, now and at most.
fn usage() -> (f64, u64, u64) {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let ticks: f64 = stat
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|ticks| ticks.parse::<f64>().ok())
        .sum();
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = |name: &str| {
        status
            .lines()
            .find_map(|line| {
                line.strip_prefix(name)?
                    .split_whitespace()
                    .next()?
                    .parse()
                    .ok()
            })
            .unwrap_or_default()
    };
    (ticks / 100.0, line("VmRSS:"), line("VmHWM:"))
}

async fn measure(directory: &Path, rows: u64) -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::stdout().lock();
    let mut random = fastrand::Rng::with_seed(1);
    let per_row = |seconds: f64| seconds * 1e6 / rows as f64;
    writeln!(out, "{rows} rows")?;

    let (cpu, _, _) = usage();
    for number in 0..rows / 100 {
        std::hint::black_box(batch(number, &mut random));
    }
    let making = usage().0 - cpu;

    let run = directory.join(format!("journal-cost-{rows}"));
    let (before, began) = (usage(), Instant::now());
    let mut journal = FileJournal::create(&run)?;
    journal.commit(&[Entry::Began(Box::default())]).await?;
    for number in 0..rows / 100 {
        for commit in batch(number, &mut random) {
            journal.commit(&commit).await?;
        }
    }
    let after = usage();
    let bytes = run.join("journal").metadata()?.len();
    writeln!(
        out,
        "  written   {:.2} bytes a row, {:.2} µs of processor time a row, {:.1} s in all",
        bytes as f64 / rows as f64,
        per_row(after.0 - before.0 - making),
        began.elapsed().as_secs_f64(),
    )?;
    drop(journal);

    let (before, began) = (usage(), Instant::now());
    let mut bare = std::fs::File::create(run.join("bare"))?;
    for _ in 0..rows / 100 {
        for length in [40, 60, bytes / (rows / 100) - 100] {
            bare.write_all(&vec![1; usize::try_from(length)?])?;
            bare.sync_data()?;
        }
    }
    let after = usage();
    writeln!(
        out,
        "  bare      {:.2} µs a row, {:.1} s in all",
        per_row(after.0 - before.0),
        began.elapsed().as_secs_f64()
    )?;

    let (before, began) = (usage(), Instant::now());
    let mut journal = FileJournal::open(&run)?;
    let opened = usage();
    let mut entries = 0_u64;
    journal.replay(&mut |_| entries += 1).await?;
    let after = usage();
    writeln!(
        out,
        "  opened    {:.3} µs a row; replayed {:.3} µs a row, {entries} entries, {:.1} s in all, {} KiB more",
        per_row(opened.0 - before.0),
        per_row(after.0 - opened.0),
        began.elapsed().as_secs_f64(),
        after.1.saturating_sub(before.1),
    )?;
    drop(journal);

    let before = usage();
    let mut index = OutcomeIndex::build(FileJournal::read(&run)?)?;
    let built = usage();
    for row in 0..rows {
        if index.get(row)?.is_none() {
            return Err("a row is missing".into());
        }
    }
    let after = usage();
    writeln!(
        out,
        "  indexed   {:.3} µs a row, {:.2} bytes a row; asked in order {:.3} µs a row; {} KiB at most",
        per_row(built.0 - before.0),
        built.1.saturating_sub(before.1) as f64 * 1024.0 / rows as f64,
        per_row(after.0 - built.0),
        after.2,
    )?;
    std::fs::remove_dir_all(&run)?;
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let directory = arguments.next().ok_or("where?")?;
    let rows: Vec<u64> = arguments
        .map(|rows| rows.parse())
        .collect::<Result<_, _>>()?;
    for rows in if rows.is_empty() {
        vec![1_000_000]
    } else {
        rows
    } {
        measure(Path::new(&directory), rows).await?;
    }
    Ok(())
}
