//! How layers compose.

use std::fmt::Debug;

use crate::SharedTransport;

/// Puts a transport around a transport.
pub trait Layer: Debug {
    /// Wraps `inner`.
    fn layer(&self, inner: SharedTransport) -> SharedTransport;
}

/// A transport with layers around it, listed outermost first.
#[derive(Debug)]
pub struct Stack {
    base: SharedTransport,
    layers: Vec<Box<dyn Layer>>,
}

impl Stack {
    /// A stack over this transport.
    pub fn new(base: SharedTransport) -> Self {
        Self {
            base,
            layers: Vec::new(),
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
