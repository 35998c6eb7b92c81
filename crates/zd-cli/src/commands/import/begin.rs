//! What an import needs before it sends anything: the rows, checked, and the run.

use std::path::{Path, PathBuf};

use zd_import::{
    Began, FileJournal, Input, InputError, InputIdentity, OnInvalid, OutcomeIndex, Scan,
};

use super::home::Home;
use crate::args::{self, Command, ImportArgs};
use crate::codes;
use crate::commands::intake::{self, Opened};
use crate::commands::knowledge::Known;
use crate::context::Context;
use crate::failure::Failure;
use crate::runs::{RunDir, RunStore, Settings};
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
    /// The account that it had begun in.
    pub(super) account: Option<String>,
    /// What its input was known by then.
    pub(super) recorded: Option<InputIdentity>,
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
    /// Opens the input, which has to be the one that the run was begun with.
    pub(super) async fn open(
        &self,
        context: &Context,
        signals: &mut Signals,
    ) -> Result<Opened, Failure> {
        let on_invalid = match self.args.sending.on_invalid {
            // It was sound when the run began. What the account has changed since concerns only what is left.
            args::OnInvalid::Stop if self.resumed => OnInvalid::Skip,
            args::OnInvalid::Stop => OnInvalid::Stop,
            args::OnInvalid::Skip => OnInvalid::Skip,
        };
        let input = &self.args.input;
        let opening = self.from.opening();
        if let (Some(home), Some(recorded)) = (&self.home, &self.recorded) {
            self.same_input(&home.run, recorded.clone(), context, signals)
                .await?;
        }
        intake::open(opening, input, on_invalid, context, signals).await
    }

    /// Checks every row by the organizations that the account has.
    pub(super) async fn join(
        &self,
        scan: Scan,
        known: &Known,
        context: &Context,
        signals: &mut Signals,
    ) -> Result<Scan, Failure> {
        let name = &self.from.name;
        known
            .join(scan, &self.args.input, name, context, signals)
            .await
    }

    /// Makes sure that the input is the one that the run was begun with, before anything else is said of it.
    async fn same_input(
        &self,
        run: &RunDir,
        recorded: InputIdentity,
        context: &Context,
        signals: &mut Signals,
    ) -> Result<(), Failure> {
        let resume = format!("zd import --resume {}", run.id);
        let path = self.from.path.clone().unwrap_or_default();
        let work = tokio::task::spawn_blocking(move || difference(&path, &recorded));
        let difference = intake::worked(work, context, signals).await;
        let difference = difference
            .map_err(|failure| failure.fix(format!("put the file back, then  {resume}")))?;
        match difference {
            None => Ok(()),
            Some(difference) => Err(Failure::new(
                &codes::OTHER_INPUT,
                format!(
                    "{} is not what run {} was begun with",
                    intake::name(&self.from.name),
                    run.id
                ),
            )
            .why(difference)
            .sent("nothing")
            .fix(format!("restore the file, then  {resume}"))),
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
        account: None,
        recorded: None,
    })
}

/// A run that has begun.
pub(super) fn resume(typed: &ImportArgs, name: &str, context: &Context) -> Result<Begun, Failure> {
    let run = RunStore::of(context)?.find(name)?;
    let (settings, began) = settings_of(&run)?;
    let (account, recorded) = (Some(began.account), began.input);
    let words = args::resumed(&settings.flags, &typed.typed);
    let input = settings.input.clone();
    let path = input.map_or_else(|| run.input(), PathBuf::from);
    let mut args = parse(&path, &words)?;
    keep_mapping(&mut args, &run);
    Ok(Begun {
        args,
        from: From::file(&settings.name, path),
        home: Some(Home::of(run)),
        settings,
        resumed: true,
        account,
        recorded,
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
    let (before, _) = settings_of(&parent)?;
    let input = before.input.clone();
    let path = input.map_or_else(|| parent.input(), PathBuf::from);
    let mut args = parse(&path, &before.flags)?;
    keep_mapping(&mut args, &parent);
    let opening = From::file(&before.name, path).opening();
    let skip = OnInvalid::Skip;
    let scan = intake::scan(opening, &args.input, skip, context, signals).await?;
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
    let map = args.input.map.take();
    let mut words = args::for_failed_rows(&before.flags);
    words.extend(typed.typed.all());
    let mut args = parse(&path, &words)?;
    args.input.map = map;
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
        account: None,
        recorded: None,
    })
}

/// What differs between a file and what is recorded of it.
fn difference(path: &Path, recorded: &InputIdentity) -> Result<Option<String>, Failure> {
    let name = path.display().to_string();
    if path.is_dir() {
        return Ok(Some("it is a directory now".to_owned()));
    }
    let mut input = match Input::open(path) {
        Ok(input) => input,
        Err(InputError::Empty) => return Ok(Some("it is empty now".to_owned())),
        Err(InputError::Foreign(_)) => return Ok(Some("it is of another kind now".to_owned())),
        Err(error) => return Err(intake::not_opened(&name, &error)),
    };
    let unreadable = |error: std::io::Error| Failure::file(&name, "read", &error).sent("nothing");
    let found = input.identity().map_err(unreadable)?;
    if (found.bytes, &found.digest) == (recorded.bytes, &recorded.digest) {
        return Ok(None);
    }
    let first = if found.bytes > recorded.bytes {
        Some(input.digest_of_first(recorded.bytes).map_err(unreadable)?)
    } else {
        None
    };
    Ok(recorded.difference(&found, first.as_deref()))
}

/// The mapping that the run was begun with, whatever became of the file since.
fn keep_mapping(args: &mut ImportArgs, run: &RunDir) {
    if args.input.map.is_some() && run.mapping().is_file() {
        args.input.map = Some(run.mapping());
    }
}

/// The input of a run, and the flags with which it was read.
pub(in crate::commands) fn input_of(
    run: &RunDir,
    settings: &Settings,
) -> Result<(ImportArgs, intake::Opening), Failure> {
    let input = settings.input.clone();
    let path = input.map_or_else(|| run.input(), PathBuf::from);
    let mut args = parse(&path, &settings.flags)?;
    keep_mapping(&mut args, run);
    Ok((args, From::file(&settings.name, path).opening()))
}

fn settings_of(run: &RunDir) -> Result<(Settings, Began), Failure> {
    let reader = FileJournal::read(&run.path).map_err(|error| run.failure(&error))?;
    let index = OutcomeIndex::build(reader).map_err(|error| run.failure(&error))?;
    match index.began() {
        Some(began) => Ok((Settings::of(began)?, began.clone())),
        None => Err(Failure::new(
            &codes::RUN_NOT_FOUND,
            format!("run {} ended before it began: nothing was sent", run.id),
        )
        .fix(format!("zd run rm {}", run.id))),
    }
}

/// The arguments that these words are.
fn parse(input: &Path, words: &[String]) -> Result<ImportArgs, Failure> {
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
