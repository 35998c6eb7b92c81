//! Whom the transport trusts, and which HTTP it agrees on.

use std::process::Command;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::Full;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use zd_transport::{ErrorKind, HyperTransport, Proxy, Transport};

use crate::client::{config, everything, get};

type Issuer = CertifiedIssuer<'static, KeyPair>;

/// An authority of our own.
pub(crate) fn authority() -> Issuer {
    let mut params = CertificateParams::new(Vec::new()).expect("no names");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key"))
        .expect("a certificate")
}

/// What a server needs to speak TLS under this name.
pub(crate) fn acceptor(authority: &Issuer, name: &str, protocols: &[&[u8]]) -> TlsAcceptor {
    let key = KeyPair::generate().expect("a key");
    let params = CertificateParams::new(vec![name.to_owned()]).expect("a name");
    let certificate = params.signed_by(&key, authority).expect("a certificate");
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("TLS 1.2 and 1.3")
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der())),
        )
        .expect("a key that fits");
    config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
    TlsAcceptor::from(Arc::new(config))
}

/// A server that answers with the version that was spoken.
pub(crate) struct TlsServer {
    pub(crate) port: u16,
    task: JoinHandle<()>,
}

impl TlsServer {
    pub(crate) async fn start(acceptor: TlsAcceptor) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let task = tokio::spawn(async move {
            while let Ok((tcp, _)) = listener.accept().await {
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    // A client that does not trust us is what some tests are about.
                    let Ok(tls) = acceptor.accept(tcp).await else {
                        return;
                    };
                    let service = service_fn(serve);
                    let _ = hyper_util::server::conn::auto::Builder::new(TokioExecutor::new())
                        .serve_connection(TokioIo::new(tls), service)
                        .await;
                });
            }
        });
        Self { port, task }
    }
}

/// Says which version was spoken; at `/flood` with 100 kB of headers.
async fn serve(
    request: http::Request<hyper::body::Incoming>,
) -> Result<http::Response<Full<Bytes>>, std::convert::Infallible> {
    let version = format!("{:?}", request.version());
    let mut response = http::Response::new(Full::new(Bytes::from(version)));
    if request.uri().path() == "/flood" {
        let line = http::HeaderValue::from_str(&"x".repeat(1000)).expect("a value");
        for _ in 0..100 {
            response.headers_mut().append("x-flood", line.clone());
        }
    }
    Ok(response)
}

impl Drop for TlsServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

pub(crate) fn trusting(authority: &Issuer) -> zd_transport::HyperConfig {
    let mut config = config();
    config.extra_ca = authority.pem().into_bytes();
    config
}

const BOTH: &[&[u8]] = &[b"h2", b"http/1.1"];

#[tokio::test]
async fn an_extra_authority_is_trusted_and_http_2_agreed_on() {
    let authority = authority();
    let transport = HyperTransport::new(trusting(&authority)).expect("usable");
    for (protocols, version) in [
        (BOTH, "HTTP/2.0"),
        (&[b"http/1.1".as_slice()], "HTTP/1.1"),
        (&[], "HTTP/1.1"),
    ] {
        let server = TlsServer::start(acceptor(&authority, "localhost", protocols)).await;
        let url = format!("https://localhost:{}/api", server.port);
        for _ in 0..2 {
            let response = transport.send(get(&url)).await.expect("a response");
            assert_eq!(response.body(), version);
        }
    }
}

#[tokio::test]
async fn many_requests_share_one_http_2_connection() {
    let authority = authority();
    let server = TlsServer::start(acceptor(&authority, "localhost", BOTH)).await;
    let transport = HyperTransport::new(trusting(&authority)).expect("usable");
    let url = format!("https://localhost:{}/", server.port);
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let (transport, request) = (transport.clone(), get(&url));
        tasks.spawn(async move {
            transport
                .send(request)
                .await
                .map(|response| response.into_body())
        });
    }
    for body in tasks.join_all().await {
        assert_eq!(body.expect("a response"), "HTTP/2.0");
    }
}

#[tokio::test]
async fn a_flood_of_headers_over_http_2_is_refused_and_harms_no_other_request() {
    let authority = authority();
    let server = TlsServer::start(acceptor(&authority, "localhost", BOTH)).await;
    let transport = HyperTransport::new(trusting(&authority)).expect("usable");
    let url = |path: &str| format!("https://localhost:{}{path}", server.port);
    let flood = transport.send(get(&url("/flood"))).await;
    let error = flood
        .map(|response| response.status())
        .expect_err("100 kB are too many");
    assert!(error.may_have_been_sent());
    let response = transport.send(get(&url("/"))).await.expect("a response");
    assert_eq!(response.body(), "HTTP/2.0");
}

#[tokio::test]
async fn an_unknown_authority_is_refused_before_anything_is_sent() {
    let server = TlsServer::start(acceptor(&authority(), "localhost", BOTH)).await;
    let url = format!("https://localhost:{}/", server.port);
    for config in [config(), trusting(&authority())] {
        let transport = HyperTransport::new(config).expect("usable");
        let error = transport.send(get(&url)).await.expect_err("not trusted");
        assert_eq!(error.kind(), ErrorKind::Connect);
        assert!(!error.may_have_been_sent());
        let text = everything(&error);
        assert!(text.contains("invalid peer certificate"), "{text}");
    }
}

