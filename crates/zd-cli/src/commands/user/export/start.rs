//! How an export begins: from the start, where it was interrupted, or where the last one ended.

use std::path::Path;

use zd_import::Format;
use zd_users::endpoints::ExportUsers;

use super::place::{Place, Shape};
use super::sink::{Growing, Sink, is_there};
use crate::args::{UserExportArgs, now};
use crate::codes;
use crate::context::Context;
use crate::failure::Failure;

/// Zendesk exports no more recent change.
const KEPT_BACK: i64 = 60;

/// What is known before the account is asked anything.
pub(super) struct Start<'a> {
    args: &'a UserExportArgs,
    format: Format,
    /// What the cursor file says.
    place: Option<Place>,
    output: Option<String>,
}

/// An export that may begin.
pub(super) struct Begun {
    pub(super) call: ExportUsers,
    pub(super) sink: Sink,
    /// What goes into the cursor file with the next page, if there is one.
    pub(super) place: Option<Place>,
    /// Whether the output has its header.
    pub(super) has_header: bool,
}

impl<'a> Start<'a> {
    /// Refuses what cannot work before anything is asked or written.
    pub(super) fn new(
        args: &'a UserExportArgs,
        format: Format,
        account: &str,
    ) -> Result<Self, Failure> {
        let output = args.output.as_deref().map(absolute).transpose()?;
        if let (Some(output), Some(cursor)) = (&output, &args.cursor_file)
            && *output == absolute(cursor)?
        {
            return Err(Failure::usage("-o and --cursor-file are the same file")
                .fix("give them different names"));
        }
        let place = match &args.cursor_file {
            Some(path) => Place::read(path)?,
            None => None,
        };
        let start = Self {
            args,
            format,
            place,
            output,
        };
        if let Some(place) = &start.place {
            if place.account != account {
                return Err(start.mismatch(
                    place,
                    format!("it belongs to the account {}, not {account}", place.account),
                ));
            }
            if start.goes_on() && place.output != start.output {
                let of = |output: &Option<String>| {
                    output
                        .clone()
                        .unwrap_or_else(|| "standard output".to_owned())
                };
                return Err(start.mismatch(
                    place,
                    format!(
                        "the export it belongs to goes to {}, not {}",
                        of(&place.output),
                        of(&start.output)
                    ),
                ));
            }
        }
        start.check_output()?;
        start.check_time()?;
        Ok(start)
    }

    /// Whether an export that was interrupted goes on.
    fn goes_on(&self) -> bool {
        self.place.as_ref().is_some_and(|place| !place.complete)
    }

    fn check_output(&self) -> Result<(), Failure> {
        let Some(path) = &self.args.output else {
            return Ok(());
        };
        let Ok(there) = path.metadata() else {
            return Ok(());
        };
        if !there.is_file() {
            return Err(Failure::new(
                &codes::FILE_UNUSABLE,
                format!("{} is no plain file", path.display()),
            )
            .fix("give another -o FILE; without -o people go to standard output"));
        }
        let may_fill = self.args.force || (there.len() == 0 && self.args.cursor_file.is_some());
        if self.goes_on() || may_fill {
            return Ok(());
        }
        let failure = is_there(path);
        Err(if self.place.is_some() {
            failure.why("the export that the cursor file belongs to is complete; what changed since goes to a new file")
        } else {
            failure
        })
    }

    fn check_time(&self) -> Result<(), Failure> {
        let since = self.args.since.unwrap_or(0);
        if since > now() - KEPT_BACK && self.place.is_none() {
            return Err(Failure::usage("--since is too recent")
                .why("Zendesk exports what changed up to a minute ago")
                .fix("--since with an earlier time"));
        }
        Ok(())
    }

