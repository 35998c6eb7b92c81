//! From what the client says to what the user should know.

use std::error::Error as _;

use zd_model::operation::{self, USERS_CREATE_OR_UPDATE_MANY};
use zd_users::{ApiError, Error, ErrorKind};

use super::Failure;
use crate::codes::{self, Code};
use crate::output::shorten;

/// Zendesk's words are shown up to this length.
const MAX_WORDS: usize = 500;

impl Failure {
    /// A call that gave no result, in the account of this name.
    pub(crate) fn call(account: &str, error: &Error) -> Self {
        let (code, what) = summary(error);
        let mut failure = Self::new(code, what)
            .at("account", account)
            .at("call", call_of(error.operation()))
            .caused_by(error);
        if let Some(id) = error.request_id() {
            failure = failure.at("request", id);
        }
        if let Some(api) = error.api() {
            failure = failure.zendesk_says(api);
        }
        if let Some(why) = why(error) {
            failure = failure.why(why);
        }
        if let Error::Transport { source, .. } = error
            && source.attempts() > 1
        {
            failure = failure.detail("tried", format!("{} times", source.attempts()));
        }
        failure = match error {
            Error::Request { .. } => failure.sent("nothing"),
            _ if error.may_have_been_applied() => {
                failure.sent("the request; it may have been applied")
            }
            _ => failure.sent("nothing was changed"),
        };
        failure
    }

    /// Adds Zendesk's own words, field by field.
    fn zendesk_says(mut self, error: &ApiError) -> Self {
        let details = error.details();
        let words = [error.code(), error.message()];
        let mut words: Vec<&str> = words.into_iter().flatten().collect();
        words.dedup();
        if !words.is_empty() {
            self = self.detail("Zendesk says", shorten(&words.join(": "), MAX_WORDS));
        }
        for (attribute, complaints) in details {
            for complaint in complaints {
                let words = complaint.description.as_deref().unwrap_or("refused");
                let text = match complaint.error.as_deref() {
                    Some(code) => format!("{words} ({code})"),
                    None => words.to_owned(),
                };
                self = self.detail(attribute, shorten(&text, MAX_WORDS));
            }
        }
        if let Some(wait) = error.retry_after {
            self = self.detail("asks to wait", format!("{} s", wait.as_secs()));
        }
        self
    }
}

/// Method and path of an operation, without anything personal: `POST /api/v2/users/create_or_update`.
pub(crate) fn call_of(name: &str) -> String {
    operation::ALL
        .iter()
        .find(|operation| operation.name == name)
        .map_or_else(
            || name.to_owned(),
            |operation| format!("{} {}", operation.method.as_str(), operation.path),
        )
}

fn summary(error: &Error) -> (&'static Code, String) {
    let status = || {
        error
            .status()
            .map_or_else(String::new, |status| format!(" ({status})"))
    };
    let with_status = |code: &'static Code| (code, format!("{}{}", code.title, status()));
    match error.kind() {
        ErrorKind::Request => match error {
            Error::Request { source, .. } => (&codes::USAGE, source.to_string()),
            _ => (&codes::ADDRESS, codes::ADDRESS.title.to_owned()),
        },
        ErrorKind::Unreachable => (&codes::CONNECT, codes::CONNECT.title.to_owned()),
        ErrorKind::NoAnswer if error.may_have_been_applied() => with_status(&codes::MAYBE_APPLIED),
        ErrorKind::NoAnswer => with_status(&codes::NO_ANSWER),
        ErrorKind::Credentials => with_status(&codes::WRONG_CREDENTIALS),
        ErrorKind::Forbidden => with_status(forbidden(error)),
        ErrorKind::NotFound => with_status(not_found(error)),
        ErrorKind::Conflict => with_status(&codes::CONFLICT),
        ErrorKind::Invalid => with_status(&codes::REFUSED),
        ErrorKind::Throttled => with_status(&codes::THROTTLED),
        ErrorKind::Server if error.may_have_been_applied() => with_status(&codes::MAYBE_APPLIED),
        ErrorKind::Server => with_status(&codes::SERVER),
        _ if matches!(error, Error::Decode(_)) => with_status(&codes::UNREADABLE),
        _ => with_status(&codes::UNEXPECTED),
    }
}

fn forbidden(error: &Error) -> &'static Code {
    let words = error.api().and_then(ApiError::message).unwrap_or_default();
    if words.contains("scope") {
        &codes::MISSING_SCOPE
    } else if error.operation() == USERS_CREATE_OR_UPDATE_MANY.name {
        &codes::BULK_IMPORT_OFF
    } else {
        &codes::ROLE
    }
}

fn not_found(error: &Error) -> &'static Code {
    // An account that does not exist answers with a page, and so do addresses that are no Zendesk at all.
    let record = error.api().and_then(ApiError::code) == Some("RecordNotFound");
    match error.operation() {
        "raw" if error.api().and_then(ApiError::code).is_some() => &codes::RECORD_NOT_FOUND,
        operation if record && operation.starts_with("job_statuses.") => &codes::JOB_NOT_FOUND,
        operation if record && is_about_one_user(operation) => &codes::USER_NOT_FOUND,
        _ if record => &codes::RECORD_NOT_FOUND,
        _ => &codes::ADDRESS_UNKNOWN,
    }
}

/// Whether the only thing that can be missing is a user.
fn is_about_one_user(name: &str) -> bool {
    operation::ALL
        .iter()
        .find(|operation| operation.name == name)
        .is_some_and(|operation| {
            operation.path.matches('{').count() == 1 && operation.path.contains("user_id}")
        })
}

fn why(error: &Error) -> Option<String> {
    match error {
        Error::Transport { source, .. } => {
            let mut causes = Vec::new();
            let mut next = source.source();
            while let Some(cause) = next {
                causes.push(cause.to_string());
                next = cause.source();
            }
            causes.dedup();
            Some(match causes.last() {
                Some(last) => format!("{source}: {last}"),
                None => source.to_string(),
            })
        }
        Error::Decode(error) => Some(error.to_string()),
        Error::Anonymous { .. } => Some(
            "Zendesk answered 200, but as to an anonymous caller: it did not accept the credentials"
                .to_owned(),
        ),
        _ => None,
    }
}
