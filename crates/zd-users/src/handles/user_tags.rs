//! Calls about the tags of users.

use zd_model::UserId;

use super::handle;
use crate::endpoints::{AddUserTags, ListUserTags, RemoveUserTags, SetUserTags};

handle! {
    /// Calls about the tags of users.
    UserTags {
        /// Lists the tags of a user.
        reads list(user: UserId) -> Vec<String> = ListUserTags::new(user);
        /// Replaces the tags of a user, and gives what they are then.
        writes set(user: UserId, tags: &[String]) -> Vec<String> = SetUserTags::new(user, tags);
        /// Adds tags to a user, and gives what they are then.
        writes add(user: UserId, tags: &[String]) -> Vec<String> = AddUserTags::new(user, tags);
        /// Takes tags from a user, and gives what is left.
        writes remove(user: UserId, tags: &[String]) -> Vec<String> = RemoveUserTags::new(user, tags);
    }
}
