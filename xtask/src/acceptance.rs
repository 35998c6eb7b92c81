//! `cargo xtask acceptance`: a large file with planted errors, imported into a sandbox in another process, twice over: on a
//! good day and on a bad one. Every number is checked against what was planted and what the sandbox applied.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use serde_json::Value;

use crate::memory;
use crate::sandbox::{self, Sandbox};

/// What to run.
struct Settings {
    rows: u64,
    seed: u64,
    errors: String,
    directory: PathBuf,
    only: Option<String>,
    zd: Option<PathBuf>,
}

/// The faults of the bad day.
const FAULTS: &[&str] = &["429=3%", "5xx=3%", "job-killed=2%", "answer-lost=2%"];

/// The most memory an import may take, in KiB.
const MEMORY_KIB: u64 = 96 * 1024;

/// Runs it with the words behind `acceptance`.
pub(crate) fn run(words: &[String]) -> anyhow::Result<()> {
    let settings = parse(words)?;
    std::fs::create_dir_all(&settings.directory)?;
    let zd = match &settings.zd {
        Some(zd) => zd.clone(),
        None => sandbox::build("release")?,
    };
    let people = settings.directory.join("people.csv");
    let mut generate = vec![
        "--rows".to_owned(),
        settings.rows.to_string(),
        "--seed".to_owned(),
        settings.seed.to_string(),
        "--errors".to_owned(),
        settings.errors.clone(),
    ];
    generate.extend(["--out".to_owned(), people.display().to_string()]);
    crate::people::run(&generate)?;
    let planted = planted(&people)?;
    say(&format!(
        "{} rows, {} planted errors",
        settings.rows,
        planted.len()
    ));
    let mut totals = Vec::new();
    for (name, faults) in [("good day", &[][..]), ("bad day", FAULTS)] {
        if settings
            .only
            .as_deref()
            .is_some_and(|only| !name.starts_with(only))
        {
            continue;
        }
        totals.push(
            import(&settings, &zd, &people, &planted, name, faults)
                .with_context(|| name.to_owned())?,
        );
    }
    ensure!(
        totals.windows(2).all(|pair| pair[0] == pair[1]),
        "the two days have different totals: {totals:?}"
    );
    say("accepted");
    Ok(())
}

fn parse(words: &[String]) -> anyhow::Result<Settings> {
    let mut settings = Settings {
        rows: 200_000,
        seed: 7,
        errors: "0.5%".to_owned(),
        directory: PathBuf::from("target/acceptance"),
        only: None,
        zd: None,
    };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let value = words
            .next()
            .with_context(|| format!("{word} needs a value"))?;
        match word.as_str() {
            "--rows" => settings.rows = value.parse()?,
            "--seed" => settings.seed = value.parse()?,
            "--errors" => settings.errors.clone_from(value),
            "--dir" => settings.directory = PathBuf::from(value),
            "--zd" => settings.zd = Some(PathBuf::from(value)),
            "--only" => settings.only = Some(value.clone()),
            other => bail!(
                "unknown option {other}; there are --rows N, --seed S, --errors P, --dir DIR, --zd BINARY, --only good|bad"
            ),
        }
    }
    Ok(settings)
}

/// The planted errors: line → the status its row must end in.
fn planted(people: &Path) -> anyhow::Result<BTreeMap<u64, &'static str>> {
    let list = people.with_extension("csv.errors.csv");
    let list = if list.exists() {
        list
    } else {
        people.with_extension("errors.csv")
    };
    let text = std::fs::read_to_string(&list)
        .with_context(|| format!("cannot read {}", list.display()))?;
    text.lines()
        .skip(1)
        .map(|row| {
            let mut cells = row.split(',');
            let line = cells.next().context("no line")?.parse()?;
            let status = match cells.nth(1) {
                Some("zd" | "account") => "invalid",
                Some("zendesk") => "failed",
                other => bail!("who refuses line {line}? {other:?}"),
            };
            Ok((line, status))
        })
        .collect()
}

fn start_sandbox(settings: &Settings, zd: &Path, faults: &[&str]) -> anyhow::Result<Sandbox> {
    let seed = settings.seed.to_string();
    let mut options = vec!["--job-time", "0", "--plan", "100000", "--seed", &seed];
    for fault in faults {
        options.extend(["--fault", fault]);
    }
    Sandbox::start(zd, &options)
}

