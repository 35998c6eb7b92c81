//! Creating or updating users, one or many.

use std::sync::Arc;

use bytes::Bytes;
use http::header::ACCEPT_ENCODING;
use http::{HeaderValue, Request, Response, StatusCode};
use serde::Serialize;
use zd_model::operation::{USERS_CREATE_OR_UPDATE, USERS_CREATE_OR_UPDATE_MANY};
use zd_model::{JobStatus, JobStatusEnvelope, Operation, UserEnvelope, UserInput};
use zd_transport::Resend;

use super::MAX_AT_ONCE;
use super::draft::Draft;
use crate::endpoint::{read_json, resent};
use crate::{Endpoint, Error, RequestError, Upserted};

/// `POST /api/v2/users/create_or_update`: a new user, or a change of the one who is there. For admins, and agents who may manage
/// users.
///
/// Each user 5 times a minute, the account once a second. Zendesk looks for the external id first, then for the e-mail address, both without regard to case.
#[derive(Clone, Copy, Debug)]
#[must_use = "an endpoint does nothing until it is executed"]
pub struct CreateOrUpdate<'a> {
    user: Single<'a>,
    resend: Resend,
}

#[derive(Clone, Copy, Debug)]
enum Single<'a> {
    Value(&'a UserInput),
    Written(&'a WrittenUser),
}

impl<'a> CreateOrUpdate<'a> {
    /// Creates or updates this user.
    pub const fn new(user: &'a UserInput) -> Self {
        Self {
            user: Single::Value(user),
            resend: Resend::Never,
        }
    }

    /// The same of a user that is JSON already. It is never sent again: nobody looks whether it has a key.
    pub const fn written(user: &'a WrittenUser) -> Self {
        Self {
            user: Single::Written(user),
            resend: Resend::Never,
        }
    }

    /// Whether the call may be sent again when its fate is unknown (no answer, or a 5xx); by default it is not.
    ///
    /// Sending it again is harmless only if the user is named by a key, an external id or an e-mail address, and nobody
    /// else writes the user meanwhile; then the result is [`Upserted::Unknown`].
    pub const fn resend(mut self, resend: Resend) -> Self {
        self.resend = resend;
        self
    }
}

impl Endpoint for CreateOrUpdate<'_> {
    type Output = Upserted;

    fn operation(&self) -> &Operation {
        &USERS_CREATE_OR_UPDATE
    }

    fn build(&self) -> Result<Request<Bytes>, RequestError> {
        #[derive(Serialize)]
        struct Body<'a> {
            user: &'a UserInput,
        }
        let mut draft = Draft::of(self.operation());
        let has_key = match self.user {
            Single::Value(user) => {
                draft.json(&Body { user })?;
                user.external_id.is_value() || user.email.is_some()
            }
            Single::Written(user) => {
                draft.written([br#"{"user":"#, user.as_bytes(), b"}"].concat());
                false
            }
        };
        let mut request = draft.finish()?;
        if self.resend != Resend::Never && !has_key {
            return Err(RequestError::Keyless);
        }
        // To unpack a single record costs more than the packet that it may save.
        let headers = request.headers_mut();
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        request.extensions_mut().insert(self.resend);
        Ok(request)
    }

    fn parse(&self, response: Response<Bytes>) -> Result<Upserted, Error> {
        let user = Box::new(read_json::<UserEnvelope>(self.operation(), &response)?.user);
        let resent = resent(&response);
        Ok(match response.status() {
            StatusCode::CREATED if !resent => Upserted::Created(user),
            StatusCode::OK if !resent => Upserted::Updated(user),
            _ => Upserted::Unknown(user),
        })
    }
}

/// `POST /api/v2/users/create_or_update_many`: new users and changes of those who are there, in a job. For admins, and agents
/// who may manage users.
///
/// The account must be allowed to import in bulk (else 403), and runs 30 jobs at once at the most.
///
/// There is no option to resend: a call whose answer was lost may have queued a job whose id nobody was told, and a second
/// one would run beside it.
#[derive(Clone, Copy, Debug)]
#[must_use = "an endpoint does nothing until it is executed"]
pub struct CreateOrUpdateMany<'a> {
    users: Users<'a>,
}

