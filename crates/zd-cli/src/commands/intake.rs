//! Opening and checking an input, for an import and for a check.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::task::JoinHandle;
use zd_import::{
    AccountFacts, BlankMeans, Duplicates, EmailChange, Encoding, Format, Input, InputError,
    Mapping, MappingError, Match, OnInvalid, Plan, Problem, Scan, ScanError, ScanOptions,
};

use crate::args::{self, FormArgs, InputArgs};
use crate::codes;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Count, clean, counted, rows};
use crate::signals::Signals;

/// Where rows are.
pub(super) struct Opening {
    /// The name for people; `-` is standard input.
    pub(super) name: String,
    /// The file; none is standard input.
    pub(super) path: Option<PathBuf>,
    /// The directory into which standard input is copied; none: to a temporary file.
    pub(super) spool: Option<PathBuf>,
}

impl Opening {
    /// A file by its name, or standard input.
    pub(super) fn named(file: &str) -> Self {
        Self {
            name: file.to_owned(),
            path: (file != "-").then(|| PathBuf::from(file)),
            spool: None,
        }
    }

    fn open(&self) -> Result<Input, InputError> {
        match (&self.path, &self.spool) {
            (Some(path), _) => Input::open(path).map(|input| input.named(&self.name)),
            (None, Some(directory)) => Input::spool_into(directory, "-", std::io::stdin()),
            (None, None) => Input::open("-"),
        }
    }
}

/// An input that was opened, and how it is to be read.
pub(super) struct Opened {
    name: String,
    input: Input,
    options: ScanOptions,
}

/// Opens the file; of standard input, copies it. A signal ends it at once.
pub(super) async fn open(
    opening: Opening,
    args: &InputArgs,
    on_invalid: OnInvalid,
    context: &Context,
    signals: &mut Signals,
) -> Result<Opened, Failure> {
    let (name, form) = (opening.name.clone(), args.form.clone());
    let mut options = options(args, on_invalid);
    if let Some(map) = &args.map {
        options.mapping = Some(Arc::new(mapping(map)?));
    }
    announce(&name, context);
    // Reading blocks, standard input for as long as its writer likes.
    let file = name.clone();
    let work = tokio::task::spawn_blocking(move || {
        let input = opening.open().map_err(|error| not_opened(&file, &error))?;
        Ok(shaped(input, &form))
    });
    let input = worked(work, context, signals).await?;
    Ok(Opened {
        name,
        input,
        options,
    })
}

impl Opened {
    /// Checks every row, custom fields against the account if it is known; nothing is sent. A signal ends it at once.
    pub(super) async fn scan(
        self,
        account: Option<Arc<AccountFacts>>,
        context: &Context,
        signals: &mut Signals,
    ) -> Result<Scan, Failure> {
        announce(&self.name, context);
        let options = ScanOptions {
            account,
            ..self.options
        };
        let work = tokio::task::spawn_blocking(move || {
            Scan::read(self.input, options).map_err(|error| not_scanned(&self.name, &error))
        });
        worked(work, context, signals).await
    }
}

/// Opens the file and checks every row of it without asking an account.
pub(super) async fn scan(
    opening: Opening,
    args: &InputArgs,
    on_invalid: OnInvalid,
    context: &Context,
    signals: &mut Signals,
) -> Result<Scan, Failure> {
    let opened = open(opening, args, on_invalid, context, signals).await?;
    opened.scan(None, context, signals).await
}

fn announce(name: &str, context: &Context) {
    if context.out.can_redraw() && !context.printer.is_for_programs() {
        context.out.draw(&[format!("checking {} …", clean(name))]);
    }
}

/// Waits for work that blocks; a signal ends it at once.
pub(super) async fn worked<T>(
    work: JoinHandle<Result<T, Failure>>,
    context: &Context,
    signals: &mut Signals,
) -> Result<T, Failure> {
    let result = tokio::select! {
        done = work => done.unwrap_or_else(|error| {
            Err(Failure::new(&codes::INTERNAL, "checking the input ended unexpectedly").caused_by(&error))
        }),
        exit = signals.next() => Err(Failure::new(&codes::INTERRUPTED, "interrupted while checking the input")
            .sent("nothing")
            .fix(&context.typed)
            .exit(exit)),
    };
    context.out.erase();
    result
}

