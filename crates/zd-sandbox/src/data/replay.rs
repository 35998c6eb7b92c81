//! Opening a data directory: everything in it is done again.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::DataError;
use super::deed::{Deed, digest};
use super::journal::Journal;
use super::record::{self, LONGEST};
use crate::auth::Caller;
use crate::call::{self, Call};
use crate::clock::Now;
use crate::faults::Faults;
use crate::reply::Reply;
use crate::settings::Settings;
use crate::shell::Shell;
use crate::{inspect, respond, router};

/// Counts up when what is written means something else.
const FORMAT: u32 = 1;
const JOURNAL: &str = "account.log";
const LOCK: &str = "lock";

/// The first line.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    format: u32,
    version: String,
    seed: u64,
    people: u32,
    start: i64,
}

/// Opens a directory, or makes one. Gives the account as it was left, and the latest time in it.
pub(crate) fn open(dir: &Path, settings: Settings, now: Now) -> Result<(Shell, Now), DataError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| DataError::Io { path, source }
    };
    make_dir(dir).map_err(failed(dir))?;
    let lock = lock(dir)?;
    let path = dir.join(JOURNAL);
    let file = private()
        .read(true)
        .append(true)
        .open(&path)
        .map_err(failed(&path))?;
    let mut reader = Lines {
        reader: BufReader::new(&file),
        path: &path,
        byte: 0,
    };
    let (mut shell, mut last) = match reader.next()? {
        None => {
            // New, or torn before its first line was whole.
            let shell = Shell::begin(settings.clone(), now);
            (shell, now)
        }
        Some(line) => begin(&line, &path, &settings)?,
    };
    let is_new = reader.byte == 0;
    shell.state.replays = true;
    shell.state.limits.enforce(false);
    loop {
        let byte = reader.byte;
        let Some(line) = reader.next()? else {
            break;
        };
        let damaged = |what| DataError::Damaged {
            path: path.clone(),
            byte,
            what,
        };
        let deed: Deed = record::read(&line).map_err(damaged)?;
        last = last.max(deed.at());
        let answer = deed.answer;
        let reply = again(&mut shell, &deed).map_err(damaged)?;
        if digest(&reply) != answer {
            let what = format!(
                "request {} has another answer now, so another build of the sandbox wrote it",
                deed.number
            );
            return Err(damaged(what));
        }
    }
    let whole = reader.byte;
    drop(reader);
    // A torn tail was never answered.
    if file.metadata().is_ok_and(|data| data.len() > whole) {
        tracing::warn!(path = %path.display(), byte = whole, "the last change was not written to its end, and is dropped");
    }
    file.set_len(whole).map_err(failed(&path))?;
    shell.state.replays = false;
    let mut journal = Journal::new(file, whole, lock);
    if is_new {
        let head = Head {
            format: FORMAT,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            seed: settings.seed,
            people: settings.people,
            start: now.millis(),
        };
        journal.write(&record::line(&head)).map_err(failed(&path))?;
    }
    let last = last.max(now);
    let settings = Settings {
        seed: shell.state.settings.seed,
        people: shell.state.settings.people,
        ..settings
    };
    adopt(&mut shell, &settings, last);
    let number = shell.counters.requests;
    let asked = serde_json::Value::Object(settings.changeable()).to_string();
    let reply = inspect::perform(&mut shell, "begin", asked.as_bytes(), last);
    if !reply.status.is_success() {
        return Err(DataError::Unkept {
            what: String::from_utf8_lossy(&reply.body).into_owned(),
        });
    }
    let target = format!("{}begin", inspect::PREFIX);
    let deed = Deed::told(number, target, asked.as_bytes(), &reply, last);
    journal.keep(&deed).map_err(failed(&path))?;
    shell.journal = Some(journal);
    Ok((shell, last))
}

/// What is not written down is as it is asked for now.
fn adopt(shell: &mut Shell, settings: &Settings, now: Now) {
    shell.faults = Faults::of(settings, now);
    shell.state.limits = crate::limits::Limits::new(settings, now);
}

