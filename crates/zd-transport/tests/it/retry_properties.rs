//! What holds of the retry layer whatever happens below it.

use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response};
use proptest::prelude::*;
use tokio::time::Instant;
use zd_transport::{
    Attempts, Deadline, ErrorKind, OperationName, Resend, RetryConfig, RetryLayer, Safety,
    ScriptedTransport, Stack, Transport as _, TransportError,
};

/// What one attempt comes to.
#[derive(Clone, Copy, Debug)]
enum Step {
    Status(u16),
    Refused { retry_after: Option<i64> },
    NotSent(ErrorKind),
    MaybeSent(ErrorKind),
}

impl Step {
    /// Whether it may have taken effect.
    fn may_have_been_applied(self) -> bool {
        match self {
            Self::Status(status) => !(400..500).contains(&status),
            Self::MaybeSent(_) => true,
            Self::Refused { .. } | Self::NotSent(_) => false,
        }
    }

    fn play(self) -> Result<Response<Bytes>, TransportError> {
        let response = match self {
            Self::Status(status) => Response::builder().status(status),
            Self::Refused { retry_after } => {
                let response = Response::builder().status(429);
                match retry_after {
                    Some(seconds) => response.header("retry-after", seconds),
                    None => response,
                }
            }
            Self::NotSent(kind) => return Err(TransportError::not_sent(kind, "not sent")),
            Self::MaybeSent(kind) => return Err(TransportError::maybe_sent(kind, "lost")),
        };
        Ok(response.body(Bytes::new()).expect("a response"))
    }
}

fn step() -> impl Strategy<Value = Step> {
    let status = prop::sample::select(vec![200, 201, 302, 400, 401, 404, 422, 500, 502, 503]);
    let retry_after = prop::option::of(prop_oneof![Just(-1), 0..90_i64, Just(1_000_000_000)]);
    let not_sent = prop::sample::select(vec![
        ErrorKind::Connect,
        ErrorKind::Credentials,
        ErrorKind::Timeout,
        ErrorKind::Config,
    ]);
    let maybe_sent = prop::sample::select(vec![
        ErrorKind::Timeout,
        ErrorKind::Interrupted,
        ErrorKind::Protocol,
        ErrorKind::TooLarge,
    ]);
    prop_oneof![
        4 => status.prop_map(Step::Status),
        2 => retry_after.prop_map(|retry_after| Step::Refused { retry_after }),
        2 => not_sent.prop_map(Step::NotSent),
        2 => maybe_sent.prop_map(Step::MaybeSent),
    ]
}

#[derive(Clone, Copy, Debug)]
struct Wish {
    safety: Safety,
    resend: Resend,
    deadline: Option<u64>,
}

fn wish() -> impl Strategy<Value = Wish> {
    (
        prop::sample::select(vec![Safety::Read, Safety::KeyedWrite, Safety::Write]),
        prop::sample::select(vec![Resend::Never, Resend::Keyed]),
        prop::option::of(0..200_u64),
    )
        .prop_map(|(safety, resend, deadline)| Wish {
            safety,
            resend,
            deadline,
        })
}

fn request(wish: Wish) -> Request<Bytes> {
    let mut request = Request::new(Bytes::new());
    *request.method_mut() = Method::POST;
    *request.uri_mut() = http::Uri::from_static("https://acme.zendesk.com/api/v2/users");
    let extensions = request.extensions_mut();
    extensions.insert(wish.safety);
    extensions.insert(wish.resend);
    extensions.insert(OperationName("any"));
    if let Some(seconds) = wish.deadline {
        extensions.insert(Deadline(Instant::now() + Duration::from_secs(seconds)));
    }
    request
}

fn check(steps: &[Step], wish: Wish, seed: u64) -> Result<(), TestCaseError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let script = steps.iter().fold(ScriptedTransport::new(), |script, step| {
            let step = *step;
            script.step(move |_| step.play())
        });
        // One that would go on is let go on; after the steps comes success.
        let script = script.json(200, "{}");
        let mut config = RetryConfig::default();
        config.seed = Some(seed);
        let transport = Stack::new(script.clone())
            .layer(RetryLayer::new(config))
            .build();
        let started = Instant::now();
        let outcome = transport.send(request(wish)).await;
        let elapsed = started.elapsed();

        let sent = script.requests().len();
        let earlier = &steps[..sent.saturating_sub(1).min(steps.len())];
        let repeatable = match wish.safety {
            Safety::Read => true,
            Safety::KeyedWrite => wish.resend == Resend::Keyed,
            _ => false,
        };
        let was_applied = earlier.iter().any(|step| step.may_have_been_applied());
        prop_assert!(repeatable || !was_applied, "sent again: {earlier:?}");

        let is_refusal = |step: &&Step| matches!(step, Step::Refused { .. });
        let refusals = earlier.iter().filter(is_refusal).count();
        prop_assert!(sent - refusals <= 5, "{sent} sent, {refusals} refused");
        prop_assert!(elapsed <= Duration::from_secs(601 + 4 * 20), "{elapsed:?}");
        if let Some(seconds) = wish.deadline {
            prop_assert!(elapsed <= Duration::from_secs(seconds), "{elapsed:?}");
        }
        match outcome {
            Ok(response) => {
                let attempts = response.extensions().get::<Attempts>().expect("told");
                prop_assert_eq!(attempts.count as usize, sent);
                let expected = was_applied && wish.safety != Safety::Read;
                prop_assert_eq!(attempts.earlier_may_have_been_applied, expected);
            }
            Err(error) => {
                prop_assert_eq!(error.attempts() as usize, sent);
                if was_applied {
                    prop_assert!(error.may_have_been_sent());
                }
                if sent == 0 {
                    prop_assert!(!error.may_have_been_sent());
                }
            }
        }
        Ok(())
    })
}

proptest! {
    #[test]
    fn nothing_is_repeated_that_may_not_be_and_all_is_bounded(
        steps in prop::collection::vec(step(), 0..12),
        wish in wish(),
        seed: u64,
    ) {
        check(&steps, wish, seed)?;
    }
}
