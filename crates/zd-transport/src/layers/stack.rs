//! How layers compose.

use std::fmt::Debug;

use crate::SharedTransport;

/// Puts a transport around a transport.
///
/// A layer is plain configuration; [`layer`](Layer::layer) makes the transport that does the work. See
/// `docs/transport.md` for one written out.
pub trait Layer: Debug {
    /// Wraps `inner`.
    fn layer(&self, inner: SharedTransport) -> SharedTransport;
}

/// A transport with layers around it, listed outermost first: the first one added sees a request first and its
/// response last.
///
/// ```
/// # use zd_transport::{AuthLayer, Credentials, RetryLayer, ScriptedTransport, Stack, TraceLayer};
/// let transport = Stack::new(ScriptedTransport::new())
///     .layer(TraceLayer::new())
///     .layer(RetryLayer::default())
///     .layer(AuthLayer::new(Credentials::bearer("secret")))
///     .build();
/// assert_eq!(
///     format!("{transport:?}"),
///     "Trace(Retry(Auth(Bearer, ScriptedTransport { remaining: 0, .. })))"
/// );
/// ```
#[derive(Debug)]
pub struct Stack {
    layers: Vec<Box<dyn Layer>>,
    base: SharedTransport,
}

impl Stack {
    /// A stack over this transport.
    pub fn new(base: impl crate::Transport) -> Self {
        Self {
            layers: Vec::new(),
            base: std::sync::Arc::new(base),
        }
    }

    /// Adds a layer inside all those added before.
    #[must_use]
    pub fn layer(mut self, layer: impl Layer + 'static) -> Self {
        self.layers.push(Box::new(layer));
        self
    }

    /// The transport that goes through all the layers.
    pub fn build(self) -> SharedTransport {
        self.layers
            .iter()
            .rev()
            .fold(self.base, |inner, layer| layer.layer(inner))
    }
}