fn options(args: &InputArgs, on_invalid: OnInvalid) -> ScanOptions {
    ScanOptions {
        match_by: match_by(args),
        on_invalid,
        duplicates: match args.duplicates {
            args::Duplicates::InOrder => Duplicates::InOrder,
            args::Duplicates::First => Duplicates::First,
            args::Duplicates::Last => Duplicates::Last,
            args::Duplicates::Error => Duplicates::Error,
        },
        blank: match args.blank {
            args::Blank::Absent => BlankMeans::Absent,
            args::Blank::Null => BlankMeans::Null,
        },
        mapping: None,
        null_token: Some(args.null_token.clone()).filter(|token| !token.is_empty()),
        ignore_columns: args.ignore_column.clone(),
        allow_role_change: args.allow_role_change,
        email_change: match args.email_change {
            args::EmailChange::Report => EmailChange::Report,
            args::EmailChange::Secondary => EmailChange::Secondary,
            args::EmailChange::Primary => EmailChange::Primary,
        },
        account: None,
        send_welcome_mail: args.send_welcome_mail,
    }
}

/// Opens the file as the flags say.
pub(super) fn open_file(file: &str, form: &FormArgs) -> Result<Input, Failure> {
    let input = Input::open(file).map_err(|error| not_opened(file, &error))?;
    Ok(shaped(input, form))
}

fn shaped(mut input: Input, form: &FormArgs) -> Input {
    if let Some(encoding) = form.encoding {
        input = input.encoding(match encoding {
            args::InputEncoding::Utf8 => Encoding::Utf8,
            args::InputEncoding::Utf16Le => Encoding::Utf16Le,
            args::InputEncoding::Utf16Be => Encoding::Utf16Be,
            args::InputEncoding::Windows1252 => Encoding::Windows1252,
        });
    }
    if let Some(format) = form.input_format {
        input = match format {
            args::InputFormat::Csv => input.format(Format::Csv),
            args::InputFormat::Tsv => input.format(Format::Csv).delimiter(b'\t'),
            args::InputFormat::Jsonl => input.format(Format::JsonLines),
            args::InputFormat::Json => input.format(Format::JsonArray),
        };
    }
    match form.delimiter {
        Some(delimiter) => input.delimiter(delimiter),
        None => input,
    }
}

/// The most that a mapping file may have; whatever is larger is none.
const LARGEST_MAP: u64 = 1 << 20;

/// Reads a mapping file.
fn mapping(path: &Path) -> Result<Mapping, Failure> {
    let name = path.display().to_string();
    let mut text = String::new();
    let read =
        File::open(path).and_then(|file| file.take(LARGEST_MAP + 1).read_to_string(&mut text));
    read.map_err(|error| {
        match error.kind() {
            io::ErrorKind::NotFound => {
                Failure::new(&codes::FILE_NOT_FOUND, format!("there is no file {name}"))
            }
            _ => Failure::file(&name, "read", &error),
        }
        .sent("nothing")
    })?;
    if text.len() as u64 > LARGEST_MAP {
        let what = format!("{name} is no mapping: it has more than 1 MiB");
        return Err(Failure::new(&codes::FILE_UNUSABLE, what).sent("nothing"));
    }
    Mapping::parse(&name, &text).map_err(|error| unmapped(&error))
}

/// A mapping that cannot be used.
fn unmapped(error: &MappingError) -> Failure {
    let count = error.problems.len() as u64;
    let what = format!(
        "{}: the mapping cannot be used: {}",
        error.name,
        counted(count, "problem", "problems")
    );
    let mut failure = Failure::new(&codes::INPUT_UNUSABLE, what)
        .sent("nothing")
        .fix("correct the mapping; docs/mapping.md says what may stand in one")
        .data("problems", &error.problems);
    for problem in error.problems.iter().take(SHOWN) {
        let place = format!("line {}, column {}", problem.line, problem.column);
        failure = failure.detail(place, &problem.message);
    }
    if error.problems.len() > SHOWN {
        failure = failure.detail("and", format!("{} more", Count(count - SHOWN as u64)));
    }
    failure
}

