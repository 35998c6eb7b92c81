//! Who may look inside: programs on this machine.

use std::net::IpAddr;

use http::{HeaderMap, StatusCode, Uri, header};

use super::refusal;
use crate::reply::Reply;

/// Whether a caller is on this machine, and no page of somebody else's that a browser shows here.
pub(super) fn admits(headers: &HeaderMap, uri: &Uri, peer: Option<IpAddr>) -> Result<(), Reply> {
    let forbidden = |error: String, next: &str| Err(refusal(StatusCode::FORBIDDEN, error, next));
    if let Some(peer) = peer.filter(|peer| !peer.to_canonical().is_loopback()) {
        return forbidden(
            format!("the sandbox shows its inside to this machine only, and you call from {peer}"),
            "call from the machine that it runs on, as 127.0.0.1",
        );
    }
    // In the same process there is nobody to be protected from.
    if peer.is_none() {
        return Ok(());
    }
    // Twice is one for us and one for somebody else.
    let all = |name| -> Vec<&str> {
        let values = headers.get_all(name).iter();
        values.map(|value| value.to_str().unwrap_or("?")).collect()
    };
    let mut hosts = all(header::HOST);
    hosts.extend(uri.authority().map(http::uri::Authority::as_str));
    if let Some(host) = hosts.iter().find(|host| !is_local(host)) {
        return forbidden(
            format!(
                "the sandbox shows its inside under this machine's own names only, not as {host}"
            ),
            "call it 127.0.0.1 or localhost",
        );
    }
    for origin in all(header::ORIGIN) {
        let from = origin.split_once("://").map_or(origin, |(_, host)| host);
        if !is_local(from) {
            return forbidden(
                format!("the sandbox shows its inside to no pages of {from}"),
                "call it from a program, or from a page of this machine",
            );
        }
    }
    Ok(())
}

/// Whether a host, with or without a port, is this machine by name.
fn is_local(host: &str) -> bool {
    let Ok(authority) = host.parse::<http::uri::Authority>() else {
        return false;
    };
    let name = authority.host().to_ascii_lowercase();
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    let is_address = bare
        .parse()
        .is_ok_and(|address: IpAddr| address.is_loopback());
    let is_name = name == "localhost" || name.ends_with(".localhost");
    let is_plain = authority.as_str() == authority.host() || authority.port_u16().is_some();
    is_plain && !host.contains('@') && (is_address || is_name)
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use http::{HeaderMap, Uri};

    use super::{admits, is_local};

    #[test]
    fn this_machine_by_its_own_names() {
        for host in [
            "127.0.0.1",
            "127.0.0.1:8080",
            "localhost:1",
            "[::1]:80",
            "acme.localhost:3",
            "LOCALHOST",
        ] {
            assert!(is_local(host), "{host}");
        }
        for host in [
            "example.com",
            "example.com:80",
            "10.0.0.1",
            "null",
            "",
            "localhost.example.com",
            "[::2]",
            "localhost:80@evil.example",
            "127.0.0.1:80.evil.example",
        ] {
            assert!(!is_local(host), "{host}");
        }
    }

    #[test]
    fn others_are_refused_whatever_they_say() {
        let status = |peer: &str, name: &'static str, value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(name, value.parse().unwrap());
            let peer: IpAddr = peer.parse().unwrap();
            let uri = Uri::from_static("/__zd/state");
            admits(&headers, &uri, Some(peer))
                .err()
                .map(|reply| reply.status.as_u16())
        };
        assert_eq!(status("127.0.0.1", "host", "127.0.0.1:80"), None);
        assert_eq!(status("::ffff:127.0.0.1", "host", "localhost"), None);
        assert_eq!(status("192.0.2.1", "host", "127.0.0.1:80"), Some(403));
        assert_eq!(status("127.0.0.1", "host", "rebound.example"), Some(403));
        assert_eq!(
            status("127.0.0.1", "origin", "https://elsewhere.example"),
            Some(403)
        );
        assert_eq!(status("127.0.0.1", "origin", "null"), Some(403));
        assert_eq!(status("127.0.0.1", "origin", "http://127.0.0.1:8080"), None);
    }
}
