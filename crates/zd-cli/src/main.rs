//! The command `zd`: a file of people in, a row-by-row ledger out.

use std::io::Write as _;

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use zd_import::{Import, Input, Scan, ScanOptions};
use zd_sandbox::Sandbox;
use zd_users::Client;

/// Get people into Zendesk, and know for every row what happened.
#[derive(Debug, Parser)]
#[command(name = "zd")]
struct Arguments {
    /// Run against a sandbox started in-process.
    #[arg(long)]
    sandbox: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Import a file of people.
    Import {
        /// The file.
        file: std::path::PathBuf,
    },
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let Command::Import { file } = arguments.command;
    anyhow::ensure!(arguments.sandbox, "only --sandbox so far");
    let input = Input::open(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let rows = Scan::read(input, ScanOptions::default())?.into_source()?;
    let client = Client::with_transport(
        "http://127.0.0.1".parse()?,
        Sandbox::builder().build().transport(),
    );
    let report = Import::new(client)
        .run(rows, (), zd_import::Cancel::new())
        .await?;
    writeln!(
        std::io::stdout(),
        "{} rows: created {} updated {} failed {}",
        report.counts.rows,
        report.counts.created,
        report.counts.updated,
        report.counts.failed
    )?;
    Ok(())
}
