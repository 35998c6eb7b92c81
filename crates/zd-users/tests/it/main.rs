//! The client as its callers see it: over mocks, over the sandbox in the same process, and over a socket.

mod client;
mod methods;
mod sandbox;
