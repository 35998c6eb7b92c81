//! Where the clients come from: their own registries, at a pinned version, into `target/`.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, ensure};

/// The newest versions when this was written; node-zendesk's runs on Node 18 and later.
const ZENPY: &str = "zenpy==2.0.57";
const NODE_ZENDESK: &str = "node-zendesk@6.0.1";

/// zenpy in a virtual environment, whose Python runs its driver.
pub(crate) fn zenpy(folder: &Path) -> anyhow::Result<Command> {
    let environment = folder.join("python");
    let python = environment.join("bin/python");
    if !python.exists() {
        succeed(
            Command::new("python3")
                .args(["-m", "venv"])
                .arg(&environment),
        )?;
    }
    succeed(Command::new(&python).args(["-m", "pip", "install", "--quiet", ZENPY]))?;
    Ok(Command::new(python))
}

/// node-zendesk in a folder that its driver's Node looks into.
pub(crate) fn node_zendesk(folder: &Path) -> anyhow::Result<Command> {
    let folder = folder.join("node");
    std::fs::create_dir_all(&folder)?;
    succeed(
        Command::new("npm")
            .args([
                "install",
                "--no-save",
                "--no-audit",
                "--no-fund",
                "--loglevel",
                "error",
                "--prefix",
            ])
            .arg(&folder)
            .arg(NODE_ZENDESK),
    )?;
    let mut command = Command::new("node");
    command.env("NODE_PATH", folder.join("node_modules"));
    Ok(command)
}

/// Runs a command to a good end; what it prints is of interest only if it fails.
fn succeed(command: &mut Command) -> anyhow::Result<()> {
    let program = command.get_program().display().to_string();
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot run {program}; it must be installed"))?;
    ensure!(
        output.status.success(),
        "{program} ended with {}: {}",
        output.status,
        String::from_utf8_lossy(&output.stderr).trim()
    );
    Ok(())
}
