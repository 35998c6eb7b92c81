//! Why an import ended early, for its user.

use std::time::Duration;

use zd_import::{Conditions, EngineOptions, Forecast, Refusal, Report, Stop, Trouble};

use crate::codes::{self, Code};
use crate::exit::Exit;
use crate::failure::{Failure, call_of};
use crate::output::{Elapsed, counted, shorten};

/// The failure that the stop is, and the stop's name for programs.
///
/// `signal` is the exit code of the signal that ended the import, if one did; `again` the command that goes on.
pub(super) fn failure(
    stop: &Stop,
    report: &Report,
    account: &str,
    signal: Option<Exit>,
    again: &str,
) -> (Failure, &'static str) {
    let sent = sent(report);
    let refused = |code: &'static Code, refusal: &Refusal| {
        refusal_failure(code, refusal, account).sent(sent.clone())
    };
    match stop {
        Stop::Cancelled | Stop::Aborted => {
            let at_once = matches!(stop, Stop::Aborted);
            let exit = signal.unwrap_or(Exit::Interrupted);
            let how = if exit == Exit::Terminated {
                "terminated"
            } else {
                "interrupted"
            };
            let what = match report.in_flight {
                0 if at_once => format!("{how} at once"),
                0 => format!("{how}; what was in flight was followed to its end"),
                rows => format!(
                    "{how}; what became of {} in flight is found out when it is resumed",
                    counted(rows, "row", "rows")
                ),
            };
            let failure = Failure::new(&codes::INTERRUPTED, what)
                .at("account", account)
                .sent(sent)
                .fix(again)
                .exit(exit);
            (failure, if at_once { "aborted" } else { "interrupted" })
        }
        Stop::Network(trouble) => {
            let failure = network_failure(trouble, account)
                .sent(sent)
                .fix(format!("later again:  {again}"));
            (failure, "network")
        }
        Stop::Unauthorized(refusal) => {
            (refused(&codes::WRONG_CREDENTIALS, refusal), "unauthorized")
        }
        Stop::BulkImportOff(refusal) => {
            let left = report.unprocessed;
            let single = Elapsed(Duration::from_secs(left));
            let bulk = Forecast::of(
                left.div_ceil(100),
                0,
                &EngineOptions::default(),
                Conditions::default(),
                &jiff::Zoned::now(),
            );
            (
                refused(&codes::BULK_IMPORT_OFF, refusal)
                    .why("bulk user import is off by default; the account's owner asks Zendesk Support to turn it on")
                    .fix(format!(
                        "ask for it, then  {again}  (about {}); or go on one by one:  {again} --single  (about {single})",
                        Elapsed(bulk.time.unwrap_or_default())
                    )),
                "bulk_import_off",
            )
        }
        Stop::Canary { failed, of } => (
            Failure::new(
                &codes::LIMIT_REACHED,
                format!(
                    "{failed} of the first {} were not applied, so the others were not sent",
                    counted(*of, "row", "rows")
                ),
            )
            .at("account", account)
            .sent(sent)
            .fix(format!(
                "look at the reasons; to go on all the same:  {again}"
            )),
            "canary",
        ),
        Stop::TooManyErrors { failed } => (
            Failure::new(
                &codes::LIMIT_REACHED,
                format!(
                    "{} were not applied, more than --max-errors allows",
                    counted(*failed, "row", "rows")
                ),
            )
            .at("account", account)
            .sent(sent)
            .fix(format!(
                "look at the reasons; to go on:  {again} --max-errors N"
            )),
            "max_errors",
        ),
        Stop::TimeUp => (
            Failure::new(&codes::LIMIT_REACHED, "the time allowed is over")
                .at("account", account)
                .sent(sent)
                .fix(again),
            "max_duration",
        ),
        Stop::Forbidden(refusal) => {
            let words = refusal.message.as_deref().unwrap_or_default();
            let code = if words.contains("scope") {
                &codes::MISSING_SCOPE
            } else {
                &codes::ROLE
            };
            (refused(code, refusal), "forbidden")
        }
        Stop::Refused(refusal) => {
            let code = match refusal.status {
                Some(404) => &codes::ADDRESS_UNKNOWN,
                Some(429) => &codes::THROTTLED,
                Some(200..300) | None => &codes::UNREADABLE,
                Some(_) => &codes::UNEXPECTED,
            };
            (refused(code, refusal), "refused")
        }
        // Whatever later engines may stop for.
        other => (
            Failure::new(&codes::UNEXPECTED, other.to_string())
                .at("account", account)
                .sent(sent),
            "other",
        ),
    }
}

fn refusal_failure(code: &'static Code, refusal: &Refusal, account: &str) -> Failure {
    let status = refusal
        .status
        .map_or_else(String::new, |status| format!(" ({status})"));
    let mut failure = Failure::new(code, format!("{}{status}", code.title))
        .at("account", account)
        .at("call", call_of(refusal.operation));
    if let Some(id) = &refusal.request_id {
        failure = failure.at("request", id);
    }
    let words = [refusal.code.as_deref(), refusal.message.as_deref()];
    let mut words: Vec<&str> = words.into_iter().flatten().collect();
    words.dedup();
    if !words.is_empty() {
        failure = failure.detail("Zendesk says", shorten(&words.join(": "), 500));
    }
    failure
}

fn network_failure(trouble: &Trouble, account: &str) -> Failure {
    let code = match trouble.status {
        Some(429) => &codes::THROTTLED,
        Some(500..600) => &codes::SERVER,
        Some(200..300) => &codes::UNREADABLE,
        Some(_) => &codes::UNEXPECTED,
        None if trouble.message.contains("connect") => &codes::CONNECT,
        None => &codes::NO_ANSWER,
    };
    let status = trouble
        .status
        .map_or_else(String::new, |status| format!(" ({status})"));
    let failure = Failure::new(
        code,
        format!("{}{status}, for {}", code.title, Elapsed(trouble.lasted)),
    )
    .at("account", account)
    .at("call", call_of(trouble.operation));
    if trouble.message.is_empty() {
        failure
    } else {
        failure.why(shorten(&trouble.message, 500))
    }
}

/// What was sent and what is known of it.
fn sent(report: &Report) -> String {
    let known = report.counts.rows - report.counts.invalid - report.counts.unchanged;
    if report.batches == 0 && (known > 0 || report.in_flight > 0) {
        return format!(
            "{} so far",
            counted(known + report.in_flight, "row", "rows")
        );
    }
    if report.batches == 0 {
        return "nothing was changed (no batch was sent)".to_owned();
    }
    let accepted = format!(
        "{} of {} batches accepted",
        report.batches_accepted, report.batches
    );
    if report.counts.applied() == 0
        && report.batches_accepted == 0
        && report.counts.indeterminate == 0
    {
        format!("nothing was changed ({accepted})")
    } else {
        accepted
    }
}
