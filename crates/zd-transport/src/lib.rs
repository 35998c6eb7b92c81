//! One object-safe HTTP transport trait, hyper behind it, layers around it.
//!
//! ```text
//! caller ── Trace ── Retry ── Auth ── HyperTransport ── network
//!           each layer is a Transport that holds the next one
//! ```
//!
//! [`Transport`] is the seam: whoever implements its one method carries all of zd, be it over a company's own HTTP client,
//! a recording, or a sandbox in the same process.

mod budgets;
mod context;
mod error;
mod transport;

#[cfg(feature = "hyper")]
mod hyper;
#[cfg(feature = "layers")]
mod layers;
#[cfg(feature = "mock")]
mod mock;

#[cfg(feature = "hyper")]
pub use self::hyper::{HyperConfig, HyperTransport};
pub use budgets::{Budget, Budgets};
pub use context::{Attempts, Deadline, OperationName, Pacing, PathTemplate, Resend, Safety};
pub use error::{ErrorKind, TransportError};
#[cfg(feature = "layers")]
pub use layers::{AuthLayer, Credentials, Layer, RetryConfig, RetryLayer, Stack};
#[cfg(feature = "mock")]
pub use mock::{MockTransport, ScriptedTransport};
pub use transport::{SharedTransport, Transport};
