//! `zd user export`.
//!
//! ```text
//! user fields ── columns ┐
//! page by page ─ users ──┴─ row ── check ── sink ── place (the cursor file)
//! ```

mod check;
mod columns;
mod place;
mod row;
mod sink;
mod start;
mod tally;

use futures_util::TryStreamExt as _;
use zd_import::Format;
use zd_model::{Page as _, UserField, UsersByCursorPage};
use zd_users::endpoints::ExportUsers;
use zd_users::{Endpoint as _, Error, Paged as _, PagingError};

use crate::args::{self, Json, OutputArgs, ProgressChoice, UserExportArgs};
use crate::codes;
use crate::context::{Account, Context};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::clean;
use crate::signals::Signals;

use columns::Column;
use row::{Row, header};
use start::{Begun, Start};
use tally::Tally;

/// Writes everybody, or whoever changed, a page at a time.
pub(super) async fn export(args: UserExportArgs, context: &Context) -> Result<Exit, Failure> {
    context.refuse_print()?;
    let mut signals = Signals::listen()?;
    let format = format(&context.global.output)?;
    let account = context.account()?;
    let start = Start::new(&args, format, &account.name)?;
    let fields = tokio::select! {
        fields = user_fields(&account) => fields?,
        exit = signals.next() => return Err(interrupted(&args, context, exit)),
    };
    let (columns, unusable) = columns::columns(&fields, &args.with);
    if !unusable.is_empty() {
        context.out.warn(&format!(
            "left out, since no import could name them: {}",
            clean(&unusable.join(", "))
        ));
    }
    let names = columns.iter().map(|column| column.name.clone()).collect();
    let begun = start.begin(&account.name, names, context)?;
    let export = Export {
        args: &args,
        format,
        context,
        account: &account,
        fields: &fields,
        columns: &columns,
        tally: Tally::default(),
    };
    export.run(begun, &mut signals).await
}

/// Rows for an import come in the two formats that it reads, whole.
fn format(output: &OutputArgs) -> Result<Format, Failure> {
    let refuse = |flag: &str| {
        Err(Failure::usage(format!("{flag} does not go with an export"))
            .why("it writes whole rows, in the two formats that an import reads")
            .fix("--format csv or --format jsonl; to look at users there is  zd user list --all"))
    };
    for (given, flag) in [
        (
            matches!(output.json, Some(Json::Fields(_))),
            "--json=FIELDS",
        ),
        (output.fields.is_some(), "--fields"),
        (output.jq.is_some(), "--jq"),
        (output.template.is_some(), "--template"),
    ] {
        if given {
            return refuse(flag);
        }
    }
    match output.format {
        Some(args::Format::Csv) => Ok(Format::Csv),
        Some(args::Format::Jsonl) => Ok(Format::JsonLines),
        None if output.is_json() => Ok(Format::JsonLines),
        None => Ok(Format::Csv),
        Some(other) => refuse(&format!("--format {}", other.as_str())),
    }
}

struct Export<'a> {
    args: &'a UserExportArgs,
    format: Format,
    context: &'a Context,
    account: &'a Account,
    fields: &'a [UserField],
    columns: &'a [Column],
    tally: Tally,
}

