//! An import by the command that is ended again and again, and resumed until it is finished; then everything that it says is
//! held against its input and against what the sandbox did.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use serde_json::Value;
use tokio::time::Instant;

use crate::sandbox::Sandbox;
use crate::soak_records::{last_of_each, partition};

/// How much of the rows may reach the account a second time, as a divisor.
const RESENT: u64 = 1_000;
/// No run needs longer for its end once it is left alone.
const PATIENCE: Duration = Duration::from_secs(600);

/// What is known of a row: its status, and the person it went to.
type Told = (String, Option<u64>);

/// One file, imported into one sandbox.
pub(crate) struct Course {
    zd: PathBuf,
    directory: PathBuf,
    people: PathBuf,
    pub(crate) sandbox: Sandbox,
    rows: u64,
    /// Whether the next process goes on with a run.
    begun: bool,
    /// What processes that were ended had told on their streams.
    told: BTreeMap<u64, Told>,
    streams: u64,
}

/// How a process ended.
#[derive(Debug)]
pub(crate) enum End {
    /// The import is finished.
    Finished,
    /// It was ended early: the exit code, or none if the signal itself ended it.
    Early(Option<i32>),
}

/// What a finished run comes to.
#[derive(Debug)]
pub(crate) struct Figures {
    pub(crate) by_status: BTreeMap<String, u64>,
    pub(crate) needed: u64,
    pub(crate) sent: u64,
    pub(crate) told: u64,
    pub(crate) streams: u64,
    pub(crate) created: u64,
    pub(crate) updated: u64,
}