    /// Opens the output and notes the beginning, now that the columns are known.
    pub(super) fn begin(
        self,
        account: &str,
        columns: Vec<String>,
        context: &Context,
    ) -> Result<Begun, Failure> {
        let shape = Shape {
            format: name(self.format).to_owned(),
            deleted: self.args.deleted,
            keyless: self.args.keyless,
            columns,
        };
        let since = self.args.since.unwrap_or(0);
        let Some(path) = &self.args.cursor_file else {
            return Ok(Begun {
                call: ExportUsers::since(since),
                sink: match &self.args.output {
                    None => Sink::Stdout(context.out.clone()),
                    Some(output) => Sink::whole(output, self.args.force)?,
                },
                place: None,
                has_header: false,
            });
        };
        let place = match &self.place {
            Some(place) if !place.complete => {
                if let Some(what) = difference(&place.shape, &shape) {
                    return Err(self.mismatch(place, what));
                }
                place.clone()
            }
            earlier => Place::begin(
                account,
                earlier.as_ref().map_or(since, |place| place.since),
                earlier.as_ref().and_then(|place| place.cursor.clone()),
                self.output.clone(),
                shape,
            ),
        };
        let call = match &place.cursor {
            Some(cursor) => ExportUsers::after(cursor),
            None => ExportUsers::since(place.since),
        };
        let sink = match &self.args.output {
            None => {
                place.save(path)?;
                Sink::Stdout(context.out.clone())
            }
            Some(output) => {
                let growing = Growing::open(output)?;
                if self.goes_on() && growing.length() < place.length {
                    let what = format!(
                        "{} has {} bytes, and {} were written",
                        output.display(),
                        growing.length(),
                        place.length
                    );
                    return Err(self.mismatch(&place, what));
                }
                if !self.goes_on() && !self.args.force && growing.length() > 0 {
                    return Err(is_there(output));
                }
                // From here on what the file holds beyond the place is ours to take back.
                place.save(path)?;
                growing.from(place.length)?
            }
        };
        Ok(Begun {
            call,
            sink,
            has_header: place.length > 0,
            place: Some(place),
        })
    }

    /// A cursor file that does not go with the command.
    fn mismatch(&self, place: &Place, what: String) -> Failure {
        let path = self.args.cursor_file.as_deref().unwrap_or(Path::new(""));
        let name = path.display();
        let again = match &place.output {
            Some(output) if !place.complete => format!(
                "repeat the command that it belongs to, or begin anew: remove {name} and {output}"
            ),
            _ => format!(
                "repeat the command that it belongs to, or give another --cursor-file than {name}"
            ),
        };
        Failure::new(
            &codes::FILE_UNUSABLE,
            format!("the cursor file {name} does not go with this export"),
        )
        .why(what)
        .fix(again)
    }
}

/// A format as `--format` names it.
const fn name(format: Format) -> &'static str {
    match format {
        Format::JsonLines => "jsonl",
        _ => "csv",
    }
}

fn absolute(path: &Path) -> Result<String, Failure> {
    std::path::absolute(path)
        .map(|path| path.display().to_string())
        .map_err(|error| Failure::file(&path.display().to_string(), "find", &error))
}

/// In what the rows written so far differ from those to come.
fn difference(before: &Shape, now: &Shape) -> Option<String> {
    if before.format != now.format {
        return Some(format!(
            "what is written so far is {}, not {}",
            before.format, now.format
        ));
    }
    for (flag, before, now) in [
        ("--deleted", before.deleted, now.deleted),
        ("--keyless", before.keyless, now.keyless),
    ] {
        if before != now {
            let with = if before { "with" } else { "without" };
            return Some(format!("it began {with} {flag}"));
        }
    }
    let missing = |from: &[String], of: &[String]| {
        let names = from.iter().filter(|name| !of.contains(name));
        names.map(String::as_str).collect::<Vec<_>>().join(", ")
    };
    let gone = missing(&before.columns, &now.columns);
    let new = missing(&now.columns, &before.columns);
    (before.columns != now.columns).then(|| {
        let what = match (gone.is_empty(), new.is_empty()) {
            (true, true) => "they come in another order".to_owned(),
            (false, true) => format!("{gone} is gone"),
            (true, false) => format!("{new} is new"),
            (false, false) => format!("{gone} is gone and {new} is new"),
        };
        format!("the columns are others now (--with, or the account's user fields): {what}")
    })
}
