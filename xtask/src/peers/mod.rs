//! `cargo xtask peers`: widely used clients of others, unmodified, against a sandbox over HTTP. What they rely on is what real
//! Zendesk does, so a step that fails is either a hole in the sandbox or a known defect of the client.

mod defects;
mod guide;
pub(crate) mod install;
mod report;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail, ensure};

use crate::sandbox::{self, Sandbox};
use crate::workspace;
use defects::DEFECTS;
use report::{Step, Verdict};

/// A client of others.
#[derive(Debug)]
struct Peer {
    name: &'static str,
    /// The script that drives it, below `xtask/peers`.
    driver: &'static str,
    /// Puts the client into a folder; the command that runs the driver.
    install: fn(&Path) -> anyhow::Result<Command>,
}

const PEERS: [Peer; 2] = [
    Peer {
        name: "zenpy",
        driver: "zenpy_driver.py",
        install: install::zenpy,
    },
    Peer {
        name: "node-zendesk",
        driver: "node_zendesk_driver.js",
        install: install::node_zendesk,
    },
];

/// `peers [--only PEER] [--zd BINARY]`
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let usage = "usage: cargo xtask peers [--only zenpy|node-zendesk|guide] [--zd BINARY]";
    let (mut only, mut zd) = (None, None);
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let value = words.next().context(usage)?;
        match word.as_str() {
            "--only" if value == "guide" || PEERS.iter().any(|peer| peer.name == value) => {
                only = Some(value.as_str());
            }
            "--zd" => zd = Some(PathBuf::from(value)),
            _ => bail!(usage),
        }
    }
    let zd = zd.map_or_else(|| sandbox::build("dev"), Ok)?;
    let mut failures = 0;
    for peer in PEERS
        .iter()
        .filter(|peer| only.is_none_or(|only| peer.name == only))
    {
        let steps = drive(peer, &zd).with_context(|| peer.name)?;
        failures += tell(peer.name, &steps);
    }
    if only.is_none_or(|only| only == "guide") {
        guide::run(&zd)?;
    }
    ensure!(failures == 0, "{failures} failures");
    Ok(())
}

fn drive(peer: &Peer, zd: &Path) -> anyhow::Result<Vec<Step>> {
    let root = workspace::root();
    let mut command = (peer.install)(&root.join("target/peers"))?;
    // Jobs take a moment, so that clients have to wait for them.
    let sandbox = Sandbox::start(
        zd,
        &["--job-time", "300ms", "--plan", "100000", "--seed", "7"],
    )?;
    let output = command
        .arg(root.join("xtask/peers").join(peer.driver))
        .args([&sandbox.url, zd_sandbox::ADMIN_EMAIL, zd_sandbox::API_TOKEN])
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot run {}", peer.driver))?;
    ensure!(
        output.status.success(),
        "{} ended with {}",
        peer.driver,
        output.status
    );
    report::read(&String::from_utf8_lossy(&output.stdout))
}

/// Prints every step; how many failures there are.
fn tell(peer: &'static str, steps: &[Step]) -> usize {
    println!("{peer}:");
    let mut failures = 0;
    for step in steps {
        let verdict = report::judge(peer, step, DEFECTS);
        failures += usize::from(verdict.fails());
        let text = match verdict {
            Verdict::Good => "ok".to_owned(),
            Verdict::Defect(defect) => format!("defect of the peer: {}", defect.why),
            Verdict::Failed(error) => {
                // Some spread a comparison over lines.
                let words: Vec<&str> = error.split_whitespace().collect();
                format!("FAILED: {}", words.join(" "))
            }
            Verdict::Mended(defect) => {
                format!(
                    "FAILED: no longer the defect that xtask/src/peers/defects.rs tells of: {}",
                    defect.why
                )
            }
        };
        println!("  {:<36} {text}", step.name);
    }
    for name in report::idle(peer, steps, DEFECTS) {
        println!("  FAILED: there is no step {name}, of which a defect is told");
        failures += 1;
    }
    println!("  {} steps, {failures} failures\n", steps.len());
    failures
}
