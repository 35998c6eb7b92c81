//! What a stack looks like.

use std::sync::Arc;

use http::Response;
use zd_transport::{
    AuthLayer, Credentials, ErrorKind, MockTransport, RetryLayer, ScriptedTransport,
    SharedTransport, Stack, TraceLayer, Transport,
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

#[tokio::test]
async fn a_single_interaction_can_be_expected() {
    let mut mock = MockTransport::new();
    mock.expect_send()
        .withf(|request| request.uri().path() == "/api/v2/users/me")
        .times(1)
        .returning(|_| Ok(Response::new(bytes::Bytes::from_static(b"{}"))));
    let request = crate::client::get("https://acme.zendesk.com/api/v2/users/me");
    let response = Stack::new(mock).build().send(request).await;
    assert_eq!(response.expect("as expected").body(), "{}");
}

#[tokio::test]
async fn a_script_ends() {
    let script = ScriptedTransport::new().json(200, "{}");
    let request = || crate::client::get("https://acme.zendesk.com/");
    script.send(request()).await.expect("the first step");
    let error = script.send(request()).await.expect_err("no more steps");
    assert_eq!(error.kind(), ErrorKind::Config);
    assert_eq!(script.requests().len(), 2);
}
