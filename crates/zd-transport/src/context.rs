//! What a request tells the layers, and a response its caller, in `extensions`.

use tokio::time::Instant;

/// The operation's name, for traces and errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OperationName(pub &'static str);

/// The path with its parameters in braces, for traces: paths hold ids, queries hold addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PathTemplate(pub &'static str);

/// What sending a request twice does. Absent: `Read` for GET and HEAD, `Write` for everything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Safety {
    /// It only reads: resent freely within the budget.
    Read,
    /// It writes to the record its key names; resent only if the request says [`Resend::Keyed`].
    KeyedWrite,
    /// It writes; never resent once it may have been sent.
    Write,
}

/// Whether a keyed write whose fate is unknown may be sent again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Resend {
    /// It is not resent: the error says that it may have been applied.
    #[default]
    Never,
    /// It is resent; then created cannot be told from updated.
    Keyed,
}

/// Who waits and retries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Pacing {
    /// The layers wait and retry.
    #[default]
    Layers,
    /// The caller does: whatever happens is passed through untouched, a 429 included.
    Caller,
}

/// When the whole call must be over, retries and waiting included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline(pub Instant);

/// How a response was had; on every response that went through the retry layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempts {
    /// How often the request was sent, this time included.
    pub count: u32,
    /// Whether an earlier attempt may have been applied.
    pub earlier_may_have_been_applied: bool,
}

impl Attempts {
    /// This many attempts, of which an earlier one may have been applied or not.
    pub const fn new(count: u32, earlier_may_have_been_applied: bool) -> Self {
        Self {
            count,
            earlier_may_have_been_applied,
        }
    }
}
