//! Trials of the import engine at full volume: the same tests that run with every change, with more to do.

use anyhow::{Context as _, bail, ensure};

use crate::workspace;

/// A row of the table in docs/testing.md: where its test is, and what makes it large.
const ROWS: &[(&str, &str, &str, (&str, &str))] = &[
    (
        "4",
        "it",
        "simulation::volumes::row_4",
        ("ZD_ROWS", "100000"),
    ),
    (
        "5",
        "it",
        "simulation::volumes::row_5",
        ("ZD_ROWS", "100000"),
    ),
    ("6", "it", "simulation::volumes::row_6", ("ZD_ROWS", "1000")),
    (
        "7",
        "it",
        "simulation::volumes::row_7",
        ("ZD_ROWS", "100000"),
    ),
    ("9", "lib", "correlate::tests", ("ZD_CASES", "1000000")),
    (
        "10",
        "it",
        "simulation::volumes::row_10",
        ("ZD_ROWS", "100000"),
    ),
];

const USAGE: &str =
    "usage: cargo xtask simulate [--seeds N] [--from S] | cargo xtask simulate crashes";

/// `soak ROW`
pub(crate) fn run(words: &[String]) -> anyhow::Result<()> {
    let [row] = words else {
        bail!(
            "usage: cargo xtask soak ROW, with one of the rows {}",
            names()
        );
    };
    let found = ROWS.iter().find(|(name, ..)| name == row);
    let (_, place, test, setting) =
        found.with_context(|| format!("there are the rows {}", names()))?;
    test_with(place, test, &[*setting])
}

/// `simulate`
pub(crate) fn simulate(words: &[String]) -> anyhow::Result<()> {
    if words == ["crashes"] {
        let test = "simulation::crashes";
        return test_with("it", test, &[("ZD_ROWS", "3000")]);
    }
    let (mut seeds, mut from) = (10_000_u64, 0_u64);
    for pair in words.chunks(2) {
        match pair {
            [name, value] if name == "--seeds" => seeds = value.parse().context(USAGE)?,
            [name, value] if name == "--from" => from = value.parse().context(USAGE)?,
            _ => bail!(USAGE),
        }
    }
    let (seeds, from) = (seeds.to_string(), from.to_string());
    let settings = [("ZD_SEEDS", seeds.as_str()), ("ZD_FROM", from.as_str())];
    test_with("it", "simulation::no_seed", &settings)
}

fn names() -> String {
    let names: Vec<&str> = ROWS.iter().map(|(name, ..)| *name).collect();
    names.join(", ")
}

/// Runs a test of the engine in the profile for long trials and lets it speak.
fn test_with(place: &str, test: &str, settings: &[(&str, &str)]) -> anyhow::Result<()> {
    let mut cargo = workspace::cargo();
    cargo.args(["test", "--profile", "soak", "-p", "zd-import"]);
    match place {
        "lib" => cargo.arg("--lib"),
        name => cargo.args(["--test", name]),
    };
    let status = cargo
        .args([test, "--", "--nocapture"])
        .envs(settings.iter().copied())
        .status()?;
    ensure!(status.success(), "a trial failed: {status}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::ROWS;
    use crate::workspace;

    #[test]
    fn every_row_has_its_test() {
        let folder = workspace::root().join("crates/zd-import");
        let volumes = folder.join("tests/it/simulation/volumes.rs");
        let volumes = std::fs::read_to_string(volumes).unwrap();
        for (row, place, test, _) in ROWS {
            let name = test.rsplit("::").next().unwrap();
            assert!(
                *place == "lib" || volumes.contains(&format!("fn {name}_")),
                "{row}"
            );
        }
    }
}
