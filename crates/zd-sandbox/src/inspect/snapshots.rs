//! The account as it once was.

use http::StatusCode;
use serde_json::{Value, json};

use super::refusal;
use crate::clock::Now;
use crate::reply::Reply;
use crate::shell::{Shell, Snapshot};

pub(super) fn list(shell: &Shell) -> Reply {
    let snapshots: Vec<Value> = shell
        .snapshots
        .iter()
        .map(|(name, snapshot)| {
            json!({
                "name": name,
                "at": snapshot.at.spelled(),
                "users": snapshot.state.account.users.next_slot(),
            })
        })
        .collect();
    Reply::ok(&json!({"snapshots": snapshots}))
}

/// Keeps the account under a name, in place of what was kept under it before.
pub(super) fn take(shell: &mut Shell, name: &str, now: Now) -> Reply {
    let state = shell.state.clone();
    let users = state.account.users.next_slot();
    shell
        .snapshots
        .insert(name.to_owned(), Snapshot { at: now, state });
    Reply::ok(&json!({"name": name, "at": now.spelled(), "users": users}))
}

/// Whoever makes a beginning of their own calls it so.
const BEGINNING: &str = "beginning";

/// Everything as it began; the account as somebody said that it begins, if somebody did.
pub(super) fn reset(shell: &mut Shell, now: Now) -> Reply {
    shell.reset(now);
    // There need not be one.
    let _own = restore(shell, BEGINNING, now);
    Reply::ok(&json!({"reset": true}))
}

/// Takes the account back to what it was; time goes on, and so do limits.
pub(super) fn restore(shell: &mut Shell, name: &str, now: Now) -> Result<Reply, Reply> {
    let snapshot = shell
        .snapshots
        .get(name)
        .ok_or_else(|| unknown(shell, name))?;
    let old = std::mem::replace(&mut shell.state, snapshot.state.clone());
    shell.state.limits = old.limits;
    let settings = shell.state.settings.clone();
    shell.state.limits.configure(&settings, now);
    if old.replays {
        shell.state.limits.enforce(false);
    }
    shell.state.replays = old.replays;
    shell.state.scale = old.scale;
    shell.state.chance = old.chance;
    shell.advance(now);
    let users = shell.state.account.users.next_slot();
    Ok(Reply::ok(&json!({"name": name, "users": users})))
}

pub(super) fn remove(shell: &mut Shell, name: &str) -> Result<Reply, Reply> {
    if shell.snapshots.remove(name).is_some() {
        return Ok(list(shell));
    }
    Err(unknown(shell, name))
}

fn unknown(shell: &Shell, name: &str) -> Reply {
    let names: Vec<&str> = shell.snapshots.keys().map(String::as_str).collect();
    let next = if names.is_empty() {
        "there are none; POST /__zd/snapshots/NAME makes one".to_owned()
    } else {
        format!("there are {}", names.join(", "))
    };
    refusal(
        StatusCode::NOT_FOUND,
        format!("there is no snapshot {name}"),
        next,
    )
}