#[derive(Clone, Copy, Debug)]
enum Users<'a> {
    Values(&'a [UserInput]),
    Written(&'a [WrittenUser]),
}

impl<'a> CreateOrUpdateMany<'a> {
    /// Creates or updates these users, 1 to [`MAX_AT_ONCE`], in a job.
    pub const fn new(users: &'a [UserInput]) -> Self {
        Self {
            users: Users::Values(users),
        }
    }

    /// The same of users that are JSON already.
    pub const fn written(users: &'a [WrittenUser]) -> Self {
        Self {
            users: Users::Written(users),
        }
    }
}

/// Few users take more bytes.
const USUAL: usize = 1024;

/// A user as the JSON that is sent.
///
/// Whoever needs its length to decide what goes into one request writes it once, not twice. Cheap to clone.
///
/// ```
/// use zd_model::UserInput;
/// use zd_users::Endpoint as _;
/// use zd_users::endpoints::{CreateOrUpdateMany, WrittenUser};
///
/// let ann = UserInput { external_id: "A7".into(), ..UserInput::default() };
/// let written = [WrittenUser::new(&ann)];
/// assert_eq!(written[0].len(), r#"{"external_id":"A7"}"#.len());
/// let request = CreateOrUpdateMany::written(&written).build()?;
/// assert_eq!(request.body(), CreateOrUpdateMany::new(&[ann]).build()?.body());
/// # Ok::<(), zd_users::RequestError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct WrittenUser(Arc<[u8]>);

impl WrittenUser {
    /// Writes a user.
    pub fn new(user: &UserInput) -> Self {
        let mut json = Vec::with_capacity(USUAL);
        // There is no user that JSON cannot hold; one that it could not would be refused as null.
        match serde_json::to_writer(&mut json, user) {
            Ok(()) => Self(json.as_slice().into()),
            Err(_) => Self(b"null".as_slice().into()),
        }
    }

    /// How many bytes it takes.
    #[expect(clippy::len_without_is_empty, reason = "it is never empty")]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The JSON.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Tells its length only: it holds a person's data.
impl std::fmt::Debug for WrittenUser {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("WrittenUser")
            .field("len", &self.len())
            .finish()
    }
}

/// `{"users":[…]}`, byte for byte what the users would have been written to together.
fn body_of(users: &[WrittenUser]) -> Vec<u8> {
    const BEGIN: &[u8] = br#"{"users":["#;
    let length: usize = users.iter().map(|user| user.len() + 1).sum();
    let mut body = Vec::with_capacity(BEGIN.len() + length + 1);
    body.extend_from_slice(BEGIN);
    for (index, user) in users.iter().enumerate() {
        if index > 0 {
            body.push(b',');
        }
        body.extend_from_slice(user.as_bytes());
    }
    body.extend_from_slice(b"]}");
    body
}

impl Endpoint for CreateOrUpdateMany<'_> {
    type Output = JobStatus;

    fn operation(&self) -> &Operation {
        &USERS_CREATE_OR_UPDATE_MANY
    }

    fn build(&self) -> Result<Request<Bytes>, RequestError> {
        #[derive(Serialize)]
        struct Body<'a> {
            users: &'a [UserInput],
        }
        let count = match self.users {
            Users::Values(users) => users.len(),
            Users::Written(users) => users.len(),
        };
        RequestError::check_length("users", count, MAX_AT_ONCE)?;
        let mut draft = Draft::of(self.operation());
        match self.users {
            Users::Values(users) => draft.json(&Body { users })?,
            Users::Written(users) => draft.written(body_of(users)),
        };
        draft.finish()
    }

    fn parse(&self, response: Response<Bytes>) -> Result<JobStatus, Error> {
        Ok(read_json::<JobStatusEnvelope>(self.operation(), &response)?.job_status)
    }
}
