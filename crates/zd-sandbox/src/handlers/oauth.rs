//! OAuth tokens for clients.

use hashbrown::HashMap;
use serde_json::json;
use zd_model::operation;

use super::{Route, State};
use crate::call::{Body, Call};
use crate::clock::Now;
use crate::errors;
use crate::limits::client_seconds;
use crate::reply::Reply;
use crate::seed::{CLIENT_ID, CLIENT_SECRET};
use crate::tokens::REFRESH_SECONDS;

pub(super) const ROUTES: &[Route] = &[Route::new(operation::OAUTH_TOKENS, tokens)];

/// `POST /oauth/tokens`: `client_credentials` and `refresh_token`; parameters as JSON or as a form.
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
    let is_client =
        text("client_id") == Some(CLIENT_ID) && text("client_secret") == Some(CLIENT_SECRET);
    let refreshed = match text("grant_type") {
        Some("client_credentials" | "refresh_token") if !is_client => {
            return Err(errors::invalid_client());
        }
        Some("client_credentials") => None,
        Some("refresh_token") => {
            let scope = text("refresh_token").and_then(|token| state.tokens.refresh(token, now));
            Some(scope.ok_or_else(errors::invalid_grant)?)
        }
        _ => return Err(errors::unsupported_grant_type()),
    };
    // A name that is not known is accepted, and the token is good for nothing (reported). A refreshed token keeps its scopes.
    let scope = match &refreshed {
        Some(scope) => scope.clone(),
        None => text("scope").unwrap_or("read write").to_owned(),
    };
    let longest = u32::try_from(state.settings.token_lifetime.as_secs()).unwrap_or(u32::MAX);
    let seconds = text("expires_in")
        .and_then(|text| text.parse::<u32>().ok())
        .map_or(longest, |asked| asked.min(longest));
    let mut drawn = || {
        format!(
            "{:032x}{:032x}",
            state.chance.u128(..),
            state.chance.u128(..)
        )
    };
    let (token, next) = (drawn(), drawn());
    let expires = now.plus_millis(i64::from(seconds) * 1000);
    state.tokens.issue(token.clone(), &scope, expires, now);
    let told = |seconds: u32| client_seconds(seconds.into(), state.scale);
    let mut body = json!({
        "access_token": token,
        "token_type": "bearer",
        "scope": scope,
        "expires_in": told(seconds),
    });
    // Client credentials can be exchanged again, so they get no refresh token (as OAuth 2.0 has it).
    if refreshed.is_some() {
        body["refresh_token"] = json!(next);
        body["refresh_token_expires_in"] = json!(told(REFRESH_SECONDS));
        state.tokens.issue_refresh(next, scope, token, now);
    }
    Ok(Reply::ok(&body))
}
