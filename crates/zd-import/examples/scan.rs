//! Checks a file as an import would, and says how fast: `cargo run --release -p zd-import --example scan -- FILE`.

use std::error::Error;
use std::io::Write as _;

use tokio::time::Instant;
use zd_import::{Input, OnInvalid, RowSource as _, Scan, ScanOptions};

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("which file?")?;
    let options = ScanOptions {
        on_invalid: OnInvalid::Skip,
        ..ScanOptions::default()
    };
    let mut out = std::io::stdout();

    let start = Instant::now();
    let scan = Scan::read(Input::open(&path)?, options)?;
    let first = start.elapsed().as_secs_f64();
    let plan = scan.plan();
    let (rows, bytes) = (plan.rows, plan.bytes);
    writeln!(out, "{}", serde_json::to_string_pretty(plan)?)?;

    let start = Instant::now();
    let mut source = scan.into_source()?;
    while source.next_row()?.is_some() {}
    let second = start.elapsed().as_secs_f64();

    for (pass, seconds) in [("checked", first), ("read again", second)] {
        let (rows, megabytes) = (rows as f64 / seconds, bytes as f64 / seconds / 1e6);
        writeln!(out, "{pass}: {rows:.0} rows/s, {megabytes:.0} MB/s")?;
    }
    Ok(())
}
