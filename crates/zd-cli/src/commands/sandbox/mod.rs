//! `zd sandbox`: starts a sandbox, and talks to one that runs.

mod announce;
mod applied;
mod background;
mod bench;
mod build;
mod clock;
mod events;
mod faults;
mod jobs;
mod log;
mod look;
mod metrics;
mod people;
mod seed;
mod settings;
mod snapshots;
mod start;
mod stop;
mod verify;

use crate::args::{SandboxArgs, SandboxCommand as Verb};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;

use bench::Bench;

/// Runs a command of the family.
pub(crate) async fn run(args: SandboxArgs, context: &Context) -> Result<Exit, Failure> {
    context.refuse_print()?;
    let port = args.port;
    let bench = || Bench::find(port, context);
    match args.command {
        Verb::Start(args) => start::start(*args, port.unwrap_or_default(), context).await,
        Verb::Stop => stop::stop(&bench()?).await,
        Verb::Status => look::status(&bench()?).await,
        Verb::Set(args) => settings::set(&args, &bench()?).await,
        Verb::Reset => snapshots::reset(&bench()?.patient()).await,
        Verb::Seed(args) => seed::seed(args, &bench()?.patient()).await,
        Verb::Fault(args) => faults::run(args.command, &bench()?).await,
        Verb::Clock(args) => clock::run(args.command, &bench()?).await,
        Verb::Log(args) => log::run(args, &bench()?).await,
        Verb::Verify(args) => verify::verify(args, &bench()?.patient()).await,
        Verb::Applied { keys } => applied::show(&keys, &bench()?.patient()).await,
        Verb::Snapshot { name } => snapshots::keep(&name, &bench()?.patient()).await,
        Verb::Restore { name } => snapshots::restore(&name, &bench()?.patient()).await,
        Verb::Snapshots(args) => snapshots::run(args.command, &bench()?).await,
        Verb::Jobs(args) => jobs::run(args.command, &bench()?).await,
        Verb::Events(args) => events::run(&args, &bench()?).await,
        Verb::Metrics => metrics::show(&bench()?).await,
        Verb::Differences(args) => look::differences(args.which, &bench()?).await,
    }
}