impl Export<'_> {
    async fn run(mut self, begun: Begun, signals: &mut Signals) -> Result<Exit, Failure> {
        let Begun {
            call,
            mut sink,
            mut place,
            has_header,
        } = begun;
        let mut text = if has_header {
            Vec::new()
        } else {
            header(self.columns, self.format)
        };
        let mut cursor = call.position();
        let mut next = Some(call);
        while let Some(call) = next.take() {
            let asked = self.account.client.exports().users(call.clone());
            let page = tokio::select! {
                page = asked.page() => page.map_err(|error| self.failed(&error))?,
                exit = signals.next() => return Err(interrupted(self.args, self.context, exit)),
            };
            // Before anything of the page is written: a walk that cannot go on is no success.
            next = following(&call, &page).map_err(|error| self.account.failure(&error))?;
            if let Some(behind) = page.after_cursor() {
                cursor = Some(behind.to_owned());
            }
            self.write(&page, &mut text);
            let length = sink.write(&text)?;
            text.clear();
            if self.context.out.is_closed() {
                // Nobody reads any more, and nobody knows how much was read: the page comes again next time.
                return Ok(Exit::Done);
            }
            if let (Some(place), Some(path)) = (&mut place, &self.args.cursor_file) {
                place.cursor.clone_from(&cursor);
                place.length = length;
                place.complete = next.is_none();
                place.save(path)?;
            }
            self.show_progress();
        }
        sink.finish()?;
        self.close(cursor.as_deref());
        Ok(Exit::Done)
    }

    /// Writes a page's users as rows.
    fn write(&mut self, page: &UsersByCursorPage, text: &mut Vec<u8>) {
        self.tally.pages += 1;
        let (mut keyed, mut keyless) = (Vec::new(), Vec::new());
        for user in &page.users {
            let is_deleted = user.active.value() == Some(&false);
            if is_deleted && !self.args.deleted {
                self.tally.deleted += 1;
                continue;
            }
            let row = Row::of(user, self.columns);
            if row.has_key() {
                keyed.push((row, user));
            } else if is_deleted || self.args.keyless {
                keyless.push(row);
            } else {
                self.tally.keyless += 1;
            }
        }
        let (checked, values) =
            check::make_importable(keyed, self.columns, self.fields, self.format);
        self.tally.values += values;
        for row in checked.into_iter().chain(keyless.into_iter().map(Some)) {
            match row {
                Some(row) => {
                    self.tally.users += 1;
                    row.write(self.columns, self.format, text);
                }
                None => self.tally.refused += 1,
            }
        }
    }

    fn show_progress(&self) {
        let out = &self.context.out;
        match self.context.global.progress {
            ProgressChoice::None => {}
            ProgressChoice::Auto if !out.can_redraw() => {}
            ProgressChoice::Auto | ProgressChoice::Bar => {
                out.draw(&[format!("exporting: {}", self.tally.progress())]);
            }
            ProgressChoice::Plain => out.note(&format!(
                "users={} pages={}",
                self.tally.users, self.tally.pages
            )),
            ProgressChoice::Json => out.note(&self.tally.json().to_string()),
        }
    }

    /// Says what was done.
    fn close(&self, cursor: Option<&str>) {
        let out = &self.context.out;
        if self.context.global.output.is_json() {
            let mut told = self.tally.json();
            told["cursor"] = cursor.into();
            out.note(&told.to_string());
            return;
        }
        let target = match &self.args.output {
            Some(path) => path.display().to_string(),
            None => "standard output".to_owned(),
        };
        let mut text = self.tally.sentence(&clean(&target));
        match (&self.args.cursor_file, cursor) {
            (Some(path), _) => text.push_str(&format!(
                "; the next export goes on from {}",
                path.display()
            )),
            (None, Some(cursor)) => text.push_str(&format!("; cursor {}", clean(cursor))),
            (None, None) => {}
        }
        out.note(&text);
        if self.tally.values > 0 {
            out.warn(&format!(
                "{} left out of rows: an import would refuse or change {}",
                crate::output::counted(self.tally.values, "value was", "values were"),
                if self.tally.values == 1 { "it" } else { "them" }
            ));
        }
    }

    fn failed(&self, error: &Error) -> Failure {
        let failure = self.account.failure(error);
        if failure.code == &codes::ROLE {
            return failure
                .why("only admins may export users")
                .fix("use an admin's credentials");
        }
        failure
    }
}

/// The call for the next page, unless it would be the same one again.
fn following(call: &ExportUsers, page: &UsersByCursorPage) -> Result<Option<ExportUsers>, Error> {
    let next = call.following(page).and_then(|next| match next {
        Some(next) if next.position() == call.position() => Err(PagingError::Unmoving),
        next => Ok(next),
    });
    next.map_err(|source| Error::paging(call.operation(), source))
}

/// The definitions of the account's user fields.
async fn user_fields(account: &Account) -> Result<Vec<UserField>, Failure> {
    let fields = account.client.user_fields().list().stream();
    fields
        .try_collect()
        .await
        .map_err(|error| account.failure(&error))
}

fn interrupted(args: &UserExportArgs, context: &Context, exit: Exit) -> Failure {
    let how = if exit == Exit::Terminated {
        "terminated"
    } else {
        "interrupted"
    };
    let failure = Failure::new(
        &codes::INTERRUPTED,
        format!("{how}; the export is not whole"),
    );
    let failure = match (&args.cursor_file, &args.output) {
        (Some(_), _) => failure.fix(format!("{}  (it goes on where it stopped)", context.typed)),
        (None, Some(path)) => failure
            .why(format!(
                "without --cursor-file {} appears only when it is whole",
                path.display()
            ))
            .fix(&context.typed),
        (None, None) => failure.fix(&context.typed),
    };
    failure.exit(exit)
}
