//! Who calls.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use zd_model::Operation;
use zd_model::operation::{self, Effect, Roles};

use crate::clock::Now;
use crate::errors;
use crate::reply::Reply;
use crate::seed::{ADMIN_EMAIL, API_TOKEN};
use crate::state::Account;
use crate::state::email;
use crate::state::ids::{self, Slot};
use crate::state::user::{IdentityKind, Role};
use crate::tokens::{EVERYTHING, Scope, Tokens};

/// A signed-in user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Caller {
    pub(crate) slot: Slot,
    pub(crate) role: Role,
    /// Whether it was their password that let them in, which begins a session.
    pub(crate) by_password: bool,
    scope: Scope,
}

/// A caller as the journal of a data directory keeps one: what they may do was decided.
#[derive(Clone, Copy, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct Admitted {
    slot: Slot,
    role: Role,
    by_password: bool,
}

impl Caller {
    pub(crate) const fn admitted(self) -> Admitted {
        Admitted {
            slot: self.slot,
            role: self.role,
            by_password: self.by_password,
        }
    }

    /// Admitted once, admitted again.
    pub(crate) const fn again(admitted: Admitted) -> Self {
        Self {
            slot: admitted.slot,
            role: admitted.role,
            by_password: admitted.by_password,
            scope: EVERYTHING,
        }
    }
}

impl Scope {
    /// The scope that is missing for an operation.
    fn missing_for(self, operation: &Operation) -> Option<&'static str> {
        let about_users = operation.name.starts_with("users.");
        let (enough, wanted) = match operation.effect {
            Effect::Read => (self.read || (about_users && self.users_read), "read"),
            _ => (self.write || (about_users && self.users_write), "write"),
        };
        (!enough).then_some(wanted)
    }
}

/// Credentials up to this length, which decoded are shorter, need no memory of their own: every request has some.
const SHORT: usize = 256;

/// What the `Authorization` header amounts to.
#[derive(Debug)]
pub(crate) enum SignIn {
    As(Caller),
    /// No credentials, or a wrong password: the same to Zendesk, which lets `users/me` answer.
    Anonymous,
    BadApiToken,
    BadOAuthToken,
}

/// `api_tokens_end` is when all API tokens stop working, if they do.
pub(crate) fn sign_in(
    headers: &HeaderMap,
    account: &Account,
    tokens: &Tokens,
    api_tokens_end: Option<Now>,
    now: Now,
) -> SignIn {
    let header = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let Some((scheme, credentials)) = header.and_then(|text| text.split_once(' ')) else {
        return SignIn::Anonymous;
    };
    let credentials = credentials.trim();
    if scheme.eq_ignore_ascii_case("bearer") {
        // Client credentials act as the admin who registered the client.
        let caller = tokens
            .scope(credentials, now)
            .and_then(|scope| caller(account, ADMIN_EMAIL, scope));
        return caller.map_or(SignIn::BadOAuthToken, SignIn::As);
    }
    let mut short = [0; SHORT];
    let decoded = if credentials.len() <= SHORT {
        let length = STANDARD.decode_slice(credentials, &mut short).ok();
        length.and_then(|length| short.get(..length)).map(Cow::from)
    } else {
        STANDARD.decode(credentials).ok().map(Cow::from)
    };
    let text = decoded
        .as_deref()
        .and_then(|bytes| std::str::from_utf8(bytes).ok());
    let pair = text.and_then(|text| text.split_once(':'));
    let Some((user, secret)) = pair.filter(|_| scheme.eq_ignore_ascii_case("basic")) else {
        return SignIn::Anonymous;
    };
    if let Some(address) = user.strip_suffix("/token") {
        // One token for the account; it acts as any verified user.
        let works = secret == API_TOKEN && api_tokens_end.is_none_or(|end| now < end);
        let caller = caller(account, address, EVERYTHING).filter(|_| works);
        return caller.map_or(SignIn::BadApiToken, SignIn::As);
    }
    let caller = caller(account, user, EVERYTHING)
        .filter(|caller| account.passwords.matches(caller.slot, secret))
        .map(|caller| Caller {
            by_password: true,
            ..caller
        });
    caller.map_or(SignIn::Anonymous, SignIn::As)
}

fn caller(account: &Account, address: &str, scope: Scope) -> Option<Caller> {
    let address = email::normalized(address);
    let slot = account.users.by_identity(IdentityKind::Email, &address)?;
    let user = account.users.get(slot)?;
    (user.verified() && !user.suspended).then_some(Caller {
        slot,
        role: user.role,
        by_password: false,
        scope,
    })
}

/// The caller, none for an anonymous one who may go on, or the refusal.
///
/// `about` is the path's first parameter: the user whom an operation about oneself is about.
pub(crate) fn admit(
    sign_in: SignIn,
    operation: &Operation,
    about: &str,
) -> Result<Option<Caller>, Reply> {
    if operation.roles == Roles::OAuthClients {
        return Ok(None);
    }
    let caller = match sign_in {
        SignIn::As(caller) => caller,
        SignIn::Anonymous if operation.roles == Roles::Anyone => return Ok(None),
        SignIn::Anonymous | SignIn::BadApiToken => return Err(errors::not_authenticated()),
        SignIn::BadOAuthToken => return Err(errors::invalid_token()),
    };
    if let Some(scope) = caller.scope.missing_for(operation) {
        return Err(errors::missing_scope(scope));
    }
    let may = match operation.roles {
        Roles::Anyone | Roles::SignedIn => true,
        Roles::AgentsAndSelf => {
            caller.role != Role::EndUser || about.parse() == Ok(ids::user(caller.slot))
        }
        Roles::Admins => caller.role == Role::Admin,
        // That an agent writes end users only is decided user by user.
        _ => caller.role != Role::EndUser,
    };
    if !may {
        return Err(match *operation {
            // Documented for the change, assumed for reading.
            operation::USERS_SETTINGS | operation::USERS_UPDATE_SETTINGS => errors::not_an_agent(),
            _ => errors::forbidden(),
        });
    }
    Ok(Some(caller))
}

/// The OAuth token that a request brings.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let header = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = header.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then_some(token.trim())
}
