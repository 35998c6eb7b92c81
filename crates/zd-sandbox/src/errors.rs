//! Every refusal's status, headers and text, in one place.

use http::StatusCode;
use http::header::{CACHE_CONTROL, RETRY_AFTER};
use serde_json::{Map, Value, json};

use crate::reply::Reply;
use crate::state::problem::{Problem, Refusal};

/// `{"error":"Code","description":"text"}`
fn business(status: StatusCode, code: &str, description: &str) -> Reply {
    let body = json!({"error": code, "description": description});
    Reply::json(status, &body)
}

/// `{"error":{"title":"…","message":"…"}}`
fn titled(status: StatusCode, title: &str, message: &str) -> Reply {
    let body = json!({"error": {"title": title, "message": message}});
    Reply::json(status, &body)
}

/// `{"error":"Code"}`
fn bare(status: StatusCode, code: &str) -> Reply {
    Reply::json(status, &json!({"error": code}))
}

/// A path or method that is not there. (405 is never seen.)
pub(crate) fn no_such_endpoint() -> Reply {
    business(StatusCode::NOT_FOUND, "InvalidEndpoint", "Not found")
}

pub(crate) fn not_found() -> Reply {
    business(StatusCode::NOT_FOUND, "RecordNotFound", "Not found")
}

pub(crate) fn not_authenticated() -> Reply {
    bare(StatusCode::UNAUTHORIZED, "Couldn't authenticate you")
}

pub(crate) fn invalid_token() -> Reply {
    let description =
        "The access token provided is expired, revoked, malformed or invalid for other reasons.";
    let body = json!({"error": "invalid_token", "error_description": description});
    Reply::json(StatusCode::UNAUTHORIZED, &body)
}

pub(crate) fn invalid_client() -> Reply {
    let description = "Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.";
    let body = json!({"error": "invalid_client", "error_description": description});
    Reply::json(StatusCode::UNAUTHORIZED, &body)
}

/// A refresh token that is unknown, expired or used up, as OAuth 2.0 answers.
pub(crate) fn invalid_grant() -> Reply {
    let description = "The provided authorization grant is invalid, expired or revoked.";
    let body = json!({"error": "invalid_grant", "error_description": description});
    Reply::json(StatusCode::BAD_REQUEST, &body)
}

pub(crate) fn unsupported_grant_type() -> Reply {
    let description = "The authorization grant type is not supported by the authorization server.";
    let body = json!({"error": "unsupported_grant_type", "error_description": description});
    Reply::json(StatusCode::BAD_REQUEST, &body)
}

pub(crate) fn missing_scope(scope: &str) -> Reply {
    let text = format!("You are missing the following required scopes: {scope}");
    business(StatusCode::FORBIDDEN, "Forbidden", &text)
}

pub(crate) fn forbidden() -> Reply {
    titled(
        StatusCode::FORBIDDEN,
        "Forbidden",
        "You do not have access to this page. Please contact the account owner of this help desk for further help.",
    )
}

/// Only agents have preferences (documented).
pub(crate) fn not_an_agent() -> Reply {
    bare(StatusCode::UNAUTHORIZED, "Unauthorized")
}

/// A change of preferences that names none (documented).
pub(crate) fn no_settings() -> Reply {
    bare(StatusCode::BAD_REQUEST, "BadRequest")
}

/// Nobody whose entitlements could be told: shorter than elsewhere (documented).
pub(crate) fn nobody_entitled() -> Reply {
    bare(StatusCode::NOT_FOUND, "RecordNotFound")
}

pub(crate) fn missing_parameter(name: &str) -> Reply {
    let text = format!("Required parameter missing: {name}");
    Reply::text(StatusCode::BAD_REQUEST, text)
}

/// A parameter of the query with a value that is none of its own; the text is assumed.
pub(crate) fn bad_parameter(name: &str) -> Reply {
    let text = format!("Invalid parameter: {name}");
    business(StatusCode::BAD_REQUEST, "InvalidValue", &text)
}

