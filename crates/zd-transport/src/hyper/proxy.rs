//! Which proxy a request goes through.

use std::fmt;

use http::Uri;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};

use crate::{ErrorKind, TransportError};

/// Which proxy requests go through.
///
/// `https` requests go through a tunnel (`CONNECT`), so that the proxy sees the host and nothing else; `http` requests
/// are handed to the proxy whole. The proxy's own URL is `http://` or `https://`, may hold a user and a password
/// (percent-encoded), and is never shown in `Debug` or in errors.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum Proxy {
    /// What the environment says: `https_proxy`, `http_proxy`, `all_proxy` and `no_proxy`, or the same in upper case.
    /// Read once, when the transport is made.
    ///
    /// Loopback hosts are always reached directly: a sandbox on this machine is not the proxy's. Lower case wins.
    /// `HTTP_PROXY` in upper case is ignored where `REQUEST_METHOD` is set: a web server's CGI puts
    /// the client's `Proxy` header there.
    #[default]
    FromEnvironment,
    /// None, whatever the environment says.
    None,
    /// This one.
    Url(ProxyUrl),
}

impl Proxy {
    /// This proxy for every host but those of `except`: names (with all below them), addresses, networks
    /// (`10.0.0.0/8`) or `*`, separated by commas, as in `NO_PROXY`.
    pub fn url(url: impl Into<String>, except: impl Into<String>) -> Self {
        Self::Url(ProxyUrl {
            url: url.into(),
            except: except.into(),
        })
    }

    pub(super) fn matcher(&self) -> Result<Option<Matcher>, TransportError> {
        match self {
            Self::FromEnvironment => from_variables(|name| std::env::var(name).ok()),
            Self::None => Ok(None),
            Self::Url(proxy) => {
                check("the proxy's URL", &proxy.url)?;
                let builder = Matcher::builder().all(&proxy.url).no(&proxy.except);
                Ok(Some(builder.build()))
            }
        }
    }
}

/// A proxy's URL with the hosts that are reached without it; see [`Proxy::url`].
#[derive(Clone)]
pub struct ProxyUrl {
    url: String,
    except: String,
}

impl fmt::Debug for ProxyUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ProxyUrl")
            .field("except", &self.except)
            .finish_non_exhaustive()
    }
}

const LOOPBACK: &str = "localhost,127.0.0.0/8,::1";

fn from_variables(
    variable: impl Fn(&str) -> Option<String>,
) -> Result<Option<Matcher>, TransportError> {
    let set = |name: &str| variable(name).filter(|value| !value.trim().is_empty());
    let either = |name: &'static str, upper: &'static str| {
        set(name)
            .map(|value| (name, value))
            .or_else(|| set(upper).map(|value| (upper, value)))
    };
    let is_cgi = set("REQUEST_METHOD").is_some();
    let http =
        either("http_proxy", "HTTP_PROXY").filter(|(name, _)| !is_cgi || *name == "http_proxy");
    let https = either("https_proxy", "HTTPS_PROXY");
    let all = either("all_proxy", "ALL_PROXY");
    if http.is_none() && https.is_none() && all.is_none() {
        return Ok(None);
    }
    let mut builder = Matcher::builder();
    if let Some((name, value)) = all {
        // Often a SOCKS proxy for other programs beside HTTP proxies for those like this one.
        if http.is_none() || https.is_none() {
            check(name, &value)?;
        }
        builder = builder.all(value);
    }
    if let Some((name, value)) = http {
        check(name, &value)?;
        builder = builder.http(value);
    }
    if let Some((name, value)) = https {
        check(name, &value)?;
        builder = builder.https(value);
    }
    let mut except = LOOPBACK.to_owned();
    if let Some((_, value)) = either("no_proxy", "NO_PROXY") {
        except.push(',');
        except.push_str(&value);
    }
    Ok(Some(builder.no(except).build()))
}

/// Refuses what the matcher would silently ignore: going around the proxy is not what was asked.
fn check(name: &'static str, value: &str) -> Result<(), TransportError> {
    let unusable = |why| {
        Err(TransportError::not_sent(
            ErrorKind::Config,
            UnusableProxy { name, why },
        ))
    };
    let Ok(uri) = value.parse::<Uri>() else {
        return unusable("is no URL");
    };
    match uri.scheme_str() {
        None | Some("http" | "https") => {}
        Some(_) => return unusable("is neither an http nor an https proxy"),
    }
    match Matcher::builder()
        .all(value)
        .build()
        .intercept(&Uri::from_static("http://zd.example/"))
    {
        Some(proxy) if proxy.uri().host().is_some_and(|host| !host.is_empty()) => Ok(()),
        _ => unusable("has no host"),
    }
}

/// Says which setting is wrong, not what it holds: it may hold a password.
#[derive(Debug, thiserror::Error)]
#[error("{name} {why}")]
struct UnusableProxy {
    name: &'static str,
    why: &'static str,
}

