//! Whether a list's length costs memory: the command lists an account of few and of many people, and the most memory that it
//! ever held is compared.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, ensure};

use crate::memory;
use crate::sandbox::{self, Sandbox};

/// The small account, enough for a hundred pages.
const FEW: u64 = 10_000;
/// The large one may take so many times the memory: room for an allocator's moods, not for a list.
const MOST: f64 = 1.25;

/// `lists [--users N]`
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let usage = "usage: cargo xtask lists [--users N]";
    let many: u64 = match arguments {
        [] => 250_000,
        [flag, number] if flag == "--users" => number.parse().context(usage)?,
        _ => anyhow::bail!(usage),
    };
    ensure!(many > FEW, "more than {FEW} users show something");
    let zd = sandbox::build("release")?;
    for format in ["jsonl", "csv", "json", "tsv"] {
        let small = list(&zd, FEW, format)?;
        let large = list(&zd, many, format)?;
        let ratio = large as f64 / small.max(1) as f64;
        println!(
            "{format}: {FEW} users {:.1} MiB, {many} users {:.1} MiB: {ratio:.2} times the memory for {} times the list",
            small as f64 / 1024.0,
            large as f64 / 1024.0,
            many / FEW,
        );
        ensure!(small > 0, "this system does not tell a process's memory");
        ensure!(ratio <= MOST, "the list is held in memory");
    }
    Ok(())
}

/// Lists everybody of a new account; the most memory that the command held, in KiB.
fn list(zd: &Path, people: u64, format: &str) -> anyhow::Result<u64> {
    let options = ["--plan", "1000000000", "--people", &people.to_string()];
    let sandbox = Sandbox::start(zd, &options)?;
    let mut child = Command::new(zd)
        .args([
            "user", "list", "--all", "--role", "end-user", "--format", format,
        ])
        .envs(
            sandbox
                .environment
                .iter()
                .map(|(name, value)| (name, value)),
        )
        .stdout(Stdio::piped())
        .spawn()?;
    let stdout = child.stdout.take().context("no output")?;
    let mut reader = BufReader::new(stdout);
    let (mut users, mut peak_kib) = (0_u64, 0);
    let mut buffer = Vec::new();
    // A record of JSON ends with a brace before a comma or the end; a line is one elsewhere.
    let end = if format == "json" { b'}' } else { b'\n' };
    while reader.read_until(end, &mut buffer)? > 0 {
        users += 1;
        buffer.clear();
        if users.is_multiple_of(1000) {
            peak_kib = peak_kib.max(memory::peak_kib(child.id()));
        }
    }
    let status = child.wait()?;
    ensure!(status.success(), "zd user list ended with {status}");
    ensure!(users >= people, "{users} of {people} users were listed");
    Ok(peak_kib)
}