/// An incremental export begins at least a minute ago; the text is assumed.
pub(crate) fn start_time_too_recent() -> Reply {
    Reply::text(
        StatusCode::BAD_REQUEST,
        "Too recent start_time. Use a start_time older than 60 seconds".to_owned(),
    )
}

/// What autocompletion says about anything that it cannot read (documented).
pub(crate) fn query_error() -> Reply {
    business(
        StatusCode::BAD_REQUEST,
        "Query Error",
        "Invalid query syntax",
    )
}

/// A completion of organizations that cannot be read; the shape is documented, the title assumed.
pub(crate) fn bad_completion() -> Reply {
    let title = "Invalid name: must have at least 2 characters";
    let body = json!({"errors": [{"code": "QueryError", "title": title}]});
    Reply::json(StatusCode::BAD_REQUEST, &body)
}

/// The body could not be read as JSON; what Zendesk says then is not known.
pub(crate) fn malformed_json() -> Reply {
    business(
        StatusCode::BAD_REQUEST,
        "InvalidJSON",
        "The request body is not valid JSON",
    )
}

/// The body is not the form that its type promises; what Zendesk says then is not known.
pub(crate) fn malformed_form() -> Reply {
    business(
        StatusCode::BAD_REQUEST,
        "InvalidForm",
        "The request body is not valid multipart/form-data",
    )
}

pub(crate) fn wrong_type(path: &str, must_be: &str, action: &str) -> Reply {
    let text = format!(
        "You passed an invalid value for the {path} attribute. Invalid parameter: {path} must be {must_be} from api/v2/{action}"
    );
    titled(StatusCode::BAD_REQUEST, "Invalid attribute", &text)
}

pub(crate) fn too_many_users() -> Reply {
    business(
        StatusCode::BAD_REQUEST,
        "TooManyValues",
        "Maximum 100 users may be created per call",
    )
}

pub(crate) fn too_many_ids() -> Reply {
    let body = json!({
        "error": "TooManyValues",
        "description": "Parameter  cannot specify more than 100 values",
        "max_count": 100,
    });
    Reply::json(StatusCode::BAD_REQUEST, &body)
}

pub(crate) fn page_not_a_number() -> Reply {
    Reply::text(
        StatusCode::BAD_REQUEST,
        "page must be an integer".to_owned(),
    )
}

pub(crate) fn bad_cursor(longest: usize) -> Reply {
    let detail = format!(
        "page[size] must be from 1 to {longest} and page[after] or page[before] a cursor of this list"
    );
    let body = json!({"errors": [{
        "code": "InvalidPaginationParameter",
        "title": "Invalid pagination parameter",
        "detail": detail,
    }]});
    Reply::json(StatusCode::BAD_REQUEST, &body)
}

pub(crate) fn too_deep() -> Reply {
    let body = json!({"errors": [{
        "code": "InvalidPaginationDepth",
        "title": "Pagination depth exceeded",
        "detail": "Offset pagination ends at 10000 records; use cursor pagination",
    }]});
    Reply::json(StatusCode::BAD_REQUEST, &body)
}

pub(crate) fn body_too_large() -> Reply {
    Reply::text(
        StatusCode::PAYLOAD_TOO_LARGE,
        "Request Entity Too Large".to_owned(),
    )
}

pub(crate) fn refused(refusal: &Refusal) -> Reply {
    match refusal {
        Refusal::NotFound => not_found(),
        Refusal::Forbidden => forbidden(),
        Refusal::Invalid(problems) => {
            let body = json!({
                "error": "RecordInvalid",
                "description": "Record validation errors",
                "details": details(problems),
            });
            Reply::json(StatusCode::UNPROCESSABLE_ENTITY, &body)
        }
    }
}

