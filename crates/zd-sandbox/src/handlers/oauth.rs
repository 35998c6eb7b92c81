//! OAuth tokens for clients.

use hashbrown::HashMap;
use serde_json::{Value, json};
use zd_model::operation;

use super::{Route, State};
use crate::call::{Body, Call};
use crate::clock::Now;
use crate::errors;
use crate::reply::Reply;
use crate::seed::{CLIENT_ID, CLIENT_SECRET};

pub(super) const ROUTES: &[Route] = &[Route::new(operation::OAUTH_TOKENS, tokens)];

/// `POST /oauth/tokens`: `client_credentials` only; parameters as JSON or as a form.
fn tokens(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    let sent: HashMap<&str, String> = match &call.body {
        Body::Malformed => return Err(errors::malformed_json()),
        Body::Unread | Body::Multipart(_) | Body::MalformedMultipart => HashMap::new(),
        Body::Form(pairs) => pairs
            .iter()
            .map(|(key, value)| (key.as_str(), value.clone()))
            .collect(),
        Body::Json(body) => body
            .as_object()
            .into_iter()
            .flatten()
            .map(|(key, value)| {
                let text = value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned);
                (key.as_str(), text)
            })
            .collect(),
    };
    let text = |key: &str| sent.get(key).map(String::as_str);
    if text("grant_type") != Some("client_credentials") {
        return Err(errors::unsupported_grant_type());
    }
    if text("client_id") != Some(CLIENT_ID) || text("client_secret") != Some(CLIENT_SECRET) {
        return Err(errors::invalid_client());
    }
    // A name that is not known is accepted, and the token is good for nothing (reported).
    let scope = text("scope").unwrap_or("read write").to_owned();
    let longest = state.settings.token_seconds;
    let seconds = text("expires_in")
        .and_then(|text| text.parse::<u32>().ok())
        .map_or(longest, |asked| asked.min(longest));
    let token = format!(
        "{:032x}{:032x}",
        state.chance.u128(..),
        state.chance.u128(..)
    );
    let expires = now.plus_millis(i64::from(seconds) * 1000);
    state.tokens.issue(token.clone(), &scope, expires, now);
    let body: Value = json!({
        "access_token": token,
        "token_type": "bearer",
        "scope": scope,
        "expires_in": seconds,
    });
    Ok(Reply::ok(&body))
}
