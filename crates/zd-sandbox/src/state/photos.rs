//! Profile photos, which few users have.

use hashbrown::HashMap;

use super::Account;
use super::ids::Slot;
use crate::clock::Now;

/// A photo. The picture itself is not kept: nothing shows it.
#[derive(Clone, Debug)]
pub(crate) struct Photo {
    pub(crate) file_name: String,
    pub(crate) content_type: String,
    pub(crate) size: usize,
}

/// All photos, by the users who have them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Photos {
    by_user: HashMap<Slot, (u32, Photo)>,
    /// How many there ever were.
    uploaded: u32,
}

impl Photos {
    /// A user's photo, and the number from which its id is computed.
    pub(crate) fn get(&self, slot: Slot) -> Option<(u32, &Photo)> {
        let (number, photo) = self.by_user.get(&slot)?;
        Some((*number, photo))
    }

    pub(super) fn remove(&mut self, slot: Slot) {
        self.by_user.remove(&slot);
    }
}

impl Account {
    /// Gives the user in this slot a photo, in place of the one they have.
    pub(crate) fn set_photo(&mut self, slot: Slot, photo: Photo, now: Now) {
        let Some(user) = self.users.get(slot) else {
            return;
        };
        let mut user = user.clone();
        user.updated_at = now.seconds();
        self.users.put(slot, user);
        self.photos.uploaded += 1;
        let numbered = (self.photos.uploaded, photo);
        self.photos.by_user.insert(slot, numbered);
    }
}
