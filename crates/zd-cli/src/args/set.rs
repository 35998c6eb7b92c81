//! Attributes of a record.

use clap::Args;

/// Flags that give a record its attributes.
#[derive(Debug, Args)]
pub(crate) struct SetArgs {
    /// Any attribute, such as notes=hello or tags=vip,beta; null clears it; may be repeated.
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) set: Vec<String>,
    /// Attributes as a JSON object from a file (@record.json) or standard input (-); flags win over it.
    #[arg(long, value_name = "@FILE|-")]
    pub(crate) data: Option<String>,
}
