//! What follows from an outcome. No waiting here, and no state.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{Response, StatusCode};

use super::config::RetryReason;
use crate::{ErrorKind, Resend, Safety, Throttle, TransportError, retry_after};

pub(super) type Outcome = Result<Response<Bytes>, TransportError>;

/// What to do about an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is the call's outcome.
    Done,
    /// Refused by a limit, hence not applied: wait, then send again, whatever it does.
    Throttled(Throttle),
    /// Send again after this long, as the server asked.
    Wait(RetryReason, Duration),
    /// Send again after a pause of our own.
    Backoff(RetryReason),
}

/// Whether this may be sent again although it may have taken effect.
pub(super) fn may_repeat(safety: Safety, resend: Resend) -> bool {
    match safety {
        Safety::Read => true,
        Safety::KeyedWrite => resend == Resend::Keyed,
        Safety::Write => false,
    }
}

pub(super) fn decide(
    outcome: &Outcome,
    safety: Safety,
    resend: Resend,
    now: SystemTime,
) -> Verdict {
    let repeatable = may_repeat(safety, resend);
    match outcome {
        Ok(response) => {
            if let Some(throttle) = Throttle::of(response, now) {
                return Verdict::Throttled(throttle);
            }
            let status = response.status();
            if !status.is_server_error() || !repeatable {
                return Verdict::Done;
            }
            let asked = (status == StatusCode::SERVICE_UNAVAILABLE)
                .then(|| retry_after(response, now))
                .flatten();
            let reason = RetryReason::Status(status);
            asked.map_or(Verdict::Backoff(reason), |wait| Verdict::Wait(reason, wait))
        }
        Err(error) => {
            let may_pass = match error.kind() {
                ErrorKind::Connect
                | ErrorKind::Timeout
                | ErrorKind::Interrupted
                | ErrorKind::Protocol
                | ErrorKind::Credentials => error.is_transient(),
                _ => false,
            };
            if may_pass && (repeatable || !error.may_have_been_sent()) {
                let reason = RetryReason::Error(error.kind());
                let asked = error.retry_after();
                asked.map_or(Verdict::Backoff(reason), |wait| Verdict::Wait(reason, wait))
            } else {
                Verdict::Done
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ThrottleKind;

    fn answer(status: u16, headers: &[(&str, &str)]) -> Outcome {
        let builder = headers.iter().fold(
            Response::builder().status(status),
            |builder, (name, value)| builder.header(*name, *value),
        );
        Ok(builder.body(Bytes::new()).expect("a response"))
    }

    fn verdict(outcome: &Outcome, safety: Safety, resend: Resend) -> Verdict {
        decide(outcome, safety, resend, SystemTime::UNIX_EPOCH)
    }

    const EVERY: [(Safety, Resend); 5] = [
        (Safety::Read, Resend::Never),
        (Safety::KeyedWrite, Resend::Never),
        (Safety::KeyedWrite, Resend::Keyed),
        (Safety::Write, Resend::Never),
        (Safety::Write, Resend::Keyed),
    ];
    const REPEATABLE: [bool; 5] = [true, false, true, false, false];

    #[test]
    fn a_server_error_is_repeated_only_where_that_is_safe() {
        for status in [500, 502, 503, 504, 520] {
            for ((safety, resend), repeatable) in EVERY.into_iter().zip(REPEATABLE) {
                let verdict = verdict(&answer(status, &[]), safety, resend);
                let is_repeated = matches!(verdict, Verdict::Backoff(RetryReason::Status(_)));
                assert_eq!(is_repeated, repeatable, "{status} {safety:?} {resend:?}");
            }
        }
    }

    #[test]
    fn what_was_not_sent_is_sent_again_whatever_it_does() {
        for (safety, resend) in EVERY {
            let error = Err(TransportError::not_sent(ErrorKind::Connect, "refused"));
            assert!(matches!(
                verdict(&error, safety, resend),
                Verdict::Backoff(RetryReason::Error(ErrorKind::Connect))
            ));
        }
    }

    #[test]
    fn what_may_have_been_sent_is_repeated_only_where_that_is_safe() {
        let kinds = [
            ErrorKind::Timeout,
            ErrorKind::Interrupted,
            ErrorKind::Protocol,
        ];
        for kind in kinds {
            for ((safety, resend), repeatable) in EVERY.into_iter().zip(REPEATABLE) {
                let error = Err(TransportError::maybe_sent(kind, "lost"));
                let is_repeated = verdict(&error, safety, resend) != Verdict::Done;
                assert_eq!(is_repeated, repeatable, "{kind:?} {safety:?} {resend:?}");
            }
        }
    }

    #[test]
    fn what_would_fail_again_is_not_repeated() {
        let errors = [
            TransportError::not_sent(ErrorKind::Config, "bad"),
            TransportError::not_sent(ErrorKind::Credentials, "refused")
                .with_status(StatusCode::UNAUTHORIZED),
            TransportError::maybe_sent(ErrorKind::TooLarge, "big"),
            TransportError::not_sent(ErrorKind::DeadlineExceeded, "late"),
            TransportError::not_sent(ErrorKind::Throttled, "later"),
        ];
        for error in errors {
            let outcome = Err(error);
            assert_eq!(
                verdict(&outcome, Safety::Read, Resend::Never),
                Verdict::Done,
                "{outcome:?}"
            );
        }
        for status in [200, 201, 302, 400, 401, 403, 404, 409, 413, 422] {
            assert_eq!(
                verdict(&answer(status, &[]), Safety::Read, Resend::Never),
                Verdict::Done,
                "{status}"
            );
        }
    }

    #[test]
    fn a_refusal_by_a_limit_was_not_applied() {
        for (safety, resend) in EVERY {
            let verdict = verdict(&answer(429, &[("retry-after", "3")]), safety, resend);
            let Verdict::Throttled(throttle) = verdict else {
                panic!("{verdict:?}");
            };
            assert_eq!(
                (throttle.kind, throttle.wait),
                (ThrottleKind::Unknown, Duration::from_secs(3))
            );
        }
    }

    #[test]
    fn a_503_is_obeyed_by_whatever_is_sent_again() {
        let busy = answer(503, &[("retry-after", "3")]);
        for ((safety, resend), repeatable) in EVERY.into_iter().zip(REPEATABLE) {
            let verdict = verdict(&busy, safety, resend);
            let waits = matches!(verdict, Verdict::Wait(_, wait) if wait == Duration::from_secs(3));
            assert_eq!(waits, repeatable, "{safety:?} {resend:?}");
            assert_eq!(verdict == Verdict::Done, !repeatable, "{verdict:?}");
        }
    }
}
