//! What requests are signed with.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};

/// How to sign requests.
///
/// `Debug` names the kind only: an address is nobody's business either.
#[derive(Clone)]
#[non_exhaustive]
pub enum Credentials {
    /// An OAuth access token: `Authorization: Bearer …`
    Bearer(SecretString),
    /// An API token in the name of a verified user; none work after 2027-04-30.
    ApiToken {
        /// The user's e-mail address.
        email: String,
        /// The token.
        token: SecretString,
    },
    /// A user's password, where the account allows it.
    Password {
        /// The user's e-mail address.
        email: String,
        /// The password.
        password: SecretString,
    },
    /// An OAuth client that fetches its own access tokens from the account and renews them.
    ClientCredentials {
        /// The client's identifier.
        client_id: String,
        /// The client's secret.
        client_secret: SecretString,
        /// The scopes to ask for, separated by spaces; absent asks for the client's own.
        scope: Option<String>,
    },
}

impl Credentials {
    /// An OAuth access token.
    pub fn bearer(token: impl Into<SecretString>) -> Self {
        Self::Bearer(token.into())
    }

    /// An API token in the name of a verified user.
    pub fn api_token(email: impl Into<String>, token: impl Into<SecretString>) -> Self {
        Self::ApiToken {
            email: email.into(),
            token: token.into(),
        }
    }

    /// A user's password.
    pub fn password(email: impl Into<String>, password: impl Into<SecretString>) -> Self {
        Self::Password {
            email: email.into(),
            password: password.into(),
        }
    }

    /// An OAuth client with the scopes it needs, separated by spaces.
    ///
    /// Zendesk issues a token for a scope that does not exist, too, and then answers 403 to everything.
    pub fn client_credentials(
        client_id: impl Into<String>,
        client_secret: impl Into<SecretString>,
        scope: Option<String>,
    ) -> Self {
        Self::ClientCredentials {
            client_id: client_id.into(),
            client_secret: client_secret.into(),
            scope,
        }
    }

    const fn kind(&self) -> &'static str {
        match self {
            Self::Bearer(_) => "Bearer",
            Self::ApiToken { .. } => "ApiToken",
            Self::Password { .. } => "Password",
            Self::ClientCredentials { .. } => "ClientCredentials",
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.kind())
    }
}

/// Why credentials cannot be used at all. Says nothing of what they hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unusable {
    #[error("the token or password is empty")]
    Empty,
    #[error("the e-mail address is empty or has a colon, which basic authentication cannot carry")]
    Address,
    #[error("the token has a character that no header can carry, such as a line break")]
    Character,
}

pub(super) fn bearer(token: &SecretString) -> Result<HeaderValue, Unusable> {
    let token = token.expose_secret();
    if token.is_empty() {
        return Err(Unusable::Empty);
    }
    header(&Zeroizing::new(format!("Bearer {token}")))
}

/// Zendesk tells an API token from a password by `/token` after the address.
pub(super) fn basic(
    email: &str,
    suffix: &str,
    secret: &SecretString,
) -> Result<HeaderValue, Unusable> {
    let secret = secret.expose_secret();
    if secret.is_empty() {
        return Err(Unusable::Empty);
    }
    if email.is_empty() || email.contains(':') {
        return Err(Unusable::Address);
    }
    let pair = Zeroizing::new(format!("{email}{suffix}:{secret}"));
    header(&Zeroizing::new(format!(
        "Basic {}",
        STANDARD.encode(pair.as_bytes())
    )))
}

fn header(text: &str) -> Result<HeaderValue, Unusable> {
    let mut value = HeaderValue::from_str(text).map_err(|_| Unusable::Character)?;
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(header: Result<HeaderValue, Unusable>) -> String {
        header
            .expect("usable")
            .to_str()
            .expect("visible characters")
            .to_owned()
    }

    #[test]
    fn headers_are_what_zendesk_documents() {
        let secret = SecretString::from("s3cret");
        assert_eq!(text(bearer(&secret)), "Bearer s3cret");
        // printf 'jo@acme.example/token:s3cret' | base64
        assert_eq!(
            text(basic("jo@acme.example", "/token", &secret)),
            "Basic am9AYWNtZS5leGFtcGxlL3Rva2VuOnMzY3JldA=="
        );
        assert_eq!(
            text(basic("jo@acme.example", "", &secret)),
            "Basic am9AYWNtZS5leGFtcGxlOnMzY3JldA=="
        );
    }

    #[test]
    fn headers_are_sensitive() {
        let header = bearer(&SecretString::from("s3cret")).expect("usable");
        assert!(header.is_sensitive());
        assert_eq!(format!("{header:?}"), "Sensitive");
    }

    #[test]
    fn unusable_credentials_are_told_apart() {
        let secret = SecretString::from("s3cret");
        assert_eq!(bearer(&SecretString::from("")), Err(Unusable::Empty));
        assert_eq!(
            bearer(&SecretString::from("a\nb")),
            Err(Unusable::Character)
        );
        assert_eq!(basic("a:b", "", &secret), Err(Unusable::Address));
        assert_eq!(basic("", "", &secret), Err(Unusable::Address));
        assert!(basic("ü@acme.example", "", &SecretString::from("line\nbreak")).is_ok());
    }

    #[test]
    fn debug_names_the_kind_only() {
        let all = [
            Credentials::bearer("s3cret"),
            Credentials::api_token("jo@acme.example", "s3cret"),
            Credentials::password("jo@acme.example", "s3cret"),
            Credentials::client_credentials("client", "s3cret", None),
        ];
        assert_eq!(
            format!("{all:?}"),
            "[Bearer, ApiToken, Password, ClientCredentials]"
        );
    }
}
