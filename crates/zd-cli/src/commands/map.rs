//! `zd map`.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;

use zd_import::suggest_mapping;

use super::intake;
use crate::args::{MapCommand, MapInitArgs};
use crate::codes;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;

/// Runs a command about mapping files; no account is asked.
pub(super) async fn run(command: MapCommand, context: &Context) -> Result<Exit, Failure> {
    context.refuse_print()?;
    match command {
        MapCommand::Init(args) => init(args, context).await,
    }
}

/// Writes a mapping file.
async fn init(args: MapInitArgs, context: &Context) -> Result<Exit, Failure> {
    let (file, form) = (args.file.clone(), args.form);
    let work = tokio::task::spawn_blocking(move || {
        let input = intake::open_file(&file, &form)?;
        suggest_mapping(&input).ok_or_else(|| {
            let what = format!(
                "{} has no header and no object to infer anything from",
                intake::name(&file)
            );
            Failure::new(&codes::INPUT_UNUSABLE, what).sent("nothing")
        })
    });
    let text = work.await.unwrap_or_else(|error| {
        let what = "looking at the input ended unexpectedly";
        Err(Failure::new(&codes::INTERNAL, what).caused_by(&error))
    })?;
    let Some(path) = args.output else {
        context.out.data(&text)?;
        return Ok(Exit::Done);
    };
    write(&path, &text).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            let what = format!("{} is there already", path.display());
            Failure::new(&codes::FILE_UNUSABLE, what).fix("give another name with  --output FILE")
        }
        _ => Failure::file(&path.display().to_string(), "write", &error),
    })?;
    context.out.note(&format!(
        "read it, then: zd check {} --map {}",
        args.file,
        path.display()
    ));
    Ok(Exit::Done)
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    file.write_all(text.as_bytes())
}
