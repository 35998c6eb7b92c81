//! Answers that were damaged on their way: never a panic, never more than the bound, never a claim of "not sent".

use std::io::Write as _;
use std::sync::{Arc, Mutex};

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use zd_transport::{HyperTransport, Transport as _};

use crate::client::{config, get};
use crate::server::Server;

const TEXT: &[u8] = br#"{"users":[{"id":35436,"name":"Zo\u00eb"}],"next_page":null,"count":1}"#;
const MAX: usize = 4096;

fn answers() -> Vec<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(TEXT).expect("memory");
    let gzip = encoder.finish().expect("memory");
    let head = |headers: &str| {
        format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n{headers}\r\n").into_bytes()
    };
    let length = |body: &[u8]| format!("content-length: {}\r\n", body.len());
    let chunk = [
        format!("{:x}\r\n", TEXT.len()).as_bytes(),
        TEXT,
        b"\r\n0\r\n\r\n",
    ]
    .concat();
    vec![
        [head(&length(TEXT)), TEXT.to_vec()].concat(),
        [head("transfer-encoding: chunked\r\n"), chunk].concat(),
        [
            head(&format!("content-encoding: gzip\r\n{}", length(&gzip))),
            gzip.clone(),
        ]
        .concat(),
        [head("content-encoding: gzip\r\n"), gzip].concat(),
    ]
}

#[derive(Clone, Copy, Debug)]
enum Damage {
    Cut(prop::sample::Index),
    Flip(prop::sample::Index, u8),
    Insert(prop::sample::Index, u8),
    Double(prop::sample::Index),
}

impl Damage {
    fn apply(self, bytes: &mut Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        let length = bytes.len();
        match self {
            Self::Cut(at) => bytes.truncate(at.index(length)),
            Self::Flip(at, by) => bytes[at.index(length)] ^= by,
            Self::Insert(at, byte) => bytes.insert(at.index(length), byte),
            Self::Double(from) => bytes.extend_from_within(from.index(length)..),
        }
    }
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        any::<prop::sample::Index>().prop_map(Damage::Cut),
        (any::<prop::sample::Index>(), any::<u8>()).prop_map(|(at, by)| Damage::Flip(at, by)),
        (any::<prop::sample::Index>(), any::<u8>()).prop_map(|(at, byte)| Damage::Insert(at, byte)),
        any::<prop::sample::Index>().prop_map(Damage::Double),
    ]
}

#[test]
fn no_damage_makes_it_panic_or_claim_that_nothing_was_sent() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let answer = Arc::<Mutex<Vec<u8>>>::default();
    let next = Arc::clone(&answer);
    let server = runtime.block_on(Server::start(move |_, mut connection| {
        let answer = next.lock().expect("no panic while locked").clone();
        async move {
            if connection.request().await.is_some() {
                let _ = connection.write(&answer).await;
            }
        }
    }));
    let mut config = config();
    config.max_response_bytes = MAX;
    // Nothing is kept: each damaged answer has a connection of its own.
    config.pool_max_idle = 0;
    let transport = HyperTransport::new(config).expect("usable");
    let fetch = |bytes: Vec<u8>| {
        *answer.lock().expect("no panic while locked") = bytes;
        runtime.block_on(transport.send(get(&server.url("/"))))
    };
    for whole in answers() {
        assert_eq!(fetch(whole).expect("whole").body(), TEXT);
    }
    proptest!(|(which in 0..4_usize, damages in prop::collection::vec(damage(), 1..4))| {
        let mut bytes = answers().swap_remove(which);
        for damage in damages {
            damage.apply(&mut bytes);
        }
        match fetch(bytes) {
            Ok(response) => prop_assert!(response.body().len() <= MAX),
            Err(error) => prop_assert!(error.may_have_been_sent(), "{error:?}"),
        }
    });
}