fn import(
    settings: &Settings,
    zd: &Path,
    people: &Path,
    planted: &BTreeMap<u64, &'static str>,
    name: &str,
    faults: &[&str],
) -> anyhow::Result<Vec<u64>> {
    let sandbox = start_sandbox(settings, zd, faults)?;
    let outcomes = settings.directory.join("outcomes.jsonl");
    let failed = settings.directory.join("failed.csv");
    let mut child = Command::new(zd)
        .args([
            "--base-url",
            &sandbox.url,
            "--json",
            "--progress",
            "none",
            "import",
        ])
        .arg(people)
        .args(["--on-invalid", "skip", "--outcomes"])
        .arg(&outcomes)
        .arg("--failed-file")
        .arg(&failed)
        .envs(
            sandbox
                .environment
                .iter()
                .map(|(name, value)| (name, value)),
        )
        .stdout(Stdio::piped())
        .spawn()?;
    let mut peak_kib = 0;
    let status = loop {
        peak_kib = peak_kib.max(memory::peak_kib(child.id()));
        if let Some(status) = child.try_wait()? {
            break status;
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    let mut summary = String::new();
    child
        .stdout
        .take()
        .context("no output")?
        .read_to_string(&mut summary)?;
    let summary: Value = serde_json::from_str(&summary)
        .with_context(|| format!("the summary is no JSON: {summary:?}"))?;
    let count = |name: &str| {
        summary
            .get(name)
            .and_then(Value::as_u64)
            .with_context(|| format!("no {name} in {summary}"))
    };
    let names = [
        "rows",
        "created",
        "updated",
        "unchanged",
        "failed",
        "invalid",
        "indeterminate",
    ];
    let totals = names
        .into_iter()
        .map(count)
        .collect::<anyhow::Result<Vec<_>>>()?;
    let applied = applied(&sandbox.url)?;
    say(&format!(
        "{name}: exit {:?}, {}, {} requests in {} batches, {} s, peak {:.1} MiB; the sandbox applied {}",
        status.code(),
        names
            .iter()
            .zip(&totals)
            .map(|(name, count)| format!("{name} {count}"))
            .collect::<Vec<_>>()
            .join(", "),
        count("requests")?,
        count("batches")?,
        summary["elapsed_s"],
        peak_kib as f64 / 1024.0,
        applied,
    ));
    ensure!(
        totals[0] == settings.rows,
        "{} rows, not {}",
        totals[0],
        settings.rows
    );
    ensure!(
        totals[0] == totals[1..].iter().sum::<u64>(),
        "the statuses do not add up to the rows"
    );
    ensure!(
        status.code() == Some(if planted.is_empty() { 0 } else { 6 }),
        "wrong exit code"
    );
    check_outcomes(&outcomes, planted, settings.rows)?;
    ensure!(
        applied.max_created_per_key <= 1,
        "somebody was created twice"
    );
    ensure!(
        applied.created == totals[1],
        "the sandbox created {}, zd says {}",
        applied.created,
        totals[1]
    );
    ensure!(
        applied.updated == totals[2],
        "the sandbox updated {}, zd says {}",
        applied.updated,
        totals[2]
    );
    ensure!(peak_kib <= MEMORY_KIB, "the import took {peak_kib} KiB");
    Ok(totals)
}

/// Every row once; the planted ones with their status, all others applied.
fn check_outcomes(
    file: &Path,
    planted: &BTreeMap<u64, &'static str>,
    rows: u64,
) -> anyhow::Result<()> {
    let mut seen = std::collections::HashSet::new();
    let mut refused = BTreeMap::new();
    for line in BufReader::new(std::fs::File::open(file)?).lines() {
        let outcome: Value = serde_json::from_str(&line?)?;
        let line = outcome["line"]
            .as_u64()
            .context("an outcome without a line")?;
        ensure!(seen.insert(line), "two outcomes for line {line}");
        let status = outcome["status"]
            .as_str()
            .context("an outcome without a status")?;
        if !matches!(status, "created" | "updated" | "unchanged") {
            refused.insert(line, status.to_owned());
        }
    }
    ensure!(
        seen.len() as u64 == rows,
        "{} outcomes for {rows} rows",
        seen.len()
    );
    for (line, status) in planted {
        let found = refused.remove(line);
        ensure!(
            found.as_deref() == Some(status),
            "line {line} was planted to be {status}, not {found:?}"
        );
    }
    ensure!(refused.is_empty(), "not planted: {refused:?}");
    Ok(())
}

/// What the sandbox says it applied.
struct Applied {
    created: u64,
    updated: u64,
    max_created_per_key: u64,
}

impl std::fmt::Display for Applied {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            formatter,
            "{} creations and {} updates",
            self.created, self.updated
        )?;
        write!(
            formatter,
            ", at most {} creations a key",
            self.max_created_per_key
        )
    }
}

fn applied(url: &str) -> anyhow::Result<Applied> {
    let mut answer = ureq::get(format!("{url}/__zd/applied")).call()?;
    // It names every key: some 50 bytes a row.
    let body: Value = answer.body_mut().with_config().limit(1 << 30).read_json()?;
    let number = |name: &str| body[name].as_u64().with_context(|| format!("no {name}"));
    Ok(Applied {
        created: number("created")?,
        updated: number("updated")?,
        max_created_per_key: number("max_created_per_key")?,
    })
}

fn say(text: &str) {
    // Progress for whoever ran it; a closed pipe is their business.
    let _written = writeln!(std::io::stdout(), "{text}");
}
