//! `cargo xtask signals`: an import that is asked to end at random instants, by SIGINT, SIGTERM or the end of whoever reads its
//! outcomes, and resumed.

use std::io::Read as _;
use std::process::{Child, Stdio};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use rustix::process::{Pid, Signal, kill_process};
use tokio::time::Instant;

use crate::people::dice::Dice;
use crate::soak_course::{Course, End, wait};
use crate::soak_kill::{Settings, told};

const HELP: &str = "\
usage: cargo xtask signals [--times N] [--rows N] [--seed S] [--dir DIR] [--zd BINARY]

  --times N     how often to end the process; 200
  --rows N      how many people to import; 20,000
  --seed S      of the people and of the instants; 1
  --dir DIR     where everything goes; a folder in the target directory
  --zd BINARY   the command; otherwise it is built
";

/// How long an end by the first signal may take.
const GRACEFUL: Duration = Duration::from_secs(5);
/// How long an end by the second may take.
const AT_ONCE: Duration = Duration::from_millis(200);
/// How quickly somebody can ask twice.
const FINGERS: Duration = Duration::from_millis(50);
/// The instants lie in the first part of a process's life.
const LIFE_MILLIS: u64 = 2_500;

/// Who ends the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Interrupt,
    Terminate,
    Pipe,
}

impl By {
    const ALL: [Self; 3] = [Self::Interrupt, Self::Terminate, Self::Pipe];

    const fn codes(self) -> &'static [i32] {
        match self {
            Self::Interrupt => &[130],
            Self::Terminate => &[143],
            Self::Pipe => &[130],
        }
    }
}

/// How long the ends took.
#[derive(Debug, Default)]
struct Measured {
    graceful: Vec<Duration>,
    at_once: Vec<Duration>,
}

/// Runs it with the words behind `signals`.
pub(crate) fn run(words: &[String]) -> anyhow::Result<()> {
    let settings = Settings {
        times: 200,
        rows: 20_000,
        seed: 1,
        directory: crate::workspace::root().join("target/signals"),
        zd: None,
    };
    let Some(settings) = settings.parse(words, "--times")? else {
        print!("{HELP}");
        return Ok(());
    };
    signals(&settings).with_context(|| {
        let Settings {
            times, rows, seed, ..
        } = &settings;
        format!("again with  cargo xtask signals --times {times} --rows {rows} --seed {seed}")
    })
}

fn signals(settings: &Settings) -> anyhow::Result<()> {
    ensure!(
        !ignores_interrupts(),
        "SIGINT is ignored here, as in a shell's background job, and would be lost on a process that only begins: start it in the foreground"
    );
    let (zd, people) = settings.prepare()?;
    let mut dice = Dice::new(settings.seed, 0x51_64A1);
    let (mut times, mut runs) = (0, 0);
    let mut measured = Measured::default();
    while times < settings.times {
        runs += 1;
        let directory = settings.directory.join("run");
        let seed = settings.seed + runs;
        let mut course = Course::new(&zd, &directory, &people, settings.rows, "400ms", seed)?;
        while times < settings.times {
            match end(&mut course, &mut dice, &mut measured)? {
                End::Finished => break,
                End::Early(_) => times += 1,
            }
        }
        course.finish()?;
        println!(
            "run {runs}, {times} times ended: {}",
            told(&course.check()?)
        );
    }
    let longest = |all: &[Duration]| all.iter().max().copied().unwrap_or_default();
    println!(
        "{times} times; the first signal took at most {:.1?} of {} times, the second at most {:.1?} of {}",
        longest(&measured.graceful),
        measured.graceful.len(),
        longest(&measured.at_once),
        measured.at_once.len()
    );
    ensure!(
        longest(&measured.graceful) <= GRACEFUL,
        "too long after the first signal"
    );
    ensure!(
        longest(&measured.at_once) <= AT_ONCE,
        "too long after the second signal"
    );
    Ok(())
}

/// Whether processes are started here with SIGINT ignored.
fn ignores_interrupts() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask & 1 << (Signal::INT.as_raw() - 1) != 0)
}

/// Starts a process and ends it.
fn end(course: &mut Course, dice: &mut Dice, measured: &mut Measured) -> anyhow::Result<End> {
    let by = By::ALL[usize::try_from(dice.below(3))?];
    let again = dice.one_in(3);
    // One job at a time: an end that follows what is in flight must not finish the import.
    let flags = ["--max-jobs", "1"];
    let mut child = course.launch(&flags, Some(Stdio::piped()))?;
    let mut stdout = child.stdout.take();
    let life = Duration::from_millis(dice.below(LIFE_MILLIS));
    let (stop, stopped) = std::sync::mpsc::channel();
    let reader = std::thread::spawn(move || {
        let mut buffer = [0; 1 << 16];
        // Ends with the stream, or drops it when it is told to.
        while let Some(stream) = &mut stdout {
            if stopped.try_recv().is_ok() || !matches!(stream.read(&mut buffer), Ok(1..)) {
                stdout = None;
            }
        }
    });
    let ended = wait(&mut child, life)?;
    let status = match (ended, by) {
        (Some(status), _) => status,
        (None, By::Pipe) => {
            // The reader notices with the next outcomes.
            stop.send(())?;
            wait(&mut child, Duration::from_secs(300))?
                .context("it does not end without a reader")?
        }
        (None, By::Interrupt) => signalled(&mut child, Signal::INT, again, dice, measured)?,
        (None, By::Terminate) => signalled(&mut child, Signal::TERM, again, dice, measured)?,
    };
    drop(stop);
    reader.join().ok().context("the reader ended")?;
    course
        .judge(status, by.codes())
        .with_context(|| format!("{by:?} after {life:?}, again: {again}"))
}

/// Signals a process, once or twice, and measures how long it takes to end.
fn signalled(
    child: &mut Child,
    signal: Signal,
    again: bool,
    dice: &mut Dice,
    measured: &mut Measured,
) -> anyhow::Result<std::process::ExitStatus> {
    let process = Pid::from_child(child);
    let first = Instant::now();
    kill_process(process, signal)?;
    if again {
        // Faster than fingers two signals are one: the system keeps no second one of a kind while the first waits.
        let pause = FINGERS + Duration::from_millis(dice.below(450));
        if let Some(status) = wait(child, pause)? {
            measured.graceful.push(first.elapsed());
            return Ok(status);
        }
        let second = Instant::now();
        kill_process(process, signal)?;
        let status = wait(child, 10 * GRACEFUL)?.context("it does not end by the second signal")?;
        measured.at_once.push(second.elapsed());
        return Ok(status);
    }
    let status = wait(child, 10 * GRACEFUL)?.context("it does not end by the first signal")?;
    measured.graceful.push(first.elapsed());
    Ok(status)
}
