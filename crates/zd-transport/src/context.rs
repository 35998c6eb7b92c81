//! What a request tells the layers, and a response its caller, in `extensions`.

use http::{HeaderMap, Method, Request, StatusCode};
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

impl Safety {
    /// What the request says, or else what its method means.
    pub fn of<T>(request: &Request<T>) -> Self {
        request.extensions().get().copied().unwrap_or_else(|| {
            if matches!(*request.method(), Method::GET | Method::HEAD) {
                Self::Read
            } else {
                Self::Write
            }
        })
    }
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
    /// The caller does: nothing is held back or resent, and whatever happens is passed through untouched, a 429
    /// included.
    Caller,
}

/// When the whole call must be over, retries and waiting included, whoever paces it.
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

    /// Whether a write answered with this status may have taken effect: by an earlier attempt, or although it was
    /// answered with a server error.
    pub fn may_have_been_applied(&self, status: StatusCode) -> bool {
        self.earlier_may_have_been_applied || status.is_success() || status.is_server_error()
    }
}

/// The id that the server gave to a request, which its support asks for. A server chose it, so one that is long or has
/// characters that are not visible is not shown.
pub fn request_id(headers: &HeaderMap) -> Option<&str> {
    const LONGEST: usize = 128;
    let id = headers
        .get("x-request-id")
        .or_else(|| headers.get("x-zendesk-request-id"))?;
    id.to_str().ok().filter(|id| id.len() <= LONGEST)
}
