//! `zd check`.

use zd_import::OnInvalid;

use super::{intake, plan};
use crate::args::CheckArgs;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::signals::Signals;

/// Checks a file and says what an import of it would do; no account is asked.
pub(crate) async fn run(args: CheckArgs, context: &Context) -> Result<Exit, Failure> {
    context.refuse_print()?;
    let mut signals = Signals::listen()?;
    let scan = intake::scan(&args.input, OnInvalid::Stop, context, &mut signals).await?;
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
