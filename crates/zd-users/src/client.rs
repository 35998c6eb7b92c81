//! The client.

use std::sync::Arc;

use bytes::Bytes;
use http::header::USER_AGENT;
use http::{HeaderValue, Method, Request, Response};
use zd_model::operation::Effect;
use zd_transport::{OperationName, PathTemplate, Safety, SharedTransport};

use crate::{
    BaseUrl, ClientBuilder, DeletedUsers, EndUsers, Endpoint, Error, Exports, GroupMemberships,
    Groups, Identities, Jobs, OrganizationMemberships, Organizations, Paged, Pager, Passwords,
    RequestError, Sessions, UserFields, UserTags, Users,
};

/// A client of one account. Cheap to clone; clones share connections and budgets.
#[derive(Clone, Debug)]
pub struct Client {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    base: BaseUrl,
    transport: SharedTransport,
    user_agent: Option<HeaderValue>,
}

macro_rules! handles {
    ($($(#[$doc:meta])* $name:ident: $handle:ident;)+) => {
        /// What there is to call, by what it is about. Handles are owned and cheap.
        impl Client {$(
            $(#[$doc])*
            pub fn $name(&self) -> $handle {
                $handle::new(self.clone())
            }
        )+}
    };
}

handles! {
    /// Calls about users.
    users: Users;
    /// Calls about the tags of users.
    user_tags: UserTags;
    /// Calls about deleted users.
    deleted_users: DeletedUsers;
    /// Calls about identities: the addresses by which a user is known.
    identities: Identities;
    /// Calls of end users about themselves.
    end_users: EndUsers;
    /// Calls about the definitions of user fields.
    user_fields: UserFields;
    /// Calls about bulk jobs.
    jobs: Jobs;
    /// Incremental exports.
    exports: Exports;
    /// Calls about passwords.
    passwords: Passwords;
    /// Calls about sessions.
    sessions: Sessions;
    /// Calls about organizations.
    organizations: Organizations;
    /// Calls about memberships in organizations.
    organization_memberships: OrganizationMemberships;
    /// Calls about groups of agents.
    groups: Groups;
    /// Calls about memberships in groups.
    group_memberships: GroupMemberships;
}

impl Client {
    /// Begins to put a client together: for a [`Subdomain`](crate::Subdomain), or a [`BaseUrl`] such as a sandbox's.
    pub fn builder(base: impl Into<BaseUrl>) -> ClientBuilder {
        ClientBuilder::new(base.into())
    }

    /// A client over a transport of your own, layers and all: nothing is signed, retried or limited here.
    pub fn with_transport(base: BaseUrl, transport: SharedTransport) -> Self {
        Self::assemble(base, transport, None)
    }

    pub(crate) fn assemble(
        base: BaseUrl,
        transport: SharedTransport,
        user_agent: Option<HeaderValue>,
    ) -> Self {
        Self {
            inner: Arc::new(Inner {
                base,
                transport,
                user_agent,
            }),
        }
    }

    /// The account's address.
    pub fn base_url(&self) -> &BaseUrl {
        &self.inner.base
    }

    /// Walks any list, your own included.
    pub fn pager<E: Paged>(&self, call: E) -> Pager<E> {
        Pager::new(self.clone(), call)
    }

    /// Runs any endpoint, your own included.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    ///
    /// # Cancel safety
    ///
    /// Dropping the future ends the exchange; a write may have been applied.
    pub async fn execute<E: Endpoint + Sync>(&self, endpoint: &E) -> Result<E::Output, Error> {
        endpoint.parse(self.execute_raw(endpoint, http::Extensions::new()).await?)
    }

    /// Sends an endpoint's request with further extensions and gives the response as it came, of whatever status.
    ///
    /// [`Endpoint::parse`] reads it. Extensions given here win over those of the endpoint.
    ///
    /// # Errors
    ///
    /// [`Error::Request`] and [`Error::Transport`] only.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future ends the exchange; a write may have been applied.
    pub async fn execute_raw<E: Endpoint + Sync>(
        &self,
        endpoint: &E,
        extensions: http::Extensions,
    ) -> Result<Response<Bytes>, Error> {
        let operation = *endpoint.operation();
        let mut request = endpoint.build().map_err(|source| Error::Request {
            operation: operation.name,
            source,
        })?;
        request
            .extensions_mut()
            .insert(OperationName(operation.name));
        request
            .extensions_mut()
            .insert(PathTemplate(operation.path));
        request.extensions_mut().insert(safety_of(operation.effect));
        request.extensions_mut().extend(extensions);
        self.send_as(operation.name, operation.effect, request)
            .await
    }

    /// Sends any request; credentials, retry and limits apply.
    ///
    /// Its URI needs only path and query; an absolute one, such as a page's `next`, must be on the account's own host,
    /// so that the credentials go nowhere else. Without extensions a GET or HEAD counts as a read and anything else as
    /// a write that is never resent.
    ///
    /// ```
    /// # use bytes::Bytes;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let script = zd_transport::ScriptedTransport::new().json(200, "{}");
    /// # let client = zd_users::Client::with_transport(zd_users::Subdomain::new("acme")?.into(), std::sync::Arc::new(script));
    /// let request = http::Request::get("/api/v2/account/settings").body(Bytes::new())?;
    /// assert_eq!(client.send(request).await?.status(), 200);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// If it cannot be sent or no response was had; any status is a response.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future ends the exchange; a write may have been applied.
    pub async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Error> {
        let operation = request
            .extensions()
            .get::<OperationName>()
            .map_or("raw", |name| name.0);
        let effect = match request.extensions().get::<Safety>() {
            Some(Safety::Read) => Effect::Read,
            Some(Safety::KeyedWrite) => Effect::KeyedWrite,
            Some(_) => Effect::Write,
            None if *request.method() == Method::GET || *request.method() == Method::HEAD => {
                Effect::Read
            }
            None => Effect::Write,
        };
        self.send_as(operation, effect, request).await
    }

    async fn send_as(
        &self,
        operation: &'static str,
        effect: Effect,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, Error> {
        let refuse = |source| Error::Request { operation, source };
        let (mut parts, body) = request.into_parts();
        if parts.uri.authority().is_some() && !self.inner.base.is_origin_of(&parts.uri) {
            return Err(refuse(RequestError::OtherHost));
        }
        let path = parts
            .uri
            .path_and_query()
            .cloned()
            .unwrap_or_else(|| http::uri::PathAndQuery::from_static("/"));
        parts.uri = self
            .inner
            .base
            .join(path)
            .map_err(|error| refuse(RequestError::unsendable("the path", error)))?;
        if let Some(name) = &self.inner.user_agent {
            parts
                .headers
                .entry(USER_AGENT)
                .or_insert_with(|| name.clone());
        }
        self.inner
            .transport
            .send(Request::from_parts(parts, body))
            .await
            .map_err(|source| Error::Transport {
                operation,
                effect,
                source,
            })
    }
}

const fn safety_of(effect: Effect) -> Safety {
    match effect {
        Effect::Read => Safety::Read,
        Effect::KeyedWrite => Safety::KeyedWrite,
        _ => Safety::Write,
    }
}
