//! Comparing rows with what the account has, outside of sending: before an import, or after one.

mod address_book;
mod addresses;
mod applied;
mod cost;
mod driver;
mod finding;
mod machine;
mod options;
mod report;
mod source;
mod values;

use zd_users::Client;

pub use applied::{AppliedRows, RowFate, Sample};
pub use cost::{AuditCost, ReadCost, RowKeys};
pub use driver::Auditing;
pub use finding::{FieldDiff, RowDiff, RowFinding};
pub use options::{AuditOptions, ByAddress};
pub use report::{AuditReport, FieldCounts};
pub use source::{AuditItem, AuditRow, AuditSource};

use crate::SourceError;

/// Compares rows with the account and changes nothing.
///
/// Rows are looked up by the hundred with a few requests on their way, and come out in the order of the input, one by
/// one; at most 900 are held at once unless options say otherwise (and, if people known by their address are many, 16
/// bytes for each address of the account). The client's own layers wait and retry; no budget is exceeded.
///
/// A person is looked for as an upsert does: by the external id, and if nobody has it, by the address.
///
/// ```
/// use zd_import::{Audit, Input, RowFinding, Scan, ScanOptions};
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = zd_sandbox::Sandbox::builder().build();
/// # let client = zd_users::Client::builder(zd_users::Subdomain::new("acme")?)
/// #     .credentials(zd_users::Credentials::Bearer(zd_sandbox::OAUTH_TOKEN.into()))
/// #     .transport(sandbox.transport()).build()?;
///
/// let input = Input::from_bytes("people", "external_id,name\nseed-0001,Somebody Else\nnew-1,New\n")?;
/// let rows = Scan::read(input, ScanOptions::default())?.into_source()?;
/// let mut audit = Audit::new(client).run(rows);
/// while let Some(row) = audit.next().await? {
///     match row.finding {
///         RowFinding::New => println!("line {}: a new person", row.line),
///         RowFinding::Changed(fields) => println!("line {}: {} changes", row.line, fields.len()),
///         _ => {}
///     }
/// }
/// assert_eq!((audit.report().new, audit.report().changed), (1, 1));
/// # Ok(())
/// # }
/// ```
///
/// Of a run that has ended, [`AppliedRows`] gives the rows with the users that they went to: what differs now is what
/// Zendesk ignored or somebody changed.
#[derive(Debug)]
#[must_use = "an audit does nothing until it is run"]
pub struct Audit {
    client: Client,
    options: AuditOptions,
}

impl Audit {
    /// An audit through this client.
    pub fn new(client: Client) -> Self {
        Self {
            client,
            options: AuditOptions::default(),
        }
    }

    /// Sets how it behaves.
    pub fn options(mut self, options: AuditOptions) -> Self {
        self.options = options;
        self
    }

    /// Begins to compare these rows; nothing is read before the first [`next`](Auditing::next).
    ///
    /// Reading the source blocks, for as long as a local disk takes.
    pub fn run<S: AuditSource>(self, source: S) -> Auditing<S> {
        Auditing::new(self.client, &self.options, source)
    }
}

/// Why an audit ended before its end. Neither it nor what is behind it holds personal data.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuditError {
    /// The rows could not be read to their end.
    #[error("the rows could not be read to their end")]
    Source(#[from] SourceError),
    /// Zendesk could not be read.
    #[error("the account could not be read")]
    Call(#[source] Box<zd_users::Error>),
    /// A request's task died: a defect.
    #[error("a request ended unexpectedly")]
    Died,
}