impl Course {
    /// A fresh sandbox and a fresh directory for the runs of this file.
    pub(crate) fn new(
        zd: &Path,
        directory: &Path,
        people: &Path,
        rows: u64,
        job_time: &str,
        seed: u64,
    ) -> anyhow::Result<Self> {
        if directory.exists() {
            fs::remove_dir_all(directory)?;
        }
        fs::create_dir_all(directory)?;
        let seed = seed.to_string();
        let options = ["--job-time", job_time, "--no-rate-limits", "--seed", &seed];
        Ok(Self {
            zd: zd.to_owned(),
            directory: directory.to_owned(),
            people: people.to_owned(),
            sandbox: Sandbox::start(zd, &options)?,
            rows,
            begun: false,
            told: BTreeMap::new(),
            streams: 0,
        })
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.zd);
        command
            .current_dir(&self.directory)
            .env("ZD_STATE_DIR", self.directory.join("state"))
            .envs(self.sandbox.environment.iter().cloned())
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        command
    }

    /// Starts a process that begins the run or goes on with it; `flags` go along, `stdout` takes its outcomes if it is one.
    pub(crate) fn launch(
        &mut self,
        flags: &[&str],
        stdout: Option<Stdio>,
    ) -> anyhow::Result<Child> {
        let mut command = self.command();
        command.args(["--progress", "none", "import"]);
        if self.begun {
            command.arg("--resume");
        } else {
            command.arg(&self.people);
            command.args(["--on-invalid", "skip", "--attempt-timeout", "2s"]);
        }
        command.args(flags);
        if let Some(stdout) = stdout {
            command.args(["--outcomes", "-"]).stdout(stdout);
        }
        self.begun = true;
        command.stderr(File::create(self.stderr())?);
        Ok(command.spawn()?)
    }

    /// The file that takes the outcomes of the next process.
    pub(crate) fn stream(&self) -> anyhow::Result<Stdio> {
        Ok(File::create(self.directory.join("told.jsonl"))?.into())
    }

    fn stderr(&self) -> PathBuf {
        self.directory.join("stderr.txt")
    }

    /// What a process wrote to standard error.
    pub(crate) fn said(&self) -> String {
        fs::read_to_string(self.stderr()).unwrap_or_default()
    }

    /// How a process that has ended is to be understood; `codes` are those that whoever ended it expects.
    pub(crate) fn judge(&mut self, status: ExitStatus, codes: &[i32]) -> anyhow::Result<End> {
        let said = self.said();
        ensure!(!said.contains("panicked"), "a panic:\n{said}");
        match status.code() {
            Some(0 | 6) => Ok(End::Finished),
            Some(code) if codes.contains(&code) => Ok(End::Early(Some(code))),
            None => Ok(End::Early(None)),
            // It was ended before anything was written down: nothing can have been sent.
            Some(_) if said.contains("[ZD5009]") => {
                self.begun = false;
                Ok(End::Early(status.code()))
            }
            Some(code) => bail!("exit {code}:\n{said}"),
        }
    }

    /// Takes what the last process told before it was ended: whole lines.
    pub(crate) fn listen(&mut self) -> anyhow::Result<()> {
        let text = fs::read_to_string(self.directory.join("told.jsonl"))?;
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        for line in whole.lines() {
            let (row, now) = outcome(line)?;
            if let Some(before) = self.told.insert(row, now.clone()) {
                ensure!(
                    before == now,
                    "line {row} was told as {before:?}, then as {now:?}"
                );
            }
        }
        self.streams += 1;
        Ok(())
    }

    /// How much of the import the account has, from 0 to 1.
    pub(crate) fn progress(&self) -> anyhow::Result<f64> {
        let state = self.get("state")?;
        let people = state["users"]["active"]
            .as_u64()
            .context("no users.active")?;
        #[expect(clippy::cast_precision_loss, reason = "a share, to steer by")]
        Ok(people.saturating_sub(202) as f64 / self.rows as f64)
    }

    fn get(&self, place: &str) -> anyhow::Result<Value> {
        let mut answer = ureq::get(format!("{}/__zd/{place}", self.sandbox.url)).call()?;
        Ok(answer.body_mut().with_config().limit(1 << 30).read_json()?)
    }

    /// Goes on until the run is finished.
    pub(crate) fn finish(&mut self) -> anyhow::Result<()> {
        for _ in 0..3 {
            let mut child = self.launch(&[], None)?;
            let status = wait(&mut child, PATIENCE)?.context("the run does not end")?;
            if matches!(self.judge(status, &[])?, End::Finished) {
                return Ok(());
            }
        }
        bail!("the run could not be finished")
    }

    /// Runs the command to its end; what it wrote to standard output.
    fn output(&self, words: &[&str]) -> anyhow::Result<Vec<u8>> {
        let output = self.command().args(words).stdout(Stdio::piped()).output()?;
        ensure!(
            output.status.success(),
            "zd {}: {}\n{}{}",
            words.join(" "),
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(output.stdout)
    }

    /// Holds the finished run against its input, its streams and the sandbox.
    pub(crate) fn check(&self) -> anyhow::Result<Figures> {
        let requests = self.get("requests/count")?;
        let mut again = self.command();
        let again = again.args(["import", "--resume"]).status()?;
        ensure!(
            matches!(again.code(), Some(0 | 6)) && self.writes()? == self.writes()?,
            "resuming a finished run: {again}, after {requests} requests"
        );
        let words = [
            "run", "rows", "last", "--status", "all", "--format", "jsonl",
        ];
        let mut ended = BTreeMap::new();
        for line in String::from_utf8(self.output(&words)?)?.lines() {
            let (row, told) = outcome(line)?;
            ensure!(
                ended.insert(row, told).is_none(),
                "line {row} has two outcomes"
            );
        }
        ensure!(ended.len() as u64 == self.rows, "{} outcomes", ended.len());
        for (row, before) in &self.told {
            ensure!(
                ended.get(row) == Some(before),
                "line {row} was told as {before:?} and ended as {:?}",
                ended.get(row)
            );
        }
        let mut files = Vec::new();
        for status in ["applied", "not-applied", "unprocessed"] {
            let words = ["run", "rows", "last", "--status", status];
            files.push((status, self.output(&words)?));
        }
        let input = fs::read(&self.people)?;
        partition(&input, &files)?;
        let status = |row: u64| ended.get(&row).map_or("", |told| told.0.as_str());
        let expected = last_of_each(&input, |row| {
            matches!(status(row), "created" | "updated" | "unchanged")
        })?;
        fs::write(self.directory.join("expected.csv"), expected)?;
        self.output(&["sandbox", "verify", "expected.csv"])?;
        let mut by_status = BTreeMap::new();
        for (status, _) in ended.into_values() {
            *by_status.entry(status).or_insert(0) += 1;
        }
        self.figures(by_status)
    }

    fn figures(&self, by_status: BTreeMap<String, u64>) -> anyhow::Result<Figures> {
        let count = |status: &str| by_status.get(status).copied().unwrap_or_default();
        let applied = self.get("applied")?;
        let number = |name: &str| applied[name].as_u64().with_context(|| format!("no {name}"));
        ensure!(
            number("max_created_per_key")? <= 1,
            "somebody was created twice"
        );
        let (created, updated) = (number("created")?, number("updated")?);
        ensure!(
            count("created") <= created,
            "{} rows are called created, but the sandbox created {created}",
            count("created")
        );
        ensure!(count("indeterminate") == 0, "indeterminate: {by_status:?}");
        let needed = self.rows - count("invalid") - count("unchanged");
        let sent = self.writes()?;
        ensure!(
            sent >= needed,
            "{sent} rows were sent of {needed} that had to be"
        );
        ensure!(
            (sent - needed) * RESENT <= self.rows,
            "{} of {} rows were sent again",
            sent - needed,
            self.rows
        );
        Ok(Figures {
            by_status,
            needed,
            sent,
            told: self.told.len() as u64,
            streams: self.streams,
            created,
            updated,
        })
    }

    /// How many rows the sandbox was sent.
    pub(crate) fn writes(&self) -> anyhow::Result<u64> {
        let jobs = self.get("jobs")?;
        let jobs = jobs["jobs"].as_array().context("no jobs")?;
        Ok(jobs.iter().filter_map(|job| job["total"].as_u64()).sum())
    }
}

fn outcome(line: &str) -> anyhow::Result<(u64, Told)> {
    let value: Value = serde_json::from_str(line).with_context(|| line.to_owned())?;
    let row = value["line"]
        .as_u64()
        .context("an outcome without a line")?;
    let status = value["status"]
        .as_str()
        .context("an outcome without a status")?;
    Ok((row, (status.to_owned(), value["user_id"].as_u64())))
}

/// Waits for a process to end, at most so long.
pub(crate) fn wait(child: &mut Child, most: Duration) -> anyhow::Result<Option<ExitStatus>> {
    let begun = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        let left = most.saturating_sub(begun.elapsed());
        if left.is_zero() {
            return Ok(None);
        }
        std::thread::sleep(left.min(Duration::from_millis(1)));
    }
}
