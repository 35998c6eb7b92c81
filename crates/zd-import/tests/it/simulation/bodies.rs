//! Answers that are no answers.

use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use proptest::prelude::*;
use zd_import::{EngineOptions, Import, MemorySource, Report};
use zd_sandbox::{ADMIN_EMAIL, API_TOKEN, Sandbox};
use zd_transport::{Credentials, SharedTransport, Transport, TransportError};

use super::plan::Plan;

/// Puts a body into the place of the first answers to a method.
#[derive(Debug)]
struct Mangling {
    inner: SharedTransport,
    method: Method,
    status: u16,
    body: Bytes,
    left: AtomicU32,
}

#[async_trait]
impl Transport for Mangling {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let struck = *request.method() == self.method && !request.uri().path().ends_with("/me");
        let mut response = self.inner.send(request).await?;
        let take = |left: u32| left.checked_sub(1);
        if struck
            && self
                .left
                .fetch_update(Ordering::SeqCst, Ordering::SeqCst, take)
                .is_ok()
        {
            *response.status_mut() = StatusCode::from_u16(self.status).unwrap();
            *response.body_mut() = self.body.clone();
        }
        Ok(response)
    }
}

fn import(method: Method, status: u16, body: Vec<u8>) -> (Report, Sandbox) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(async {
        let sandbox = Sandbox::builder().people(0).build();
        let mangling = Mangling {
            inner: sandbox.transport(),
            method,
            status,
            body: body.into(),
            left: AtomicU32::new(3),
        };
        let base: zd_users::BaseUrl = "http://127.0.0.1".parse().unwrap();
        let client = zd_users::Client::builder(base)
            .credentials(Credentials::ApiToken {
                email: ADMIN_EMAIL.to_owned(),
                token: API_TOKEN.to_owned().into(),
            })
            .transport(std::sync::Arc::new(mangling))
            .build()
            .unwrap();
        let plan = Plan::quiet(12, 4);
        let options = EngineOptions {
            max_jobs: 2,
            ..plan.options
        };
        let run = Import::new(client)
            .options(options)
            .run(MemorySource::from(plan.rows));
        (run.report().await.unwrap(), sandbox)
    })
}

/// Noise, and noise that begins like something.
fn body() -> impl Strategy<Value = Vec<u8>> {
    const STARTS: &[&str] = &[
        "",
        "<!DOCTYPE html><html>",
        "{\"job_status\": {\"id\": ",
        "{\"job_statuses\": [",
        "{\"error\": ",
        "[[[[[[[[[[[[[[[[",
        "\u{feff}{",
        "null",
    ];
    let noise = proptest::collection::vec(any::<u8>(), 0..2_000);
    (proptest::sample::select(STARTS), noise, 0..20_000_usize).prop_map(|(start, noise, deep)| {
        let mut body = start.as_bytes().to_vec();
        body.extend(noise);
        if deep > 19_000 {
            body.splice(..0, vec![b'['; deep]);
        }
        body
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn an_answer_that_is_none_is_in_doubt_and_nobody_is_sent_twice(
        body in body(),
        reads in any::<bool>(),
        status in proptest::sample::select(&[200_u16, 201, 206, 408, 500, 502, 504, 520][..]),
    ) {
        let method = if reads { Method::GET } else { Method::POST };
        let (report, sandbox) = import(method, status, body);
        prop_assert_eq!(report.counts.created, 12, "{:?}", report);
        let applied = sandbox.applied();
        prop_assert_eq!((applied.created, applied.updated), (12, 0));
        prop_assert!(reads || report.doubts_resolved == 3);
    }
}
