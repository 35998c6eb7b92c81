//! OAuth tokens that were given out.

use hashbrown::HashMap;

use crate::clock::Now;
use crate::seed::{OAUTH_TOKEN, REFRESH_TOKEN};

/// How long a refresh token can be used: 30 days (documented as the default).
pub(crate) const REFRESH_SECONDS: u32 = 30 * 24 * 60 * 60;

/// What an OAuth token is good for. Names that are not known are good for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Scope {
    pub(crate) read: bool,
    pub(crate) write: bool,
    pub(crate) users_read: bool,
    pub(crate) users_write: bool,
}

/// All of it, as passwords and API tokens have it.
pub(crate) const EVERYTHING: Scope = Scope {
    read: true,
    write: true,
    users_read: true,
    users_write: true,
};

impl Scope {
    pub(crate) fn parse(text: &str) -> Self {
        let has = |name| text.split_whitespace().any(|scope| scope == name);
        Self {
            read: has("read"),
            write: has("write"),
            users_read: has("users:read"),
            users_write: has("users:write"),
        }
    }
}

/// The OAuth tokens that were given out and have not expired.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tokens {
    access: HashMap<String, Access>,
    refresh: HashMap<String, Refresh>,
}

#[derive(Clone, Debug)]
struct Access {
    expires: Now,
    scope: Scope,
}

#[derive(Clone, Debug)]
struct Refresh {
    expires: Now,
    /// The names of scopes, as they are told.
    scope: String,
    /// Goes when this token is used.
    access: String,
}

impl Tokens {
    /// Remembers a token until it expires; forgets those that have.
    pub(crate) fn issue(&mut self, token: String, scope: &str, expires: Now, now: Now) {
        self.access.retain(|_, access| access.expires > now);
        let scope = Scope::parse(scope);
        self.access.insert(token, Access { expires, scope });
    }

    /// Remembers a token that can be exchanged for another `access` token once.
    pub(crate) fn issue_refresh(&mut self, token: String, scope: String, access: String, now: Now) {
        self.refresh.retain(|_, refresh| refresh.expires > now);
        let expires = now.plus_millis(i64::from(REFRESH_SECONDS) * 1000);
        let refresh = Refresh {
            expires,
            scope,
            access,
        };
        self.refresh.insert(token, refresh);
    }

    /// Uses up a refresh token and the access token that came with it; gives its scopes. The one of the seed stays.
    pub(crate) fn refresh(&mut self, token: &str, now: Now) -> Option<String> {
        if token == REFRESH_TOKEN {
            return Some("read write".to_owned());
        }
        let refresh = self.refresh.remove(token)?;
        self.access.remove(&refresh.access);
        (refresh.expires > now).then_some(refresh.scope)
    }

    /// Ends a token before its time. The one of the seed stays.
    pub(crate) fn revoke(&mut self, token: &str) {
        self.access.remove(token);
    }

    pub(crate) fn scope(&self, token: &str, now: Now) -> Option<Scope> {
        if token == OAUTH_TOKEN {
            return Some(EVERYTHING);
        }
        let access = self.access.get(token)?;
        (access.expires > now).then_some(access.scope)
    }

    /// How many can be used.
    pub(crate) fn count(&self, now: Now) -> usize {
        let live = |access: &&Access| access.expires > now;
        self.access.values().filter(live).count()
    }
}
