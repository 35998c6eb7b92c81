//! `cargo xtask bench WHAT`: how fast something is, measured beside something bare in the same run on the same machine, and
//! held against goals.

mod bulk;
mod check;
mod figures;
mod hello;
mod idle;
mod import;
mod input;
mod load;
mod million;
mod process;
mod reads;
mod sandbox;
mod spent;
mod start;

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, bail, ensure};

use crate::workspace;

const USAGE: &str = "\
usage: cargo xtask bench sandbox [--json FILE] [--seconds N] [--rounds N]
       cargo xtask bench check [--rows N] [--seed S] [--file FILE] [--dir DIR] [--zd BINARY]
       cargo xtask bench import [--rows N] [--seed S] [--file FILE] [--dir DIR] [--zd BINARY]";

/// The first argument by which this program starts itself as the bare server. Nobody types it.
const HELLO: &str = "hello";
/// The first argument by which a debug build starts the release build of itself.
const MEASURE: &str = "measure-sandbox";

/// `bench sandbox …`, `bench check …`, `bench import …`
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    match arguments.split_first() {
        Some((what, rest)) if what == "sandbox" => in_release(MEASURE, rest),
        Some((what, rest)) if what == "check" => check::run(rest),
        Some((what, rest)) if what == "import" => import::run(rest),
        Some((what, rest)) if what == MEASURE => sandbox::run(rest),
        Some((what, [])) if what == HELLO => hello::serve(),
        _ => bail!(USAGE),
    }
}

/// Builds this program in release and lets that measure: a load generator without optimization measures itself.
fn in_release(what: &str, arguments: &[String]) -> anyhow::Result<()> {
    let built = workspace::cargo()
        .args(["build", "--quiet", "--release", "--package", "xtask"])
        .status()
        .context("cannot run cargo")?;
    ensure!(built.success(), "the release build of xtask failed");
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| workspace::root().join("target"), PathBuf::from);
    let measured = Command::new(target.join("release").join("xtask"))
        .args(["bench", what])
        .args(arguments)
        .status()
        .context("cannot run the release build of xtask")?;
    ensure!(measured.success(), "the release build of xtask says why");
    Ok(())
}
