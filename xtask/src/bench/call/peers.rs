//! The same upserts by clients of others.

use anyhow::{Context as _, ensure};

use super::{Cost, Row};
use crate::bench::account::Counts;
use crate::bench::peers::{NODE_ZENDESK, Peer, ZENPY};
use crate::bench::spent;
use crate::sandbox::Sandbox;

const CALLS: u32 = 2000;

pub(super) fn measure(sandbox: &Sandbox) -> anyhow::Result<Vec<Row>> {
    let peers = [NODE_ZENDESK, ZENPY];
    let peers = peers.iter();
    peers
        .map(|peer| {
            let cost = cost(peer, sandbox).with_context(|| peer.name)?;
            Ok((peer.name, cost))
        })
        .collect()
}

/// What a call takes, beyond what the client takes to start.
fn cost(peer: &Peer, sandbox: &Sandbox) -> anyhow::Result<Result<Cost, String>> {
    let command = match peer.command() {
        Ok(command) => command,
        Err(why) => return Ok(Err(why)),
    };
    let spent = |calls: u32| {
        let mut command = command(&sandbox.url);
        command.args(["call", &calls.to_string()]);
        let (spent, status, said) = spent::run(&mut command, |_| ())?;
        ensure!(status.success(), "it ended with {status}: {said}");
        let all = format!("\"applied\":{calls}}}");
        let said = said.replace(' ', "");
        ensure!(said.contains(&all), "of {calls} calls it says {said}");
        anyhow::Ok(spent.cpu_micros)
    };
    let start = spent(0)?;
    let before = Counts::of(sandbox)?;
    let all = spent(CALLS)?;
    let counts = before.until(Counts::of(sandbox)?);
    Ok(Ok(Cost {
        cpu_micros: (all - start) / f64::from(CALLS),
        connections: counts.connections,
    }))
}
