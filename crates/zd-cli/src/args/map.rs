//! `zd map`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{FormArgs, texts};

/// Mapping files.
#[derive(Debug, Subcommand)]
pub(crate) enum MapCommand {
    /// Write a mapping file for an input, inferred from its header and its first rows.
    Init(MapInitArgs),
}

/// For which input, and where to.
#[derive(Debug, Args)]
#[command(after_help = texts::MAP_INIT_AFTER)]
pub(crate) struct MapInitArgs {
    /// The file to look at; - reads standard input.
    pub(crate) file: String,
    /// Where to write; standard output unless told. A file that is there is left alone.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) form: FormArgs,
}
