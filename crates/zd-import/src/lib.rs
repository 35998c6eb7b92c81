//! The import engine: rows in, exactly one proven outcome per row out.
//!
//! Skeleton; the crate's README becomes this text.

mod engine;
mod input;
mod outcome;
mod report;
mod row;

pub use engine::{Import, ImportError};
pub use input::read_csv;
pub use outcome::{Outcome, RowError, Status};
pub use report::Report;
pub use row::Row;
