//! What a stack looks like.

use std::sync::Arc;

use zd_transport::{
    AuthLayer, Credentials, RetryLayer, ScriptedTransport, SharedTransport, Stack, TraceLayer,
};

#[test]
fn debug_shows_the_whole_chain_outermost_first() {
    let base: SharedTransport = Arc::new(ScriptedTransport::new());
    let stack = Stack::new(base)
        .layer(TraceLayer::new())
        .layer(RetryLayer::default())
        .layer(AuthLayer::new(Credentials::password(
            "jo@acme.example",
            "s3cret",
        )));
    let text = format!("{stack:?}");
    let place = |part: &str| {
        text.find(part)
            .unwrap_or_else(|| panic!("{part} in {text}"))
    };
    assert!(place("TraceLayer") < place("RetryLayer"));
    assert!(place("RetryLayer") < place("AuthLayer"));
    assert!(!text.contains("s3cret") && !text.contains("acme"), "{text}");
    assert_eq!(
        format!("{:?}", stack.build()),
        "Trace(Retry(Auth(Password, ScriptedTransport { remaining: 0, .. })))"
    );
}

#[test]
fn no_layers_are_the_base() {
    let transport = Stack::new(ScriptedTransport::new()).build();
    assert_eq!(
        format!("{transport:?}"),
        "ScriptedTransport { remaining: 0, .. }"
    );
}
