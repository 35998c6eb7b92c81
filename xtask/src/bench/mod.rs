//! `cargo xtask bench WHAT`: how fast something is, measured beside something bare in the same run on the same machine, and
//! held against goals.

mod account;
mod bulk;
mod call;
mod check;
mod figures;
mod hello;
mod idle;
mod import;
mod input;
mod load;
mod machine;
mod markdown;
mod million;
mod peers;
mod process;
mod reads;
mod sandbox;
mod schedule;
mod spent;
mod start;

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, bail, ensure};

use crate::workspace;

const USAGE: &str = "\
usage: cargo xtask bench sandbox [--json FILE] [--seconds N] [--rounds N]
       cargo xtask bench check [--rows N] [--seed S] [--file FILE] [--dir DIR] [--zd BINARY]
       cargo xtask bench import [--rows N] [--seed S] [--file FILE] [--dir DIR] [--zd BINARY] [--peer-rows N] [--plot SVG]
       cargo xtask bench call [--calls N] [--rounds N] [--zd BINARY]
       cargo xtask bench schedule [--scenario S1..S12] [--seeds N] [--users N] [--plot DIR]";

/// The first arguments by which this program starts itself: as the bare server, and as the bare importer. Nobody types them.
const HELLO: &str = "hello";
const FLOOR: &str = "import-floor";

/// `bench sandbox …`, `bench check …`, `bench import …`, `bench call …`, `bench schedule …`
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let Some((what, rest)) = arguments.split_first() else {
        bail!(USAGE);
    };
    match what.as_str() {
        // What measures itself, or with itself.
        "sandbox" | "import" | "call" if cfg!(debug_assertions) => in_release(arguments),
        "sandbox" => sandbox::run(rest),
        "import" => import::run(rest),
        "call" => call::run(rest),
        "check" => check::run(rest),
        "schedule" => schedule::run(rest),
        HELLO => hello::serve(),
        FLOOR => import::floor(rest),
        _ => bail!(USAGE),
    }
}

/// Builds this program in release and lets that measure: a load generator without optimization measures itself.
fn in_release(arguments: &[String]) -> anyhow::Result<()> {
    let built = workspace::cargo()
        .args(["build", "--quiet", "--release", "--package", "xtask"])
        .status()
        .context("cannot run cargo")?;
    ensure!(built.success(), "the release build of xtask failed");
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| workspace::root().join("target"), PathBuf::from);
    let measured = Command::new(target.join("release").join("xtask"))
        .arg("bench")
        .args(arguments)
        .status()
        .context("cannot run the release build of xtask")?;
    ensure!(measured.success(), "the release build of xtask says why");
    Ok(())
}
