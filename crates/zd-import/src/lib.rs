#![doc = include_str!("../README.md")]

mod account;
mod audit;
mod compare;
mod correlate;
mod engine;
mod failed;
mod input;
mod journal;
mod key;
mod layout;
mod mapping;
mod outcome;
mod outcomes;
mod progress;
mod read_back;
mod report;
mod results;
mod row;
mod row_set;
mod scan;

pub use account::{AccountFacts, LookUpError, OrganizationSummary, Organizations};
pub use audit::{
    AppliedRows, Audit, AuditCost, AuditError, AuditItem, AuditOptions, AuditReport, AuditRow,
    AuditSource, Auditing, ByAddress, FieldCounts, FieldDiff, ReadCost, RowDiff, RowFate,
    RowFinding, RowKeys, Sample,
};
pub use compare::{Comparison, FieldFinding, Finding, Stored, compare};
pub use correlate::{RowVerdict, correlate};
pub use engine::{
    Cancel, Conditions, EngineOptions, Forecast, Headroom, Import, ImportError, Limit, Pace,
    ParseHeadroomError, ParseTimetableError, Run, Single, Timetable,
};
pub use failed::FailedFile;
pub use input::{Encoding, Foreign, Format, Input, InputError, MAX_RECORD, SPOOLED};
pub use journal::{
    AgainRow, Began, Disk, Ended, Entry, FileDisk, FileJournal, InputIdentity, Journal,
    JournalError, JournalReader, LockHolder, LogJournal, MemoryJournal, OutcomeIndex, Settled,
};
#[cfg(feature = "sim")]
pub use journal::{Crash, SimDisk, SyncKind, Tear};
pub use key::{Key, Match, email_form, external_id_form, same_email, same_external_id};
pub use layout::Layout;
pub use mapping::{Mapping, MappingError, MappingProblem, suggest_mapping};
pub use outcome::{Outcome, RowError, Status};
pub use outcomes::OutcomeLog;
pub use progress::{Phase, Progress};
pub use report::{Counts, Refusal, Report, Stop, Trouble};
pub use results::{
    ReasonCount, ReasonCounts, ResultFile, ResultFiles, ResultsError, ResultsWritten, RowFilter,
    Stamp, Written,
};
pub use row::{MemorySource, Row, RowSource, SourceError, SourceItem};
pub use scan::{
    BlankMeans, DuplicateExample, DuplicateSummary, Duplicates, EmailChange, FileSource, OnInvalid,
    Overwrites, Plan, Problem, Problems, Scan, ScanError, ScanOptions, Unsound,
};

/// The example of the project's README, which runs as a test of this crate: the lowest one that has all it needs.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
mod project_readme {}
