//! `zd sandbox start`.

use std::path::Path;

use zd_sandbox::{Fault, JobTime, Sandbox, SandboxBuilder, Server};

use super::announce::{announce, describe};
use super::background;
use crate::args::SandboxStartArgs;
use crate::codes;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, plain};
use crate::signals::Signals;

/// Serves a sandbox until it is told to end, by Ctrl-C, SIGTERM or `zd sandbox stop`: exit 0.
pub(super) async fn start(
    args: SandboxStartArgs,
    port: u16,
    context: &Context,
) -> Result<Exit, Failure> {
    let is_child = background::is_child(context);
    if args.background && !is_child {
        return background::start(context).await;
    }
    let seed = args.trouble.seed.unwrap_or_else(seed);
    let sandbox = builder(&args)?.seed(seed).build();
    let mut signals = Signals::listen()?;
    let server = Server::start(sandbox, port)
        .await
        .map_err(|error| not_listening(port, &error))?;
    let about = describe(&server.url(), seed);
    let _hangups = is_child.then(background::outlive_terminal);
    if is_child {
        background::tell_parent(&about, context)?;
    } else {
        announce(&about, "Ctrl-C", context)?;
    }
    signals.next().await;
    drop(server);
    context.out.note("sandbox stopped");
    Ok(Exit::Done)
}

fn not_listening(port: u16, error: &std::io::Error) -> Failure {
    Failure::new(
        &codes::CANNOT_LISTEN,
        format!("cannot listen on port {port}: {}", plain(error)),
    )
    .why("another program listens there, perhaps a sandbox, or the port needs more rights")
    .caused_by(error)
}

/// What the flags say, all but the seed.
fn builder(args: &SandboxStartArgs) -> Result<SandboxBuilder, Failure> {
    let account = &args.account;
    let mut builder = Sandbox::builder()
        .bulk_import(!account.no_bulk_import)
        .admins_set_passwords(!account.no_admin_passwords)
        .rate_limits(!account.no_rate_limits);
    if let Some(plan) = account.plan {
        builder = builder.requests_a_minute(plan);
    }
    if let Some(lifetime) = account.token_lifetime {
        builder = builder.token_lifetime(lifetime);
    }
    if let Some(delay) = account.search_delay {
        builder = builder.search_delay(delay);
    }
    if let Some(text) = &args.jobs.job_time {
        let time: JobTime = text
            .parse()
            .map_err(|error| Failure::usage(format!("--job-time {text:?}: {error}")))?;
        builder = builder.job_time(time);
    }
    if let Some(workers) = args.jobs.workers {
        builder = builder.workers(workers.into());
    }
    if args.people.empty {
        builder = builder.empty();
    }
    if let Some(people) = args.people.people {
        builder = builder.people(people);
    }
    if let Some(moment) = args.time.starts_at {
        builder = builder.starts_at(moment);
    }
    for text in &args.trouble.fault {
        for fault in faults(text)? {
            builder = builder.fault(fault);
        }
    }
    if let Some(path) = &args.trouble.fault_file {
        for fault in faults_of(path)? {
            builder = builder.fault(fault);
        }
    }
    Ok(builder)
}

/// A rule, or short ones with commas between them: `429=3%,job-killed=2%`.
fn faults(text: &str) -> Result<Vec<Fault>, Failure> {
    let whole = text.trim().parse::<Fault>();
    let error = match whole {
        Ok(fault) => return Ok(vec![fault]),
        Err(error) => error,
    };
    // A comma may belong to a rule; only where it does not, there are several.
    let several: Result<Vec<Fault>, _> = text.split(',').map(|part| part.trim().parse()).collect();
    several.map_err(|part| {
        let said = if text.contains(['(', '"', ' ']) {
            error.to_string()
        } else {
            part.to_string()
        };
        Failure::usage(format!("--fault {said}")).fix("zd sandbox fault --help  tells the rules")
    })
}

/// The rules of a file, one on each line.
fn faults_of(path: &Path) -> Result<Vec<Fault>, Failure> {
    let name = path.display().to_string();
    let text =
        std::fs::read_to_string(path).map_err(|error| Failure::file(&name, "read", &error))?;
    let mut faults = Vec::new();
    for (line, number) in text.lines().zip(1_u32..) {
        let rule = line.trim();
        if rule.is_empty() || rule.starts_with('#') {
            continue;
        }
        let fault = rule.parse().map_err(|error| {
            Failure::usage(format!("{error}"))
                .at("file", &name)
                .at("line", number.to_string())
                .fix("zd sandbox fault --help  tells the rules")
        })?;
        faults.push(fault);
    }
    Ok(faults)
}

/// A seed that is short enough to be typed again.
fn seed() -> u64 {
    use std::hash::{BuildHasher as _, Hasher as _};
    let random = std::collections::hash_map::RandomState::new();
    random.build_hasher().finish() % 1_000_000
}

#[cfg(test)]
mod tests {
    use super::faults;

    #[test]
    fn short_rules_may_share_a_flag() {
        assert_eq!(faults("429=3%").unwrap().len(), 1);
        assert_eq!(faults("429=3%, job-killed=10%").unwrap().len(), 2);
        let said = faults("429=3%,5xx=lots").unwrap_err();
        assert!(
            said.what.contains("`5xx=lots` at column 5"),
            "{}",
            said.what
        );
    }
}
