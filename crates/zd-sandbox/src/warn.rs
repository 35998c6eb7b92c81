//! `X-Zendesk-API-Warn`: what Zendesk ignored.

use std::fmt::Write as _;

use http::{HeaderName, HeaderValue};

use crate::reply::Reply;

const NAME: HeaderName = HeaderName::from_static("x-zendesk-api-warn");

/// So many keys are named, the others left out: a header has its limits.
const MOST: usize = 50;
const LONGEST_KEY: usize = 100;

/// Adds the header if keys were ignored by this action, such as `users/update`.
#[must_use]
pub(crate) fn unpermitted(mut reply: Reply, action: &str, keys: &[String]) -> Reply {
    if keys.is_empty() {
        return reply;
    }
    let listed: Vec<String> = keys.iter().take(MOST).map(|key| inspect(key)).collect();
    let (controller, action) = action.split_once('/').unwrap_or((action, "index"));
    let text = format!(
        "{{:allowed_parameters=>{{:controller=>\"{controller}\", :action=>\"{action}\", :unpermitted_keys=>[{}], :invalid_values=>[]}}}}",
        listed.join(", ")
    );
    if let Ok(value) = HeaderValue::try_from(text) {
        reply.headers.push((NAME, value));
    }
    reply
}

/// As Ruby writes a string, in ASCII.
fn inspect(text: &str) -> String {
    let mut written = String::from("\"");
    for letter in text.chars().take(LONGEST_KEY) {
        match letter {
            '"' | '\\' => written.extend(['\\', letter]),
            ' '..='~' => written.push(letter),
            other => {
                let _infallible = write!(written, "\\u{{{:X}}}", u32::from(other));
            }
        }
    }
    written.push('"');
    written
}