/// How many problems of a mapping are shown.
const SHOWN: usize = 20;

/// What names a person.
pub(super) const fn match_by(args: &InputArgs) -> Match {
    match args.r#match {
        args::MatchKey::Auto => Match::Auto,
        args::MatchKey::ExternalId => Match::ExternalId,
        args::MatchKey::Email => Match::Email,
    }
}

/// The input's name for people.
pub(super) fn name(file: &str) -> &str {
    if file == "-" { "standard input" } else { file }
}

pub(super) fn not_opened(file: &str, error: &InputError) -> Failure {
    let name = name(file);
    let failure = match error {
        InputError::NotFound => {
            Failure::new(&codes::FILE_NOT_FOUND, format!("there is no file {name}"))
        }
        InputError::Directory => Failure::new(
            &codes::FILE_UNUSABLE,
            format!("{name} is a directory, not a file"),
        ),
        InputError::Unreadable(error) => Failure::file(name, "read", error),
        InputError::Spool(error) => Failure::file("a temporary file", "write", error)
            .fix("free space where temporary files go, or set TMPDIR to another place"),
        InputError::Empty => Failure::new(&codes::INPUT_UNUSABLE, format!("{name} is empty"))
            .fix("give it a header and a row for each person"),
        other => Failure::new(&codes::INPUT_UNUSABLE, format!("{name} is {other}"))
            .fix("convert it as said above, then import again"),
    };
    failure.caused_by(error).sent("nothing")
}

pub(super) fn not_scanned(file: &str, error: &ScanError) -> Failure {
    let name = name(file);
    if let ScanError::Read(error) = error {
        return Failure::file(name, "read", error).sent("nothing");
    }
    if let ScanError::Mapping(error) = error {
        return unmapped(error);
    }
    let mut failure = Failure::new(&codes::INPUT_UNUSABLE, format!("{name}: {error}"))
        .caused_by(error)
        .sent("nothing");
    failure = failure.fix(match error {
        ScanError::Header(_) => {
            "correct the header, leave a column out with  --ignore-column NAME, or map it: zd map init FILE"
        }
        ScanError::NoRows => "give it a row for each person",
        ScanError::HeaderNotUtf8 { .. } => {
            "save the file as UTF-8, or say how it is written with  --encoding"
        }
        ScanError::Archive(_) => "fetch or pack the file again; the rows after that place are lost",
        _ => "correct the file; all that follows was not looked at",
    });
    failure = failure.data("problems", error.problems());
    for problem in error.problems() {
        let (place, words) = place_and_words(problem);
        failure = failure.detail(place, words);
    }
    failure
}

/// Invalid rows, of which the options want nothing sent.
pub(super) fn unsound(plan: &Plan, next: &str) -> Failure {
    let mut failure = Failure::new(
        &codes::INPUT_INVALID,
        format!(
            "{}: {} of {} invalid, nothing was sent",
            name(&plan.input),
            Count(plan.invalid),
            rows(plan.rows)
        ),
    )
    .sent("nothing")
    .fix(next)
    .data("problems", &plan.problems);
    for problem in &plan.problems.first {
        let (place, words) = place_and_words(problem);
        failure = failure.detail(place, words);
    }
    let shown = plan.problems.first.len() as u64;
    if plan.problems.total > shown {
        failure = failure.detail(
            "and",
            format!("{} more", Count(plan.problems.total - shown)),
        );
    }
    failure
}

/// `line 7, column 2 (email)` and what is wrong there.
pub(super) fn place_and_words(problem: &Problem) -> (String, String) {
    let whole = problem.to_string();
    match whole.split_once(": ") {
        Some((place, words)) => (place.to_owned(), words.to_owned()),
        None => (whole, String::new()),
    }
}
