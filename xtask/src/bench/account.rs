//! What the sandbox counted of its callers.

use anyhow::Context as _;
use serde_json::Value;

use crate::sandbox::Sandbox;

/// What callers did so far, this one included.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    pub(super) requests: u64,
    pub(super) connections: u64,
}

impl Counts {
    /// Asks, on a connection of its own.
    pub(super) fn of(sandbox: &Sandbox) -> anyhow::Result<Self> {
        let place = format!("{}/__zd/state", sandbox.url);
        let state: Value = ureq::get(&place).call()?.into_body().read_json()?;
        let number = |value: &Value| value.as_u64().context("the sandbox counts nothing");
        Ok(Self {
            requests: number(&state["requests"]["total"])?,
            connections: number(&state["connections"])?,
        })
    }

    /// What others did between two looks.
    pub(super) fn until(self, later: Self) -> Self {
        Self {
            requests: later.requests.saturating_sub(self.requests),
            // The later look has its own.
            connections: later.connections.saturating_sub(self.connections + 1),
        }
    }
}
