//! Whom to trust.

use std::sync::Arc;

use rustls::ClientConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls_platform_verifier::Verifier;

use crate::{ErrorKind, TransportError};

/// What TLS goes by; or why there can be none, which matters only to who asks for it: a container without any
/// certificates still talks plain http to a sandbox beside it.
pub(super) type Trust = Result<Arc<ClientConfig>, rustls::Error>;

/// TLS that trusts the system's certificates and these: one for each list of protocols (ALPN) to offer, best first.
///
/// The crypto provider is given, not installed: a library must not choose for the whole process.
pub(super) fn trust<const N: usize>(
    extra_ca: &[u8],
    protocols: [&[&[u8]]; N],
) -> Result<[Trust; N], TransportError> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let extra = certificates(extra_ca)?;
    // Reading the system's certificates takes a while, so it is done once.
    let verifier = match Verifier::new_with_extra_roots(extra, Arc::clone(&provider)) {
        Ok(verifier) => Arc::new(verifier),
        Err(error @ rustls::Error::General(_)) => return Ok(protocols.map(|_| Err(error.clone()))),
        Err(error) => return Err(TransportError::not_sent(ErrorKind::Config, error)),
    };
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| TransportError::not_sent(ErrorKind::Config, error))?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    Ok(protocols.map(|names| {
        config.alpn_protocols = names.iter().map(|name| name.to_vec()).collect();
        Ok(Arc::new(config.clone()))
    }))
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
