//! What is known to be refused is refused before anything is sent, and the error says where and why.

mod at_once;
mod definitions;
mod lists;
mod users;

use std::future::Future;
use std::sync::Arc;

use zd_model::{ExternalId, UserId, UserInput};
use zd_transport::ScriptedTransport;
use zd_users::{Client, Error, ErrorKind, Subdomain};

const USER: UserId = UserId::new(7);

/// Runs a call that must be refused: nothing is sent, and the error is of this operation and says this.
async fn refused<T, F: Future<Output = Result<T, Error>>>(
    operation: &str,
    says: &str,
    call: impl FnOnce(Client) -> F,
) {
    let script = ScriptedTransport::new();
    let base = Subdomain::new("acme").unwrap().into();
    let result = call(Client::with_transport(base, Arc::new(script.clone()))).await;
    let Err(error) = result else {
        panic!("{operation} was not refused: {says}");
    };
    assert!(script.requests().is_empty(), "{operation} was sent");
    assert_eq!(error.kind(), ErrorKind::Request, "{error:?}");
    assert!(!error.is_retryable() && !error.may_have_been_applied());
    assert_eq!(error.to_string(), format!("{operation} was not sent"));
    let Error::Request { source, .. } = error else {
        panic!("{error:?}");
    };
    assert_eq!(source.to_string(), says);
}

fn keyed() -> UserInput {
    UserInput {
        external_id: "1".into(),
        ..UserInput::default()
    }
}

fn named() -> UserInput {
    UserInput {
        name: Some("Ann".to_owned()),
        ..UserInput::default()
    }
}

fn ids(count: u64) -> Vec<UserId> {
    (1..=count).map(UserId::new).collect()
}

fn external_ids(count: usize) -> Vec<ExternalId> {
    (0..count)
        .map(|id| ExternalId::new(id.to_string()))
        .collect()
}

fn nothing_given(what: &str) -> String {
    format!("no {what} given")
}

fn too_many(what: &str) -> String {
    format!("at most 100 {what} at once, not 101")
}
