//! `zd sandbox start`.

use serde_json::json;
use zd_sandbox::{Fault, JobTime, Sandbox, Server};

use crate::args::SandboxStartArgs;
use crate::codes;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, plain};
use crate::output::Shape;
use crate::signals::Signals;

/// Serves a sandbox until Ctrl-C or SIGTERM, which is the way to end it: exit 0.
pub(crate) async fn start(args: SandboxStartArgs, context: &Context) -> Result<Exit, Failure> {
    context.refuse_print()?;
    let mut builder = Sandbox::builder().bulk_import(!args.no_bulk_import);
    if let Some(plan) = args.plan {
        builder = builder.requests_a_minute(plan);
    }
    if let Some(people) = args.people {
        builder = builder.people(people);
    }
    if let Some(text) = &args.job_time {
        let time: JobTime = text
            .parse()
            .map_err(|error| Failure::usage(format!("--job-time {text:?}: {error}")))?;
        builder = builder.job_time(time);
    }
    for text in &args.fault {
        let fault: Fault = text
            .trim()
            .parse()
            .map_err(|error| Failure::usage(format!("--fault {error}")))?;
        builder = builder.fault(fault);
    }
    let seed = args.seed.unwrap_or_else(seed);
    let sandbox = builder.seed(seed).build();
    let mut signals = Signals::listen()?;
    let server = Server::start(sandbox, args.port).await.map_err(|error| {
        Failure::new(
            &codes::FILE_UNUSABLE,
            format!("cannot listen on port {}: {}", args.port, plain(&error)),
        )
        .why("another program listens there, or the port needs more rights")
        .fix("zd sandbox start --port 0  picks a free port")
    })?;
    announce(&server.url(), seed, context)?;
    signals.next().await;
    drop(server);
    context.out.note("sandbox stopped");
    Ok(Exit::Done)
}

/// Tells where it is: on stdout what a shell can source, or JSON.
fn announce(url: &str, seed: u64, context: &Context) -> Result<(), Failure> {
    if context.printer.is_for_programs() {
        context.printer.record(
            &Shape::new("sandbox", "sandboxes", &[]),
            &json!({
                "url": url,
                "seed": seed,
                "environment": {"ZD_BASE_URL": url, "ZD_OAUTH_TOKEN": zd_sandbox::OAUTH_TOKEN},
            }),
        )?;
    } else {
        // A real OAuth client would win over the token.
        context.out.data(&format!(
            "export ZD_BASE_URL={url}\nexport ZD_OAUTH_TOKEN={}\nunset ZD_CLIENT_ID ZD_CLIENT_SECRET\n",
            zd_sandbox::OAUTH_TOKEN
        ))?;
        context.out.note(&format!(
            "sandbox at {url} (seed {seed}); its environment is on stdout; end it with Ctrl-C"
        ));
    }
    context.out.flush()
}

/// A seed that is short enough to be typed again.
fn seed() -> u64 {
    use std::hash::{BuildHasher as _, Hasher as _};
    let random = std::collections::hash_map::RandomState::new();
    random.build_hasher().finish() % 1_000_000
}
