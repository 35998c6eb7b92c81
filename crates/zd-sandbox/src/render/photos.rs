//! Profile photos as attachments.

use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};

use crate::state::Account;
use crate::state::ids::{self, Slot};
use crate::state::photos::Photo;

/// An attachment, in the order of keys that is reported. How large the picture is, is not looked at; there are no
/// thumbnails.
pub(crate) struct PhotoView<'a> {
    number: u32,
    photo: &'a Photo,
    base: &'a str,
}

impl<'a> PhotoView<'a> {
    /// The photo of the user in this slot.
    pub(crate) fn of(account: &'a Account, slot: Slot, base: &'a str) -> Option<Self> {
        let (number, photo) = account.photos.get(slot)?;
        Some(Self {
            number,
            photo,
            base,
        })
    }
}

impl Serialize for PhotoView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self {
            number,
            photo,
            base,
        } = self;
        let id = ids::attachment(*number);
        let file_name = percent_encoding::utf8_percent_encode(
            &photo.file_name,
            percent_encoding::NON_ALPHANUMERIC,
        );
        let content_url = format!("{base}/system/photos/{id}/{file_name}");
        let nothing: [(); 0] = [];
        let mut map = serializer.serialize_map(Some(12))?;
        map.serialize_entry("url", &format_args!("{base}/api/v2/attachments/{id}.json"))?;
        map.serialize_entry("id", &id)?;
        map.serialize_entry("file_name", &photo.file_name)?;
        map.serialize_entry("content_url", &content_url)?;
        map.serialize_entry("mapped_content_url", &content_url)?;
        map.serialize_entry("content_type", &photo.content_type)?;
        map.serialize_entry("size", &photo.size)?;
        map.serialize_entry("width", &())?;
        map.serialize_entry("height", &())?;
        map.serialize_entry("inline", &false)?;
        map.serialize_entry("deleted", &false)?;
        map.serialize_entry("thumbnails", &nothing)?;
        map.end()
    }
}
