//! Something that was done to the account.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{Request, header};
use serde::{Deserialize, Serialize};

use crate::auth::{Admitted, Caller};
use crate::call;
use crate::clock::Now;
use crate::faults::{Fault, Strike};
use crate::reply::Reply;

/// A request that was carried out, with everything that its effect depends on. Whoever called is kept, not their
/// credentials.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Deed {
    pub(super) number: u64,
    at: i64,
    /// Some answers tell of waits in the client's time.
    #[serde(skip_serializing_if = "is_one", default = "one")]
    pub(super) scale: u32,
    pub(super) method: String,
    /// Path and query.
    pub(super) target: String,
    pub(super) base: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    content_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    body: Option<Kept>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) caller: Option<Admitted>,
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub(super) half: bool,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    faults: Vec<(String, u64)>,
    /// Of status and body: the same deed has the same answer, or the sandbox has changed.
    pub(super) answer: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
enum Kept {
    #[serde(rename = "text")]
    Text(String),
    #[serde(rename = "base64")]
    Bytes(String),
}

impl Deed {
    pub(crate) fn of(
        request: &Request<Bytes>,
        number: u64,
        caller: Option<Caller>,
        half: bool,
        strikes: &[Strike],
        reply: &Reply,
        (now, scale): (Now, u32),
    ) -> Self {
        let body = request.body();
        let content_type = request.headers().get(header::CONTENT_TYPE);
        let target = request.uri().path_and_query();
        Self {
            number,
            at: now.millis(),
            scale,
            method: request.method().to_string(),
            target: target
                .map_or("/", http::uri::PathAndQuery::as_str)
                .to_owned(),
            base: call::base(request),
            content_type: content_type
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned),
            body: (!body.is_empty()).then(|| kept(body)),
            caller: caller.map(Caller::admitted),
            half,
            faults: strikes
                .iter()
                .map(|strike| (strike.rule_text(), strike.seed))
                .collect(),
            answer: digest(reply),
        }
    }

    /// Something that was done through the sandbox's own interface.
    pub(crate) fn told(number: u64, target: String, body: &[u8], reply: &Reply, now: Now) -> Self {
        Self {
            number,
            at: now.millis(),
            scale: 1,
            method: "POST".to_owned(),
            target,
            base: String::new(),
            content_type: None,
            body: (!body.is_empty()).then(|| kept(body)),
            caller: None,
            half: false,
            faults: Vec::new(),
            answer: digest(reply),
        }
    }

    pub(super) const fn at(&self) -> Now {
        Now::from_millis(self.at)
    }

    /// The request again, without credentials; what does not make one says why.
    pub(super) fn request(&self) -> Result<Request<Bytes>, String> {
        let body = match &self.body {
            None => Bytes::new(),
            Some(Kept::Text(text)) => text.clone().into(),
            Some(Kept::Bytes(text)) => STANDARD
                .decode(text)
                .map_err(|error| error.to_string())?
                .into(),
        };
        let mut request = Request::builder().method(&*self.method).uri(&*self.target);
        if let Some(content_type) = &self.content_type {
            request = request.header(header::CONTENT_TYPE, content_type);
        }
        request.body(body).map_err(|error| error.to_string())
    }

    pub(super) fn strikes(&self) -> Result<Vec<Strike>, String> {
        self.faults
            .iter()
            .map(|(rule, seed)| {
                let fault: Fault = rule
                    .parse()
                    .map_err(|_| format!("unknown fault `{rule}`"))?;
                Ok(Strike::again(&fault, *seed))
            })
            .collect()
    }
}

const fn one() -> u32 {
    1
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks with a reference"
)]
const fn is_one(scale: &u32) -> bool {
    *scale == 1
}

fn kept(body: &[u8]) -> Kept {
    match std::str::from_utf8(body) {
        Ok(text) => Kept::Text(text.to_owned()),
        Err(_) => Kept::Bytes(STANDARD.encode(body)),
    }
}

pub(super) fn digest(reply: &Reply) -> u32 {
    let mut digest = crc32fast::Hasher::new();
    digest.update(&reply.status.as_u16().to_le_bytes());
    digest.update(&reply.body);
    digest.finalize()
}