fn begin(line: &[u8], path: &Path, settings: &Settings) -> Result<(Shell, Now), DataError> {
    let head: Head = record::read(line).map_err(|what| DataError::Damaged {
        path: path.to_owned(),
        byte: 0,
        what,
    })?;
    let ours = env!("CARGO_PKG_VERSION");
    if head.format != FORMAT || head.version != ours {
        return Err(DataError::OtherVersion {
            path: path.to_owned(),
            found: format!("{} (format {})", head.version, head.format),
            ours: format!("{ours} (format {FORMAT})"),
        });
    }
    for (what, began, asked) in [
        ("seed", head.seed, settings.asked_seed),
        (
            "people",
            head.people.into(),
            settings.asked_people.map(u64::from),
        ),
    ] {
        if let Some(asked) = asked.filter(|asked| *asked != began) {
            return Err(DataError::BeganOtherwise {
                path: path.to_owned(),
                began: format!("--{what} {began}"),
                asked: format!("--{what} {asked}"),
            });
        }
    }
    let start = Now::from_millis(head.start);
    let settings = Settings {
        seed: head.seed,
        people: head.people,
        ..settings.clone()
    };
    Ok((Shell::begin(settings, start), start))
}

/// Does something again.
fn again(shell: &mut Shell, deed: &Deed) -> Result<Reply, String> {
    let now = deed.at();
    let request = deed.request()?;
    let path = request.uri().path().to_owned();
    shell.state.advance(now);
    // Nobody follows what happened before.
    drop(shell.state.jobs.take_ended());
    shell.counters.requests = deed.number;
    shell.state.scale = deed.scale;
    shell.draw_for(deed.number);
    if let Some(place) = path.strip_prefix(inspect::PREFIX) {
        return Ok(inspect::perform(shell, place, request.body(), now));
    }
    let (route, params) =
        router::find(request.method(), &path).ok_or("there is no such operation")?;
    let call = Call {
        params: params.into_iter().map(call::decoded).collect(),
        path: path.strip_suffix(".json").unwrap_or(&path),
        query: call::query(request.uri()),
        body: call::body(&request),
        base: &deed.base,
        caller: deed.caller.map(Caller::again),
    };
    let strikes = deed.strikes()?;
    Ok(respond::perform(
        &mut shell.state,
        route,
        call,
        deed.half,
        &strikes,
        now,
    ))
}

struct Lines<'a> {
    reader: BufReader<&'a File>,
    path: &'a Path,
    /// Where the next line begins.
    byte: u64,
}

impl Lines<'_> {
    /// The next whole line without its end; a line that has none was torn, and is not there.
    fn next(&mut self) -> Result<Option<Vec<u8>>, DataError> {
        let mut line = Vec::new();
        let mut limited = self.reader.by_ref().take(LONGEST);
        limited
            .read_until(b'\n', &mut line)
            .map_err(|source| DataError::Io {
                path: self.path.to_owned(),
                source,
            })?;
        let length = line.len() as u64;
        if line.pop() != Some(b'\n') {
            if length == LONGEST {
                return Err(DataError::Damaged {
                    path: self.path.to_owned(),
                    byte: self.byte,
                    what: "a line without an end".to_owned(),
                });
            }
            return Ok(None);
        }
        self.byte += length;
        Ok(Some(line))
    }
}

fn lock(dir: &Path) -> Result<File, DataError> {
    let path = dir.join(LOCK);
    let failed = |source| DataError::Io {
        path: path.clone(),
        source,
    };
    let mut file = private()
        .read(true)
        .write(true)
        .truncate(false)
        .open(&path)
        .map_err(failed)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(fs::TryLockError::WouldBlock) => {
            let mut text = String::new();
            let _unreadable = file.read_to_string(&mut text);
            return Err(DataError::InUse {
                path: dir.to_owned(),
                process: text.trim().parse().ok(),
            });
        }
        Err(fs::TryLockError::Error(source)) => return Err(failed(source)),
    }
    let write = |file: &mut File| -> io::Result<()> {
        file.set_len(0)?;
        file.seek(SeekFrom::Start(0))?;
        writeln!(file, "{}", std::process::id())
    };
    write(&mut file).map_err(failed)?;
    Ok(file)
}

fn make_dir(dir: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

/// Only the owner reads it.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