#[tokio::test]
async fn another_hosts_certificate_is_refused() {
    let authority = authority();
    let server = TlsServer::start(acceptor(&authority, "other.example", BOTH)).await;
    let transport = HyperTransport::new(trusting(&authority)).expect("usable");
    let url = format!("https://localhost:{}/", server.port);
    let error = transport.send(get(&url)).await.expect_err("another name");
    assert_eq!(
        (error.kind(), error.may_have_been_sent()),
        (ErrorKind::Connect, false)
    );
    let text = everything(&error);
    assert!(text.contains("not valid for name"), "{text}");
}

#[tokio::test]
async fn plain_http_where_tls_is_expected_was_not_sent() {
    let server = crate::server::Server::start(|_, mut connection| async move {
        let _ = connection.write(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        connection.request().await;
    })
    .await;
    let url = format!("https://{}/", server.address);
    let error = crate::client::fetch(&url).await.expect_err("no TLS");
    assert_eq!(
        (error.kind(), error.may_have_been_sent()),
        (ErrorKind::Connect, false)
    );
}

#[test]
fn an_extra_authority_that_is_none_is_refused() {
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for pem in ["no PEM at all", broken, "-----BEGIN CERTIFICATE-----\n!"] {
        let mut config = config();
        config.extra_ca = pem.as_bytes().to_vec();
        let error = HyperTransport::new(config).expect_err("unusable");
        assert_eq!(error.kind(), ErrorKind::Config, "{pem}");
    }
}

const NOWHERE: &str = "/nonexistent/zd";

/// Runs one test of this binary in a process whose system has these certificates and no others.
fn with_system_store(file: &std::path::Path, test: &str) {
    let output = Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", test])
        .env("ZD_TEST_SYSTEM_STORE", file)
        .env("SSL_CERT_FILE", file)
        .env("SSL_CERT_DIR", NOWHERE)
        .output()
        .expect("it runs");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && text.contains("1 passed"),
        "{text}"
    );
}

#[tokio::test]
async fn an_extra_authority_is_enough() {
    if std::env::var_os("ZD_TEST_SYSTEM_STORE").is_none() {
        return with_system_store(NOWHERE.as_ref(), "tls::an_extra_authority_is_enough");
    }
    let authority = authority();
    let server = TlsServer::start(acceptor(&authority, "localhost", BOTH)).await;
    let transport = HyperTransport::new(trusting(&authority)).expect("usable");
    let url = format!("https://localhost:{}/", server.port);
    assert_eq!(
        transport
            .send(get(&url))
            .await
            .expect("a response")
            .status(),
        200
    );
}

#[cfg(all(unix, not(target_vendor = "apple")))]
#[tokio::test]
async fn the_systems_authorities_and_the_extra_ones_are_trusted_together() {
    let Some(store) = std::env::var_os("ZD_TEST_SYSTEM_STORE") else {
        let name = format!("zd-transport-store-{}.pem", std::process::id());
        let store = std::env::temp_dir().join(name);
        with_system_store(
            &store,
            "tls::the_systems_authorities_and_the_extra_ones_are_trusted_together",
        );
        return std::fs::remove_file(store).expect("the other process wrote it");
    };
    let (of_system, of_ours) = (authority(), authority());
    std::fs::write(store, of_system.pem()).expect("a temporary file");
    let plain = HyperTransport::new(config()).expect("usable");
    let both = HyperTransport::new(trusting(&of_ours)).expect("usable");
    for (authority, transports) in [(&of_system, vec![&plain, &both]), (&of_ours, vec![&both])] {
        let server = TlsServer::start(acceptor(authority, "localhost", BOTH)).await;
        let url = format!("https://localhost:{}/", server.port);
        for transport in transports {
            let response = transport.send(get(&url)).await.expect("trusted");
            assert_eq!(response.status(), 200);
        }
    }
}

#[cfg(all(unix, not(target_vendor = "apple")))]
#[tokio::test]
async fn a_system_without_certificates_still_speaks_plain_http() {
    if std::env::var_os("ZD_TEST_SYSTEM_STORE").is_none() {
        let test = "tls::a_system_without_certificates_still_speaks_plain_http";
        return with_system_store(NOWHERE.as_ref(), test);
    }
    let server = crate::server::Server::answering(crate::server::answer("200 OK", "", "")).await;
    let transport = HyperTransport::new(config()).expect("usable");
    assert_eq!(
        transport
            .send(get(&server.url("/")))
            .await
            .expect("a response")
            .status(),
        200
    );
    let secure = format!("https://{}/", server.address);
    let error = transport
        .send(get(&secure))
        .await
        .expect_err("nobody to trust");
    assert_eq!(
        (error.kind(), error.may_have_been_sent()),
        (ErrorKind::Connect, false)
    );
    let text = everything(&error);
    assert!(text.contains("No CA certificates"), "{text}");
}

#[test]
fn the_configuration_shows_no_certificate() {
    let mut config = trusting(&authority());
    config.proxy = Proxy::None;
    let size = config.extra_ca.len();
    assert!(format!("{config:?}").contains(&format!("extra_ca: {size} bytes")));
}
