//! `zd explain`: the error codes, offline.

use serde_json::{Value, json};

use crate::codes::{self, Code};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Shape;

const CODE: Shape = Shape::new("code", "codes", &["code", "exit", "name", "title"]);

/// Explains one code, or lists them all.
pub(crate) fn run(code: Option<&str>, context: &Context) -> Result<Exit, Failure> {
    context.refuse_print()?;
    let Some(wanted) = code else {
        list(context)?;
        return Ok(Exit::Done);
    };
    let code = codes::find(wanted).ok_or_else(|| {
        Failure::usage(format!("there is no code {wanted}"))
            .why("codes look like ZD2007")
            .fix("zd explain")
    })?;
    if context.printer.is_for_programs() {
        context.printer.record(&CODE, &describe(code))?;
    } else {
        let style = context.out.style();
        context.out.data(&format!(
            "{}: {}\n\n{}\n\n{} {}\n{} {} ({})\n",
            style.bold(code.code),
            code.title,
            wrap(code.explanation, context.out.width().min(100)),
            style.bold("fix:"),
            code.fix,
            style.bold("exit:"),
            code.exit.number(),
            code.exit.meaning(),
        ))?;
    }
    Ok(Exit::Done)
}

fn list(context: &Context) -> Result<(), Failure> {
    let mut listing = context.printer.list(&CODE);
    for code in codes::ALL {
        listing.push(&describe(code))?;
    }
    listing.end().map(|_| ())
}

fn describe(code: &Code) -> Value {
    json!({
        "code": code.code,
        "exit": code.exit.number(),
        "name": code.name,
        "title": code.title,
        "explanation": code.explanation,
        "fix": code.fix,
    })
}

/// Breaks a text into lines of at most this many characters, where words allow it.
fn wrap(text: &str, width: usize) -> String {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last().map_or(0, |line| line.chars().count());
        if line > 0 && line + 1 + word.chars().count() > width {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines.join("\n")
}
