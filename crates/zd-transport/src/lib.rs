#![doc = include_str!("../README.md")]

mod transport;

mod budgets;
mod context;
mod error;
#[cfg(feature = "layers")]
mod retry_after;
#[cfg(feature = "layers")]
mod throttle;

#[cfg(feature = "hyper")]
mod hyper;
#[cfg(feature = "layers")]
mod layers;
#[cfg(feature = "mock")]
mod mock;

#[cfg(feature = "hyper")]
pub use self::hyper::{HyperConfig, HyperTransport, Proxy, ProxyUrl};
pub use budgets::{Budget, Budgets};
pub use context::{
    Attempts, Deadline, OperationName, Pacing, PathTemplate, Resend, Safety, request_id,
};
pub use error::{ErrorKind, TransportError};
#[cfg(feature = "layers")]
pub use layers::{
    AuthLayer, Credentials, Layer, RetryConfig, RetryEvent, RetryLayer, RetryObserver, RetryReason,
    Stack, TraceLayer,
};
#[cfg(feature = "mock")]
pub use mock::{MockTransport, ScriptedTransport};
#[cfg(feature = "layers")]
pub use retry_after::{MAX_RETRY_AFTER, retry_after};
/// What [`Credentials`] keep their secrets in.
#[cfg(feature = "layers")]
pub use secrecy::SecretString;
#[cfg(feature = "layers")]
pub use throttle::{Throttle, ThrottleKind};
pub use transport::{SharedTransport, Transport};

/// Runs the examples of the guide.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/transport.md")]
struct Guide;
