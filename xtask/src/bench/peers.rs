//! Clients of others, driven to do the same as zd.

use std::process::{Command, Stdio};

use crate::peers::install;
use crate::workspace;

/// A client of others.
pub(super) struct Peer {
    pub(super) name: &'static str,
    /// What must be on the machine to install and run it.
    needs: &'static [&'static str],
    /// The script that drives it, below `xtask/peers`.
    driver: &'static str,
    install: fn(&std::path::Path) -> anyhow::Result<Command>,
}

pub(super) const ZENPY: Peer = Peer {
    name: "zenpy",
    needs: &["python3"],
    driver: "zenpy_bench.py",
    install: install::zenpy,
};

pub(super) const NODE_ZENDESK: Peer = Peer {
    name: "node-zendesk",
    needs: &["node", "npm"],
    driver: "node_zendesk_bench.js",
    install: install::node_zendesk,
};

impl Peer {
    /// Installs it where it is not yet. The command still wants what to do, or: why there is none.
    pub(super) fn command(&self) -> Result<impl Fn(&str) -> Command, String> {
        for program in self.needs {
            let found = Command::new(program)
                .arg("--version")
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status();
            if found.is_err() {
                return Err(format!("there is no {program} on this machine"));
            }
        }
        let root = workspace::root();
        let installed = (self.install)(&root.join("target/peers"));
        let installed = installed.map_err(|error| format!("{error:#}"))?;
        let driver = root.join("xtask/peers").join(self.driver);
        Ok(move |url: &str| {
            let mut command = Command::new(installed.get_program());
            for (name, value) in installed.get_envs() {
                command.env(name, value.unwrap_or_default());
            }
            command
                .arg(&driver)
                .args([url, zd_sandbox::ADMIN_EMAIL, zd_sandbox::API_TOKEN]);
            command
        })
    }
}