/// The proxy for this destination.
pub(super) fn proxy_for(matcher: Option<&Matcher>, destination: &Uri) -> Option<Intercept> {
    matcher?.intercept(destination)
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::*;

    fn via(variables: &[(&str, &str)], destination: &'static str) -> Option<String> {
        let matcher = from_variables(|name| {
            let (_, value) = variables.iter().find(|(variable, _)| *variable == name)?;
            Some((*value).to_owned())
        })
        .expect("usable proxies");
        let proxy = proxy_for(matcher.as_ref(), &Uri::from_static(destination))?;
        Some(proxy.uri().to_string())
    }

    const HTTPS: &str = "https://acme.zendesk.com";
    const HTTP: &str = "http://intranet.example:8080";

    #[test]
    fn each_variable_is_for_its_scheme() {
        let set = [
            ("HTTPS_PROXY", "http://secure.example:3128"),
            ("HTTP_PROXY", "http://plain.example:3128"),
        ];
        assert_eq!(
            via(&set, HTTPS).as_deref(),
            Some("http://secure.example:3128/")
        );
        assert_eq!(
            via(&set, HTTP).as_deref(),
            Some("http://plain.example:3128/")
        );
        assert_eq!(via(&[], HTTPS), None);
        assert_eq!(via(&[("HTTPS_PROXY", " ")], HTTPS), None);
    }

    #[test]
    fn all_proxy_fills_what_the_others_leave() {
        let set = [
            ("ALL_PROXY", "http://any.example:3128"),
            ("HTTP_PROXY", "http://plain.example:3128"),
        ];
        assert_eq!(
            via(&set, HTTPS).as_deref(),
            Some("http://any.example:3128/")
        );
        assert_eq!(
            via(&set, HTTP).as_deref(),
            Some("http://plain.example:3128/")
        );
    }

    #[test]
    fn lower_case_wins() {
        let set = [
            ("https_proxy", "http://lower.example:3128"),
            ("HTTPS_PROXY", "http://upper.example:3128"),
        ];
        assert_eq!(
            via(&set, HTTPS).as_deref(),
            Some("http://lower.example:3128/")
        );
    }

    #[test]
    fn no_proxy_goes_around() {
        for except in [
            "zendesk.com",
            ".zendesk.com",
            "x.example, acme.zendesk.com",
            "*",
        ] {
            let set = [("HTTPS_PROXY", "http://p.example:1"), ("NO_PROXY", except)];
            assert_eq!(via(&set, HTTPS), None, "{except}");
        }
        let set = [
            ("HTTPS_PROXY", "http://p.example:1"),
            ("no_proxy", "desk.com"),
        ];
        assert!(via(&set, HTTPS).is_some(), "a name's end is not a domain");
    }

    #[test]
    fn loopback_is_always_direct() {
        let set = [
            ("ALL_PROXY", "http://p.example:1"),
            ("NO_PROXY", "x.example"),
        ];
        for host in [
            "http://localhost:8080",
            "http://127.0.0.1:8080",
            "https://127.9.9.9",
            "http://[::1]:8080",
        ] {
            assert_eq!(via(&set, host), None, "{host}");
        }
        assert!(via(&set, "http://128.0.0.1").is_some());
        assert_eq!(via(&set, "http://x.example"), None);
    }

    #[test]
    fn a_web_servers_http_proxy_is_not_trusted() {
        let set = [
            ("HTTP_PROXY", "http://evil.example:1"),
            ("REQUEST_METHOD", "GET"),
        ];
        assert_eq!(via(&set, HTTP), None);
    }

    #[test]
    fn a_socks_proxy_for_others_does_not_matter() {
        let set = [
            ("ALL_PROXY", "socks5://s.example:1080"),
            ("HTTP_PROXY", "http://p.example:1"),
            ("HTTPS_PROXY", "http://p.example:1"),
        ];
        assert!(via(&set, HTTPS).is_some());
    }

    #[test]
    fn an_unusable_proxy_is_refused_without_showing_it() {
        for value in [
            "socks5://user:s3cret@s.example:1080",
            "http://user:s3cret@",
            "s3cret s3cret",
            "/s3cret",
        ] {
            let error = from_variables(|name| (name == "HTTPS_PROXY").then(|| value.to_owned()))
                .expect_err(value);
            assert_eq!(error.kind(), ErrorKind::Config);
            let text = format!("{error:?} {error} {}", error.source().expect("a cause"));
            assert!(text.contains("HTTPS_PROXY"), "{text}");
            assert!(!text.contains("s3cret"), "{text}");
        }
    }

    #[test]
    fn debug_shows_no_credentials() {
        let proxy = Proxy::url("http://user:s3cret@p.example:3128", "localhost");
        assert_eq!(
            format!("{proxy:?}"),
            r#"Url(ProxyUrl { except: "localhost", .. })"#
        );
    }
}
