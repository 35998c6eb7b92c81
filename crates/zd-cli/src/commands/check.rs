//! `zd check`.

use zd_import::OnInvalid;

use super::knowledge::Known;
use super::{intake, plan};
use crate::args::CheckArgs;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::signals::Signals;

/// Checks a file and says what an import of it would do; an account is asked only if that is wanted.
pub(crate) async fn run(args: CheckArgs, context: &Context) -> Result<Exit, Failure> {
    context.refuse_print()?;
    let mut signals = Signals::listen()?;
    let input = &args.input;
    let opening = intake::Opening::named(&args.file);
    let opened = intake::open(opening, input, OnInvalid::Stop, context, &mut signals).await?;
    let known = match args.account {
        true => Some(Known::ask(true, context, &mut signals).await?),
        false => None,
    };
    let facts = known
        .as_ref()
        .and_then(|known| known.as_ref().ok()?.facts.clone());
    let mut scan = opened.scan(facts, context, &mut signals).await?;
    match known {
        Some(Ok(known)) => {
            scan = known
                .join(scan, input, &args.file, context, &mut signals)
                .await?;
        }
        Some(Err(unreached)) if scan.is_sound() => return Err(unreached.failure),
        Some(Err(_)) | None => {}
    }
    let exit = if scan.is_sound() {
        Exit::Done
    } else {
        Exit::Input
    };
    if context.printer.is_for_programs() {
        let plan = plan::json(scan.plan(), None, exit.number())?;
        context.printer.record(&plan::SHAPE, &plan)?;
    } else {
        context
            .out
            .data(&plan::human(scan.plan(), None, context.out.style()))?;
    }
    Ok(exit)
}
