//! A sandbox in another process: the command `zd`, as anyone would start it.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, bail, ensure};

use crate::workspace;

/// Builds the command in a profile of cargo's, `dev` or `release`; the path of the program.
pub(crate) fn build(profile: &str) -> anyhow::Result<PathBuf> {
    let built = workspace::cargo()
        .args(["build", "--quiet", "--package", "zd-cli", "--profile"])
        .arg(profile)
        .status()?;
    ensure!(built.success(), "the {profile} build of zd failed");
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| workspace::root().join("target"), PathBuf::from);
    let folder = if profile == "dev" { "debug" } else { profile };
    Ok(target.join(folder).join("zd"))
}

/// A sandbox, ended when dropped.
#[derive(Debug)]
pub(crate) struct Sandbox {
    child: Child,
    /// Its address, such as `http://127.0.0.1:4711`.
    pub(crate) url: String,
    /// What it says a client's environment should hold.
    pub(crate) environment: Vec<(String, String)>,
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to do.
        let _ended = self.child.kill();
        let _status = self.child.wait();
    }
}

impl Sandbox {
    /// Its process.
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// Starts one on a free port, with more options of `zd sandbox start`, and waits for its address.
    pub(crate) fn start(zd: &Path, options: &[&str]) -> anyhow::Result<Self> {
        let mut child = Command::new(zd)
            .args(["sandbox", "start", "--port", "0"])
            .args(options)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot start the sandbox")?;
        let stdout = child.stdout.take().context("the sandbox has no output")?;
        let mut sandbox = Self {
            child,
            url: String::new(),
            environment: Vec::new(),
        };
        for line in BufReader::new(stdout).lines() {
            let line = line?;
            let Some((name, value)) = line
                .trim()
                .strip_prefix("export ")
                .and_then(|rest| rest.split_once('='))
            else {
                continue;
            };
            let value = value.trim_matches(['\'', '"']).to_owned();
            if name == "ZD_BASE_URL" {
                sandbox.url.clone_from(&value);
            }
            sandbox.environment.push((name.to_owned(), value));
            // The address comes first, then a credential; more may follow.
            if !sandbox.url.is_empty() && sandbox.environment.len() > 1 {
                return Ok(sandbox);
            }
        }
        bail!("the sandbox ended before it said its address")
    }
}
