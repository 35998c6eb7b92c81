//! The import engine: rows in, exactly one proven outcome per row out.
//!
//! Skeleton; the crate's README becomes this text.

mod compare;
mod correlate;
mod engine;
mod input;
mod key;
mod outcome;
mod progress;
mod read_back;
mod report;
mod row;

pub use compare::{Comparison, FieldFinding, Finding, Stored, compare};
pub use correlate::{RowVerdict, correlate};
pub use engine::{Cancel, EngineOptions, Import, ImportError};
pub use input::read_csv;
pub use key::{Key, Match, email_form, external_id_form, same_email, same_external_id};
pub use outcome::{Outcome, OutcomeSink, RowError, Status};
pub use progress::{Phase, Progress};
pub use report::{Counts, Refusal, Report, Stop, Trouble};
pub use row::{Row, RowSource, SourceError, SourceItem};
