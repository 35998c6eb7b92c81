//! `zd sandbox start`.

use std::net::{IpAddr, SocketAddr};

use zd_sandbox::Server;

use super::announce::{announce, describe};
use super::{background, build};
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
    let sandbox = build::build(&args).await?;
    let seed = sandbox.seed();
    warn_of_others(args.listen, context);
    open_as_many_files_as_one_may();
    let mut signals = Signals::listen()?;
    let server = Server::bind(sandbox, SocketAddr::new(args.listen, port))
        .await
        .map_err(|error| not_listening(args.listen, port, &error))?;
    let about = describe(&server.url(), seed);
    let _hangups = is_child.then(background::outlive_terminal);
    if is_child {
        background::tell_parent(&about, context)?;
    } else {
        announce(&about, "Ctrl-C", context)?;
    }
    tokio::select! {
        _ = signals.next() => drop(server),
        () = server.stopped() => tokio::select! {
            // Whoever told it to stop is to hear of it.
            () = server.shutdown() => {}
            _ = signals.next() => {}
        },
    }
    context.out.note("sandbox stopped");
    Ok(Exit::Done)
}

/// Each caller takes one; many systems begin with a thousand, or fewer. If it is refused, there are as many as before.
fn open_as_many_files_as_one_may() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, getrlimit, setrlimit};
        let mut limit = getrlimit(Resource::Nofile);
        limit.current = limit.maximum;
        let _refused = setrlimit(Resource::Nofile, limit);
    }
}

/// Its credentials are known to everybody.
fn warn_of_others(address: IpAddr, context: &Context) {
    if address.is_loopback() {
        return;
    }
    let inside = if address.is_unspecified() {
        ""
    } else {
        "; what is below /__zd/ cannot be reached there, listen on 0.0.0.0 to have it on 127.0.0.1"
    };
    context.out.warn(&format!(
        "whoever reaches {address} can use this sandbox: its credentials are no secret{inside}"
    ));
}

fn not_listening(address: IpAddr, port: u16, error: &std::io::Error) -> Failure {
    let of = if address.is_loopback() {
        String::new()
    } else {
        format!(" of {address}")
    };
    Failure::new(
        &codes::CANNOT_LISTEN,
        format!("cannot listen on port {port}{of}: {}", plain(error)),
    )
    .why("another program listens there, perhaps a sandbox, or the port or the address is not for this user")
    .caused_by(error)
}
