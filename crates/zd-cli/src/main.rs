//! The command `zd`: a file of people in, a row-by-row ledger out.
//!
//! ```text
//! command line ── args ──┐
//! environment ── flags,  ├─ Context ── commands/* ── zd-import, zd-users, zd-sandbox
//!                secrets ┘      │           │
//!                              Out ◀────────┘   data to stdout, everything else to stderr
//! ```
//!
//! `main` parses, runs and returns an exit code; everything that is written goes through [`output::Out`], everything
//! that goes wrong is a [`failure::Failure`] with a code of [`codes`].

mod args;
mod codes;
mod commands;
mod context;
mod credentials;
mod curl;
mod environment;
mod exit;
mod failure;
mod output;
mod progress;
mod run;
mod runs;
mod sandbox;
mod signals;
mod wire;

use std::process::ExitCode;

/// A row of an import is dozens of small values that come and go.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    run::run(std::env::args_os()).into()
}
