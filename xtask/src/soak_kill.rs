//! `cargo xtask kill`: an import whose process is killed at random instants and resumed, until it is finished.
//!
//! The instants lie anywhere in the life of a process: while it reads the file, looks at the account, recovers what the one
//! before left in doubt, and sends. How long it may live follows how far the import has come, so that the kills are spread over
//! all of it.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use tokio::time::Instant;

use crate::people::dice::Dice;
use crate::sandbox;
use crate::soak_course::{Course, End, Figures, wait};

const HELP: &str = "\
usage: cargo xtask kill [--kills N] [--rows N] [--seed S] [--dir DIR] [--zd BINARY]

  --kills N     how often to kill the process; 200
  --rows N      how many people to import; 100,000
  --seed S      of the people and of the instants; 1
  --dir DIR     where everything goes; a folder in the target directory
  --zd BINARY   the command; otherwise it is built
";

/// Files of so many rows have every stream read; of larger ones each process after the first tells all of them again.
const SMALL: u64 = 5_000;

/// No process needs longer to its first request, on a busy machine in a dev build.
const LONGEST_START: Duration = Duration::from_secs(10);

/// What to do, and how often; the signals' chore takes the same words.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) times: u64,
    pub(crate) rows: u64,
    pub(crate) seed: u64,
    pub(crate) directory: PathBuf,
    pub(crate) zd: Option<PathBuf>,
}

impl Settings {
    /// Reads the words behind the chore's name; none if they ask for help.
    pub(crate) fn parse(mut self, words: &[String], times: &str) -> anyhow::Result<Option<Self>> {
        let mut words = words.iter();
        while let Some(option) = words.next() {
            if option == "--help" {
                return Ok(None);
            }
            let value = words
                .next()
                .with_context(|| format!("{option} needs a value"))?;
            let number = || {
                value
                    .replace('_', "")
                    .parse::<u64>()
                    .context("a number is wanted")
            };
            match option.as_str() {
                "--rows" => self.rows = number()?,
                "--seed" => self.seed = number()?,
                "--dir" => self.directory = value.into(),
                "--zd" => self.zd = Some(value.into()),
                option if option == times => self.times = number()?,
                _ => bail!("unknown option {option}"),
            }
        }
        Ok(Some(self))
    }

    /// The command and the file of people.
    pub(crate) fn prepare(&self) -> anyhow::Result<(PathBuf, PathBuf)> {
        std::fs::create_dir_all(&self.directory)?;
        let zd = match &self.zd {
            Some(zd) => zd.clone(),
            None => sandbox::build("dev")?,
        };
        let people = self.directory.join("people.csv");
        let (rows, seed) = (self.rows.to_string(), self.seed.to_string());
        let out = people.display().to_string();
        let words = [
            "--rows", &rows, "--seed", &seed, "--errors", "0.2%", "--out", &out,
        ];
        crate::people::run(&words.map(str::to_owned))?;
        Ok((std::path::absolute(zd)?, std::path::absolute(people)?))
    }
}

/// Runs it with the words behind `kill`.
pub(crate) fn run(words: &[String]) -> anyhow::Result<()> {
    let settings = Settings {
        times: 200,
        rows: 100_000,
        seed: 1,
        directory: crate::workspace::root().join("target/kill"),
        zd: None,
    };
    let Some(settings) = settings.parse(words, "--kills")? else {
        print!("{HELP}");
        return Ok(());
    };
    kill(&settings).with_context(|| {
        let Settings {
            times, rows, seed, ..
        } = &settings;
        format!("again with  cargo xtask kill --kills {times} --rows {rows} --seed {seed}")
    })
}

fn kill(settings: &Settings) -> anyhow::Result<()> {
    let (zd, people) = settings.prepare()?;
    let mut dice = Dice::new(settings.seed, 0x4B11);
    let (mut kills, mut runs) = (0, 0);
    while kills < settings.times {
        runs += 1;
        let directory = settings.directory.join("run");
        let seed = settings.seed + runs;
        let mut course = Course::new(&zd, &directory, &people, settings.rows, "700ms", seed)?;
        let first = kills;
        let begun = Instant::now();
        end_again_and_again(&mut course, settings, &mut dice, &mut kills)?;
        let figures = course.check()?;
        println!(
            "run {runs}: {} kills in {} s, {}",
            kills - first,
            begun.elapsed().as_secs(),
            told(&figures)
        );
    }
    println!("{kills} kills; every row has one outcome, and the account what the file says");
    Ok(())
}

/// Kills processes of the import until it is finished or has been killed often enough; then lets it end.
fn end_again_and_again(
    course: &mut Course,
    settings: &Settings,
    dice: &mut Dice,
    kills: &mut u64,
) -> anyhow::Result<()> {
    // From its start to the first request that writes, and how long it may send after that: both are learnt.
    let (mut start, mut sending) = (Duration::from_millis(400), Duration::from_millis(200));
    let before = *kills;
    while *kills < settings.times {
        let heard = settings.rows <= SMALL || dice.one_in(4);
        let stream = heard.then(|| course.stream()).transpose()?;
        let rows = course.writes()?;
        let mut child = course.launch(&[], stream)?;
        let span = if dice.one_in(4) {
            start
        } else {
            start + 2 * sending
        };
        let micros = u64::try_from(span.as_micros())?.clamp(1, u64::from(u32::MAX));
        let life = Duration::from_micros(dice.below(micros));
        if let Some(status) = wait(&mut child, life)? {
            if matches!(course.judge(status, &[])?, End::Finished) {
                return Ok(());
            }
            continue;
        }
        child.kill()?;
        let status = child.wait()?;
        *kills += 1;
        if heard {
            course.listen()?;
        }
        let killed = course.judge(status, &[])?;
        ensure!(
            matches!(killed, End::Early(None) | End::Finished),
            "{killed:?}"
        );
        let progress = course.progress()?;
        #[expect(clippy::cast_precision_loss, reason = "a share, to steer by")]
        let due = (*kills - before) as f64 / (settings.times - before) as f64;
        let sent = course.writes()? > rows;
        sending = sending.mul_f64(if progress < due { 1.15 } else { 0.87 });
        sending = sending.clamp(Duration::from_millis(10), Duration::from_secs(10));
        if sent {
            start = start.mul_f64(0.97).min(life.max(Duration::from_millis(50)));
        } else if life > start.mul_f64(0.7) && progress < 0.95 {
            // Near the end there is nothing to send any more, however long it lives.
            start = start.mul_f64(1.25).min(LONGEST_START);
        }
        if kills.is_multiple_of(20) {
            println!(
                "{kills} kills, {:.0} % done; a process starts in {start:.1?} and sends for {sending:.1?}",
                progress * 100.0
            );
        }
    }
    course.finish()
}

/// The figures of a run, for people.
pub(crate) fn told(figures: &Figures) -> String {
    let by_status: Vec<String> = (figures.by_status.iter())
        .map(|(status, count)| format!("{status} {count}"))
        .collect();
    format!(
        "{}; {} rows sent of {} needed, {} again; the sandbox created {} and updated {}; {} outcomes of {} streams held",
        by_status.join(", "),
        figures.sent,
        figures.needed,
        figures.sent - figures.needed,
        figures.created,
        figures.updated,
        figures.told,
        figures.streams
    )
}
