//! `cargo xtask people`: a file of people as files of people are, and a list of what is wrong in it.
//!
//! ```text
//! seed, number of the row ──► person (names, keys, cells) ──► planted error? ──► record ──► FILE.csv
//!                             repeats and seed people              └── line, kind, who ──► FILE.errors.csv
//! ```
//!
//! Every row is a function of the seed and its number, so the same command writes the same bytes, and ten million rows
//! need no more memory than ten.

pub(crate) mod dice;
mod names;
mod person;
mod plant;
mod record;

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use anyhow::{Context as _, bail};

use dice::Dice;
use person::{COLUMNS, Cells};
use plant::{Plan, Plant};

const HELP: &str = "\
usage: cargo xtask people --rows N --seed S [--errors P] [--only zd|account|zendesk] [--out FILE]

  --rows N      how many people
  --seed S      a number; the same seed gives the same file
  --errors P    plant errors in this share of the rows, such as 0.5%; needs --out
  --only WHO    plant only those that zd refuses by itself, that it refuses once it asked the account, or that
                Zendesk alone refuses
  --out FILE    write there instead of to standard output, and the list of planted errors beside it: FILE.errors.csv
                for FILE.csv, with line (on which the record begins, the header being 1), kind, and who refuses it
";

/// How many people the sandbox's seed has.
const SEED_PEOPLE: u64 = 200;
/// Of them those that ordinary rows may be about; the rest is for contradicting keys.
const SEED_PEOPLE_IMPORTED: u64 = 120;

/// What to write.
#[derive(Debug)]
struct Settings {
    rows: u64,
    seed: u64,
    plan: Plan,
    out: Option<PathBuf>,
}

/// Runs `cargo xtask people` with these arguments.
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    if arguments.iter().any(|argument| argument == "--help") {
        return Ok(io::stdout().write_all(HELP.as_bytes())?);
    }
    let settings = settings(arguments)?;
    let Some(path) = &settings.out else {
        let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
        let written = write(&settings, &mut out, &mut io::sink()).and_then(|()| out.flush());
        return match written {
            // Whoever reads has seen enough.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            other => Ok(other?),
        };
    };
    let create = |path: &PathBuf| {
        File::create(path)
            .map(|file| BufWriter::with_capacity(1 << 18, file))
            .with_context(|| format!("cannot create {}", path.display()))
    };
    let list = path.with_extension("errors.csv");
    let mut people = create(path)?;
    if settings.plan.is_empty() {
        write(&settings, &mut people, &mut io::sink())?;
        // A list of an earlier run would describe another file.
        if list.exists() {
            std::fs::remove_file(&list)?;
        }
    } else {
        let mut errors = create(&list)?;
        write(&settings, &mut people, &mut errors)?;
        errors.flush()?;
    }
    people.flush()?;
    Ok(())
}

fn settings(arguments: &[String]) -> anyhow::Result<Settings> {
    let (mut rows, mut seed, mut rate, mut only, mut out) = (None, None, 0.0, None, None);
    let mut arguments = arguments.iter();
    while let Some(option) = arguments.next() {
        let value = arguments
            .next()
            .with_context(|| format!("{option} needs a value\n\n{HELP}"))?;
        let number = || {
            value
                .replace('_', "")
                .parse::<u64>()
                .with_context(|| format!("{option} needs a number, not {value}"))
        };
        match option.as_str() {
            "--rows" => rows = Some(number()?),
            "--seed" => seed = Some(number()?),
            "--errors" => rate = share(value)?,
            "--only" => only = Some(value.parse()?),
            "--out" => out = Some(PathBuf::from(value)),
            _ => bail!("unknown option {option}\n\n{HELP}"),
        }
    }
    if rate > 0.0 && out.is_none() {
        bail!("--errors needs --out FILE, beside which the list of errors goes");
    }
    Ok(Settings {
        rows: rows.with_context(|| format!("--rows is missing\n\n{HELP}"))?,
        seed: seed.with_context(|| format!("--seed is missing\n\n{HELP}"))?,
        plan: Plan::new(rate, only),
        out,
    })
}

/// Reads a percentage, with or without its sign.
fn share(text: &str) -> anyhow::Result<f64> {
    let percent: f64 = text
        .trim_end_matches('%')
        .parse()
        .with_context(|| format!("--errors needs a percentage such as 0.5%, not {text}"))?;
    if !(0.0..=100.0).contains(&percent) {
        bail!("--errors needs a percentage from 0 to 100, not {text}");
    }
    Ok(percent / 100.0)
}

/// What a row is about, errors apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Subject {
    /// Somebody new.
    New,
    /// The person of the sandbox's seed with this number, from 1.
    Seeded(u64),
    /// The person of this earlier row.
    Again(u64),
}

fn subject(settings: &Settings, index: u64) -> Subject {
    let imported = SEED_PEOPLE_IMPORTED.min(settings.rows / 20);
    if let Some(every) = settings.rows.checked_div(imported)
        && index % every == every / 2
        && index / every < imported
    {
        return Subject::Seeded(index / every + 1);
    }
    let mut dice = Dice::new(settings.seed ^ 0xA6A1_4E57, index);
    if dice.one_in(150) {
        let back = 1 + dice.below(400);
        if let Some(target) = index.checked_sub(back)
            && !settings.plan.is_planted(settings.seed, target)
            && subject(settings, target) == Subject::New
        {
            return Subject::Again(target);
        }
    }
    Subject::New
}

/// Writes the people and the list of what is wrong with them.
fn write(settings: &Settings, people: &mut dyn Write, errors: &mut dyn Write) -> io::Result<()> {
    let mut record = COLUMNS.join(",").into_bytes();
    record.push(b'\n');
    people.write_all(&record)?;
    errors.write_all(b"line,kind,who\n")?;
    let mut line = 2;
    let mut planted = 0;
    let mut cells = Cells::default();
    for index in 0..settings.rows {
        let mut plant = None;
        if settings.plan.is_planted(settings.seed, index) {
            let (kind, round) = settings.plan.next(planted);
            planted += 1;
            cells.fill(settings.seed, index);
            cells.plant(kind, round, index);
            writeln!(errors, "{line},{},{}", kind.name(), kind.who())?;
            plant = Some(kind);
        } else {
            match subject(settings, index) {
                Subject::New => cells.fill(settings.seed, index),
                Subject::Seeded(number) => {
                    cells.fill(settings.seed, index);
                    cells.be_seeded(number);
                }
                Subject::Again(target) => {
                    cells.fill(settings.seed, target);
                    cells.be_again();
                }
            }
        }
        record.clear();
        record::write(
            &mut record,
            cells.as_slice(),
            plant.map_or(0, Plant::extra_cells),
        );
        line += record.iter().filter(|byte| **byte == b'\n').count() as u64;
        people.write_all(&record)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod whole_way_tests;
