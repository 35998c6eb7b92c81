//! `zd version`.

use serde_json::json;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Shape;

/// Shows the version and the system, which is what a report of a defect needs.
pub(crate) fn run(context: &Context) -> Result<Exit, Failure> {
    context.refuse_print()?;
    let (version, system, machine) = (
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH,
    );
    if context.printer.is_for_programs() {
        context.printer.record(
            &Shape::new("version", "versions", &[]),
            &json!({"version": version, "os": system, "arch": machine}),
        )?;
    } else {
        context
            .out
            .data(&format!("zd {version} ({system} {machine})\n"))?;
    }
    Ok(Exit::Done)
}
