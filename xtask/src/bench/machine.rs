//! What was measured on, and when: a figure without them says nothing.

use std::fs::read_to_string;
use std::process::Command;

/// A line for below a table.
pub(super) fn line() -> String {
    let cpus = read_to_string("/proc/cpuinfo").unwrap_or_default();
    let models: Vec<&str> = cpus
        .lines()
        .filter_map(|line| line.strip_prefix("model name"))
        .map(|rest| rest.trim_start_matches([' ', '\t', ':']))
        .collect();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let model = models.first().copied().unwrap_or("an unknown processor");
    let system = read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let load = read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or_default();
    format!(
        "{}{cores} cores of {model}, Linux {}, load {load} at the end",
        today(),
        system.trim()
    )
}

/// Such as `2026-11-28, `; nothing where it cannot be told.
fn today() -> String {
    let said = Command::new("date").args(["-u", "+%Y-%m-%d"]).output();
    let day = said.map_or_else(|_| Vec::new(), |said| said.stdout);
    let day = String::from_utf8_lossy(&day).trim().to_owned();
    if day.is_empty() { day } else { day + ", " }
}
