//! What an import needs before it sends anything: the rows, checked, and the run.

use std::path::PathBuf;

use zd_import::{FileJournal, OnInvalid, OutcomeIndex, Scan};

use super::home::Home;
use crate::args::{self, Command, ImportArgs};
use crate::codes;
use crate::commands::intake;
use crate::commands::knowledge::Known;
use crate::context::Context;
use crate::failure::Failure;
use crate::runs::{RunStore, Settings};
use crate::signals::Signals;

/// An import whose rows are known by their place.
pub(super) struct Begun {
    pub(super) args: ImportArgs,
    /// Where the rows are, and their name for people.
    pub(super) from: From,
    /// The run's directory; none if nothing is to be sent.
    pub(super) home: Option<Home>,
    pub(super) settings: Settings,
    /// Whether the run had begun before.
    pub(super) resumed: bool,
}

/// Where rows come from.
#[derive(Clone, Debug)]
pub(super) struct From {
    /// As typed; `-` is standard input.
    pub(super) name: String,
    /// The file that has the rows; none of standard input.
    pub(super) path: Option<PathBuf>,
    /// The directory into which standard input is copied.
    pub(super) spool: Option<PathBuf>,
}

impl Begun {
    /// Checks every row; nothing is sent.
    pub(super) async fn scan(
        &self,
        known: Option<&Known>,
        context: &Context,
        signals: &mut Signals,
    ) -> Result<Scan, Failure> {
        let on_invalid = match self.args.sending.on_invalid {
            args::OnInvalid::Stop => OnInvalid::Stop,
            args::OnInvalid::Skip => OnInvalid::Skip,
        };
        let facts = known.and_then(|known| known.facts.clone());
        let input = &self.args.input;
        let opening = self.from.opening();
        let scan = intake::scan(opening, input, on_invalid, facts, context, signals).await;
        let scan = scan.map_err(|failure| match (&self.home, self.resumed) {
            (Some(home), true) if *failure.code == codes::FILE_NOT_FOUND => {
                let run = &home.run.id;
                failure.fix(format!("put the file back, then  zd import --resume {run}"))
            }
            _ => failure,
        })?;
        match known {
            Some(known) => {
                let name = &self.from.name;
                known.look_up(scan, input, name, context, signals).await
            }
            None => Ok(scan),
        }
    }
}

impl From {
    fn file(name: &str, path: PathBuf) -> Self {
        Self {
            name: name.to_owned(),
            path: Some(path),
            spool: None,
        }
    }

    pub(super) fn opening(&self) -> intake::Opening {
        intake::Opening {
            name: self.name.clone(),
            path: self.path.clone(),
            spool: self.spool.clone(),
        }
    }
}

/// A new run.
pub(super) fn fresh(args: ImportArgs, context: &Context) -> Result<Begun, Failure> {
    let name = args.file.clone().unwrap_or_default();
    let sends = args.sending.dry_run.is_none() && !context.prints_curl();
    let home = match sends {
        true => Some(Home::new(context)?),
        false => None,
    };
    let mut from = From {
        path: (name != "-").then(|| PathBuf::from(&name)),
        name,
        spool: None,
    };
    if let (Some(home), "-") = (&home, from.name.as_str()) {
        // All of it is read before anything is sent, and read again if the run is resumed.
        from.spool = Some(home.make()?.to_owned());
    }
    let settings = Settings {
        flags: args.typed.all(),
        input: (from.name != "-").then(|| absolute(&from.name)),
        name: from.name.clone(),
        ..Settings::default()
    };
    Ok(Begun {
        args,
        from,
        home,
        settings,
        resumed: false,
    })
}

/// A run that has begun.
pub(super) fn resume(typed: &ImportArgs, name: &str, context: &Context) -> Result<Begun, Failure> {
    let run = RunStore::of(context)?.find(name)?;
    let settings = settings_of(&run)?;
    let mut words = settings.flags.clone();
    words.extend(typed.typed.others.iter().cloned());
    let input = settings.input.clone();
    let path = input.map_or_else(|| run.input(), PathBuf::from);
    Ok(Begun {
        args: parse(&path, &words)?,
        from: From::file(&settings.name, path),
        home: Some(Home::of(run)),
        settings,
        resumed: true,
    })
}

/// A new run of the rows of another that failed and may pass another time.
pub(super) async fn retry(
    typed: &ImportArgs,
    name: &str,
    context: &Context,
    signals: &mut Signals,
) -> Result<Begun, Failure> {
    let parent = RunStore::of(context)?.find(name)?;
    let before = settings_of(&parent)?;
    let input = before.input.clone();
    let path = input.map_or_else(|| parent.input(), PathBuf::from);
    let mut words = before.flags.clone();
    words.extend(typed.typed.all());
    let args = parse(&path, &words)?;
    let opening = From::file(&before.name, path).opening();
    let skip = OnInvalid::Skip;
    let scan = intake::scan(opening, &args.input, skip, None, context, signals).await?;
    let home = Home::new(context)?;
    home.make()?;
    let path = home.run.input();
    if super::files::retryable(&parent, scan, &path)? == 0 {
        return Err(Failure::new(
            &codes::NOTHING_TO_RETRY,
            format!(
                "run {}: no row failed for a reason that may pass",
                parent.id
            ),
        )
        .fix("correct the rows in the failed file, then import that"));
    }
    let from = From::file(&format!("failed rows of {}", parent.id), path.clone());
    let mut args = parse(&path, &words)?;
    args.sending.dry_run = typed.sending.dry_run;
    let settings = Settings {
        flags: words,
        input: None,
        name: from.name.clone(),
        retries: Some(parent.id),
        ..Settings::default()
    };
    Ok(Begun {
        args,
        from,
        home: Some(home),
        settings,
        resumed: false,
    })
}

/// The input of a run, and the flags with which it was read.
pub(in crate::commands) fn input_of(
    run: &crate::runs::RunDir,
    settings: &Settings,
) -> Result<(ImportArgs, intake::Opening), Failure> {
    let input = settings.input.clone();
    let path = input.map_or_else(|| run.input(), PathBuf::from);
    let args = parse(&path, &settings.flags)?;
    Ok((args, From::file(&settings.name, path).opening()))
}

fn settings_of(run: &crate::runs::RunDir) -> Result<Settings, Failure> {
    let reader = FileJournal::read(&run.path).map_err(|error| run.failure(&error))?;
    let index = OutcomeIndex::build(reader).map_err(|error| run.failure(&error))?;
    match index.began() {
        Some(began) => Settings::of(began),
        None => Err(Failure::new(
            &codes::RUN_NOT_FOUND,
            format!("run {} ended before it began: nothing was sent", run.id),
        )
        .fix(format!("zd run rm {}", run.id))),
    }
}

/// The arguments that these words are.
fn parse(input: &std::path::Path, words: &[String]) -> Result<ImportArgs, Failure> {
    let mut line: Vec<std::ffi::OsString> = vec!["zd".into(), "import".into()];
    line.extend(words.iter().map(Into::into));
    line.push("--".into());
    line.push(input.into());
    let cli = args::parse(line).map_err(|error| {
        Failure::usage("the flags that the run was begun with are not understood")
            .why(error.to_string())
            .fix("go on with the version of zd that began it")
    })?;
    match cli.command {
        Command::Import(args) => Ok(*args),
        _ => Err(Failure::usage("the run was not begun by an import")),
    }
}

pub(super) fn absolute(path: &str) -> String {
    std::path::absolute(path).map_or_else(|_| path.to_owned(), |path| path.display().to_string())
}
