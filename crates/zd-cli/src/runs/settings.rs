//! What a run's journal says of how it was begun, so that it can go on the same way from anywhere.

use serde::{Deserialize, Serialize};
use zd_import::Began;

use crate::codes;
use crate::failure::Failure;

/// How a run was begun.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Settings {
    /// The words behind `zd import` that say the same, with absolute paths and without the input.
    pub(crate) flags: Vec<String>,
    /// The input's absolute path; none: standard input, which the run's directory holds.
    pub(crate) input: Option<String>,
    /// Its name, as typed.
    pub(crate) name: String,
    /// Where the failed file goes.
    pub(crate) failed_file: String,
    /// The run that this one retries failures of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) retries: Option<String>,
}

impl Settings {
    /// What a journal says.
    pub(crate) fn of(began: &Began) -> Result<Self, Failure> {
        serde_json::from_value(began.settings.clone()).map_err(|error| {
            Failure::new(
                &codes::RUN_DAMAGED,
                format!("run {}: its settings cannot be read", began.run),
            )
            .caused_by(&error)
            .fix("import the file again as a new run")
        })
    }
}
