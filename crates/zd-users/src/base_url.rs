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

/// The name of an account: `acme` of `acme.zendesk.com`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subdomain(BaseUrl);

impl Subdomain {
    /// The account of this name.
    ///
    /// # Errors
    ///
    /// If `name` is not 1 to 63 letters, digits and hyphens, a hyphen neither first nor last.
    pub fn new(name: &str) -> Result<Self, BaseUrlError> {
        let valid = (1..=63).contains(&name.len())
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !name.starts_with('-')
            && !name.ends_with('-');
        if !valid {
            return Err(BaseUrlError::Subdomain);
        }
        format!("https://{}.zendesk.com", name.to_ascii_lowercase())
            .parse()
            .map(Self)
    }
}

impl From<Subdomain> for BaseUrl {
    fn from(subdomain: Subdomain) -> Self {
        subdomain.0
    }
}

impl BaseUrl {
    /// The address of `subdomain`.zendesk.com.
    ///
    /// # Errors
    ///
    /// As [`Subdomain::new`].
    pub fn subdomain(subdomain: &str) -> Result<Self, BaseUrlError> {
        Subdomain::new(subdomain).map(Self::from)
    }

    /// Whether an absolute address is on this account's scheme, host and port.
    pub(crate) fn is_origin_of(&self, uri: &Uri) -> bool {
        let scheme = |scheme: &http::uri::Scheme| scheme.as_str().to_ascii_lowercase();
        uri.scheme().map(scheme) == Some(scheme(&self.scheme))
            && uri.authority().is_some_and(|authority| {
                authority
                    .as_str()
                    .eq_ignore_ascii_case(self.authority.as_str())
            })
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
        let uri: Uri = text
            .trim()
            .trim_end_matches('/')
            .parse()
            .map_err(|_| BaseUrlError::Address)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subdomain_becomes_its_address() {
        let base: BaseUrl = Subdomain::new("Acme-2").unwrap().into();
        assert_eq!(base.to_string(), "https://acme-2.zendesk.com");
        assert_eq!(base.authority(), "acme-2.zendesk.com");
    }

    #[test]
    fn what_is_no_subdomain_is_refused() {
        let long = "a".repeat(64);
        for name in [
            "",
            "-a",
            "a-",
            "a.b",
            "a/b",
            "a@b",
            "a:1",
            "acme.zendesk.com",
            "ä",
            &long,
        ] {
            assert_eq!(
                Subdomain::new(name),
                Err(BaseUrlError::Subdomain),
                "{name:?}"
            );
        }
    }

    #[test]
    fn addresses_are_read_or_refused() {
        let check = |text: &str, expected: Result<&str, BaseUrlError>| {
            assert_eq!(
                text.parse::<BaseUrl>().map(|base| base.to_string()),
                expected.map(str::to_owned),
                "{text:?}"
            );
        };
        check("https://acme.zendesk.com", Ok("https://acme.zendesk.com"));
        check(
            " https://acme.zendesk.com/ ",
            Ok("https://acme.zendesk.com"),
        );
        check("https://localhost:8443", Ok("https://localhost:8443"));
        check("http://127.0.0.1:4010/", Ok("http://127.0.0.1:4010"));
        check("http://localhost:4010", Ok("http://localhost:4010"));
        check("http://[::1]:4010", Ok("http://[::1]:4010"));
        check("http://acme.zendesk.com", Err(BaseUrlError::PlainHttp));
        check("http://10.0.0.1", Err(BaseUrlError::PlainHttp));
        check(
            "http://127.0.0.1.evil.example",
            Err(BaseUrlError::PlainHttp),
        );
        check(
            "http://localhost.evil.example",
            Err(BaseUrlError::PlainHttp),
        );
        check("https://user:pass@host", Err(BaseUrlError::Address));
        check(
            "https://acme.zendesk.com/api/v2",
            Err(BaseUrlError::Address),
        );
        check("https://acme.zendesk.com?x", Err(BaseUrlError::Address));
        check("ftp://acme.zendesk.com", Err(BaseUrlError::Address));
        check("acme.zendesk.com", Err(BaseUrlError::Address));
        check("acme", Err(BaseUrlError::Address));
        check("", Err(BaseUrlError::Address));
    }

    #[test]
    fn the_origin_is_compared_whole() {
        let base: BaseUrl = "https://acme.zendesk.com".parse().unwrap();
        let is = |text: &str| base.is_origin_of(&text.parse().unwrap());
        assert!(is("https://acme.zendesk.com/api/v2/users?page=2"));
        assert!(is("https://ACME.zendesk.com/x"));
        assert!(!is("http://acme.zendesk.com/x"));
        assert!(!is("https://acme.zendesk.com:444/x"));
        assert!(!is("https://acme.zendesk.com.evil.example/x"));
        assert!(!is("https://user@acme.zendesk.com/x"));
    }
}
