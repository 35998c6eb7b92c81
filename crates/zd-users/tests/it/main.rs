//! The client as its callers see it: over mocks, over the sandbox in the same process, and over a socket.

#![expect(
    clippy::unwrap_used,
    reason = "clippy knows tests by their attribute, and so not the helpers beside them"
)]

mod client;
mod methods;
mod paging;
mod props;
mod refusals;
mod round_trip;
mod sandbox;