fn details(problems: &[Problem]) -> Map<String, Value> {
    let mut details = Map::new();
    for problem in problems {
        let mut entry = json!({"description": problem.description()});
        if let Some(code) = problem.code {
            entry["error"] = json!(code);
        }
        match details
            .entry(&*problem.attribute)
            .or_insert_with(|| json!([]))
        {
            Value::Array(list) => list.push(entry),
            _ => unreachable!("only arrays are inserted"),
        }
    }
    details
}

/// The account's requests of this minute are used up.
pub(crate) fn account_limit(retry_after: i64) -> Reply {
    business(
        StatusCode::TOO_MANY_REQUESTS,
        "APIRateLimitExceeded",
        "Number of allowed API requests per minute exceeded",
    )
    .header(RETRY_AFTER, retry_after)
}

/// The incremental exports of this minute are used up (recorded).
pub(crate) fn export_limit(retry_after: i64) -> Reply {
    business(
        StatusCode::TOO_MANY_REQUESTS,
        "APIRateLimitExceeded",
        "Number of allowed incremental export API requests per minute exceeded",
    )
    .header(RETRY_AFTER, retry_after)
    .header(CACHE_CONTROL, format!("max-age={retry_after}, public"))
}

/// The account's limit as a text, as some of Zendesk's throttles answer.
pub(crate) fn limit_as_text(retry_after: i64) -> Reply {
    let text = "Number of allowed API requests per minute exceeded".to_owned();
    Reply::text(StatusCode::TOO_MANY_REQUESTS, text).header(RETRY_AFTER, retry_after)
}

/// One user was written too often this minute; echoes what the request said about it.
pub(crate) fn user_limit(email: &str, id: &str, external_id: &str, retry_after: i64) -> Reply {
    let text = format!(
        "You have exceeded the rate limit for updating a single unique user. user email: {email} id: {id} external_id: {external_id}"
    );
    Reply::text(StatusCode::TOO_MANY_REQUESTS, text).header(RETRY_AFTER, retry_after)
}

/// `class` is what Zendesk calls the kind of job that was asked for.
pub(crate) fn too_many_jobs(class: &str, current: &[String]) -> Reply {
    let description =
        format!("Too many {class} jobs are currently queued or running. Try again later.");
    let body = json!({
        "error": "TooManyJobs",
        "description": description,
        "current_job_ids": current,
    });
    Reply::json(StatusCode::TOO_MANY_REQUESTS, &body).header(RETRY_AFTER, 60)
}

/// What was done could not be written down, so nobody is told that it was done.
pub(crate) fn not_kept(error: &std::io::Error) -> Reply {
    let text = format!("the sandbox could not write down what it did: {error}");
    business(StatusCode::INTERNAL_SERVER_ERROR, "NotKept", &text)
}

/// Two requests created the same person at once (recorded where tickets are imported).
pub(crate) fn collision() -> Reply {
    Reply::text(
        StatusCode::CONFLICT,
        "Requester creation collision - please try again".to_owned(),
    )
}

/// Any status, with what says no more than it does.
pub(crate) fn plain(status: StatusCode) -> Reply {
    let title = status.canonical_reason().unwrap_or("Error");
    business(status, &title.replace(' ', ""), title)
}

/// A server error on purpose, in one of the shapes that servers and what stands before them have.
pub(crate) fn server_error(chance: &mut fastrand::Rng) -> Reply {
    let (status, title) = [
        (StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error"),
        (StatusCode::BAD_GATEWAY, "Bad Gateway"),
        (StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable"),
    ][chance.usize(..3)];
    let reply = if chance.bool() {
        let code = title.replace(' ', "");
        business(status, &code, "An error occurred")
    } else {
        let page = format!(
            "<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
        );
        Reply::html(status, page)
    };
    if status == StatusCode::SERVICE_UNAVAILABLE && chance.bool() {
        reply.header(RETRY_AFTER, 1)
    } else {
        reply
    }
}
