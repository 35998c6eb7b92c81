//! Whom to trust.

use std::sync::Arc;

use rustls::ClientConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls_platform_verifier::Verifier;

use crate::{ErrorKind, TransportError};

/// What TLS goes by; or why there can be none, which matters only to who asks for it. A container without any
/// certificates still talks plain http to a sandbox beside it.
pub(super) type Trust = Result<Arc<ClientConfig>, rustls::Error>;

/// TLS that trusts the system's certificates and these, and offers these protocols (ALPN) in this order.
///
/// The crypto provider is given, not installed: a library must not choose for the whole process.
pub(super) fn trust(extra_ca: &[u8], protocols: &[&[u8]]) -> Result<Trust, TransportError> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let extra = certificates(extra_ca)?;
    let verifier = match Verifier::new_with_extra_roots(extra, Arc::clone(&provider)) {
        Ok(verifier) => verifier,
        Err(error @ rustls::Error::General(_)) => return Ok(Err(error)),
        Err(error) => return Err(TransportError::not_sent(ErrorKind::Config, error)),
    };
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| TransportError::not_sent(ErrorKind::Config, error))?;
    let mut config = builder
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
    Ok(Ok(Arc::new(config)))
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, TransportError> {
    let certificates = CertificateDer::pem_slice_iter(pem)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| TransportError::not_sent(ErrorKind::Config, error))?;
    if certificates.is_empty() && !pem.trim_ascii().is_empty() {
        return Err(TransportError::not_sent(
            ErrorKind::Config,
            "the extra CA holds no PEM certificate",
        ));
    }
    Ok(certificates)
}
