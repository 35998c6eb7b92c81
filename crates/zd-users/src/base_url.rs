//! Which account to talk to.

use std::fmt;
use std::str::FromStr;

use http::Uri;

/// Scheme and host of an account: `https://acme.zendesk.com`, or a local sandbox.
///
/// Plain `http` is accepted for loopback addresses only, so that credentials never travel in the clear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl {
    scheme: http::uri::Scheme,
    authority: http::uri::Authority,
}

/// An address that is not an account's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BaseUrlError {
    /// Not a subdomain: letters, digits and hyphens.
    #[error("not a subdomain: use letters, digits and hyphens, as in `acme` for acme.zendesk.com")]
    Subdomain,
    /// Not an address.
    #[error("not an address such as https://acme.zendesk.com")]
    Address,
    /// Plain http to another machine.
    #[error("plain http is for this machine only (127.0.0.1, localhost, [::1]); use https")]
    PlainHttp,
}

impl BaseUrl {
    /// The address of `subdomain`.zendesk.com.
    ///
    /// # Errors
    ///
    /// If `subdomain` is not 1 to 63 letters, digits and hyphens.
    pub fn subdomain(subdomain: &str) -> Result<Self, BaseUrlError> {
        let valid = (1..=63).contains(&subdomain.len())
            && subdomain
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !subdomain.starts_with('-')
            && !subdomain.ends_with('-');
        if !valid {
            return Err(BaseUrlError::Subdomain);
        }
        format!("https://{subdomain}.zendesk.com").parse()
    }

    /// The host and, if it is not the usual one, the port.
    pub fn authority(&self) -> &str {
        self.authority.as_str()
    }

    /// The absolute form of a path with its query.
    pub(crate) fn join(
        &self,
        path_and_query: http::uri::PathAndQuery,
    ) -> Result<Uri, http::uri::InvalidUriParts> {
        let mut parts = http::uri::Parts::default();
        parts.scheme = Some(self.scheme.clone());
        parts.authority = Some(self.authority.clone());
        parts.path_and_query = Some(path_and_query);
        Uri::from_parts(parts)
    }
}

impl FromStr for BaseUrl {
    type Err = BaseUrlError;

    fn from_str(text: &str) -> Result<Self, BaseUrlError> {
        let uri: Uri = text.trim().parse().map_err(|_| BaseUrlError::Address)?;
        let parts = uri.into_parts();
        let (Some(scheme), Some(authority)) = (parts.scheme, parts.authority) else {
            return Err(BaseUrlError::Address);
        };
        if authority.as_str().contains('@') || parts.path_and_query.is_some_and(|path| path != "/")
        {
            return Err(BaseUrlError::Address);
        }
        let host = authority.host().trim_matches(['[', ']']);
        let loopback = host == "localhost"
            || host
                .parse::<std::net::IpAddr>()
                .is_ok_and(|address| address.is_loopback());
        match scheme.as_str() {
            "https" => {}
            "http" if loopback => {}
            "http" => return Err(BaseUrlError::PlainHttp),
            _ => return Err(BaseUrlError::Address),
        }
        Ok(Self { scheme, authority })
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}://{}", self.scheme, self.authority)
    }
}
