//! Uploading a profile photo.

use bytes::{BufMut, Bytes, BytesMut};
use http::{HeaderValue, Request, Response};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use zd_model::operation::USERS_UPDATE;
use zd_model::{Operation, User, UserEnvelope, UserId};

use super::draft::Draft;
use crate::endpoint::read_json;
use crate::{Endpoint, Error, RequestError};

/// What browsers encode in the name of a file, so that it stays within its quotes.
const FILE_NAME: &AsciiSet = &CONTROLS.add(b'"');

/// `PUT /api/v2/users/{user_id}` with a picture as a form: the user's profile photo.
///
/// To have Zendesk fetch a picture from elsewhere, which can take minutes, set
/// [`remote_photo_url`](zd_model::UserInput::remote_photo_url) instead. Which kinds and sizes of pictures are taken is not
/// documented.
#[derive(Clone, Debug)]
#[must_use = "an endpoint does nothing until it is executed"]
pub struct UploadPhoto {
    user: UserId,
    file_name: String,
    media_type: String,
    picture: Bytes,
}

impl UploadPhoto {
    /// Uploads this picture, such as `ann.png` of the media type `image/png`.
    pub fn new(
        user: UserId,
        file_name: impl Into<String>,
        media_type: impl Into<String>,
        picture: impl Into<Bytes>,
    ) -> Self {
        Self {
            user,
            file_name: file_name.into(),
            media_type: media_type.into(),
            picture: picture.into(),
        }
    }

    /// The form, and the line that separates its parts, which occurs nowhere in the picture.
    fn form(&self) -> (String, Bytes) {
        let contains = |boundary: &str| {
            self.picture
                .windows(boundary.len())
                .any(|window| window == boundary.as_bytes())
        };
        let boundary = (0_u64..)
            .map(|number| format!("zd-photo-{number}"))
            .find(|boundary| !contains(boundary))
            .unwrap_or_default();
        let name = utf8_percent_encode(&self.file_name, FILE_NAME);
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"user[photo][uploaded_data]\"; filename=\"{name}\"\r\nContent-Type: {}\r\n\r\n",
            self.media_type
        );
        let tail = format!("\r\n--{boundary}--\r\n");
        let mut form = BytesMut::with_capacity(head.len() + self.picture.len() + tail.len());
        form.put(head.as_bytes());
        form.put(&*self.picture);
        form.put(tail.as_bytes());
        (boundary, form.freeze())
    }
}

impl Endpoint for UploadPhoto {
    type Output = User;

    fn operation(&self) -> &Operation {
        &USERS_UPDATE
    }

    fn build(&self) -> Result<Request<Bytes>, RequestError> {
        if self.picture.is_empty() {
            return Err(RequestError::Empty { what: "picture" });
        }
        if self.file_name.trim().is_empty() {
            return Err(RequestError::Empty { what: "file name" });
        }
        HeaderValue::try_from(&self.media_type)
            .map_err(|error| RequestError::unsendable("the media type", error))?;
        let (boundary, form) = self.form();
        let media_type = HeaderValue::try_from(format!("multipart/form-data; boundary={boundary}"))
            .map_err(|error| RequestError::unsendable("the form", error))?;
        Draft::of(self.operation())
            .param(self.user)
            .body(media_type, form)
            .finish()
    }

    fn parse(&self, response: Response<Bytes>) -> Result<User, Error> {
        Ok(read_json::<UserEnvelope>(self.operation(), &response)?.user)
    }
}
