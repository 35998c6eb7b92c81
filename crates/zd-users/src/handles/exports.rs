//! Incremental exports.

use super::handle;
use crate::endpoints::{ExportUsers, ExportUsersByTime};

handle! {
    /// Incremental exports: what changed since a time, ten requests a minute.
    Exports {
        /// Exports users changed since a time, by cursor; deleted ones included.
        lists users(export: ExportUsers) -> ExportUsers = export;
        /// Exports users changed since a time, by time; deleted ones included, some of them twice.
        lists users_by_time(export: ExportUsersByTime) -> ExportUsersByTime = export;
    }
}
